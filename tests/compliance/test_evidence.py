"""Seen, and provable: the bytes that the server sent are the bytes that are replayed, whatever changed later; grace after the end."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from preceptor.catalog import actions as catalog
from preceptor.catalog.actions.editions import COPIED
from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.catalog.rules import Step
from preceptor.compliance.actions import new_edition
from preceptor.compliance.models import Acknowledgement
from preceptor.compliance.queries import replay
from preceptor.credit.queries import claim_desk
from preceptor.disclosure import actions as disclosure
from preceptor.disclosure.models import CommercialSupport, Company, Disclosure, Relevance
from preceptor.journey.actions import begin
from preceptor.journey.models import Participation
from preceptor.journey.queries import grace_sentence, has_grace, wanted_fragment
from preceptor.journey.rules import is_in_grace
from preceptor.kernel.hashing import sha256_of
from tests import make

pytestmark = pytest.mark.django_db


def went_in(client: Client, slug: str = "tiny") -> bytes:
    """The learner reads the front matter and begins; what the server sent then."""
    url = reverse("journey:begin", args=[slug])
    page = client.get(url)
    assert page.status_code == 200
    fragment = page.context["page"].fragment if "page" in page.context else page.context["fragment"]
    answer = client.post(url, {"fragment": fragment.sha256, "seen": "on", "acknowledged": "on"})
    assert answer.status_code == 303, answer.content[:500]
    return page.content


def next_one(edition: Edition, *, at: datetime, company: str = "Another Sample Company") -> Edition:
    """The next edition, disclosing a new relationship, reviewed, and published."""
    draft = new_edition(edition, by=make.BY, at=at)
    today = at.date()
    facts = {"released_on": today, "reviewed_on": today, "ends_on": today + timedelta(days=300), "title": "A tiny activity, reviewed"}
    catalog.update_draft(draft, facts, by=make.BY, at=at)
    draft = Edition.objects.get(pk=draft.pk)
    for offer in edition.offers.filter(system="ama_pra_1"):
        catalog.save_offer(draft, offer.system, offer.amount, designated_on=today - timedelta(days=1), by=make.BY, at=at)
    sold = disclosure.record_company("another", company, "ineligible", "Sells.", is_sample=True, by=make.BY, at=at)
    faculty = draft.role_holders.get(role="faculty")
    earlier = at - timedelta(days=20)
    tiny, press = Company.objects.get(key="tiny-company"), Company.objects.get(key="tiny-press")
    signed = disclosure.sign_disclosure(
        faculty.person,
        [(tiny, "consultant", False), (press, "royalties", False), (sold, "speaker", False)],
        is_none=False,
        definition_version=Disclosure.objects.first().definition_version,
        signed_name="Alex Sample",
        at=earlier,
    )
    for row in signed.relationships.select_related("company"):
        is_relevant = row.company.eligibility == "ineligible"
        disclosure.decide_relevance(
            row, faculty, is_relevant=is_relevant, rationale="It sells samples.", method="independent_review" if is_relevant else "",
            mitigated_at=earlier + timedelta(days=2) if is_relevant else None, by=make.BY, at=earlier + timedelta(days=3),
        )  # fmt: skip
    for support in draft.support.all():
        disclosure.remove_support(support, "Support has ended.", by=make.BY, at=at)
    reviewer = draft.role_holders.get(role="reviewer").person
    make.accept_review(draft, reviewer, at=earlier + timedelta(days=5))
    return make.released(draft, at=at)


def test_what_the_server_sent_is_what_is_replayed_byte_for_byte(client):
    edition, user = make.published_edition(), make.user()
    client.force_login(user)
    sent = went_in(client)
    shown = replay(Participation.objects.get()).rows
    assert len(shown) == 1 and shown[0].number == edition.number and shown[0].locale
    assert shown[0].html.encode() in sent
    assert shown[0].sha256 == sha256_of(shown[0].html) == edition.front_matter.sha256


def test_a_later_change_shows_the_old_text_for_the_old_learner(client):
    at = timezone.now()
    first = make.published_edition()
    client.force_login(make.user())
    sent = went_in(client)
    second = next_one(first, at=at)
    other = Client()
    other.force_login(make.user("other@sample.example"))
    sent_later = went_in(other)
    old, new = (replay(one).rows[0] for one in Participation.objects.order_by("pk"))
    assert old.html.encode() in sent and old.html.encode() not in sent_later
    assert new.html.encode() in sent_later and new.number == second.number == 2
    assert b"Another Sample Company" in sent_later and b"Another Sample Company" not in old.html.encode()


def test_a_changed_disclosure_closes_the_door_until_it_was_shown(client):
    first = make.published_edition()
    client.force_login(make.user())
    went_in(client)
    learn = reverse("content:learn", args=["tiny"])
    assert client.get(learn, follow=True).status_code == 200
    second = next_one(first, at=timezone.now())
    shut = client.get(learn)
    assert shut.status_code == 303 and shut.headers["Location"] == reverse("journey:begin", args=["tiny"])
    sent = went_in(client)
    held = Participation.objects.get()
    assert held.edition_id == first.pk
    told = replay(held)
    assert [row.number for row in told.rows] == [1, 2] and told.rows[1].html.encode() in sent
    assert told.rows[1].sha256 == second.front_matter_id and wanted_fragment(first, held, timezone.now()) is None
    assert client.get(learn).status_code != 303 or client.get(learn).headers["Location"] != reverse("journey:begin", args=["tiny"])


# What a new edition is given rows of: its texts, tests and people, and who supports it. Everything else is made anew.
CARRIED = {"Objective", "Citation", "RoleHolder", "CommercialSupport", "Part", "Item", "EvaluationForm"}


def rows_about(edition: Edition) -> dict[str, int]:
    """Model → the number of rows that hang on the edition, on a role in it, or on its support; those that have any."""
    found: dict[str, int] = {}
    for owner, rows in ((Edition, [edition]), (RoleHolder, edition.role_holders.all()), (CommercialSupport, edition.support.all())):
        for link in owner._meta.related_objects:
            name, field = link.related_model.__name__, link.field.name
            found[name] = found.get(name, 0) + link.related_model._base_manager.filter(**{f"{field}__in": rows}).distinct().count()
    return {name: number for name, number in found.items() if number}


def test_a_new_edition_carries_texts_and_no_decision() -> None:
    at = timezone.now()
    first = make.draft_edition(at=at)
    faculty = first.role_holders.get(role="faculty")
    Person.objects.filter(pk=faculty.person_id).update(email="alex@sample.example")
    faculty.person.refresh_from_db()
    disclosure.request_disclosure(faculty.person, [faculty], due_on=at.date(), by=make.BY, at=at)
    Acknowledgement.objects.create(edition=first, rule_id="X", finding_sha256="0" * 64, reason="Looked at.", by=make.BY, at=at)
    first = make.released(first, at=at)
    begin(make.user(), first, None, fragment=first.front_matter_id, at=at)
    new = new_edition(first, by=make.BY, at=at)
    had, has = rows_about(first), rows_about(new)
    decided = {
        "CreditOffer",
        "Publication",
        "StageChange",
        "Acknowledgement",
        "ContentReview",
        "Relevance",
        "DisclosureRequest",
        "Participation",
    }
    assert decided - set(had) == set(), "the edition that is copied has none to copy, and the test would say nothing"
    offers = list(first.offers.values("identifier", "approved_from", "valid_to", "evidence", "designated_on"))
    assert all(any(offer[name] for offer in offers) for name in offers[0]), offers
    assert Relevance.objects.filter(role_holder__edition=first).exclude(mitigation_method="").exists()
    assert not set(has) - CARRIED, "a new edition has rows that nobody made anew"
    assert {name: number for name, number in had.items() if name in CARRIED} == has


def test_a_new_edition_has_its_texts_and_none_of_the_dates_and_decisions_of_its_own_row() -> None:
    first = make.published_edition()
    new = Edition.objects.get(pk=new_edition(first, by="Somebody Else", at=timezone.now()).pk)
    blank = Edition()
    own = {"id", "uuid", "activity", "number", "written_by", *COPIED}
    for field in Edition._meta.concrete_fields:
        if field.name in COPIED:
            assert getattr(new, field.attname) == getattr(first, field.attname), field.name
        elif field.name not in own:
            assert getattr(new, field.attname) == getattr(blank, field.attname), field.name
    assert (new.number, new.written_by, new.evaluation_form.changes) == (2, ["Somebody Else"], first.evaluation_form.changes)


def test_support_goes_along_without_agreement_signature_checklist_or_amount() -> None:
    first = make.published_edition()
    support = list(first.support.all())
    assert support and all(row.agreement and row.signed_supporter_on and row.clauses and row.clauses_checked_by for row in support)
    new = new_edition(first, by=make.BY, at=timezone.now())
    blank = CommercialSupport()
    for row in new.support.all():
        for field in CommercialSupport._meta.concrete_fields:
            if field.name not in {"id", "uuid", "edition", "company", "kind", "nature"}:
                assert getattr(row, field.attname) == getattr(blank, field.attname), field.name


END = datetime(2026, 11, 23, 5, tzinfo=UTC)  # the end of November 22 in New York


@pytest.mark.parametrize(
    ("hours", "passed", "now", "has"),
    [
        (0, -1, 0, False),  # default: none
        (48, -1, 0, True),
        (48, -1, 47.9, True),
        (48, -1, 48, False),
        (48, 0, 1, False),  # passed only after the end
        (48, None, 1, False),  # not passed
        (48, -1, -1, False),  # not over yet: no grace is needed
    ],
)
def test_grace_is_for_who_passed_in_time(hours, passed, now, has):
    passed_at = None if passed is None else END + timedelta(hours=passed)
    assert is_in_grace(END.date() - timedelta(days=1), "America/New_York", hours, passed_at, END + timedelta(hours=now)) is has


def test_grace_opens_the_claim_after_the_end(client):
    """The edition's own setting; a second edition of the same without it shuts at the end."""
    edition = make.published_edition("graceful", grace_hours=24)
    user = make.user()
    held = begin(user, edition, None, fragment=edition.front_matter_id, at=timezone.now())
    held.lines.create(step=Step.POST_TEST, at=timezone.now(), evidence={"correct": 2, "total": 2})
    held = Participation.objects.select_related("edition__activity__provider").get(pk=held.pk)
    end = datetime.combine(edition.ends_on + timedelta(days=1), datetime.min.time(), tzinfo=UTC) + timedelta(hours=6)
    assert has_grace(held, end) and not has_grace(held, end + timedelta(hours=30))
    after = timedelta(hours=2)
    assert "credit.edition_ended" not in {reason.code for reason in claim_desk(held, end + after).situation()}
    assert "evaluate and claim by" in grace_sentence(held, end + after)
    assert "credit.edition_ended" in {reason.code for reason in claim_desk(held, end + timedelta(hours=30)).situation()}
    assert grace_sentence(held, end + timedelta(hours=30)) == ""
