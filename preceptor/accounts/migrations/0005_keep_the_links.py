"""The database refuses to change or delete a line of the identity ledger; and the third duty at the desk has its group."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql

TABLES = ["accounts_identitylink"]


def keep(apps, schema_editor):
    for statement in append_only_sql(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for table in TABLES:
        for operation in ("UPDATE", "DELETE"):
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


def make_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="Studio registrars")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_identity_links"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(keep, release), migrations.RunPython(make_group, migrations.RunPython.noop)]
