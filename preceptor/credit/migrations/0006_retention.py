"""The database's own word that a name stays for six years: no line of its erasure before, nor of numbers that were told to a receiver."""

from django.db import migrations

from preceptor.kernel.triggers import drop_sql, refuse_sql

TABLE, LABEL = "credit_ledgerline", "retention"
# Years, months and days as one number, so that both databases count alike: an anniversary of February 29 is over on March 1.
DAY = {
    "sqlite": ("CAST(strftime('%Y%m%d', NEW.at) AS INTEGER)", "CAST(strftime('%Y%m%d', a.completed_on) AS INTEGER)"),
    "postgresql": ("CAST(to_char(NEW.at AT TIME ZONE 'UTC', 'YYYYMMDD') AS INTEGER)", "CAST(to_char(a.completed_on, 'YYYYMMDD') AS INTEGER)"),
}


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    now, done = DAY[vendor]
    kept = f"EXISTS (SELECT 1 FROM credit_award a WHERE a.id = NEW.award_id AND {now} <= {done} + 60000)"
    told = "EXISTS (SELECT 1 FROM credit_reportmark r WHERE r.award_id = NEW.award_id)"
    when = f"NEW.kind = 'erasure' AND (NEW.erased = 'name' OR {told}) AND {kept}"
    for statement in refuse_sql(vendor, TABLE, "INSERT", when=when, label=LABEL, message="a credit record is kept for six years"):
        schema_editor.execute(statement)


def free(apps, schema_editor):
    for statement in drop_sql(schema_editor.connection.vendor, TABLE, "INSERT", label=LABEL):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("credit", "0005_keep_the_ledger")]
    operations = [migrations.RunPython(keep, free)]
