#!/usr/bin/env python
"""The command line of the house."""

import os
import re
import sys
from importlib import import_module

from django.core.management import execute_from_command_line
from environs import EnvError


def read_settings() -> None:
    """What the environment says wrongly, or a folder that cannot be written, is one sentence before anything is done."""
    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except EnvError as error:
        said = re.sub(r"[\[\]']", "", str(error))
        sys.exit(f"{said} Each setting is told in docs/settings.md.")
    except OSError as error:
        sys.exit(f"{error.filename} cannot be written ({error.strerror}); set VAR_DIR to a folder where you may write.")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    read_settings()
    execute_from_command_line(sys.argv)
