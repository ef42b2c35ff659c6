"""The list to report from, its file, and what the desk does to an award."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.accounts.actions import give_duty
from preceptor.catalog.models import Edition
from preceptor.credit.actions import claim_credit
from preceptor.credit.models import Award, LedgerLine, ReportMark
from preceptor.credit.queries import COLUMNS
from preceptor.credit.rules import REINSTATEMENT_REASONS, REVERSAL_REASONS, STAFF_REASONS
from preceptor.kernel.serials import grouped
from preceptor.kernel.tables import csv_bytes, harmless
from preceptor.logbook.models import Entry
from tests.credit.conftest import NOW, House, claim_for, house  # noqa: F401 - a fixture
from tests.studio.conftest import at_desk

pytestmark = pytest.mark.django_db
LIST = "/studio/completions/"


def completed(
    at_house: House, profession: str = "pharmacist", system: str = "acpe_p", slug: str = "breast-cancer", **changes: object
) -> Award:
    edition = Edition.objects.filter(activity__slug=slug).first() or at_house.edition(slug)
    return claim_credit(at_house.participation(at_house.learner(profession), edition), claim_for(profession, system, **changes), at=NOW)


def at(award: Award) -> str:
    return f"{LIST}{grouped(award.serial)}/"


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", " =1", "＝1", "\ufeff=1"])
def test_a_cell_that_begins_like_a_formula_is_made_harmless(typed: str) -> None:
    assert harmless(typed).startswith("'")
    text = csv_bytes(["a"], [[typed]]).decode("utf-8-sig")
    assert next(csv.reader(StringIO(text.split("\r\n", 1)[1])))[0].startswith("'")


@pytest.mark.parametrize("typed", ["Riley", "1.5", "O'Brien", "a=b", "Ångström", ""])
def test_any_other_cell_stays_as_it_is(typed: str) -> None:
    assert harmless(typed) == typed


def test_the_list_counts_each_person_once_and_says_what_is_due(house: House, editor: Client) -> None:  # noqa: F811
    completed(house)
    completed(house, "physician", "ama_pra_1")
    completed(house, "registered_nurse", "ancc", slug="second")
    counts = editor.get(LIST).context["counts"]
    assert (counts.physicians, counts.others, counts.unreported) == (1, 2, 1)
    assert counts.soonest == NOW.date() + timedelta(days=60)
    one = editor.get(LIST, {"activity": "second"}).context["counts"]
    assert (one.physicians, one.others) == (0, 1)
    assert [row.payload["profession"] for row in editor.get(LIST, {"unreported": "on"}).context["rows"]] == ["pharmacist"]
    assert editor.get(LIST, {"first": "2026-11-23"}).context["rows"] == []
    assert len(editor.get(LIST, {"first": "nonsense", "system": "x", "page": "x"}).context["rows"]) == 3


def test_the_list_asks_no_more_for_thirty_than_for_one(house: House, editor: Client) -> None:  # noqa: F811
    completed(house)
    editor.get(LIST)
    counts = []
    for number in (0, 29):
        for _ in range(number):
            completed(house)
        with CaptureQueriesContext(connection) as seen:
            editor.get(LIST)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_file_is_for_registrars_holds_the_numbers_and_leaves_a_line(house: House, editor: Client, reader: Client) -> None:  # noqa: F811
    award = completed(house, family_name="=HYPERLINK()")
    assert reader.post(f"{LIST}list.csv").status_code == 403 and editor.get(f"{LIST}list.csv").status_code == 405
    answer = editor.post(f"{LIST}list.csv?activity=breast-cancer")
    assert re.fullmatch(r'attachment; filename="completions-breast-cancer-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    header, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert header == list(COLUMNS)
    told = dict(zip(header, row, strict=True))
    assert told["Serial"] == grouped(award.serial) and told["Completed on"] == "2026-11-22" and told["Amount"] == "0.75"
    assert "123456" in told["Identifiers"] and told["Report by"] == "2027-01-21"
    assert "HYPERLINK" in told["Name"] and not told["Name"].startswith("=")
    entry = Entry.objects.get(verb="credit.export_completions")
    assert entry.detail == {"rows": 1, "scope": "activity=breast-cancer"}
    assert reader.get(LIST).status_code == 403, "who completed what is for registrars"


@pytest.mark.parametrize(
    ("moment", "day", "claimed", "zone"),
    [
        ((2026, 11, 23, 3, 30), "2026-11-22", "2026-11-22 22:30:00", "America/New_York (UTC-05:00)"),  # the evening of the 22nd there
        ((2026, 11, 22, 15, 2), "2026-11-22", "2026-11-22 10:02:00", "America/New_York (UTC-05:00)"),
        ((2027, 5, 2, 3, 30), "2027-05-01", "2027-05-01 23:30:00", "America/New_York (UTC-04:00)"),
    ],
)
def test_the_file_tells_day_and_moment_by_one_clock(
    house: House,  # noqa: F811
    editor: Client,
    moment: tuple[int, int, int, int, int],
    day: str,
    claimed: str,
    zone: str,
) -> None:
    at_once = datetime(*moment, tzinfo=UTC)
    participation = house.participation(house.learner("pharmacist"), house.edition(), at=at_once)
    claim_credit(participation, claim_for("pharmacist", "acpe_p"), at=at_once)
    header, row = csv.reader(StringIO(editor.post(f"{LIST}list.csv").content.decode("utf-8-sig")))
    told = dict(zip(header, row, strict=True))
    assert (told["Completed on"], told["Claimed at"], told["Time zone"]) == (day, claimed, zone)


def test_ticked_completions_are_marked_as_reported_once(house: House, editor: Client) -> None:  # noqa: F811
    awards = [completed(house) for _ in range(2)]
    none = editor.post(LIST, {"receiver": "CPE Monitor"})
    assert none.status_code == 422 and "Tick the completions" in none.content.decode()
    typed = {"receiver": "CPE Monitor", "note": "Upload of today", "serial": [award.serial for award in awards]}
    for _ in range(2):
        assert editor.post(LIST, typed).status_code == 303
    assert ReportMark.objects.count() == 2
    assert editor.get(LIST).context["counts"].unreported == 0
    assert editor.get(LIST, {"unreported": "on"}).context["rows"] == []


def test_what_was_told_to_another_receiver_still_has_to_be_told(house: House, editor: Client) -> None:  # noqa: F811
    award = completed(house)
    assert editor.get(at(award)).context["reported"]["receiver"].value() == "CPE Monitor"
    assert editor.post(at(award), {"do": "report", "receiver": "the moon"}).status_code == 422
    assert editor.post(at(award), {"do": "report", "receiver": "PARS"}).status_code == 303
    asked = editor.get(LIST, {"unreported": "on"})
    assert [row.award for row in asked.context["rows"]] == [award] and asked.context["counts"].unreported == 1


def test_an_award_is_taken_back_and_reinstated_at_the_desk(house: House, editor: Client, reader: Client) -> None:  # noqa: F811
    award = completed(house)
    typed = {"do": "reverse", "reason": REVERSAL_REASONS[0], "note": "Mail of today"}
    assert reader.get(at(award)).status_code == reader.post(at(award), typed).status_code == 403
    assert editor.post(at(award), {"do": "reverse", "reason": "because"}).status_code == 422
    assert editor.post(at(award), typed).status_code == 303
    page = editor.get(at(award)).content.decode()
    assert "taken back" in page and REVERSAL_REASONS[0] in page and "Reinstate it" in page
    assert "was reported: tell" not in page
    assert editor.post(at(award), {"do": "reinstate", "reason": REINSTATEMENT_REASONS[0]}).status_code == 303
    assert list(LedgerLine.objects.values_list("kind", flat=True)) == ["award", "reversal", "reinstatement"]
    assert Entry.objects.filter(verb="credit.reverse_award", reason="Mail of today").exists()


def test_staff_are_told_whom_to_tell_of_what_becomes_of_reported_credit(house: House, editor: Client) -> None:  # noqa: F811
    award = completed(house)
    editor.post(at(award), {"do": "report", "receiver": "PARS"})
    assert editor.post(at(award), {"do": "reverse", "reason": REVERSAL_REASONS[0]}).status_code == 303
    assert b"This credit was reported: tell PARS that it was taken back." in editor.get(at(award)).content


def test_a_certificate_is_corrected_at_the_desk(house: House, editor: Client) -> None:  # noqa: F811
    award = completed(house)
    url = f"{at(award)}correct/"
    editor.post(at(award), {"do": "report", "receiver": "CPE Monitor"})
    form = editor.get(url).context["form"]
    typed = {name: form[name].value() for name in ("given_name", "family_name", "credentials", "profession", "system", "amount")}
    wrong = editor.post(url, typed | {"system": "participation", "amount": "3", "reason": STAFF_REASONS[0]})
    assert wrong.status_code == 422 and "carries no amount" in wrong.content.decode()
    assert editor.post(url, typed | {"family_name": "Right"}).status_code == 422, "without a reason"
    answer = editor.post(url, typed | {"family_name": "Right", "reason": STAFF_REASONS[0]})
    made = Award.objects.get(supersedes=award)
    assert answer.status_code == 303 and answer["Location"] == at(made)
    assert "tell CPE Monitor of the correction" in editor.get(at(made)).content.decode()
    assert made.payload["name"] == "Riley Right" and made.payload["identifiers"] == award.payload["identifiers"]
    assert "superseded" in editor.get(at(award)).content.decode()
    again = editor.post(url, typed | {"family_name": "Other", "reason": STAFF_REASONS[0]})
    assert again.status_code == 422 and "does not stand any more" in again.content.decode()


def test_a_registrar_meets_a_sentence_in_place_of_the_buttons_at_their_own_award(house: House, editor: Client) -> None:  # noqa: F811
    award, other = completed(house), completed(house)
    me = award.user
    me.is_staff = True
    me.save(update_fields=["is_staff"])
    give_duty(me, "registrar", by="an operator", at=NOW)
    desk = at_desk(me)
    for url in (at(award), f"{at(award)}correct/"):
        page = desk.get(url).content.decode()
        assert "another registrar must do it" in page
        assert "Take this certificate back" not in page and "Issue the corrected" not in page and "It was reported" not in page
        assert "Correct it</a>" not in page
    assert "Take this certificate back" in desk.get(at(other)).content.decode()
    for typed in ({"do": "reverse", "reason": REVERSAL_REASONS[0]}, {"do": "report", "receiver": "CPE Monitor"}):
        answer = desk.post(at(award), typed)
        assert answer.status_code == 422 and "another registrar must do it" in answer.content.decode()
    form = desk.get(f"{at(other)}correct/").context["form"]
    typed = {name: form[name].value() for name in ("given_name", "family_name", "credentials", "profession", "system", "amount")}
    assert desk.post(f"{at(award)}correct/", typed | {"family_name": "Right", "reason": STAFF_REASONS[0]}).status_code == 422
    listed = desk.get(LIST).content.decode()
    assert f'value="{award.serial}"' not in listed and f'value="{other.serial}"' in listed and "your own" in listed
    both = desk.post(LIST, {"receiver": "CPE Monitor", "serial": [award.serial, other.serial]})
    assert both.status_code == 422 and "another registrar must do it" in both.content.decode()
    assert not ReportMark.objects.exists() and list(LedgerLine.objects.values_list("kind", flat=True)) == ["award", "award"]
    assert editor.post(at(award), {"do": "reverse", "reason": REVERSAL_REASONS[0]}).status_code == 303, "another registrar may"
    page = desk.get(at(award)).content.decode()
    assert "another registrar must do it" in page and "Let it stand again" not in page


@pytest.mark.parametrize("serial", ["x", "0000-0000-0000-0000-0", "%00", "../.."])
def test_an_unknown_serial_is_not_found(editor: Client, serial: str) -> None:
    assert editor.get(f"{LIST}{serial}/").status_code == 404


def test_what_is_no_serial_is_no_award(house: House, editor: Client) -> None:  # noqa: F811
    award = completed(house)
    assert editor.get(f"{LIST}%00/").status_code == 404
    assert editor.post(LIST, {"serial": ["\x00", award.serial], "receiver": "CPE Monitor"}).status_code == 303
    assert editor.post(LIST, {"serial": ["\x00"], "receiver": "CPE Monitor"}).status_code == 422
    assert ReportMark.objects.count() == 1
