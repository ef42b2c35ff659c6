"""The form promises that staff read every bias report: they can."""

from django.test import Client

from preceptor.accounts.models import User
from preceptor.evaluation.models import BiasReport
from tests.assessment.world import World


def test_staff_read_bias_reports_and_change_nothing(world: World) -> None:
    report = BiasReport.objects.create(edition=world.edition, month="2026-11", text="Slide 4 names one brand only")
    browser = Client()
    browser.force_login(User.objects.create_superuser("staff@sample.example", "sample-pass-2026"))
    assert "Slide 4 names one brand only" in browser.get("/operators/evaluation/biasreport/").content.decode()
    assert browser.post(f"/operators/evaluation/biasreport/{report.pk}/delete/", {"post": "yes"}).status_code == 403
    assert browser.get("/operators/evaluation/biasreport/add/").status_code == 403
    assert browser.get("/operators/evaluation/response/").status_code == 404
