"""Which pairs are worth comparing: those that share at least one key. The same rules in Python and SQL."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from commonweal.engines.linkage.records import Normal

LARGEST_BLOCK = 2_000  # a key shared by more records than this tells nothing (a shelter's telephone)


@dataclass(frozen=True)
class Rule:
    """A key that records of one person are likely to share ("" for none), and the same as SQL."""

    name: str
    key: Callable[[Normal], str]
    sql: str


def joined(*parts: str) -> str:
    """Parts as one key; "" when any is unknown."""
    return "|".join(parts) if all(parts) else ""


RULES: tuple[Rule, ...] = (
    Rule("born", lambda r: r.born, "l.born = r.born"),
    Rule("phone", lambda r: r.phone, "l.phone = r.phone"),
    Rule("identifier", lambda r: r.identifier, "l.identifier = r.identifier"),
    Rule("full_name", lambda r: joined(r.given, r.family), "l.given = r.given AND l.family = r.family"),
    Rule(
        "sound_and_year",
        lambda r: joined(r.sound, r.born[:4], r.given[:1]),
        "l.sound = r.sound AND l.born[1:4] = r.born[1:4] AND l.given[1:1] = r.given[1:1]",
    ),
    Rule(
        "ssn_and_sound",
        lambda r: joined(r.ssn_last4, r.sound),
        "l.ssn_last4 = r.ssn_last4 AND l.sound = r.sound",
    ),
    Rule(
        "names_either_way",
        lambda r: joined(*sorted((r.given, r.family))) if r.given and r.family else "",
        "least(l.given, l.family) = least(r.given, r.family) "
        "AND greatest(l.given, l.family) = greatest(r.given, r.family)",
    ),
    Rule(
        "day_month_and_sound",
        lambda r: joined(*sorted((r.born, r.swapped)), r.sound) if r.born else "",
        "least(l.born, l.swapped) = least(r.born, r.swapped) AND l.sound = r.sound",
    ),
)


def candidate_pairs(records: Sequence[Normal]) -> Iterator[tuple[Normal, Normal]]:
    """Every pair that shares a key, once, in order of id within the pair."""
    seen: set[tuple[str, str]] = set()
    for rule in RULES:
        blocks: defaultdict[str, list[Normal]] = defaultdict(list)
        for record in records:
            if key := rule.key(record):
                blocks[key].append(record)
        for block in blocks.values():
            if len(block) <= LARGEST_BLOCK:
                for a, b in combinations(sorted(block, key=lambda r: r.id), 2):
                    if (a.id, b.id) not in seen:
                        seen.add((a.id, b.id))
                        yield a, b
