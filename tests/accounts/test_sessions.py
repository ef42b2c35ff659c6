"""Sessions that have run out are not kept."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from preceptor.accounts.actions import forget_sessions

pytestmark = pytest.mark.django_db


def test_sessions_that_have_run_out_are_deleted() -> None:
    for days in (1, 3):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.create()
    forget_sessions(at=timezone.now())
    assert Session.objects.count() == 2
    forget_sessions(at=timezone.now() + timedelta(days=2))
    assert Session.objects.count() == 1
