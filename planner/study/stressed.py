"""The network of a plan with a capacity on everything that can fail, its design fixed: a linear program.

It is the network of a scenario in which all that can fail keeps half of its capacity, so that every place has the
row of its capacity, where it states none as well. What each row allows is then said for one failure after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.network import build
from planner.plan import Plan
from planner.solve.arrays import Arrays
from planner.solve.blocks import Block, family_columns, family_rows
from planner.solve.compile import Compiled, compile_model
from planner.solve.price import Design, fixed
from planner.solve.rows import activity
from planner.solve.settle import implied
from planner.study.branch import STOCK, branch
from planner.study.design import design_of
from planner.study.failures import Failure
from planner.study.variants import undisturbed, with_scenarios
from planner_models import build_model
from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Data

SCENARIO = "failure"
HALF = 0.5
LINKS = (
    "usable_link",
    "option_use_link",
    "unused_needs_contract",
)  # whose bounds follow from the halved capacities


BOUNDED = ("unused", "used")  # likewise


@dataclass(frozen=True, eq=False)
class Capacities:
    """Rows whose upper limit a failure changes, each at a place in a period: capacities, and minimums of contracts.

    The row of a minimum is turned around: what is taken, negative, is at most the minimum, negative.
    """

    row: Ints  # in the block
    place: Sequence[str]  # location or gateway
    is_gateway: Flags
    period: Ints
    is_minimum: Flags
    stated: Floats  # as it is without a failure, inf for none
    whole: Floats  # what a failure takes a part of: the reference where nothing is stated

    def limits(self, rows: Ints, left: Floats) -> Floats:
        """What some of the rows allow when a part of their capacity is left."""
        part = np.multiply(left, self.whole[rows], out=np.zeros(len(rows)), where=left > 0)
        return np.where(left < 1, part, self.stated[rows])

    def of(self, failure: Failure) -> Ints:
        """The rows that a failure is about."""
        place = np.array(self.place, dtype=object)
        there = np.isin(place, failure.locations) & ~self.is_gateway
        return np.flatnonzero(there | (np.isin(place, failure.gateways) & self.is_gateway))


@dataclass(frozen=True, eq=False)
class Stressed:
    """The linear program of a plan's design, and which of its rows and columns a failure is about."""

    data: Data
    block: Block  # of base before the first period in which something fails, and of what follows
    families: tuple[str, ...]  # the family of each row of the block
    capacities: Capacities
    first: int  # period in which something fails
    times: Ints  # from the first period on
    demand: Ints  # rows of DEMANDS at these times
    short: Ints  # their columns in the block
    hard: Flags  # whether a unit of them may not be short where that can be helped


def stressed(plan: Plan, every: Sequence[Failure], first: int = 0) -> Stressed:
    """The linear program of a plan's design, in which something fails from period `first` on.

    Rules and the resilience penalty do not bind then. Before, base keeps the stock that it has in the plan, by
    location and item.
    """
    instance = undisturbed(plan.instance)
    horizon = instance.settings.horizon
    all_days = horizon.days_per_period * len(horizon.periods)
    halved = [
        replace(failure, days=all_days).events(SCENARIO, horizon.periods[first:], horizon.days_per_period)
        for failure in every
    ]
    events = pd.concat(halved).drop_duplicates(["kind", "target"]).assign(value=HALF)
    scenario = pd.DataFrame({"scenario": [SCENARIO], "probability": [1.0]})
    data = build(with_scenarios(instance, scenario, events))
    hard = ~data.demands.may_short
    data = replace(data, demands=replace(data.demands, may_short=np.ones_like(hard)))
    design = design_of(plan, data)
    compiled = compile_model(build_model(data))
    own = np.flatnonzero(data.periods.time_scenario == 1)
    arrays = _unlinked(compiled, fixed(compiled, data, design))
    part = branch(plan, data, compiled, arrays)
    families = [arrays.row_name(row).partition("[")[0] for row in part.rows.tolist()]
    families += [STOCK] * (len(part.row_time) - len(families))
    capacities = _capacities(data, compiled, part, {**design, **implied(data, dict(design))})
    demand = np.flatnonzero(np.isin(data.demands.time, own))
    return Stressed(
        data=data,
        block=replace(part, arrays=_as_stated(part.arrays, capacities)),
        families=tuple(families),
        capacities=capacities,
        first=first,
        times=own,
        demand=demand,
        short=part.column(family_columns(compiled, "short")[demand]),
        hard=hard[demand],
    )


def _as_stated(arrays: Arrays, capacities: Capacities) -> Arrays:
    """What the rows allow while nothing fails."""
    upper = arrays.row_upper.copy()
    upper[capacities.row] = capacities.stated
    return replace(arrays, row_upper=upper)


def _unlinked(compiled: Compiled, arrays: Arrays) -> Arrays:
    """Without the links of what is usable: where the design is fixed, its capacity says all."""
    upper, most = arrays.row_upper.copy(), arrays.upper.copy()
    for name in BOUNDED:
        columns = family_columns(compiled, name)
        most[columns[columns >= 0]] = np.inf
    still = np.where(arrays.lower < arrays.upper, 0.0, arrays.lower)
    for name in LINKS:
        rows = family_rows(compiled, name)
        if len(rows):
            allowed = arrays.row_upper[rows] - activity(arrays.rows, still)[rows]
            upper[rows] = np.where(allowed > 0, np.inf, upper[rows])
    return replace(arrays, upper=most, row_upper=upper)


def _capacities(data: Data, compiled: Compiled, part: Block, design: Design) -> Capacities:
    frames = [
        _contracts(data, compiled, design),
        _minimums(data, compiled, design),
        _facilities(data, compiled, design),
        _gateways(data, compiled),
    ]
    frame = pd.concat(frames, ignore_index=True)
    own = data.periods.time_scenario[frame["time"].to_numpy(dtype=np.int64)] == 1
    frame = frame[own].assign(row=part.row(frame.loc[own, "row"].to_numpy(dtype=np.int64)))
    frame = frame[frame["row"] >= 0]
    return Capacities(
        row=frame["row"].to_numpy(dtype=np.int64),
        place=tuple(frame["place"]),
        is_gateway=frame["is_gateway"].to_numpy(dtype=np.bool_),
        period=data.periods.time_period[frame["time"].to_numpy(dtype=np.int64)],
        is_minimum=frame["is_minimum"].to_numpy(dtype=np.bool_),
        stated=frame["stated"].to_numpy(dtype=np.float64),
        whole=frame["whole"].to_numpy(dtype=np.float64),
    )


def _contracts(data: Data, compiled: Compiled, design: Design) -> pd.DataFrame:
    """`contract_capacity`: of a contract that is not held, nothing."""
    offers, stated = data.offers, _stated(data.offers.stated, data.offers.capacity)
    held = np.rint(design["hold"])[offers.hold] > 0
    base = _in_base(data, offers.hold, offers.time, stated)
    return _frame(
        row=family_rows(compiled, "contract_capacity"),
        place=[data.holds.location[hold] for hold in offers.hold],
        time=offers.time,
        stated=np.where(held, base, 0.0),
        whole=np.where(held, stated / HALF, 0.0),
    )


def _minimums(data: Data, compiled: Compiled, design: Design) -> pd.DataFrame:
    """`contract_minimum`."""
    rows = np.flatnonzero(data.offers.minimum > 0)
    offers, hold = data.offers, data.offers.hold[rows]
    held = np.rint(design["hold"])[hold]
    base = held * _in_base(data, offers.hold, offers.time, offers.minimum)[rows]
    return _frame(
        row=family_rows(compiled, "contract_minimum"),
        place=[data.holds.location[each] for each in hold],
        time=offers.time[rows],
        stated=-base,
        whole=-base,
    ).assign(is_minimum=True)


def _facilities(data: Data, compiled: Compiled, design: Design) -> pd.DataFrame:
    """`facility_capacity`: that of the option that is usable."""
    options, periods = data.options, data.periods
    count, times = len(options.facility_name), len(periods.time_period)
    usable = design["usable"][:, periods.time_period]
    stated = _stated(options.stated, options.capacity)
    base = np.where(usable > 0, stated[:, periods.time_period], 0.0)
    whole = np.where(usable > 0, stated / HALF, 0.0)
    sums = np.zeros((2, count, times))
    for at, figures in enumerate((base, whole)):
        np.add.at(sums[at], options.facility, figures)
    return _frame(
        row=family_rows(compiled, "facility_capacity"),
        place=np.repeat(np.array(options.facility_name, dtype=object), times),
        time=np.tile(np.arange(times), count),
        stated=sums[0].ravel(),
        whole=sums[1].ravel(),
    )


def _gateways(data: Data, compiled: Compiled) -> pd.DataFrame:
    """`gateway_capacity`."""
    loads = data.gateway_loads
    number = {name: at for at, name in enumerate(dict.fromkeys(loads.gateway))}
    gateway = np.array([number[name] for name in loads.gateway], dtype=np.int64)
    return _frame(
        row=family_rows(compiled, "gateway_capacity"),
        place=loads.gateway,
        time=loads.time,
        stated=_in_base(data, gateway, loads.time, loads.capacity),
        whole=loads.capacity / HALF,
    ).assign(is_gateway=True)


def _in_base(data: Data, key: Ints, time: Ints, figures: Floats) -> Floats:
    """The figure of the same key in base in the same period; inf where base has none."""
    period = data.periods.time_period[time]
    frame = pd.DataFrame({"key": key, "period": period, "figure": figures})
    base = frame[data.periods.time_scenario[time] == 0].drop_duplicates(["key", "period"])
    found = frame[["key", "period"]].merge(base, how="left", on=["key", "period"])["figure"]
    return found.fillna(np.inf).to_numpy(dtype=np.float64)


def _stated(stated: Floats | None, useful: Floats) -> Floats:
    return useful if stated is None else stated


def _frame(row: Ints, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"row": row, **columns, "is_minimum": False, "is_gateway": False})
