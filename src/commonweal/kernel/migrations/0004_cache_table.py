"""The table of what all processes of a server must know for a moment: codes that were used, attempts to sign in."""

from django.core.management import call_command
from django.db import migrations


def make(_apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_answered")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
