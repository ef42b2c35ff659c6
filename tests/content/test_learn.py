"""The learning pages: opening, going on, reports of the player, cases."""

import json

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from preceptor.catalog.models import Edition
from preceptor.catalog.rules import Step
from preceptor.content.actions import answer_decision, attest_part, copy_part, import_part, open_part, save_progress
from preceptor.content.models import CaseAnswer, Decision, MediaFile, Part, PartProgress
from preceptor.content.queries import content_state, facts, part_to_resume
from preceptor.content.rules import Basis
from preceptor.journey.actions import note_progress
from preceptor.journey.models import Participation, StepLine
from preceptor.kernel.refusals import Refused
from tests.content.conftest import AT, BODY, CASE, LECTURE, READING, after, begun, draft, learner, part, published

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "application/json"}


def url(name: str, *args: object) -> str:
    return reverse(f"content:{name}", args=["her2", *args])


def line(participation: Participation) -> StepLine | None:
    return StepLine.objects.filter(participation=participation, step=Step.CONTENT).first()


# Taking it in


def test_a_part_is_taken_in_with_files_transcript_and_chapters(edition: Edition) -> None:
    lecture = part(edition, "lecture")
    assert [cue["from"] for cue in lecture.facts["cues"]] == [0.0, 4.5, 9.0]
    assert lecture.facts["cues"][2]["text"].startswith("They can pull against each other & the")
    assert lecture.facts["chapters"][1] == {"at": 9.0, "to": 100.0, "title": "Weighing them"}
    assert {file.media_type for file in lecture.files.all()} == {"video/webm", "image/webp", "text/vtt"}
    assert all(file.sha256 in file.file.name for file in lecture.files.all())
    assert part(edition, "reading").facts["anchors"] == ["first-line"]
    told = facts(edition)
    assert (told["parts"], told["minutes"], told["media_seconds"], told["files"]) == (3, 7, 100.0, 5)
    assert told["words"] > 40


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"video": {"webm": "../../etc/passwd", "seconds": 1}}, "outside of its folder"),
        ({"video": {"webm": "gone.webm", "seconds": 1}}, "gone.webm is missing"),
        ({"video": {"webm": "captions.en.vtt", "seconds": 0}}, "length in seconds"),
        ({"video": {"poster": "poster.webp", "seconds": 1}}, "needs a video"),
        ({"video": {"webm": "body.md", "seconds": 1}}, "not of a kind"),
        ({"captions": "chapters.vtt", "slides": [{"file": "body.md", "starts": 0}]}, "not of a kind"),
        ({"kind": "podcast"}, "podcast"),
        ({"title": None, "video": None}, "part.yaml"),
    ],
)
def test_what_is_wrong_with_a_part_is_said(folder: object, change: dict[str, object], words: str) -> None:
    with pytest.raises(Refused) as refused:
        import_part(draft(), LECTURE | change, folder, 0)  # type: ignore[arg-type]
    assert refused.value.code == "content.bad_part"
    assert words in refused.value.message


def test_a_decision_needs_a_best_option(folder: object) -> None:
    spec = json.loads(json.dumps(CASE))
    spec["decisions"][0]["options"][1]["is_best"] = False
    with pytest.raises(Refused, match="best one"):
        import_part(draft(), spec, folder, 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("what", ["update", "delete", "insert", "file", "decision"])
def test_what_is_published_never_changes(edition: Edition, what: str) -> None:
    row = part(edition, "lecture")
    acts = {
        "update": lambda: Part.objects.filter(pk=row.pk).update(title="Other"),
        "delete": lambda: Part.objects.filter(pk=row.pk)._raw_delete("default"),
        "insert": lambda: Part.objects.create(edition=edition, key="new", position=9, kind="reading", title="New"),
        "file": lambda: MediaFile.objects.filter(part=row).update(size=1),
        "decision": lambda: Decision.objects.filter(part__edition=edition).update(question="Other?"),
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        acts[what]()


def test_an_edition_is_copied_with_its_content(edition: Edition) -> None:
    new = Edition.objects.create(
        activity=edition.activity,
        number=2,
        title="t",
        summary="s",
        topic="b",
        topic_label="B",
        medium="m",
        description="d",
        need="n",
        audience="a",
    )
    copy_part(edition, new)
    assert facts(new) == facts(edition)
    assert set(new.parts.values_list("uuid")) & set(edition.parts.values_list("uuid")) == set()


# Opening and going on


def test_looking_opens_nothing_and_the_script_opens(inside: Client, edition: Edition, participation: Participation) -> None:
    assert inside.get(url("part", "reading")).status_code == 200
    assert inside.head(url("part", "reading")).status_code == 200
    assert not PartProgress.objects.exists()
    answer = inside.post(url("opened", "reading"), **SCRIPT)
    assert "1 of 3 opened" in answer.json()["panel"]
    assert PartProgress.objects.get().basis == Basis.MEASURED


def test_without_script_the_button_goes_through_and_opens_the_post_test(
    inside: Client, edition: Edition, participation: Participation
) -> None:
    where, seen = url("learn"), []
    for _ in range(3):
        page = inside.get(where, follow=True)
        here = page.redirect_chain[-1][0] if page.redirect_chain else where
        assert "disabled" in page.content.decode()
        where = inside.post(here).headers["Location"]
        seen.append(where)
    assert seen == [url("part", "reading"), url("part", "case"), reverse("assessment:post_test", args=["her2"])]
    done = line(participation)
    assert done and done.evidence == {"parts": 3, "basis": "attested"}
    assert StepLine.objects.get(participation=participation, step=Step.PRE_TEST).is_skipped


def test_with_script_every_part_opened_is_measured(inside: Client, edition: Edition, participation: Participation) -> None:
    for key in ("case", "lecture", "reading"):
        panel = inside.post(url("opened", key), **SCRIPT).json()["panel"]
    done = line(participation)
    assert done and done.evidence == {"parts": 3, "basis": "measured"}
    assert reverse("assessment:post_test", args=["her2"]) in panel
    assert "disabled" not in panel


def test_a_doubled_post_completes_once(inside: Client, edition: Edition, participation: Participation) -> None:
    for _ in range(2):
        for key in ("case", "lecture", "reading"):
            inside.post(url("part", key))
    assert StepLine.objects.filter(participation=participation, step=Step.CONTENT).count() == 1
    assert PartProgress.objects.count() == 3


def test_an_edition_without_parts_never_completes(folder: object, user: object) -> None:
    edition = published(draft("empty"), folder, [])  # type: ignore[arg-type]
    participation = begun(user, edition)  # type: ignore[arg-type]
    assert part_to_resume(participation) is None
    assert content_state(participation).is_complete is False


def test_a_part_of_another_edition_does_not_exist_here(inside: Client, edition: Edition, folder: object) -> None:
    published(draft("other"), folder, [READING | {"key": "elsewhere"}])  # type: ignore[arg-type]
    assert inside.get(url("part", "elsewhere")).status_code == 404
    assert inside.post(url("opened", "elsewhere"), **SCRIPT).status_code == 404


# Reports of the player


def report(client: Client, position: object, ranges: object) -> object:
    return client.post(url("progress", "lecture"), {"position": position, "ranges": json.dumps(ranges)}, **SCRIPT)


def test_place_and_ranges_survive_a_new_sign_in_and_another_device(inside: Client, edition: Edition, participation: Participation) -> None:
    report(inside, "12.5", [[0, 12.5]])
    inside.logout()
    other = Client()
    other.force_login(participation.user)
    page = other.get(url("part", "lecture")).content.decode()
    assert 'data-position="12.50"' in page
    assert "You stopped at 0:12" in page
    assert "#t=12" in page
    report(other, "20", [[10, 20]])
    progress = PartProgress.objects.get()
    assert (progress.position, progress.watched) == (20.0, [[0.0, 20.0]])
    participation.refresh_from_db()
    assert participation.progress.label == "Resume lecture at 0:20"
    assert participation.progress.url == url("part", "lecture")
    assert part_to_resume(participation) == part(edition, "lecture")


def test_the_last_report_to_arrive_decides_the_place_and_a_late_one_without_place_does_not(
    participation: Participation, edition: Edition
) -> None:
    lecture = part(edition, "lecture")
    save_progress(participation, lecture, position=50, ranges=[(40, 50)], at=AT)
    save_progress(participation, lecture, position=5, ranges=[(0, 5)], at=after(10))
    save_progress(participation, lecture, position=None, ranges=[(5, 9)], at=after(20))
    progress = PartProgress.objects.get()
    assert (progress.position, progress.watched) == (5, [[0, 9], [40, 50]])


def test_looking_something_up_later_moves_nobody_back(participation: Participation, edition: Edition) -> None:
    note_progress(participation, Step.POST_TEST, "Resume question 4", 0.3, "/x/", at=AT)
    open_part(participation, part(edition, "reading"), basis=Basis.MEASURED, at=after(5))
    participation.refresh_from_db()
    assert participation.progress.label == "Resume question 4"


def test_a_lecture_watched_to_the_end_is_done(participation: Participation, edition: Edition) -> None:
    lecture = part(edition, "lecture")
    open_part(participation, lecture, basis=Basis.MEASURED, at=AT)
    save_progress(participation, lecture, position=100, ranges=[(0, 100)], at=after(100))
    assert PartProgress.objects.get().completed_at == after(100)


def test_a_jump_to_the_end_is_not_watching(participation: Participation, edition: Edition) -> None:
    lecture = part(edition, "lecture")
    save_progress(participation, lecture, position=100, ranges=[(0, 100)], at=AT)
    assert PartProgress.objects.get().completed_at is None


@pytest.mark.parametrize(("position", "ranges"), [("-1", "[]"), ("NaN", "[]"), ("x", "[]"), ("1", "[[1]]"), ("1", "{")])
def test_unreadable_reports_get_a_clear_answer(inside: Client, edition: Edition, position: str, ranges: str) -> None:
    answer = inside.post(url("progress", "lecture"), {"position": position, "ranges": ranges}, **SCRIPT)
    assert answer.status_code == 400
    assert answer.json()["code"] == "content.bad_report"
    assert not PartProgress.objects.exists()


def test_a_report_needs_a_token(edition: Edition, participation: Participation) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participation.user)
    assert browser.post(url("progress", "lecture"), {"position": "1"}, **SCRIPT).status_code == 403


def test_a_shut_door_answers_a_script_with_409(client: Client, user: object, edition: Edition) -> None:
    client.force_login(user)  # type: ignore[arg-type]
    answer = client.post(url("progress", "lecture"), {"position": "1"}, **SCRIPT)
    assert answer.status_code == 409
    assert answer.json()["next"] == reverse("journey:begin", args=["her2"])


# Cases


def test_a_case_asks_one_question_at_a_time_and_tells_nothing_early(inside: Client, edition: Edition) -> None:
    page = inside.get(url("part", "case")).content.decode()
    assert "What now, 1?" in page
    for early in ("What now, 2?", "FEEDBACK", "DEBRIEF", "is_best", "Best answer", "CLEOPATRA"):
        assert early not in page
    answer = inside.post(url("answer", "case"), {"decision": "d1", "option": "a"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#decision-d1")
    page = inside.get(url("part", "case")).content.decode()
    for shown in ("FEEDBACK-WAIT-1", "DEBRIEF-1", "What now, 2?", "Best answer", "CLEOPATRA"):
        assert shown in page
    for early in ("FEEDBACK-ACT-1", "FEEDBACK-WAIT-2", "DEBRIEF-2"):
        assert early not in page


def test_the_first_choice_is_kept_for_ever(inside: Client, edition: Edition, participation: Participation) -> None:
    for option in ("a", "b", "a"):
        assert inside.post(url("answer", "case"), {"decision": "d1", "option": option}).status_code == 303
    assert CaseAnswer.objects.get().option == "a"
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseAnswer.objects.update(option="b")
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseAnswer.objects.all()._raw_delete("default")


def test_case_answers_are_there_on_another_device(inside: Client, edition: Edition, participation: Participation) -> None:
    inside.post(url("answer", "case"), {"decision": "d1", "option": "b"})
    other = Client()
    other.force_login(participation.user)
    assert "FEEDBACK-ACT-1" in other.get(url("part", "case")).content.decode()
    other.post(url("answer", "case"), {"decision": "d2", "option": "b"})
    page = inside.get(url("part", "case")).content.decode()
    assert "You answered every question" in page
    assert PartProgress.objects.get().completed_at is not None


@pytest.mark.parametrize(
    ("decision", "option", "code"),
    [("d1", "z", "content.no_such_choice"), ("d9", "a", "content.no_such_choice"), ("d2", "a", "content.decision_shut")],
)
def test_choices_that_are_not_there_are_refused(
    participation: Participation, edition: Edition, decision: str, option: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        answer_decision(participation, part(edition, "case"), decision=decision, option=option, at=AT)
    assert refused.value.code == code
    assert refused.value.next_url == url("part", "case")
    assert not CaseAnswer.objects.exists()


def test_no_choice_is_said_beside_the_question(inside: Client, edition: Edition) -> None:
    page = inside.post(url("answer", "case"), {"decision": "d1"})
    assert page.status_code == 422
    assert "Choose one of the options." in page.content.decode()


def test_one_learner_sees_nothing_of_another(inside: Client, edition: Edition) -> None:
    inside.post(url("answer", "case"), {"decision": "d1", "option": "a"})
    second = begun(learner("casey@sample.example"), edition)
    other = Client()
    other.force_login(second.user)
    assert "FEEDBACK" not in other.get(url("part", "case")).content.decode()


# Pages


def test_the_reading_has_its_anchor_table_and_references(inside: Client, edition: Edition) -> None:
    page = inside.get(url("part", "reading")).content.decode()
    assert 'id="first-line"' in page
    assert "<table" in page
    assert 'id="ref-1"' in page
    assert BODY.splitlines()[0].strip("*") in page


def test_a_link_starts_the_lecture_at_its_second(inside: Client, edition: Edition) -> None:
    page = inside.get(url("part", "lecture") + "?t=42").content.decode()
    assert 'data-position="42.00"' in page
    assert "Starts at 0:42" in page
    assert "Starts at" not in inside.get(url("part", "lecture") + "?t=<script>").content.decode()


def test_pages_carry_nothing_that_the_policy_refuses(inside: Client, edition: Edition) -> None:
    for key in ("lecture", "reading", "case"):
        page = inside.get(url("part", key)).content.decode()
        main = page[page.index("<main") :]
        assert " style=" not in main
        assert " onclick" not in main


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_parts(
    client: Client, user: object, folder: object, count: int, django_assert_max_num_queries: object
) -> None:
    specs = [CASE | {"key": f"case-{n}"} for n in range(count)]
    edition = published(draft("many"), folder, specs)  # type: ignore[arg-type]
    participation = begun(user, edition)  # type: ignore[arg-type]
    for row in edition.parts.all():
        attest_part(participation, row, at=AT)
    client.force_login(user)  # type: ignore[arg-type]
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        client.get(reverse("content:part", args=["many", "case-0"]))
