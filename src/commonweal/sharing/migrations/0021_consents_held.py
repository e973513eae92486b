"""Whose each consent is, so that the names on it open by the gate."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from commonweal.agencies.queries import program_of


def hold(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """One holding a consent, under the agency of whoever recorded it; twice is once."""
    consents, holdings = apps.get_model("sharing", "Consent"), apps.get_model("sharing", "Holding")
    accounts = apps.get_model("agencies", "Account").objects.filter(agency__isnull=False)
    homes = {
        str(one): (agency, program_of(kind))
        for one, agency, kind in accounts.values_list("id", "agency_id", "agency__kind")
    }
    rows = consents.objects.values_list("id", "person_id", "recorded_by")
    made = [
        holdings(kind="consent", subject=one, person_id=person, agency_id=homes[by][0],
                 source_program=homes[by][1])
        for one, person, by in rows.iterator(2_000) if by in homes
    ]  # fmt: skip
    holdings.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("sharing", "0020_how_it_was_agreed"), ("agencies", "0009_address")]
    operations = [migrations.RunPython(hold, migrations.RunPython.noop)]
