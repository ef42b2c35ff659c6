"""Publications are only ever added: the database refuses their change and their deletion."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql

TABLE = "compliance_publication"


def keep(apps, schema_editor):
    for statement in append_only_sql(schema_editor.connection.vendor, [TABLE]):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for operation in ("UPDATE", "DELETE"):
        for statement in drop_sql(schema_editor.connection.vendor, TABLE, operation):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]
    operations = [migrations.RunPython(keep, release)]
