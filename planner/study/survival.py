"""Time to survive: the longest outage, from now on, without a unit of demand lost that would not be lost anyway."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from planner.solve.arrays import Arrays
from planner.solve.retained import Retained
from planner.study.failures import Failure
from planner.study.stressed import Stressed
from planner_models.arrays import Floats, Ints

NOTHING, WHOLE = 1e-9, 1 - 1e-9  # of a period: it is not survived at all, or to its end
LEVELS = frozenset(
    {
        "input_balance", "output_balance", "warehouse_balance",
        "stock_limit", "stock_link", "stock_loss", "loss_link", "buffer_limit", "draw_link",
    }
)  # fmt: skip
"""Rows whose limits are stocks and not flows: there is as much of them in a part of a period as in the whole."""


class Survival:
    r"""How long the design lasts without something, by an LP for each period in which that may end.

    Of the last period only a part :math:`\theta` is lived, in which a part of its demand is asked for and of its
    capacities can be used: its limits b become :math:`b \theta`, those of stocks stay. Maximise :math:`\theta`.
    After Simchi-Levi et al., Identifying risks and mitigating disruptions in the automotive supply chain,
    Interfaces 45 (2015).
    """

    def __init__(self, system: Stressed, short: Floats) -> None:
        self.system, self.short = system, short
        self.models: dict[int, _Part] = {}

    def days(self, failure: Failure) -> float:
        """Days that the failure of some places is survived; inf to the end of the horizon."""
        rows, days = self.system.capacities.of(failure), self.system.data.periods.days
        for last in range(len(self.system.times)):
            if last not in self.models:
                self.models[last] = _Part(self.system, self.short, last)
            part = self.models[last].longest(rows)
            if part < WHOLE:
                return (last + (part if part > NOTHING else 0.0)) * days
        return float("inf")


class _Part:
    """The LP of the first periods, the last of them lived in part."""

    def __init__(self, system: Stressed, short: Floats, last: int) -> None:
        self.arrays, self.failed = _arrays(system, short, last)
        self.model = Retained(self.arrays)

    def longest(self, rows: Ints) -> float:
        """The part of the last period that is survived without some of the capacities."""
        closed = self.failed[rows]
        closed = closed[closed >= 0]
        none = np.full(len(closed), -np.inf)
        self.model.limit(closed, none, np.zeros(len(closed)))
        found = self.model.solve()
        self.model.limit(closed, none, np.full(len(closed), np.inf))
        return float(found.x[-1]) if len(found.x) else 0.0


def _arrays(system: Stressed, short: Floats, last: int) -> tuple[Arrays, Ints]:
    """The LP, with the part that is lived as its last column; and a row for each capacity, free until that fails."""
    block, whole = system.block, system.block.arrays
    end = system.times[last]
    early = np.concatenate([np.arange(system.first), system.times[: last + 1]])
    columns = np.flatnonzero(np.isin(block.column_time, early))
    lived = np.isin(block.row_time, early)
    upper = whole.upper[columns]
    allowed = np.isin(columns, system.short)
    upper[allowed] = np.interp(columns[allowed], system.short, short)
    parted = lived & (block.row_time == end) & ~np.isin(np.array(system.families), list(LEVELS))
    limited = np.zeros(len(whole.row_lower))
    for limits in (whole.row_lower, whole.row_upper):  # a row has one limit, or the same on both sides
        limited = np.where(parted & np.isfinite(limits), -limits, limited)
    lower, above = whole.row_lower.copy(), whole.row_upper.copy()
    for limits in (lower, above):
        limits[parted & np.isfinite(limits)] = 0.0
    matrix: Any = sparse.csr_array(
        (whole.data, whole.indices, whole.indptr), shape=(len(lower), len(whole.cost))
    )
    capped = np.flatnonzero(~system.capacities.is_minimum & lived[system.capacities.row])
    late = np.flatnonzero((block.column_time[columns] == end) & allowed)
    of_late: Any = sparse.csr_array(
        (np.ones(len(late)), (np.arange(len(late)), late)), shape=(len(late), len(columns))
    )
    free = np.full(len(capped), np.inf)
    stacked: Any = sparse.vstack(
        [
            sparse.hstack([matrix[lived][:, columns], sparse.csr_array(limited[lived][:, None])]),
            sparse.hstack([of_late, sparse.csr_array(-upper[late][:, None])]),
            sparse.hstack(
                [matrix[system.capacities.row[capped]][:, columns], sparse.csr_array((len(capped), 1))]
            ),
        ],
        format="csr",
    )
    stacked.eliminate_zeros()
    failed = np.full(len(system.capacities.row), -1, dtype=np.int64)
    failed[capped] = stacked.shape[0] - len(capped) + np.arange(len(capped))
    arrays = replace(
        whole,
        cost=np.append(np.zeros(len(columns)), -1.0),
        offset=0.0,
        lower=np.append(whole.lower[columns], 0.0),
        upper=np.append(upper, 1.0),
        integer=np.zeros(len(columns) + 1, dtype=np.bool_),
        row_lower=np.concatenate([lower[lived], np.full(len(late), -np.inf), -free]),
        row_upper=np.concatenate([above[lived], np.zeros(len(late)), free]),
        indptr=stacked.indptr.astype(np.int64),
        indices=stacked.indices.astype(np.int32),
        data=stacked.data,
    )
    return arrays, failed
