from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_told")]
    operations = [
        migrations.AddField(
            model_name="creditoffer",
            name="claim_days",
            field=models.PositiveSmallIntegerField(blank=True, help_text="Days after completion in which it may be claimed", null=True),
        ),
    ]
