"""May this unit fill that role now, and if not, everything that stands in the way."""

from collections.abc import Iterator, Mapping

from commonweal.engines.dispatching.rules import Rules
from commonweal.engines.dispatching.values import Reason, Request, Role, Status, UnitState


def required_certificates(role: Role, request: Request, rules: Rules) -> frozenset[str]:
    """Certificates that `role` takes: by the site's rules and by this request."""
    return rules.certificates.get(role, frozenset()) | request.certificates.get(role, frozenset())


def role_lacks(unit: UnitState, role: Role, request: Request, rules: Rules) -> list[Reason]:
    """Certificates that keep `unit` from `role`: lapsed ones with their day, then missing ones."""
    wanted = sorted(required_certificates(role, request, rules) - unit.certificates)
    return [
        Reason.of("certificate_lapsed", certificate=code, on=unit.lapsed[code].isoformat(), role=role.value)
        if code in unit.lapsed
        else Reason.of("certificate_missing", certificate=code, role=role.value)
        for code in wanted
    ]


def standing_lacks(
    unit: UnitState, minutes: float | None, request: Request, rules: Rules
) -> Iterator[Reason]:
    """What keeps `unit` from any role at all now: its status, its hours, its reach, its skills."""
    if unit.status is Status.OFF_DUTY:
        yield Reason.of("off_duty")
    elif unit.status is Status.OUT_OF_SERVICE:
        yield Reason.of("out_of_service")
    elif unit.status is not Status.AVAILABLE:
        yield Reason.of("busy", status=unit.status.value)
    if unit.hours_on_duty >= rules.longest_duty_hours:
        yield Reason.of("duty_too_long", hours=unit.hours_on_duty, limit=rules.longest_duty_hours)
    if minutes is None:
        yield Reason.of("place_unknown")
    elif not minutes <= rules.farthest_minutes:
        yield Reason.of("too_far", minutes=round(minutes, 1), limit=rules.farthest_minutes)
    for skill in sorted(request.skills - unit.skills):
        yield Reason.of("skill_missing", skill=skill)


def fillable(
    unit: UnitState, wanted: tuple[Role, ...], request: Request, rules: Rules
) -> tuple[frozenset[Role], list[Reason]]:
    """The `wanted` roles that `unit` can fill by kind and certificate, and why not the others."""
    able_by_kind = rules.roles_by_kind.get(unit.kind, frozenset()) & set(wanted)
    if not able_by_kind:
        roles = " + ".join(role.value for role in wanted)
        return frozenset(), [Reason.of("wrong_kind", kind=unit.kind, needed=roles)]
    lacks: Mapping[Role, list[Reason]] = {
        role: role_lacks(unit, role, request, rules) for role in wanted if role in able_by_kind
    }
    able = frozenset(role for role, missing in lacks.items() if not missing)
    return able, [reason for missing in lacks.values() for reason in missing]
