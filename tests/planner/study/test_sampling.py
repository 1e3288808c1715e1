"""Searching a cost that is no concave function of a number: the functions stand in for solves."""

from itertools import pairwise

import numpy as np
import pytest

from planner.errors import NoSolutionError
from planner.solve import SolveOptions
from planner.study.outline import Outline
from planner.study.parametric import INSIDE, Piece
from planner.study.sampling import MOST, RESOLUTION, Sample, Sampling


class Solved(Sampling):
    """Values of a function instead of solves; the target is reached from a value on."""

    def __init__(self, cost, low, high, turns=np.inf):
        options = SolveOptions(gap=0.0)
        super().__init__(
            None, Piece(low, high, None), options, lambda _: None, lambda plan: plan.open["at"] >= turns
        )
        self.cost = cost

    def _solved(self, value):
        cost = self.cost(value)
        plan = Outline({"at": value}, None) if np.isfinite(cost) else None
        return Sample(value, cost, cost, np.empty(0), plan)


@pytest.mark.parametrize(
    ("corners", "costs"),
    [
        ([0, 0.2, 1], [10, 8, 8]),  # a capacity that binds no longer
        (
            [0, 0.05, 0.3, 0.55, 0.97, 1],
            [10, 9, 8.5, 8.6, 7.9, 8.0],
        ),  # bends to both sides, two near the ends
        ([0, 0.5709, 1], [5, 7, 6]),  # at a value that is solved anyway
        ([0, 1], [3, 4]),
    ],
)
def test_corners_are_where_lines_meet(corners, costs):
    found = Solved(lambda value: float(np.interp(value, corners, costs)), 0, 1).intervals()

    low, high = corners[:-1], corners[1:]
    assert [each.low for each in found] == pytest.approx(low)
    assert [each.high for each in found] == pytest.approx(high)
    assert [each.cost_high for each in found] == pytest.approx(costs[1:])
    assert all(each.how == "searched" for each in found)


def test_what_is_narrower_than_the_values_that_were_solved_is_missed_and_said_to_be():
    """From 0.31 to 0.32, on a line that is straight otherwise."""
    (whole,) = Solved(lambda value: value - (0.31 < value < 0.32), 0, 1).intervals()

    assert whole.resolution > 0.01


def test_a_jump_and_an_end_of_all_plans_are_halved_down_to_the_resolution():
    """It jumps by 1 at 0.3, and from 0.6 on there is no plan."""
    found = Solved(lambda value: np.inf if value > 0.6 else 5.0 + (value > 0.3), 0, 1).intervals()

    assert [each.found for each in found] == [True, True, False]
    for (left, right), at in zip(pairwise(found), (0.3, 0.6), strict=True):
        assert left.high <= at <= right.low
        assert right.low - left.high <= RESOLUTION
    assert [each.cost_low for each in found[:2]] == [5, 6]


def test_a_target_is_crossed_where_the_cost_is_straight():
    found = Solved(lambda value: 2 * value, 0, 10, turns=7.3).intervals()

    (low, high) = found
    assert low.high < 7.3 <= high.low
    assert high.low - low.high <= 10 * RESOLUTION


def test_a_target_that_turns_in_a_corner_leaves_it_exact():
    """At the corner either plan is the cheapest: which of them a solve gives does not matter."""
    for turns in (0.3, 0.3 + 1e-12):
        found = Solved(lambda value: max(0.0, value - 0.3), 0, 1, turns=turns).intervals()
        assert [each.high for each in found] == pytest.approx([0.3, 1], abs=1e-12)


def test_a_curve_is_one_interval_that_says_how_closely_it_was_looked_at():
    sampling = Solved(np.exp, 0, 1)
    (curve,) = sampling.intervals()

    assert len(sampling.samples) <= MOST + 1
    assert (curve.low, curve.high) == (0, 1)
    assert 0 < curve.resolution < 0.05


def test_a_limit_ends_the_search_with_what_is_known():
    """The fifth value is not solved any more."""

    class Limited(Solved):
        def _solved(self, value):
            if len(self.samples) == 4:
                raise NoSolutionError("stopped by time limit before a plan was found")
            return super()._solved(value)

    (whole,) = Limited(lambda value: 1 + value, 0, 1).intervals()
    assert (whole.low, whole.high, whole.cost_low, whole.cost_high) == (0, 1, 1, 2)
    assert whole.resolution == pytest.approx(INSIDE[1] - INSIDE[0])


def test_a_limit_before_both_ends_are_known_leaves_nothing():
    class Limited(Solved):
        def _solved(self, value):
            raise NoSolutionError("stopped by time limit before a plan was found")

    with pytest.raises(NoSolutionError, match="stopped by time limit"):
        Limited(lambda value: 1 + value, 0, 1).intervals()
