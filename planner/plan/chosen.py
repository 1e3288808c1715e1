"""The design that was chosen, with what was never in question filled in, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.plan.labels import base_times, total
from planner_models.arrays import Floats, Ints
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.solve.outcome import Outcome


def opened(data: Data, outcome: Outcome) -> Floats:
    """1 where an option is open [options, periods]."""
    return _option_state(data, outcome, "open")


def usable(data: Data, outcome: Outcome) -> Floats:
    """1 where an option can be used [options, periods]."""
    return _option_state(data, outcome, "usable")


def held(data: Data, outcome: Outcome) -> Floats:
    """1 where a contract is held in a period [holds]."""
    return np.where(data.holds.decided, np.rint(outcome.values["hold"]), 1.0)


def qualified(data: Data, outcome: Outcome) -> Floats:
    """1 where a supplier's contracts may be held [suppliers, periods]."""
    suppliers, periods = data.suppliers, len(data.periods.name)
    paid = np.cumsum(np.rint(outcome.values["qualify"]), axis=1)
    earlier = np.arange(periods)[None, :] - suppliers.qualify_periods[:, None]
    ready = np.take_along_axis(paid, np.maximum(earlier, 0), axis=1) * (earlier >= 0)
    return np.where(suppliers.candidate[:, None], np.minimum(ready, 1.0), 1.0)


def option_use(data: Data, outcome: Outcome) -> Floats:
    """Capacity units used in each option in the base scenario [options, periods]."""
    count = len(data.options.facility_name)
    times = len(data.periods.time_period)
    by_time = facility_use(data, outcome, count, times)
    return by_time[data.options.facility][:, base_times(data)] * usable(data, outcome)


def facility_use(data: Data, outcome: Outcome, facilities: int, times: int) -> Floats:
    """Capacity units used in each facility [facilities, times]."""
    arcs, runs, values = data.arcs, data.runs, outcome.values
    use = total(
        _cell(arcs.facility, arcs.time, times), values["flow"] * arcs.capacity_use, facilities * times
    ) + total(_cell(runs.facility, runs.time, times), values["run"] * runs.capacity_use, facilities * times)
    return use.reshape(facilities, times)


def supplier_spend(data: Data, outcome: Outcome) -> Floats:
    """Purchase and take-or-pay of each offer, undiscounted money [offers]."""
    bought = total(data.arcs.offer, outcome.values["flow"] * data.arcs.purchase, len(data.offers.hold))
    return np.asarray(bought + outcome.values["unused"] * data.offers.unit_cost)


def _cell(group: Ints, time: Ints, times: int) -> Ints:
    """Position of (group, time) in a flattened [groups, times]; -1 without a group."""
    return np.where(group >= 0, group * times + time, -1)


def _option_state(data: Data, outcome: Outcome, name: str) -> Floats:
    """A 0/1 design variable of the options, undecided options as they are at the start."""
    options = data.options
    start = options.initially_open.astype(np.float64)[:, None]
    return np.where(options.decided[:, None], np.rint(outcome.values[name]), start)
