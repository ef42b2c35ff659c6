"""The table of rules: id, severity, stages, demand, source, what mends it, check. A compliance officer can read it from top to bottom."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules import content_rules as C
from preceptor.compliance.rules import credit_rules as K
from preceptor.compliance.rules import disclosure_rules as D
from preceptor.compliance.rules import education_rules as X
from preceptor.compliance.rules import scheduled_rules as J
from preceptor.compliance.rules import statement_rules as S
from preceptor.compliance.rules import support_rules as U
from preceptor.compliance.rules.dossier import Dossier
from preceptor.kernel.findings import Severity

# What a check yields: message, where, evidence.
Verdict = tuple[str, str, str]
Check = Callable[[Dossier, Pack, datetime], Iterator[Verdict]]


class GateStage(StrEnum):
    """When the gate is asked: while drafting, before publication (which asks all that drafting asks, too), and daily of what is published."""

    DRAFT = "draft"
    PUBLISH = "publish"
    SCHEDULED = "scheduled"


@dataclass(frozen=True)
class Rule:
    """A rule of the gate. `kind` is what mends its findings: edition, offer, person, relationship, company, support, provider, objective, item, part, citation."""

    id: str
    severity: Severity
    stages: frozenset[GateStage]
    demand: str
    source: str
    kind: str
    check: Check


E, W, INFO = Severity.ERROR, Severity.WARN, Severity.INFO
P = frozenset({GateStage.PUBLISH})
DP = frozenset({GateStage.DRAFT, GateStage.PUBLISH})
SCHEDULED = frozenset({GateStage.SCHEDULED})
PS = P | SCHEDULED
ACCME, AMA, JOINT, OWN, STATE = (
    "ACCME",
    "AMA PRA credit system",
    "Joint Accreditation",
    "good practice",
    "California Business and Professions Code",
)
NET = "ACCME, former internet policy"
SI = "Standards for Integrity and Independence"
ABSTRACT = "ACCME structured abstract"

RULES: tuple[Rule, ...] = (
    Rule("STM-001", E, P, "An accreditation valid on the release date gives the statement and every offered credit", JOINT, "provider", S.accreditation),
    Rule("STM-002", E, P, "The AMA designation statement is exact, with the amount and a listed format", AMA, "offer", S.ama_designation),
    Rule("STM-003", E, P, "Credit is designated by the release date, and nothing says that it was applied for", AMA, "offer", S.designated_in_time),
    Rule("STM-004", E, P, "The statement of each designation is complete", "each credit system", "offer", S.designations_complete),
    Rule("STM-004", E, P, "Credit that another body approves has number, first day and evidence", "each credit system", "offer", S.approved),
    Rule("STM-004", E, P, "The number of an approval has its form", "each credit system", "offer", K.numbers_fit),
    Rule("STM-004", W, P, "No approval runs longer than its credit system and format let it", "each credit system", "offer", K.longer_than_allowed),
    Rule("PUB-001", E, P, "There are objectives, a target audience and a statement of need", AMA, "edition", X.purpose),
    Rule("PUB-002", E, P, "Release, last review and end are given and shown, in order, at most 36 months apart", ACCME, "edition", X.dates),
    Rule("PUB-003", E, P, "The estimated time is there, and no more credit than it makes", JOINT, "edition", X.estimated_time),
    Rule("PUB-004", E, P, "Faculty with credentials, the medium and the method of participation are given", JOINT, "person", X.faculty_and_medium),
    Rule("PUB-005", E, P, "The steps to complete are given in order", AMA, "edition", X.steps),
    Rule("PUB-006", W, P, "The provider's contact is shown", NET, "provider", X.contact),
    Rule("PUB-007", W, P, "The privacy policy is linked", NET, "provider", X.privacy),
    Rule("PUB-008", W, P, "There is a copyright statement", NET, "edition", X.copyright_statement),
    Rule("PUB-009", W, P, "System requirements are up to date", NET, "edition", X.system_requirements),
    Rule("PUB-010", W, P, "The fee is shown, with the refund policy if there is one to pay", OWN, "edition", X.fee),
    Rule("PUB-011", W, P, "The structured abstract is there, within its number of words", ABSTRACT, "edition", X.abstract),
    Rule("BIB-001", E, P, "There is a bibliography, and its links are alive", AMA, "citation", X.bibliography),
    Rule("BIB-001", INFO, P, "Links that could not be reached are told", AMA, "citation", X.links_unknown),
    Rule("BIB-001", W, SCHEDULED, "Links that die after publication are told", AMA, "citation", J.links_died),
    Rule("DISC-001", E, DP, "Each disclosure was signed under the current definition", f"{SI}, 3.1", "person", D.definition_current),
    Rule("DISC-002", E, DP, "All relationships are asked for; staff decide on relevance", f"{SI}, 3.1", "person", D.staff_decide),
    Rule("DISC-003", E, DP, "Everyone in control of content signed a disclosure before the role began", f"{SI}, 3.1", "person", D.everyone_disclosed),
    Rule("DISC-004", E, DP, "Owners and employees of ineligible companies are out, or a proven exception; offices were ruled on", f"{SI}, 3.2", "relationship", D.owners_excluded),
    Rule("DISC-005", E, P, "Relevance is decided for every relationship and role, with a rationale", f"{SI}, 3.3", "relationship", D.relevance_decided),
    Rule("DISC-006", E, P, "Each relevant relationship was mitigated, fit for the role, before it began", f"{SI}, 3.4", "relationship", D.mitigated_in_time),
    Rule("DISC-007", E, P, "Learners are told names, companies, natures and mitigation; absence for the others", f"{SI}, 3.5", "person", D.learners_told),
    Rule("DISC-008", E, P, "Each company has its nature", f"{SI}, 3.5", "relationship", D.nature_per_company),
    Rule("DISC-009", W, P, "No disclosure is older than twelve months at the release", f"{SI}, 3.1", "person", D.disclosures_fresh),
    Rule("DISC-009", W, SCHEDULED, "No disclosure is older than twelve months", f"{SI}, 3.1", "person", J.disclosures_old),
    Rule("DISC-010", E, P, "No company is undetermined", f"{SI}, eligibility", "company", D.companies_determined),
    Rule("DISC-011", W, SCHEDULED, "A start-up is looked at again when regulatory approval was begun", f"{SI}, eligibility", "company", J.start_ups),
    Rule("DISC-012", E, P, "An exemption from disclosure has its reason", f"{SI}, 3", "edition", D.exemption_reasoned),
    Rule("TXT-001", E, DP, "No forbidden or outdated terms", "ACCME compliance reminders", "edition", S.forbidden_terms),
    Rule("TXT-002", W, P, "Absence is told in the preferred words", f"{SI}, 3.5", "edition", S.preferred_terms),
    Rule("TXT-003", E, P, "No logo, trade name or product message in disclosure or support", f"{SI}, 3 to 5", "company", S.names_only),
    Rule("TXT-009", W, DP, "Title and objectives are spelled right", OWN, "edition", S.spelling),
    Rule("SUP-001", E, P, "Each supporter's agreement was signed by both by the release", f"{SI}, 4", "support", U.agreement_executed),
    Rule("SUP-002", E, P, "The agreement's clauses were checked and hold", f"{SI}, 4; ACCME common compliance issues", "support", U.clauses_checked),
    Rule("SUP-003", E, P, "Each supporter is named, and the nature if in kind", f"{SI}, 4", "support", U.support_told),
    Rule("SUP-004", W, P, "Support is told in one place, generated", OWN, "edition", U.support_told_once),
    Rule("SUP-006", E, DP, "No ineligible company provides or hosts", f"{SI}, 2", "company", U.no_ineligible_partner),
    Rule("ANC-001", E, PS, "Nothing from elsewhere stands beside the education", f"{SI}, 5", "edition", U.nothing_beside),
    Rule("ANC-001", INFO, P, "Related courses typed by hand are looked at", f"{SI}, 5", "edition", U.related_looked_at),
    Rule("ANC-002", W, P, "No link of the content leads to a product's site", NET, "company", U.links_lead_to_no_product),
    Rule("ANC-003", E, P, "What gives no credit says so", f"{SI}, 5", "edition", U.labelled_without_credit),
    Rule("CNT-001", E, P, "A reviewer without relevant relationships signed the content review", f"{SI}, 1", "person", C.reviewed),
    Rule("CNT-002", W, P, "References are cited, and the newest is younger than the review interval", f"{SI}, 1", "citation", C.references_fresh),
    Rule("CNT-003", W, P, "New or off-label topics are marked, and match the statement", f"{SI}, 1", "objective", C.off_label),
    Rule("CNT-004", E, P, "No patient can be identified, in words or images", "HIPAA", "edition", C.privacy_of_patients),
    Rule("CNT-005", E, P, "Lectures have captions, images have words", "accessibility", "part", C.captions),
    Rule("ASM-001", E, P, "There is a test with a pass mark, shown before the start", AMA, "edition", X.test_there),
    Rule("ASM-002", E, P, "Each objective has an item, and each item an objective", OWN, "item", X.objectives_tested),
    Rule("ASM-004", E, P, "Each item has rationale and reference where pharmacy credit or points are offered", "ACPE, Standard 10", "item", X.feedback),
    Rule("ASM-004", W, P, "Feedback leads to places that are there", OWN, "item", X.review_places),
    Rule("FMT-001", E, P, "A recording of a live activity is an activity of its own", ACCME, "edition", K.derived_from_live),
    Rule("CRD-001", W, P, "Every target profession has a designation, or is told that there is participation only", OWN, "edition", K.professions_covered),
    Rule("CRD-002", E, P, "Each amount is a multiple of its step", AMA, "offer", K.amounts),
    Rule("CRD-002", W, P, "No designation is more than 25% away from the worksheet", OWN, "offer", K.amounts_near_worksheet),
    Rule("CRD-003", E, P, "ACPE: number of the right form, activity type and its minimum", "ACPE", "offer", K.acpe_number),
    Rule("CRD-004", E, P, "ACPE: year and format letter of the number match, at most three years", "ACPE", "offer", K.acpe_year_and_format),
    Rule("CRD-005", E, DP, "ANCC: a nurse with a disclosure is on the planning team", "ANCC", "offer", K.nurse_planner),
    Rule("CRD-006", E, P, "AANP: pharmacology hours are within the hours and tied to objectives on drugs", "AANP", "offer", K.rx_hours),
    Rule("CRD-007", E, P, "AAPA: the approval ends within twelve months of its start", "AAPA", "offer", K.aapa_year),
    Rule("CRD-007", E, SCHEDULED, "Approvals that end are applied for again in time", "AAPA", "offer", J.approvals_ending),
    Rule("CRD-008", E, P, "IPCE: planners from two professions of the audience, and change asked of the team", JOINT, "offer", K.team_planned),
    Rule("CRD-009", E, P, "Certification points: registered, no more than credits, two reviews, statement", "ABMS boards", "offer", K.certification_points),
    Rule("REP-002", E, P, "Where a reporting clock runs, it is said who reports, and how (sending, and its alerts, wait for reporting)", "ACPE", "offer", K.reporter_named),
    Rule("EVAL-001", E, P, "Competence or intended change is asked for, and recorded as the aim", ACCME, "edition", X.change_asked),
    Rule("EVAL-002", E, P, "The evaluation has changes and barriers; its rows per objective and on bias are generated", OWN, "edition", X.evaluation),
    Rule("CA-001", E, P, "California: plan for cultural competence and implicit bias, resources sent", f"{STATE} 2190.1", "edition", C.california),
    Rule("CA-002", E, P, "California, nurses: the element on implicit bias is marked", f"{STATE} 2736.5", "edition", C.california_nursing),
    Rule("TAG-001", W, P, "Minutes of a state's topic fit, with jurisdiction and professions", "state law", "edition", K.topic_minutes),
    Rule("EXP-003", E, SCHEDULED, "The review is made before 36 months are over", ACCME, "edition", J.review_due),
)  # fmt: skip
