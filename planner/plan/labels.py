"""From positions in the network's data to the user's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Data

Texts = NDArray[Any]

# below this many units a variable of the solved LP is rounding, not a quantity
DUST = 1e-9


def pick(names: Sequence[str], positions: Ints) -> Texts:
    """The names at `positions`; blank for -1."""
    return np.array([*names, ""], dtype=object)[positions]


def scenario_of(data: Data, time: Ints) -> Texts:
    """Scenario names of times."""
    return pick(data.periods.scenario_name, data.periods.time_scenario[time])


def period_of(data: Data, time: Ints) -> Texts:
    """Period names of times."""
    return pick(data.periods.name, data.periods.time_period[time])


def of_arc(data: Data, rows: Ints) -> dict[str, Any]:
    """The columns that name arcs, and their flow."""
    arcs, goods = data.arcs, data.goods
    lane, good, agreement = arcs.lane[rows], arcs.good[rows], pick(arcs.agreement, rows)
    return {
        "scenario": scenario_of(data, arcs.time[rows]),
        "period": period_of(data, arcs.time[rows]),
        "origin": pick(data.lanes.origin, lane),
        "destination": pick(data.lanes.destination, lane),
        "mode": pick(data.lanes.mode, lane),
        "item": pick(goods.item, good),
        "source": pick(goods.source, good),
        "deal": pick(goods.deal, good),
        "status": pick(goods.status, good),
        "class": pick(goods.destination_class, good),
        "entry": np.where(agreement == "", "normal", "claimed").astype(object),
        "agreement": agreement,
    }


def of_run(data: Data, rows: Ints) -> dict[str, Any]:
    """The columns that name runs."""
    runs = data.runs
    return {
        "scenario": scenario_of(data, runs.time[rows]),
        "period": period_of(data, runs.time[rows]),
        "location": pick(runs.location, rows),
        "item": pick(runs.item, rows),
        "recipe": pick(runs.recipe, rows),
        "status": pick(runs.status, rows),
        "test": pick(runs.test, rows),
        "class": pick(runs.destination_class, rows),
    }


def real(values: Floats) -> Ints:
    """Positions of the quantities that are more than rounding."""
    return np.flatnonzero(np.abs(values) > DUST)


def total(positions: Ints, amounts: Floats, size: int) -> Floats:
    """Sum of `amounts` by position [size]; positions of -1 are left out."""
    there = positions >= 0
    return np.bincount(positions[there], weights=amounts[there], minlength=size)[:size].astype(np.float64)


def base_times(data: Data) -> Ints:
    """The times of the base scenario, one a period, in order."""
    return np.arange(len(data.periods.name))


def of_place(data: Data, rows: Ints) -> dict[str, Any]:
    """The columns that name places: a good at a location."""
    places, goods = data.places, data.goods
    good = places.good[rows]
    return {
        "scenario": scenario_of(data, places.time[rows]),
        "period": period_of(data, places.time[rows]),
        "location": pick(places.location, rows),
        "item": pick(goods.item, good),
        "source": pick(goods.source, good),
        "deal": pick(goods.deal, good),
        "status": pick(goods.status, good),
        "class": pick(goods.destination_class, good),
    }


def lived(data: Data, scenario: int) -> Ints:
    """The times that a scenario lives through: those of base before its first event, then its own."""
    periods = data.periods
    own = np.flatnonzero(periods.time_scenario == scenario)
    before = base_times(data)[: periods.time_period[own[0]]]
    return own if scenario == 0 else np.concatenate([before, own])


def in_base(data: Data, time: Ints) -> Flags:
    """Whether each time belongs to the base scenario."""
    return np.asarray(data.periods.time_scenario[time] == 0)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Part / whole, 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as mappings; for tables of a few rows."""
    return table.to_dict("records")  # type: ignore[return-value]
