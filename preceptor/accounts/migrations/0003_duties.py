"""The groups that say what a member of staff may do at the desk are there from the beginning, for operators to choose."""

from typing import Any

from django.db import migrations

GROUPS = ("Studio authors", "Studio publishers")


def make(apps: Any, schema_editor: Any) -> None:
    for name in GROUPS:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_append_only"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
