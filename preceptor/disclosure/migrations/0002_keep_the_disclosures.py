"""What was declared and decided is only ever added to; decisions go only with a draft that is thrown away, support is fixed with publication."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql, refuse_sql

LEDGERS = [
    "disclosure_disclosure",
    "disclosure_financialrelationship",
    "disclosure_supportexpense",
    "disclosure_reconciliation",
]
DECISIONS = ["disclosure_relevance", "disclosure_exclusion"]
SUPPORT = "disclosure_commercialsupport"


def _published(row):
    return f"EXISTS (SELECT 1 FROM catalog_edition e WHERE e.id = {row}.edition_id AND e.state <> 'draft')"


def _holder_published(row):
    return (
        "EXISTS (SELECT 1 FROM catalog_edition e JOIN catalog_roleholder r ON r.edition_id = e.id "
        f"WHERE r.id = {row}.role_holder_id AND e.state <> 'draft')"
    )


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    statements = append_only_sql(vendor, LEDGERS)
    for table in DECISIONS:
        message = "decisions are append-only"
        statements += refuse_sql(vendor, table, "UPDATE", message=message)
        statements += refuse_sql(vendor, table, "DELETE", when=_holder_published("OLD"), message=message)
    message = "support of a published edition does not change"
    statements += refuse_sql(vendor, SUPPORT, "INSERT", when=_published("NEW"), message=message)
    statements += refuse_sql(vendor, SUPPORT, "UPDATE", when=f"{_published('OLD')} OR {_published('NEW')}", message=message)
    statements += refuse_sql(vendor, SUPPORT, "DELETE", when=_published("OLD"), message=message)
    for statement in statements:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    tables = [(table, ("UPDATE", "DELETE")) for table in (*LEDGERS, *DECISIONS)]
    for table, operations in [*tables, (SUPPORT, ("INSERT", "UPDATE", "DELETE"))]:
        for operation in operations:
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial"), ("catalog", "0002_keep_the_published")]
    operations = [migrations.RunPython(keep, release)]
