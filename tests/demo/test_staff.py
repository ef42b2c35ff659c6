"""What is flagged to staff can be seen by staff."""

import pytest
from django.test import Client
from django.utils import timezone

from preceptor.accounts.actions import change_profession, join_group
from preceptor.accounts.models import ProfessionChange, User
from preceptor.accounts.queries import changes_to_look_at
from preceptor.demo import actions
from preceptor.demo.actions import HERE
from preceptor.kernel.refusals import Refused
from preceptor.kernel.yaml_files import read_yaml
from preceptor.logbook.models import Entry

pytestmark = pytest.mark.django_db
SEEN = ("accounts/user", "accounts/professionchange", "logbook/entry", "evaluation/biasreport")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff(monkeypatch: pytest.MonkeyPatch) -> User:
    """The demo's own people, without its activities."""
    facts = read_yaml(HERE / "provider.yaml") | {"activities": []}
    monkeypatch.setattr(actions, "read_yaml", lambda _: facts)
    for _ in range(2):
        actions.load_demo(at=timezone.now(), say=lambda _: None)
    return User.objects.get(email="staff@sample.example")


def test_the_demos_staff_sees_what_is_flagged_and_says_that_it_looked(staff: User) -> None:
    learner = User.objects.get(email="nurse@sample.example")
    change_profession(learner, "physician", "I attest.", at=timezone.now())
    client = signed_in(staff)
    for page in SEEN:
        assert client.get(f"/operators/{page}/").status_code == 200, page
    change = ProfessionChange.objects.get()
    data = {"action": "mark_as_looked_at", "_selected_action": [change.pk]}
    assert client.post("/operators/accounts/professionchange/", data).status_code == 302
    assert not changes_to_look_at().exists()
    assert Entry.objects.filter(verb="accounts.join_group").count() == 2, "each joined once, however often the demo is loaded"


def test_staff_changes_nobody_and_learners_see_nothing(staff: User) -> None:
    client, learner = signed_in(staff), User.objects.get(email="nurse@sample.example")
    answer = client.post(f"/operators/accounts/user/{staff.pk}/change/", {"is_superuser": "on", "is_staff": "on", "is_active": "on"})
    assert answer.status_code == 403 and not User.objects.filter(is_superuser=True).exists()
    for page in SEEN:
        assert signed_in(learner).get(f"/operators/{page}/").status_code in (302, 403), page


def test_a_permission_that_does_not_exist_is_refused(staff: User) -> None:
    with pytest.raises(Refused) as refused:
        join_group(staff, "Staff", ["accounts.view_everything"], by="Test", at=timezone.now())
    assert refused.value.code == "accounts.unknown_permission"
