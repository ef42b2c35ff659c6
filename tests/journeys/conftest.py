"""What the walks share: a mail server that takes everything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mail.conftest import Server


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Server]:
    """A running server that EMAIL_* point at."""
    server = Server()
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    """Files that editions bring along go with the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
