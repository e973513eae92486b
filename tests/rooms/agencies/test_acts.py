"""Agencies, accounts, invitations, tokens, units and shifts: each act once, each refusal in words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.agencies import actions, queries
from commonweal.agencies.models import Account, Agency, ApiToken, Invitation, Shift, Team, Unit
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple"


@pytest.fixture(name="home")
def an_agency() -> UUID:
    """A shelter."""
    return actions.open_agency(by=SETUP, name="Lantern Shelter", kind="hmis_shelter").id


@pytest.fixture(name="ana")
def a_worker(home: UUID) -> Account:
    """Ana, who works there."""
    return actions.open_account(
        by=SETUP, username="ana", display_name="Ana Torres", role="shelter_worker", agency=home
    )


@pytest.fixture(name="unit")
def a_unit(home: UUID) -> UUID:
    """An outreach van."""
    return actions.open_unit(by=SETUP, agency=home, call_sign="V1", kind="outreach").id


NOON = datetime(2026, 3, 2, 12, tzinfo=clock.now().tzinfo)
Act = Callable[[UUID, UUID, UUID], object]  # of home, Ana, unit
REFUSED: dict[str, tuple[Act, str]] = {
    "kind of agency": (lambda h, a, u: actions.open_agency(by=SETUP, name="X", kind="club"), "kind"),
    "no name": (lambda h, a, u: actions.open_agency(by=SETUP, name=" ", kind="police"), "name"),
    "name taken": (
        lambda h, a, u: actions.open_agency(by=SETUP, name=" LANTERN shelter ", kind="police"),
        "name",
    ),
    "role": (
        lambda h, a, u: actions.open_account(by=SETUP, username="x", display_name="X", role="king"),
        "role",
    ),
    "sign-in name taken": (
        lambda h, a, u: actions.open_account(by=SETUP, username="ANA", display_name="X", role="medic"),
        "username",
    ),
    "changed role": (lambda h, a, u: actions.change_account(by=SETUP, account=a, role="king"), "role"),
    "invited role": (
        lambda h, a, u: actions.invite(by=SETUP, agency=h, role="king", email="a@b.c", display_name="X"),
        "role",
    ),
    "address": (
        lambda h, a, u: actions.invite(by=SETUP, agency=h, role="medic", email="nowhere", display_name="X"),
        "email",
    ),
    "scopes": (
        lambda h, a, u: actions.issue_token(by=SETUP, account=a, name="t", scopes=["read", "run_platform"]),
        "scopes",
    ),
    "kind of unit": (
        lambda h, a, u: actions.open_unit(by=SETUP, agency=h, call_sign="V2", kind="tank"),
        "kind",
    ),
    "call sign taken": (
        lambda h, a, u: actions.open_unit(by=SETUP, agency=h, call_sign="v1", kind="ems"),
        "call_sign",
    ),
    "a unit with an id of its own": (
        lambda h, a, u: actions.open_unit(by=SETUP, agency=h, call_sign="V2", kind="ems", id=uuid4()),  # type: ignore[call-arg]
        "facts",
    ),
    "a base that is no number": (
        lambda h, a, u: actions.open_unit(by=SETUP, agency=h, call_sign="V2", kind="ems", base_lon="far"),  # type: ignore[arg-type]
        "base_lon",
    ),
    "an account that is closed at once": (
        lambda h, a, u: actions.open_account(
            by=SETUP,
            username="x",
            display_name="X",
            role="medic",
            is_active=False,  # type: ignore[call-arg]
        ),
        "facts",
    ),
    "a team of another agency": (
        lambda h, a, u: actions.change_account(by=SETUP, account=a, team_id=uuid4()),
        "team_id",
    ),
    "an empty shift": (lambda h, a, u: actions.set_shift(by=SETUP, unit=u, starts=NOON, ends=NOON), "ends"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_was_not_accepted_is_named_with_a_remedy(
    home: UUID, ana: Account, unit: UUID, what: str
) -> None:
    act, field = REFUSED[what]
    lines = JournalLine.objects.count()
    with pytest.raises(Invalid) as said:
        act(home, ana.id, unit)
    assert said.value.field == field and said.value.remedy and JournalLine.objects.count() == lines
    counts = [m.objects.count() for m in (Agency, Account, Invitation, ApiToken, Unit, Shift)]
    assert counts == [1, 1, 0, 0, 1, 0]


UNKNOWN: dict[str, Callable[[], object]] = {
    "change": lambda: actions.change_account(by=SETUP, account=uuid4(), is_active=False),
    "accept": lambda: actions.accept_invitation(by=SETUP, token="guess", username="x", password=GOOD),
    "issue": lambda: actions.issue_token(by=SETUP, account=uuid4(), name="t", scopes=[]),
    "revoke": lambda: actions.revoke_token(by=SETUP, token=uuid4()),
    "clear": lambda: actions.clear_shift(by=SETUP, shift=uuid4()),
    "agency": lambda: queries.agency(uuid4()),
    "account": lambda: queries.account(uuid4()),
    "actor": lambda: queries.actor(uuid4()),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_there_is_not_found(home: UUID, what: str) -> None:
    with pytest.raises(NotFound):
        UNKNOWN[what]()
    assert JournalLine.objects.count() == 1


class TestAccounts:
    """Opened, changed, closed, and open again."""

    def test_a_closed_account_opens_nothing(self, ana: Account) -> None:
        _, secret = actions.issue_token(by=SETUP, account=ana.id, name="t", scopes=["read"])
        actions.change_account(by=SETUP, account=ana.id, is_active=False)
        assert queries.account_named("ANA") is None and queries.account_of_token(secret) is None
        assert Account.objects.get().closed_at and not queries.actor(ana.id).account_active
        with pytest.raises(NotFound):
            actions.issue_token(by=SETUP, account=ana.id, name="t", scopes=["read"])
        actions.change_account(by=SETUP, account=ana.id, is_active=True)
        assert queries.account_named("Ana") == ana and Account.objects.get().closed_at is None

    def test_the_journal_names_the_fields_and_no_value(self, ana: Account) -> None:
        actions.change_account(by=SETUP, account=ana.id, display_name="Ana Ruiz", badge="77")
        line = JournalLine.objects.get(kind="agencies.account_changed")
        assert line.data["fields"] == ["badge", "display_name"] and "Ruiz" not in str(line.data)

    @pytest.mark.parametrize(
        "name",
        "id username password agency agency_id person closed_at opened_at last_login set_password save "
        "_state permissions".split(),
    )
    def test_nothing_but_what_is_listed_is_ever_written(self, ana: Account, name: str) -> None:
        before = Account.objects.filter(id=ana.id).values().get()
        with pytest.raises(Invalid) as said:
            actions.change_account(by=SETUP, account=ana.id, badge="7", **{name: "x"})  # type: ignore[arg-type]
        assert (said.value.field, said.value.value) == ("facts", name) and "badge" in said.value.remedy
        assert Account.objects.filter(id=ana.id).values().get() == before
        assert not JournalLine.objects.filter(kind="agencies.account_changed").exists()

    @pytest.mark.parametrize(
        ("name", "wrong"), [("is_active", "no"), ("role", None), ("cjis_screened", 1), ("team_id", "CIT")]
    )
    def test_a_value_of_another_kind_is_named(self, ana: Account, name: str, wrong: object) -> None:
        """The word "no" from a form would read as yes."""
        with pytest.raises(Invalid) as said:
            actions.change_account(by=SETUP, account=ana.id, **{name: wrong})  # type: ignore[arg-type]
        assert (said.value.field, said.value.value) == (name, wrong) and "of the kind" in said.value.remedy

    def test_a_team_of_the_agency_is_joined_and_left(self, home: UUID, ana: Account) -> None:
        team = actions.open_team(by=SETUP, agency=home, name="Night")
        assert actions.change_account(by=SETUP, account=ana.id, team_id=team.id).team_id == team.id
        assert actions.change_account(by=SETUP, account=ana.id, team_id=None).team_id is None

    def test_permissions_follow_the_role_at_once(self, ana: Account) -> None:
        before = queries.actor(ana.id).permissions
        actions.change_account(by=SETUP, account=ana.id, role="privacy_officer")
        assert queries.actor(ana.id).may("keep_trust") and "keep_trust" not in before

    @pytest.mark.parametrize("wrong", [{"closed_at": NOON}, {"person": uuid4()}])
    def test_the_database_holds_what_actions_promise(self, ana: Account, wrong: dict[str, object]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.filter(id=ana.id).update(**wrong)


class TestInvitations:
    """A token by mail: kept as a hash, used once, in its week, with a password worth the name."""

    @pytest.fixture(name="token")
    def a_token(self, home: UUID) -> str:
        """What the mail says."""
        return actions.invite(
            by=SETUP, agency=home, role="shelter_worker", email="ben@example.org", display_name="Ben"
        )[1]

    def accept(self, token: str, password: str = GOOD) -> Account:
        return actions.accept_invitation(by=SETUP, token=token, username="ben", password=password)

    def test_used_once(self, home: UUID, token: str) -> None:
        found = self.accept(token)
        assert (found.agency_id, found.role, found.email) == (home, "shelter_worker", "ben@example.org")
        assert found.check_password(GOOD) and not queries.open_invitations().exists()
        with pytest.raises(Conflict, match="new one"):
            self.accept(token)
        assert Account.objects.count() == 1

    def test_it_ends_after_its_week(self, token: str) -> None:
        with clock.at(clock.now() + timedelta(days=8)), pytest.raises(Conflict):
            self.accept(token)
        assert not Account.objects.exists()

    def test_a_weak_password_leaves_it_good(self, token: str) -> None:
        with pytest.raises(Invalid) as said:
            self.accept(token, "12345")
        assert (said.value.field, said.value.value) == ("password", "") and "12345" not in str(said.value)
        assert self.accept(token).is_active

    def test_the_secret_is_kept_nowhere(self, token: str) -> None:
        kept = f"{vars(Invitation.objects.get())}{[line.data for line in JournalLine.objects.all()]}"
        assert token not in kept and "ben@example.org" not in str([x.data for x in JournalLine.objects.all()])


class TestTokens:
    """A program's way in: shown once, within the role, ended at once."""

    def test_issued_used_ended(self, ana: Account) -> None:
        token, secret = actions.issue_token(by=SETUP, account=ana.id, name="t", scopes=["read", "read"])
        found = queries.account_of_token(secret)
        assert found and found == (ana, frozenset({"read"})) and secret not in str(vars(token))
        assert queries.account_of_token(secret[:-1]) is None
        for _ in range(2):
            actions.revoke_token(by=SETUP, token=token.id)
        assert queries.account_of_token(secret) is None and not queries.tokens(ana.id).exists()
        assert JournalLine.objects.filter(kind="agencies.token_issued").count() == 2

    def test_it_ends_on_its_day(self, ana: Account) -> None:
        _, secret = actions.issue_token(by=SETUP, account=ana.id, name="t", scopes=["read"], days=3)
        with clock.at(clock.now() + timedelta(days=4)):
            assert queries.account_of_token(secret) is None and not queries.tokens().exists()


class TestShifts:
    """Who is on duty at a moment, whatever was set, replaced and cleared."""

    def test_the_same_start_replaces_and_the_crew_with_it(self, unit: UUID, ana: Account) -> None:
        late = NOON + timedelta(hours=8)
        first = actions.set_shift(by=SETUP, unit=unit, starts=NOON, ends=late, crew=[ana.id])
        again = actions.set_shift(by=SETUP, unit=unit, starts=NOON, ends=NOON + timedelta(hours=4))
        assert first.id == again.id and Shift.objects.get().ends == NOON + timedelta(hours=4)
        assert not Shift.objects.get().crew.exists()
        actions.clear_shift(by=SETUP, shift=first.id)
        assert not queries.on_duty(NOON).exists()

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        spans=some.lists(some.tuples(some.integers(0, 20), some.integers(1, 10)), max_size=6),
        asked=some.tuples(some.integers(0, 30), some.integers(1, 5)),
    )
    def test_duty_is_a_half_open_span_and_overlap_is_refused_and_symmetric(
        self, unit: UUID, spans: list[tuple[int, int]], asked: tuple[int, int]
    ) -> None:
        """Whoever ends at eight is not on duty at eight; spans that only touch do not overlap."""
        hour = timedelta(hours=1)
        with transaction.atomic():
            kept: dict[int, int] = {}
            for start, length in spans:
                taken = any(s != start and s < start + length and e > start for s, e in kept.items())
                at, ends = NOON + start * hour, NOON + (start + length) * hour
                if taken:
                    with pytest.raises(Invalid, match="already; choose other hours"):
                        actions.set_shift(by=SETUP, unit=unit, starts=at, ends=ends)
                else:
                    actions.set_shift(by=SETUP, unit=unit, starts=at, ends=ends)
                    kept[start] = start + length
            at_hour, until = asked[0], sum(asked)
            on = [s for s, e in kept.items() if s <= at_hour < e]
            across = [s for s, e in kept.items() if s < until and e > at_hour]
            assert queries.on_duty(NOON + at_hour * hour).count() == len(on) <= 1
            found = queries.shifts_between(NOON + at_hour * hour, NOON + until * hour)
            assert [s.starts for s in found] == [NOON + s * hour for s in sorted(across)]
            transaction.set_rollback(True)

    def test_a_plan_with_one_bad_shift_sets_none(self, unit: UUID) -> None:
        good, bad = (unit, NOON, NOON + timedelta(hours=1), ()), (unit, NOON, NOON, ())
        lines = JournalLine.objects.count()
        with pytest.raises(Invalid):
            actions.set_shifts(by=SETUP, shifts=[good, bad])
        assert not Shift.objects.exists() and JournalLine.objects.count() == lines

    def test_the_database_keeps_a_shift_with_an_end_and_once(self, unit: UUID) -> None:
        actions.set_shift(by=SETUP, unit=unit, starts=NOON, ends=NOON + timedelta(hours=1))
        with pytest.raises(IntegrityError), transaction.atomic():
            Shift.objects.update(ends=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            Shift.objects.create(unit_id=unit, starts=NOON, ends=NOON + timedelta(hours=3))


def test_a_team_of_one_name_is_one(home: UUID) -> None:
    one, two = (actions.open_team(by=SETUP, agency=home, name="Night") for _ in range(2))
    assert one == two and Team.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.create(agency_id=home, name="Night")


@pytest.mark.parametrize("what", ["agency", "account", "change", "invite", "token", "unit", "shift"])
def test_no_act_without_its_line(
    home: UUID, ana: Account, unit: UUID, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal fails: nothing was opened or changed."""

    def breaks(**_: object) -> None:
        raise RuntimeError("no journal")

    acts: dict[str, Callable[[], object]] = {
        "agency": lambda: actions.open_agency(by=SETUP, name="X", kind="police"),
        "account": lambda: actions.open_account(by=SETUP, username="x", display_name="X", role="medic"),
        "change": lambda: actions.change_account(by=SETUP, account=ana.id, badge="7"),
        "invite": lambda: actions.invite(
            by=SETUP, agency=home, role="medic", email="a@b.c", display_name="X"
        ),
        "token": lambda: actions.issue_token(by=SETUP, account=ana.id, name="t", scopes=["read"]),
        "unit": lambda: actions.open_unit(by=SETUP, agency=home, call_sign="V2", kind="ems"),
        "shift": lambda: actions.set_shift(by=SETUP, unit=unit, starts=NOON, ends=NOON + timedelta(hours=1)),
    }
    monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
    with pytest.raises(RuntimeError):
        acts[what]()
    counts = [m.objects.count() for m in (Agency, Account, Invitation, ApiToken, Unit, Shift)]
    assert counts == [1, 1, 0, 0, 1, 0] and not Account.objects.get().badge
