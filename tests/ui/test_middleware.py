"""What holds for every request: id, headers, and one answer to a refusal."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@pytest.fixture
def browser():
    return Client(headers={"accept": "text/html,application/xhtml+xml"}, raise_request_exception=False)


def test_a_request_has_an_id_that_the_answer_repeats(browser):
    first, second = (browser.get("/page/")["X-Request-ID"] for _ in range(2))
    assert len(first) == 32 and first != second


def test_only_a_trusted_proxy_gives_a_request_its_id(browser, settings):
    given = {"x-request-id": "abc-123-def"}
    assert browser.get("/page/", headers=given)["X-Request-ID"] != "abc-123-def"
    settings.TRUSTED_PROXY_COUNT = 1
    assert browser.get("/page/", headers=given)["X-Request-ID"] == "abc-123-def"


@pytest.mark.parametrize("forged", ["a b", "x" * 65, "ab", "<script>alert</script>", "abc\tdefgh"])
def test_an_id_from_outside_is_taken_only_in_its_own_form(browser, settings, forged):
    settings.TRUSTED_PROXY_COUNT = 1
    assert browser.get("/page/", headers={"x-request-id": forged})["X-Request-ID"] != forged


def test_security_headers(browser):
    answer = browser.get("/page/")
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_refusal_leads_on_with_a_message(browser):
    answer = browser.post("/refuse/")
    assert (answer.status_code, answer["Location"]) == (303, "/evaluation/")
    assert "Send the evaluation first." in browser.get("/page/").content.decode()


def test_a_refusal_with_reasons_is_a_page(browser):
    answer = browser.post("/reasons/")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert '<a href="/evaluation/">Go to the evaluation</a>' in page
    assert "It is &lt;late&gt;." in page
    assert "credit.not_yet" in page


def test_a_refusal_never_goes_round_in_circles(browser):
    assert browser.get("/here/?a=1").status_code == 409
    assert browser.post("/here/").status_code == 303


@pytest.mark.parametrize("headers", [{"accept": "application/json"}, {"x-requested-with": "fetch", "accept": "*/*"}])
def test_a_refusal_is_a_409_for_programs(headers):
    answer = Client().post("/reasons/", headers=headers)
    assert answer.status_code == 409
    assert answer.json() == {
        "code": "credit.not_yet",
        "message": "Two things are missing.",
        "next": "/evaluation/",
        "reasons": [
            {"code": "credit.no_evaluation", "message": "The evaluation is not sent.", "next": "/evaluation/"},
            {"code": "credit.late", "message": "It is <late>.", "next": ""},
        ],
    }


def test_other_exceptions_go_on_their_way(browser):
    with pytest.raises(RuntimeError):
        Client().get("/fail/")
    assert browser.get("/fail/").status_code == 500


def test_files_are_not_taken(browser, settings):
    """No page asks for a file: one in a form is passed over, a large one is refused before it is read."""
    small = SimpleUploadedFile("a.txt", b"x" * 1000)
    answer = browser.post("/look/", {"look": "dark", "file": small})
    assert answer.status_code == 303 and answer.cookies["look"].value == "dark" and not answer.wsgi_request.FILES
    large = SimpleUploadedFile("a.bin", b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert browser.post("/look/", {"look": "dark", "file": large}).status_code == 400
