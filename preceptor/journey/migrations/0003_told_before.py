"""Editions that were published before the hash of what they disclose was frozen get it now.

It is here, and not in the catalog, since only the rooms above the catalog know what is disclosed. Where that cannot be read yet (a later migration of
those rooms is still to come), the hash stays empty and is counted when it is asked for.
"""

from django.db import DatabaseError, migrations, transaction

from preceptor.catalog.models import Edition
from preceptor.disclosure.queries import disclosure_digest


def freeze(apps, schema_editor):
    using = schema_editor.connection.alias
    rows = apps.get_model("catalog", "Edition").objects.using(using)
    for pk in rows.exclude(state="draft").filter(told_sha256=None).values_list("pk", flat=True):
        try:
            with transaction.atomic(using=using):
                rows.filter(pk=pk).update(told_sha256=disclosure_digest(Edition.objects.using(using).get(pk=pk)))
        except DatabaseError:
            return


class Migration(migrations.Migration):
    dependencies = [
        ("journey", "0002_keep_the_ledger"),
        ("catalog", "0003_told"),
        ("disclosure", "0002_keep_the_disclosures"),
        ("accreditation", "0001_initial"),
    ]
    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
