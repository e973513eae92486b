"""A fault in a pack says where it stands and what to do: whoever writes law as data reads no Python.

Each message is told to the letter, from its place on: a place that is wrong or missing costs an evening.
"""

from __future__ import annotations

from typing import cast

import pytest

from commonweal.engines.disclosure import Policy, PolicyError
from engines.disclosure.desk import FEDERAL
from engines.disclosure.test_compiling import pack, rules

UNDEFINED = "'nonsense' is neither a fact nor a term; define it under terms or correct the spelling"
GRANT, LIMIT, WORDS = "us.role.dispatcher.on_call", "us.limit.part2_proceedings", "us_federal.vocabulary"
LIST, TABLE = "expected a list of words, found ", "expected a mapping of names, found "
ROWS = "expected a list of rules, found "
UNKNOWN = " is not in the vocabulary; correct the spelling"


def complaint(base: dict[str, object]) -> str:
    """What the compiler says of a pack that it refuses."""
    with pytest.raises(PolicyError) as caught:
        Policy.compile([base])
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "change", "where", "what"),
    [
        ("bars", {"stage": None}, "bars.us.gate.unknown", "'stage' is missing; write a sentence"),
        ("bars", {"stage": "later"}, "bars.us.gate.unknown",
         "stage 'later' is unknown; use gate, gone, conflict, bulk, counts, purpose, national, state"),
        ("bars", {"when": "nonsense"}, "us.gate.unknown.when", UNDEFINED),
        ("bars", {"wen": "x"}, "bars.us.gate.unknown", "unknown key wen;"),
        ("bars", {"basis": ["X"]}, "us.gate.unknown.basis", "X" + UNKNOWN),
        ("bars", {"basis": "X"}, "us.gate.unknown", LIST + "'X'"),
        ("bars", {"id": None}, "rule", "'id' is missing; write a sentence"),
        ("bars", {"says": ""}, "us.gate.unknown", "'says' is missing; write a sentence"),
        ("bars", {"effective": "soon"}, "bars.us.gate.unknown", TABLE + "str"),
        ("grants", {"wen": "x"}, "grants.us.role.dispatcher.on_call", "unknown key wen;"),
        ("grants", {"when": "nonsense"}, GRANT + ".when", UNDEFINED),
        ("grants", {"ground": "whim"}, GRANT + ".ground", "whim" + UNKNOWN),
        ("grants", {"ground": None}, GRANT, "'ground' is missing; write a sentence"),
        ("grants", {"who": ["nobody"]}, GRANT + ".who", "nobody" + UNKNOWN),
        ("grants", {"who": "x"}, GRANT + ".who", LIST + "'x'"),
        ("grants", {"purposes": ["fun"]}, GRANT, "fun" + UNKNOWN),
        ("grants", {"purposes": "fun"}, GRANT + ".purposes", LIST + "'fun'"),
        ("grants", {"regimes": ["fun"]}, GRANT + ".regimes", "fun" + UNKNOWN),
        ("grants", {"regimes": "fun"}, GRANT, LIST + "'fun'"),
        ("grants", {"ground": "threat"}, GRANT,
         "only role grants may leave regimes to the matrix; name its regimes"),
        ("grants", {"opens": {"dreams": "all"}}, GRANT + ".opens", "dreams" + UNKNOWN),
        ("grants", {"opens": None}, GRANT + ".opens", TABLE + "NoneType"),
        ("grants", {"opens": {"identity": "dreams"}}, GRANT + ".opens.identity", "dreams" + UNKNOWN),
        ("grants", {"opens": {"identity": 5}}, GRANT + ".opens.identity", LIST + "5"),
        ("grants", {"ground": "consent", "regimes": ["part2"], "form": "oath"}, GRANT + ".form",
         "oath" + UNKNOWN),
        ("grants", {"ground": "consent", "regimes": ["part2"]}, GRANT, "'form' is missing; write a sentence"),
        ("grants", {"consent": "nonsense"}, GRANT + ".consent", UNDEFINED),
        ("limits", {"wen": "x"}, "limits.us.limit.part2_proceedings", "unknown key wen;"),
        ("limits", {"when": "nonsense"}, LIMIT + ".when", UNDEFINED),
        ("limits", {"removes": ["dreams"]}, LIMIT + ".removes", "dreams" + UNKNOWN),
        ("limits", {"removes": "dreams"}, LIMIT, LIST + "'dreams'"),
        ("limits", {"spares": "x"}, LIMIT + ".spares", ROWS + "str"),
        ("limits", {"spares": [{"x": 1}]}, LIMIT + ".spares", "unknown key x;"),
        ("limits", {"spares": [{"grounds": ["whim"]}]}, LIMIT + ".spares", "whim" + UNKNOWN),
        ("limits", {"spares": [{"grounds": "whim"}]}, LIMIT, LIST + "'whim'"),
        ("limits", {"spares": [{"forms": "whim"}]}, LIMIT, LIST + "'whim'"),
        ("limits", {"spares": [{"when": "nonsense"}]}, LIMIT + ".spares", UNDEFINED),
        ("duties", {"wen": "x"}, "duties.us.duty.log_denial", "unknown key wen;"),
        ("duties", {"upon": "later"}, "duties.us.duty.log_denial",
         "upon 'later' is unknown; use grant, denial or any"),
        ("duties", {"owes": "thanks"}, "duties", "thanks" + UNKNOWN),
        ("duties", {"owes": None}, "us.duty.log_denial", "'owes' is missing; write a sentence"),
        ("duties", {"grounds": "x"}, "duties.us.duty.log_denial", LIST + "'x'"),
        ("duties", {"when": "nonsense"}, "us.duty.log_denial.when", UNDEFINED),
        ("regimes", {"wen": "x"}, "regimes.victim_service", "unknown key wen;"),
        ("regimes", {"when": "nonsense"}, "victim_service.when", UNDEFINED),
        ("regimes", {"matrix": "nonsense"}, "victim_service.matrix", UNDEFINED),
        ("remedies", {"wen": "x"}, "remedies", "unknown key wen;"),
        ("remedies", {"says": None}, "remedies", "'says' is missing; write a sentence"),
        ("remedies", {"facts": "x"}, "remedies", TABLE + "str"),
        ("remedies", {"facts": {"luck": True}}, "remedies",
         "'Sign in again.' supposes facts that are not in the vocabulary; correct them"),
    ],
)  # fmt: skip
def test_in_a_rule(kind: str, change: dict[str, object], where: str, what: str) -> None:
    base = pack(FEDERAL)
    rules(base, kind)[0].update(change)
    assert complaint(base).startswith(f"{where}: {what}")


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        ({"bars": "x"}, "us_federal.bars", ROWS + "str"),
        ({"bars": ["x"]}, "us_federal.bars[0]", TABLE + "str"),
        ({"remedies": "x"}, "remedies", ROWS + "str"),
        ({"consent_valid": "nonsense"}, "consent_valid", UNDEFINED),
        ({"roles": "x"}, "roles", TABLE + "str"),
        ({"roles": {"nobody": {}}}, "roles", "nobody" + UNKNOWN),
        ({"roles": {"hospital": {"fun": True}}}, "roles.hospital", "fun" + UNKNOWN),
        ({"roles": {"hospital": "x"}}, "roles.hospital", TABLE + "str"),
        ({"roles": {"hospital": {"treatment": "nonsense"}}}, "roles.hospital.treatment", UNDEFINED),
        ({"sets": "x"}, "sets", TABLE + "str"),
        ({"sets": {"IDP": "x"}}, "sets.IDP", LIST + "'x'"),
        ({"lists": "x"}, "lists", TABLE + "str"),
        ({"lists": {"police": "x"}}, "police", LIST + "'x'"),
        ({"lists": {"police": ["nobody"]}}, "lists.police", "nobody" + UNKNOWN),
        ({"terms": "x"}, "terms", TABLE + "str"),
        ({"obligations": "x"}, "obligations", LIST + "'x'"),
        ({"owners": "x"}, "owners", TABLE + "str"),
        ({"owners": {"dreams": "ecc"}}, "owners", "dreams" + UNKNOWN),
        ({"owners": {"identity": "nobody"}}, "owners", "nobody" + UNKNOWN),
        ({"bases": "x"}, "bases", TABLE + "str"),
        ({"vocabulary": "x"}, WORDS, TABLE + "str"),
        ({"kind": "x"}, "us_federal", "kind 'x' is unknown; use base, national, state"),
        ({"pack": None}, "pack", "'pack' is missing; write a sentence"),
        ({"jurisdiction": None}, "us_federal", "'jurisdiction' is missing; write a sentence"),
        ({"effective": "soon"}, "us_federal", TABLE + "str"),
        ({"effective": {"from": "soon"}}, "us_federal", "'soon' is not a date; write it as 2024-04-16"),
        ({"hopes": 1}, "us_federal (base pack)", "unknown key hopes;"),
    ],
)  # fmt: skip
def test_in_a_part_of_the_pack(change: dict[str, object], where: str, what: str) -> None:
    assert complaint({**pack(FEDERAL), **change}).startswith(f"{where}: {what}")


@pytest.mark.parametrize(
    ("part", "change", "where", "what"),
    [
        ("terms", {"on_call": "nonsense"}, "terms.on_call", UNDEFINED),
        ("vocabulary", {"values": "x"}, WORDS + ".values", TABLE + "str"),
        ("vocabulary", {"categories": "x"}, WORDS + ".categories", TABLE + "str"),
        ("vocabulary", {"categories": {"identity": "x"}}, WORDS + ".identity", LIST + "'x'"),
        ("vocabulary", {"actors": "x"}, WORDS + ".actors", LIST + "'x'"),
        ("vocabulary", {"separate": "x"}, WORDS, LIST + "'x'"),
        ("vocabulary", {"separate": ["dreams"]}, WORDS + ".separate", "dreams" + UNKNOWN),
        ("vocabulary", {"never": ["dreams"]}, WORDS + ".never", "dreams" + UNKNOWN),
        ("vocabulary", {"never": "x"}, WORDS, LIST + "'x'"),
        ("vocabulary", {"purposes": "x"}, WORDS + ".purposes", LIST + "'x'"),
        ("vocabulary", {"forms": "x"}, WORDS + ".forms", LIST + "'x'"),
        ("vocabulary", {"values": {"source_program": "x"}}, WORDS + ".source_program", LIST + "'x'"),
    ],
)  # fmt: skip
def test_in_a_word(part: str, change: dict[str, object], where: str, what: str) -> None:
    base = pack(FEDERAL)
    cast("dict[str, object]", base[part]).update(change)
    assert complaint(base).startswith(f"{where}: {what}")


def test_a_list_of_regimes_that_is_none_is_named() -> None:
    assert complaint({**pack(FEDERAL), "regimes": "all"}).startswith("regimes: " + ROWS)


def test_a_term_that_a_nation_restates_wrongly_is_named() -> None:
    """The fault stands in the other pack; the term's name is what leads there."""
    base = pack(FEDERAL)
    name = next(iter(cast("dict[str, object]", base["terms"])))
    other = {"pack": "utopia", "version": "1", "kind": "national", "jurisdiction": "UK"}
    with pytest.raises(PolicyError) as caught:
        Policy.compile([base, {**other, "terms": {name: "nonsense"}}])
    assert str(caught.value) == f"terms.{name}: {UNDEFINED}"
