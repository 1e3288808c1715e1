"""Law of break-evens, on random instances of hypothesis: what the intervals say a solve from the start says."""

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from planner.errors import InfeasibleError, InstanceError
from planner.instance import apply, parse_set
from planner.network import build
from planner.solve import SolveOptions, solve
from planner.study.breakeven import Asked, breakeven
from tests.laws import random_instances, random_trade

OPTIONS = SolveOptions(gap=0.0, confirm=False)
NUMBERS = ("offers.unit_cost *=", "lanes.unit_cost *=", "production.unit_cost *=", "tariffs.rate *=")
LOW, HIGH = 0.25, 3.0
FOLLOWED = 4  # breakpoints that are tried of each study

# a smaller seed is no smaller case, so nothing is gained by shrinking
tried = settings(
    max_examples=3, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)


@tried
@given(
    st.integers(0, 10**6), st.sampled_from(NUMBERS), st.lists(st.floats(LOW, HIGH), min_size=2, max_size=2)
)
def test_what_the_intervals_say_is_what_a_solve_says(seed, on, grid):
    """At breakpoints, half way between them, and on a grid.

    A concave cost that is the line's at both ends and in the middle of an exact interval is the line's all over it: no
    breakpoint is missed. Condition: there is a plan; an interval that was searched is only right where it was solved.
    """
    kind = random_trade if seed % 2 else random_instances
    instance = kind.generate(seed).instance()
    try:
        study = breakeven(instance, on, (LOW, HIGH), None, Asked(OPTIONS))
    except (InfeasibleError, InstanceError):
        assume(False)

    exact = [each for each in study.intervals if each.how == "exact" and each.found]
    for each in exact[:FOLLOWED]:
        values = [each.high, (each.low + each.high) / 2, *(v for v in grid if each.low < v < each.high)]
        for value in values:
            said = each.cost_low + (each.slope * (value - each.low) if value > each.low else 0.0)
            assert _solved(instance, on, value) == pytest.approx(said, rel=1e-7, abs=1e-6)
    for each in study.intervals:
        if each.how == "searched" and each.found:
            assert _solved(instance, on, each.low) == pytest.approx(each.cost_low, rel=1e-7, abs=1e-6)


def _solved(instance, on, value):
    return solve(build(apply(instance, [parse_set(f"{on} {value!r}")])), OPTIONS).solution.objective
