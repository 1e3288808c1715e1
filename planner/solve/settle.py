"""Settle a design: whole integers, and everything that follows from them, fixed before the last LP."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.solve.arrays import Arrays
from planner.solve.compile import Compiled
from planner_models.data import Data

Floats = NDArray[np.float64]

IMPLIED = ("opening", "closing", "usable", "reopened", "engaged")


def settled(compiled: Compiled, data: Data, values: dict[str, Floats]) -> Arrays:
    """The arrays with all design fixed at what the rounded integers imply, and capacities as stated.

    Without the first an opening without cost, or a usable share of an idle plant, could take any value. Without
    the second a bound on what is useful could bind in place of a row, and take the dual that the row should have.
    """
    arrays, design = compiled.arrays, dict(values) | implied(data, values)
    lower, upper, row_upper = arrays.lower.copy(), arrays.upper.copy(), arrays.row_upper.copy()
    for name in IMPLIED:
        place = compiled.positions[name]
        columns = slice(place.first, place.first + place.count)
        lower[columns] = upper[columns] = design[name].ravel()[place.flat]
    for name, useful in _useful(data).items():
        place = compiled.positions[name]
        columns = slice(place.first, place.first + place.count)
        own = (upper[columns] == useful[place.flat]) & (
            lower[columns] < upper[columns]
        )  # not what a user set
        upper[columns][own] = np.inf
    spans = {name: slice(first, last) for name, first, last in arrays.row_families}
    for name, room in _room(data, design).items():
        if name in spans:
            row_upper[spans[name]] += room[tuple(compiled.families[name])]
    # an assigned lane carries what its demand asks for: the row of the demand alone has the price
    row_lower = arrays.row_lower.copy()
    for name in ("single_source", "single_source_link"):
        if name in spans:
            row_lower[spans[name]], row_upper[spans[name]] = -np.inf, np.inf
    place = compiled.positions["flow"]
    upper[place.first : place.first + place.count][_unassigned(data, design)[place.flat]] = 0.0
    return replace(arrays, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper, lazy_rows=None)


def _unassigned(data: Data, design: dict[str, Floats]) -> NDArray[np.bool_]:
    """Arcs into a single-sourced demand on another lane than the assigned one [arcs]."""
    assigned = np.rint(design["assign"])[data.demands.single_assign] > 0
    return np.asarray(~np.append(assigned, True)[data.arcs.single_source])


def _useful(data: Data) -> dict[str, Floats]:
    """Variables whose bounds say what can be useful, no more: rows bound them too."""
    return {
        "flow": data.arcs.upper,
        "run": data.runs.upper,
        "feed": data.needs.feed_upper,
        "stock": data.stocks.upper,
        "lost": data.stocks.loss_upper,
        "used": data.uses.upper,
        "over": data.arcs.upper[data.quotas.over_arc],
        "relief": data.reliefs.upper,
        "violation": data.policies.rule_upper,
    }


def _room(data: Data, design: dict[str, Floats]) -> dict[str, Floats]:
    """What a stated capacity has over the useful one that the model works with, by constraint family."""
    offers, loads, stocks, reliefs = data.offers, data.lane_loads, data.stocks, data.reliefs
    load = _spare(loads.stated, loads.capacity)
    used = np.append(np.rint(design["use_lane"]), 1.0)[loads.use]
    carried = np.append(used, 0.0)[data.arcs.lane_load]
    set_up = np.append(np.rint(design["set_up"]), 0.0)[data.runs.set_up]
    in_regime = np.append(np.rint(design["regime"]), 0.0)
    return _facility_room(data, design["usable"]) | {
        "contract_capacity": _times(
            _spare(offers.stated, offers.capacity), np.rint(design["hold"])[offers.hold]
        ),
        "lane_capacity": load,
        "lane_link": _times(load, used),
        "lane_link_of_weightless": _endless(carried),
        "stock_limit": _spare(stocks.limit_stated, stocks.limit_quantity),
        "set_up_link": _endless(set_up),
        "reduced_link": _endless(in_regime[data.arcs.regime]),
        "relief_link": _endless(in_regime[reliefs.regime]),
    }


def _facility_room(data: Data, usable: Floats) -> dict[str, Floats]:
    """That of families which speak of facilities; `usable` [options, periods]."""
    options, stocks, links, uses = data.options, data.stocks, data.links, data.uses
    period = data.periods.time_period
    spare = _spare(options.stated, options.capacity)
    facility = np.zeros((len(options.facility_name), len(period)))
    np.add.at(facility, options.facility, _times(spare, usable[:, period]))
    of_facility = np.zeros((len(options.facility_name) + 1, usable.shape[1]))
    np.add.at(of_facility, options.facility, usable)
    of_facility[-1] = 1.0  # a place that is no facility is always usable
    lost_in = period[data.places.time[stocks.loss_place]]
    return {
        "facility_capacity": facility,
        "usable_link": _endless(of_facility[links.plant_facility, links.plant_period]),
        "option_use_link": _times(spare[uses.option, uses.time], usable[uses.option, period[uses.time]]),
        "stock_link": _times(
            _spare(stocks.limit_stated, stocks.limit_quantity),
            of_facility[stocks.limit_facility, period[stocks.limit_time]],
        ),
        "loss_link": _endless(1.0 - of_facility[stocks.loss_facility, lost_in]),
    }


def _spare(stated: Floats | None, useful: Floats) -> Floats:
    return np.zeros_like(useful) if stated is None else stated - useful


def _times(room: Floats, chosen: Floats) -> Floats:
    """Room where chosen; an infinite room that is not chosen is none."""
    return np.where(chosen > 0, room, 0.0)


def _endless(chosen: Floats) -> Floats:
    """No end of room where chosen."""
    return np.where(chosen > 0, np.inf, 0.0)


def implied(data: Data, values: dict[str, Floats]) -> dict[str, Floats]:
    """Opening, closing, usable and reopened from `open`; engaged from `hold`. Shapes as in `values`."""
    options = data.options
    opened = np.rint(values["open"])
    before = np.concatenate([options.initially_open[:, None].astype(float), opened[:, :-1]], axis=1)
    opening, closing = np.maximum(opened - before, 0.0), np.maximum(before - opened, 0.0)
    reopened = opened[:, -1] * options.initially_open * (opening.sum(axis=1) > 0)
    return {
        "opening": opening,
        "closing": closing,
        "usable": opened * ~in_set_up(opening, options.setup_periods),
        "reopened": reopened,
        "engaged": _engaged(data, np.rint(values["hold"])),
    }


def in_set_up(opening: Floats, setup_periods: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether an option [options, periods] was opened in the last setup_periods, this one included."""
    periods = opening.shape[1]
    growing = np.zeros(opening.shape, dtype=bool)
    for back in range(periods):
        slow = (setup_periods > back)[:, None]
        growing[:, back:] |= (opening[:, : periods - back] > 0) & slow
    return growing


def _engaged(data: Data, hold: Floats) -> Floats:
    """1 where any contract of the supplier is held in the period."""
    holds = data.holds
    engaged = np.zeros((len(data.suppliers.name), len(data.periods.name)))
    known = holds.supplier >= 0
    np.maximum.at(engaged, (holds.supplier[known], holds.period[known]), hold[known])
    return engaged
