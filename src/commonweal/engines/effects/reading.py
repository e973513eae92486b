"""What a design can show and cannot, in plain words, English and Spanish: read out with every estimate."""

from collections.abc import Mapping

CANNOT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "did": (
        ("That the two sides would have moved alike without the change: it is assumed, the pre-trend only "
         "tests the time before.",
         "Que ambos lados se habrían movido igual sin el cambio: se supone; la tendencia previa solo prueba "
         "el tiempo anterior."),
        ("What else began at the same time in the same places.",
         "Qué más empezó al mismo tiempo en los mismos lugares."),
    ),
    "event_study": (
        ("That later years would have gone on as before: flat leads make it likelier, they do not prove it.",
         "Que los años siguientes habrían continuado igual: unos adelantos planos lo hacen más probable, no "
         "lo prueban."),
        ("What else began at the same time in the same places.",
         "Qué más empezó al mismo tiempo en los mismos lugares."),
    ),
    "staggered": (
        ("Effects of those treated from the first time on, and of anybody after the comparison ends.",
         "Efectos en quienes tuvieron el cambio desde el principio, ni después de acabar la comparación."),
        ("That early and late starters would have moved alike: starting early is seldom chance.",
         "Que quienes empezaron pronto y tarde se habrían movido igual: empezar pronto rara vez es azar."),
    ),
    "synthetic_control": (
        ("How sure the number is in the usual sense: p only says how unusual the unit is among the others.",
         "La seguridad del número en el sentido habitual: p solo dice lo inusual que es la unidad."),
        ("Effects that spread to the comparison units.", "Efectos que llegan a las unidades de comparación."),
    ),
    "synthetic_did": (
        ("That the weighted comparison would have moved alike after the start.",
         "Que la comparación ponderada se habría movido igual tras el inicio."),
        ("Effects that spread to the comparison units.", "Efectos que llegan a las unidades de comparación."),
    ),
    "its": (
        ("What else changed at the same moment: there is no comparison but the series' own past.",
         "Qué más cambió en el mismo momento: no hay más comparación que el pasado de la serie."),
        ("That the trend before would have gone on as a straight line.",
         "Que la tendencia anterior habría seguido en línea recta."),
    ),
    "rd": (
        ("Effects on anybody far from the cut-off.", "Efectos en quien está lejos del corte."),
        ("What else is decided by the same cut-off.", "Qué más se decide por el mismo corte."),
    ),
    "poisson_fe": (
        ("That both sides would have changed by the same percentage without the change.",
         "Que ambos lados habrían cambiado en el mismo porcentaje sin el cambio."),
        ("Whether events or their being reported changed.", "Si cambiaron los sucesos o su notificación."),
    ),
    "survival": (
        ("Effects: groups that were not drawn by lot differ in more than what was measured.",
         "Efectos: los grupos no sorteados difieren en más de lo medido."),
        ("That those lost from sight fared like the others: it is assumed.",
         "Que a quienes se perdió de vista les fue como a los demás: se supone."),
    ),
    "randomised": (
        ("Effects on others than those who were in the draw, or at another time.",
         "Efectos en quienes no entraron en el sorteo, ni en otro momento."),
        ("Why it worked or did not: the lot says whether, not how.",
         "Por qué funcionó o no: el sorteo dice si funcionó, no cómo."),
        ("What it did for those who took it up: everybody counts as drawn, whatever they then did.",
         "Lo que hizo en quienes lo recibieron de verdad: cada cual cuenta como salió en el sorteo."),
    ),
    "cluster_randomised": (
        ("Effects that reach across a border: who lives beside an area with it may have had some of it.",
         "Efectos que cruzan un límite: quien vive junto a una zona con ello puede haber recibido parte."),
        ("Effects on areas that were not in the draw.", "Efectos en zonas que no entraron en el sorteo."),
        ("Why it worked or did not: the lot says whether, not how.",
         "Por qué funcionó o no: el sorteo dice si funcionó, no cómo."),
    ),
    "stepped_wedge": (
        ("What it would do in the long run: nobody is left to compare with once the last has begun.",
         "Lo que haría a la larga: cuando empieza el último no queda con quién comparar."),
        ("An effect that grows or fades: one number averages it unevenly, more of the first periods than of "
         "the later.",
         "Un efecto que crece o se apaga: un solo número lo promedia de forma desigual, más los primeros "
         "periodos que los últimos."),
        ("That something else in the same weeks did not touch early and late starters unlike.",
         "Que otra cosa en las mismas semanas no tocara distinto a quienes empezaron pronto y tarde."),
    ),
    "rates": (
        ("Effects: groups differ in more than their name.",
         "Efectos: los grupos no solo difieren en el nombre."),
        ("Whether events or their being reported differ.", "Si difieren los sucesos o su notificación."),
    ),
    "before_after": (
        ("What else changed at that time.", "Qué más cambió entonces."),
        ("Whether events or their being reported changed.", "Si cambiaron los sucesos o su notificación."),
    ),
    "power": (
        ("What will happen: it is what the past's scatter would have let be seen.",
         "Lo que ocurrirá: es lo que la variación pasada habría dejado ver."),
    ),
}  # fmt: skip


def cannot_show(design: str, language: str = "en") -> list[str]:
    """What this design leaves open, as sentences; empty for a design that is not known."""
    spanish = language.split("-")[0] == "es"
    return [sentence[spanish] for sentence in CANNOT.get(design, ())]


def in_a_sentence(
    estimate: float, low: float, high: float, p_value: float, scale: str = "difference", language: str = "en"
) -> str:
    """The estimate in a sentence that a null result is not ashamed of."""
    spanish = language.split("-")[0] == "es"
    null = 1.0 if scale == "ratio" else 0.0
    none = low <= null <= high
    numbers = [f"{value:.4g}" for value in (estimate, low, high, p_value)]
    if spanish:
        numbers = [text.replace(".", ",") for text in numbers]
        said = "No se distingue de ningún efecto" if none else "Se distingue de ningún efecto"
        kind = "razón" if scale == "ratio" else "cambio"
        one, low_, high_, p = numbers
        return f"{said}: {kind} {one}; los datos admiten desde {low_} hasta {high_} (p {p})."
    said = "Not told apart from no effect" if none else "Told apart from no effect"
    kind = "ratio" if scale == "ratio" else "change"
    one, low_, high_, p = numbers
    return f"{said}: {kind} {one}, and anything from {low_} to {high_} fits the data (p {p})."
