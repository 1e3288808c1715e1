"""A scenario that leaves the base of a plan: what it does from then on, with the stock that base has kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.plan import Plan
from planner.solve.arrays import Arrays, Rows
from planner.solve.blocks import Block, block, family_columns
from planner.solve.compile import Compiled
from planner.solve.rows import append
from planner.study.design import stocked
from planner_models.data import Data

SAME = 1e-6  # relative: how near the stock before is to that of the plan
STOCK = "stock_limit"  # the family that the rows for it are like


def branch(plan: Plan, data: Data, compiled: Compiled, arrays: Arrays) -> Block:
    """The times of the one scenario of `data`, and those of base before it.

    Before, base keeps at the end the stock that it has in the plan, by location and item; nothing else of it is
    fixed, and it costs nothing. The rows for that are the last of the block.
    """
    own = np.flatnonzero(data.periods.time_scenario == 1)
    first = len(data.periods.name) - len(own)
    part = block(compiled, data, arrays, np.concatenate([np.arange(first), own]))
    if not first:
        return part
    before = _stock_before(plan, data, compiled, part, first)
    return replace(
        part,
        arrays=append(part.arrays, before),
        row_time=np.append(part.row_time, np.full(before.count, first - 1)),
    )


def _stock_before(plan: Plan, data: Data, compiled: Compiled, part: Block, first: int) -> Rows:
    """Rows that hold base to the stock of the plan at the end of the period before."""
    period, stocks, places = data.periods.name[first - 1], data.stocks, data.places
    kept, column = stocked(plan, period), part.column(family_columns(compiled, "stock"))
    found: dict[tuple[str, str], list[int]] = {}
    for stock in np.flatnonzero((places.time[stocks.place] == first - 1) & (column >= 0)).tolist():
        place = stocks.place[stock]
        found.setdefault((places.location[place], data.goods.item[places.good[place]]), []).append(
            int(column[stock])
        )
    units = np.array([kept.get(key, 0.0) for key in found])
    slack = SAME * np.maximum(units, 1.0)
    counts = [len(columns) for columns in found.values()]
    return Rows(
        lower=units - slack,
        upper=units + slack,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        indices=np.array([column for columns in found.values() for column in columns], dtype=np.int32),
        data=np.ones(sum(counts)),
    )
