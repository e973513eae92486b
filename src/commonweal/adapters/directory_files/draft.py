"""A mapping profile proposed for an unknown layout: by the names of its columns and what stands in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import yaml

from commonweal.adapters.directory_files.contacts import MAIL
from commonweal.adapters.directory_files.records import Raw, clean, open_records
from commonweal.adapters.files.answers import FileRefused
from commonweal.adapters.files.opening import source

LOOKED_AT, DEEPEST, SHARE = 400, 3, 0.6
# Our field: what its columns are called, best first. Earlier fields choose first.
NAMED = (
    ("service.identity", r"^(service_?)?(id|uid|uuid|guid|key|record_?(id|number)|resource_?(id|number))$"),
    (
        "organization.name",
        r"org.*name|agency.*name|^(organi[sz]ation|agency|provider|company|parent)$|provider.?name"
        r"|parent.?name|^facility( ?name)?$",
    ),
    (
        "service.name",
        r"service.*name|program.*name|^(service|program(me)?|name|title)$|resource.?name|title$|site.?program",
    ),
    ("location.latitude", r"^lat(itude)?$|lat(itude)?$|^y$"),
    ("location.longitude", r"^(lon|lng|long)(gitude)?$|(lng|longitude)$|^x$"),
    ("location.postal_code", r"zip|post(al)?.?code"),
    ("location.state", r"^state|state$|state.?prov|province"),
    ("location.city", r"^(city|town)|(city|town)$|municipality"),
    ("location.address", r"address.?(1|line|street)?$|street"),
    ("location.address_2", r"address.?(line.?)?2$|suite|\bunit\b|\bapt\b"),
    ("location.name", r"(site|location|facility|branch).?name|^(site|location)$"),
    ("service.faxes", r"fax"),
    ("service.phones", r"phone|^tel|hotline|toll.?free|mobile"),
    ("service.phone_names", r"(phone|tel).*(name|desc|label|type)"),
    ("service.email", r"e-?mail"),
    ("service.url", r"web|url|website|link|homepage"),
    ("service.hours", r"hours|schedule|open(ing)?|when"),
    ("service.languages", r"language|spoken"),
    ("service.eligibility", r"eligib|who (can|is)|target|population|serves|audience"),
    ("service.fees", r"fee|cost|price|payment"),
    ("service.application", r"appl(y|ication)|intake|how to|procedure|access"),
    ("service.minimum_age", r"min.*age|age.*(min|from|low)"),
    ("service.maximum_age", r"max.*age|age.*(max|to|high)"),
    ("service.documents", r"document|bring|paper"),
    ("service.assured", r"verif|assured|(last|date).?(review|confirm|check)|as.?of"),
    ("service.area", r"area.?served|served|coverage|service.?area"),
    ("service.area", r"area|county|region"),
    ("service.keywords", r"categor|taxonom|keyword|topic|type|\btags?\b|need"),
    ("location.accessibility", r"accessib|wheelchair|ada\b|disab"),
    ("location.transportation", r"transport|bus|transit"),
    ("service.status", r"^status$|active"),
    ("service.description", r"desc|about|summary|detail|notes?$|what"),
)
SHAPED = {
    "service.email": re.compile(rf"\s*{MAIL.pattern}\s*"),
    "service.url": re.compile(r"(https?://|www\.)\S+", re.IGNORECASE),
    "service.phones": re.compile(r"[+(]?1?[-. (]*\d{3}[-. )]+\d{3}[-. ]+\d{4}.{0,12}"),
    "location.postal_code": re.compile(r"\d{5}(-\d{4})?"),
    "location.latitude": re.compile(r"[2-6]\d\.\d{3,}"),
    "location.longitude": re.compile(r"-\d{2,3}\.\d{3,}"),
    "location.address": re.compile(
        r"\d+[A-Z]? [\w.' ]+\b(st|street|ave|avenue|rd|road|blvd|dr|drive|way|hwy|ln|lane)\b.*", re.I
    ),
    "service.hours": re.compile(r"(?=.*\b(mon|tue|wed|thu|fri|sat|sun|daily)).*\d.*(am|pm|:).*", re.I | re.S),
}  # fmt: skip
DIGITS = re.compile(r"(.*\d){7}.*", re.S)  # of a number to call
DAY = re.compile(r".*\b(19|20)\d\d\b.*|\d{1,2}[/.-]\d{1,2}[/.-]\d\d")  # in some writing
LOOKS = {"service.phones": DIGITS, "service.faxes": DIGITS, "service.assured": DAY}
NULLS = ("NA", "N/A", "NULL")
OFFICE = re.compile(r"agency|lead|mailing|billing|office", re.IGNORECASE)  # not where the service is
SEVERAL = {
    "service.phones", "service.phone_names", "service.faxes", "service.hours", "service.languages",
    "service.keywords",
}  # fmt: skip


def draft_profile(path: Path) -> str:
    """A profile as YAML, with a remark on each choice; columns that were not placed stand at its end.

    Looks at the first 400 records. Raises FileRefused for a file that cannot be read, or without a record.
    """
    opened = open_records(source(path))
    rows = [raw.content for raw in islice(opened.records, LOOKED_AT) if isinstance(raw, Raw)]
    if not rows:
        raise FileRefused(path.name, "row", "", "holds no record", "Export it again")
    values = _values(rows)
    chosen, why = _chosen(values)
    return _written(path.stem, opened.shape, values, chosen, why, len(rows))


def _values(rows: list[Mapping[str, object]]) -> dict[str, list[str]]:
    """The texts under every path, in the order in which paths occur."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for path, text in _leaves(row, "", 0):
            found[path].append(text)
    return found


def _leaves(value: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and depth <= DEEPEST:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list) and depth <= DEEPEST:
        for item in value:
            yield from _leaves(item, f"{path}.*", depth + 1)
    elif path:
        yield path, clean(value) if value is not None else ""


def _chosen(values: Mapping[str, list[str]]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Paths by our field, and why each was taken: names first, then shapes for what is left."""
    chosen: dict[str, list[str]] = defaultdict(list)
    why: dict[str, str] = {}
    for field, pattern in NAMED:
        for path in _in_turn(values, field):
            name = path.removesuffix(".*").rpartition(".")[2].replace("_", " ").casefold()
            is_free = path not in why and (field in SEVERAL or not chosen[field])
            if is_free and re.search(pattern.replace("_?", " ?"), name) and _fits(field, values[path]):
                chosen[field].append(path)
                why[path] = "by its name"
    for path, texts in values.items():
        for field, shape in SHAPED.items():
            is_free = path not in why and (field in SEVERAL or not chosen[field])
            if is_free and _share(shape, texts) >= SHARE:
                chosen[field].append(path)
                why[path] = "by what stands in it"
    if not chosen["organization.name"] and chosen["service.name"]:
        chosen["organization.name"] = list(chosen["service.name"])
    _pair_off(chosen, why)
    return {field: paths for field, paths in chosen.items() if paths}, why


def _pair_off(chosen: dict[str, list[str]], why: dict[str, str]) -> None:
    """Names of numbers stand only where each has its number at the same place; the others are not placed."""
    phones, names = chosen["service.phones"], chosen.pop("service.phone_names", [])
    ending = [re.sub(r"\D", "", path) for path in phones]
    if [re.sub(r"\D", "", path) for path in names] == ending[: len(names)]:
        chosen["service.phone_names"] = names
        return
    for path in names:
        del why[path]


def _in_turn(values: Mapping[str, list[str]], field: str) -> list[str]:
    """The columns in their order; for a place, those of a head office come last."""
    return sorted(values, key=lambda path: bool(OFFICE.search(path))) if "location" in field else list(values)


def _fits(field: str, texts: list[str]) -> bool:
    """Whether a column that is called right also holds what it is called; an identity tells rows apart."""
    given = [text for text in texts if text]
    if field == "service.identity":
        return len(set(given)) == len(texts)
    if field in LOOKS:
        return not given or _share(LOOKS[field], given) >= SHARE
    return field not in ("location.latitude", "location.longitude") or any("." in text for text in given)


def _share(shape: re.Pattern[str], texts: list[str]) -> float:
    given = [text for text in texts if text]
    return sum(bool(shape.fullmatch(text)) for text in given) / len(given) if given else 0.0


def _written(
    name: str, shape: str, values: Mapping[str, list[str]], chosen: Mapping[str, list[str]],
    why: Mapping[str, str], looked_at: int,
) -> str:  # fmt: skip
    own = chosen.get("service.identity")
    wanted = ("organization.name", "service.name", "location.address", "location.name")
    identity = own or list(dict.fromkeys(chosen[field][0] for field in wanted if field in chosen))
    head = {
        "name": f"directory_{re.sub(r'[^a-z0-9]+', '_', name.casefold()).strip('_')}",
        "about": "Say in a sentence whose directory this is.",
        "source_system": re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-"),
        "reads": shape, "region": "US",
        "null_words": [*NULLS, *(["None"] if _means_nothing(values, chosen) else [])],
        "identity": identity or [next(iter(values))],
    }  # fmt: skip
    lines = [
        f"# A proposal from the first {looked_at} records: read it, correct it, try it with --dry-run.",
        "# Every key is explained in docs/how-to/import-a-directory.md.",
        yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=110).rstrip(),
    ]
    for part in ("organization", "location", "service"):
        lines += _part(part, chosen, why)
    left = [path for path in values if path not in why]
    lines.append("# Not placed (add those that matter): " + (", ".join(left) or "none"))
    return "\n".join(lines) + "\n"


def _means_nothing(values: Mapping[str, list[str]], chosen: Mapping[str, list[str]]) -> bool:
    """Whether "None" stands for an empty cell; where only fees and papers say it, it is their answer."""
    answers = {*chosen.get("service.fees", ()), *chosen.get("service.documents", ())}
    said = {path for path, texts in values.items() if any(text.casefold() == "none" for text in texts)}
    return not said or bool(said - answers)


def _part(part: str, chosen: Mapping[str, list[str]], why: Mapping[str, str]) -> Iterator[str]:
    holds = part == "organization" or any(f.startswith(part) and f != "service.identity" for f in chosen)
    yield f"{part}:" if holds else f"{part}: {{}}"
    for field, paths in chosen.items():
        owner, _, key = field.partition(".")
        if owner == part and field != "service.identity":
            said = yaml.safe_dump(paths, default_flow_style=True, allow_unicode=True, width=10_000).strip()
            reasons = ", ".join(dict.fromkeys(why.get(path, "for want of a better one") for path in paths))
            yield f"  {key}: {said}  # {reasons}"
    if part == "organization" and "organization.name" not in chosen:
        yield "  name: WHICH_COLUMN  # nothing looked like the name of an organization: fill this in"
