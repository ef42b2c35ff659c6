"""What we do with disclosures: ask, record what was declared, decide, mitigate, account for support. Everything is only ever added to."""

from preceptor.disclosure.actions.companies import add_alias, decide_eligibility, describe_company, find_or_record_company, record_company
from preceptor.disclosure.actions.decisions import decide_exclusion, decide_relevance, need_draft
from preceptor.disclosure.actions.links import send_new_link
from preceptor.disclosure.actions.requests import (
    open_request,
    press,
    remind,
    remind_everybody,
    request_disclosure,
    save_draft,
    sign,
    sign_disclosure,
)
from preceptor.disclosure.actions.support import (
    add_expense,
    check_clauses,
    copy_part,
    reconcile,
    record_amount,
    record_support,
    remove_support,
    sign_agreement,
)

__all__ = [
    "add_alias",
    "add_expense",
    "check_clauses",
    "copy_part",
    "decide_eligibility",
    "decide_exclusion",
    "decide_relevance",
    "describe_company",
    "find_or_record_company",
    "need_draft",
    "open_request",
    "press",
    "reconcile",
    "record_amount",
    "record_company",
    "record_support",
    "remind",
    "remind_everybody",
    "remove_support",
    "request_disclosure",
    "save_draft",
    "send_new_link",
    "sign",
    "sign_agreement",
    "sign_disclosure",
]
