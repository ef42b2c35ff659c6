"""Awards, late claims, certificates and their letters are append-only, by the database's own word."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql

TABLES = ["credit_award", "credit_lateclaim", "credit_certificatefile", "credit_certificateletter"]


def keep(apps, schema_editor):
    for statement in append_only_sql(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


def free(apps, schema_editor):
    for table in TABLES:
        for operation in ("UPDATE", "DELETE"):
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("credit", "0001_initial")]
    operations = [migrations.RunPython(keep, free)]
