"""What no page of the desk sends: every form and address answers it with a page, a refusal or an error beside the field; never with a 500."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from preceptor.catalog.models import Edition
from tests.make import released
from tests.studio.addresses import desk_urls

pytestmark = pytest.mark.django_db
VILE = ["", "a\x00b", "9" * 40, "NaN", "🧬" * 300, "9999-12-31", "<script>alert(1)</script>"]
LASTING = {"publish", "withdraw", "home"}


def fields_of(html: str) -> set[str]:
    return set(re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', html)) - {"csrfmiddlewaretoken", "look", "next", "login", "q"}


@pytest.mark.parametrize("value", VILE, ids=ascii)
def test_every_form_takes_anything(draft: Edition, editor: Client, value: str) -> None:
    editor.raise_request_exception = False
    for name, url in desk_urls(draft).items():
        if name in LASTING:
            continue
        html = editor.get(url).content.decode(errors="replace").split("<main")[-1]
        fields = dict.fromkeys(fields_of(html), value)
        for do in {"", *re.findall(r'name="do" value="([^"]+)"', html)}:
            answer = editor.post(url, {**fields, "to": value, "do": do})
            assert answer.status_code < 500, (name, do)
            assert b"<script>alert(1)" not in answer.content, (name, do)
        assert editor.get(url, {"page": value, "q": value}).status_code < 500, name


def test_a_published_edition_refuses_what_is_typed_for_a_draft(draft: Edition, editor: Client) -> None:
    addresses = desk_urls(draft)
    released(draft, at=timezone.now())
    before = Edition.objects.values().get()
    typed = {name: getattr(draft, name) for name in ("title", "summary", "description", "need", "audience")} | {
        "summary": "Changed after all."
    }
    editor.post(addresses["texts"], typed)
    editor.post(addresses["offer"], {"amount": "0.25"})
    editor.post(addresses["offer_remove"])
    editor.post(addresses["stage"], {"to": "draft"})
    editor.post(addresses["offers"], {"do": "pilot", "minutes": "1"})
    assert Edition.objects.values().get() == before
    assert draft.offers.count() == 4
