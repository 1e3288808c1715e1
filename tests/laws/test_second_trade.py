"""The planner against a second formulation of trade, on random instances: a choice of each batch, and big-M rows.

On the smallest every way to choose is tried: which batches qualify, and which regimes are paid for.
"""

import copy
from functools import cache
from itertools import islice, product

import numpy as np
import pytest

from tests.laws.comparison import planned, same
from tests.laws.program import Program, run_lp
from tests.laws.random_instances import Case, Row
from tests.laws.random_trade import generate
from tests.laws.second_trade import formulate

TINY, MINI, MEDIUM, CHUNK = 120, 60, 24, 12
MOST_CHOICES = 8
SEARCHED, BINDING = 240, 3
COLUMNS = (
    "offers.originating", "production.net_cost", "tariffs.waived_by", "tariffs.quota", "agreements.starts",
    "agreements.ends", "origin_rules.hs", "origin_rules.preferential_rate", "origin_rules.claim_cost",
    "origin_rules.method", "origin_rules.except_hs", "origin_rules.de_minimis", "relief.covers", "relief.items",
    "relief.rate", "relief.lesser_of_two", "relief.fixed_cost", "fees.exempt",
)  # fmt: skip


def written_again(case: Case) -> Program:
    return formulate(case.tables, case.settings)


def cheapest(program: Program) -> float:
    """The least cost over all that can be chosen."""
    priced, columns = program.highs(integer=False), np.array(program.binary, dtype=np.int32)
    best = float("inf")
    for chosen in product((0.0, 1.0), repeat=len(columns)):
        values = np.array(chosen)
        priced.changeColsBounds(len(columns), columns, values, values)
        best = min(best, run_lp(priced))
    return best


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, TINY, CHUNK))
def test_the_planner_finds_the_optimum_of_a_big_m_formulation(first):
    for seed in range(first, first + CHUNK):
        case = generate(seed, "tiny")
        assert same(planned(case), written_again(case).least()), seed


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MEDIUM, CHUNK // 3))
def test_and_on_larger_instances(first):
    for seed in range(first, first + CHUNK // 3):
        case = generate(seed, "medium")
        assert same(planned(case), written_again(case).least()), seed


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MINI, CHUNK))
def test_no_way_to_qualify_is_cheaper_than_the_plan(first):
    tried = 0
    for seed in range(first, first + CHUNK):
        case = generate(seed, "mini")
        program = written_again(case)
        if 0 < len(program.binary) <= MOST_CHOICES:
            tried += 1
            assert same(planned(case), cheapest(program)), seed
    assert tried >= CHUNK // 3


@cache
def optimum(seed: int) -> float:
    return written_again(generate(seed)).least()


def matters(column: str, seed: int) -> bool:
    """Whether the optimum of a case is another without a column."""
    case, (table, _, name) = generate(seed), column.partition(".")
    rows: list[Row] = copy.deepcopy(case.tables.get(table, []))
    if not any(row.get(name) for row in rows):
        return False
    for row in rows:
        row.pop(name, None)
    return not same(optimum(seed), written_again(Case({**case.tables, table: rows}, case.settings)).least())


@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_trade_matters(column):
    binding = list(islice((seed for seed in range(SEARCHED) if matters(column, seed)), BINDING))
    assert len(binding) == BINDING, f"without {column} only {binding} have other optima"
