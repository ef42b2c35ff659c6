"""Where the room hangs."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Is it fit to publish? Facts, dossier, findings, publication."""

    name = "preceptor.compliance"
