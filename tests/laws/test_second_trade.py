"""The planner against a second formulation of trade, on random instances: a choice of each batch, and big-M rows.

Every way to choose is tried on the smallest: which batches qualify, which regimes are paid for, what is opened.
Each table and column of trade matters there: without it the optimum is another, in 20 cases at least.
"""

import copy
from functools import cache, partial
from itertools import islice, product

import numpy as np
import pytest

from tests.laws.columns import dropped
from tests.laws.comparison import planned, same
from tests.laws.enumeration import cheapest
from tests.laws.program import Program, run
from tests.laws.random_instances import Case
from tests.laws.random_trade import generate
from tests.laws.second_trade import formulate

TINY, MINI, MEDIUM = 600, 60, 24
ENUMERATED = 288  # of the tiny ones; a batch takes half a minute
CHOICES = {"mini": 8, "tiny": 20}  # cases with more are left out
TRIED = 12  # of more choices on a tiny case, not every way can be tried
BINDING = 20
SAME_IN_ALL_PERIODS = "offers.originating that differs between periods"
NAMES = (
    "agreements", "origin_rules", "relief", "offers.originating", SAME_IN_ALL_PERIODS, "production.net_cost",
    "tariffs.waived_by", "tariffs.quota", "agreements.starts", "agreements.ends", "origin_rules.hs", "origin_rules.rvc",
    "origin_rules.preferential_rate", "origin_rules.claim_cost", "origin_rules.method", "origin_rules.except_hs",
    "origin_rules.de_minimis", "relief.covers", "relief.items", "relief.rate", "relief.lesser_of_two",
    "relief.fixed_cost", "fees.exempt",
)  # fmt: skip


def second(case: Case) -> Program:
    return formulate(case.tables, case.settings)


@cache
def program(size: str, seed: int) -> Program:
    return second(generate(seed, size))


@cache
def optimum(seed: int) -> float:
    return program("tiny", seed).least()


def few_choices(size: str, seed: int) -> bool:
    return len(program(size, seed).binary) <= CHOICES[size]


def cheapest_of_all(program: Program) -> float:
    """The least cost over all that can be chosen, none left out."""
    priced, columns = program.highs(integer=False), np.array(program.binary, dtype=np.int32)
    best = float("inf")
    for chosen in product((0.0, 1.0), repeat=len(columns)):
        values = np.array(chosen)
        priced.changeColsBounds(len(columns), columns, values, values)
        best = min(best, run(priced))
    return best


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, ENUMERATED, 24))
def test_no_way_to_choose_is_cheaper_than_the_plan(first):
    for seed in (seed for seed in range(first, first + 24) if few_choices("tiny", seed)):
        plan = planned(generate(seed, "tiny"))
        assert same(plan, optimum(seed)), seed
        if len(program("tiny", seed).binary) <= TRIED:
            assert same(plan, cheapest(program("tiny", seed), plan)), seed


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MINI, 12))
def test_nor_where_none_is_left_out(first):
    seeds = [seed for seed in range(first, first + 12) if few_choices("mini", seed)]
    for seed in seeds:
        assert same(planned(generate(seed, "mini")), cheapest_of_all(program("mini", seed))), seed
    assert len(seeds) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MEDIUM, 4))
def test_the_planner_finds_the_optimum_of_larger_instances(first):
    for seed in range(first, first + 4):
        assert same(planned(generate(seed, "medium")), program("medium", seed).least()), seed


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_may_be_left_out_of_trade_matters(name):
    binding = sum(1 for _ in islice(filter(partial(changes, name), range(TINY)), BINDING))
    assert binding == BINDING, f"without {name} only {binding} optima change"


def changes(name: str, seed: int) -> bool:
    """Whether the optimum of a case is another without a table or column."""
    if not few_choices("tiny", seed):
        return False
    case = generate(seed, "tiny")
    without = as_at_first(case) if name == SAME_IN_ALL_PERIODS else dropped(case, name)
    return without is not None and not same(optimum(seed), second(without).least())


def as_at_first(case: Case) -> Case | None:
    """Each contract sells in all periods what its first row says; None if it did already."""
    tables = copy.deepcopy(case.tables)
    sold: dict[tuple[str, ...], str] = {}
    for row in tables["offers"]:
        key = row["location"], row["item"], row.get("contract", "")
        row["originating"] = sold.setdefault(key, row["originating"])
    return None if tables == case.tables else Case(tables, case.settings)
