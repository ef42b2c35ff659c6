"""Provider and accreditations: recorded with dates, ended with a day, every deed in the logbook."""

from datetime import date

import pytest
from django.utils import timezone

from preceptor.accreditation.actions import end_accreditation, record_accreditation, update_provider
from preceptor.accreditation.queries import accreditations_on
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


def test_an_accreditation_ends_on_a_day_and_not_before_it_began():
    provider, at = make.provider(), timezone.now()
    joint = provider.accreditations.get(kind="joint_accreditation")
    end_accreditation(joint, date(2026, 6, 30), by=make.BY, at=at, reason="not renewed")
    assert [held.kind for held in accreditations_on(provider, date(2026, 6, 30))] == ["joint_accreditation", "aapa_authorized"]
    assert [held.kind for held in accreditations_on(provider, date(2026, 7, 1))] == ["aapa_authorized"]
    assert Entry.objects.get(verb="accreditation.end_accreditation").reason == "not renewed"
    with pytest.raises(Refused) as refused:
        end_accreditation(joint, date(2019, 12, 31), by=make.BY, at=at)
    assert refused.value.code == "accreditation.ends_before"


def test_what_cannot_be_is_refused():
    provider, at = make.provider(), timezone.now()
    for kind, days, code in [
        ("nobodys", {"valid_from": date(2020, 1, 1)}, "accreditation.unknown_kind"),
        ("acpe_direct", {"valid_from": date(2020, 1, 1), "valid_to": date(2019, 1, 1)}, "accreditation.ends_before"),
    ]:
        with pytest.raises(Refused) as refused:
            record_accreditation(provider, kind, **days, by=make.BY, at=at)
        assert refused.value.code == code


def test_the_provider_changes_but_a_sample_stays_one():
    provider, at = make.provider(), timezone.now()
    update_provider(provider, {"phone": "+1 212 555 0199", "address": provider.address}, by=make.BY, at=at)
    assert Entry.objects.get(verb="accreditation.update_provider").detail == {"changed": ["phone"]}
    with pytest.raises(Refused) as refused:
        update_provider(provider, {"is_sample": False}, by=make.BY, at=at)
    assert refused.value.code == "accreditation.fixed"
