"""Staff grant an attempt from the command line."""

import pytest
from django.core.management import CommandError, call_command

from preceptor.assessment.models import AttemptGrant
from preceptor.assessment.rules import Purpose
from tests.assessment.world import SLUG, client_of, make_world, take

GIVEN = ["--by", "staff@sample.example", "--reason", "Power outage"]


def test_grant(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    world = make_world(max_attempts=1)
    browser = client_of(world.at_post_test())
    with pytest.raises(CommandError, match="has not begun"):
        call_command("grant_attempt", SLUG, "nobody@sample.example", *GIVEN)
    with pytest.raises(CommandError, match="still has an attempt"):
        call_command("grant_attempt", SLUG, "riley@sample.example", *GIVEN)
    take(browser, world, Purpose.POST, right=2)
    call_command("grant_attempt", SLUG, "Riley@sample.example", *GIVEN)
    assert "may take the post-test" in capsys.readouterr().out
    assert AttemptGrant.objects.get().reason == "Power outage"
    assert "Attempts left: 1 of 2." in browser.get(world.url(Purpose.POST, "result")).content.decode()
