"""Every rule id of the reference, with its severity and where it is held. `not yet enforced` is said where it is so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Registered:
    """A rule's place: severity (E error, W warning, I info) and where it is enforced."""

    severity: str
    place: str


GATE, JOURNEY, CREDIT, NOT_YET = "compliance.rules", "journey.rules", "credit.rules", "not yet enforced"
GENERATED = "generated, cannot be otherwise"

_GATE = {
    "E": "STM-001 STM-002 STM-003 STM-004 PUB-001 PUB-002 PUB-003 PUB-004 PUB-005 BIB-001 DISC-001 DISC-003 DISC-004 DISC-005 DISC-006 DISC-007 "
    "DISC-008 DISC-010 TXT-001 TXT-003 SUP-003 CNT-005 ASM-001 ASM-002 ASM-004 CRD-002 CRD-003 CRD-004 CRD-005 CRD-007 CRD-008 EVAL-001 EVAL-002 "
    "CA-001",
    "W": "PUB-006 PUB-007 PUB-008 PUB-010 DISC-009 TXT-002 CNT-002 CNT-003 CRD-001",
}
_NOT_YET = {
    "E": "DISC-002 DISC-012 SUP-001 SUP-002 SUP-005 SUP-006 ANC-003 CNT-001 CNT-004 FMT-001 CRD-006 CRD-009 CA-002 EXP-003 CLAIM-004 REP-001 REP-002 "
    "REP-003 REP-004 REP-006 REC-001 REC-002 PRIV-001 PRIV-002 PRIV-003 OUT-001",
    "W": "PUB-011 DISC-011 TXT-009 ANC-002 TAG-001 FLOW-003 REP-005 REC-003",
    "I": "OUT-002",
}
_ELSEWHERE = {
    "PUB-009": Registered("W", GENERATED),
    "SUP-004": Registered("W", GENERATED),
    "ASM-003": Registered("W", GENERATED),
    "ASM-005": Registered("W", "assessment.rules"),
    "ANC-001": Registered("E", "content security policy"),
    "EXP-001": Registered("E", JOURNEY),
    "EXP-002": Registered("E", CREDIT),
    "FLOW-001": Registered("E", JOURNEY),
    "FLOW-002": Registered("E", JOURNEY),
    "FLOW-004": Registered("E", JOURNEY),
    "CLAIM-001": Registered("E", CREDIT),
    "CLAIM-002": Registered("E", CREDIT),
    "CLAIM-003": Registered("E", CREDIT),
    "CLAIM-005": Registered("W", CREDIT),
    "CERT-001": Registered("E", CREDIT),
    "CERT-002": Registered("W", CREDIT),
}

REGISTER: dict[str, Registered] = {
    **{rule: Registered(severity, GATE) for severity, rules in _GATE.items() for rule in rules.split()},
    **{rule: Registered(severity, NOT_YET) for severity, rules in _NOT_YET.items() for rule in rules.split()},
    **_ELSEWHERE,
}
