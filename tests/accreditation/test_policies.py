"""The provider's policies are there for everybody."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def test_policies_hold_what_the_provider_says():
    make.provider()
    page = Client().get(reverse("accreditation:policies"))
    for said in ("We keep what credit needs.", 'id="disclosure"', 'id="accessibility"', "office@sample.example", "No credit is awarded"):
        assert said in page.content.decode()


def test_without_a_provider_there_is_nothing():
    assert Client().get(reverse("accreditation:policies")).status_code == 404
