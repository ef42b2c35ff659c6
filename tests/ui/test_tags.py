"""Template tags: fields tie label, hint, error and control together; icons say nothing; the track says it in words."""

from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.ui.forms import Registration


def draw(source, **context):
    return Template(source).render(Context(context))


def test_a_field_ties_its_parts_together():
    html = draw("{% field form.email %}", form=Registration({"email": "nope"}))
    assert '<label for="id_email">E-mail address</label>' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'id="id_email_helptext"' in html and 'id="id_email_error"' in html
    assert 'aria-invalid="true"' in html and 'value="nope"' in html
    assert html.index("id_email_error") < html.index("<input")


def test_an_optional_field_says_so():
    assert "optional" in draw("{% field form.degree %}", form=Registration())
    assert "optional" not in draw("{% field form.email %}", form=Registration())


def test_choices_are_a_fieldset_with_nothing_chosen():
    html = draw("{% field form.profession card=True %}", form=Registration())
    assert "<legend>Profession</legend>" in html
    assert html.count("choice--card") == 2 and "checked" not in html


def test_a_hidden_field_is_only_that():
    assert draw("{% field form.token %}", form=Registration()).strip().startswith('<input type="hidden"')


def test_the_summary_names_each_field_once_and_links_to_it():
    html = draw("{% error_summary form %}", form=Registration({}))
    assert "Fix 3 things to go on" in html
    assert '<a href="#id_email">Fill this in: E-mail address</a>' in html
    assert '<a href="#id_profession">Choose an answer: Profession</a>' in html
    assert '<a href="#id_attested">Confirm that you took part</a>' in html
    assert draw("{% error_summary form %}", form=Registration()).strip() == ""


def test_errors_are_escaped():
    form = Registration({})
    form.is_valid()
    form.add_error("email", "<script>")
    assert "<script>" not in draw("{% error_summary form %}{% field form.email %}", form=form)


def test_control_takes_attributes():
    html = draw('{% control form.email "w-md" autocomplete="email" data_x="1" %}', form=Registration())
    assert 'class="input w-md"' in html and 'autocomplete="email"' in html and 'data-x="1"' in html


def test_icons_are_decoration():
    assert 'aria-hidden="true"' in draw('{% icon "check" %}')
    with pytest.raises(TemplateSyntaxError, match="no icon 'nope'"):
        draw('{% icon "nope" %}')


def test_bar_is_bounded():
    assert 'width="100%"' in draw("{% bar 140 %}") and 'width="12.5%"' in draw("{% bar 12.5 %}")


def test_markdown_as_filter_and_as_tag():
    assert '<a href="#ref-1"' in draw("{{ text|markdown:refs }}", text="A [@k]", refs={"k": 1})
    assert '<h3 id="t">' in draw("{% markdown text shift=1 %}", text="## T {#t}")
    assert draw("{{ text|markdown }}{{ text|plain }}{{ text|designation }}", text=None) == ""


def test_dates_may_be_missing():
    assert draw("{{ at|us_date }}{{ at|short_date }}{{ at|us_moment }}{{ at|clock }}{{ at|timecode }}", at=None) == ""


def test_the_track_says_each_state_in_words():
    steps = [
        SimpleNamespace(label=word, status=status, note="", url="/x/")
        for word, status in [("A", "done"), ("B", "skipped"), ("C", "now"), ("D", "opt"), ("E", "todo")]
    ]
    html = render_to_string("ui/_track.html", {"corridor": SimpleNamespace(brief="Step 3 of 5: C", steps=steps)})
    for label, words in (("A", "done"), ("B", "skipped"), ("C", "current"), ("D", "not started"), ("E", "not started")):
        assert f'{label}</a><span class="vh"> ({words})' in html or f'{label}<span class="vh"> ({words})' in html
    assert html.count('aria-current="step"') == 1
    assert 'class="todo opt"' in html and 'class="skipped opt"' in html


def test_pagination_keeps_the_other_parameters():
    page = Paginator(range(30), 10).page(2)
    html = render_to_string("ui/_pagination.html", {"page": page}, RequestFactory().get("/?q=her2&page=2"))
    assert "?q=her2&amp;page=1" in html and "?q=her2&amp;page=3" in html and "Page 2 of 3" in html


def test_a_letter_has_a_sample_banner_only_for_samples():
    letter = {"subject": "S", "facts": [("Serial", "<b>")], "action_url": "https://e.org/", "action_label": "Open"}
    for name in ("ui/mail/base.html", "ui/mail/base.txt"):
        assert "no credit is awarded" not in render_to_string(name, letter)
        assert "SAMPLE: no credit is awarded" in render_to_string(name, {**letter, "is_sample": True})
    assert "&lt;b&gt;" in render_to_string("ui/mail/base.html", letter)
    assert "Serial: <b>" in render_to_string("ui/mail/base.txt", letter)
