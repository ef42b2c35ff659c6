"""Right credit to the right person, as the pages themselves say it: the rows of docs/rules/right-credit.md, fetched like a browser does.

One offer of each group in the four states; of every row of the table the first profession (of the row in which everybody but physicians is offered
AMA credit: each). Page, claim, certificate, letter, verification and transcript have to say the row's exact words, and no others that give credit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import count

import pytest
import time_machine
from django.test import Client

from preceptor.catalog.models import Edition
from preceptor.credit.models import Award, TranscriptFile
from preceptor.kernel.serials import grouped
from tests.credit.conftest import NOW, House
from tests.credit.right_credit import AMOUNT, DOC, OFFERS, PACK, STATES, edition_in, lapsed_on

GROUPS = ("ama_pra_1", "aapa_1", "ancc", "aanp", "acpe_p", "acpe_t", "ipce", "moc_abim", "moc_abp")
CODES = {profession.one: code for code, profession in PACK.professions.items()}
KEYS = {system.label: system.key for system in OFFERS}
GIVING = ("certificate of credit", "is awarded", "was awarded", "credit awarded", "has earned")
_hosts = count(1)


@dataclass(frozen=True)
class Row:
    """A row of the table, for one profession."""

    system: str
    state: str
    profession: str
    page: str
    claim: str
    certificate: str
    letter: str
    verification: str
    transcript: str

    @property
    def is_credit(self) -> bool:
        """Does it give credit?"""
        return self.transcript != "Participation"


def rows() -> Iterator[Row]:
    """The table as it stands in the documentation."""
    system = ""
    for line in DOC.read_text().splitlines():
        if line.startswith("## "):
            system = KEYS.get(line[3:], "")
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if system in GROUPS and cells[0].strip("| ") in STATES:
            state, who = cells[0].strip("| "), [CODES[name] for name in re.split(r", (?=[A-Z])", cells[1])]
            for profession in who if (system, state) == ("ama_pra_1", "approved") else who[:1]:
                yield Row(system, state, profession, *cells[2:])


def words(html: str) -> str:
    """The words of a piece of a page: italics as asterisks, the rest as it is read."""
    text = re.sub(r"</?em>", "*", re.sub(r"<(script|style|svg|title)\b.*?</\1>", " ", html, flags=re.DOTALL))
    text = re.sub(r"</?(?:b|span|a|strong|small|sup|i)\b[^>]*>", "", text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def main_of(html: str) -> str:
    """The page without its frame."""
    return html.partition("<main")[2].partition("</main>")[0]


class Person:
    """A learner who has done everything but claim, and looks at every page of it."""

    def __init__(self, house: House, lapsed_house: House, row: Row) -> None:
        self.row, self.user = row, house.learner(row.profession)
        slug = f"{row.system}-{row.state}".replace("_", "-")
        edition = Edition.objects.filter(activity__slug=slug).first() or edition_in(house, lapsed_house, row.system, row.state)
        house.participation(self.user, edition)
        self.client = Client()
        self.client.force_login(self.user)
        self.place = f"/activities/{slug}/"

    def get(self, address: str, status: int = 200) -> str:
        """A page."""
        answer = self.client.get(address)
        assert answer.status_code == status, (self.row, address, answer.status_code)
        return answer.content.decode()

    def claim_page(self) -> str:
        """The card and the panel of the own profession."""
        page = main_of(self.get(f"{self.place}claim/"))
        code = self.row.profession
        card = next(label for label in re.findall(r"<label.*?</label>", page, re.DOTALL) if f'name="profession" value="{code}"' in label)
        panel = page.partition(f'data-panel="{code}"')[2]
        return f"{card} <p{re.split('data-panel=|<section', panel)[0]}"

    def claim(self) -> Award:
        """Send what is preset, with the statement ticked and the numbers that are asked for."""
        form = self.client.get(f"{self.place}claim/").context["form"]
        preset = {name: form[name].value() for name in form.fields}
        numbers = {name: "0704" if name.startswith("birth_mmdd") else "123456" for name in preset if self._is_needed(name)}
        sent = {name: value for name, value in preset.items() if value not in (None, False, "")}
        answer = self.client.post(f"{self.place}claim/", {**sent, **numbers, "attested": "on"})
        assert answer.status_code == 303, (self.row, words(main_of(answer.content.decode())))
        return Award.objects.get(user=self.user)

    def _is_needed(self, name: str) -> bool:
        kind, _, panel = name.partition("-")
        return panel == f"{self.row.profession}-{self.row.system}" and kind in PACK.systems[self.row.system].learner_identifiers


def assert_says(row: Row, where: str, said: str, expected: str, separator: str) -> None:
    """Every part of the cell stands on the page."""
    for part in expected.split(separator):
        assert part in said, (row.system, row.state, row.profession, where, part, said)


def assert_gives_nothing(row: Row, where: str, said: str) -> None:
    """Nothing on the page uses the words that go with credit."""
    for phrase in GIVING:
        assert phrase not in said.lower(), (row.system, row.state, row.profession, where, phrase, said)


@pytest.fixture
def lapsed_house(db: None, make_house: Callable[..., House]) -> House:
    """A provider whose accreditations have ended."""
    return make_house("Elm Street Medical Education", is_sample=False, accredited_to=lapsed_on())


def test_the_table_has_a_row_for_every_group_state_and_kind_of_learner() -> None:
    found = list(rows())
    assert {(row.system, row.state) for row in found} == {(system, state) for system in GROUPS for state in STATES}
    for system in GROUPS:
        claimants = {row.profession for row in found if row.system == system and row.is_credit}
        assert claimants and claimants <= set(PACK.systems[system].professions)
    assert {row.profession for row in found if (row.system, row.state) == ("ama_pra_1", "approved")} == set(PACK.professions)


@pytest.mark.parametrize("system", GROUPS)
def test_the_pages_say_what_the_table_says(house: House, lapsed_house: House, system: str) -> None:
    with time_machine.travel(NOW, tick=False):
        for row in (row for row in rows() if row.system == system):
            look_at(Person(house, lapsed_house, row), row)


def look_at(person: Person, row: Row) -> None:
    """Every page of one person against one row."""
    offered = PACK.systems[row.system].amount_markdown(AMOUNT)
    for where, html, cell in (("page", main_of(person.get(person.place)), row.page), ("claim", person.claim_page(), row.claim)):
        said = words(html)
        assert_says(row, where, said, cell, "; ")
        assert_gives_nothing(row, where, said)
        if row.state != "approved" or where == "claim" and not row.is_credit:
            for part in cell.split("; "):
                said = said.replace(part, "")
            assert offered not in said, (row, where, said)
    award = person.claim()
    serial = grouped(award.serial)
    certificate = re.search(r'<article class="cert".*?</article>', person.get(f"{person.place}certificate/"), re.DOTALL)
    sheet = re.search(r'<article class="cert".*?</article>', person.get(f"/certificates/{serial}/"), re.DOTALL)
    assert certificate and sheet
    for said in (words(certificate[0]), words(sheet[0])):
        assert_says(row, "certificate", said, row.certificate, " / ")
        if not row.is_credit:
            assert_gives_nothing(row, "certificate", said)
            assert ("designated for" in said) is ("designated for" in row.certificate), (row, said)
            assert (offered in said) is (offered in row.certificate), (row, said)
    _look_at_the_letter(row, award)
    _look_at_the_verification(row, serial)
    _look_at_the_transcript(person, row, serial, offered)


def _look_at_the_letter(row: Row, award: Award) -> None:
    letter = award.letters.get().letter
    assert_says(row, "letter", letter.text, row.letter, " / ")
    for said in (letter.text, words(letter.html.partition("<body")[2])):
        assert ("Certificate of Credit" in said) is row.is_credit, (row, said)
        if not row.is_credit:
            assert_gives_nothing(row, "letter", said)


def _look_at_the_verification(row: Row, serial: str) -> None:
    answer = Client(REMOTE_ADDR=f"127.1.0.{next(_hosts)}").get(f"/verify/{serial}/")
    assert answer.status_code == 200
    page = main_of(answer.content.decode())
    pairs = re.findall(r"<dt>(Credit|Certificate|Designation)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    assert " / ".join(f"{label}: {words(value)}" for label, value in pairs) == row.verification, row
    if not row.is_credit:
        assert_gives_nothing(row, "verification", words(page))


def _look_at_the_transcript(person: Person, row: Row, serial: str, offered: str) -> None:
    page = person.get("/transcript/")
    lines = [line for line in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if serial in line]
    assert len(lines) == 1
    said = words(lines[0])
    assert (row.transcript if row.is_credit else "Certificate of participation") in said, (row, said)
    assert (offered in words(main_of(page))) is row.is_credit, (row, said)
    if not row.is_credit:
        assert_gives_nothing(row, "transcript", words(main_of(page)))
    person.get("/transcript.pdf", status=202)
    (printed,) = TranscriptFile.objects.get(user=person.user).payload["rows"]
    assert printed["amount"] == row.transcript
