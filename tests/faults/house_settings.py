"""Settings of the processes that the fault tests kill: the product's own, durability included; only quicker to start and to be missed."""

import os
from datetime import timedelta

from preceptor.jobs import rules

# Half a minute in the product: how long a lost worker's job waits to be found.
rules.LEASE = timedelta(seconds=6)

from config.settings import *  # noqa: F403, E402
from config.settings import ALLOWED_HOSTS, STORAGES  # noqa: E402

ALLOWED_HOSTS += ["testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATICFILES_DIRS: list[object] = []
EMAIL_TIMEOUT = int(os.environ.get("EMAIL_TIMEOUT", "2"))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
