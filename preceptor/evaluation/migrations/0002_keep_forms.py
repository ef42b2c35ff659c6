"""The database refuses a change to a published edition's form, and to a commitment that somebody made by name."""

from django.db import migrations

from preceptor.kernel.triggers import drop_sql, refuse_sql


def _published(row):
    return f"EXISTS (SELECT 1 FROM catalog_edition e WHERE e.id = {row}.edition_id AND e.state <> 'draft')"


FORM = "evaluation_evaluationform"
RULES = [
    (FORM, "INSERT", _published("NEW"), "the form of a published edition does not change"),
    (FORM, "UPDATE", f"{_published('OLD')} OR {_published('NEW')}", "the form of a published edition does not change"),
    (FORM, "DELETE", _published("OLD"), "the form of a published edition does not change"),
    ("evaluation_commitment", "UPDATE", "", "commitments do not change"),
]


def keep(apps, schema_editor):
    for table, operation, when, message in RULES:
        for statement in refuse_sql(schema_editor.connection.vendor, table, operation, when=when, message=message):
            schema_editor.execute(statement)


def release(apps, schema_editor):
    for table, operation, _when, _message in RULES:
        for statement in drop_sql(schema_editor.connection.vendor, table, operation):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial"), ("catalog", "0001_initial")]
    operations = [migrations.RunPython(keep, release)]
