"""Just enough settings to run a worker that posts letters, on the database and to the server that the test names."""

import os
from typing import Any

SECRET_KEY = "only-for-tests"
INSTALLED_APPS = ["preceptor.logbook", "preceptor.jobs", "preceptor.mail"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, Any] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("WORKER_DATABASE", ":memory:"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
    }
}
PUBLIC_URL = "http://127.0.0.1:8000"
DEFAULT_FROM_EMAIL = "Sample Provider <no-reply@localhost>"
MAIL_SENDER_NAME = MAIL_REPLY_TO = MAIL_RETURN_PATH = MAIL_DKIM_KEY = MAIL_WEBHOOK = MAIL_WEBHOOK_SECRET = ""
MAIL_ASK_DELIVERED = False
MAIL_DOMAIN_LIMITS = os.environ.get("LIMITS", "*=4/0")
WORKER_SIDE_JOBS = 8
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = "127.0.0.1", int(os.environ.get("SERVER_PORT", "25")), float(os.environ.get("SERVER_TIMEOUT", "2"))
EMAIL_HOST_USER = EMAIL_HOST_PASSWORD = ""
EMAIL_USE_TLS = EMAIL_USE_SSL = False
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.locmem.Loader",
                    {"try.subject.txt": "Sample", "try.txt": "Sample text", "try.html": "<p>Sample</p>"},
                )
            ]
        },
    }
]
LOGGING: dict[str, Any] = {"version": 1, "handlers": {"console": {"class": "logging.StreamHandler"}}, "root": {"handlers": ["console"]}}
