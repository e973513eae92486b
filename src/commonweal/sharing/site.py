"""What a site sets for itself: read strictly, refused where it widens, compiled to a pack that narrows."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import override

from commonweal import packs
from commonweal.engines import disclosure
from commonweal.kernel import codes
from commonweal.kernel.errors import Invalid

OTHER_GROUNDS = (
    "role premises consent agreement process locate threat custody medical totals research".split()
)
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Bound:
    """A number that a site may set: what holds without it, its bounds, the rule behind them, its sentence."""

    id: str
    law: int
    least: int
    most: int
    rule: str
    en: str
    es: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What no site may take away from these roles; no purposes and categories named means all of them."""

    roles: tuple[str, ...]
    rule: str
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def covers(self, purpose: str = "", category: str = "") -> bool:
        """Whether a purpose, or a category of data, is among what stays."""
        whole = not self.purposes and not self.categories
        return whole or purpose in self.purposes or category in self.categories


@dataclass(frozen=True, slots=True)
class Rules:
    """What the site sets. Lists hold "role", "role:purpose" and "role:category:field"; `states` pack names.

    Only numbers that differ from the law are in `numbers`.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    no_glass: tuple[str, ...] = ()
    no_purposes: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    def number(self, name: str) -> int:
        """What holds for a number: the site's, or the law's."""
        return self.numbers.get(name, bounds()[name].law)

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


@lru_cache(maxsize=1)
def _pack() -> dict[str, list[dict[str, Any]]]:
    return cast("dict[str, list[dict[str, Any]]]", packs.read("site_policy.yaml"))


@lru_cache(maxsize=1)
def bounds() -> dict[str, Bound]:
    """Every number that a site may set, by its code."""
    return {row["id"]: Bound(**row) for row in _pack()["numbers"]}


@lru_cache(maxsize=1)
def kept() -> tuple[Kept, ...]:
    """What no site may take away."""
    return tuple(
        Kept(
            tuple(row["roles"]), row["rule"], tuple(row.get("purposes", ())), tuple(row.get("categories", ()))
        )
        for row in _pack()["kept"]
    )


@lru_cache(maxsize=1)
def state_packs() -> Mapping[str, str]:
    """The state packs that ship, by name, with their titles; read once: every count asks for its floor."""
    read = [cast("dict[str, Any]", packs.read(name)) for name in packs.names("policy")]
    titles = {str(pack["pack"]): str(pack["title"]) for pack in read if pack["kind"] == "state"}
    return MappingProxyType(titles)


def stored(value: Mapping[str, Any]) -> Rules:
    """Rules as JSON kept them: already checked when they were written."""
    lists = ("states", "no_glass", "no_purposes", "withheld")
    return Rules(dict(value.get("numbers", {})), **{name: tuple(value.get(name, ())) for name in lists})


def checked(said: Rules, law: disclosure.Policy, installed: Iterable[str]) -> Rules:
    """The rules in order, each once. Invalid, naming the rule of law, where they would widen or take a right.

    `law` is the policy without the site's own rules; `installed` the packs that the operator put in force.
    """
    for name, value in said.numbers.items():
        _bounded(name, value, law)
    found = state_packs()
    for name in said.states:
        if name not in found:
            raise Invalid("states", name, _("Choose from the list."))
    for name in installed:
        if name in found and name not in said.states:
            rule = next(r for r in law.rules if r in _rules_of(name))
            raise Invalid("states", name, _behind(_("It is the law of this site and stays."), rule, law))
    for entry in (*said.no_purposes, *said.withheld, *said.no_glass):
        _allowed(entry, said, law)
    numbers = {n: v for n, v in sorted(said.numbers.items()) if v != bounds()[n].law}
    lists = (said.states, said.no_glass, said.no_purposes, said.withheld)
    return Rules(numbers, *(tuple(sorted(set(entries))) for entries in lists))


def _rules_of(name: str) -> set[str]:
    pack = cast("dict[str, list[Row]]", packs.read(f"policy/{name}.yaml"))
    return {str(row["id"]) for kind in ("bars", "limits", "duties") for row in pack.get(kind, [])}


def _bounded(name: str, value: int, law: disclosure.Policy) -> None:
    bound = bounds().get(name)
    if bound is None:
        raise Invalid("numbers", name, _("Choose from the list."))
    if not bound.least <= value <= bound.most:
        told = _("Give a number from %(least)d to %(most)d.") % {"least": bound.least, "most": bound.most}
        raise Invalid(name, value, _behind(told, bound.rule, law))


def _allowed(entry: str, said: Rules, law: disclosure.Policy) -> None:
    """Each entry names known words, and nothing that no site may take away."""
    role, *rest = entry.split(":")
    asked = {purpose for actor, purpose in law.asks if actor == role}
    is_known = bool(asked) and (
        (len(rest) == 0 and entry in said.no_glass)
        or (len(rest) == 1 and rest[0] in asked)
        or (len(rest) == 2 and rest[1] in law.categories.get(rest[0], ()))
    )
    if not is_known:
        raise Invalid("rules", entry, _("Choose from the list."))
    for one in kept():
        purpose, category = (rest[0] if len(rest) == n else "" for n in (1, 2))
        if rest and role in one.roles and one.covers(purpose, category):
            told = _("No site may take this away.")
            raise Invalid("rules", entry, _behind(told, one.rule, law))


def _behind(told: str, rule: str, law: disclosure.Policy) -> str:
    if rule not in law.rules:
        return f"{told} ({rule})"
    return f"{told} {_(law.sentence(rule))} ({rule}; {law.citation(rule)})"


def digest(rules: Rules, why: str, starts: str) -> str:
    """SHA-256 of exactly what is approved."""
    text = json.dumps([rules.stored(), why, starts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def pack(rules: Rules, number: int, jurisdiction: str) -> dict[str, object]:
    """The site's rules as a pack: bars, limits and duties alone, so that it can only narrow."""
    return {
        "pack": "site", "version": str(number), "kind": "site", "jurisdiction": jurisdiction,
        "bases": {"SITE": f"The site's own policy, version {number}"},
        "bars": [*_counts(rules), *_purposes(rules)],
        "limits": [*_follow_up(rules), *_glass(rules), *_withheld(rules)],
        "duties": _expiry(rules),
    }  # fmt: skip


def _row(rule: str, when: str, says: str, **more: object) -> Row:
    return {"id": rule, "when": when, "says": says, "basis": ["SITE"], **more}


def _counts(rules: Rules) -> list[Row]:
    if "small_cell" not in rules.numbers:
        return []
    when = f"aggregate_cell_n >= 1 and aggregate_cell_n <= {rules.numbers['small_cell'] - 1}"
    return [_row("site.small_count", when, "This site shows larger counts only.", stage="site",
                 unlock="Merge groups, areas or periods until the count is large enough.")]  # fmt: skip


def _purposes(rules: Rules) -> list[Row]:
    rows = []
    for entry in rules.no_purposes:
        role, purpose = entry.split(":")
        rows.append(_row(f"site.purpose.{role}.{purpose}", f"actor == {role} and purpose == {purpose}",
                         "At this site the role does not work for this purpose.", stage="site"))  # fmt: skip
    return rows


def _follow_up(rules: Rules) -> list[Row]:
    if "follow_up_hours" not in rules.numbers:
        return []
    when = (
        "actor in clinical and assigned_to_incident and not incident_active and not care "
        f"and not hours_since_incident <= {rules.numbers['follow_up_hours']}"
    )
    spares = [{"grounds": [*(g for g in OTHER_GROUNDS if g != "role"), "break_glass"]}]
    return [_row("site.follow_up", when, "At this site records of a call close sooner after it.",
                 spares=spares)]  # fmt: skip


def _glass(rules: Rules) -> list[Row]:
    if not rules.no_glass:
        return []
    says, spares = "At this site the role does not break the glass.", [{"grounds": OTHER_GROUNDS}]
    return [_row("site.glass", f"actor in ({', '.join(rules.no_glass)},)", says, spares=spares)]


def _withheld(rules: Rules) -> list[Row]:
    rows = []
    for entry in rules.withheld:
        role, category, name = entry.split(":")
        when = f"actor == {role} and category == {category}"
        rows.append(_row(f"site.withheld.{role}.{category}.{name}", when,
                         "This site keeps a field back from the role.", removes=[name],
                         spares=[{"grounds": ["process", "medical"]}]))  # fmt: skip
    return rows


def _expiry(rules: Rules) -> list[Row]:
    if "emergency_hours" not in rules.numbers:
        return []
    return [{"id": "site.expiry", "owes": "time_limit", "upon": "grant", "grounds": ["break_glass", "threat"],
             "hours": rules.numbers["emergency_hours"], "basis": ["SITE"],
             "says": "Emergency access ends sooner at this site."}]  # fmt: skip


def sentences(rules: Rules, language: str) -> dict[str, str]:
    """Everything that holds, one plain sentence a setting, by its code."""
    with override(language):
        return {**_numbers_said(rules, language), **dict(_lists_said(rules))}


def _numbers_said(rules: Rules, language: str) -> dict[str, str]:
    return {
        name: (bound.es if language.startswith("es") else bound.en).replace("{n}", str(rules.number(name)))
        for name, bound in bounds().items()
    }


def _lists_said(rules: Rules) -> Iterator[tuple[str, str]]:
    titles = state_packs()
    for name in rules.states:
        told = _("The state's law is in force: %(title)s.")
        yield f"states:{name}", told % {"title": titles.get(name, name)}
    for role in rules.no_glass:
        yield f"no_glass:{role}", _("Does not break the glass: %(role)s.") % {"role": codes.said(role)}
    for entry in rules.no_purposes:
        role, purpose = map(codes.said, entry.split(":"))
        told = _("Does not ask for the purpose %(purpose)s: %(role)s.")
        yield f"no_purposes:{entry}", told % {"role": role, "purpose": purpose}
    for entry in rules.withheld:
        role, category, name = map(codes.said, entry.split(":"))
        told = _("Does not see %(field)s (%(category)s): %(role)s.")
        yield f"withheld:{entry}", told % {"role": role, "category": category, "field": name}
