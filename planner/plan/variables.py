"""The variables of a model by the user's names: how an `extend` finds those that its own rows are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from planner.plan.labels import of_arc, of_place, of_run, period_of, pick, scenario_of
from planner_models.arrays import Ints
from planner_models.data import Data


def variables(data: Data, name: str) -> pd.DataFrame:
    """What each member of `model.<name>` is about, a row a member; the index of the row is that of the member.

    `name` is `flow`, `run`, `stock`, `draw`, `short` (operations, a row a period and scenario), `hold`, `qualify`,
    `open`, `opening`, `closing` or `usable` (design, a row a period). The columns are called as in the tables of a
    plan. What is bought leaves its source: `origin == source` in `flow`. The source of what is mixed in a warehouse
    is blank.

    Raises:
        KeyError: the variables of that name have no names of their own.
    """
    if name not in _NAMED:
        raise KeyError(f"{name!r}; known are {', '.join(_NAMED)}")
    return _NAMED[name](data)


def _flows(data: Data) -> pd.DataFrame:
    return pd.DataFrame(of_arc(data, _every(data.arcs.lane)))


def _runs(data: Data) -> pd.DataFrame:
    return pd.DataFrame(of_run(data, _every(data.runs.time)))


def _stocks(data: Data) -> pd.DataFrame:
    return pd.DataFrame(of_place(data, data.stocks.place))


def _draws(data: Data) -> pd.DataFrame:
    return pd.DataFrame(of_place(data, data.buffers.draw_place))


def _shortages(data: Data) -> pd.DataFrame:
    demands, rows = data.demands, np.flatnonzero(data.demands.may_short)
    columns = {
        "scenario": scenario_of(data, demands.time[rows]),
        "period": period_of(data, demands.time[rows]),
        "market": pick(demands.market, rows),
        "item": pick(demands.item, rows),
    }
    return pd.DataFrame(columns, index=rows)


def _contracts(data: Data) -> pd.DataFrame:
    holds = data.holds
    period = pick(data.periods.name, holds.period)
    return pd.DataFrame(
        {"period": period, "location": holds.location, "item": holds.item, "contract": holds.contract}
    )


def _suppliers(data: Data) -> pd.DataFrame:
    candidates = np.flatnonzero(data.suppliers.candidate)
    return _by_period(data, candidates, location=pick(data.suppliers.name, candidates))


def _options(data: Data) -> pd.DataFrame:
    options = data.options
    location = pick(options.facility_name, options.facility)
    return _by_period(data, _every(options.facility), location=location, option=options.name)


def _by_period(data: Data, members: Ints, **names: Any) -> pd.DataFrame:
    """A row a member and period, in the order of the model."""
    periods = data.periods.name
    index = pd.MultiIndex.from_product([members.tolist(), range(len(periods))])
    columns = {name: np.repeat(np.array(of, dtype=object), len(periods)) for name, of in names.items()}
    period = np.tile(np.array(periods, dtype=object), len(members))
    return pd.DataFrame(columns | {"period": period}, index=index)


def _every(column: Ints) -> Ints:
    return np.arange(len(column))


_NAMED: dict[str, Callable[[Data], pd.DataFrame]] = {
    "flow": _flows,
    "run": _runs,
    "stock": _stocks,
    "draw": _draws,
    "short": _shortages,
    "hold": _contracts,
    "qualify": _suppliers,
    "open": _options,
    "opening": _options,
    "closing": _options,
    "usable": _options,
}
