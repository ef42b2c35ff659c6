"""The world that these tests stand on."""

import pytest

from tests.assessment.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A published activity with ten items, unlimited attempts."""
    return make_world()
