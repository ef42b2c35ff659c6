"""What a learner keeps of credit from elsewhere and of requirements; learner records as files."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credit', '0006_retention'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='externalcredit',
            name='file_size',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='externalcredit',
            name='topic',
            field=models.CharField(blank=True, help_text='key of a topic in the packs', max_length=60),
        ),
        migrations.AddField(
            model_name='externalcredit',
            name='topic_minutes',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='trackedrequirement',
            name='amount',
            field=models.DecimalField(decimal_places=2, max_digits=6, null=True),
        ),
        migrations.AddField(
            model_name='trackedrequirement',
            name='system',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='trackedrequirement',
            name='title',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='transcriptfile',
            name='kind',
            field=models.CharField(choices=[('pdf', 'PDF'), ('clr', 'learner record')], default='pdf', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='trackedrequirement',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('user', 'requirement', 'ends_on'), name='tracked_cycle_once'),
        ),
    ]
