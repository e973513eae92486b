"""Agencies, teams, units, shifts, and the accounts that people sign in with."""

import re
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from commonweal.agencies.roles import ROLES
from commonweal.kernel import clock
from commonweal.kernel.ids import new_id
from commonweal.kernel.models import Base

AGENCY_KINDS = (
    "ecc lifeline_988 police sheriff ems fire health part2_program hospital social_service hmis_shelter "
    "victim_service_provider school prosecutor evaluation privacy government community"
).split()
SOURCE_PROGRAMS = {  # an agency's kind decides under which regime its records stand (defaults.md)
    "ecc": "ecc",
    "lifeline_988": "lifeline_988",
    "police": "police",
    "sheriff": "police",
    "ems": "health",
    "fire": "ecc",
    "health": "health",
    "part2_program": "part2_program",
    "hospital": "health",
    "social_service": "social_service",
    "hmis_shelter": "hmis",
    "prosecutor": "police",
    "victim_service_provider": "victim_service_provider",
    "school": "school",
}
LAW_ENFORCEMENT = frozenset({"police", "sheriff", "prosecutor"})
APART = frozenset({"victim_service_provider", "part2_program"})  # who works there is told with more care
DUTY_NAMES = ("partners", "care", "own")
UNIT_KINDS = "patrol cit co_response crisis_team clinician ems fire outreach tele".split()


def program_of(kind: str) -> str:
    """The origin, for the gate, of the records of an agency of this kind."""
    return SOURCE_PROGRAMS.get(kind, "social_service")


def is_ori(text: str) -> bool:
    """Whether this has the shape of an originating agency identifier (NCIC): two letters, seven more."""
    return bool(re.fullmatch(r"[A-Z]{2}[A-Z0-9]{7}", text))


class Agency(Base):
    """One organisation that takes part, with the regime its records stand under."""

    labels: ClassVar[dict[str, str]] = {
        "public": "name short kind time_zone",
        "operational": "is_active ori address duty_phone duty_names",
    }

    name = models.CharField(max_length=120, unique=True)
    short = models.CharField(max_length=24)
    kind = models.CharField(max_length=32, choices=[(k, k) for k in AGENCY_KINDS])
    time_zone = models.CharField(max_length=40, default="America/Los_Angeles")
    is_active = models.BooleanField(default=True)
    ori = models.CharField(max_length=9, blank=True, help_text="Originating agency identifier (NCIC)")
    address = models.CharField(
        max_length=200, blank=True, default="", db_default="",
        help_text="As an accounting of disclosures names it; empty where the place is not public",
    )  # fmt: skip
    duty_phone = models.CharField(max_length=32, blank=True, help_text="Shown to partners beside who is on")
    duty_names = models.CharField(
        max_length=10, blank=True, choices=[(c, c) for c in DUTY_NAMES],
        help_text="Who sees the names of those on duty; as its kind has it where empty",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def source_program(self) -> str:
        """The origin of this agency's records for the gate."""
        return program_of(self.kind)

    @property
    def names_seen_by(self) -> str:
        """Whom the names of those on duty are shown to: `partners`, `care` (no law enforcement) or `own`."""
        return self.duty_names or ("care" if self.kind in APART else "partners")


class Team(Base):
    """A programme or squad of one agency, with the response model it works by."""

    labels: ClassVar[dict[str, str]] = {"public": "name response_model", "operational": "agency"}

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    response_model = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="team_once_per_agency")]


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; see `agencies.actions.open_account` for the act."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Sign-in names are compared without case."""
        return self.get(username__iexact=username)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """Used by sign-in libraries; an account without a usable password signs in by OIDC only."""
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """One hat: one role at one agency. A person with two hats has two accounts (decision 0004)."""

    labels: ClassVar[dict[str, str]] = {
        "staff": "username email display_name badge languages",
        "operational": "id password last_login agency team role is_active is_medical is_covered "
        "cjis_screened security_addendum person must_enrol opened_at closed_at "
        "reopened_at withdrawn_at external_id language",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=80, unique=True)
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=120)
    badge = models.CharField(max_length=24, blank=True)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="accounts")
    role = models.CharField(max_length=32, choices=[(r.code, r.name) for r in ROLES.values()])
    languages = models.CharField(
        max_length=80, default="en", help_text="Spoken, as codes with spaces between"
    )
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    is_medical = models.BooleanField(default=False)
    is_covered = models.BooleanField(default=False, help_text="Employed by a HIPAA covered entity")
    cjis_screened = models.BooleanField(default=False)
    security_addendum = models.BooleanField(default=False)
    person = models.UUIDField(null=True, blank=True, help_text="Set where the account is a person helped")
    must_enrol = models.BooleanField(default=True, help_text="A second factor is still to be set up")
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Deleted by its directory")
    external_id = models.CharField(max_length=200, blank=True, help_text="Its name at who provisions it")

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_closed_is_inactive",
                condition=models.Q(closed_at__isnull=True) | models.Q(is_active=False),
            ),
            models.CheckConstraint(
                name="account_person_has_role",
                condition=models.Q(person__isnull=True) | models.Q(role="person"),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name


class Invitation(Base):
    """A single-use way in for a new worker; only the hash of its token is kept."""

    labels: ClassVar[dict[str, str]] = {
        "staff": "email display_name",
        "operational": "agency role token_hash expires_at used_at withdrawn_at invited_by account",
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    role = models.CharField(max_length=32)
    email = models.EmailField()
    display_name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_used_or_withdrawn",
                condition=models.Q(used_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether its link still opens an account."""
        return self.used_at is None and self.withdrawn_at is None and self.expires_at >= clock.now()


class ApiToken(Base):
    """A bearer token of one account with named scopes; only its hash is kept."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "account name token_hash scopes expires_at revoked_at last_used_at",
    }

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class CalendarAddress(Base):
    """The secret address of one account's calendar; only its hash is kept. One stands at a time."""

    labels: ClassVar[dict[str, str]] = {"operational": "account token_hash ended_at read_at"}

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    ended_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True, help_text="When a calendar program fetched it last")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_at__isnull=True), name="calendar_address_once"
            )
        ]


class Device(Base):
    """One browser or phone under one account, known again by a token of which only the hash is kept."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "account token_hash device_class browser last_seen revoked_at revoked_by",
        "staff": "revoked_why",
    }

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64, db_index=True)
    device_class = models.CharField(max_length=16)
    browser = models.CharField(max_length=60, blank=True)
    last_seen = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True)
    revoked_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "token_hash"], name="device_once_an_account"),
            models.CheckConstraint(
                name="device_revoked_by_somebody",
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | (models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by="")),
            ),
        ]


class Unit(Base):
    """A resource that can be sent: a call sign, its kind, its base. Its status lives in `calls`."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency team kind is_active base_lon base_lat hourly_cost",
        "public": "call_sign",
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="units")
    call_sign = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=24, choices=[(k, k) for k in UNIT_KINDS])
    base_lon = models.FloatField(null=True)
    base_lat = models.FloatField(null=True)
    hourly_cost = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    is_active = models.BooleanField(default=True)


class Shift(Base):
    """A unit on duty from `starts` to `ends` (UTC) with its crew."""

    labels: ClassVar[dict[str, str]] = {"operational": "unit starts ends plan", "staff": "crew"}

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="shifts")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    crew = models.ManyToManyField(Account, related_name="shifts")
    plan = models.UUIDField(null=True, help_text="The adopted plan that set this shift")

    class Meta:
        indexes = [models.Index(fields=["starts", "ends"], name="shift_span")]
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_start", condition=models.Q(ends__gt=models.F("starts"))
            ),
            models.UniqueConstraint(fields=["unit", "starts"], name="shift_once"),
        ]


class SignOn(Base):
    """A worker says that they are on duty until a moment: whoever crews no unit of the roster."""

    labels: ClassVar[dict[str, str]] = {"operational": "account since until ended_at"}

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ons")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["until"], name="sign_on_until")]
        constraints = [
            models.CheckConstraint(
                name="sign_on_ends_after_start", condition=models.Q(until__gt=models.F("since"))
            ),
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_at__isnull=True), name="sign_on_once"
            ),
        ]
