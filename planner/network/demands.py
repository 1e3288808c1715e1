"""Demand, and the lanes of which one carries all of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.codes import names
from planner.network.joins import number
from planner.network.parts import Parts
from planner_models.arrays import Ints
from planner_models.data import Demands


def demands_data(parts: Parts, arcs: pd.DataFrame) -> tuple[Demands, Ints]:
    """The table of the model, and the single source that each arc belongs to."""
    demands, codes = parts.demands, parts.codes
    sourced = np.flatnonzero((demands["single"] & (demands["quantity"] > 0)).to_numpy())
    of_demand = np.full(len(demands) + 1, -1, dtype=np.int64)
    of_demand[sourced] = np.arange(len(sourced))
    of_arc = of_demand[arcs["demand"].to_numpy(dtype=np.int64)]
    lane = arcs["lane"].to_numpy(dtype=np.int64)
    single, first = number(of_arc, lane)
    table = Demands(
        market=names(codes.location[demands["location"]]),
        item=names(codes.item[demands["item"]]),
        time=demands["t"].to_numpy(dtype=np.int64),
        quantity=demands["quantity"].to_numpy(dtype=np.float64),
        may_short=demands["may_short"].to_numpy(dtype=np.bool_),
        shortage_cost=demands["shortage_cost"].to_numpy(dtype=np.float64),
        sourced_demand=sourced.astype(np.int64),
        assign_sourced=of_arc[first],
        assign_lane=lane[first],
        single_assign=np.arange(len(first), dtype=np.int64),
        single_demand=sourced[of_arc[first]].astype(np.int64),
    )
    return table, single
