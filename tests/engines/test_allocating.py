"""Money over options: the best use, what one more would buy, and what a floor costs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonweal.engines.staffing import Option, allocate


def option(name: str, cost: float, gain: float, *purses: str, programme: str = "a") -> Option:
    return Option(name, programme, cost, gain, frozenset(purses or ("new",)))


NIGHT = option("night", 300, 60)
DAY = option("day", 100, 5, programme="b")


def test_the_better_buy_goes_first_and_the_rest_goes_on() -> None:
    found = allocate([DAY, NIGHT], {"new": 350})
    assert found.bought == pytest.approx({"day": 0.5, "night": 1.0})
    assert found.gain == pytest.approx(62.5) and found.left["new"] == pytest.approx(0)
    assert found.worth["new"] == pytest.approx(5 / 100), "one more goes to the day"


def test_more_money_than_options_is_left_and_worth_nothing() -> None:
    found = allocate([NIGHT], {"new": 1000})
    assert found.left["new"] == pytest.approx(700) and found.worth["new"] == pytest.approx(0)


def test_a_purse_pays_only_for_what_it_may() -> None:
    found = allocate([option("x", 100, 10, "grant"), NIGHT], {"new": 50, "grant": 500})
    assert found.paid == pytest.approx({("x", "grant"): 100, ("night", "new"): 50})
    assert found.worth["grant"] == pytest.approx(0) and found.worth["new"] == pytest.approx(0.2)


def test_a_floor_is_kept_and_its_price_is_what_it_gives_up() -> None:
    free, kept = allocate([DAY, NIGHT], {"new": 300}), allocate([DAY, NIGHT], {"new": 300}, {"b": 100})
    assert kept.bought["day"] == pytest.approx(1) and free.bought["day"] == pytest.approx(0)
    assert free.gain - kept.gain == pytest.approx(15)
    assert kept.price["b"] == pytest.approx(0.2 - 0.05)


def test_a_floor_that_cannot_be_kept_is_refused_by_name() -> None:
    for floors in ({"b": 101.0}, {"c": 1.0}):
        with pytest.raises(ValueError, match="floors"):
            allocate([DAY, NIGHT], {"new": 300}, floors)


@pytest.mark.parametrize(("cost", "gain"), [(0, 1), (-1, 1), (float("nan"), 1), (1, -1)])
def test_an_option_that_cannot_be_is_refused(cost: float, gain: float) -> None:
    with pytest.raises(ValueError, match="give"):
        option("x", cost, gain)


def test_two_of_one_name_and_a_purse_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="name"):
        allocate([NIGHT, NIGHT], {"new": 1})
    with pytest.raises(ValueError, match="purses"):
        allocate([NIGHT], {"new": -1})


def test_nothing_to_buy_leaves_everything() -> None:
    assert allocate([], {"new": 5}).left == {"new": 5}


many = some.lists(some.tuples(some.integers(1, 500), some.integers(0, 100)), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(many, some.integers(0, 2000))
def test_one_purse_is_spent_as_by_hand(pairs: list[tuple[int, int]], amount: int) -> None:
    """One purse for all: the best by gain for money first, in part where it ends."""
    found = allocate([option(str(n), c, g) for n, (c, g) in enumerate(pairs)], {"new": amount})
    left, gain = float(amount), 0.0
    for cost, value in sorted(pairs, key=lambda p: -p[1] / p[0]):
        paid = min(cost, left)
        left, gain = left - paid, gain + value * paid / cost
    assert found.gain == pytest.approx(gain, abs=1e-6)
    assert sum(found.paid.values()) <= amount + 1e-6
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in found.bought.values())


@settings(max_examples=30, deadline=None)
@given(many, some.integers(1, 1000))
def test_more_money_never_buys_less_and_each_step_buys_less(pairs: list[tuple[int, int]], step: int) -> None:
    options = [option(str(n), c, g) for n, (c, g) in enumerate(pairs)]
    gains = [allocate(options, {"new": step * n}).gain for n in range(5)]
    steps = [b - a for a, b in zip(gains, gains[1:], strict=False)]
    assert all(s >= -1e-6 for s in steps)
    assert all(a >= b - 1e-6 for a, b in zip(steps, steps[1:], strict=False))
