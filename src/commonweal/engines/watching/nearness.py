"""How near the person is to the worker, and how many look at them."""

from collections.abc import Iterator
from dataclasses import dataclass

from commonweal.engines.watching.evidence import Evidence
from commonweal.engines.watching.rules import Rules


@dataclass(frozen=True, slots=True)
class Near:
    """What is known of worker and person; everything false and `metres` None where nothing is recorded."""

    is_self: bool = False
    related: bool = False
    same_surname: bool = False
    same_address: bool = False
    same_block: bool = False
    metres: float | None = None
    colleague: bool = False


@dataclass(frozen=True, slots=True)
class Renown:
    """Whether the site marked the person as of public interest; how many looked without a tie of late."""

    of_interest: bool = False
    lookers: int = 0


NOBODY = Near()
UNKNOWN = Renown()


def near_evidence(near: Near, rules: Rules) -> Iterator[Evidence]:
    """Evidence of self, family, neighbour and colleague."""
    for code in ("is_self", "related", "same_surname", "same_address", "colleague"):
        if getattr(near, code):
            yield Evidence(code)
    if near.same_block and not near.same_address:
        yield Evidence("same_block")
    if near.metres is not None and near.metres <= rules.numbers["walk_metres"] and not near.same_address:
        yield Evidence("within_walk", int(near.metres))


def renown_evidence(renown: Renown, rules: Rules) -> Iterator[Evidence]:
    """Evidence that the person is looked at because they are known."""
    if renown.of_interest:
        yield Evidence("of_interest")
    for code in ("crowd", "great_crowd"):
        if renown.lookers >= rules.numbers[code]:
            yield Evidence(code, renown.lookers)
