"""Filling in, keeping, sending, and what does not stick to the answers."""

import json
import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Field
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from preceptor.catalog.rules import Step
from preceptor.evaluation import actions
from preceptor.evaluation.models import BiasReport, Commitment, Draft, EvaluationForm, Response
from preceptor.evaluation.queries import facts
from preceptor.evaluation.rules import Intent, Verdict
from preceptor.jobs.rules import CLOCKWORKS
from preceptor.journey.models import Participation, StepLine
from preceptor.journey.queries import next_url
from preceptor.kernel.refusals import Refused
from tests.assessment.world import NOW, SLUG, World, client_of, make_world

pytestmark = pytest.mark.django_db
PAGE, SAVE = f"/activities/{SLUG}/evaluation/", f"/activities/{SLUG}/evaluation/save/"
FILLED: dict[str, Any] = {
    "objective_describe": "5",
    "objective_recall": "4",
    "objective_plan": "3",
    "overall": "4",
    "intent": "will",
    "changes": ["0", "2"],
    "barriers": ["1"],
    "balance": "yes",
}
VERDICT = Verdict({"describe": 5}, 4, Intent.NO, (), (), True)


@pytest.fixture
def participation(world: World) -> Participation:
    """Somebody who has passed."""
    return world.at_evaluation()


@pytest.fixture
def browser(participation: Participation) -> Client:
    """Signed in, at the evaluation."""
    return client_of(participation)


def test_the_form_is_generated_and_nothing_is_preselected(world: World, browser: Client) -> None:
    page = browser.get(PAGE).content.decode()
    form = page[page.index("<form class") : page.index("</form>", page.index("<form class"))]
    for words in ("describe therapy", "recall options", "plan care", "Change number 5", "Barrier number 5", "Another change"):
        assert words in form
    assert not re.search(r"<input[^>]*\schecked", form)
    assert "selected" not in form
    assert facts(world.edition) == {"has_form": True, "objective_rows": 3, "required_taps": 7, "changes": 5, "barriers": 5}


def test_sending(world: World, browser: Client, participation: Participation) -> None:
    response = browser.post(PAGE, FILLED)
    assert (response.status_code, response.headers["Location"]) == (303, next_url(Participation.objects.get()))
    sent = Response.objects.get()
    assert sent.answers == {
        "objectives": {"describe": 5, "recall": 4, "plan": 3},
        "overall": 4,
        "intent": "will",
        "changes": ["Change number 1", "Change number 3"],
        "barriers": ["Barrier number 2"],
        "is_balanced": True,
    }
    assert re.fullmatch(r"\d{4}-\d\d", sent.month)
    assert StepLine.objects.get(participation=participation, step=Step.EVALUATION).evidence == {}
    assert not Draft.objects.exists() and not BiasReport.objects.exists() and not Commitment.objects.exists()
    assert "Thank you" in browser.get(PAGE).content.decode()


def test_no_key_joins_answers_to_a_person(browser: Client, participation: Participation) -> None:
    browser.post(PAGE, FILLED | {"balance": "no", "bias_text": "Slide 4", "commit": "on"})
    for model in (Response, BiasReport):
        assert isinstance(model._meta.pk, Field)
        assert model._meta.pk.get_internal_type() == "UUIDField"
        for field in model._meta.get_fields():
            assert field.related_model is None or field.related_model.__name__ == "Edition"
            assert field.get_internal_type() not in {"DateTimeField", "DateField", "AutoField", "BigAutoField"}  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        for table in (Response._meta.db_table, BiasReport._meta.db_table):
            cursor.execute(f"SELECT * FROM {table}")
            contents = " ".join(str(row) for row in cursor.fetchall())
            user = participation.user
            for trace in (user.email, user.family_name, str(user.uuid), str(participation.uuid), user.uuid.hex, participation.uuid.hex):
                assert trace not in contents
    line = StepLine.objects.get(participation=participation, step=Step.EVALUATION)
    assert str(Response.objects.get().pk) not in str(line.evidence)


def test_what_is_missing_is_said_beside_it_and_nothing_typed_is_lost(browser: Client) -> None:
    response = browser.post(
        PAGE, {"objective_describe": "2", "intent": "will", "balance": "no", "bias_text": "Around slide 7 & 8", "barriers": ["0", "3"]}
    )
    page = response.content.decode()
    assert response.status_code == 422
    for field in ("objective_recall", "objective_plan", "overall", "changes"):
        assert f'<a href="#id_{field}">' in page
        assert f'id="id_{field}_error"' in page
    assert "Choose how far you agree on objective 2" in page
    assert "Choose what you will do differently" in page
    assert 'name="objective_describe" value="2" checked' in page
    assert "Around slide 7 &amp; 8" in page
    assert page.count('name="barriers"') == 5 and len(re.findall(r'name="barriers" value="[03]" checked', page)) == 2
    assert not Response.objects.exists()
    assert "Around slide 7 &amp; 8" in browser.get(PAGE).content.decode(), "it is kept as a draft too"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 303),
        ({"intent": "no", "changes": []}, 303),
        ({"intent": "already", "changes": []}, 303),
        ({"barriers": []}, 303),
        ({"balance": "no"}, 303),
        ({"changes": ["0", "1", "2", "3"]}, 422),
        ({"changes": []}, 422),
        ({"changes": ["99"]}, 422),
        ({"overall": "6"}, 422),
        ({"overall": ""}, 422),
        ({"balance": ""}, 422),
        ({"objective_plan": "x"}, 422),
    ],
)
def test_what_must_be_answered(browser: Client, change: dict[str, Any], status: int) -> None:
    assert browser.post(PAGE, FILLED | change).status_code == status
    assert Response.objects.count() == (1 if status == 303 else 0)


def test_a_draft_is_kept_and_resumed(browser: Client, participation: Participation) -> None:
    told = browser.post(
        SAVE, {"overall": "2", "changes": ["1"], "nonsense": "x"}, HTTP_X_REQUESTED_WITH="fetch", HTTP_ACCEPT="application/json"
    )
    assert json.loads(told.content)["clock"].endswith("M")
    assert Draft.objects.get().answers == {"overall": ["2"], "changes": ["1"]}
    other_device = client_of(participation).get(PAGE).content.decode()
    assert 'name="overall" value="2" checked' in other_device
    assert 'name="changes" value="1" checked' in other_device
    assert "Saved at" in other_device
    assert browser.post(SAVE, {"overall": "3"}).headers["Location"] == PAGE + "#send"


def test_sending_twice_is_one_response(browser: Client) -> None:
    first = browser.post(PAGE, FILLED)
    second = browser.post(PAGE, FILLED)
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert Response.objects.count() == 1


def test_the_action_itself_sends_once(participation: Participation) -> None:
    assert actions.send_evaluation(participation, VERDICT, at=NOW) is True
    assert actions.send_evaluation(participation, VERDICT, at=NOW) is False
    assert Response.objects.count() == 1


def test_a_late_draft_does_not_come_back(participation: Participation, browser: Client) -> None:
    actions.send_evaluation(participation, VERDICT, at=NOW)
    with pytest.raises(Refused) as refused:
        actions.save_draft(participation, {"overall": ["1"]}, at=NOW)
    assert (refused.value.code, bool(refused.value.next_url)) == ("evaluation.already_sent", True)
    assert browser.post(SAVE, {"overall": "1"}, HTTP_X_REQUESTED_WITH="fetch").status_code == 409
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("text", "name"), [("", ""), ("Slide 4 names one brand only", ""), ("Slide 4", "Riley Sample")])
def test_bias_is_reported_apart_and_never_forced(browser: Client, text: str, name: str) -> None:
    browser.post(PAGE, FILLED | {"balance": "no", "bias_text": text, "bias_name": name})
    report = BiasReport.objects.get()
    assert (report.text, report.name) == (text, name)
    assert Response.objects.get().answers["is_balanced"] is False
    assert "Slide" not in str(Response.objects.get().answers)


def test_a_text_left_behind_under_yes_is_not_kept(browser: Client) -> None:
    browser.post(PAGE, FILLED | {"balance": "yes", "bias_text": "changed my mind", "bias_name": "Riley"})
    assert not BiasReport.objects.exists()


def test_a_commitment_is_opt_in_and_identified(browser: Client, participation: Participation) -> None:
    page = browser.get(PAGE).content.decode()
    assert "this record carries your name" in page
    browser.post(PAGE, FILLED | {"changes": ["0", "5"], "commit": "on"})
    assert set(Commitment.objects.filter(participation=participation).values_list("text", flat=True)) == {"Change number 1"}
    with pytest.raises(DatabaseError), transaction.atomic():
        Commitment.objects.update(text="x")


def test_published_forms_refuse_change(world: World) -> None:
    with pytest.raises(DatabaseError, match="published"), transaction.atomic():
        EvaluationForm.objects.update(changes=[])
    with pytest.raises(Refused) as refused:
        actions.import_form(world.edition, {"changes": ["A"], "barriers": ["B"]})
    assert refused.value.code == "evaluation.edition_published"


def test_nightly_shuffle_keeps_the_answers_and_tells_no_order(world: World) -> None:
    edition = world.edition
    for number in range(40):
        Response.objects.create(edition=edition, month="2026-11", profession_group="physicians", answers={"overall": number})
        BiasReport.objects.create(edition=edition, month="2026-11", text=str(number))
    old = Response.objects.create(edition=edition, month="2026-01", profession_group="physicians", answers={"overall": 99})
    before = set(Response.objects.values_list("pk", flat=True))
    assert actions.shuffle_responses(at=NOW) == 80
    rows = _stored_order("evaluation_response", "answers")
    assert sorted(json.loads(row)["overall"] if isinstance(row, str) else row["overall"] for row in rows) == [*range(40), 99]
    assert [json.loads(row)["overall"] if isinstance(row, str) else row["overall"] for row in rows if row] != [*range(40), 99]
    assert before & set(Response.objects.values_list("pk", flat=True)) == {old.pk}
    assert sorted(map(int, BiasReport.objects.values_list("text", flat=True))) == [*range(40)]
    assert "evaluation.shuffle_responses" in CLOCKWORKS


def _stored_order(table: str, column: str) -> list[Any]:
    """Rows as they lie in the table."""
    order = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY {order}")
        return [row[0] for row in cursor.fetchall()]


def test_the_page_does_not_ask_more_for_more_rows(db: None) -> None:
    counts = []
    for extra in (0, 27):
        world = make_world(slug=f"sample-{extra}", extra_objectives=extra)
        browser = client_of(world.at_evaluation(f"learner{extra}@sample.example"))
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(f"/activities/sample-{extra}/evaluation/").content.decode()
        assert page.count("likert__row") == 3 + extra + 1
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_reload_without_the_form_is_no_dead_end(browser: Client) -> None:
    assert browser.get(SAVE).headers["Location"] == PAGE


def test_the_next_step_is_the_claim(participation: Participation) -> None:
    actions.send_evaluation(participation, VERDICT, at=NOW)
    assert next_url(Participation.objects.get(pk=participation.pk)) == reverse("credit:claim", args=[SLUG])


def test_a_draft_is_without_what_a_database_cannot_keep(browser: Client) -> None:
    assert browser.post(SAVE, {"bias_text": "slide\x00 4", "changes": ["0"] * 900}).status_code == 303
    answers = Draft.objects.get().answers
    assert answers["bias_text"] == ["slide 4"] and len(answers["changes"]) == 50
