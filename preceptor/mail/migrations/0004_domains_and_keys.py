"""The domain of the letters that are there; and what happened to a letter is still never rewritten, now that its table has a key."""

from django.db import migrations

from preceptor.kernel.triggers import drop_sql, refuse_sql

TABLE = "mail_letterevent"


def fill(apps, schema_editor):
    Letter = apps.get_model("mail", "Letter")
    for letter in Letter.objects.filter(domain="").only("pk", "recipient").iterator(chunk_size=1000):
        domain = letter.recipient.rpartition("@")[2]
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            pass
        Letter.objects.filter(pk=letter.pk).update(domain=domain.lower()[:254])


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in [*drop_sql(vendor, TABLE, "UPDATE"), *refuse_sql(vendor, TABLE, "UPDATE", message=f"{TABLE} is append-only")]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_reports_and_limits")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop), migrations.RunPython(keep, migrations.RunPython.noop)]
