"""A metric: its definition as data (so that a reader can dispute it) and the name of its rule in code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commonweal.engines.measures.rows import Grain

LANGUAGES = ("en", "es")
WORDED = ("title", "sentence", "numerator", "denominator", "exclusions", "citation", "dispute")


FAMILIES = ("access", "diversion", "encounter", "linkage", "person")


class MetricError(ValueError):
    """A definition that cannot be used; the message names the metric, the field and the remedy."""


@dataclass(frozen=True)
class Benchmark:
    """A published figure to read beside the site's own: what it was, in words, and where it stands.

    `value` is a share or minutes, as the metric's unit; None where the source gives words alone.
    """

    said: Mapping[str, str]
    citation: str
    value: float | None = None


@dataclass(frozen=True)
class Metric:
    """The definition of one number. Worded fields hold English and Spanish; `window_days` 0 means none.

    `rule` names the function that computes it, `unit` what the value is in ("share", "minutes", "hours"),
    `citation` where the definition comes from, `dispute` what is contested about it, `family` the part of the
    work it speaks of, `sources` the fields of records it is made of, `benchmarks` what others published.
    """

    id: str
    version: int
    grain: Grain
    unit: str
    rule: str
    window_days: float
    title: Mapping[str, str]
    sentence: Mapping[str, str]
    numerator: Mapping[str, str]
    denominator: Mapping[str, str]
    exclusions: Mapping[str, str]
    citation: Mapping[str, str]
    dispute: Mapping[str, str]
    family: str = ""
    sources: tuple[str, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()


def metric_from(document: Mapping[str, object]) -> Metric:
    """A metric from a pack's document. MetricError names what is missing, unknown or of the wrong kind."""
    name = str(document.get("id", "(without id)"))
    known = set(Metric.__dataclass_fields__)
    if unknown := sorted(set(document) - known):
        raise MetricError(f"metric {name}: unknown field {unknown[0]!r}; use {', '.join(sorted(known))}")
    if missing := sorted(known - set(document) - {"benchmarks"}):
        raise MetricError(f"metric {name}: field {missing[0]!r} is missing; every definition states it")
    try:
        grain = Grain(str(document["grain"]))
    except ValueError:
        raise MetricError(
            f"metric {name}: grain {document['grain']!r}; use one of {', '.join(Grain)}"
        ) from None
    return Metric(
        id=name,
        version=int(number(name, "version", document)),
        grain=grain,
        unit=str(document["unit"]),
        rule=str(document["rule"]),
        window_days=number(name, "window_days", document),
        **{field: worded(name, field, document) for field in WORDED},
        family=one_of(name, "family", document, FAMILIES),
        sources=fields_of(name, document),
        benchmarks=benchmarks_of(name, document),
    )


def one_of(name: str, field: str, document: Mapping[str, object], allowed: tuple[str, ...]) -> str:
    """A word of a closed list."""
    value = str(document[field])
    if value not in allowed:
        raise MetricError(f"metric {name}: {field} {value!r}; use one of {', '.join(allowed)}")
    return value


def fields_of(name: str, document: Mapping[str, object]) -> tuple[str, ...]:
    """The fields of records that a metric is made of; at least one."""
    value = document["sources"]
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise MetricError(f"metric {name}: sources {value!r}; list its fields, call.received say")
    return tuple(str(one) for one in value)


def benchmarks_of(name: str, document: Mapping[str, object]) -> tuple[Benchmark, ...]:
    """Published figures, each with its words in every language and its citation."""
    value = document.get("benchmarks") or []
    if not isinstance(value, list) or not all(
        isinstance(one, Mapping) and one.get("citation") for one in value
    ):
        raise MetricError(f"metric {name}: benchmarks; give a list, each with said, citation and maybe value")
    return tuple(
        Benchmark(
            worded(name, "said", one),
            str(one["citation"]),
            number(name, "value", one) if one.get("value") is not None else None,
        )
        for one in value
    )


def number(name: str, field: str, document: Mapping[str, object]) -> float:
    """A number zero or more in `field`."""
    value = document[field]
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise MetricError(f"metric {name}: {field} {value!r}; give a number, zero or more")
    return float(value)


def worded(name: str, field: str, document: Mapping[str, object]) -> Mapping[str, str]:
    """The text of `field` in every language."""
    value = document.get(field)
    texts = value if isinstance(value, Mapping) else {}
    if odd := [key for key, text in texts.items() if not isinstance(text, str)]:
        raise MetricError(f"metric {name}: {field} {odd[0]!r} holds no text; quote text that holds a comma")
    if missing := [code for code in LANGUAGES if not texts.get(code)]:
        raise MetricError(
            f"metric {name}: {field} lacks {', '.join(missing)}; word it in {' and '.join(LANGUAGES)}"
        )
    return {code: str(texts[code]).strip() for code in LANGUAGES}


def registry(documents: Iterable[Mapping[str, object]]) -> dict[str, Metric]:
    """Metrics by id; MetricError when two share one."""
    metrics: dict[str, Metric] = {}
    for document in documents:
        metric = metric_from(document)
        if metric.id in metrics:
            raise MetricError(
                f"metric {metric.id}: defined twice; raise the version of one and remove the other"
            )
        metrics[metric.id] = metric
    return metrics
