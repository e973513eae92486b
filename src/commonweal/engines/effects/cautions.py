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
    "rows_doubled": (
        "{unit} has more than one row at time {time}: is the panel what it should be?",
        "{unit} tiene más de una fila en el momento {time}: ¿es el panel lo que debería ser?",
    ),
    "treatment_ends": (
        "Some units are untreated again later: what outlasts the treatment is counted against it.",
        "Algunas unidades dejan luego el cambio: lo que dura más que él se cuenta en su contra.",
    ),
    "trends_differ": (
        "Those treated were already moving apart before the start (p {p}): the effect may be that.",
        "Quienes recibieron el cambio ya se apartaban antes del inicio (p {p}): el efecto puede ser eso.",
    ),
    "placebo_effect": (
        "A start pretended earlier, when nothing had begun, shows an effect as well (p {p}).",
        "Un inicio fingido antes, cuando nada había empezado, también muestra un efecto (p {p}).",
    ),
    "one_unit_decides": (
        "Without a single one of the units the effect changes its sign.",
        "Sin una sola de las unidades el efecto cambia de signo.",
    ),
    "few_treated": (
        "Only {clusters} treated clusters: p and interval come from permuting who was treated. No p below "
        "{smallest} can come out here, however large the effect.",
        "Solo {clusters} grupos recibieron el cambio: p e intervalo salen de permutar quién lo recibió. Aquí "
        "no puede salir un p menor que {smallest}, por grande que sea el efecto.",
    ),
    "few_drawn": (
        "Only {clusters} were drawn into the smaller arm: p and interval come from drawing again. No p "
        "below {smallest} can come out here, however large the effect.",
        "Solo {clusters} quedaron en el brazo menor: p e intervalo salen de repetir el sorteo. Aquí no puede "
        "salir un p menor que {smallest}, por grande que sea el efecto.",
    ),
    "few_steps": (
        "Only {clusters} clusters: p and interval come from drawing the order of the steps again. No p "
        "below {smallest} can come out here, however large the effect.",
        "Solo {clusters} grupos: p e intervalo salen de sortear otra vez el orden de los pasos. Aquí no "
        "puede salir un p menor que {smallest}, por grande que sea el efecto.",
    ),
    "slopes_shared": (
        "{covariates} covariates are too many for slopes of their own in an arm of {clusters}: both arms "
        "share them.",
        "{covariates} covariables son demasiadas para pendientes propias en un brazo de {clusters}: los dos "
        "brazos las comparten.",
    ),
    "draw_lopsided": (
        "The lot left {name} uneven between the arms ({difference} standard deviations); adjusted for.",
        "El sorteo dejó {name} desigual entre los brazos ({difference} desviaciones estándar); se ajustó.",
    ),
    "draw_doubtful": (
        "The arms differ in what was so before the draw more than a lot would make them (p {p}): was the lot "
        "kept to?",
        "Los brazos difieren en lo anterior al sorteo más de lo que haría el azar (p {p}): ¿se respetó?",
    ),
    "variances_unsettled": (
        "How much clusters differ could not be estimated: they count as alike, and the error allows for it.",
        "No se pudo estimar cuánto difieren los grupos: cuentan como iguales y el error lo tiene en cuenta.",
    ),
    "units_without_before": (
        "{units} clusters had begun by the first period: there is no before for them.",
        "{units} grupos ya habían empezado en el primer periodo: no hay un antes para ellos.",
    ),
    "effect_moves": (
        "The effect grows or fades with the time since the start (p {p}): one number does not tell it, read "
        "it period by period.",
        "El efecto crece o se apaga con el tiempo desde el inicio (p {p}): un solo número no lo dice, léalo "
        "periodo a periodo.",
    ),
    "not_permutable": (
        "Only {clusters} treated clusters, and the treatment cannot be permuted over them: do not believe "
        "the interval.",
        "Solo {clusters} grupos recibieron el cambio, y no puede permutarse: no crea el intervalo.",
    ),
    "units_incomplete": (
        "{units} units without a row at every time were left out.",
        "Se omitieron {units} unidades sin fila en todos los momentos.",
    ),
    "units_always_treated": (
        "{units} units treated from the first time on were left out: there is no before.",
        "Se omitieron {units} unidades con el cambio desde el primer momento: no hay un antes.",
    ),
    "small_group": (
        "One group has only {units} units: its errors, and averages over it, are unreliable.",
        "Un grupo tiene solo {units} unidades: sus errores, y las medias que lo incluyen, no son fiables.",
    ),
    "cells_without_overlap": (
        "{cells} group-times were left out: the covariates tell treated from untreated units without fail.",
        "Se omitieron {cells} grupos-momentos: las covariables distinguen sin falta a los tratados.",
    ),
    "poor_fit": (
        "The comparison does not follow the treated unit before the start (error {ratio} of its scatter).",
        "La comparación no sigue a la unidad antes del inicio (error {ratio} de su propia variación).",
    ),
    "few_donors": (
        "Only {donors} comparison units: no p below {smallest} can come out, however large the effect.",
        "Solo {donors} unidades de comparación: no puede salir un p menor que {smallest}.",
    ),
    "one_unit_carries": (
        "{unit} makes up {percent} % of the comparison: what happened there decides.",
        "{unit} constituye el {percent} % de la comparación: lo que pasó allí decide.",
    ),
    "one_series": (
        "One series without a comparison: anything else that changed at that time is counted as the effect.",
        "Una serie sin comparación: todo lo demás que cambió entonces se cuenta como efecto.",
    ),
    "errors_correlated": (
        "What is left over is correlated in time beyond what the errors allow for (p {p}).",
        "Lo que queda está correlacionado en el tiempo más de lo que admiten los errores (p {p}).",
    ),
    "few_before": (
        "Only {periods} periods on one side of the change; eight or more are wanted.",
        "Solo {periods} periodos a un lado del cambio; se necesitan ocho o más.",
    ),
    "heaped": (
        "There are {ratio} times as many just above the cut-off as just below (p {p}): was it arranged?",
        "Hay {ratio} veces más justo encima del corte que justo debajo (p {p}): ¿se arregló la puntuación?",
    ),
    "few_near": (
        "Only {rows} rows near the cut-off on one side.",
        "Solo {rows} filas cerca del corte en un lado.",
    ),
    "rows_separated": (
        "{rows} rows were left out: their unit or time never had an event, and says nothing of a ratio.",
        "Se omitieron {rows} filas: su unidad o momento nunca tuvo un suceso, y nada dice de una razón.",
    ),
    "hazards_not_proportional": (
        "The hazard ratio of {name} changes over time (p {p}): one number does not tell it.",
        "La razón de riesgos de {name} cambia con el tiempo (p {p}): un solo número no la dice.",
    ),
    "much_censored": (
        "{percent} % were not watched to the end: times beyond are known for few.",
        "El {percent} % no se observó hasta el final: los tiempos posteriores se conocen de pocos.",
    ),
    "interval_is_pooled": (
        "p and interval belong to another reading of the same data, all starts pooled ({estimate}): the two "
        "disagree, and neither is to be quoted alone.",
        "p e intervalo son de otra lectura de los mismos datos, con los inicios juntos ({estimate}): las dos "
        "no concuerdan y ninguna debe citarse sola.",
    ),
    "few_per_covariate": (
        "Only {events} events for each covariate; ten or more are wanted.",
        "Solo {events} sucesos por covariable; se necesitan diez o más.",
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
