"""Lazy rows: separated at the root, never needed to be right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.solve import links
from planner.solve import rows as row_blocks
from planner.solve.arrays import Arrays, Rows, SolveOptions, Status
from planner.solve.attempt import settings_of
from planner.solve.highs import solve
from planner.solve.scaling import scale
from planner.solve.watch import Watch

EXACT = SolveOptions(gap=0.0)


def location(plants: int, markets: int, seed: int = 0) -> Arrays:
    """Uncapacitated location, weak aggregated links as rows and the strong ones as lazy rows."""
    random = np.random.default_rng(seed)
    count = plants * markets
    plant = np.arange(count) // markets
    flow = plants + np.arange(count)
    balance = plants + np.arange(plants)[None, :] * markets + np.arange(markets)[:, None]
    weak = np.concatenate([np.arange(plants)[:, None], flow.reshape(plants, markets)], axis=1)
    weak_data = np.concatenate([np.full((plants, 1), -float(markets)), np.ones((plants, markets))], axis=1)
    lazy = Rows(
        lower=np.full(count, -np.inf),
        upper=np.zeros(count),
        indptr=2 * np.arange(count + 1),
        indices=np.stack([plant, flow], axis=1).ravel(),
        data=np.tile([-1.0, 1.0], count),
    )
    return Arrays(
        cost=np.concatenate([random.integers(200, 400, plants), random.integers(1, 100, count)]).astype(
            float
        ),
        offset=0.0,
        lower=np.zeros(plants + count),
        upper=np.ones(plants + count),
        integer=np.arange(plants + count) < plants,
        row_lower=np.concatenate([np.ones(markets), np.full(plants, -np.inf)]),
        row_upper=np.concatenate([np.ones(markets), np.zeros(plants)]),
        indptr=np.concatenate(
            [plants * np.arange(markets), plants * markets + (markets + 1) * np.arange(plants + 1)]
        ),
        indices=np.concatenate([balance.ravel(), weak.ravel()]),
        data=np.concatenate([np.ones(count), weak_data.ravel()]),
        row_families=(("demand_balance", 0, markets), ("plant_capacity", markets, markets + plants)),
        column_families=(("open", 0, plants), ("flow", plants, plants + count)),
        lazy_rows=lazy,
    )


@pytest.mark.parametrize("seed", range(3))
def test_lazy_rows_change_nothing_but_the_bound(seed):
    arrays = location(8, 15, seed)
    lazy = solve(arrays, EXACT)
    without = solve(replace(arrays, lazy_rows=None), EXACT)
    strong = solve(row_blocks.append(arrays, arrays.lazy_rows), EXACT)
    assert lazy.status is without.status is strong.status is Status.OPTIMAL
    assert lazy.objective == pytest.approx(without.objective, rel=1e-9)
    assert lazy.objective == pytest.approx(strong.objective, rel=1e-9)


def test_some_of_the_rows_give_the_whole_bound():
    arrays = location(20, 40)
    model = scale(arrays)
    strong = links.strengthen(arrays, model, settings_of(EXACT, 0), Watch())
    added = len(strong.row_lower) - len(arrays.row_lower)
    assert 0 < added < 0.5 * arrays.lazy_rows.count
    assert strong.row_name(len(strong.row_lower) - 1) == f"link[{added - 1}]"

    def relaxed(one: Arrays) -> float:
        return solve(replace(one, integer=np.zeros_like(one.integer), lazy_rows=None)).objective

    whole = relaxed(row_blocks.append(arrays, arrays.lazy_rows))
    assert relaxed(strong) == pytest.approx(whole, rel=1e-3)
    assert relaxed(arrays) < 0.9 * whole


def test_an_lp_takes_no_lazy_rows():
    arrays = location(8, 15)
    lp = replace(arrays, integer=np.zeros_like(arrays.integer))
    solution = solve(lp)
    assert solution.objective == pytest.approx(solve(replace(lp, lazy_rows=None)).objective)
    assert len(solution.row_dual) == len(lp.row_lower)


def test_a_plan_has_the_columns_of_the_model_and_no_more():
    arrays = location(8, 15)
    assert len(solve(arrays, EXACT).x) == len(arrays.cost)


def test_violation_is_relative_to_the_largest_term():
    rows = Rows(
        np.array([-np.inf, 3.0]),
        np.array([0.0, np.inf]),
        np.array([0, 2, 3]),
        np.array([0, 1, 0]),
        np.array([1.0, -1e6, 1.0]),
    )
    missed = row_blocks.violation(rows, np.array([2e6, 1.0]))
    assert missed.tolist() == [0.5, 0.0]
    assert row_blocks.violation(rows, np.array([1.5, 1.0])).tolist() == [0.0, 0.5]


def test_selected_rows_are_whole():
    lazy = location(2, 3).lazy_rows
    some = row_blocks.select(lazy, np.array([False, True, False, False, False, True]))
    assert some.indptr.tolist() == [0, 2, 4]
    assert some.indices.tolist() == [0, 3, 1, 7]
