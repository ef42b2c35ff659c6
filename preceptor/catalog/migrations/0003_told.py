"""What an edition discloses, as a hash that is frozen with it. It is set once: the database refuses any later change."""

from django.db import migrations, models

from preceptor.kernel.triggers import drop_sql, refuse_sql

EDITION, TOLD = "catalog_edition", "told_sha256"


def _changed(apps, vendor):
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    fields = apps.get_model("catalog", "Edition")._meta.local_concrete_fields
    columns = [field.column for field in fields if field.column not in ("state", TOLD)]
    changes = [f'OLD."{column}" {differs} NEW."{column}"' for column in columns]
    changes.append(f'(OLD."{TOLD}" IS NOT NULL AND OLD."{TOLD}" {differs} NEW."{TOLD}")')
    return f"OLD.state <> 'draft' AND (NEW.state NOT IN (OLD.state, 'withdrawn') OR {' OR '.join(changes)})"


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    anew = refuse_sql(vendor, EDITION, "UPDATE", when=_changed(apps, vendor), message="a published edition does not change")
    for statement in [*drop_sql(vendor, EDITION, "UPDATE"), *anew]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_keep_the_published")]
    operations = [
        migrations.AddField(
            model_name="edition",
            name="told_sha256",
            field=models.CharField(editable=False, help_text="Of what it discloses, frozen when it is published", max_length=64, null=True),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
