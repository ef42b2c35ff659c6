"""The rules of disclosure, as tables that a compliance officer can read."""

from datetime import date

import pytest

from preceptor.accreditation.queries import pack_on
from preceptor.disclosure.rules import (
    EXPENSES,
    FORBIDDEN_EXPENSES,
    METHODS,
    METHODS_FOR_ROLE,
    NATURES,
    Account,
    HolderState,
    Nature,
    PersonRow,
    Step,
    after,
    answers_problem,
    clean_answers,
    due_problem,
    is_reminder_due,
    is_told_plainly,
    lookback,
    mitigated,
    mitigation_problem,
    month_of,
    nature_problem,
    needs_exclusion,
    next_thing,
    not_listed,
    open_clauses,
    outcomes_for,
    phrase_problem,
    plain_name,
    role_start,
    row_problems,
    row_text,
    step_of,
    suggested_relevance,
    told_nature,
)
from preceptor.kernel.documents import LARGEST_DOCUMENT, SCANS, document_kind, document_problem

TODAY = date(2026, 11, 22)
SINCE = date(2024, 11, 1)
ROW = {
    "company": "Sample Co",
    "nature": "consultant",
    "began": "2025-06",
    "is_over": "no",
    "ended": "",
    "is_institutional": False,
    "detail": "",
}


def row(**changes: object) -> dict[str, object]:
    return {**ROW, **changes}


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("09 2025", "2025-09"), ("9/2025", "2025-09"), ("2025-09", "2025-09"), ("Sept 2025", "2025-09"), ("September 2025", "2025-09"),
        ("", ""), ("13 2025", None), ("soon", None), ("2025", None), ("0 2025", None), ("9 25", None), ("٠٩ 2025", "2025-09"),
    ],
)  # fmt: skip
def test_months_are_read_as_people_write_them(typed, month):
    assert month_of(typed) == month


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [(TODAY, 24, date(2024, 11, 1)), (date(2026, 1, 31), 24, date(2024, 1, 1)), (date(2026, 2, 28), 3, date(2025, 11, 1))],
)
def test_the_time_that_is_asked_about(day, months, first):
    assert lookback(day, months) == first


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"company": "  "}, {"company"}),
        ({"company": "..."}, set()),
        ({"nature": ""}, {"nature"}),
        ({"nature": "friend"}, {"nature"}),
        ({"nature": "other"}, {"detail"}),
        ({"nature": "other", "detail": "Loan of a house"}, set()),
        ({"began": "once"}, {"began"}),
        ({"began": "2027-01"}, {"began"}),
        ({"began": ""}, set()),
        ({"is_over": ""}, {"is_over"}),
        ({"is_over": "yes", "ended": "2026-02"}, set()),
        ({"is_over": "yes", "ended": ""}, set()),
        ({"is_over": "yes", "ended": "2024-10"}, {"ended"}),
        ({"is_over": "yes", "ended": "2024-11", "began": "2020-01"}, set()),
        ({"is_over": "yes", "ended": "2025-01"}, {"ended"}),
    ],
)
def test_a_relationship_is_whole(changes, wrong):
    assert set(row_problems(row(**changes), [], SINCE, TODAY)) == wrong


def test_one_row_per_company_and_nature():
    known = [row(company="Sample Co, Inc.")]
    assert "already" in row_problems(row(), known, SINCE, TODAY)["company"]
    assert not row_problems(row(nature="speaker"), known, SINCE, TODAY)


@pytest.mark.parametrize(
    ("has", "rows", "entry", "said"),
    [
        ("yes", [ROW], {}, ""),
        ("no", [], {}, ""),
        ("", [], {}, "No answer is not the same as none"),
        ("", [ROW], {}, "No answer is not the same as none"),
        ("maybe", [], {}, "No answer is not the same as none"),
        ("yes", [], {}, "Add each relationship, or answer No"),
        ("no", [ROW], {}, "Remove them, or answer Yes"),
        ("no", [], {"company": "Sample Co"}, "Remove them, or answer Yes"),
        ("yes", [ROW], {"company": "Half"}, "typed but not added"),
        ("yes", [{**ROW, "nature": ""}], {}, "Choose what the relationship was"),
        ("yes", [ROW, ROW], {}, "already"),
    ],
)
def test_silence_is_never_none(has, rows, entry, said):
    problem = answers_problem(clean_answers({"has": has, "rows": rows, "entry": entry}), SINCE, TODAY)
    assert (said in problem) if said else problem == ""


@pytest.mark.parametrize("raw", [{}, {"rows": "x"}, {"rows": [1, None, {"company": ["a"]}]}, {"entry": []}, {"has": ["yes"]}])
def test_any_answers_can_be_kept(raw):
    if raw.get("rows") == "x":
        raw = {"rows": list("x")}
    kept = clean_answers(raw)
    assert kept["has"] == "" and clean_answers(kept) == kept


@pytest.mark.parametrize(
    ("pressed", "companies", "entry"),
    [
        ("add", ["A", "B", "New"], ""), ("remove:0", ["B"], "New"), ("remove:7", ["A", "B"], "New"), ("remove:x", ["A", "B"], "New"),
        ("change:1", ["A", "New"], "B"), ("clear", ["A", "B"], ""), ("keep", ["A", "B", "C"], "New"), ("keep:0", ["A", "B"], "New"),
        ("keep:1", ["A", "B", "C"], "New"), ("nonsense", ["A", "B"], "New"), ("", ["A", "B"], "New"),
    ],
)  # fmt: skip
def test_each_button_does_one_thing(pressed, companies, entry):
    answers = {"has": "yes", "rows": [row(company="A"), row(company="B")], "entry": row(company="New")}
    changed = after(step_of(pressed), answers, [row(company="A, Inc."), row(company="C")])
    assert [one["company"] for one in changed["rows"]] == companies and changed["entry"]["company"] == entry


def test_a_late_save_does_not_bring_back_what_was_added():
    assert after(Step("save"), {"rows": [ROW], "entry": ROW}, [])["entry"]["company"] == ""


def test_what_was_listed_before_is_offered_once():
    assert not_listed([row(company="SAMPLE CO."), row(nature="speaker")], [ROW]) == [row(nature="speaker")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Consultant. From June 2025. Ongoing."),
        ({"is_over": "yes", "ended": "2026-02"}, "Consultant. From June 2025. Ended February 2026."),
        ({"nature": "other", "detail": "A loan.", "began": ""}, "Something else. A loan. Ongoing."),
        ({"is_institutional": True, "began": ""}, "Consultant. Ongoing. Paid to the institution."),
    ],
)
def test_a_row_in_words(changes, said):
    assert row_text(row(**changes)) == said


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Sample Biologics, Inc.", "sample biologics", True),
        ("The Sample Company LLC", "Sample", True),
        ("Sàmple & Söhne GmbH", "Sample and Sohne", True),
        ("Sample Biologics", "Sample Biotech", False),
        ("Co.", "Inc.", False),
        ("製薬", "製薬", True),
    ],
)
def test_companies_are_known_by_their_plain_name(one, other, is_same):
    assert (plain_name(one) == plain_name(other)) is is_same


@pytest.mark.parametrize(
    ("due", "starts", "is_renewal", "is_fine"),
    [
        (date(2026, 12, 1), [date(2026, 12, 2)], False, True),
        (date(2026, 12, 2), [date(2026, 12, 2)], False, False),
        (date(2026, 12, 2), [date(2027, 1, 1), date(2026, 12, 1)], False, False),
        (date(2026, 12, 2), [date(2026, 10, 1)], True, True),
        (date(2026, 12, 2), [], False, True),
        (date(2026, 11, 21), [], False, False),
        (TODAY, [], False, True),
    ],
)
def test_disclosure_is_due_before_the_role_starts(due, starts, is_renewal, is_fine):
    assert (due_problem(due, starts, TODAY, is_renewal=is_renewal) == "") is is_fine


@pytest.mark.parametrize(
    ("today", "reminded", "is_due"),
    [
        (date(2026, 12, 2), None, False),
        (date(2026, 12, 3), None, True),
        (date(2026, 12, 4), None, True),
        (date(2026, 12, 4), date(2026, 12, 3), False),
        (date(2026, 12, 8), date(2026, 12, 3), True),
        (date(2026, 12, 10), date(2026, 12, 8), True),
        (date(2026, 12, 10), date(2026, 12, 10), False),
        (date(2026, 12, 13), date(2026, 12, 10), True),
        (date(2026, 12, 20), date(2026, 12, 13), True),
        (date(2027, 3, 1), date(2026, 12, 24), False),
    ],
)
def test_reminders_come_on_their_days_and_once(today, reminded, is_due):
    assert is_reminder_due(today, date(2026, 12, 10), TODAY, reminded) is is_due


def test_who_was_asked_within_the_last_week_is_not_reminded_at_once():
    assert not is_reminder_due(date(2026, 12, 4), date(2026, 12, 10), date(2026, 12, 4), None)


ANSWERED = HolderState(is_asked=True, is_answered=True)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (HolderState(False, False), "Ask for the disclosure"),
        (HolderState(False, False, has_address=False), "Record an e-mail address"),
        (HolderState(True, False), "Wait for the answer"),
        (HolderState(True, False, is_overdue=True), "Remind"),
        (HolderState(True, True, undetermined=["Sample Co"], undecided=2), "eligibility of Sample Co"),
        (HolderState(True, True, exclusions=1, undecided=2), "exclusion"),
        (HolderState(True, True, undecided=2), "relevance (2 open)"),
        (HolderState(True, True, missing=["Sample Co, as planner"]), "Mitigate: Sample Co, as planner"),
        (HolderState(True, True, is_stale=True), "twelve months"),
        (HolderState(True, True, is_outdated=True), "another definition"),
        (HolderState(True, True, is_excluded=True, undecided=3), ""),
        (ANSWERED, ""),
    ],
)
def test_there_is_one_next_thing(state, said):
    assert (said in next_thing(state)) if said else next_thing(state) == ""


@pytest.mark.parametrize(
    ("role", "method", "done", "start", "said"),
    [
        ("faculty", "independent_review", date(2026, 11, 1), date(2026, 11, 2), ""),
        ("faculty", "independent_review", date(2026, 11, 2), date(2026, 11, 2), "only after the role had begun"),
        ("faculty", "recuse", date(2026, 11, 1), date(2026, 11, 2), "does not fit"),
        ("planner", "recuse", date(2026, 11, 1), date(2026, 11, 2), ""),
        ("planner", "evidence_only", date(2026, 11, 1), date(2026, 11, 2), "does not fit"),
        ("planner", "divest", date(2026, 11, 3), date(2026, 11, 2), "only after the role had begun"),
        ("planner", "divest", date(2026, 11, 1), None, "is not known"),
        ("author", "evidence_only", date(2026, 11, 1), date(2026, 11, 2), ""),
        ("reviewer", "recuse", date(2026, 11, 1), date(2026, 11, 2), ""),
        ("reviewer", "", None, date(2026, 11, 2), "not mitigated yet"),
        ("reviewer", "divest", None, date(2026, 11, 2), "not mitigated yet"),
        ("guest", "divest", date(2026, 11, 1), date(2026, 11, 2), "does not fit"),
    ],
)
def test_mitigation_fits_the_role_and_comes_before_it(role, method, done, start, said):
    problem = mitigation_problem(role, method, done, start)
    assert (said in problem) if said else problem == ""


@pytest.mark.parametrize(
    ("starts", "role", "start"),
    [
        (None, "faculty", TODAY), (None, "author", TODAY), (None, "reviewer", TODAY), (None, "planner", None),
        (date(2026, 1, 1), "planner", date(2026, 1, 1)), (date(2026, 1, 1), "faculty", date(2026, 1, 1)),
    ],
)  # fmt: skip
def test_when_a_role_begins(starts, role, start):
    assert role_start(starts, role, TODAY) == start


def test_every_method_fits_somebody():
    assert set().union(*METHODS_FOR_ROLE.values()) == set(METHODS)


OUT, EXC, NOT = "excluded", {"unrelated", "basic_science", "technician"}, "not_owner"


@pytest.mark.parametrize(
    ("nature", "eligibility", "outcomes"),
    [
        ("employee", "ineligible", {OUT} | EXC),
        ("private_stock", "ineligible", {OUT}),
        ("executive", "ineligible", {OUT, NOT} | EXC),
        ("board", "ineligible", {OUT, NOT} | EXC),
        *((nature, "ineligible", set()) for nature in NATURES if nature not in {"employee", "private_stock", "executive", "board"}),
        *((nature, "eligible", set()) for nature in NATURES),
    ],
)
def test_owners_and_employees_are_out_but_for_the_three_exceptions(nature, eligibility, outcomes):
    assert needs_exclusion(nature, eligibility) is bool(outcomes)
    if outcomes:
        assert set(outcomes_for(nature)) == outcomes


@pytest.mark.parametrize(
    ("changes", "is_relevant", "said"),
    [
        ({}, True, "business line “Oncology”"),
        ({"lines": ["Oncologic imaging"]}, True, "Oncologic imaging"),
        ({"lines": ["Dental implants"]}, False, "No recorded business line"),
        ({"lines": ["Dental implants"], "products": ["Samplumab"], "text": "We use samplumab."}, True, "names Samplumab"),
        ({"lines": [], "products": []}, None, "Nothing is recorded"),
        ({"lines": ["Companion tests"], "text": "Order companion tests early."}, True, "occurs in the text"),
        ({"eligibility": "eligible"}, False, "is not an ineligible company"),
        ({"eligibility": "undetermined"}, None, "decide that first"),
        ({"is_past": True}, False, "more than 24 months"),
        ({"lines": [], "owner": "Parent Co", "owner_lines": ["Oncology"]}, True, "of Parent Co, which owns Sample Co, meets"),
        (
            {"lines": ["Dentistry"], "owner": "Parent Co", "owner_products": ["Samplinib"], "text": "Samplinib."},
            True,
            "of Parent Co, which owns Sample Co.",
        ),
        ({"lines": [], "owner": "Parent Co", "owner_lines": ["Dentistry"]}, False, "No recorded business line of Sample Co"),
        ({"lines": ["Healthcare products"]}, False, "No recorded"),
    ],
)
def test_relevance_is_suggested_with_its_reasons(changes, is_relevant, said):
    facts = {
        "company": "Sample Co", "eligibility": "ineligible", "lines": ["Oncology"], "products": [], "topics": ["Breast cancer", "Oncology"],
        "text": "Title. Objectives.",
    }  # fmt: skip
    suggested = suggested_relevance(**{**facts, **changes})
    assert suggested.is_relevant is is_relevant and said in " ".join(suggested.because)


@pytest.mark.parametrize(
    ("kind", "nature", "is_fine"),
    [
        ("monetary", "", True),
        ("in_kind", "Loan of ultrasound equipment", True),
        ("in_kind", "", False),
        ("in_kind", "Equipment valued at much", False),
        ("in_kind", "Equipment, $5,000", False),
        ("in_kind", "Equipment, 5000 USD", False),
        ("in_kind", "Samplumab vials", False),
        ("in_kind", "Scanner™", False),
        ("in_kind", "See https://sample.example", False),
        ("in_kind", "![logo](x)", False),
    ],
)
def test_support_in_kind_is_told_by_its_nature_alone(kind, nature, is_fine):
    assert (nature_problem(kind, nature, ["Samplumab"]) == "") is is_fine


@pytest.mark.parametrize(
    ("text", "is_plain"), [("Sample, Inc.", True), ("S & T (US)", True), ("<b>S</b>", False), ("S®", False), ("www.s.example", False)]
)
def test_names_only(text, is_plain):
    assert is_told_plainly(text) is is_plain


def test_the_checklist_is_open_until_every_clause_is_true():
    clauses = pack_on(TODAY).clauses
    assert open_clauses({}, clauses) == [clause.text for clause in clauses.values()]
    assert open_clauses(dict.fromkeys(clauses, True), clauses) == []
    assert open_clauses({**dict.fromkeys(clauses, True), "no_suggestions": False}, clauses) == [clauses["no_suggestions"].text]


def test_learners_are_never_paid_for():
    assert not set(EXPENSES) & set(FORBIDDEN_EXPENSES) and len(FORBIDDEN_EXPENSES) == 4


@pytest.mark.parametrize(
    ("received", "spent", "returned", "is_balanced"), [(100, 100, 0, True), (100, 60, 40, True), (100, 60, 0, False), (0, 0, 0, True)]
)
def test_accounts_balance(received, spent, returned, is_balanced):
    assert Account(received, spent, returned).is_balanced is is_balanced


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"MZ", None),
        (b"<svg", None),
        (b"", None),
    ],
)
def test_agreements_are_what_they_look_like(head, kind):
    found = document_kind(head, SCANS)
    assert (found.media_type if found else None) == kind and len(SCANS) == 3


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("letter.pdf", b"%PDF-1.7 x", ""),
        ("letter.PDF", b"%PDF-1.7 x", ""),
        ("letter.jpeg", b"\xff\xd8\xff\xe0", ""),
        ("letter.txt", b"Approved.", ""),
        ("letter.eml", "Subject: é\n\nApproved.".encode("cp1252"), ""),
        ("letter.txt", "Approved, \N{COMBINING ACUTE ACCENT}.".encode(), ""),
        ("letter.pdf", b"Approved.", "called letter.pdf"),
        ("letter.txt", b"%PDF-1.7 x", "called letter.txt"),
        ("letter", b"%PDF-1.7 x", "called letter"),
        ("letter.pdf.html", b"%PDF-1.7 x", "called letter.pdf.html"),
        ("letter.txt", b"MZ\x90\x00\x03", "is not a PDF, a PNG, a JPEG or text"),
        ("letter.pdf", b"PK\x03\x04", "is not"),
        ("letter.txt", b" \n", "is not"),
        ("letter.txt", b"", "is not"),
        ("letter.pdf", b"%PDF-" + b"x" * LARGEST_DOCUMENT, "larger than 20 MB"),
    ],
)
def test_evidence_is_what_it_is_called(name, data, problem):
    found = document_problem(name, data)
    assert problem in found and bool(found) is bool(problem)


@pytest.mark.parametrize(
    ("nature", "detail", "told_as", "said"),
    [
        ("consultant", "", "", "Consultant"),
        ("consultant", "for talks", "", "Consultant"),
        ("other", "expert witness", "", "Expert witness"),
        ("other", "  expert \n witness. ", "", "Expert witness"),
        ("other", "he was their expert in a lawsuit for 5000 USD", "Expert witness", "Expert witness"),
        ("other", "got $500", "", "Other"),
        ("other", "", "", "Other"),
        ("other", "a" * 81, "", "Other"),
        ("other", "see www.sample.example", "", "Other"),
    ],
)
def test_another_nature_is_told_in_plain_words(nature, detail, told_as, said):
    assert told_nature(nature, detail, told_as) == said


@pytest.mark.parametrize(
    ("phrase", "is_fine"),
    [("Expert witness", True), ("", False), ("Paid 500 USD", False), ("Talks on Samplumab", False), ("a" * 81, False), ("A ™", False)],
)
def test_what_learners_can_be_told_of_it(phrase, is_fine):
    assert (phrase_problem(phrase, ["Samplumab"]) == "") is is_fine


A = ("Consultant", "Sample Co")


@pytest.mark.parametrize(
    ("rows", "is_said"),
    [
        ([], False),
        ([PersonRow("A", "", "", [], [])], False),
        ([PersonRow("A", "", "", [], [A])], True),
        ([PersonRow("A", "", "", [], [A], unmitigated=[A])], False),
        ([PersonRow("A", "", "", [], [A]), PersonRow("B", "", "", [], [])], True),
        ([PersonRow("A", "", "", [], [A]), PersonRow("B", "", "", [], [A], unmitigated=[A])], False),
    ],
)
def test_mitigated_is_said_only_where_something_was_and_all_of_it(rows, is_said):
    assert bool(mitigated(rows)) is is_said


def test_every_nature_has_its_words():
    assert set(NATURES) == set(Nature)
