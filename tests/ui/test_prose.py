"""Prose: what people may write, what is taken out, and how citations are numbered."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preceptor.ui.prose import cited_keys, keep_together, mark_designations, plain_text, render_inline, render_markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:msgbox(1))",
    "![x](javascript:alert(1))",
    '[x](https://e.org "a\\" onmouseover=\\"alert(1)")',
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=//evil.example></iframe>",
    "<style>*{display:none}</style>",
    '<p style="position:fixed">x</p>',
    "## Title {#x onclick=alert(1)}",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<!--><script>alert(1)</script>-->",
    "`<script>`<script>alert(1)</script>",
    "<form action=//evil.example><input name=q></form>",
    "[@<script>alert(1)</script>]",
]


def elements(html):
    """Every element of the HTML with its attributes, as a browser's parser sees them."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, attributes))
    parser.feed(html)
    return found


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("render", [render_markdown, render_inline])
def test_nothing_that_runs_gets_through(text, render):
    for tag, attributes in elements(render(text, {"a": 1})):
        assert tag not in {"script", "style", "iframe", "svg", "math", "form", "input", "object", "embed"}
        for name, value in attributes:
            assert not name.startswith("on") and name != "style"
            assert name not in ("href", "src") or not re.match(r"\s*(javascript|vbscript|data):", value, re.IGNORECASE)


@given(st.text(alphabet=st.sampled_from("<>\"'/=ab[]()@#{}*_`!:; \n&|-"), max_size=80))
def test_whatever_is_typed_stays_within_the_list(text):
    for tag in re.findall(r"<\s*([a-zA-Z!/][^>]*)>", render_markdown(text)):
        assert re.match(
            r"/?(a|abbr|blockquote|br|code|del|div|em|h[2-6]|hr|img|li|ol|p|pre|span|strong|sup|table|tbody|td|th|thead|tr|ul)\b", tag
        )


def test_pictures_come_from_this_site_only():
    assert 'src="/media/figure.webp"' in render_markdown("![A](/media/figure.webp)")
    assert 'src="figures/1.webp"' in render_markdown("![A](figures/1.webp)")
    for elsewhere in ("https://e.org/a.png", "//e.org/a.png", "http://e.org/a.png"):
        assert "e.org" not in render_markdown(f"![A]({elsewhere})")


def test_links_keep_their_target_and_say_nothing_to_it():
    assert render_inline("[site](https://e.org/x)") == '<a href="https://e.org/x" rel="noopener noreferrer">site</a>'


def test_tables_align_by_class():
    html = render_markdown("| Drug | Line | n |\n|---|:-:|--:|\n| T | 1 | 20 |")
    assert '<th class="c" scope="col">Line</th>' in html
    assert '<td class="r">20</td>' in html
    assert "style" not in html
    assert 'role="group"' in html


def test_a_header_that_says_nothing_is_a_plain_cell():
    html = render_markdown("| | Line |\n|---|---|\n| T | 1 |")
    assert html.count('<th scope="col">') == html.count("</th>") == 1
    assert "<td></td>" in html


def test_headings_take_their_anchor_and_their_level():
    assert render_markdown("## First line {#first-line}") == '<h2 id="first-line">First line</h2>\n'
    assert render_markdown("## First *line* {#a}", shift=1) == '<h3 id="a">First <em>line</em></h3>\n'
    assert render_markdown("# One") == "<h2>One</h2>\n"
    assert render_markdown("###### Six", shift=3) == "<h6>Six</h6>\n"


CITATIONS = [
    (
        "Yes [@b].",
        {"a": 1, "b": 2},
        "",
        '<sup class="cite"><a href="#ref-2" role="doc-noteref" aria-label="Reference 2" rel="noopener noreferrer">2</a></sup>',
    ),
    ("Yes [@b].", {"b": 2}, "/x/", 'href="/x/#ref-2"'),
    ("Yes [@zz].", {"b": 2}, "", '<sup class="cite"><span class="cite__missing">?</span></sup>'),
    ("`[@b]`", {"b": 2}, "", "<code>[@b]</code>"),
    ("\\[@b]", {"b": 2}, "", "[@b]"),
]


@pytest.mark.parametrize(("text", "refs", "base", "expected"), CITATIONS)
def test_citations_become_numbers(text, refs, base, expected):
    assert expected in render_markdown(text, refs, base)


def test_several_citations_stand_together():
    html = render_inline("Yes [@a; @b, @c]", {"a": 1, "b": 2, "c": 3})
    assert re.sub(r"<[^>]*>", "", html) == "Yes1,2,3"
    assert html.count("<sup") == 1


def test_without_a_reference_list_citations_are_left_out():
    assert render_inline("Yes [@a].") == "Yes."


def test_cited_keys_are_listed_once_in_order():
    assert cited_keys("A [@b]. B [@a; @b]. C [@c:1].") == ["b", "a", "c:1"]


def test_plain_text_is_the_words_alone():
    text = "## Title {#t}\n\nOne *two* [three](https://e.org) & four [@a].\n\n- five\n- six\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    assert plain_text(text) == "Title\nOne two three & four.\nfive\nsix\na b\n1 2"


def test_the_designation_is_italic_and_its_sign_is_not():
    assert mark_designations("0.75 AMA PRA Category 1 Credits™ <b>") == '0.75 <i class="prca">AMA PRA Category 1 Credits</i>™ &lt;b&gt;'


def test_a_compound_stays_on_one_line():
    assert keep_together("In HER2-positive <b>") == 'In <span class="nowrap">HER2-positive</span> &lt;b&gt;'
    assert keep_together("self-paced, e-mailed") == 'self-paced, <span class="nowrap">e-mailed</span>'


def test_statements_are_not_prettified():
    assert render_inline('(c) "quoted" -- 1...') == '(c) "quoted" -- 1...'
