"""Links: the disaggregated form of capacities, where the linear relaxation of the aggregated one is weak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.network.bounds import Useful
from planner.network.flows import Flows
from planner.network.joins import number
from planner.network.parts import Parts
from planner_models.arrays import Floats, Ints
from planner_models.data import Links


@dataclass(frozen=True, slots=True)
class Linked:
    """The links, and which of them each arc and run belongs to."""

    links: Links
    plant_of_arc: Ints
    plant_of_run: Ints
    contract_of_arc: Ints


def links(parts: Parts, flows: Flows, arcs: pd.DataFrame, runs: pd.DataFrame, useful: Useful) -> Linked:
    """Link arcs and runs to facilities, and arcs to contracts, where there is something to decide.

    A facility is linked to each demand that it serves, and to each item of those that it makes. Where nothing
    else ties a flow to its facility (it uses no capacity, or leaves the stock of a plant) the link is needed
    for whole designs too.
    """
    plant_of_arc, market_facility, market_period, market_bound = _markets(parts, arcs)
    loose_of_arc, loose_facility, loose_period, loose_bound = _loose(parts, flows, arcs, useful)
    made_of_run, made_facility, made_period, made_bound = _made(parts, runs, useful)
    before_loose = len(market_period)
    before_made = before_loose + len(loose_period)
    contract_of_arc, hold, contract_bound = _contracts(arcs)
    return Linked(
        Links(
            plant_facility=np.concatenate([market_facility, loose_facility, made_facility]),
            plant_period=np.concatenate([market_period, loose_period, made_period]),
            plant_bound=np.concatenate([market_bound, loose_bound, made_bound]),
            contract_hold=hold,
            contract_bound=contract_bound,
        ),
        plant_of_arc=np.where(loose_of_arc >= 0, loose_of_arc + before_loose, plant_of_arc),
        plant_of_run=np.where(made_of_run >= 0, made_of_run + before_made, -1),
        contract_of_arc=contract_of_arc,
    )


def _markets(parts: Parts, arcs: pd.DataFrame) -> tuple[Ints, Ints, Ints, Floats]:
    """Arcs from one facility into one demand: no more than the demand."""
    demand = arcs["demand"].to_numpy(dtype=np.int64)
    facility = parts.facilities.varies[arcs["origin"].to_numpy(dtype=np.int64)]
    group, first = number(np.where(demand >= 0, facility, -1), demand)
    period = parts.codes.times.period[arcs["t"].to_numpy(dtype=np.int64)[first]]
    return group, facility[first], period, parts.demands["quantity"].to_numpy(dtype=np.float64)[demand[first]]


def _loose(parts: Parts, flows: Flows, arcs: pd.DataFrame, useful: Useful) -> tuple[Ints, Ints, Ints, Floats]:
    """Arcs between facilities that the capacity of the one they leave does not hold."""
    origin, place = arcs["origin"].to_numpy(dtype=np.int64), arcs["from_place"].to_numpy(dtype=np.int64)
    facility = parts.facilities.varies[origin]
    from_stock = parts.codes.is_role("plant")[origin] & np.append(flows.kept, False)[place]
    unused = parts.codes.is_role("warehouse")[origin] & (arcs["capacity_use"] == 0).to_numpy()
    loose = (from_stock | unused) & (arcs["demand"] < 0).to_numpy()
    item, t = arcs["item"].to_numpy(dtype=np.int64), arcs["t"].to_numpy(dtype=np.int64)
    group, first = number(np.where(loose, facility, -1), item, t)
    bound = np.bincount(group[group >= 0], arcs["upper"].to_numpy()[group >= 0], len(first))
    # goods of initial stock come on top of what is of use
    stocked = np.zeros(len(parts.codes.item))
    np.add.at(stocked, parts.inventory["item"].to_numpy(), parts.inventory["initial"].to_numpy())
    most = useful.period[item[first], t[first]] + stocked[item[first]]
    return group, facility[first], parts.codes.times.period[t[first]], np.minimum(bound, most)


def _made(parts: Parts, runs: pd.DataFrame, useful: Useful) -> tuple[Ints, Ints, Ints, Floats]:
    """Runs of one item at a facility that makes several, or whose runs use no capacity."""
    location, item, t = (runs[name].to_numpy(dtype=np.int64) for name in ("location", "item", "t"))
    facility = parts.facilities.varies[location]
    made = runs.groupby(["location", "t"])["item"].transform("nunique").to_numpy()
    apart = (made > 1) | (runs["capacity_use"] == 0).to_numpy()
    group, first = number(np.where(apart, facility, -1), item, t)
    each = (group >= 0) & ~runs.duplicated("row_of_recipe").to_numpy()
    bound = np.bincount(group[each], runs["upper"].to_numpy()[each], len(first))
    period = parts.codes.times.period[t[first]]
    return group, facility[first], period, np.minimum(bound, useful.period[item[first], t[first]])


def _contracts(arcs: pd.DataFrame) -> tuple[Ints, Ints, Floats]:
    """Arcs of one decided contract into one place that can use less than it offers."""
    offer, end = arcs["offer"].to_numpy(dtype=np.int64), arcs["end"].to_numpy(dtype=np.int64)
    wanted = arcs["useful"].to_numpy(dtype=np.float64)
    tight = arcs["decided"].to_numpy(dtype=np.bool_) & (wanted < arcs["offered"].to_numpy())
    group, first = number(np.where(tight, offer, -1), end)
    return group, arcs["hold"].to_numpy(dtype=np.int64)[first], wanted[first]
