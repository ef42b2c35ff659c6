"""Where the room hangs."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """The learner's verdict, kept apart from names."""

    name = "preceptor.evaluation"
