"""What happened to a letter is never rewritten: the database refuses it. An event is deleted only together with its letter."""

from django.db import migrations

from preceptor.kernel.triggers import drop_sql, refuse_sql

TABLE = "mail_letterevent"


def keep(apps, schema_editor):
    for statement in refuse_sql(schema_editor.connection.vendor, TABLE, "UPDATE", message=f"{TABLE} is append-only"):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for statement in drop_sql(schema_editor.connection.vendor, TABLE, "UPDATE"):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]
    operations = [migrations.RunPython(keep, release)]
