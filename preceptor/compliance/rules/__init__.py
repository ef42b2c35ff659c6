"""Is it fit to publish? One pure function over a dossier, with a table of rules that a compliance officer can read. Plain Python."""

from preceptor.compliance.rules.dossier import (
    Decided,
    Dossier,
    HolderFacts,
    ItemFacts,
    ObjectiveFacts,
    OfferFacts,
    PersonFacts,
    RelationshipFacts,
    SupporterFacts,
)
from preceptor.compliance.rules.gate import RULES, Rule, blocking, findings
from preceptor.compliance.rules.register import REGISTER, Registered

__all__ = [
    "REGISTER",
    "RULES",
    "Decided",
    "Dossier",
    "HolderFacts",
    "ItemFacts",
    "ObjectiveFacts",
    "OfferFacts",
    "PersonFacts",
    "Registered",
    "RelationshipFacts",
    "Rule",
    "SupporterFacts",
    "blocking",
    "findings",
]
