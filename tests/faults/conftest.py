"""One house per module of fault tests: its processes are killed and started anew by the tests."""

from collections.abc import Iterator

import pytest

from tests.faults.running import Running


@pytest.fixture(scope="module")
def house() -> Iterator[Running]:
    """Nothing runs yet."""
    running = Running()
    yield running
    running.stop()
