"""What every test may use."""

import pytest


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    """Rate limits of one test are not the next one's."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        from django.core.cache import cache  # noqa: PLC0415 - settings must be there

        cache.clear()
