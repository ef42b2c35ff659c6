"""What this room keeps of a person who is in control of content."""

from typing import Any

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.disclosure.models import Disclosure, FinancialRelationship


def personal_data(user: User) -> dict[str, Any]:
    """What a person with an account declared: their disclosures with each relationship. The staff's judgements are the provider's record."""
    declared = Disclosure.objects.filter(person__user__in=identities_of(user)).order_by("signed_at")
    rows = FinancialRelationship.objects.filter(disclosure__in=declared).order_by("disclosure__signed_at", "pk")
    return {
        "disclosures": list(declared.values("uuid", "is_none", "signed_name", "signed_at", "discusses_off_label")),
        "relationships": list(rows.values("disclosure__uuid", "company__name", "nature", "has_ended", "began_on", "ended_on", "detail")),
    }
