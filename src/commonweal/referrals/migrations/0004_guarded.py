from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GUARDED = ("part2_program", "victim_service_provider")


def mark(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those to a receiver whose law keeps from the sender how they stand."""
    referrals = apps.get_model("referrals", "Referral").objects.using(schema_editor.connection.alias)
    referrals.filter(to_agency__kind__in=GUARDED).update(is_guarded=True)


def unmark(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Nothing: the column goes."""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0007_calendar_addresses'),
        ('directory', '0004_merged_services'),
        ('encounters', '0004_follow_up_by'),
        ('people', '0003_linkage_quality'),
        ('referrals', '0003_onward'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='referral',
            name='referral_live_once',
        ),
        migrations.AddField(
            model_name='referral',
            name='is_guarded',
            field=models.BooleanField(db_default=False, default=False, help_text="The receiver's law keeps from the sender how it stands"),
        ),
        migrations.RunPython(mark, unmark),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('is_guarded', False), ('person__isnull', False), ('state__in', ('draft', 'consent_checked', 'sent', 'viewed', 'accepted', 'waitlisted', 'info_requested', 'scheduled', 'attended', 'no_show', 'started', 'resolved', 'partly', 'not_resolved'))), fields=('person', 'service'), name='referral_live_once'),
        ),
    ]
