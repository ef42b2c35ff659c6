"""Right credit to the right person: every profession × offer × state, judged, and written out as docs/rules/right-credit.md."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from preceptor.credit.actions import claim_credit
from preceptor.kernel.refusals import Refused
from tests.credit.conftest import NOW, House, claim_for
from tests.credit.right_credit import DOC, ENDED, OFFERS, PACK, STATES, cells, document, lapsed_on

WHY = {
    "unapproved": {"credit.not_approved", "credit.not_offered"},
    "ended": {"credit.offer_ended"},
    "lapsed": {"credit.accreditation_lapsed"},
}


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lapsed_house(db: None, make_house: Callable[..., House]) -> House:
    """A provider whose accreditations have ended."""
    return make_house("Elm Street Medical Education", is_sample=False, accredited_to=lapsed_on())


def test_every_profession_with_every_offer_in_every_state(house: House, lapsed_house: House) -> None:
    users = {code: house.learner(code) for code in PACK.professions}
    found = list(cells(house, lapsed_house, users))
    assert len(found) == len(PACK.professions) * len(OFFERS) * len(STATES)
    for cell in found:
        may = cell.state == "approved" and cell.profession in PACK.systems[cell.system].professions
        assert cell.gets == (cell.system if may else "participation"), cell
        assert (cell.reasons == ()) is may, cell
        if cell.state != "approved" and cell.profession in PACK.systems[cell.system].professions:
            assert cell.reasons and cell.reasons[0] in WHY[cell.state], cell
        if cell.profession != "physician":
            assert cell.gets != "ama_pra_1" and "AMA PRA" not in cell.paper.transcript, cell
        words = f"{cell.paper.certificate} {cell.paper.letter} {cell.paper.transcript}"
        assert ("Certificate of Credit" in words) is may and ("is awarded" in words) is may, cell
    text = document(found)
    if os.environ.get("UPDATE_DOCS"):
        DOC.write_text(text)
    assert DOC.read_text() == text, "docs/rules/right-credit.md is old: UPDATE_DOCS=1 pytest tests/credit/test_right_credit.py"


@pytest.mark.parametrize("state", ["ended", "lapsed"])
def test_the_pages_say_which_credit_is_closed_and_participation_is_given(house: House, lapsed_house: House, state: str) -> None:
    where = lapsed_house if state == "lapsed" else house
    edition = where.edition(offers={"ancc": "0.75"}, valid_to=ENDED if state == "ended" else None)
    nurse = house.learner("registered_nurse")
    participation = house.participation(nurse, edition)
    client = Client()
    client.force_login(nurse)
    said = {
        "ended": "could be claimed until November 1, 2026. This credit is closed; a certificate of participation remains.",
        "lapsed": "cannot be claimed any more: the accreditation behind this credit has ended. A certificate of participation remains.",
    }[state]
    for address in ("/activities/breast-cancer/", "/activities/breast-cancer/claim/"):
        assert f"0.75 ANCC contact hours {said}" in client.get(address).content.decode()
    with pytest.raises(Refused):
        claim_credit(participation, claim_for("registered_nurse", "ancc"), at=NOW)
    award = claim_credit(participation, claim_for("registered_nurse", "participation", "0"), at=NOW)
    assert award.payload["certificate_title"] == "Certificate of Participation"


def test_a_certificate_that_would_be_incomplete_is_not_issued(house: House) -> None:
    house.provider.address = ""
    house.provider.save()
    participation = house.participation(house.learner("registered_nurse"), house.edition(offers={"ancc": "0.75"}))
    participation.edition.activity.provider.refresh_from_db()
    with pytest.raises(Refused) as refused:
        claim_credit(participation, claim_for("registered_nurse", "ancc"), at=NOW)
    assert refused.value.code == "credit.certificate_incomplete" and "provider_address" in refused.value.message


def test_pharmacology_hours_stand_on_the_certificate(house: House) -> None:
    edition = house.edition(offers={"aanp": "0.75"}, sub_amounts={"rx": "0.50"})
    award = claim_credit(house.participation(house.learner("nurse_practitioner"), edition), claim_for("nurse_practitioner", "aanp"), at=NOW)
    assert award.payload["sub_amounts"] == ["0.5 pharmacology hours"]
    assert "including 0.5 pharmacology hours" in award.payload["statements"]["designation"]
