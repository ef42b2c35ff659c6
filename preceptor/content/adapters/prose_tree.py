"""Our own clean HTML as a tree of plain values, for typesetting.

The tree is data: a list of {k: kind, c: children, …}, {k: "t", v: text} at its leaves. The typesetter draws it with functions and evaluates nothing
of it, so no text, however it is written, can become a command. What it reads is HTML of this product: rendered Markdown and frozen front matter.
"""

from html.parser import HTMLParser
from typing import Any

Node = dict[str, Any]

INLINE = {
    "em": "em",
    "i": "em",
    "strong": "strong",
    "b": "strong",
    "sub": "sub",
    "sup": "sup",
    "code": "code",
    "a": "a",
    "s": "s",
    "del": "s",
}
BLOCKS = {
    "p": "p",
    "ul": "ul",
    "ol": "ol",
    "li": "li",
    "blockquote": "quote",
    "pre": "pre",
    "table": "table",
    "tr": "tr",
    "th": "th",
    "td": "td",
}
TERMS = {"dt": "dt", "dd": "dd", "caption": "caption", "small": "small"}
BOXES = dict.fromkeys(("div", "section", "article", "figure", "aside", "dl", "header", "footer"), "box")
KINDS = INLINE | BLOCKS | TERMS | BOXES | {f"h{level}": "h" for level in range(1, 7)}
DROPPED = {"svg", "script", "style", "template", "button", "input", "form", "nav"}
VOID = {"br", "img", "hr", "input", "source", "track", "meta", "link"}


class _Reader(HTMLParser):
    """Builds the tree; elements that it does not know vanish, and their content stays."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = {"k": "root", "c": []}
        self.open: list[tuple[str, Node | None]] = [("", self.root)]
        self.dropped = 0

    def _here(self) -> Node:
        return next(node for _, node in reversed(self.open) if node is not None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self.dropped += tag not in VOID
            return
        if self.dropped:
            return
        if tag in ("br", "hr"):
            self._here()["c"].append({"k": tag})
        if tag in VOID:
            return
        given, given_tag = dict(attrs), tag
        classes = (given.get("class") or "").split()
        tag = "small" if tag == "span" and "role" in classes else tag
        is_hidden = "vh" in classes or given.get("aria-hidden") == "true"
        node = None if tag not in KINDS and not is_hidden else self._node(tag, given, is_hidden)
        if node is not None and not is_hidden:
            self._here()["c"].append(node)
        self.open.append((given_tag, node))

    @staticmethod
    def _node(tag: str, given: dict[str, str | None], is_hidden: bool) -> Node:
        node: Node = {"k": KINDS.get(tag, "hidden") if not is_hidden else "hidden", "c": []}
        if node["k"] == "h":
            node["level"] = int(tag[1])
        if node["k"] == "a":
            node["href"] = given.get("href") or ""
        if node["k"] in ("th", "td"):
            node["align"] = {"r": "right", "c": "center"}.get(given.get("class") or "", "left")
        return node

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self.dropped = max(self.dropped - 1, 0)
            return
        if self.dropped or not any(name == tag for name, _ in self.open):
            return
        while self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.dropped and data:
            self._here()["c"].append({"k": "t", "v": data})


def prose_tree(html: str) -> list[Node]:
    """The HTML as blocks: every run of loose text is a paragraph, white space is single, empty nodes are gone."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _blocks(reader.root["c"])


BLOCK_KINDS = {"p", "h", "ul", "ol", "li", "quote", "pre", "table", "tr", "th", "td", "dt", "dd", "hr", "box", "caption"}


def _blocks(children: list[Node]) -> list[Node]:
    out: list[Node] = []
    loose: list[Node] = []
    for child in [*children, {"k": "end"}]:
        if child["k"] in BLOCK_KINDS or child["k"] == "end":
            if text := _inlines(loose):
                out.append({"k": "p", "c": text})
            loose = []
            if child["k"] == "box":
                out += _blocks(child["c"])
            elif child["k"] != "end" and (block := _block(child)):
                out.append(block)
        else:
            loose.append(child)
    return out


def _block(node: Node) -> Node | None:
    kind = node["k"]
    if kind == "hr":
        return {"k": "hr"}
    if kind in ("p", "h", "dt"):
        inner = _inlines(node["c"])
        return {**node, "c": inner} if inner else None
    if kind == "pre":
        return {"k": "pre", "v": _text(node)}
    if kind == "table":
        return _table(node)
    inner = _blocks(node["c"])
    if kind in ("li", "dd"):
        inner = [{"k": "p", "c": [{"k": "strong", "c": child["c"]}]} if child["k"] == "h" else child for child in inner]
    if kind in ("ul", "ol"):
        inner = [child if child["k"] == "li" else {"k": "li", "c": [child]} for child in inner]
    return {**node, "c": inner} if inner else None


def _table(node: Node) -> Node | None:
    rows = [[_cell(cell) for cell in row["c"] if cell["k"] in ("th", "td")] for row in _all(node, "tr")]
    rows = [row for row in rows if row]
    if not rows:
        return None
    width = max(map(len, rows))
    for row in rows:
        row += [{"c": [], "align": "left", "head": False}] * (width - len(row))
    has_head = all(cell["head"] for cell in rows[0])
    caption = [inline for found in _all(node, "caption") for inline in _inlines(found["c"])]
    return {"k": "table", "caption": caption, "width": width, "head": rows[0] if has_head else [], "rows": rows[1:] if has_head else rows}


def _cell(node: Node) -> Node:
    return {"c": _blocks(node["c"]), "align": node.get("align", "left"), "head": node["k"] == "th"}


def _all(node: Node, kind: str) -> list[Node]:
    found: list[Node] = []
    for child in node.get("c", []):
        found += [child] if child["k"] == kind else _all(child, kind)
    return found


def _text(node: Node) -> str:
    return str(node["v"]) if node["k"] == "t" else "".join(_text(child) for child in node.get("c", []))


def _inlines(children: list[Node]) -> list[Node]:
    """Inline nodes with single spaces, none at either end; empty when there are no words."""
    flat = _squeezed(children)
    while flat and _is_blank(flat[0]):
        flat.pop(0)
    while flat and _is_blank(flat[-1]):
        flat.pop()
    if flat and flat[0]["k"] == "t":
        flat[0] = {"k": "t", "v": flat[0]["v"].lstrip()}
    if flat and flat[-1]["k"] == "t":
        flat[-1] = {"k": "t", "v": flat[-1]["v"].rstrip()}
    return flat if any(_text(node).strip() for node in flat) else []


def _squeezed(children: list[Node]) -> list[Node]:
    out: list[Node] = []
    for child in children:
        if child["k"] == "t":
            text = _single_spaced(child["v"])
            if text:
                out.append({"k": "t", "v": text})
        elif child["k"] != "hidden":
            if child["k"] == "sup":
                _join_citation(out)
            out.append({**child, "c": _squeezed(child["c"])} if "c" in child else child)
    return out


def _join_citation(before: list[Node]) -> None:
    """No space before a raised number, and a comma between two of them."""
    if before and before[-1]["k"] == "t":
        before[-1] = {"k": "t", "v": before[-1]["v"].rstrip()}
    if before and before[-1] == {"k": "t", "v": ""}:
        before.pop()
    if before and before[-1]["k"] == "sup":
        before.append({"k": "sup", "c": [{"k": "t", "v": ","}]})


def _single_spaced(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if text[-1].isspace() else ''}"


def _is_blank(node: Node) -> bool:
    return node["k"] == "br" or (node["k"] == "t" and not node["v"].strip())
