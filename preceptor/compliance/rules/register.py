"""Every rule id of the reference, with its severity, the file that holds it and the case that shows it. `not yet enforced` is said where it is so."""

from dataclasses import dataclass

NOT_YET = "not yet enforced"


@dataclass(frozen=True)
class Registered:
    """A rule's place: severity (E error, W warning, I info), when it acts, what it demands, the file and the case of its test.

    `when`: draft, publish, enrol, claim, report, scheduled. `demand` of a rule of the gate stands in its table; here, what is held at another time.
    Without a file it is not yet enforced; `case` then says which room is missing.
    """

    severity: str
    when: str
    demand: str
    file: str
    case: str

    @property
    def place(self) -> str:
        """The file, or that there is none yet."""
        return self.file or NOT_YET


CASES = "tests/compliance/test_gate.py::test_each_rule_finds_its_defect"
RULES = "preceptor/compliance/rules"
_BY_FILE = {
    "statement_rules.py": "STM-001 STM-002 STM-003 STM-004 TXT-001 TXT-002 TXT-003 TXT-009",
    "education_rules.py": "PUB-001 PUB-002 PUB-003 PUB-004 PUB-005 PUB-006 PUB-007 PUB-008 PUB-009 PUB-010 PUB-011 BIB-001 ASM-001 ASM-002 ASM-004 "
    "EVAL-001 EVAL-002",
    "disclosure_rules.py": "DISC-001 DISC-002 DISC-003 DISC-004 DISC-005 DISC-006 DISC-007 DISC-008 DISC-009 DISC-010 DISC-012",
    "support_rules.py": "SUP-001 SUP-002 SUP-003 SUP-004 SUP-006 ANC-001 ANC-002 ANC-003",
    "content_rules.py": "CNT-001 CNT-002 CNT-003 CNT-004 CNT-005 CA-001 CA-002",
    "credit_rules.py": "CRD-001 CRD-002 CRD-003 CRD-004 CRD-005 CRD-006 CRD-007 CRD-008 CRD-009 FMT-001 TAG-001 REP-002",
    "scheduled_rules.py": "DISC-011 EXP-003",
}
_WARNINGS = frozenset(
    [
        "PUB-006",
        "PUB-007",
        "PUB-008",
        "PUB-009",
        "PUB-010",
        "PUB-011",
        "DISC-009",
        "DISC-011",
        "TXT-002",
        "TXT-009",
        "SUP-004",
        "ANC-002",
        "CNT-002",
        "CNT-003",
        "CRD-001",
        "TAG-001",
    ]
)
_DRAFT = frozenset(["DISC-001", "DISC-002", "DISC-003", "DISC-004", "TXT-001", "TXT-009", "SUP-006", "CRD-005"])
_SCHEDULED_TOO = frozenset(["DISC-009", "CRD-007", "BIB-001"])
# What of a rule of the gate is held at another time, and where: (when, what).
_LATER = {
    "SUP-003": ("enrol", "at enrolment the frozen front matter, which names the supporters, is passed through (FLOW-001)"),
    "ANC-001": (
        "scheduled",
        "pages load nothing from elsewhere at any time (content security policy); daily, texts that can still change are read",
    ),
}


def _when(rule: str, file: str) -> str:
    if file == "scheduled_rules.py":
        return "scheduled"
    first = "draft, publish" if rule in _DRAFT else "publish"
    later = _LATER[rule][0] if rule in _LATER else "scheduled" if rule in _SCHEDULED_TOO else ""
    return f"{first}, {later}" if later else first


_GATE = {
    rule: Registered(
        "W" if rule in _WARNINGS else "E", _when(rule, file), _LATER.get(rule, ("", ""))[1], f"{RULES}/{file}", f"{CASES}[{rule}: …]"
    )
    for file, rules in _BY_FILE.items()
    for rule in rules.split()
}
_MISSING = {
    "REP-001": ("E", "report", "An activity is closed with outcome, counts, support and partners", "reporting"),
    "REP-003": ("E", "scheduled", "Counts of the year are in by March 31", "reporting"),
    "REP-004": ("E", "report", "Only who can be shown to have taken part is counted", "reporting"),
    "REP-005": ("W", "scheduled", "AAPA has the roster and the summary of evaluations", "reporting"),
    "REP-006": ("E", "report", "A board that takes no part of a credit is told once, of all of it", "reporting"),
    "REC-001": ("E", "scheduled", "Credit is kept for six years, and not deleted before", "records"),
    "REC-002": ("E", "scheduled", "The activity file is kept for the term, and 12 months after the end", "records"),
    "REC-003": ("W", "report", "The activity file for an auditor has no gaps", "records"),
    "PRIV-001": ("E", "report", "Rows about a learner go to an ineligible company only with that consent", "reporting"),
    "PRIV-002": ("E", "scheduled", "Commercial mail can be refused; none is sent so far", "records"),
    "PRIV-003": ("E", "enrol", "Consents are neither ticked beforehand nor a condition; none is asked so far", "records"),
    "OUT-001": ("E", "report", "Outcomes use the first attempt, print matched numbers, hide small groups", "outcomes"),
    "OUT-002": ("I", "report", "Few pre-tests are told in the report", "outcomes"),
}
_CREDIT, _CLAIMED = "preceptor/credit/rules/claims.py", "tests/credit/test_rules.py"
_ELSEWHERE = {
    "ASM-003": ("W", "publish", "The pass mark can be reached, and is stated as so many of so many (generated)", "preceptor/catalog/rules/editions.py",
                "tests/journey/test_rules.py::test_needed_is_the_least_that_reaches_the_mark"),
    "ASM-005": ("W", "publish", "Pre- and post-test use the same version of an item (one bank, generated)", "preceptor/assessment/queries/evidence.py",
                "tests/assessment/test_actions.py::test_first_attempts_of_both_tests_are_kept_as_pairs_of_the_same_item_version"),
    "SUP-005": ("E", "report", "The spending ledger balances, without anything for learners", "preceptor/disclosure/rules/support.py",
                "tests/disclosure/test_rules.py::test_learners_are_never_paid_for"),
    "EXP-001": ("E", "enrol", "Nobody begins after the end", "preceptor/journey/actions.py",
                "tests/journeys/test_expiry.py::test_a_second_later_nobody_begins"),
    "EXP-002": ("E", "claim", "No credit is claimed after its own end", _CREDIT, f"{_CLAIMED}::test_ends_are_days_in_the_providers_zone"),
    "FLOW-001": ("E", "enrol", "Nothing is reached before the front matter was shown and acknowledged", "preceptor/journey/access.py",
                 "tests/journeys/test_doors.py::test_every_address_answers_with_the_door"),
    "FLOW-002": ("E", "claim", "Content, test, evaluation, claim, certificate, in this order", "preceptor/journey/rules.py",
                 "tests/journey/test_rules.py::test_doors"),
    "FLOW-003": ("W", "enrol", "Progress is kept, resumed, and needed before the test", "preceptor/content/rules.py",
                 "tests/content/test_rules.py::test_what_completes_the_content"),
    "FLOW-004": ("E", "enrol", "A changed disclosure is shown again before going on", "preceptor/journey/queries/__init__.py",
                 "tests/compliance/test_evidence.py::test_a_changed_disclosure_closes_the_door_until_it_was_shown"),
    "CLAIM-001": ("E", "claim", "More than 0, no more than the maximum, in steps, attested, once", _CREDIT, f"{_CLAIMED}::test_amounts"),
    "CLAIM-002": ("E", "claim", "Credit is for the professions of its system; else participation", _CREDIT,
                  f"{_CLAIMED}::test_each_profession_receives_its_own_credit_and_no_other"),
    "CLAIM-003": ("E", "claim", "Pharmacists and technicians give e-Profile number, month and day; before the start they are told so", _CREDIT,
                  f"{_CLAIMED}::test_identifiers_that_the_credit_needs"),
    "CLAIM-004": ("E", "claim", "Who wants points of a board gives its ID with month and day of birth; a license, NPI or ID that is added is well formed "
                  "(a state's report waits for reporting)", _CREDIT, f"{_CLAIMED}::test_an_optional_number_that_was_chosen_must_be_right"),
    "CLAIM-005": ("W", "claim", "Who is in control of an activity is told so when claiming it", _CREDIT,
                  f"{_CLAIMED}::test_faculty_is_warned_not_stopped"),
    "CERT-001": ("E", "claim", "A certificate has every field, its own number, the right statement and amount", "preceptor/credit/rules/faces.py",
                 "tests/credit/test_certificate.py::test_paper_and_screen_say_the_same"),
    "CERT-002": ("W", "claim", "The letter is queued at once, its fate is told, the certificate can always be downloaded",
                 "preceptor/credit/actions/claims.py", "tests/credit/test_claim.py::test_a_claim_gives_one_award_two_lines_one_letter_and_one_job"),
}  # fmt: skip
REGISTER: dict[str, Registered] = {
    **_GATE,
    **{rule: Registered(*row) for rule, row in _ELSEWHERE.items()},
    **{rule: Registered(severity, when, demand, "", room) for rule, (severity, when, demand, room) in _MISSING.items()},
}
