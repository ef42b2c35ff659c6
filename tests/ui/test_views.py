"""Error pages and the choice of light or dark."""

import pytest
from django.test import Client, RequestFactory

from preceptor.ui import views

PAGES = [
    (views.bad_request, 400, "We could not read this request"),
    (views.permission_denied, 403, "This account may not open this page"),
    (views.not_found, 404, "There is no page at this address"),
    (views.too_many, 429, "Too many tries in a short time"),
    (views.server_error, 500, "Something failed on our side"),
    (views.csrf_failure, 403, "This page is out of date"),
]


@pytest.mark.parametrize(("view", "status", "heading"), PAGES)
def test_an_error_page_says_what_happened_and_leads_on(view, status, heading):
    answer = view(RequestFactory().get("/x/"))
    page = answer.content.decode()
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in page
    assert 'class="btn"' in page
    assert "style=" not in page and "onclick" not in page


@pytest.mark.parametrize(("view", "status", "heading"), PAGES)
def test_a_program_gets_json(view, status, heading):
    answer = view(RequestFactory().get("/x/", headers={"accept": "application/json"}))
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")


def test_a_stale_form_leads_back_to_its_page():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/page/", headers={"referer": "http://testserver/before/"})
    assert answer.status_code == 403
    assert b'href="http://testserver/before/"' in answer.content
    assert b'href="https://evil.example/"' not in client.post("/page/", headers={"referer": "https://evil.example/"}).content


@pytest.mark.parametrize(("sent", "kept"), [("dark", "dark"), ("light", "light"), ("auto", "auto"), ("<x>", "auto"), ("", "auto")])
def test_the_look_is_kept(sent, kept):
    client = Client()
    answer = client.post("/look/", {"look": sent, "next": "/page/?a=1"})
    assert (answer.status_code, answer["Location"]) == (303, "/page/?a=1")
    assert answer.cookies["look"].value == kept
    page = client.get("/page/").content.decode()
    assert ("data-theme" in page) is (kept != "auto")
    assert f'value="{kept}" id="look-{kept}" checked' in page


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_look_leads_nowhere_else(elsewhere):
    assert Client().post("/look/", {"look": "dark", "next": elsewhere})["Location"] == "/"


def test_the_look_needs_a_post():
    assert Client().get("/look/").status_code == 405
