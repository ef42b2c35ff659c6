"""The gate: every rule that can be judged before publication, in one table, and the one function that asks them all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules import disclosure_rules, education_rules, statement_rules
from preceptor.compliance.rules.dossier import Dossier
from preceptor.kernel.findings import Finding, Severity

# What a check yields: message, where, evidence.
Verdict = tuple[str, str, str]
Check = Callable[[Dossier, Pack, datetime], Iterator[Verdict]]


@dataclass(frozen=True)
class Rule:
    """A rule of the gate: its id and severity as in docs/rules/compliance.md, what it demands, where it comes from, and its check."""

    id: str
    severity: Severity
    demand: str
    source: str
    fix: str
    check: Check


E, W, INFO = Severity.ERROR, Severity.WARN, Severity.INFO
ACCME, AMA, JOINT, OWN = "ACCME", "AMA PRA credit system", "Joint Accreditation", "good practice"
STANDARD_3 = "Standards for Integrity and Independence, 3"

S, D, X = statement_rules, disclosure_rules, education_rules
FACTS, PEOPLE = "activity.yaml", "activity.yaml: people, disclosures"
RULES: tuple[Rule, ...] = (
    Rule(
        "STM-001",
        E,
        "An accreditation valid on the release date gives the statement and every offered credit",
        JOINT,
        FACTS,
        S.accreditation,
    ),
    Rule("STM-002", E, "The AMA designation statement is exact, with the amount and a listed format", AMA, FACTS, S.ama_designation),
    Rule(
        "STM-003", E, "Credit is designated by the release date, and nothing says that it was applied for", AMA, FACTS, S.designated_in_time
    ),
    Rule("STM-004", E, "The statement of each designation is complete", "each credit system", FACTS, S.designations_complete),
    Rule("PUB-001", E, "There are objectives, a target audience and a statement of need", AMA, FACTS, X.purpose),
    Rule("PUB-002", E, "Release, last review and end are given, in order, and at most 36 months apart", ACCME, FACTS, X.dates),
    Rule("PUB-003", E, "The estimated time is there and is what the worksheet says", JOINT, FACTS, X.estimated_time),
    Rule(
        "PUB-004", E, "Faculty with credentials, the medium and the method of participation are given", JOINT, PEOPLE, X.faculty_and_medium
    ),
    Rule("PUB-005", E, "The steps to complete are given in order", AMA, FACTS, X.steps),
    Rule("PUB-006", W, "The provider's contact is shown", "ACCME, former internet policy", "provider", X.contact),
    Rule("PUB-007", W, "The privacy policy is linked", "ACCME, former internet policy", "provider", X.privacy),
    Rule("PUB-008", W, "There is a copyright statement", "ACCME, former internet policy", FACTS, X.copyright_statement),
    Rule("PUB-010", W, "The fee is shown, with the refund policy if there is one to pay", OWN, FACTS, X.fee),
    Rule("BIB-001", E, "There is a bibliography", AMA, "references.yaml", X.bibliography),
    Rule("DISC-001", E, "Each disclosure was signed under the current definition", STANDARD_3, PEOPLE, D.definition_current),
    Rule(
        "DISC-003", E, "Everyone in control of content signed a disclosure before the role began", STANDARD_3, PEOPLE, D.everyone_disclosed
    ),
    Rule("DISC-004", E, "No owner or employee of an ineligible company controls content", STANDARD_3, PEOPLE, D.owners_excluded),
    Rule("DISC-005", E, "Relevance is decided for every relationship and role, with a rationale", STANDARD_3, PEOPLE, D.relevance_decided),
    Rule(
        "DISC-006",
        E,
        "Each relevant relationship was mitigated, fit for the role, before the release",
        STANDARD_3,
        PEOPLE,
        D.mitigated_in_time,
    ),
    Rule(
        "DISC-007",
        E,
        "Learners are told names, companies, natures and mitigation; absence for the others",
        STANDARD_3,
        PEOPLE,
        D.learners_told,
    ),
    Rule("DISC-008", E, "Each company has its nature", STANDARD_3, PEOPLE, D.nature_per_company),
    Rule("DISC-009", W, "No disclosure is older than twelve months at the release", STANDARD_3, PEOPLE, D.disclosures_fresh),
    Rule("DISC-010", E, "No company is undetermined", "Standards, eligibility", PEOPLE, D.companies_determined),
    Rule("TXT-001", E, "No forbidden or outdated terms", "Standards; ACCME compliance reminders", "texts", S.forbidden_terms),
    Rule("TXT-002", W, "Absence is told in the preferred words", STANDARD_3, "texts", S.preferred_terms),
    Rule("TXT-003", E, "No image in disclosure or support", "Standards, 3 to 5", PEOPLE, D.no_images),
    Rule("SUP-003", E, "Each supporter is named, and the nature if in kind", "Standards, 4", FACTS, D.support_told),
    Rule("ASM-001", E, "There is a test with a pass mark", AMA, "assessment.yaml", X.test_there),
    Rule("ASM-002", E, "Each objective has an item, and each item an objective", OWN, "assessment.yaml", X.objectives_tested),
    Rule(
        "ASM-004",
        E,
        "Each item has rationale and reference where pharmacy credit is offered",
        "ACPE, Standard 10",
        "assessment.yaml",
        X.feedback,
    ),
    Rule(
        "CRD-001",
        W,
        "Every target profession has a designation, or is told that there is participation only",
        OWN,
        FACTS,
        X.professions_covered,
    ),
    Rule("CRD-002", E, "Each amount is a multiple of its step and no more than the worksheet supports", AMA, FACTS, X.amounts),
    Rule("CRD-003", E, "ACPE: number of the right form, activity type and its minimum", "ACPE", FACTS, X.acpe_number),
    Rule("CRD-004", E, "ACPE: year and format letter of the number match", "ACPE", FACTS, X.acpe_year_and_format),
    Rule("CRD-005", E, "ANCC: a nurse is on the planning team", "ANCC", PEOPLE, X.nurse_planner),
    Rule("CRD-007", E, "AAPA: the approval ends within twelve months of the release", "AAPA", FACTS, X.aapa_year),
    Rule("CRD-008", E, "IPCE: planners from two professions of the audience", JOINT, PEOPLE, X.team_planned),
    Rule("EVAL-001", E, "Competence or intended change is asked for", ACCME, "assessment.yaml, evaluation.yaml", X.change_asked),
    Rule(
        "EVAL-002",
        E,
        "The evaluation has changes and barriers; its rows per objective and on bias are generated",
        OWN,
        "evaluation.yaml",
        X.evaluation,
    ),
    Rule("CNT-002", W, "The newest reference is younger than the review interval", "Standards, 1", "references.yaml", X.references_fresh),
    Rule("CNT-003", W, "Off-label or investigational terms are matched by the statement", "Standards, 1", "off_label.md", X.off_label),
    Rule("CNT-005", E, "Every lecture has captions", "accessibility", "content", X.captions),
    Rule(
        "CA-001",
        E,
        "California: cultural competence and implicit bias are placed in the content",
        "Cal. Bus. & Prof. Code 2190.1",
        "equity.md",
        X.california,
    ),
)


def findings(dossier: Dossier, pack: Pack, at: datetime) -> list[Finding]:
    """What the rules say about the dossier at that moment. The same dossier gives the same findings, sorted by rule and place."""
    found = [
        Finding(rule.id, rule.severity, message, where, evidence, ("bundle", rule.fix), rule.source)
        for rule in RULES
        for message, where, evidence in rule.check(dossier, pack, at)
    ]
    return sorted(found, key=lambda finding: (finding.rule_id, finding.where, finding.message, finding.evidence))


def blocking(found: Iterable[Finding]) -> list[Finding]:
    """The findings that block publication."""
    return [finding for finding in found if finding.severity is Severity.ERROR]
