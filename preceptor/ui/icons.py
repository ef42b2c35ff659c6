"""The project's own line icons, drawn on a 20 by 20 grid: name -> the inside of the <svg>."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS: dict[str, str] = {
    "alert": '<path d="M10 3.2L17.6 16.4H2.4zM10 8v4M10 14.2v.1"/>',
    "arrow": '<path d="M4 10h12M11 5l5 5-5 5"/>',
    "back": '<path d="M16 10H4M9 5l-5 5 5 5"/>',
    "calendar": '<path d="M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3M13 3v3"/>',
    "captions": '<path d="M2.8 4.5h14.4v11H2.8zM9 8.7a2 2 0 100 2.6M14.5 8.7a2 2 0 100 2.6"/>',
    "check": '<path d="M4 10.5l4 4 8-9"/>',
    "chevron": '<path d="M5 7.5l5 5 5-5"/>',
    "clock": '<circle cx="10" cy="10" r="7.2"/><path d="M10 6v4.3l2.8 1.7"/>',
    "copy": '<path d="M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7"/>',
    "cross": '<path d="M5 5l10 10M15 5L5 15"/>',
    "dash": '<path d="M5 10h10"/>',
    "document": '<path d="M5 2.800h6.5L15 6.300v10.900H5zM11.5 2.800v3.5H15M7.5 10h5M7.5 13h5"/>',
    "download": '<path d="M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13"/>',
    "eye": '<path d="M2 10s3-5.4 8-5.4S18 10 18 10s-3 5.4-8 5.4S2 10 2 10z"/><circle cx="10" cy="10" r="2.2"/>',
    "filter": '<path d="M7 5h10M7 10h10M7 15h10M3.2 5h.1M3.2 10h.1M3.2 15h.1"/>',
    "flag": '<path d="M5 17.2V3.4M5 4h9.5l-2 3.3 2 3.4H5"/>',
    "forward10": '<path d="M15.5 6.5A7 7 0 1017 10.5M15.5 3v3.700h-3.7"/>',
    "fullscreen": '<path d="M3.5 7V3.5H7M13 3.5h3.5V7M16.5 13v3.5H13M7 16.5H3.5V13"/>',
    "info": '<circle cx="10" cy="10" r="7.2"/><path d="M10 9.2v4.6M10 6.4v.1"/>',
    "lock": '<path d="M4.8 9h10.4v7.6H4.8zM7 9V6.6a3 3 0 016 0V9"/>',
    "mail": '<path d="M2.8 4.8h14.4v10.4H2.8zM3 5.2l7 5.6 7-5.6"/>',
    "menu": '<path d="M3 6h14M3 10h14M3 14h14"/>',
    "mute": '<path d="M3 8v4h2.6L9.5 15V5L5.6 8zM13 8l4 4M17 8l-4 4"/>',
    "pause": '<path d="M7 4.5v11M13 4.5v11"/>',
    "play": '<path d="M6.5 4.5v11l9-5.5z"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "print": '<path d="M6 7V3h8v4M6 13.5H3.2V7.2h13.6v6.3H14M6 11.5h8V17H6z"/>',
    "replay10": '<path d="M4.5 6.5A7 7 0 113 10.5M4.5 3v3.700h3.7"/>',
    "search": '<circle cx="9" cy="9" r="5.5"/><path d="M13.2 13.2L17 17"/>',
    "shield": '<path d="M10 2.5l6.5 2.3v4.6c0 4-2.7 6.7-6.5 8.1-3.8-1.4-6.5-4.1-6.5-8.1V4.800zM6.8 9.800l2.3 2.3 4.2-4.6"/>',
    "sound": '<path d="M3 8v4h2.6L9.5 15V5L5.6 8zM12.5 7.5a3.6 3.6 0 010 5M14.6 5.4a6.5 6.5 0 010 9.2"/>',
    "user": '<circle cx="10" cy="6.8" r="3.3"/><path d="M3.6 17a6.4 6.4 0 0112.8 0"/>',
}

BRAND = mark_safe(
    '<svg viewBox="0 0 24 28" aria-hidden="true" focusable="false">'
    '<path class="b-cell" d="M4.3 27V11.5A8.7 8.7 0 1113 20.2"/><circle class="b-nuc" cx="14.2" cy="11.8" r="3.9"/></svg>'
)


def draw_icon(name: str, css_class: str = "") -> SafeString:
    """The icon as decoration: it says nothing to a screen reader, so put words beside it. An unknown name is a KeyError."""
    return format_html(
        '<svg class="ico{}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{}</svg>',
        f" {css_class}" if css_class else "",
        mark_safe(ICONS[name]),  # noqa: S308 - constants of this file
    )
