"""Staff only: every address of the desk, by every kind of person and method, found in the URL table itself."""

import pytest
from django.test import Client
from django.utils import timezone

from preceptor.logbook.models import Entry
from preceptor.studio import urls
from tests.journeys.walking import Walker, edition_with_lecture
from tests.make import user
from tests.studio.addresses import desk_urls
from tests.studio.conftest import at_desk, member

pytestmark = pytest.mark.django_db
POST_ONLY = {"completions_csv", "drop_imported", "stage", "publish", "new_edition", "offer_remove", "remind_all", "remind"}
PUBLISHERS = {"publish", "withdraw", "correction", "provider", "accreditation"}
PRIVATE = {"completions", "award", "award_correct", "people", "human", "merge", "unmerge", "erase"}


@pytest.fixture
def addresses() -> dict[str, str]:
    edition = edition_with_lecture()
    Walker(user("learner@sample.example")).to_certificate()
    found = desk_urls(edition)
    return found


def test_every_address_is_walked(addresses: dict[str, str]) -> None:
    missing = {str(pattern.name) for pattern in urls.urlpatterns} - set(addresses)
    assert missing <= {"support_one", "support_remove", "relationship", "home"}, missing


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete", "options"])
def test_strangers_sign_in_first_and_learners_are_refused(addresses: dict[str, str], method: str) -> None:
    stranger, learner = Client(), at_desk(user("somebody@sample.example"))
    lines = Entry.objects.count()
    for name, url in addresses.items():
        if name == "home":
            continue
        answer = getattr(stranger, method)(url)
        assert answer.status_code == 302 and "/account/sign-in/" in answer["Location"], (name, answer.status_code)
        assert getattr(learner, method)(url).status_code == 403, name
    assert Entry.objects.count() == lines


def test_staff_without_a_duty_look_at_everything_and_send_nothing(addresses: dict[str, str], reader: Client) -> None:
    for name, url in addresses.items():
        if name in PRIVATE:
            assert reader.get(url).status_code == 403, name
        elif name not in POST_ONLY | {"home", "evidence", "acknowledge"}:
            assert reader.get(url).status_code == 200, name
        if name != "home":
            assert reader.post(url, {"do": "save"}).status_code == 403, name


def test_an_author_does_not_publish_and_a_publisher_does_not_write(addresses: dict[str, str]) -> None:
    author, publisher = at_desk(member("author@sample.example", "author")), at_desk(member("publisher@sample.example", "publisher"))
    for name, url in addresses.items():
        if name == "home" or name in {
            "activities",
            "packs",
            "edition",
            "preview",
            "content",
            "statements",
            "board",
            "learners",
            "replay",
            "evidence",
        }:
            continue
        outside = author if name in PUBLISHERS else publisher
        assert outside.post(url).status_code == 403, name


def test_a_closed_account_is_nobody(addresses: dict[str, str]) -> None:
    gone = member("gone@sample.example", "author")
    client = at_desk(gone)
    gone.is_active = False
    gone.save()
    assert client.get(addresses["activities"]).status_code == 302


def test_a_thing_of_another_edition_is_not_found(editor: Client) -> None:
    from_here, from_there = edition_with_lecture(), edition_with_lecture(slug="other")
    mine, theirs = desk_urls(from_here), desk_urls(from_there)
    for name in ("offer", "offer_remove", "evidence", "person"):
        if name in mine and name in theirs:
            own = theirs[name].replace(str(from_there.uuid), str(from_here.uuid))
            if name != "person":
                assert editor.get(own).status_code in {404, 405}, name
    assert timezone.now()
