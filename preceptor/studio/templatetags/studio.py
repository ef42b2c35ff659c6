"""The desk's words for templates: `{% load studio %}`."""

from decimal import Decimal

from django import template

from preceptor.compliance.rules import STATUS_WORDS, ActivityStatus
from preceptor.kernel.findings import Finding
from preceptor.studio import fixes

register = template.Library()


@register.simple_tag
def fix_url(finding: Finding, edition_uuid: object) -> str:
    """The page that mends a finding."""
    return fixes.fix_url(finding, edition_uuid)


@register.simple_tag
def fix_label(finding: Finding) -> str:
    """What the link to it says."""
    return fixes.mend_of(finding).label


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
