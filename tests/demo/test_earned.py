"""Each activity of the demo can be earned: from its first page to a certificate, by each profession that it names."""

from decimal import Decimal

import pytest
from django.utils import timezone

from preceptor.accounts.models import User
from preceptor.catalog.models import Edition
from preceptor.credit.models import Award
from preceptor.credit.rules import SAMPLE_MARK, face_of
from preceptor.demo.actions import HERE, load_demo
from preceptor.kernel.yaml_files import read_yaml
from tests.journeys.walking import Walker

pytestmark = pytest.mark.django_db
WHO = {
    "physician": "ama_pra_1", "pa": "aapa_1", "np": "ancc", "nurse": "ancc", "pharmacist": "acpe_p", "staff": "participation",
}  # fmt: skip
NUMBERS: dict[str, dict[str, object]] = {
    "pharmacist": {"nabp_eprofile-pharmacist-acpe_p": "123456", "birth_mmdd-pharmacist-acpe_p": "0704"}
}


def test_every_activity_of_the_demo_can_be_earned() -> None:
    load_demo(at=timezone.now(), say=lambda _: None)
    slugs = read_yaml(HERE / "provider.yaml")["activities"]
    assert len(slugs) == 5
    for number, slug in enumerate(slugs):
        edition = Edition.objects.get(activity__slug=slug)
        offered = {offer.system: offer.amount for offer in edition.offers.all()}
        people = WHO if number == 0 else {name: WHO[name] for name in ("physician", "pharmacist")}
        for name, system in people.items():
            walker = Walker(User.objects.get(email=f"{name}@sample.example"), slug)
            walker.to_certificate(**NUMBERS.get(name, {}))
            award = Award.objects.get(participation=walker.participation)
            expected = system if system in offered else "participation"
            assert (award.system, award.amount) == (expected, offered.get(expected, Decimal(0))), (slug, name)
            assert face_of(award.payload).mark == SAMPLE_MARK
        assert set(edition.professions) and "ama_pra_1" in offered, slug
