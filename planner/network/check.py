"""What the network cannot do: demand that nothing reaches, stock that is lost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.errors import Problem
from planner.instance.fields import number_text
from planner.network.parts import Parts
from planner.network.times import BASE
from planner_models.arrays import Flags


def unreached(parts: Parts, reached: Flags) -> tuple[list[Problem], list[Problem]]:
    """Demand that nothing can reach: errors where it must be met, warnings where it may stay short.

    `reached` [demands] says which have an arc; a row of the table is named once, with the first such period.
    """
    missed = parts.demands[~reached & (parts.demands["quantity"] > 0).to_numpy()].drop_duplicates("row")
    hard = missed[~missed["may_short"]]
    soft = missed[missed["may_short"]]
    return (
        _problems(parts, hard, "", "a route from a source, or a shortage_cost"),
        _problems(parts, soft, ": all of it will be short", ""),
    )


def _problems(parts: Parts, missed: pd.DataFrame, outcome: str, expected: str) -> list[Problem]:
    table, file = parts.instance.tables["demand"], parts.instance.files["demand"]
    problems = []
    ordered = missed.sort_values("row", key=lambda rows: table.index[rows])
    for row, t in zip(ordered["row"].to_numpy(), ordered["t"].to_numpy(), strict=True):
        asked = table.iloc[row]
        where = f"{asked['item']} at {asked['market']}{_when(parts, int(t))}"
        message = f"nothing can reach this demand for {where}{outcome}"
        place = f"{file}:{table.index[row]}:quantity"
        problems.append(Problem(place, message, number_text(float(asked["quantity"])), expected))
    return problems


def _when(parts: Parts, t: int) -> str:
    """The period of a time, where there are several, and its scenario, if it is not base."""
    periods, times = parts.instance.settings.horizon.periods, parts.codes.times
    period = f" in {periods[times.period[t]]}" if len(periods) > 1 else ""
    name = times.scenario_name[times.scenario[t]]
    if name == BASE:
        return period
    return f"{period} of scenario {name}" if period else f" in scenario {name}"


def lost_stock(parts: Parts) -> list[Problem]:
    """Initial stock at a location that cannot be usable in the first period."""
    inventory, table = parts.inventory, parts.instance.tables["inventory"]
    dead = ~parts.facilities.alive[inventory["location"].to_numpy(dtype=np.int64), 0]
    rows = np.flatnonzero(dead & (inventory["initial"] > 0).to_numpy())
    message = "initial stock is lost: the location cannot be used in the first period"
    file = parts.instance.files["inventory"]
    return [
        Problem(f"{file}:{table.index[row]}:initial", message, f"{inventory['initial'].iloc[row]:g}")
        for row in rows.tolist()
    ]
