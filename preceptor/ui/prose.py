"""Prose that people wrote, as HTML that may be shown.

Texts are kept as Markdown. Here they become HTML through markdown-it-py (tables on, raw HTML off) and nh3, which lets nothing through that is
not on the list below. Two marks are ours: `## Title {#anchor}` names a heading, `[@key]` or `[@one; @two]` cites a reference by its key.
Plain functions: the same text always gives the same HTML, so results are kept in memory by content.
"""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from html import escape, unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

INLINE_TAGS = {"a", "abbr", "b", "br", "code", "del", "em", "i", "s", "small", "span", "strong", "sub", "sup"}
BLOCK_TAGS = INLINE_TAGS | {
    *(
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "ul",
    ),
    *("caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
ATTRIBUTES = {
    "a": {"href", "title", "class", "role", "aria-label"},
    "abbr": {"title"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "span": {"class"},
    "sup": {"class"},
    "table": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
SCHEMES = {"http", "https", "mailto", "tel"}

_ANCHOR = re.compile(r"\s*\{#([a-z][a-z0-9_-]*)\}\s*$")
_CITATION = re.compile(r"\[(@[A-Za-z0-9_:.-]+(?:\s*[;,]\s*@[A-Za-z0-9_:.-]+)*)\]")
_COMPOUND = re.compile(r"\b[A-Z][A-Za-z]*\d*-[A-Za-z]{2,12}\b|\be-mail(?:ed)?\b")
_AMA = re.compile(r"AMA PRA Category (?:1|2) Credits?")


def render_markdown(text: str, refs: Mapping[str, int] | None = None, base_url: str = "", shift: int = 0) -> str:
    """Safe HTML for a block of Markdown.

    `refs` numbers the references by key; without it citations are left out, with it an unknown key shows as "?". `base_url` is the page that
    holds the reference list ("" = this page; entries there are `id="ref-3"`). `shift` lowers the headings: with 1, "##" becomes <h3>.
    """
    return _render(text, _frozen(refs), base_url, shift, True)


def render_inline(text: str, refs: Mapping[str, int] | None = None, base_url: str = "") -> str:
    """Safe HTML for one line of Markdown, without a paragraph about it."""
    return _render(text, _frozen(refs), base_url, 0, False)


def plain_text(text: str) -> str:
    """The words alone, citations and marks left out: for descriptions, mail and search."""
    html = re.sub(r"</t[dh]>\s*", " ", render_markdown(text))
    words = unescape(nh3.clean(re.sub(r"</(p|li|h[2-6]|tr|blockquote|pre)>|<br ?/?>", "\n", html), tags=set()))
    return "\n".join(line.strip() for line in words.splitlines() if line.strip())


def cited_keys(text: str) -> list[str]:
    """The reference keys that a text cites, each once, in order of appearance."""
    keys = [key for match in _CITATION.finditer(text) for key in _keys(match[1])]
    return list(dict.fromkeys(keys))


def mark_designations(text: str) -> str:
    """Escaped text with "AMA PRA Category 1 Credit" in italics; the sign ™ stays upright, as the AMA asks."""
    return _AMA.sub(lambda match: f'<i class="prca">{match[0]}</i>', escape(text))


def keep_together(text: str) -> str:
    """Escaped text in which words such as "HER2-positive" are not broken at their hyphen."""
    return _COMPOUND.sub(lambda match: f'<span class="nowrap">{match[0]}</span>', escape(text))


def _frozen(refs: Mapping[str, int] | None) -> tuple[tuple[str, int], ...] | None:
    return None if refs is None else tuple(sorted(refs.items()))


@lru_cache(maxsize=1024)
def _render(text: str, refs: tuple[tuple[str, int], ...] | None, base_url: str, shift: int, is_block: bool) -> str:
    env: dict[str, Any] = {"refs": None if refs is None else dict(refs), "base_url": base_url, "shift": shift}
    html = _PARSER.render(text, env) if is_block else _PARSER.renderInline(text, env)
    tags = BLOCK_TAGS if is_block else INLINE_TAGS
    attributes = {tag: names for tag, names in ATTRIBUTES.items() if tag in tags}
    return nh3.clean(html, tags=tags, attributes=attributes, url_schemes=SCHEMES, attribute_filter=_own_images_only)


def _own_images_only(tag: str, name: str, value: str) -> str | None:
    """An image from elsewhere would tell a third party who reads: only paths of this site stay."""
    if tag == "img" and name == "src" and (value.startswith(("//", "\\")) or ":" in value.split("/")[0]):
        return None
    return value


def _keys(group: str) -> list[str]:
    return [part.strip().lstrip("@") for part in re.split(r"[;,]", group)]


def _cite(state: StateInline, silent: bool) -> bool:
    """`[@key]`, before Markdown can take it for a link."""
    match = _CITATION.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")  # the number stands close to its word
        token = state.push("citation", "sup", 0)
        token.meta = {"keys": _keys(match[1])}
    state.pos = match.end()
    return True


def _name_headings(state: StateCore) -> None:
    """Takes `{#anchor}` off the end of headings, keeps it as id, and shifts their level."""
    shift = int(state.env.get("shift", 0))
    for i, token in enumerate(state.tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(max(int(token.tag[1]) + shift, 2), 6)}"
        if token.type == "heading_open":
            inline = state.tokens[i + 1]
            if match := _ANCHOR.search(inline.content):
                token.attrSet("id", match[1])
                inline.content = inline.content[: match.start()]


def _mend_cells(state: StateCore) -> None:
    """Alignment comes as style="", which the Content-Security-Policy refuses: make it a class. A header that says nothing is a plain cell."""
    for i, token in enumerate(state.tokens):
        if token.type in ("th_open", "td_open") and (style := token.attrs.pop("style", None)):
            token.attrSet("class", "r" if "right" in str(style) else "c" if "center" in str(style) else "l")
        if token.type == "th_open" and state.tokens[i + 1].content:
            token.attrSet("scope", "col")
        elif token.type == "th_open":
            token.tag = state.tokens[i + 2].tag = "td"


def _citation(self: RendererHTML, tokens: Sequence[Token], i: int, options: Any, env: MutableMapping[str, Any]) -> str:
    refs = env.get("refs")
    if refs is None:
        return ""
    base = escape(str(env.get("base_url", "")))
    links = [_citation_link(refs.get(key), base) for key in tokens[i].meta["keys"]]
    return f'<sup class="cite">{",".join(links)}</sup>'


def _citation_link(number: int | None, base: str) -> str:
    if number is None:
        return '<span class="cite__missing">?</span>'
    return f'<a href="{base}#ref-{number}" role="doc-noteref" aria-label="Reference {number}">{number}</a>'


def _table_open(self: RendererHTML, tokens: Sequence[Token], i: int, options: Any, env: MutableMapping[str, Any]) -> str:
    return '<div class="tablebox scroll-x" role="group" aria-label="Table, scrolls sideways" tabindex="0"><table class="table">\n'


def _table_close(self: RendererHTML, tokens: Sequence[Token], i: int, options: Any, env: MutableMapping[str, Any]) -> str:
    return "</table></div>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.core.ruler.before("inline", "name_headings", _name_headings)
    parser.core.ruler.push("mend_cells", _mend_cells)
    parser.inline.ruler.before("link", "citation", _cite)
    parser.add_render_rule("citation", _citation)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


_PARSER = _parser()
