"""A claim or an attempt that arrives after the end is kept and says why, also when a newer edition is open by then."""

from datetime import timedelta

import pytest

from preceptor.assessment.models import Attempt
from preceptor.catalog.models import Edition
from preceptor.credit.models import Award, LateClaim
from preceptor.journey.models import Participation
from tests.journeys.test_expiry import edition as edition
from tests.journeys.test_expiry import last_moment, then
from tests.journeys.walking import Walker, edition_with_lecture
from tests.make import user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("support", [None, []], ids=["same disclosures", "other support"])
def test_what_was_on_its_way_at_the_end_is_kept_though_a_newer_edition_is_open(edition: Edition, support: list[object] | None) -> None:
    claimer, taker = Walker(user()).to_claim(), Walker(user("taker@sample.example")).to_post_test()
    form = claimer.claim_form()
    with then(taker, last_moment(edition)):
        taker.answer()
    after = last_moment(edition) + timedelta(days=2)
    with then(claimer, after), then(taker, after):
        edition_with_lecture(**({} if support is None else {"support": support}))
        answer = claimer.post("credit:claim", data=form)
        assert answer.status_code == 409 and b"A claim that arrives after that gives no credit." in answer.content
        assert taker.finish().status_code == 303
        told = taker.get("journey:begin").content.decode()
        assert "The edition that you began ended on" in told and "gives no credit any more" in told
        assert claimer.get("credit:claim").headers["Location"] == claimer.url("journey:begin"), "looking leads to the newer edition"
    assert LateClaim.objects.get().reasons[0]["code"] == "credit.edition_ended" and not Award.objects.exists()
    attempt = Attempt.objects.get(participation__user=taker.user)
    assert (attempt.is_late, attempt.is_passed, attempt.submitted_at) == (True, True, after)
    assert not attempt.participation.lines.filter(step="post_test").exists()
    assert set(Participation.objects.values_list("edition", flat=True)) == {edition.pk}, "nothing was begun by it"
