"""What staff type about a learner's test."""

from preceptor.studio.forms.base import DeskForm, long_text


class GrantForm(DeskForm):
    """Why somebody may try once more."""

    refusals = {"assessment.grant_needs_reason": "reason"}
    reason = long_text("Why another attempt is granted", rows=2, limit=1000, help_text="Kept with the grant and in the logbook")
