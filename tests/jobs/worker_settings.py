"""Just enough settings to run a worker as a process of its own, on the database that the test names."""

import os
from typing import Any

SECRET_KEY = "only-for-tests"
INSTALLED_APPS = ["preceptor.logbook", "preceptor.jobs", "tests.jobs.sleepers"]
USE_TZ = True
WORKER_SIDE_JOBS = 8
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, Any] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("WORKER_DATABASE", ":memory:"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
    }
}
LOGGING: dict[str, Any] = {"version": 1, "handlers": {"console": {"class": "logging.StreamHandler"}}, "root": {"handlers": ["console"]}}
