import pytest

from tests import make

pytestmark = pytest.mark.django_db


def test_tiny_is_published():
    edition = make.published_edition()
    assert edition.state == "published"
    assert {offer.system: str(offer.amount) for offer in edition.offers.all()} == {
        "ama_pra_1": "0.50", "aapa_1": "0.50", "ancc": "0.25", "acpe_p": "0.25",
    }  # fmt: skip
