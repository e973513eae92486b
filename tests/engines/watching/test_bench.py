"""The made-up month: misuse is found and work is left alone, on a seed that chose nothing."""

import importlib.util
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[3] / "bench" / "watchers.py"


@pytest.fixture(scope="module")
def watchers():
    spec = importlib.util.spec_from_file_location("watchers", BENCH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["watchers"] = module
    spec.loader.exec_module(module)
    return module


def test_the_reported_month_keeps_both_promises(watchers):
    assert watchers.REPORTED != watchers.CHOSEN_WITH
    result = watchers.run(watchers.REPORTED)
    assert min(result.acts.values()) >= 50 and result.ordinary > 10_000
    assert result.share_found >= 0.95 and result.share_flagged <= 0.02


def test_a_watcher_that_flags_nobody_fails_the_bench(watchers, monkeypatch):
    monkeypatch.setattr(watchers, "judge", lambda *_: [])
    assert watchers.main(["--seed", "3"]) == 1
