"""What the rows of offers, recipes and stock say of a good in the period in which it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance.check_rows import STOCK_DEALS

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.network.codes import Codes
    from planner.network.parts import Parts
    from planner_models.arrays import Ints

KEYS = ["location", "item", "deal"]


def time_of(instance: Instance, codes: Codes, rows: pd.DataFrame) -> Ints:
    """The number of the time of each row of a table with scenario and period."""
    times, periods = codes.times, instance.settings.horizon.periods
    number = {
        (times.scenario_name[scenario], periods[period]): time
        for time, (scenario, period) in enumerate(
            zip(times.scenario.tolist(), times.period.tolist(), strict=True)
        )
    }
    keys = zip(rows["scenario"], rows["period"], strict=True)
    return np.array([number[key] for key in keys], dtype=np.int64)


def deal_terms(instance: Instance, asked: pd.DataFrame) -> pd.DataFrame:
    """Country of origin (`origin`) and value of a unit (`value`, instance currency) of goods, by their deal.

    It is that of the deal's row at the time, or of its latest earlier row (goods from stock).

    Args:
        instance: its tables `offers`, `production`, `inventory`.
        asked: t (time), location, item, deal.

    Returns:
        A row for each row of `asked`, in its order; blank where there is no such deal.
    """
    from planner.network.parts import parts  # noqa: PLC0415 - figures after events, which only some tables need

    read = parts(instance)
    times = read.codes.times
    known = pd.concat([part for part in _deals(read) if len(part)], ignore_index=True)
    wanted = asked[["t", *KEYS]].reset_index(drop=True).assign(position=np.arange(len(asked)))
    for column in KEYS:
        wanted[column] = wanted[column].astype("str")
        known[column] = known[column].astype("str")
    paths = [times.path(scenario) for scenario in range(len(times.scenario_name))]
    lived = pd.concat([known[known["t"].isin(path)].assign(scenario=s) for s, path in enumerate(paths)])
    lived["period"] = times.period[lived["t"]]
    wanted["scenario"], wanted["period"] = times.scenario[wanted["t"]], times.period[wanted["t"]]
    found = pd.merge_asof(
        wanted.drop(columns="t").sort_values("period"),
        lived.drop(columns="t").sort_values("period", kind="stable"),
        on="period",
        by=[*KEYS, "scenario"],
    )
    return found.set_index("position")[["origin", "value"]].sort_index()


def _deals(read: Parts) -> list[pd.DataFrame]:
    """Rows of all deals by time: t, location, item, deal, origin, value; after events."""
    codes, tables, times = read.codes, read.instance.tables, np.arange(len(read.codes.times))
    found = []
    for table, frame in (("offers", read.offers), ("production", read.recipes)):
        row, t = (frame[name].to_numpy(dtype=np.int64) for name in ("row", "t"))
        value = frame["unit_cost"] if table == "offers" else read.events.money(table, "customs_value", row, t)
        found.append(
            pd.DataFrame(
                {
                    "t": t,
                    "location": codes.location[frame["location"]],
                    "item": codes.item[frame["item"]],
                    "deal": frame["deal"].to_numpy(),
                    "origin": tables[table]["origin"].to_numpy()[row],
                    "value": np.asarray(value, dtype=np.float64),
                }
            )
        )
    stock = tables["inventory"]
    row = np.repeat(np.arange(len(stock)), len(times))
    held = stock.iloc[row][["location", "item", "origin"]].assign(
        t=np.tile(times, len(stock)),
        value=read.events.money_over_time("inventory", "initial_value").ravel(),
    )
    return [*found, *(held.assign(deal=deal) for deal in STOCK_DEALS)]
