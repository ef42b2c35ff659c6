"""Builds the table "right credit to the right person" from the product's own functions: page, claim, certificate, letter, verification, transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

from django.template.loader import render_to_string

from preceptor.accounts.models import User
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import PARTICIPATION
from preceptor.catalog.models import Edition
from preceptor.credit.forms import CheckForm, SerialForm
from preceptor.credit.queries import ClaimDesk, Fortune, Verified, claim_desk, payload_of
from preceptor.credit.rules import AwardState, Claim, Face, face_of, missing_on_certificate, transcript_payload, warnings_about
from preceptor.journey.queries.pages import activity_page
from preceptor.kernel.refusals import Reason
from tests.credit.conftest import DEGREES, NOW, House, claim_for

DOC = Path(__file__).parents[2] / "docs" / "rules" / "right-credit.md"
STATES = ("approved", "unapproved", "ended", "lapsed")
ENDED = date(2026, 11, 1)
SERIAL = "0000000000000000"
PACK = pack_on(NOW.date())
OFFERS = [system for system in PACK.systems.values() if system.key != PARTICIPATION]
AMOUNT = Decimal("0.75")


@dataclass(frozen=True)
class Paper:
    """What is said of an award, in the exact words."""

    certificate: str
    letter: str
    verification: str
    transcript: str


@dataclass(frozen=True)
class Cell:
    """One profession, one offer, one state. `gets` is the system that may be claimed; `reasons` why the offered one may not."""

    profession: str
    system: str
    state: str
    page: str
    claim: str
    gets: str
    reasons: tuple[str, ...]
    paper: Paper


def edition_in(house: House, lapsed_house: House, system: str, state: str) -> Edition:
    """An edition that offers this credit alone, in that state. Credit that needs no approval is unapproved where it is not designated."""
    slug = f"{system}-{state}".replace("_", "-")
    offers = {system: str(AMOUNT)}
    if state == "unapproved":
        return house.edition(slug, offers=offers if PACK.systems[system].needs_approval else {}, is_approved=False)
    if state == "ended":
        return house.edition(slug, offers=offers, valid_to=ENDED)
    return (lapsed_house if state == "lapsed" else house).edition(slug, offers=offers)


def cells(house: House, lapsed_house: House, users: dict[str, User]) -> Iterator[Cell]:
    """Every cell of the table."""
    for system in OFFERS:
        for state in STATES:
            edition = edition_in(house, lapsed_house, system.key, state)
            desk = claim_desk(house.participation(users["other"], edition), NOW)
            papers: dict[str, Paper] = {}
            for profession, user in users.items():
                choice = desk.desks[profession].choices[0]
                key = choice.system.key
                claim = claim_for(profession, key, str(choice.maximum), identifiers=_numbers(desk, key), is_profession_attested=True)
                assert desk.reasons(claim) == []
                papers[key] = papers.get(key) or _paper(desk, claim)
                wanted = claim_for(profession, system.key, str(AMOUNT), identifiers=_numbers(desk, system.key), is_profession_attested=True)
                reasons: list[Reason] = desk.reasons(wanted)
                yield Cell(
                    profession,
                    system.key,
                    state,
                    _page(edition, user),
                    _claim(desk, profession),
                    key,
                    tuple(r.code for r in reasons),
                    papers[key],
                )


def _numbers(desk: ClaimDesk, system: str) -> dict[str, str]:
    known = {"birth_mmdd": "0704"}
    return {kind: known.get(kind, "123456") for kind in desk.pack.systems[system].learner_identifiers}


def _page(edition: Edition, user: User) -> str:
    page = activity_page(edition.activity, user, NOW)
    assert page is not None
    return "; ".join([f"{page.credit.amount} {page.credit.unit}".strip(), *page.closed])


def _claim(desk: ClaimDesk, profession: str) -> str:
    own = desk.desks[profession]
    return "; ".join([*(choice.says for choice in own.choices), *(choice.closed for choice in own.ended)])


def _paper(desk: ClaimDesk, claim: Claim) -> Paper:
    payload = payload_of(desk, claim, SERIAL, NOW)
    system = desk.pack.systems[claim.system]
    assert missing_on_certificate(payload, system.certificate_fields, has_degrees=bool(DEGREES[claim.profession])) == []
    face = face_of(payload)
    said = [face.title, face.dated, face.amount_markdown, face.designated, payload["statements"]["designation"]]
    rows = transcript_payload("Riley Sample", "All years", [(face, payload["completed_on"])], [], 0, NOW.date())["rows"]
    return Paper(" / ".join(filter(None, said)), _letter(face), _verification(face), rows[0]["amount"])


def _letter(face: Face) -> str:
    text = render_to_string("credit/mail/certificate.txt", {"face": face})
    lines = [line for line in text.splitlines() if line.startswith(("Your Cert", "Credit:"))]
    return " / ".join(line.split(" is attached")[0].split(' for "')[0] for line in lines)


def _verification(face: Face) -> str:
    context = {
        "found": Verified(face, NOW, Fortune(AwardState.STANDS, NOW)),
        "form": SerialForm({"serial": face.serial}),
        "check_form": CheckForm(),
        "house_zone": "America/New_York",
        "typed": face.serial,
        "at": NOW,
    }
    page = render_to_string("credit/verification.html", context)
    pairs = re.findall(r"<dt>(Credit|Certificate|Designation)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return " / ".join(f"{label}: {_plain(value)}" for label, value in pairs)


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"</?em>", "*", html))).strip()


def document(found: list[Cell]) -> str:
    """The table as it stands in the documentation: professions that are treated alike share a row."""
    lines = [INTRO]
    for system in OFFERS:
        lines += [f"## {system.label}", "", f"Offered: {system.amount_text(AMOUNT)}. Certainty of the entry: {system.certainty}.", ""]
        lines += [
            "| the offer is | who | activity page | claim | certificate | letter | verification | transcript |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for state in STATES:
            groups: dict[tuple[str, str, Paper], list[str]] = {}
            for cell in found:
                if (cell.system, cell.state) == (system.key, state):
                    groups.setdefault((cell.page, cell.claim, cell.paper), []).append(PACK.professions[cell.profession].one)
            for (page, claim, paper), who in groups.items():
                row = [state, ", ".join(who), page, claim, paper.certificate, paper.letter, paper.verification, paper.transcript]
                lines.append("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in row) + " |")
        lines.append("")
    (faculty,) = warnings_about(is_faculty=True)
    lines += [
        "## Faculty of the activity (CLAIM-005)",
        "",
        f"Nobody is stopped; the claim page says, and the logbook keeps: {faculty.message}",
        "",
    ]
    return "\n".join(lines)


INTRO = f"""# Right credit to the right person

Every profession with every offer of credit, in four states, as activity page, claim page, certificate, letter, verification and transcript say it.
The table is made by `tests/credit/test_right_credit.py` from the functions behind those pages, on a real (not a sample) provider; the test fails when
this file and the product differ. `UPDATE_DOCS=1 pytest tests/credit/test_right_credit.py` writes it anew.

- *approved*: the offer has what it needs. *unapproved*: number, dates or evidence are missing; credit that needs no approval is not designated at all.
  *ended*: its own approval ended on {ENDED:%B} {ENDED.day}, {ENDED.year}, the edition goes on. *lapsed*: the provider's accreditations have ended.
- The gate lets no unapproved offer be published, and no board's points whose statement is not known (the certificate then has no statement below). The
  claim closes them all the same.
- Asterisks stand for italics. An activity that offers several credits shows each profession its own; what is closed is told to everybody.
"""


def lapsed_on() -> date:
    """The last day of the lapsed provider's accreditations."""
    return NOW.date() - timedelta(days=1)
