"""Where to stand: location models, every answer with a proven bound."""

from collections.abc import Callable, Mapping

from commonweal.engines.staffing.siting.capacitated import capacitated
from commonweal.engines.staffing.siting.centre import p_center
from commonweal.engines.staffing.siting.cover_all import lscp
from commonweal.engines.staffing.siting.covering import backup, mclp, mexclp
from commonweal.engines.staffing.siting.median import p_median
from commonweal.engines.staffing.siting.problem import MODELS, Impossible, Model, Sited, Siting

_SOLVERS: Mapping[Model, Callable[[Siting], Sited]] = {
    "p_median": p_median,
    "p_center": p_center,
    "lscp": lscp,
    "mclp": mclp,
    "mexclp": mexclp,
    "backup": backup,
}


def locate(asked: Siting) -> Sited:
    """Choose sites; Impossible names the field, the value and the remedy where nothing fits."""
    return capacitated(asked) if asked.capacity is not None else _SOLVERS[asked.model](asked)


__all__ = ["MODELS", "Impossible", "Model", "Sited", "Siting", "locate"]
