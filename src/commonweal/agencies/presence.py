"""Who is on duty at a moment: by the roster, aboard a unit, or because they signed on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from commonweal.agencies.models import Account, Shift, SignOn
from commonweal.kernel import clock


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One worker on duty. `unit` is a call sign, "" where they signed on; `next`: when they come again."""

    account: UUID
    name: str
    role: str
    agency: UUID
    team: str
    languages: tuple[str, ...]
    unit: str
    kind: str
    since: datetime
    until: datetime
    next: datetime | None = None


def present(moment: datetime | None = None) -> list[OnDuty]:
    """Everybody on duty, by agency and name; of two shifts and a sign-on, what lasts longest counts.

    In four statements, whatever the number of workers. Accounts that closed meanwhile are left out.
    """
    when = moment or clock.now()
    spans: dict[UUID, tuple[str, str, datetime, datetime]] = {}
    for account, unit, kind, since, until in [*_aboard(when), *_signed(when)]:
        if account not in spans or spans[account][3] < until:
            spans[account] = (unit, kind, since, until)
    coming = _next(spans, when)
    rows = Account.objects.filter(id__in=spans, is_active=True, agency__is_active=True)
    return [
        _one(account, spans[account.id], coming.get(account.id))
        for account in rows.select_related("team").order_by("agency__name", "display_name", "id")
    ]


Span = tuple[UUID, str, str, datetime, datetime]


def _aboard(when: datetime) -> list[Span]:
    shifts = Shift.objects.filter(starts__lte=when, ends__gt=when, unit__is_active=True, crew__isnull=False)
    return list(shifts.values_list("crew", "unit__call_sign", "unit__kind", "starts", "ends"))


def _signed(when: datetime) -> list[Span]:
    standing = SignOn.objects.filter(since__lte=when, until__gt=when)
    rows = standing.values_list("account", "since", "until", "ended_at")
    return [(who, "", "", since, until) for who, since, until, end in rows if end is None or end > when]


def _next(accounts: Collection[UUID], when: datetime) -> dict[UUID, datetime]:
    later = Shift.objects.filter(starts__gt=when, crew__in=accounts).values("crew")
    return {row["crew"]: row["soonest"] for row in later.annotate(soonest=Min("starts"))}


def _one(account: Account, span: tuple[str, str, datetime, datetime], coming: datetime | None) -> OnDuty:
    unit, kind, since, until = span
    assert account.agency_id  # an account of an active agency: the query asked for it
    return OnDuty(
        account.id, account.display_name, account.role, account.agency_id,
        account.team.name if account.team else "", tuple(account.languages.split()), unit, kind, since,
        until, coming,
    )  # fmt: skip


def next_on(agencies: Collection[UUID], moment: datetime | None = None) -> dict[UUID, datetime]:
    """When the next shift of the roster begins, for those of these agencies that have one."""
    when = moment or clock.now()
    later = Shift.objects.filter(starts__gt=when, unit__agency__in=agencies, unit__is_active=True)
    rows = later.values("unit__agency").annotate(soonest=Min("starts"))
    return {row["unit__agency"]: row["soonest"] for row in rows}


def signed_on(account: UUID, moment: datetime | None = None) -> datetime | None:
    """Until when a worker has signed on; None where they have not."""
    when = moment or clock.now()
    standing = SignOn.objects.filter(account=account, ended_at__isnull=True, until__gt=when)
    return standing.values_list("until", flat=True).first()
