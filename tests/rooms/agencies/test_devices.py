"""The register of devices: known again, ended, shut out for every account on it, let in by its keepers."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session

from commonweal import flow
from commonweal.agencies import actions, queries
from commonweal.agencies.models import Device
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages.models import Notification
from factories.cast import Cast, gather, worker

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-a-phone"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather(partners=False)


def entered(by: Actor, token: str = TOKEN) -> Device:
    return actions.note_device(
        by=by, account=UUID(by.id), token=token, device_class="phone", browser="Firefox · Android"
    )


def kinds() -> list[str]:
    found = JournalLine.objects.filter(kind__startswith="agencies.device").order_by("id")
    return list(found.values_list("kind", flat=True))


def test_a_device_is_entered_once_and_its_last_use_kept(cast: Cast) -> None:
    officer = cast["patrol_officer"]
    first = entered(officer)
    with clock.at(clock.now() + timedelta(hours=2)):
        again = entered(officer)
    assert first.id == again.id and again.last_seen > first.last_seen
    assert kinds() == ["agencies.device_noted"]
    assert TOKEN not in str(Device.objects.values()), "only the hash is kept"
    assert entered(officer, "another").id != first.id
    with clock.at(clock.now() + timedelta(hours=3)):
        actions.touch_device(by=cast["clinician"], device=first.id)
        assert Device.objects.get(id=first.id).last_seen == again.last_seen, "another's sign of life is none"
        actions.touch_device(by=officer, device=first.id)
        assert Device.objects.get(id=first.id).last_seen > again.last_seen


def test_shut_out_for_whoever_holds_it_until_it_is_let_in(cast: Cast) -> None:
    officer, mate = cast["patrol_officer"], worker(cast.agency["police"], "patrol_officer", "mate")
    device = entered(officer)
    entered(mate)
    with pytest.raises(Invalid, match="reason"):
        actions.revoke_device(by=officer, device=device.id, reason=" ")
    actions.revoke_device(by=officer, device=device.id, reason="Lost on the bus")
    actions.revoke_device(by=officer, device=device.id, reason="Again")
    assert queries.is_shut_out(TOKEN) and not queries.is_shut_out("") and not queries.is_shut_out("another")
    for one in (officer, mate):
        with pytest.raises(Conflict):
            entered(one)
    with pytest.raises(NotFound):
        actions.restore_device(by=officer, device=device.id)
    actions.restore_device(by=cast["administrator"], device=device.id)
    entered(mate)
    assert kinds().count("agencies.device_revoked") == kinds().count("agencies.device_restored") == 1


def test_the_person_is_told(cast: Cast) -> None:
    device = entered(cast["patrol_officer"])
    actions.revoke_device(by=cast["administrator"], device=device.id, reason="Reported lost")
    journal.seal_all()
    flow.drain()
    told = Notification.objects.get(kind="device_revoked")
    assert str(told.account) == cast["patrol_officer"].id and told.link == "/account/devices/"


@pytest.mark.parametrize("role", ["clinician", "supervisor", "case_manager", "records_steward", "analyst"])
def test_nobody_else_sees_or_touches_it(cast: Cast, role: str) -> None:
    device, by = entered(cast["patrol_officer"]), cast[role]
    assert not queries.agency_devices(by).exists()
    with pytest.raises(NotFound):
        queries.devices_of(by, UUID(cast["patrol_officer"].id))
    for act in (
        lambda: actions.revoke_device(by=by, device=device.id, reason="Curious"),
        lambda: actions.end_on_device(by=by, device=device.id),
        lambda: actions.restore_device(by=by, device=device.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert Device.objects.get().revoked_at is None


@pytest.mark.parametrize("role", ["administrator", "privacy_officer"])
def test_keepers_answer_for_their_own_agency_and_site_offices_for_all(cast: Cast, role: str) -> None:
    device, other = entered(cast["patrol_officer"]), entered(cast["clinician"], "another")
    local = worker(cast.agency["police"], role)
    assert list(queries.agency_devices(local)) == [device]
    assert [one.device for one in queries.devices_of(local, UUID(cast["patrol_officer"].id))] == [device]
    for act in (actions.end_on_device, actions.restore_device):
        with pytest.raises(NotFound):
            act(by=local, device=other.id)
    with pytest.raises(NotFound):
        actions.revoke_device(by=local, device=other.id, reason="Not theirs")
    site = cast[role]  # of the privacy office
    assert set(queries.agency_devices(site)) == {device, other}
    actions.revoke_device(by=site, device=other.id, reason="Lost")
    assert Device.objects.get(id=other.id).revoked_by == site.id


def test_an_unknown_device_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.revoke_device(by=cast["administrator"], device=uuid4(), reason="Lost")
    assert not Session.objects.exists()
