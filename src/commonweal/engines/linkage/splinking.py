"""Training and predicting with Splink on DuckDB in memory. Imported only where a run is large enough.

No labels: u from random pairs, m by expectation maximisation (Winkler 2000; Linacre et al. 2022).
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from commonweal.engines.linkage.blocking import RULES
from commonweal.engines.linkage.levels import FIELDS
from commonweal.engines.linkage.model import FIXED, Chances, Model
from commonweal.engines.linkage.records import Normal

if TYPE_CHECKING:
    from splink import Linker

LEARNED = 0.95  # the rest comes from the fixed chances, so that a level never seen is not held impossible
RECALL = 0.7  # share of true pairs that the strict rules below are taken to find
STRICT = (
    "l.given = r.given AND l.family = r.family AND l.born = r.born",
    "l.phone = r.phone AND l.born = r.born",
)
TRAINING_BLOCKS = ("l.born = r.born", "l.given = r.given AND l.family = r.family", "l.phone = r.phone")
RARE_NAMES = ("given", "family")
Weights = dict[str, float]


def row(record: Normal) -> dict[str, object]:
    """A record as a row of the table: unknown values are NULL, sets are lists."""
    values: dict[str, object] = {name: getattr(record, name) or None for name in Normal.__dataclass_fields__}
    return values | {"full_names": sorted(record.full_names), "surnames": sorted(record.surnames)}


def comparison(
    name: str, missing_sql: str, levels: Sequence[tuple[str, str]], chances: Chances
) -> dict[str, object]:
    """A Splink comparison of one field; `chances` may be empty before training."""
    known = chances.get(name)
    described: list[dict[str, object]] = [{"sql_condition": missing_sql, "is_null_level": True}]
    for place, (label, sql) in enumerate(levels):
        level: dict[str, object] = {"sql_condition": sql, "label_for_charts": label}
        if known:
            level |= {"m_probability": known[place][0], "u_probability": known[place][1]}
        described.append(level)
    return {"output_column_name": name, "comparison_levels": described}


def linker(records: Sequence[Normal], chances: Chances, prior: float, link_type: str) -> "Linker":
    """A Splink linker over `records`, split by source where only links across sources are wanted."""
    import pyarrow as pa
    from splink import Linker, SettingsCreator
    from splink.internals.duckdb.database_api import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    fields = [field for field in FIELDS if not chances or field.name in chances]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        probability_two_random_records_match=prior,
        comparisons=[
            comparison(f.name, f.missing_sql, [(level.name, level.sql) for level in f.levels], chances)
            for f in fields
        ],
        blocking_rules_to_generate_predictions=[blocked(rule.sql, link_type) for rule in RULES],
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=False,
    )
    table = DuckDBAPI().register(pa.Table.from_pylist([row(record) for record in records]))
    return Linker(table, settings, log_level=None)


def blocked(sql: str, link_type: str) -> dict[str, object]:
    """A blocking rule that also keeps to pairs within or across sources."""
    sources = {"link": " AND l.source <> r.source", "dedupe": " AND l.source = r.source", "both": ""}
    return {"blocking_rule": sql + sources[link_type], "sql_dialect": "duckdb"}


def train(records: Sequence[Normal], link_type: str, seed: int) -> Model:
    """Learn m, u and the prior from the records themselves.

    A field that is empty everywhere, or that training cannot reach, keeps its fixed chances.
    """
    from splink.internals.exceptions import EMTrainingException

    trained = linker(records, {}, 1e-4, link_type)
    trained.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    trained.training.estimate_probability_two_random_records_match(list(STRICT), recall=RECALL)
    for rule in TRAINING_BLOCKS:
        try:
            trained.training.estimate_parameters_using_expectation_maximisation(rule)
        except EMTrainingException:  # no pair shares this rule's values: the next one may teach
            continue
    learned = cast(Mapping[str, object], trained.misc.save_model_to_json())
    prior = cast(float, learned["probability_two_random_records_match"])
    return Model(
        chances=dict(chances_of(learned)),
        prior=min(max(prior, 1e-9), 0.5),
        trained=True,
        frequency={name: frequencies(records, name) for name in RARE_NAMES},
    )


def chances_of(learned: Mapping[str, object]) -> Iterator[tuple[str, tuple[tuple[float, float], ...]]]:
    """m and u by field from Splink's model, drawn a little to the fixed ones and scaled to sum to one."""
    for described in cast(list[Mapping[str, object]], learned["comparisons"]):
        name = str(described["output_column_name"])
        levels = cast(list[Mapping[str, object]], described["comparison_levels"])[1:]
        pairs = [
            (chance(level, "m_probability", m), chance(level, "u_probability", u))
            for level, (m, u) in zip(levels, FIXED[name], strict=True)
        ]
        m_sum, u_sum = (sum(column) for column in zip(*pairs, strict=True))
        yield name, tuple((m / m_sum, u / u_sum) for m, u in pairs)


def chance(level: Mapping[str, object], key: str, fixed: float) -> float:
    """A learned chance drawn towards the fixed one, or the fixed one where none was learned."""
    value = level.get(key)
    return LEARNED * value + (1 - LEARNED) * fixed if isinstance(value, float) else fixed


def frequencies(records: Sequence[Normal], name: str) -> dict[str, float]:
    """How common each value of a field is, as a share of the records that have one."""
    counts = Counter(value for record in records if (value := getattr(record, name)))
    total = sum(counts.values())
    return {value: count / total for value, count in counts.items()}


def predict(
    records: Sequence[Normal], model: Model, link_type: str, lowest: float
) -> Iterator[tuple[str, str, Weights]]:
    """Pairs of ids whose weight may reach `lowest` bits, with weights by field, rarity of names left out."""
    predicted = linker(records, model.chances, model.prior, link_type).inference.predict(
        threshold_match_weight=lowest
    )
    for found in predicted.as_record_list():
        yield found["id_l"], found["id_r"], {name: found[f"mw_{name}"] for name in model.chances}
