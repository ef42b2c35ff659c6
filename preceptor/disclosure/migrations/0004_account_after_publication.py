"""The money that was received is accounted for after publication, too: of a supporter, that amount alone may still be recorded then."""

from django.db import migrations

from preceptor.kernel.triggers import drop_sql, refuse_sql

SUPPORT = "disclosure_commercialsupport"
TOLD = ("edition_id", "company_id", "uuid", "kind", "nature", "agreement", "agreement_sha256", "agreement_note", "signed_supporter_on",
        "signed_provider_on", "clauses", "clauses_checked_by", "clauses_checked_at")  # fmt: skip
MESSAGE = "support of a published edition does not change"


def _published(row):
    return f"EXISTS (SELECT 1 FROM catalog_edition e WHERE e.id = {row}.edition_id AND e.state <> 'draft')"


def _replace(schema_editor, when):
    vendor = schema_editor.connection.vendor
    for statement in [*drop_sql(vendor, SUPPORT, "UPDATE"), *refuse_sql(vendor, SUPPORT, "UPDATE", when=when, message=MESSAGE)]:
        schema_editor.execute(statement)


def keep(apps, schema_editor):
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in TOLD)
    if schema_editor.connection.vendor == "sqlite":
        changed = changed.replace("IS DISTINCT FROM", "IS NOT")
    _replace(schema_editor, f"({_published('OLD')} OR {_published('NEW')}) AND ({changed})")


def release(apps, schema_editor):
    _replace(schema_editor, f"{_published('OLD')} OR {_published('NEW')}")


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0003_tell_other_plainly")]
    operations = [migrations.RunPython(keep, release)]
