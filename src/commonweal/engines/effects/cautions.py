"""Cautions in words, English and Spanish."""

from collections.abc import Mapping

from commonweal.engines.effects.values import Caution

WORDS: Mapping[str, tuple[str, str]] = {
    "no_comparison_group": (
        "No comparison group: whatever else changed at that time is counted as the effect.",
        "Sin grupo de comparación: todo lo demás que cambió entonces se cuenta como efecto.",
    ),
    "definition_changed": (
        "The definition of what is counted changed on {on}, within the window.",
        "La definición de lo contado cambió el {on}, dentro del periodo.",
    ),
    "level_break": (
        "The level changed on {on}, before the change studied (ratio {ratio}): was something recoded?",
        "El nivel cambió el {on}, antes del cambio estudiado (razón {ratio}): ¿se recodificó algo?",
    ),
    "trend_before": (
        "There was a trend before the change ({percent} % a year), which would have gone on without it.",
        "Ya había una tendencia antes del cambio ({percent} % al año), que habría seguido sin él.",
    ),
    "short_before": (
        "Only {days} days before the change; {wanted} or more are wanted.",
        "Solo {days} días antes del cambio; se necesitan {wanted} o más.",
    ),
    "short_after": (
        "Only {days} days after the change; {wanted} or more are wanted.",
        "Solo {days} días después del cambio; se necesitan {wanted} o más.",
    ),
    "few_periods": (
        "Only {periods} periods: how much they scatter cannot be told.",
        "Solo {periods} periodos: no se puede saber cuánto varían.",
    ),
    "season_not_covered": (
        "The months before and after differ, or there is less than a year before: season may explain it.",
        "Los meses de antes y después difieren, o hay menos de un año antes: puede deberse a la estación.",
    ),
    "few_events": (
        "Only {events} events on one side: chance alone moves this much.",
        "Solo {events} sucesos en un lado: el azar por sí solo mueve tanto.",
    ),
    "few_units": (
        "Only {units} units changed: what is particular to them cannot be told from the effect.",
        "Solo {units} unidades cambiaron: lo propio de ellas no se distingue del efecto.",
    ),
    "overdispersed": (
        "Counts scatter {factor} times as much as chance; the interval was widened for it.",
        "Los recuentos varían {factor} veces más que el azar; el intervalo se amplió por ello.",
    ),
    "no_untreated_units": (
        "Every unit was treated at some time: there is none to compare with throughout.",
        "Todas las unidades recibieron el cambio alguna vez: ninguna sirve de comparación constante.",
    ),
    "staggered_start": (
        "Units started at {starts} different times: this estimate also compares with units already treated.",
        "Las unidades empezaron en {starts} momentos: la estimación compara también con las ya tratadas.",
    ),
    "few_clusters": (
        "Only {clusters} units in all: the standard error is likely too small.",
        "Solo {clusters} unidades en total: el error estándar es probablemente demasiado pequeño.",
    ),
    "trend_untestable": (
        "Fewer than two periods before the start: whether trends were alike cannot be seen.",
        "Menos de dos periodos antes del inicio: no se puede ver si las tendencias eran iguales.",
    ),
}


def in_words(caution: Caution, language: str = "en") -> str:
    """The caution as a sentence in English, or in Spanish for "es"."""
    spanish = language.split("-")[0] == "es"
    values = {key: _told(value, spanish) for key, value in caution.params}
    return WORDS[caution.code][spanish].format(**values)


def _told(value: object, spanish: bool) -> object:
    """A number with the decimal mark of the language; anything else as it is."""
    if not isinstance(value, float):
        return value
    return f"{value:g}".replace(".", ",") if spanish else f"{value:g}"
