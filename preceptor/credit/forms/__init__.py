"""What we accept from people: the claim, a serial, a file to check; filters of a transcript, credit from elsewhere, requirements."""

from preceptor.credit.forms.claims import CheckForm, ClaimForm, SerialForm, chosen_before
from preceptor.credit.forms.records import CycleForm, ExternalCreditForm, OwnRequirementForm, TranscriptForm

__all__ = [
    "CheckForm",
    "ClaimForm",
    "CycleForm",
    "ExternalCreditForm",
    "OwnRequirementForm",
    "SerialForm",
    "TranscriptForm",
    "chosen_before",
]
