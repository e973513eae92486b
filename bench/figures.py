"""What a measure returns, and how long things take."""

import os
import platform
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its unit; `at_most` or `at_least` is the target, `peer` what it is compared with."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    peer: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the target is met; a figure without target is always."""
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)


def seconds_each(act: Callable[[int], object], times: int, rounds: int = 5) -> float:
    """The median over rounds of the mean seconds of one `act(n)`, after a tenth of a round to warm up."""
    for n in range(max(1, times // 10)):
        act(-1 - n)
    means = []
    for turn in range(rounds):
        begun = time.perf_counter()
        for n in range(times):
            act(turn * times + n)
        means.append((time.perf_counter() - begun) / times)
    return median(means)


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    told = Path("/proc/cpuinfo").read_text("utf-8", "replace") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"^model name\s*: (.+)$", told, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model[1] if model else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory, 1),
        "load": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
