"""What the guide asks of a resource beyond FHIR's structure: rules as data, one fault a broken rule.

The rules are `packs/fhir/profiles.yaml` (HL7 SDOH Clinical Care, and the US Core invariants it stands on);
no library enforces them. A resource is checked against the profiles that it names itself, and against the
code lists that FHIR R4 binds for its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from commonweal import packs
from commonweal.kernel.errors import filled, in_words

GUIDE = "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where: `rule` names a line of the pack, or `structure`; `level` error or warning."""

    path: str
    rule: str
    says: str
    level: str = "error"

    def __str__(self) -> str:
        return f"{self.level} at {self.path}: {self.says} ({self.rule})"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the pack, with its named lists put in."""

    name: str
    path: str
    must: str
    level: str = "error"
    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    system: str = ""
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unless: tuple[str, ...] = ()


def faults(resource: Mapping[str, object]) -> list[Fault]:
    """Every rule that the resource breaks, in the order of the pack; none where all hold."""
    kind = str(resource.get("resourceType", ""))
    found = [_broken(rule, kind, resource) for rule in rules_for(resource) if _applies(rule, resource)]
    return [fault for fault in found if fault is not None]


def rules_for(resource: Mapping[str, object]) -> tuple[Rule, ...]:
    """The rules of its kind and of the guide's profiles that it names."""
    kinds, profiles = _pack()
    named = [str(one).partition("|")[0].removeprefix(GUIDE) for one in values(resource, "meta.profile")]
    chosen = [rule for name in named for rule in profiles.get(name, ())]
    return (*kinds.get(str(resource.get("resourceType")), ()), *chosen)


def profiles() -> tuple[str, ...]:
    """Names of the profiles that have rules."""
    return tuple(_pack()[1])


def values(resource: object, path: str) -> list[object]:
    """Every value at a dotted path; lists on the way are walked through."""
    found = [resource]
    for name in path.split("."):
        found = [one for holder in found for one in _within(holder, name)]
    return found


def _within(holder: object, name: str) -> Iterator[object]:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    if isinstance(value, list | tuple):
        yield from value
    elif value is not None:
        yield value


def codings(resource: object, path: str, system: str) -> list[str]:
    """Codes of one system among the concepts at a path."""
    return [
        str(coding.get("code", ""))
        for coding in values(resource, f"{path}.coding")
        if isinstance(coding, Mapping) and coding.get("system") == system
    ]


def _applies(rule: Rule, resource: Mapping[str, object]) -> bool:
    if any(values(resource, path) for path in rule.unless):
        return False
    return all({str(v) for v in values(resource, path)} & set(wanted) for path, wanted in rule.when)


def _there(rule: Rule, resource: Mapping[str, object]) -> str:
    return "" if values(resource, rule.path) else in_words("it is missing; give one")


def _once(rule: Rule, resource: Mapping[str, object]) -> str:
    found = len(values(resource, rule.path))
    return "" if found == 1 else filled("there are %(n)s; give exactly one", {"n": found})


def _absent(rule: Rule, resource: Mapping[str, object]) -> str:
    return in_words("it must not be given here; leave it out") if values(resource, rule.path) else ""


def _code(rule: Rule, resource: Mapping[str, object]) -> str:
    wrong = [str(v) for v in values(resource, rule.path) if str(v) not in rule.codes]
    said = {"code": repr(wrong[0]), "codes": ", ".join(rule.codes)} if wrong else {}
    return filled("%(code)s is none of %(codes)s", said) if wrong else ""


def _coded(rule: Rule, resource: Mapping[str, object]) -> str:
    found = codings(resource, rule.path, rule.system)
    if found and (not rule.codes or set(found) & set(rule.codes)):
        return ""
    said = {"system": rule.system, "codes": ", ".join(rule.codes)}
    if not rule.codes:
        return filled("no code of %(system)s; add one", said)
    return filled("no code of %(system)s, one of %(codes)s; add one", said)


def _codes_within(rule: Rule, resource: Mapping[str, object]) -> str:
    wrong = [code for code in codings(resource, rule.path, rule.system) if code not in rule.codes]
    said = {"system": rule.system, "codes": ", ".join(rule.codes)}
    if not wrong:
        return ""
    return filled("%(code)s of %(system)s is none of %(codes)s", {"code": repr(wrong[0]), **said})


def _refers(rule: Rule, resource: Mapping[str, object]) -> str:
    for one in values(resource, rule.path):
        kind = kind_of(one)
        if kind and kind not in rule.kinds:
            said = {"kind": kind, "kinds": ", ".join(rule.kinds)}
            return filled("it points to a %(kind)s; point to one of: %(kinds)s", said)
    return ""


def kind_of(reference: object) -> str:
    """The kind that a reference points to; empty where it does not say (a URN, an identifier)."""
    if not isinstance(reference, Mapping):
        return ""
    parts = str(reference.get("reference", "")).split("/_history/")[0].split("/")
    return str(reference.get("type") or (parts[-2] if len(parts) > 1 else ""))


MUST: Mapping[str, Callable[[Rule, Mapping[str, object]], str]] = {
    "there": _there, "once": _once, "absent": _absent, "code": _code, "coded": _coded,
    "within": _codes_within, "refers": _refers,
}  # fmt: skip


def _broken(rule: Rule, kind: str, resource: Mapping[str, object]) -> Fault | None:
    says = MUST[rule.must](rule, resource)
    return Fault(f"{kind}.{rule.path}", rule.name, says, rule.level) if says else None


Table = Mapping[str, Sequence[Mapping[str, object]]]


@cache
def _pack() -> tuple[dict[str, tuple[Rule, ...]], dict[str, tuple[Rule, ...]]]:
    raw = cast("Mapping[str, object]", packs.read("fhir/profiles.yaml"))
    lists = cast("Mapping[str, list[str]]", raw["lists"])
    systems = cast("Mapping[str, str]", raw["systems"])
    tables = [cast("Table", raw[name]) for name in ("resources", "profiles")]
    by_kind, by_profile = (
        {name: tuple(_rule(line, lists, systems) for line in lines) for name, lines in table.items()}
        for table in tables
    )
    return by_kind, by_profile


def _rule(line: Mapping[str, object], lists: Mapping[str, list[str]], systems: Mapping[str, str]) -> Rule:
    must, codes = str(line["must"]), line.get("codes", ())
    if must not in MUST:
        raise packs.PackError(
            f"fhir/profiles.yaml, {line['rule']}: must {must!r} is none of {', '.join(MUST)}"
        )
    listed = lists[codes] if isinstance(codes, str) else cast("Sequence[str]", codes)
    when = cast("Mapping[str, Sequence[str]]", line.get("when", {}))
    return Rule(
        name=str(line["rule"]), path=str(line["path"]), must=must, level=str(line.get("level", "error")),
        codes=tuple(listed), kinds=tuple(cast("Sequence[str]", line.get("kinds", ()))),
        system=systems[str(line["system"])] if "system" in line else "",
        when=tuple((path, tuple(found)) for path, found in when.items()),
        unless=tuple(cast("Sequence[str]", line.get("unless", ()))),
    )  # fmt: skip
