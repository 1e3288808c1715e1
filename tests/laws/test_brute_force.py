"""Every design of a tiny instance priced by an LP: the cheapest is what the planner finds.

A design says what is open, held, used, set up, assigned and qualified.

Each table and column that may be left out matters: without it the optimum is another, in 20 cases at least.
"""

from functools import partial
from itertools import islice

import pytest

from tests.laws.columns import DROPS, dropped
from tests.laws.comparison import planned, same, tiny, tiny_optimum, tiny_program, written_again
from tests.laws.enumeration import cheapest

CASES = 360
CHUNK = 20
BINDING = 20


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, CASES, CHUNK))
def test_no_design_is_cheaper_than_the_planner(first):
    for seed in range(first, first + CHUNK):
        plan = planned(tiny(seed))
        assert same(plan, cheapest(written_again(tiny(seed)), plan)), seed


@pytest.mark.slow
@pytest.mark.parametrize("name", DROPS)
def test_what_may_be_left_out_matters(name):
    binding = sum(1 for _ in islice(filter(partial(changes, name), range(CASES)), BINDING))
    assert binding == BINDING, f"without {name} only {binding} optima change"


def changes(name: str, seed: int) -> bool:
    """Whether the optimum of a case is another without a table, column or setting."""
    without = dropped(tiny(seed), name)
    if without is None:
        return False
    program = written_again(without)
    return program != tiny_program(seed) and not same(tiny_optimum(seed), program.least())
