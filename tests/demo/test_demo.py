"""The demo is loaded through the product's own actions, passes its own gate, and is reused."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from preceptor.accounts.models import User
from preceptor.catalog.models import Edition, Person
from preceptor.catalog.queries import Filters, catalogue, search
from preceptor.compliance.models import Publication
from preceptor.demo.actions import load_demo

pytestmark = pytest.mark.django_db
MAIN = "her2-positive-metastatic-breast-cancer"


def test_the_demo_is_loaded_reused_and_renewed():
    at, said = timezone.now(), []
    load_demo(at=at, say=said.append)
    assert Edition.objects.filter(state="published").count() == 5
    errors = [finding for row in Publication.objects.all() for finding in row.findings if finding["severity"] == "error"]
    assert errors == []
    assert all(
        edition.activity.is_sample and edition.ends_on - edition.released_on <= timedelta(days=366) for edition in Edition.objects.all()
    )
    assert all("Sample" in person.family_name and person.is_sample for person in Person.objects.all())
    main = Edition.objects.get(activity__slug=MAIN)
    assert main.related.count() == 4 and main.title.startswith("CME: ")
    assert {offer.system: str(offer.amount) for offer in main.offers.all()}["ama_pra_1"] == "0.75"
    assert User.objects.get(email="physician@sample.example").check_password("sample-pass-2026")

    said.clear()
    load_demo(at=at + timedelta(days=1), say=said.append)
    assert Edition.objects.count() == 5 and User.objects.count() == 7
    assert said == ["Reusing Sample CME Provider.", "Reusing 7 demo accounts.", "Reusing 5 activities of the demo."]

    load_demo(at=at + timedelta(days=269), say=said.append)
    assert Edition.objects.count() == 5
    load_demo(at=at + timedelta(days=272), say=said.append)
    newest = Edition.objects.filter(activity__slug=MAIN).order_by("-number").first()
    assert newest.number == 2 and newest.reviewed_on == newest.released_on > main.released_on
    assert catalogue(Filters(), newest.released_on).total == 5

    drugs = search("trastuzumab deruxtecan")
    assert {Edition.objects.get(pk=pk).activity.slug for pk in drugs} >= {MAIN}


def test_the_command_says_what_it_does(capsys):
    call_command("load_demo")
    assert "Publishing" in capsys.readouterr().out
