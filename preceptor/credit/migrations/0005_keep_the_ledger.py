"""What was made in 0003 is whole now; and the database's own word that it stays: nothing is changed, and a personal part goes only with its line of erasure."""

from django.db import migrations, models

from preceptor.kernel.triggers import append_only_sql, drop_sql, refuse_sql

LEDGERS = ["credit_award", "credit_lateclaim", "credit_certificateletter", "credit_ledgerline", "credit_ledgerseal", "credit_reportmark"]
# With a name on them: they go when the ledger has a line that says so.
NAMED = {"credit_personalpart": "OLD.kind", "credit_certificatefile": "'name'", "credit_credentialfile": "'name'"}


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in append_only_sql(vendor, LEDGERS):
        schema_editor.execute(statement)
    for table, part in NAMED.items():
        erased = f"EXISTS (SELECT 1 FROM credit_ledgerline l WHERE l.award_id = OLD.award_id AND l.kind = 'erasure' AND l.erased = {part})"
        for statement in (
            *refuse_sql(vendor, table, "UPDATE", message=f"{table} does not change"),
            *refuse_sql(vendor, table, "DELETE", when=f"NOT {erased}", message=f"{table} goes with a line of erasure only"),
        ):
            schema_editor.execute(statement)


def free(apps, schema_editor):
    for table in (*LEDGERS, *NAMED):
        for operation in ("UPDATE", "DELETE"):
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("credit", "0004_begin_the_ledger")]
    operations = [
        migrations.RemoveField(model_name="award", name="payload"),
        migrations.RemoveField(model_name="award", name="payload_sha256"),
        migrations.AlterField(model_name="award", name="frozen", field=models.TextField()),
        migrations.AlterField(model_name="award", name="frozen_sha256", field=models.CharField(max_length=64)),
        migrations.AlterField(
            model_name="award",
            name="slot",
            field=models.CharField(help_text="credit, or the key of a board whose points come beside it", max_length=40),
        ),
        migrations.AlterField(model_name="award", name="status_index", field=models.PositiveIntegerField(unique=True)),
        migrations.RunPython(keep, free),
    ]
