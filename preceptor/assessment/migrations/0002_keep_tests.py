"""The database refuses what no action should try: a change to a published edition's items, to a submitted attempt, its answers, or a grant."""

from django.db import migrations

from preceptor.kernel.triggers import drop_sql, refuse_sql


def _published(row):
    return f"EXISTS (SELECT 1 FROM catalog_edition e WHERE e.id = {row}.edition_id AND e.state <> 'draft')"


def _submitted(row):
    return f"EXISTS (SELECT 1 FROM assessment_attempt a WHERE a.id = {row}.attempt_id AND a.submitted_at IS NOT NULL)"


RULES = [
    ("assessment_item", "INSERT", _published("NEW"), "items of a published edition do not change"),
    ("assessment_item", "UPDATE", f"{_published('OLD')} OR {_published('NEW')}", "items of a published edition do not change"),
    ("assessment_item", "DELETE", _published("OLD"), "items of a published edition do not change"),
    ("assessment_attempt", "UPDATE", "OLD.submitted_at IS NOT NULL", "a submitted attempt does not change"),
    ("assessment_attempt", "DELETE", "OLD.submitted_at IS NOT NULL", "a submitted attempt does not change"),
    ("assessment_answer", "INSERT", _submitted("NEW"), "answers of a submitted attempt do not change"),
    ("assessment_answer", "UPDATE", f"{_submitted('OLD')} OR {_submitted('NEW')}", "answers of a submitted attempt do not change"),
    ("assessment_answer", "DELETE", _submitted("OLD"), "answers of a submitted attempt do not change"),
    ("assessment_attemptgrant", "UPDATE", "", "grants are append-only"),
    ("assessment_attemptgrant", "DELETE", "", "grants are append-only"),
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
    dependencies = [("assessment", "0001_initial"), ("catalog", "0001_initial")]
    operations = [migrations.RunPython(keep, release)]
