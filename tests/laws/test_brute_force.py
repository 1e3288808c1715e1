"""Every design of a tiny instance priced by an LP: the cheapest is what the planner finds.

A design says what is open, held, used, set up, assigned and qualified. The designs are gone through choice by
choice; those that begin with the same choices are left out together only where the LP, in which the other
choices may be fractions, is infeasible or no cheaper than a design that was priced before.

Each table and column that may be left out matters: without it the optimum is another, in 20 cases at least.
"""

import numpy as np
import pytest

from tests.laws.columns import DROPS, dropped
from tests.laws.comparison import planned, same, tiny, tiny_optimum, written_again
from tests.laws.program import Program, run_lp

CASES = 360
CHUNK = 20
BINDING = 20


def cheapest(program: Program) -> float:
    """The least cost over all designs."""
    solver, binary = program.highs(integer=False), program.binary
    best = float("inf")
    begun: list[list[int]] = [[]]
    while begun:
        fixed = begun.pop()
        for place, column in enumerate(binary):
            free = (0.0, program.upper[column])
            solver.changeColBounds(column, *((fixed[place],) * 2 if place < len(fixed) else free))
        cost = run_lp(solver)
        if cost >= best - 1e-7 * abs(best):
            continue
        found = np.array(solver.getSolution().col_value)[binary]
        if len(fixed) == len(binary) or np.abs(found - found.round()).max() < 1e-9:
            best = cost
            continue
        likely = round(found[len(fixed)])
        begun += [[*fixed, 1 - likely], [*fixed, likely]]
    return best


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, CASES, CHUNK))
def test_no_design_is_cheaper_than_the_planner(first):
    for seed in range(first, first + CHUNK):
        case = tiny(seed)
        assert same(planned(case), cheapest(written_again(case))), seed


@pytest.mark.slow
@pytest.mark.parametrize("name", DROPS)
def test_what_may_be_left_out_matters(name):
    binding = 0
    for seed in range(CASES):
        case = tiny(seed)
        without = dropped(case, name)
        if without is not None and not same(tiny_optimum(seed), written_again(without).least()):
            binding += 1
        if binding == BINDING:
            return
    pytest.fail(f"without {name} only {binding} optima change")
