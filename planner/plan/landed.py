"""Landed cost of a unit delivered, by average-cost tracing through recipes, stock and warehouses.

Every amount of money is first borne by a place (a good at a location and time) or by a demand. A place passes
all that it bears to where its goods go, in proportion to the units; a run passes what it consumed to what it
made. That is one sparse linear system for all cost components. What nothing bears (a fee for capacity that
made nothing, stock that is left at the end) is spread over all units sold in its period, so nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import splu

from planner.plan.bearers import Borne, borne, entry_share
from planner.plan.columns import empty, frame
from planner.plan.labels import DUST, total
from planner.plan.ledger import by_period
from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Links:
    """Units that pass from a place to a node: places come first, then demands."""

    place: Ints
    node: Ints
    units: Floats


def landed_cost(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`landed_cost.csv`: discounted money per unit met by market, item, period and component.

    Sum of per_unit x met quantity over all rows, plus the shortage cost, is the expected landed cost.
    """
    components = [name for name in outcome.costs if name != "shortage"]
    met = _met(data, outcome)
    if not met.sum() > 0 or not components:
        return empty("landed_cost")
    links = _links(data, outcome)
    costs = borne(data, outcome, components)
    live = _live(data, links, met)
    at_demand = _pass_on(data, links, costs, live)
    at_demand += _stranded(data, outcome, components, costs, live) @ _sold(data, met).T
    return _table(data, components, at_demand.T, met)


def _met(data: Data, outcome: Outcome) -> Floats:
    """Expected units met [demands]."""
    met = np.maximum(data.demands.quantity - outcome.values["short"], 0.0)
    met[met <= DUST] = 0.0
    return np.asarray(met * data.periods.time_weight[data.demands.time])


def _links(data: Data, outcome: Outcome) -> Links:
    """What passes from place to place and to demands, by lanes, stock and recipes."""
    arcs, stocks, needs, values = data.arcs, data.stocks, data.needs, outcome.values
    places = len(data.places.good)
    target = np.where(arcs.demand >= 0, places + arcs.demand, arcs.to_place)
    made = data.runs.output[needs.run[needs.feed_need]]
    place = np.concatenate([arcs.from_place, stocks.place[stocks.entry_stock], needs.feed_place])
    node = np.concatenate([target, stocks.entry_place, made])
    # of what is kept, each scenario that goes on from there takes its part by probability
    kept = values["stock"][stocks.entry_stock] * entry_share(data)
    units = np.concatenate([values["flow"], kept, values["feed"]])
    there = (place >= 0) & (node >= 0) & (units > DUST)
    return Links(place[there], node[there], units[there])


def _live(data: Data, links: Links, met: Floats) -> Flags:
    """Whether what a node bears reaches a demand that is met [places + demands]."""
    places = len(data.places.good)
    nodes, served = places + len(met), places + np.flatnonzero(met)
    # backwards from one node behind all demands that are met
    back = sparse.coo_array(
        (
            np.ones(len(links.place) + len(served), dtype=np.int8),
            (
                np.concatenate([links.node, np.full(len(served), nodes)]),
                np.concatenate([links.place, served]),
            ),
        ),
        shape=(nodes + 1, nodes + 1),
    )
    reached = csgraph.breadth_first_order(back.tocsr(), nodes, return_predecessors=False)
    live = np.zeros(nodes + 1, dtype=np.bool_)
    live[reached] = True
    return live[:nodes]


def _pass_on(data: Data, links: Links, costs: Borne, live: Flags) -> Floats:
    """What each demand bears in the end [components, demands]: its own, and its share of what places bear."""
    places, demands = len(data.places.good), len(data.demands.time)
    mine = live[costs.node]
    own = np.zeros((costs.components, places + demands))
    np.add.at(own, (costs.component[mine], costs.node[mine]), costs.amount[mine])
    kept = live[links.place] & live[links.node]
    place, node, units = links.place[kept], links.node[kept], links.units[kept]
    share = units / total(place, units, places)[place]
    passing = sparse.csc_array((share, (node, place)), shape=(places + demands, places))
    if not places:
        return own
    system = sparse.eye_array(places, format="csc") - passing[:places]
    through = splu(sparse.csc_matrix(system)).solve(np.ascontiguousarray(own[:, :places].T))
    return np.asarray(own[:, places:] + (passing[places:] @ through).T)


def _stranded(
    data: Data,
    outcome: Outcome,
    components: list[str],
    costs: Borne,
    live: Flags,
) -> Floats:
    """The part of the ledger that no live node bears [components, periods]."""
    periods = len(data.periods.name)
    ledger = np.stack([by_period(data, name, outcome.costs[name]) for name in components])
    mine = live[costs.node]
    placed = np.zeros_like(ledger)
    size = np.zeros_like(ledger)
    at = (costs.component[mine], data.periods.time_period[costs.time[mine]])
    np.add.at(placed, at, costs.amount[mine])
    np.add.at(size, at, np.abs(costs.amount[mine]))
    rest = ledger - placed
    # rounding of long sums is not a cost that somebody has to bear
    rest[np.abs(rest) <= 1e-13 * (size + np.abs(ledger))] = 0.0
    return rest.reshape(len(components), periods)


def _sold(data: Data, met: Floats) -> Floats:
    """Share of each demand in the units sold in a period [demands, periods]; of all, where none are sold."""
    period = data.periods.time_period[data.demands.time]
    shares = np.zeros((len(met), len(data.periods.name)))
    shares[np.arange(len(met)), period] = met
    sums = shares.sum(axis=0)
    return np.where(sums > 0, shares / np.where(sums > 0, sums, 1.0), (met / met.sum())[:, None])


def _table(data: Data, components: list[str], amounts: Floats, met: Floats) -> pd.DataFrame:
    """The table from amounts [demands, components]."""
    demands, periods = data.demands, data.periods
    keys = pd.DataFrame(
        {
            "market": np.array(demands.market, dtype=object),
            "item": np.array(demands.item, dtype=object),
            "period": periods.time_period[demands.time],
        }
    )
    group: Ints = np.asarray(keys.groupby(list(keys.columns), sort=False).ngroup(), dtype=np.int64)
    first = np.unique(group, return_index=True)[1]
    units = total(group, met, len(first))
    sums = np.stack([total(group, column, len(first)) for column in amounts.T], axis=1)
    row, component = np.nonzero((units > 0)[:, None] & (sums != 0))
    return frame(
        "landed_cost",
        {
            "market": keys["market"].to_numpy()[first[row]],
            "item": keys["item"].to_numpy()[first[row]],
            "period": np.array(periods.name, dtype=object)[keys["period"].to_numpy()[first[row]]],
            "component": np.array(components, dtype=object)[component],
            "per_unit": sums[row, component] / units[row],
        },
    )
