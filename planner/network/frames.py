"""The network as tables with names, for what is stated over names: policies, counts, checks.

Row positions are row positions of the tables of the same name in `Data`; a column that names a row of another
table holds its position there, or -1.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Frames:
    """Tables beside `Data`; money in the instance currency, undiscounted; `t` is a period, `time` a time.

    Text columns are pandas `str`, positions int64, figures float64. Only what can come from a source and
    reach a market is here.
    """

    arcs: pd.DataFrame
    """lane, origin, destination, mode, item, source, deal, t, time, offer, demand, from_place, to_place,
    facility, upper (units); money a unit: purchase, conversion, freight, handling, insurance, pipeline;
    emission (kg a unit: lane, and the warehouse that it leaves where that is the same in all options)."""

    runs: pd.DataFrame
    """location, item, recipe, t, time, facility, capacity_use (capacity units a unit), upper (units),
    conversion (money a unit), emission (kg a unit, where that is the same in all options)."""

    offers: pd.DataFrame
    """location, item, contract, t, time, hold, supplier, unit_cost (money a unit), capacity, minimum (units)."""

    options: pd.DataFrame
    """location, option, facility, initially_open, decided, open_cost (money), expands (position in options),
    setup_periods."""

    suppliers: pd.DataFrame
    """location, candidate, qualify_cost (money)."""

    demands: pd.DataFrame
    """market, item, t, time, quantity (units), may_short."""

    uses: pd.DataFrame
    """option (position in options), location, item (one of those that a meter counts together), t, time, meter,
    upper (capacity units), emission (kg a capacity unit)."""
