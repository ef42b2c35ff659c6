"""Offers of credit: saved with approval and evidence, open until the earlier end, closed when the accreditation lapses; the time worksheet."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from preceptor.accreditation.actions import end_accreditation
from preceptor.accreditation.queries import pack_on
from preceptor.catalog import actions
from preceptor.catalog.models import Edition
from preceptor.catalog.queries import Filters, catalogue, offer_standings, partner_names, statements_of, worksheet_of
from preceptor.catalog.rules import OfferState, Worksheet, is_far_off, is_offer_open, median_minutes, offer_ends_on, offer_state
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests import make

DAY = date(2026, 11, 22)
PACK = pack_on(DAY)


@dataclass
class Held:
    kind: str = "joint_accreditation"
    number: str = "SAMPLE"
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None


@dataclass
class Offer:
    system: str = "ancc"
    valid_to: date | None = date(2027, 6, 30)
    identifier: str = ""
    approved_from: date | None = date(2026, 1, 1)
    evidence: str = "letter.pdf"


@dataclass
class Bounds:
    ends_on: date | None = date(2027, 11, 22)


STATES = [
    (Offer(), Bounds(), [Held()], "open"),
    (Offer(valid_to=DAY), Bounds(), [Held()], "open"),
    (Offer(valid_to=date(2026, 11, 21)), Bounds(), [Held()], "ended"),
    (Offer(), Bounds(date(2026, 11, 21)), [Held()], "ended"),
    (Offer(), Bounds(), [Held(valid_to=date(2026, 11, 21))], "lapsed"),
    (Offer(), Bounds(), [], "lapsed"),
    (Offer(evidence=""), Bounds(), [Held()], "unapproved"),
    (Offer(approved_from=date(2026, 12, 1)), Bounds(), [Held()], "unapproved"),
    (Offer("ama_pra_1", None, approved_from=None, evidence=""), Bounds(), [Held()], "open"),
    (Offer("nobodys"), Bounds(), [Held()], "ended"),
]


@pytest.mark.parametrize(("offer", "edition", "held", "state"), STATES)
def test_where_an_offer_stands(offer, edition, held, state):
    assert offer_state(offer, edition, held, DAY, pack=PACK) == state
    assert is_offer_open(offer, edition, held, DAY, pack=PACK) is (state == "open")


@pytest.mark.parametrize(
    ("edition_end", "own_end", "last"),
    [(date(2027, 1, 1), date(2026, 6, 1), date(2026, 6, 1)), (date(2027, 1, 1), date(2028, 1, 1), date(2027, 1, 1)), (date(2027, 1, 1), None, date(2027, 1, 1)), (None, None, None)],
)  # fmt: skip
def test_an_offer_ends_at_the_earlier_end(edition_end, own_end, last):
    assert offer_ends_on(edition_end, Offer(valid_to=own_end)) == last


@pytest.mark.parametrize(
    ("system", "amount", "minutes", "is_far"),
    [
        ("ama_pra_1", "0.75", "44", False), ("ama_pra_1", "1.00", "44", True), ("ama_pra_1", "0.50", "44", True), ("ama_pra_1", "1.00", "48", False),
        ("ama_pra_1", "1.00", "47.9", True), ("ancc", "0.50", "44", False), ("ancc", "0.75", "44", False), ("ancc", "0.25", "44", True),
    ],
)  # fmt: skip
def test_a_designation_more_than_a_quarter_away_is_far_off(system, amount, minutes, is_far):
    assert is_far_off(Decimal(amount), PACK.systems[system], Decimal(minutes)) is is_far


def test_a_pilot_takes_the_formulas_place_and_both_stay_told():
    sheet = Worksheet(media_seconds=245, words=3625, items=10, difficulty=Decimal(2), pilot_minutes=(51, 40, 47, 90))
    assert sheet.pilot_median == Decimal("49.00") and sheet.minutes == Decimal("49.00") and sheet.computed_minutes == Decimal("43.75")
    assert "Pilot: 40, 47, 51, 90 min; median 49.00 min, used instead of the computed 43.75 min" in sheet.lines()
    assert median_minutes([]) is None


pytestmark = pytest.mark.django_db


def refused(deed) -> str:
    with pytest.raises(Refused) as refusal:
        deed()
    return refusal.value.code


def save(edition: Edition, system: str = "aanp", amount: str = "0.50", **values: object):
    return actions.save_offer(edition, system, Decimal(amount), by="Kim Sample", at=timezone.now(), **values)


def test_an_offer_is_saved_changed_and_removed_and_the_writer_is_noted():
    edition = make.draft_edition()
    letter = ContentFile(b"letter", name="letter.txt")
    save(edition, identifier="S-1", approved_from=DAY, valid_to=date(2027, 11, 1), evidence=letter, sub_amounts={"rx": "0.25"})
    offer = edition.offers.get(system="aanp")
    assert offer.position == 5 and offer.evidence and offer.sub_amounts == {"rx": "0.25"}
    save(edition, amount="0.75", identifier="S-1")
    offer.refresh_from_db()
    assert offer.amount == Decimal("0.75") and offer.evidence and offer.approved_from is None
    actions.remove_offer(edition, "aanp", by="Kim Sample", at=timezone.now())
    assert not edition.offers.filter(system="aanp").exists()
    edition.refresh_from_db()
    assert edition.written_by == [make.BY, "Kim Sample"]
    assert Entry.objects.filter(verb__in=["catalog.save_offer", "catalog.remove_offer"], by="Kim Sample").count() == 3


def test_what_cannot_be_offered_is_refused():
    edition = make.draft_edition()
    program = ContentFile(b"x", name="letter.exe")
    assert refused(lambda: save(edition, "nobodys")) == refused(lambda: save(edition, "participation")) == "catalog.unknown_system"
    assert refused(lambda: save(edition, amount="0.30")) == refused(lambda: save(edition, amount="0")) == "catalog.amount"
    assert refused(lambda: save(edition, sub_amounts={"rx": "0.75"})) == "catalog.sub_amount"
    assert refused(lambda: save(edition, "ancc", sub_amounts={"rx": "0.25"})) == "catalog.sub_amount"
    assert refused(lambda: save(edition, evidence=program)) == "catalog.evidence"
    last_year = f"1234-0000-{(edition.released_on.year - 1) % 100:02}-001-H01-P"
    for system, number in (
        ("aanp", "#1"),
        ("acpe_p", "12"),
        ("acpe_p", last_year),
        ("acpe_p", last_year.replace("H01-P", "H01-T")),
        ("moc_abim", "12-A"),
    ):
        assert refused(lambda system=system, number=number: save(edition, system, identifier=number)) == "catalog.identifier"
    save(edition, identifier="")


def test_partners_stand_in_the_statement_of_the_release_date():
    edition, at = make.draft_edition(), timezone.now()
    actions.set_partners(edition, [("Sample Society", False), ("Sample College", True)], by=make.BY, at=at)
    assert partner_names(edition) == ["Sample Society"]
    (said,) = statements_of(edition).accreditation
    assert "planned and implemented by Sample Test Provider and Sample Society." in said
    assert refused(lambda: actions.set_partners(edition, [("A", False), (" A ", True)], by=make.BY, at=at)) == "catalog.partners"
    for held in edition.activity.provider.accreditations.all():
        end_accreditation(held, edition.released_on.replace(year=edition.released_on.year - 1), by=make.BY, at=at)
    assert statements_of(Edition.objects.get(pk=edition.pk)).accreditation == []


def test_a_statement_stays_that_of_the_release_date_when_the_accreditation_ends_later():
    edition, at = make.published_edition(), timezone.now()
    for held in edition.activity.provider.accreditations.all():
        end_accreditation(held, edition.released_on, by=make.BY, at=at)
    edition = Edition.objects.get(pk=edition.pk)
    assert len(statements_of(edition).accreditation) == 1
    assert {standing.state for standing in offer_standings(edition, at)} == {OfferState.LAPSED}
    (row,) = catalogue(Filters(), at.date()).rows
    assert row.offers == ()


def test_the_list_names_only_credit_that_can_be_claimed():
    offers = ["ama_pra_1", {"system": "ancc", "approved_from": "release", "valid_to": -1, "evidence": "approvals/sample-approval.txt"}]
    make.published_edition(offers=offers)
    found = catalogue(Filters(), timezone.now().date())
    assert [offer.system for offer in found.rows[0].offers] == ["ama_pra_1"]
    assert [option.value for facet in found.facets if facet.name == "credit" for option in facet.options] == ["ama_pra_1"]


def test_a_pilot_is_recorded_and_the_worksheet_tells_all():
    edition, at = make.draft_edition(), timezone.now()
    actions.record_pilot(edition, [50, 44, 47], by="Kim Sample", at=at)
    view = worksheet_of(edition, [Decimal(31), Decimal(40)])
    assert (view.minutes, view.observed_median, view.observed_count) == (Decimal("47.00"), Decimal("35.50"), 2)
    by_system = {one.system.key: (one.supports, one.designated, one.is_far_off) for one in view.amounts}
    assert by_system["ama_pra_1"] == (Decimal("0.75"), Decimal("0.50"), True)
    assert edition.minutes == 47 and edition.worksheet["credits"]["ancc"] == "0.75"
    actions.record_pilot(edition, [], by="Kim Sample", at=at)
    assert worksheet_of(edition).observed_median is None and edition.minutes != 47
    assert refused(lambda: actions.record_pilot(edition, [0], by="Kim Sample", at=at)) == "catalog.pilot"
    edition.worksheet = {}
    assert refused(lambda: actions.record_pilot(edition, [5], by="Kim Sample", at=at)) == "catalog.no_worksheet"


def test_a_draft_is_changed_by_somebody_whose_name_is_kept():
    edition, at = make.draft_edition(), timezone.now()
    actions.update_draft(edition, {"title": "Another", "pass_mark": 80}, by="Kim Sample", at=at)
    edition.refresh_from_db()
    assert (edition.title, edition.pass_mark, edition.written_by[-1]) == ("Another", 80, "Kim Sample")
    actions.update_draft(edition, {"title": "Another"}, by="Lee Sample", at=at)
    assert "Lee Sample" not in edition.written_by
    assert refused(lambda: actions.update_draft(edition, {"state": "published"}, by="Kim Sample", at=at)) == "catalog.fixed"
    published = make.published_edition("other")
    for deed in (
        lambda: actions.update_draft(published, {"title": "x"}, by="x", at=at),
        lambda: actions.remove_offer(published, "ancc", by="x", at=at),
        lambda: actions.set_partners(published, [], by="x", at=at),
        lambda: actions.record_pilot(published, [5], by="x", at=at),
    ):
        assert refused(deed) == "catalog.is_published"


def test_a_copy_carries_partners_and_no_approval():
    edition, at = make.published_edition(partners=[{"name": "Sample Society"}], offers=["ama_pra_1"]), timezone.now()
    copy = actions.copy_edition(edition, by=make.BY, at=at)
    assert [partner.name for partner in copy.partners.all()] == ["Sample Society"] and not copy.offers.exists()


def test_an_offer_is_open_to_the_end_of_its_day_in_the_providers_zone():
    edition = make.published_edition(offers=["ama_pra_1"])
    late = datetime.combine(edition.ends_on, time.max, tzinfo=ZoneInfo(edition.activity.provider.time_zone))
    assert [standing.state for standing in offer_standings(edition, late)] == [OfferState.OPEN]
    assert [standing.state for standing in offer_standings(edition, late + timedelta(seconds=1))] == [OfferState.ENDED]
