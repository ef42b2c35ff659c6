"""The ledger: lines, personal parts, what stands, signed heads; credentials; credit from elsewhere."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from preceptor.kernel.triggers import append_only_sql, drop_sql

TABLES = ["credit_award", "credit_lateclaim", "credit_certificatefile", "credit_certificateletter"]


def free(apps, schema_editor):
    """While the tables are made anew; 0005 puts the triggers back."""
    for table in TABLES:
        for operation in ("UPDATE", "DELETE"):
            for statement in drop_sql(schema_editor.connection.vendor, table, operation):
                schema_editor.execute(statement)


def keep(apps, schema_editor):
    """The way back: as 0002 had them."""
    for statement in append_only_sql(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_claim_days'),
        ('credit', '0002_keep_the_awards'),
        ('journey', '0003_told_before'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(free, keep),
        migrations.CreateModel(
            name='CheckRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField(db_index=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('checked', 'checked')], default='waiting', max_length=10)),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('json', 'JSON'), ('jwt', 'token')], max_length=10)),
                ('data', models.BinaryField(null=True)),
                ('result', models.JSONField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CredentialFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.TextField()),
                ('jwt', models.TextField()),
                ('key_id', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ExternalCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('provider', models.CharField(max_length=200)),
                ('system', models.CharField(blank=True, max_length=40)),
                ('own_words', models.CharField(blank=True, max_length=80)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=6)),
                ('completed_on', models.DateField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('file', models.FileField(blank=True, upload_to='external-credits')),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('media_type', models.CharField(blank=True, max_length=60)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(unique=True)),
                ('kind', models.CharField(choices=[('award', 'award'), ('correction', 'correction'), ('reversal', 'reversal'), ('reinstatement', 'reinstatement'), ('erasure', 'erasure')], max_length=14)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=60)),
                ('reason', models.TextField(blank=True)),
                ('commitments', models.TextField()),
                ('erased', models.CharField(blank=True, choices=[('name', 'name'), ('identifiers', 'identifiers')], max_length=12)),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='LedgerSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(unique=True)),
                ('hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('key_id', models.CharField(max_length=200)),
                ('signature', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='PersonalPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('name', 'name'), ('identifiers', 'identifiers')], max_length=12)),
                ('salt', models.CharField(max_length=64)),
                ('data', models.TextField(help_text='canonical JSON')),
            ],
        ),
        migrations.CreateModel(
            name='ReportMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receiver', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=60)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=40)),
                ('slot', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='TrackedRequirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('requirement', models.CharField(help_text='key of a requirement in the packs', max_length=60)),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='award',
            name='award_once',
        ),
        migrations.AddField(
            model_name='award',
            name='frozen',
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name='award',
            name='frozen_sha256',
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddField(
            model_name='award',
            name='request_key',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='award',
            name='slot',
            field=models.CharField(help_text='credit, or the key of a board whose points come beside it', max_length=40, null=True),
        ),
        migrations.AddField(
            model_name='award',
            name='status_index',
            field=models.PositiveIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name='award',
            name='supersedes',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='credit.award'),
        ),
        migrations.AddField(
            model_name='certificatefile',
            name='is_signed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='certificatefile',
            name='paper',
            field=models.CharField(choices=[('letter', 'Letter'), ('a4', 'A4')], default='letter', max_length=10),
        ),
        migrations.AlterField(
            model_name='award',
            name='participation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='journey.participation'),
        ),
        migrations.AlterField(
            model_name='certificatefile',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificate_files', to='credit.award'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(condition=models.Q(('request_key', ''), _negated=True), fields=('participation', 'request_key'), name='award_once_per_request'),
        ),
        migrations.AddConstraint(
            model_name='certificatefile',
            constraint=models.UniqueConstraint(fields=('award', 'paper'), name='certificate_file_once'),
        ),
        migrations.AddField(
            model_name='credentialfile',
            name='award',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='credential_file', to='credit.award'),
        ),
        migrations.AddField(
            model_name='externalcredit',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_credits', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ledgerline',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='credit.award'),
        ),
        migrations.AddField(
            model_name='personalpart',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='personal_parts', to='credit.award'),
        ),
        migrations.AddField(
            model_name='reportmark',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_marks', to='credit.award'),
        ),
        migrations.AddField(
            model_name='standing',
            name='activity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.activity'),
        ),
        migrations.AddField(
            model_name='standing',
            name='award',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='standing', to='credit.award'),
        ),
        migrations.AddField(
            model_name='standing',
            name='participation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='journey.participation'),
        ),
        migrations.AddField(
            model_name='standing',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trackedrequirement',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tracked_requirements', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='externalcredit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='external_credit_positive'),
        ),
        migrations.AddConstraint(
            model_name='personalpart',
            constraint=models.UniqueConstraint(fields=('award', 'kind'), name='personal_part_once'),
        ),
        migrations.AddConstraint(
            model_name='reportmark',
            constraint=models.UniqueConstraint(fields=('award', 'receiver'), name='report_mark_once'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.UniqueConstraint(fields=('user', 'activity', 'system'), name='standing_once'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.UniqueConstraint(fields=('participation', 'slot'), name='standing_once_per_slot'),
        ),
        migrations.AddConstraint(
            model_name='trackedrequirement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='tracked_cycle_forward'),
        ),
    ]
