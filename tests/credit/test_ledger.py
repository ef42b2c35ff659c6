"""The ledger's rules on rows alone, seals as they are made, and what holds after any history."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preceptor.accounts.models import User
from preceptor.credit.actions import (
    claim_credit,
    correct_award,
    correct_claim,
    reinstate_award,
    reverse_award,
    seal_ledger,
    sweep,
    typeset_certificate,
)
from preceptor.credit.adapters.seal_files import add_seals, read_seals
from preceptor.credit.models import Award, LedgerHead, LedgerLine, LedgerSeal, Standing
from preceptor.credit.queries import kept_seals, transcript_for
from preceptor.credit.rules import (
    GENESIS,
    REINSTATEMENT_REASONS,
    REVERSAL_REASONS,
    STAFF_REASONS,
    Claim,
    Figures,
    LineKind,
    Seal,
    Source,
    check_chain,
    hash_of,
    is_seal_due,
    seal_bytes,
    seal_line,
    seal_of_line,
)
from preceptor.journey.models import Participation
from preceptor.kernel.credits import plain
from preceptor.kernel.refusals import Refused
from preceptor.mail.models import Attachment, Letter
from tests.credit.conftest import NOW, House, claim_for
from tests.credit.ledgers import flaws
from tests.credit.sums import Deed, ledger_totals, standing_deeds

# --- rows alone -----------------------------------------------------------------------------------------------------------------------------


def rows(count: int) -> list[tuple[object, ...]]:
    """Lines of a ledger, without a database: hash, award, then the values."""
    made, previous = [], GENESIS
    for number in range(1, count + 1):
        values = (number, "award", "2026-01-01 00:00:00", "learner", "", "{}", "", previous, number, "u", f"SERIAL{number}", *[0] * 13)
        previous = hash_of(values)
        made.append((previous, number, *values))
    return made


def found(lines: list[tuple[object, ...]], head: tuple[int, str] | None, *seals: Seal) -> list[tuple[str, int | None]]:
    """Codes and numbers."""
    return [(flaw.code, flaw.number) for flaw in check_chain(lines, head, [(Source.OUTSIDE, seal) for seal in seals], Figures())]


def sealed(number: int, line_hash: str) -> Seal:
    return Seal(number, line_hash, "2026-01-02T00:00:00Z", "key", "")


def test_a_whole_chain_has_no_flaw() -> None:
    lines = rows(5)
    assert found(lines, (5, str(lines[-1][0])), sealed(3, str(lines[2][0])), sealed(5, str(lines[4][0]))) == []
    assert found([], None) == found([], (0, GENESIS)) == []


def test_flaws_of_chains() -> None:
    lines = rows(5)
    head = (5, str(lines[-1][0]))
    assert found(lines[:2] + lines[1:], head)[0] == ("ledger.doubled", 2)
    assert found(lines[:2] + lines[3:], head) == [("ledger.gap", 3)]
    assert found(lines[1:], head) == [("ledger.gap", 1)]
    assert found(lines[:3], head) == [("ledger.tail", 4)]
    assert found(lines[:3], (3, str(lines[2][0])), sealed(5, head[1])) == [("ledger.tail", 4)]
    assert found([], (0, GENESIS), sealed(5, head[1])) == [("ledger.tail", 1)]
    assert found(lines, head, sealed(2, "other"), sealed(4, "other")) == [("ledger.rehashed", 2)]
    assert found([(lines[0][0], 1, 0, *lines[0][3:]), *lines], head)[0] == ("ledger.inserted", 0)
    bytes_in_a_text = (*lines[0][:6], b"reason", *lines[0][7:])
    assert found([bytes_in_a_text, *lines[1:]], head) == [("ledger.altered", 1)]


@pytest.mark.parametrize(
    ("number", "hours", "last", "due"),
    [(0, 0, 0, False), (1, 0, 0, True), (5, 1, 4, False), (5, 24, 4, True), (5, 48, 5, False), (10_004, 1, 4, True)],
)
def test_when_a_seal_is_due(number: int, hours: int, last: int, due: bool) -> None:
    assert is_seal_due(number, NOW + timedelta(hours=hours), last, NOW if last else None) is due


def test_a_seal_is_signed_in_one_form_only() -> None:
    assert seal_bytes(7, "ab", "2026-01-02T00:00:00Z") == b"preceptor ledger seal 1\n7\nab\n2026-01-02T00:00:00Z\n"
    seal = Seal(7, "ab", "2026-01-02T00:00:00Z", "key", "00")
    assert seal_of_line(seal_line(seal)) == seal and seal.signed == seal_bytes(7, "ab", "2026-01-02T00:00:00Z")
    for line in ("", "words", "{", "[]", "7", '{"number": "7"}', '{"number": true}', '{"number": 7, "hash": 1}'):
        assert seal_of_line(line) is None


# --- seals as they are made -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def seals_file(settings: object, tmp_path: Path) -> Path:
    """Where seals are written in this test."""
    settings.LEDGER_SEALS_FILE = str(tmp_path / "deep" / "seals.jsonl")  # type: ignore[attr-defined]
    settings.LEDGER_SEAL_TO = ["admin@elsewhere.example"]  # type: ignore[attr-defined]
    return tmp_path / "deep" / "seals.jsonl"


def claimed(house: House, slug: str = "breast-cancer") -> Award:
    return claim_credit(house.participation(house.learner(), house.edition(slug)), claim_for(), at=NOW)


def test_a_seal_is_made_written_and_sent_once_a_day(house: House, seals_file: Path) -> None:
    seal_ledger(at=NOW)
    assert not LedgerSeal.objects.exists() and not seals_file.exists() and not Letter.objects.exists()
    claimed(house)
    seal_ledger(at=NOW)
    seal_ledger(at=NOW + timedelta(minutes=1))
    claimed(house, "two")
    seal_ledger(at=NOW + timedelta(hours=2))
    assert [seal.number for seal in read_seals(seals_file)[0]] == [1] and kept_seals() == read_seals(seals_file)[0]
    letter = Letter.objects.get(kind="credit.ledger_seal")
    assert letter.recipient == "admin@elsewhere.example" and letter.state == "queued"
    assert LedgerLine.objects.get(number=1).hash in letter.text and seal_line(kept_seals()[0]) in letter.text
    assert "Riley" not in letter.text + letter.html
    attached = bytes(Attachment.objects.get(letter=letter).data).decode()
    assert seal_of_line(attached) == kept_seals()[0]
    seal_ledger(at=NOW + timedelta(days=1))
    assert [seal.number for seal in read_seals(seals_file)[0]] == [1, 2] and Letter.objects.filter(kind="credit.ledger_seal").count() == 2
    seal_ledger(at=NOW + timedelta(days=5))
    assert LedgerSeal.objects.count() == Letter.objects.filter(kind="credit.ledger_seal").count() == 2
    assert flaws() == []


def test_without_an_address_the_operators_are_written_to(house: House, seals_file: Path, settings: object) -> None:
    settings.LEDGER_SEAL_TO = []  # type: ignore[attr-defined]
    claimed(house)
    seal_ledger(at=NOW)
    assert not Letter.objects.filter(kind="credit.ledger_seal").exists()
    User.objects.create_superuser("root@sample.example", "pass")
    seal_ledger(at=NOW + timedelta(hours=1))
    assert Letter.objects.get(kind="credit.ledger_seal").recipient == "root@sample.example"


def test_a_file_that_cannot_be_written_keeps_no_letter_back(house: House, tmp_path: Path, settings: object) -> None:
    settings.LEDGER_SEALS_FILE, settings.LEDGER_SEAL_TO = str(tmp_path), ["admin@elsewhere.example"]  # type: ignore[attr-defined]
    claimed(house)
    with pytest.raises(IsADirectoryError):
        seal_ledger(at=NOW)
    assert LedgerSeal.objects.count() == Letter.objects.filter(kind="credit.ledger_seal").count() == 1


def test_a_file_that_lost_a_seal_is_brought_up(house: House, seals_file: Path) -> None:
    claimed(house)
    seal_ledger(at=NOW)
    claimed(house, "two")
    seal_ledger(at=NOW + timedelta(days=1))
    both = seals_file.read_text()
    seals_file.write_text(both[: len(both) // 2 + 20])  # a crash in the middle of the second line
    seal_ledger(at=NOW + timedelta(days=1, hours=1))
    assert read_seals(seals_file) == (kept_seals(), 1)
    seals_file.unlink()
    seal_ledger(at=NOW + timedelta(days=1, hours=2))
    assert seals_file.read_text() == both


def test_workers_that_write_at_once_write_each_seal_once(tmp_path: Path) -> None:
    seals = [Seal(number, "ab" * 32, "2026-01-02T00:00:00Z", "key", "00") for number in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda number: add_seals(tmp_path / "seals", seals[: number + 1]), range(40)))
    assert sum(counts) == 40 and Counter(read_seals(tmp_path / "seals")[0]) == Counter(seals)
    assert all(json.loads(line) for line in (tmp_path / "seals").read_text().splitlines())


def test_a_seal_beyond_the_ledger_is_logged(house: House, seals_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A backup was restored that is older than the last seal."""
    claimed(house)
    seal_ledger(at=NOW)
    add_seals(seals_file, [Seal(9, "ab" * 32, "2026-01-02T00:00:00Z", "key", "00")])
    seal_ledger(at=NOW + timedelta(hours=1))
    assert "sealed up to line 9" in caplog.text
    assert ("ledger.tail", 2) in [(flaw.code, flaw.number) for flaw in flaws()]


# --- deeds ----------------------------------------------------------------------------------------------------------------------------------


def test_a_deed_that_fails_leaves_no_gap(house: House) -> None:
    first = claimed(house)
    rival = house.participation(house.learner(), house.edition("two"))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        claim_credit(rival, claim_for(), at=NOW)
        _ = 1 / 0
    assert LedgerHead.objects.get().number == 1 and not Award.objects.exclude(pk=first.pk).exists()
    claim_credit(Participation.objects.get(pk=rival.pk), claim_for(), at=NOW)
    assert list(LedgerLine.objects.values_list("number", flat=True)) == [1, 2] and flaws(with_files=False) == []


def test_a_request_that_is_repeated_gives_the_same_certificate(house: House) -> None:
    participation = house.participation(house.learner(), house.edition())
    award = claim_credit(participation, claim_for(), at=NOW, request_key="one")
    assert claim_credit(Participation.objects.get(pk=participation.pk), claim_for(), at=NOW, request_key="one") == award
    made = correct_claim(award, claim_for(amount="0.5"), at=NOW, request_key="two")
    assert correct_claim(Award.objects.get(pk=award.pk), claim_for(amount="0.5"), at=NOW, request_key="two") == made
    staff = house.learner()
    again = correct_award(made, claim_for(amount="0.25"), by=staff, reason=STAFF_REASONS[2], at=NOW, request_key="three")
    assert correct_award(made, claim_for(amount="0.25"), by=staff, reason=STAFF_REASONS[2], at=NOW, request_key="three") == again
    assert LedgerLine.objects.count() == 3 and flaws() == []


# --- any history ----------------------------------------------------------------------------------------------------------------------------

PEOPLE, ACTIVITIES, EDITIONS, SYSTEMS, AMOUNTS = 3, 2, 2, ("ancc", "aanp", "participation"), ("0.25", "0.5", "0.75")
STEP = st.tuples(
    st.sampled_from(["claim", "claim", "claim", "correct", "staff", "reverse", "reinstate", "again"]),
    st.integers(0, PEOPLE * ACTIVITIES * EDITIONS - 1),
    st.sampled_from(SYSTEMS),
    st.sampled_from(AMOUNTS),
)


def _claim(system: str, amount: str) -> Claim:
    fixed = {"aanp": "0.75", "participation": "0"}
    return claim_for("nurse_practitioner", system, fixed.get(system, amount))


def do(step: tuple[str, int, str, str], places: list[int], staff: User) -> None:
    """One deed on the participation or the award of this number; what is refused changes nothing."""
    verb, number, system, amount = step
    awards = list(Award.objects.order_by("pk"))
    participation = Participation.objects.get(pk=places[number % len(places)])
    award = awards[number % len(awards)] if awards else None
    key = f"{system}-{amount}"
    try:
        if verb == "claim":
            claim_credit(participation, _claim(system, amount), at=NOW, request_key=key)
        elif award is None:
            pass
        elif verb == "correct":
            correct_claim(award, _claim(system, amount), at=NOW + timedelta(hours=1), request_key=f"c-{key}")
        elif verb == "staff":
            correct_award(award, _claim(system, amount), by=staff, reason=STAFF_REASONS[1], at=NOW + timedelta(hours=2))
        elif verb == "reverse":
            reverse_award(award, by=staff, reason=REVERSAL_REASONS[0], at=NOW + timedelta(hours=3))
        elif verb == "reinstate":
            reinstate_award(award, by=staff, reason=REINSTATEMENT_REASONS[0], at=NOW + timedelta(hours=4))
        else:
            sweep(at=NOW + timedelta(days=1))
    except Refused:
        pass


def deeds() -> list[Deed]:
    """The lines of the ledger, for its own sum."""
    return [
        Deed(
            LineKind(line.kind), line.award_id, line.award.user_id, line.award.activity_id, line.award.system, line.award.amount,
            line.award.supersedes_id,
        )
        for line in LedgerLine.objects.select_related("award").order_by("number")
    ]  # fmt: skip


def is_one_truth(people: list[User]) -> None:
    """The sum of the ledger's lines, the transcripts, and what counts for a report are the same, and nobody has the same credit twice."""
    told = deeds()
    standing, sums = standing_deeds(told), ledger_totals(told)
    assert set(standing) == set(Standing.objects.values_list("award", flat=True))
    reported: dict[tuple[int, str], Decimal] = {}
    for row in Standing.objects.select_related("award"):
        reported[row.award.user_id, row.award.system] = reported.get((row.award.user_id, row.award.system), Decimal(0)) + row.award.amount
    assert reported == sums
    for person in people:
        transcript = transcript_for(person, at=NOW)
        credit = Counter(deed.system for deed in standing.values() if deed.person == person.pk and deed.system != "participation")
        expected = sorted((plain(sums[person.pk, system]), count) for system, count in credit.items())
        assert sorted((total.number, total.count) for total in transcript.totals) == expected
        assert transcript.participations == sum(deed.system == "participation" for deed in standing.values() if deed.person == person.pk)
    assert all(count == 1 for count in Counter((deed.person, deed.activity, deed.system) for deed in standing.values()).values())


def test_any_history_adds_up(house: House) -> None:
    people = [house.learner("nurse_practitioner") for _ in range(PEOPLE)]
    editions = [house.edition(f"activity-{n}", offers={"ancc": "0.75", "aanp": "0.75"}) for n in range(ACTIVITIES) for _ in range(EDITIONS)]
    places = [house.participation(person, edition).pk for person in people for edition in editions]
    staff = house.learner()

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(STEP, min_size=3, max_size=14))
    def check(history: list[tuple[str, int, str, str]]) -> None:
        kept: list[tuple[int, str]] = []
        with transaction.atomic():
            for step in history:
                do(step, places, staff)
                lines = list(LedgerLine.objects.order_by("number").values_list("number", "hash"))
                assert lines[: len(kept)] == kept, "what was written was changed"
                kept = lines
                assert flaws([], with_files=False) == []
                is_one_truth(people)
            transaction.set_rollback(True)

    check()


def test_looking_again_changes_nothing(house: House) -> None:
    award = claimed(house)
    typeset_certificate(award=award.pk, at=NOW)

    def everything() -> SimpleNamespace:
        row = Award.objects.get(pk=award.pk)
        lines = list(LedgerLine.objects.order_by("number").values())
        return SimpleNamespace(award=row.payload, lines=lines, files=list(row.certificate_files.values_list("sha256", flat=True)))

    before = everything()
    for days in (1, 400, 4000):
        sweep(at=NOW + timedelta(days=days))
        typeset_certificate(award=award.pk, at=NOW + timedelta(days=days))
        transcript_for(award.user, at=NOW + timedelta(days=days))
        claim_credit(Participation.objects.get(pk=award.participation_id), claim_for(amount="0.25"), at=NOW + timedelta(days=days))
    assert everything() == before and flaws() == []
