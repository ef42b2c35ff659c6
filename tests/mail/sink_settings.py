"""Just enough settings to run the mail sink as a process of its own."""

from tests.settings import *  # noqa: F403

INSTALLED_APPS = ["preceptor.logbook", "preceptor.jobs", "preceptor.mail"]
HAS_MAIL_SINK = True
