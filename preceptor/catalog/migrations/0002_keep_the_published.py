"""The database refuses any change to a published edition and its rows, but for its withdrawal, and any change to a frozen fragment."""

from django.db import migrations

from preceptor.kernel.triggers import append_only_sql, drop_sql, refuse_sql

CHILDREN = ["catalog_objective", "catalog_citation", "catalog_roleholder", "catalog_creditoffer", "catalog_partner"]
EDITION, FRAGMENT = "catalog_edition", "catalog_frozenfragment"


def _published(row):
    return f"EXISTS (SELECT 1 FROM catalog_edition e WHERE e.id = {row}.edition_id AND e.state <> 'draft')"


def _changed(apps, vendor):
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    columns = [field.column for field in apps.get_model("catalog", "Edition")._meta.local_concrete_fields if field.column != "state"]
    others = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)
    return f"OLD.state <> 'draft' AND (NEW.state NOT IN (OLD.state, 'withdrawn') OR {others})"


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    message = "a published edition does not change"
    statements = [
        *refuse_sql(vendor, EDITION, "UPDATE", when=_changed(apps, vendor), message=message),
        *refuse_sql(vendor, EDITION, "DELETE", when="OLD.state <> 'draft'", message=message),
        *append_only_sql(vendor, [FRAGMENT]),
    ]
    for table in CHILDREN:
        statements += refuse_sql(vendor, table, "INSERT", when=_published("NEW"), message=message)
        statements += refuse_sql(vendor, table, "UPDATE", when=f"{_published('OLD')} OR {_published('NEW')}", message=message)
        statements += refuse_sql(vendor, table, "DELETE", when=_published("OLD"), message=message)
    for statement in statements:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for table in (EDITION, FRAGMENT, *CHILDREN):
        for operation in ("INSERT", "UPDATE", "DELETE") if table in CHILDREN else ("UPDATE", "DELETE"):
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(keep, release)]
