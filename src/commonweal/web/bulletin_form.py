"""The form of a bulletin: its receivers as boxes, its times, and about whom it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions as messages
from commonweal.messages import queries
from commonweal.sharing import queries as sharing
from commonweal.web.pages import id_of, mark_of
from commonweal.web.permits import see
from commonweal.web.session import Request

PURPOSES = {"call": "emergency", "case": "care_coordination"}  # about what a bulletin may name a person
HOURS = 12  # how long one stands where nobody says otherwise
TYPED = ("headline", "text", "words", "asks", "names_nobody")
CLOCK = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, by whom, about what, and which bulletin it replaces."""

    request: Request
    about: Subject | None
    before: queries.Bulletin | None

    @property
    def by(self) -> Actor:
        """Who writes."""
        return self.request.actor

    def post(self) -> queries.Bulletin:
        """Write it; Invalid names the field."""
        typed = self.request.POST
        sheet = messages.Sheet(
            kind=self._kind, urgency=typed.get("urgency", ""), headline=typed.get("headline", ""),
            text=typed.get("text", "")[:4000], words=typed.get("words", "")[:4000],
            starts_at=_moment("starts_at", typed.get("starts_at", "")),
            ends_at=_needed("ends_at", typed.get("ends_at", "")), asks=bool(typed.get("asks")),
        )  # fmt: skip
        permit = None
        if self.about:
            permit = see(self.by, queries.CATEGORY, PURPOSES[self.about.kind], self.about)
        return messages.post_bulletin(
            by=self.by, sheet=sheet, to=self._to(), permit=permit, about=self.about,
            names_nobody=bool(typed.get("names_nobody")), follows=self.before.id if self.before else None,
        )  # fmt: skip

    @property
    def _kind(self) -> str:
        return queries.PERSON if self.about else self.request.POST.get("kind", "")

    def _to(self) -> list[messages.To]:
        typed = self.request.POST
        houses = [id_of("agency", one) for one in typed.getlist("agencies")]
        roles = typed.getlist("roles") or [""]
        homes = {one.id: one.agency_id for one in agencies.teams()}
        teams = [id_of("team", one) for one in typed.getlist("teams")]
        return [
            *(messages.To(house, role) for house, role in product(houses, roles)),
            *(messages.To(homes.get(team), "", team) for team in teams),
        ]

    def shown(self) -> dict[str, object]:
        """What the page shows: what was typed, or a fresh form."""
        typed = self.request.POST
        bound = sharing.bound_with(self.by.agency)
        houses = [one for one in agencies.agencies() if one.id in bound]
        names = {one.id: one.name for one in houses}
        teams = [(str(one.id), f"{one.name}, {names[one.agency_id]}") for one in _teams(bound)]
        return {
            "typed": {name: typed.get(name, "") for name in TYPED},
            "kind": typed.get("kind", self.before.kind if self.before else "street_closed"),
            "urgency": typed.get("urgency", self.before.urgency if self.before else "today"),
            "ends_at": typed.get("ends_at", _local(clock.now() + timedelta(hours=HOURS))),
            "starts_at": typed.get("starts_at", ""),
            "houses": [(str(one.id), one.name) for one in houses],
            "roles": [(code, _(one.name)) for code, one in agencies.ROLES.items() if code != "person"],
            "teams": teams,
            "given": {name: typed.getlist(name) for name in ("agencies", "roles", "teams")},
            "about": self.about, "before": self.before, "reach": self._reach(names),
        }  # fmt: skip

    def _reach(self, names: Mapping[UUID, str]) -> list[tuple[str, queries.Reach]]:
        """By agency, how many an agreement lets be told who a missing person is; nothing is read for it."""
        if self.about is None:
            return []
        found = queries.reach(self.by, PURPOSES[self.about.kind], self.about)
        return sorted(((names[one.agency], one) for one in found), key=lambda row: row[0])


def _teams(bound: Iterable[UUID]) -> list[agencies.Team]:
    return [one for one in agencies.teams() if one.agency_id in set(bound)]


def form_of(request: Request) -> Form:
    """The form of this address. NotFound where it names what this worker may not know of.

    Nothing is read of the person before it is sent: the gate is asked then, and journalled.
    """
    by, asked = request.actor, request.GET
    before = mark_of(asked.get("replaces", ""))
    row = queries.bulletin(by, before) if before else None
    about = _about(asked.get("call"), asked.get("case"))
    if row and row.subject:
        about = Subject(row.about, row.subject)
    if about and not may_name(by, about):
        raise NotFound("record")
    return Form(request, about, row)


def _about(call: str | None, case: str | None) -> Subject | None:
    for kind, text in (("call", call), ("case", case)):
        if text:
            return Subject(kind, id_of(kind, text))
    return None


def may_name(by: Actor, about: Subject) -> bool:
    """Whether the actor may write a bulletin that names whom this is about: nothing is read for it."""
    if about.kind not in PURPOSES or not any(by.may(one) for one in messages.WRITERS):
        return False
    seen = sharing.readers(
        among=[by], category=queries.CATEGORY, purpose=PURPOSES[about.kind], about=about
    )  # fmt: skip
    return any(queries.NAMES in fields for fields in seen.values())


def said_to(row: queries.Bulletin) -> list[str]:
    """To whom it goes, in words."""
    names = {one.id: one.name for one in agencies.agencies()}
    teams = {one.id: one.name for one in agencies.teams()}
    found = []
    for one in row.to.all():
        parts = [
            names.get(one.agency, "") if one.agency else _("Every partner"),
            _(agencies.ROLES[one.role].name) if one.role else "",
            teams.get(one.team, "") if one.team else "",
        ]
        found.append(": ".join(part for part in parts if part))
    return found


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime(CLOCK)


def _moment(field: str, text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise Invalid(field, text[:40], _("Give a day and a time."))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _needed(field: str, text: str) -> datetime:
    found = _moment(field, text)
    if found is None:
        raise Invalid(field, text, _("Give a day and a time."))
    return found
