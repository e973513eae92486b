"""Which design fits what happened: an evaluator's answers in, a design with its reasons and its limits out.

Only what is known before the outcome is seen goes in: who began when, how many never did, how many periods
lie on either side. The order of preference is that of the designs' assumptions, weakest first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb

from commonweal.engines.effects.panel import FEW_TREATED
from commonweal.engines.effects.values import Caution

DESIGNS = ("its", "staggered", "synthetic_control", "did", "cluster_randomised", "stepped_wedge")
ROLLOUTS = ("once", "steps", "lot", "everywhere")
DONORS = 6  # comparison units that a synthetic control wants
BEFORE = 12  # periods before the start that it is fitted on
WANTED_BEFORE = 2
DRAWN = ("cluster_randomised", "stepped_wedge")  # the lot stands in for like trends


@dataclass(frozen=True)
class Answers:
    """What the evaluator said. `starts` gives, for each unit, the number of the first period with the change.

    None for a unit that never had it. Periods are numbered from 0 to `periods` - 1; `rollout` is one of
    ROLLOUTS: all at once, in steps, drawn by lot, everywhere at the same time.
    """

    rollout: str
    starts: Mapping[str, int | None]
    periods: int

    def __post_init__(self) -> None:
        """Refuse answers that contradict one another; the message names the field and what to change."""
        if self.rollout not in ROLLOUTS:
            raise ValueError(f"rollout: {self.rollout!r}; use one of {', '.join(ROLLOUTS)}")
        if not self.begun:
            raise ValueError("starts: no unit ever had the change; give at least one its first period")
        outside = [n for n in self.begun if not 0 < n < self.periods]
        if outside:
            raise ValueError(
                f"starts: period {outside[0]}; a start lies after the first and before the end of "
                f"{self.periods} periods"
            )
        kinds = len(set(self.begun))
        if self.rollout == "once" and kinds > 1:
            raise ValueError(f"rollout: 'once', but there are {kinds} different starts; say 'steps'")
        if self.rollout == "steps" and kinds == 1:
            raise ValueError("rollout: 'steps', but every start is the same; say 'once'")
        if self.rollout == "everywhere" and (kinds > 1 or self.never):
            raise ValueError("rollout: 'everywhere', but some units never had it or began at another time")

    @property
    def begun(self) -> list[int]:
        """The starts of those that had the change."""
        return [start for start in self.starts.values() if start is not None]

    @property
    def never(self) -> int:
        """How many never had it."""
        return len(self.starts) - len(self.begun)


@dataclass(frozen=True)
class Proposal:
    """A design by its name in `commonweal lab effects`, why, and what must be known before choosing it.

    `smallest_p` is the smallest p that permuting who was treated can give; None where nothing is permuted.
    """

    design: str
    because: tuple[str, ...]
    cautions: tuple[Caution, ...]
    treated: int
    never: int
    smallest_p: float | None


def propose(answers: Answers, available: Sequence[str] = DESIGNS) -> Proposal:
    """The design, of those available, whose assumptions ask least of these answers."""
    treated = len(answers.begun)
    one_start = len(set(answers.begun)) == 1
    because: tuple[str, ...]
    if answers.never == 0 and one_start:
        design, because = "its", ("no_comparison", "one_start")
    elif answers.rollout == "lot" and (drawn := DRAWN[not one_start]) in available:
        design, because = drawn, ("lot", "one_start") if one_start else ("lot", "steps_by_lot")
    elif not one_start:
        others = "never" if answers.never else "later_as_comparison"
        design, because = "staggered", ("steps", others)
    elif "synthetic_control" in available and may_weight(answers):
        design, because = "synthetic_control", ("one_treated", "long_before")
    else:
        design, because = "did", ("comparison", "one_start")
    if answers.rollout == "lot" and "lot" not in because and design != "its":
        because += ("by_lot",)
    smallest = None if design == "its" else smallest_p(answers)
    certain = tuple(limits(answers, design, smallest))
    return Proposal(design, because, certain, treated, answers.never, smallest)


def may_weight(answers: Answers) -> bool:
    """One unit had it, not by lot, with enough others and enough time before to weight them by."""
    is_alone = len(answers.begun) == 1 and answers.rollout != "lot"
    return is_alone and answers.never >= DONORS and min(answers.begun) >= BEFORE


def smallest_p(answers: Answers) -> float:
    """One over the ways the starts could have fallen on the units (twice that where mirror images tie)."""
    ways, left = 1, len(answers.starts)
    counts = Counter(answers.begun)
    for count in counts.values():
        ways, left = ways * comb(left, count), left - count
    mirrored = len(counts) == 1 and 2 * len(answers.begun) == len(answers.starts)
    return min(1.0, (2 if mirrored else 1) / ways)


def limits(answers: Answers, design: str, smallest: float | None) -> list[Caution]:
    """What is already certain to limit the answer."""
    found = []
    if design == "its":
        found.append(Caution.of("one_series"))
        sides = min(min(answers.begun), answers.periods - min(answers.begun))
        if sides < 8:
            found.append(Caution.of("few_before", periods=sides))
    elif smallest is not None and (few := few_of(answers, design)) is not None:
        code, clusters = few
        found.append(Caution.of(code, clusters=clusters, smallest=rounded(smallest)))
    if design == "staggered" and not answers.never:
        found.append(Caution.of("no_untreated_units"))
    if min(answers.begun) < WANTED_BEFORE and design not in DRAWN:
        found.append(Caution.of("trend_untestable"))
    return found


def few_of(answers: Answers, design: str) -> tuple[str, int] | None:
    """The caution where too few were treated, drawn or in the wedge to believe errors, and how many."""
    code, counted = {
        "cluster_randomised": ("few_drawn", min(len(answers.begun), answers.never)),
        "stepped_wedge": ("few_steps", len(answers.starts)),
    }.get(design, ("few_treated", len(answers.begun)))
    return (code, counted) if counted < FEW_TREATED else None


def rounded(value: float) -> float:
    """To two figures that count."""
    return float(f"{value:.2g}")


BECAUSE: Mapping[str, tuple[str, str]] = {
    "no_comparison": (
        "Every area had the change, so that there is nobody to compare with: the series is compared with its "
        "own past.",
        "Todas las zonas tuvieron el cambio y no hay con quién comparar: la serie se compara con su pasado.",
    ),
    "one_start": ("It began on one day.", "Empezó un mismo día."),
    "steps": (
        "Areas began at different times: each start is compared only with areas that had not begun.",
        "Las zonas empezaron en momentos distintos: cada inicio se compara solo con las que no habían "
        "empezado.",
    ),
    "never": ("Some areas never had it.", "Algunas zonas nunca lo tuvieron."),
    "later_as_comparison": (
        "Every area had it in the end: those that began last are the comparison until they begin.",
        "Al final todas lo tuvieron: las últimas sirven de comparación hasta que empiezan.",
    ),
    "one_treated": (
        "One area had it and several did not: they are weighted so that together they follow it before.",
        "Una zona lo tuvo y varias no: se ponderan para que juntas la sigan antes del cambio.",
    ),
    "long_before": (
        "There is enough time before to fit the weights.",
        "Hay tiempo previo para ajustar los pesos.",
    ),
    "comparison": (
        "Areas with and without it stand on both sides of the day: the change in one is held against the "
        "change in the other.",
        "Hay zonas con y sin él a ambos lados del día: el cambio de unas se compara con el de las otras.",
    ),
    "lot": (
        "The lot decided, and nothing else: areas with and without it are alike but for chance, which is "
        "counted by drawing again.",
        "Decidió el sorteo y nada más: las zonas con y sin ello solo difieren por azar, y el azar se cuenta "
        "repitiendo el sorteo.",
    ),
    "steps_by_lot": (
        "Areas begin step by step in an order drawn by lot: each is its own comparison until it begins.",
        "Las zonas empiezan por pasos en un orden sorteado: cada una es su propia comparación hasta "
        "que empieza.",
    ),
    "by_lot": (
        "Who had it was drawn by lot: permuting the draw gives a p that needs no further assumption.",
        "Se sorteó quién lo tuvo: permutar el sorteo da una p que no necesita más supuestos.",
    ),
}


def why(proposal: Proposal, language: str = "en") -> list[str]:
    """The reasons as sentences."""
    spanish = language.split("-")[0] == "es"
    return [BECAUSE[code][spanish] for code in proposal.because]
