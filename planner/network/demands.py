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
    single = (demands["single"] & (demands["quantity"] > 0)).to_numpy()
    # demands are by time, those of base first
    period = codes.times.period[demands["t"]]
    sourced_of, sourced = number(np.where(single, period, -1), demands["row"].to_numpy(dtype=np.int64))
    demand, lane = (arcs[name].to_numpy(dtype=np.int64) for name in ("demand", "lane"))
    of_arc = np.append(sourced_of, -1)[demand]
    assign_of, assigned = number(of_arc, lane)
    source_of, source = number(assign_of, demand)
    table = Demands(
        market=names(codes.location[demands["location"]]),
        item=names(codes.item[demands["item"]]),
        time=demands["t"].to_numpy(dtype=np.int64),
        quantity=demands["quantity"].to_numpy(dtype=np.float64),
        may_short=demands["may_short"].to_numpy(dtype=np.bool_),
        shortage_cost=demands["shortage_cost"].to_numpy(dtype=np.float64),
        sourced_demand=sourced,
        assign_sourced=of_arc[assigned],
        assign_lane=lane[assigned],
        single_assign=assign_of[source],
        single_demand=demand[source],
    )
    return table, source_of
