"""The shell's words for templates: `{% load ui %}`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, Field
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from preceptor.kernel import serials
from preceptor.ui import covers, days, icons, prose

register = template.Library()

BARE_WIDGETS = {"checkbox", "checkboxselectmultiple", "radioselect", "hidden", "file"}


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """`{% icon "check" %}`: decoration; the words stand beside it."""
    if name not in icons.ICONS:
        raise template.TemplateSyntaxError(f"There is no icon {name!r}. There are: {', '.join(sorted(icons.ICONS))}.")
    return icons.draw_icon(name, css_class)


@register.simple_tag
def brand() -> SafeString:
    """The mark of the software, for the masthead only: never for a certificate."""
    return icons.BRAND


@register.simple_tag
def cover(slug: str, motif: str = "membrane", w: int = 320, h: int = 160, css_class: str = "") -> SafeString:
    """`{% cover activity.slug activity.cover 190 190 %}`: the topic's drawing."""
    return mark_safe(covers.cover(slug, motif or "", w, h, css_class))  # noqa: S308 - numbers and constants; the class is escaped


@register.simple_tag
def guilloche(w: float, h: float, amp: float = 9, lines: int = 5, inset: float = 14) -> SafeString:
    """The certificate's border, as paths for an <svg> of w by h."""
    return mark_safe(covers.guilloche(w, h, amp, lines, inset))  # noqa: S308 - numbers only


@register.simple_tag
def rosette(cx: float, cy: float, radius: float, petals: int = 18, lines: int = 7) -> SafeString:
    """An engraved rosette, as paths for an <svg>."""
    return mark_safe(covers.rosette(cx, cy, radius, petals, lines))  # noqa: S308 - numbers only


@register.filter(name="markdown")
def markdown_filter(text: str | None, refs: Mapping[str, int] | None = None) -> SafeString:
    """`{{ edition.need|markdown:refs }}`."""
    return mark_safe(prose.render_markdown(text or "", refs))  # noqa: S308 - cleaned by nh3


@register.simple_tag(name="markdown")
def markdown_tag(text: str | None, refs: Mapping[str, int] | None = None, base_url: str = "", shift: int = 0) -> SafeString:
    """`{% markdown part.body refs=refs base_url=reading_url shift=1 %}`: see `prose.render_markdown`."""
    return mark_safe(prose.render_markdown(text or "", refs, base_url, shift))  # noqa: S308 - cleaned by nh3


@register.filter
def markdown_inline(text: str | None, refs: Mapping[str, int] | None = None) -> SafeString:
    """One line of Markdown, without a paragraph: titles, answers."""
    return mark_safe(prose.render_inline(text or "", refs))  # noqa: S308 - cleaned by nh3


@register.filter
def plain(text: str | None) -> str:
    """Markdown as words alone."""
    return prose.plain_text(text or "")


@register.filter
def designation(text: str | None) -> SafeString:
    """Plain text with the AMA's credit name in italics, ™ upright."""
    return mark_safe(prose.mark_designations(text or ""))  # noqa: S308 - escaped there


@register.filter
def unbroken(text: str | None) -> SafeString:
    """Plain text in which "HER2-positive" stays on one line: for titles."""
    return mark_safe(prose.keep_together(text or ""))  # noqa: S308 - escaped there


@register.filter
def grouped(serial: str) -> str:
    """A serial as it is printed: XXXX-XXXX-XXXX-XXXX-C."""
    return serials.grouped(serial)


@register.filter
def us_date(value: date | datetime | None, zone: str = "") -> str:
    """November 22, 2026."""
    return days.long_date(value, zone) if value else ""


@register.filter
def short_date(value: date | datetime | None, zone: str = "") -> str:
    """Nov 22, 2026."""
    return days.short_date(value, zone) if value else ""


@register.filter
def us_moment(value: datetime | None, zone: str = "") -> str:
    """November 22, 2026, 11:59 PM EST."""
    return days.long_moment(value, zone) if value else ""


@register.filter
def clock(value: datetime | None, zone: str = "") -> str:
    """10:42 AM."""
    return days.clock_time(value, zone) if value else ""


@register.filter
def timecode(seconds: float | None) -> str:
    """12:40."""
    return days.timecode(seconds) if seconds is not None else ""


@register.filter
def widget_kind(field: BoundField) -> str:
    """What kind of control a field is: "choices", "checkbox", "hidden" or "input"."""
    if field.is_hidden:
        return "hidden"
    return {"radioselect": "choices", "checkboxselectmultiple": "choices", "checkbox": "checkbox"}.get(field.widget_type, "input")


@register.filter
def said_errors(field: BoundField) -> list[str]:
    """A field's errors in the product's voice: an empty field is told what to put in, by name, unless the form has its own words."""
    plain = str(Field.default_error_messages["required"])
    return [_what_to_do(field) if error == plain else str(error) for error in field.errors]


def _what_to_do(field: BoundField) -> str:
    match widget_kind(field):
        case "choices":
            return f"Choose an answer: {field.label}"
        case "checkbox":
            return f"Tick this to go on: {field.label}"
        case _:
            return f"Fill this in: {field.label}"


@register.simple_tag
def control(field: BoundField, css_class: str = "", **attrs: Any) -> SafeString:
    """The bare control with the shell's class: `{% control form.email "w-md" autocomplete="email" %}` ("_" in a name becomes "-")."""
    own = "" if field.widget_type in BARE_WIDGETS else "input"
    classes = " ".join(filter(None, [own, str(field.field.widget.attrs.get("class", "")), css_class]))
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    return field.as_widget(attrs={**given, "class": classes} if classes else given)


@register.inclusion_tag("ui/_field.html")
def field(field: BoundField, css_class: str = "", card: bool = False) -> dict[str, object]:
    """`{% field form.email %}`: label, hint, error and control, tied together. `card=True` makes choices whole-card targets."""
    return {"field": field, "css_class": css_class, "card": card}


@register.inclusion_tag("ui/_errors.html")
def error_summary(*forms: Any, title: str = "") -> dict[str, object]:
    """`{% error_summary form title="Fix this to claim your credit" %}`: one link per field in error, or nothing."""
    fields = [bound for form in forms for bound in form if bound.errors]
    general = [error for form in forms for error in form.non_field_errors()]
    count = len(fields) + len(general)
    return {"fields": fields, "general": general, "title": title or f"Fix {count} {'thing' if count == 1 else 'things'} to go on"}


@register.simple_tag
def bar(percent: float, css_class: str = "") -> SafeString:
    """A bar of how much is done; the number stands beside it in words."""
    width = min(max(float(percent), 0), 100)
    return format_html(
        '<svg class="bar {}" aria-hidden="true" focusable="false"><rect width="{}%" height="100%" rx="4"/></svg>', css_class, f"{width:g}"
    )
