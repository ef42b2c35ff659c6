"""The shell stands alone: its tests run without the other rooms' addresses and without a database."""

from pathlib import Path

import pytest
from django.urls import clear_url_caches

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "preceptor.ui.context_processors.shell",
            ],
            "builtins": ["preceptor.ui.templatetags.ui"],
        },
    }
]
MIDDLEWARE = [
    "preceptor.ui.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "preceptor.ui.middleware.SecurityHeadersMiddleware",
    "preceptor.ui.middleware.RefusedMiddleware",
]


@pytest.fixture(autouse=True)
def the_shell_alone(settings):
    settings.ROOT_URLCONF = "tests.ui.urls"
    settings.TEMPLATES = TEMPLATES
    settings.MIDDLEWARE = MIDDLEWARE
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    clear_url_caches()
    yield
    clear_url_caches()
