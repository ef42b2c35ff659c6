"""The database keeps what doubled, and that somebody asked to be forgotten."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql, refuse_sql

DOUBLED, REQUEST = "records_doubledaward", "records_erasurerequest"


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    ended = "OLD.withdrawn_at IS NOT NULL OR OLD.names_erased_at IS NOT NULL"
    for statement in (
        *append_only_sql(vendor, [DOUBLED]),
        *refuse_sql(vendor, REQUEST, "DELETE", message=f"{REQUEST} is kept"),
        *refuse_sql(vendor, REQUEST, "UPDATE", when=ended, message=f"{REQUEST} does not change after its end"),
    ):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for table in (DOUBLED, REQUEST):
        for operation in ("UPDATE", "DELETE"):
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(keep, release)]
