"""The database refuses to change or delete a change of profession, and the note that staff looked at it."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql

TABLES = ["accounts_professionchange", "accounts_professionreview"]


def keep(apps, schema_editor):
    for statement in append_only_sql(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for table in TABLES:
        for operation in ("UPDATE", "DELETE"):
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(keep, release)]
