"""The database keeps what was published and what was chosen: no change of a published edition's parts, files and decisions; ledgers only grow."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql, refuse_sql

LEDGERS = ("content_caseanswer", "content_printable")
FROZEN = {
    "content_part": "EXISTS (SELECT 1 FROM catalog_edition e WHERE e.id = {row}.edition_id AND e.state <> 'draft')",
    "content_mediafile": (
        "EXISTS (SELECT 1 FROM content_part p JOIN catalog_edition e ON e.id = p.edition_id WHERE p.id = {row}.part_id AND e.state <> 'draft')"
    ),
    "content_decision": (
        "EXISTS (SELECT 1 FROM content_part p JOIN catalog_edition e ON e.id = p.edition_id WHERE p.id = {row}.part_id AND e.state <> 'draft')"
    ),
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    statements = append_only_sql(vendor, LEDGERS)
    for table, condition in FROZEN.items():
        for operation, rows in ROWS.items():
            when = " OR ".join(condition.format(row=row) for row in rows)
            statements += refuse_sql(vendor, table, operation, when=when, message=f"{table}: a published edition never changes")
    for statement in statements:
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    pairs = [(table, operation) for table in LEDGERS for operation in ("UPDATE", "DELETE")]
    pairs += [(table, operation) for table in FROZEN for operation in ROWS]
    for table, operation in pairs:
        for statement in drop_sql(vendor, table, operation):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial")]
    operations = [migrations.RunPython(keep, let_go)]
