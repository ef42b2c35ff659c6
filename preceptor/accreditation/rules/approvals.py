"""Is an offer of credit approved, and by which accreditation does it stand? Pure predicates for the gate, the desk and the claim."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

from preceptor.accreditation.rules.entries import CreditSystem, Pack
from preceptor.accreditation.rules.statements import Dated, granted_systems, held_on

D = TypeVar("D", bound=Dated)


class Numbered(Dated, Protocol):
    """An accreditation with the number that the accreditor gave."""

    @property
    def number(self) -> str:
        """The accreditor's."""


class Approvable(Protocol):
    """A credit offer as far as its approval is concerned. `evidence` is true when the approval letter is kept."""

    @property
    def system(self) -> str:
        """Key of its credit system."""

    @property
    def identifier(self) -> str:
        """UAN, approval or activity number."""

    @property
    def approved_from(self) -> date | None:
        """The first day of the approval."""

    @property
    def valid_to(self) -> date | None:
        """The last day of the approval."""

    @property
    def evidence(self) -> object:
        """The approval letter."""


def approval_gaps(pack: Pack, offer: Approvable, accreditations: Iterable[Numbered], day: date) -> list[str]:
    """What is missing of an offer's approval on the day: "number", "dates", "evidence"; empty where nothing is, or none is needed.

    The number is the offer's own, or that of the accreditation under which the provider designates such credit.
    """
    system = pack.systems.get(offer.system)
    if system is None or not system.needs_approval:
        return []
    has_number = bool(offer.identifier) or any(held.number for held in granting(pack, offer.system, accreditations, day))
    has_dates = offer.approved_from is not None and offer.valid_to is not None and offer.approved_from <= offer.valid_to
    found = {"number": has_number, "dates": has_dates, "evidence": bool(offer.evidence)}
    return [name for name, is_there in found.items() if not is_there]


def is_approved_on(pack: Pack, offer: Approvable, accreditations: Iterable[Numbered], day: date) -> bool:
    """Nothing is missing, and the approval has begun."""
    has_begun = offer.approved_from is None or offer.approved_from <= day
    return has_begun and not approval_gaps(pack, offer, accreditations, day)


def granting(pack: Pack, system: str, accreditations: Iterable[D], day: date) -> list[D]:
    """The accreditations valid on the day that let the provider designate credit of the system."""
    return [held for held in held_on(accreditations, day) if held.kind in pack.kinds and system in pack.kinds[held.kind].grants]


def has_lapsed(pack: Pack, system: str, accreditations: Iterable[Dated], day: date) -> bool:
    """Is there no accreditation any more under which credit of the system could be given?

    Credit that is approved activity by activity (no kind of accreditation grants it) still needs a provider that is accredited at all.
    """
    held = held_on(accreditations, day)
    is_granted = any(system in kind.grants for kind in pack.kinds.values())
    return not held or (is_granted and system not in granted_systems(pack, held, day))


def reporting_gap(system: CreditSystem, reporting: Mapping[str, str]) -> str:
    """What is missing of the answer to "who reports it?", as a sentence; "" where it is complete or nobody asks.

    by = "installation": this house reports it, and `how` names the connection; by = "hand": `who` and `how` are told.
    """
    if not system.wants_reporting:
        return ""
    due = f" ({system.reporting_due})" if system.reporting_due else ""
    if reporting.get("by") not in {"installation", "hand"}:
        return f"Say who reports it to {system.reports_to}{due}: this installation, or somebody by hand."
    if reporting["by"] == "hand" and not (reporting.get("who", "").strip() and reporting.get("how", "").strip()):
        return f"Say who reports it to {system.reports_to} by hand, and how."
    return ""
