"""A published count says when it went out, and on what quality of records it stands."""

from typing import Any

from django.db import migrations, models


def remember(apps: Any, _schema_editor: object) -> None:
    """What is public already was told."""
    figures = apps.get_model("community", "Figure").objects
    figures.filter(last_told=None).update(last_told=models.F("number"))


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
        migrations.AddField(
            model_name="figure",
            name="last_told",
            field=models.IntegerField(help_text="The number that was public last, if any was", null=True),
        ),
        migrations.AddField(
            model_name="figure",
            name="revised_on",
            field=models.DateField(help_text="When it was counted anew while it stood", null=True),
        ),
        migrations.AddField(
            model_name="figure",
            name="withdrawn_on",
            field=models.DateField(help_text="When it was taken off the public page", null=True),
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="figure",
            name="number",
            field=models.IntegerField(help_text="Empty where withheld as too small", null=True),
        ),
    ]
