"""The planner against a second formulation, on random instances of some hundred choices and thousands of flows."""

import pytest

from tests.laws.comparison import planned, same, written_again
from tests.laws.random_instances import generate

CHUNK = 4
MEDIUM = 56


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MEDIUM, CHUNK))
def test_the_planner_finds_the_optimum_of_a_second_formulation(first):
    for seed in range(first, first + CHUNK):
        case = generate(seed, "medium")
        assert same(planned(case), written_again(case).least()), seed


def test_a_second_formulation_finds_no_plan_where_there_is_none():
    case = generate(0, "tiny")
    for row in case.tables["demand"]:
        row.update(shortage_cost=None, quantity=1e6)
    case.settings["instance"]["objective"] = "cost"
    assert planned(case) == written_again(case).least() == float("inf")
