"""Who hears what by which way: data of the site, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass

from commonweal.kernel.errors import Invalid
from commonweal.kernel.site_file import in_force

NAME = "notifying.yaml"
CHANNELS = ("mail", "text")
KNOWN = {"kinds", "channels", "never_silent", "on_duty"}
GROUPS = ("safety", "duty", "work", "papers", "account", "talk", "drill")


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of notice under one neutral reason, and where whoever chose nothing hears of them."""

    code: str
    kinds: frozenset[str]
    channels: tuple[str, ...] = ()
    never_silent: bool = False
    on_duty: bool = False


@dataclass(frozen=True, slots=True)
class Notifying:
    """The site's groups, in order; the last one takes a kind that stands nowhere."""

    groups: tuple[Group, ...]

    def group_of(self, kind: str) -> Group:
        """The group that a kind of notice belongs to."""
        return next((group for group in self.groups if kind in group.kinds), self.groups[-1])

    def group(self, code: str) -> Group | None:
        """The group of a code, None where the site has none of that name."""
        return next((group for group in self.groups if group.code == code), None)


def read(body: object) -> Notifying:
    """The groups of a file's contents; Invalid names the place that cannot be used."""
    groups = body.get("groups") if isinstance(body, dict) else None
    if not isinstance(groups, dict) or not groups:
        raise Invalid(NAME, "", "Give the groups of notices, and at least one.")
    found = tuple(_group(str(code), row) for code, row in groups.items())
    _once(found)
    return Notifying(found)


def _group(code: str, row: object) -> Group:
    if code not in GROUPS:
        raise Invalid(f"{NAME} groups", code, f"Use one of: {', '.join(GROUPS)}.")
    if not isinstance(row, dict) or not isinstance(row.get("kinds"), list) or set(row) - KNOWN:
        raise Invalid(f"{NAME} {code}", str(row)[:80], f"Use: {', '.join(sorted(KNOWN))}.")
    channels = row.get("channels") or []
    if wrong := [one for one in channels if one not in CHANNELS]:
        raise Invalid(f"{NAME} {code} channels", wrong[0], f"Use one of: {', '.join(CHANNELS)}.")
    never, duty = _flag(code, row, "never_silent"), _flag(code, row, "on_duty")
    if never and not channels:
        raise Invalid(f"{NAME} {code} channels", "", "Name a channel for what may never be silent.")
    return Group(code, frozenset(map(str, row["kinds"])), tuple(channels), never, duty)


def _flag(code: str, row: Mapping[str, object], name: str) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise Invalid(f"{NAME} {code} {name}", value, "Write true or false.")
    return value


def _once(groups: tuple[Group, ...]) -> None:
    seen: set[str] = set()
    for group in groups:
        if both := sorted(seen & group.kinds):
            raise Invalid(f"{NAME} {group.code}", both[0], "A kind of notice stands in one group only.")
        seen |= group.kinds


def notifying() -> Notifying:
    """What is in force: `notifying.yaml` of the instance's home where a site keeps one, else ours."""
    return in_force(NAME, read)
