"""A relationship of another nature is told in plain words; of a published edition, nothing further can be decided either."""

from django.db import migrations, models

from preceptor.kernel.triggers import drop_sql, refuse_sql

DECISIONS = ["disclosure_relevance", "disclosure_exclusion"]
PUBLISHED = (
    "EXISTS (SELECT 1 FROM catalog_edition e JOIN catalog_roleholder r ON r.edition_id = e.id "
    "WHERE r.id = NEW.role_holder_id AND e.state <> 'draft')"
)


def keep(apps, schema_editor):
    for table in DECISIONS:
        message = "nothing is decided on a published edition"
        for statement in refuse_sql(schema_editor.connection.vendor, table, "INSERT", when=PUBLISHED, message=message):
            schema_editor.execute(statement)


def release(apps, schema_editor):
    for table in DECISIONS:
        for statement in drop_sql(schema_editor.connection.vendor, table, "INSERT"):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0002_keep_the_disclosures")]
    operations = [
        migrations.AddField(
            model_name="relevance",
            name="told_as",
            field=models.CharField(
                blank=True, help_text="A nature of “other”, as the staff words it for learners", max_length=80, null=True
            ),
        ),
        migrations.RunPython(keep, release),
    ]
