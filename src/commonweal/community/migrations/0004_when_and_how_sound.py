"""A published count says when it went out, and on what quality of records it stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("community", "0003_voices_as_measures")]

    operations = [
        migrations.AddField(
            model_name="figure",
            name="faults",
            field=models.IntegerField(
                help_text="Faults of the records, known and open then; empty where nobody had looked", null=True
            ),
        ),
        migrations.AddField(model_name="figure", name="published_on", field=models.DateField(null=True)),
        migrations.AlterField(
            model_name="figure",
            name="number",
            field=models.IntegerField(help_text="Empty where withheld as too small", null=True),
        ),
    ]
