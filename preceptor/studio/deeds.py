"""The desk's words for lines of the logbook that are about a person, a letter, a job or a company. A verb without words is told readably by its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from preceptor.accounts.queries import profession_name
from preceptor.accreditation.queries import pack_on
from preceptor.logbook.models import Entry
from preceptor.ui.days import long_moment

DEEDS = {
    "accounts.change_access": "Rights changed",
    "accounts.change_profession": "Profession changed",
    "accounts.create_account": "Account made",
    "accounts.give_duty": "Duty given",
    "accounts.join_group": "Put into a group",
    "accounts.remove_address": "E-mail address taken away",
    "accounts.remove_identifier": "Number removed",
    "accounts.review_profession_change": "Change of profession looked at",
    "accounts.save_address": "E-mail address changed",
    "accounts.save_name": "Name or degree changed",
    "accounts.sign_anew": "Signs deeds by another name or address",
    "credit.erase_own_record": "Credit from elsewhere, requirements and transcripts erased",
    "records.erase_person": "Person erased",
    "records.erase_record": "Names on certificates erased",
    "records.merge_people": "Accounts put together",
    "records.order_export": "Copy of the data ordered",
    "records.request_erasure": "Erasure asked for",
    "records.unmerge_people": "Accounts parted",
    "records.withdraw_erasure": "Erasure withdrawn",
    "disclosure.add_alias": "Further name kept",
    "disclosure.decide_eligibility": "Decided whether it is an ineligible company",
    "disclosure.describe_company": "Company described",
    "disclosure.record_company": "Company recorded",
    "jobs.revive_job": "Started again",
    "mail.resend_letter": "Sent again",
}
WHO = {"learner": "the learner", "system": "Preceptor"}
_SWITCHES = {
    "is_active": ("account closed", "account opened"),
    "is_staff": ("no member of the staff any more", "made a member of the staff"),
    "is_superuser": ("may not do everything any more", "may do everything from now on"),
    "is_verified": ("not verified any more", "verified"),
}


def deed_words(verb: str) -> str:
    """accounts.save_name as “Name or degree changed”; a verb that is not known as “Record support”, by what it is called."""
    words = verb.rpartition(".")[2].replace("_", " ")
    return DEEDS.get(verb) or words[:1].upper() + words[1:]


def who_words(by: str) -> str:
    """By whom: a name and address as they are signed, or in words."""
    return WHO.get(by, by)


def detail_words(entry: Entry, zone: str) -> str:
    """What exactly was done, as far as the line tells; "" where it tells nothing more."""
    tell = _DETAILS.get(entry.verb)
    return "; ".join(part for part in tell(entry.detail, zone) if part) if tell else ""


def _switched(detail: Mapping[str, Any]) -> list[str]:
    return [words[bool(detail[key][1])] for key, words in _SWITCHES.items() if key in detail]


def _access(detail: Mapping[str, Any], zone: str) -> list[str]:
    before, after = detail.get("groups", ([], []))
    given, taken = [one for one in after if one not in before], [one for one in before if one not in after]
    groups = [f"{word} {', '.join(names)}" for word, names in (("put into", given), ("taken out of", taken)) if names]
    return [*_switched(detail), *groups]


def _address(detail: Mapping[str, Any], zone: str) -> list[str]:
    before, after = detail.get("email", ("", ""))
    return [f"from {before} to {after}" if before else f"added: {after}" if after else "", *_switched(detail)]


def _profession(detail: Mapping[str, Any], zone: str) -> list[str]:
    old, new = (profession_name(detail.get(key, "")) for key in ("old", "new"))
    return [f"from {old} to {new}" if old else new]


def _number(detail: Mapping[str, Any], zone: str) -> list[str]:
    kind = detail.get("kind", "")
    kinds = pack_on(timezone.now().date()).identifiers
    return [kinds[kind].label if kind in kinds else kind.replace("_", " ")]


def _due(detail: Mapping[str, Any], zone: str) -> list[str]:
    due = detail.get("due_at")
    return [f"due {long_moment(datetime.fromisoformat(due), zone)}"] if due else []


def _certificates(count: int, what: str) -> str:
    return f"{count} certificate{'' if count == 1 else 's'} {what}" if count else ""


_DETAILS: Mapping[str, Callable[[Mapping[str, Any], str], list[str]]] = {
    "accounts.change_access": _access,
    "accounts.change_profession": _profession,
    "accounts.give_duty": lambda detail, zone: [detail.get("duty", "")],
    "accounts.join_group": lambda detail, zone: [detail.get("group", "")],
    "accounts.remove_address": lambda detail, zone: [f"it was {detail['email']}" if detail.get("email") else ""],
    "accounts.remove_identifier": _number,
    "accounts.review_profession_change": _profession,
    "accounts.save_address": _address,
    "accounts.sign_anew": lambda detail, zone: [f"before: {detail['was']}" if detail.get("was") else ""],
    "records.erase_record": lambda detail, zone: [_certificates(detail.get("certificates", 0), "concerned")],
    "records.merge_people": lambda detail, zone: [
        f"account {detail['merged_email']} was put to it" if detail.get("merged_email") else "",
        _certificates(len(detail.get("reversed", [])), "taken back because doubled"),
    ],
    "records.request_erasure": _due,
    "records.unmerge_people": lambda detail, zone: [
        f"account {detail['parted_email']} was parted from it" if detail.get("parted_email") else "",
        _certificates(len(detail.get("reinstated", [])), "stood again"),
    ],
}
