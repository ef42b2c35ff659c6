"""What a certificate says: every word of it, from what was frozen at the award."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from preceptor.accreditation.rules import us_date
from preceptor.kernel.credits import plain
from preceptor.kernel.serials import grouped

SAMPLE_MARK = "SAMPLE: no credit is awarded"


@dataclass(frozen=True)
class Face:
    """Every word of a certificate, in its order. Page, PDF, letter and verification are made from this and nothing else.

    `amount_number` and `unit` are "" for participation; `unit`, `designated` and `fine` are Markdown. `facts` stand below the amount: what is
    contained in it (pharmacology hours), and the number under which the credit is known (a Universal Activity Number). `numbers` stand at the foot.
    """

    title: str
    mark: str
    provider: str
    provider_address: str
    opening: str
    name: str
    role: str
    activity: str
    dated: str
    amount_number: str
    unit: str
    facts: tuple[tuple[str, str], ...]
    designated: str
    fine: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    serial: str
    verify_url: str
    completed_on: str
    format: str
    is_credit: bool
    is_sample: bool

    @property
    def amount_markdown(self) -> str:
        """ "0.75 *AMA PRA Category 1 Credits*™", or "" for participation."""
        return f"{self.amount_number} {self.unit}".strip()

    @property
    def amount_text(self) -> str:
        """The same, plain."""
        return self.amount_markdown.replace("*", "")

    @property
    def particulars(self) -> tuple[tuple[str, str], ...]:
        """What stands below the amount and the numbers at the foot, for lists."""
        return (*self.facts, *self.numbers)

    @property
    def check_at(self) -> str:
        """Where to type the serial, as printed: without scheme and serial."""
        return self.verify_url.partition("://")[2].partition("/verify/")[0] + "/verify"

    def words(self) -> list[str]:
        """Everything that is printed, plain, for tests that compare one rendering with another."""
        lines = [self.title, self.mark, self.provider, self.provider_address, self.opening, self.name, self.role, self.activity, self.dated]
        lines += [self.amount_text, *(value for _, value in self.facts), self.designated, *self.fine]
        lines += [*(value for _, value in self.numbers), self.serial, self.check_at]
        return [line.replace("*", "") for line in lines if line]


def face_of(payload: Mapping[str, Any]) -> Face:
    """The words of a certificate from what was frozen at the award."""
    is_credit, is_sample = bool(payload["is_credit"]), bool(payload["is_sample"])
    day = us_date(date.fromisoformat(payload["completed_on"]))
    title = payload["certificate_title"]
    provider = payload["provider"]
    contained = [("Including", part) for part in payload.get("sub_amounts", ())]
    facts = [*contained, (payload["offer_number_label"], payload["offer_number"])] if is_credit else []
    numbers = [("Activity number", payload["activity_number"])]
    if payload.get("supersedes"):
        numbers.append(("Supersedes certificate", grouped(payload["supersedes"])))
    return Face(
        title=f"Sample {title}" if is_sample else title,
        mark=SAMPLE_MARK if is_sample else "",
        provider=provider["name"],
        provider_address=provider["address"],
        opening="This is to certify that",
        name=payload["printed_name"],
        role=f"has participated in the {payload['format_statement']} titled",
        activity=payload["title"],
        dated=_dated(day, is_credit=is_credit, is_sample=is_sample),
        amount_number=plain(Decimal(payload["amount"])) if is_credit else "",
        unit=payload["unit"] if is_credit else "",
        facts=tuple((label, value) for label, value in facts if value),
        designated="" if is_credit else payload["statements"]["designated"],
        fine=tuple(filter(None, [*payload["statements"]["accreditation"], payload["statements"]["designation"] if is_credit else ""])),
        numbers=tuple((label, value) for label, value in numbers if value),
        serial=grouped(payload["serial"]),
        verify_url=payload["verify_url"],
        completed_on=day,
        format=payload["format_label"],
        is_credit=is_credit,
        is_sample=is_sample,
    )


def _dated(day: str, *, is_credit: bool, is_sample: bool) -> str:
    """The line between title and amount. A sample awards nothing, so it does not say so."""
    if not is_credit:
        return f"on {day}"
    return f"on {day} and claimed, in this demonstration," if is_sample else f"on {day} and is awarded"


# Field of a system's `certificate_fields` → where a payload keeps it. Amounts contained in the amount are there where the offer has any.
KEPT_AS = {
    "name": "name", "credentials": "credentials", "title": "title", "format": "format_statement", "completed_on": "completed_on",
    "amount": "amount", "identifier": "offer_number", "serial": "serial", "verify_url": "verify_url",
}  # fmt: skip


def missing_on_certificate(payload: Mapping[str, Any], fields: Iterable[str], *, has_degrees: bool = True) -> list[str]:
    """What a certificate of the credit has to carry and would not (CERT-001). A profession without degrees needs no credentials."""
    held = {field: payload.get(key) for field, key in KEPT_AS.items()}
    held |= {"provider": payload["provider"]["name"], "provider_address": payload["provider"]["address"], "sub_amounts": True}
    held["statement"] = payload["statements"]["designation"]
    held["credentials"] = held["credentials"] or not has_degrees
    return [field for field in fields if not held.get(field)]
