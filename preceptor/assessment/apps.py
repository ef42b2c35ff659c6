"""Where the room hangs."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """The tests: items, attempts, answers, grading. Pre-test and post-test are one thing used twice."""

    name = "preceptor.assessment"
