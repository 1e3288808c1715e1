"""Rows that hold in one period, and rows that hold in all the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance.remembered import remembered
from planner.instance.schema import TABLES

if TYPE_CHECKING:
    from planner.instance.instance import Instance


def by_period(instance: Instance, table: str) -> pd.DataFrame:
    """The table with `period` filled: a row per key and period in which one of its rows holds.

    A row that names its period beats one that leaves it blank. Adds `t` (position of the period) and
    `row_position` (position of the row in `instance.tables[table]`).
    """
    return _by_period(instance, table).copy(deep=False)


@remembered
def _by_period(instance: Instance, table: str) -> pd.DataFrame:
    frame = instance.tables[table]
    periods = instance.settings.horizon.periods
    key = [name for name in TABLES[table].key if name != "period"]
    keys = frame.groupby(key, sort=False).ngroup().to_numpy() if len(frame) else np.empty(0, dtype=np.int64)
    named = frame["period"].map({name: t for t, name in enumerate(periods)}).to_numpy(dtype=np.float64)
    blank = np.flatnonzero(np.isnan(named))
    exact = np.flatnonzero(~np.isnan(named))
    taken = keys[exact] * len(periods) + named[exact].astype(np.int64)
    spread = np.repeat(blank, len(periods))
    times = np.tile(np.arange(len(periods)), len(blank))
    free = ~np.isin(keys[spread] * len(periods) + times, taken)
    rows = np.concatenate([exact, spread[free]])
    t = np.concatenate([named[exact].astype(np.int64), times[free]])
    order = np.lexsort((t, rows))
    filled = frame.iloc[rows[order]].copy()
    filled["period"] = pd.array(list(periods), dtype="str").take(t[order])
    filled["t"] = t[order]
    filled["row_position"] = rows[order]
    return filled
