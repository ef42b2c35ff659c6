"""What must be true of disclosures. Plain Python."""

from enum import StrEnum


class Eligibility(StrEnum):
    """Whether a company is an ineligible company by the definition of the Standards; undetermined blocks publication."""

    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"


class SupportKind(StrEnum):
    """Commercial support is money (an educational grant) or in kind (its nature is told, never a value)."""

    MONETARY = "monetary"
    IN_KIND = "in_kind"
