"""The desk's words for templates: `{% load studio %}`."""

from collections.abc import Iterable
from decimal import Decimal

from django import template

from preceptor.compliance.queries import FindingRow
from preceptor.compliance.rules import STATUS_WORDS, ActivityStatus
from preceptor.kernel.findings import Finding, Severity
from preceptor.studio import fixes
from preceptor.studio.deeds import deed_words, detail_words, who_words
from preceptor.studio.desk import Desk
from preceptor.studio.letters import REPORT_WORDS, STATE_WORDS, kind_words

register = template.Library()


@register.simple_tag
def fix_url(finding: Finding, edition_uuid: object) -> str:
    """The page that mends a finding."""
    return fixes.fix_url(finding, edition_uuid)


@register.simple_tag
def fix_label(finding: Finding) -> str:
    """What the link to it says."""
    return fixes.mend_of(finding).label


@register.filter
def bundle_place(finding: Finding) -> str:
    """Which file of the activity's folder mends it, if no form does."""
    return fixes.bundle_place(finding)


@register.filter
def place_of(finding: Finding, desk: Desk) -> str:
    """What a finding is about, in words: a credit, a profession, a page; "" for the edition as a whole."""
    return desk.place_words.get(finding.where, finding.where)


@register.filter
def alike(rows: Iterable[FindingRow], edition_uuid: object) -> list[tuple[FindingRow, list[FindingRow]]]:
    """Errors that say the same and are mended on the same page stand together; what is signed stands alone."""
    groups: dict[object, list[FindingRow]] = {}
    for row in rows:
        one = row.finding
        key = (one.message, fixes.fix_url(one, edition_uuid)) if one.severity is Severity.ERROR else row.digest
        groups.setdefault(key, []).append(row)
    return [(same[0], same) for same in groups.values()]


@register.filter
def deed(verb: str) -> str:
    """What was done: disclosure.record_company as “Company recorded”."""
    return deed_words(verb)


@register.filter
def letter_state(state: str) -> str:
    """What became of a letter, in words."""
    return {str(key): words for key, words in (*STATE_WORDS.items(), *REPORT_WORDS.items())}.get(state, state)


register.filter("kind_words", kind_words)
register.filter("who_words", who_words)
register.filter("detail_words", detail_words)


@register.simple_tag
def share(shares: tuple[float, float, float], first: int) -> str:
    """The first so many shares together, in percent."""
    return f"{sum(shares[:first]):g}"


@register.filter
def stage_word(stage: str) -> str:
    """A stage in words."""
    return STATUS_WORDS[ActivityStatus(stage)]


@register.filter
def spaced(key: str) -> str:
    """front_matter as “Front matter”, post_test as “Post-test”."""
    words = key.replace("_test", "-test").replace("_", " ")
    return words[:1].upper() + words[1:]


@register.filter
def dollars(cents: int | None) -> str:
    """1234.50 of cents; "" of nothing."""
    return "" if cents is None else f"{Decimal(cents) / 100:,.2f}"


@register.filter
def of(key: object, words: dict[object, str]) -> str:
    """`{{ nature|of:natures }}`: the words for a key, or the key."""
    return words.get(key, str(key))
