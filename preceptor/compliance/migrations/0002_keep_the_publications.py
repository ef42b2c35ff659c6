"""What the gate keeps is only ever added to: the database refuses its change and its deletion."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql

TABLES = [
    f"compliance_{name}" for name in ("publication", "stagechange", "acknowledgement", "contentreview", "correctionnotice", "alert")
]


def keep(apps, schema_editor):
    for statement in append_only_sql(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for table in TABLES:
        for operation in ("UPDATE", "DELETE"):
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]
    operations = [migrations.RunPython(keep, release)]
