"""Chokepoints: how many places have to fail before a demand is cut off from something that it needs.

Structure alone, by networkx: which ways the design leaves, not how much fits through them. Stock is left out, and a
demand that another recipe could meet without a component counts as cut off from that component.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from planner.network import build
from planner.plan import Plan
from planner.solve.price import Design
from planner.solve.settle import implied
from planner.study.design import design_of
from planner.study.variants import undisturbed
from planner_models.arrays import Flags
from planner_models.data import OUTPUT, Data

COLUMNS = ("market", "item", "needs", "fewest", "single_points")
SOURCE, LOCATION, GATEWAY = "source", "location", "gateway"
Node = tuple[str, str]  # location, item
Place = tuple[str, str]  # LOCATION or GATEWAY, id


@dataclass(frozen=True, slots=True)
class Cut:
    """How a demand can be cut off from something that it needs."""

    market: str
    item: str
    needs: str  # an item that is bought, or made of nothing
    fewest: int  # places that have to fail together
    single: tuple[Place, ...]  # those that suffice alone, on the way


def chokepoints(plan: Plan, period: str = "") -> pd.DataFrame:
    """What each demand needs, and the fewest places whose failure cuts it off from that.

    Args:
        plan: a plan.
        period: whose network; by default the first.

    Returns:
        market, item, needs (an item that is bought, or made of nothing), fewest (suppliers, plants, warehouses and
        gateways that have to fail together), single_points (those that suffice alone, `;` between them).
    """
    return as_table(cuts(plan, period))


def as_table(found: Sequence[Cut]) -> pd.DataFrame:
    """The columns of `chokepoints`."""
    rows = [
        (cut.market, cut.item, cut.needs, cut.fewest, ";".join(name for _, name in cut.single))
        for cut in found
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def cuts(plan: Plan, period: str = "") -> list[Cut]:
    """What each demand needs in a period, by default the first, and how it can be cut off from that."""
    data = build(undisturbed(plan.instance))
    time = data.periods.name.index(period) if period else 0
    network = _network(plan, data, time)
    starts = sorted(node for node, into in network.in_degree() if not into)
    found = []
    demands = zip(data.demands.market, data.demands.item, data.demands.time == time, strict=True)
    for market, item in sorted({(market, item) for market, item, now in demands if now}):
        behind = nx.ancestors(network, (market, item)) if (market, item) in network else set()
        for needed in dict.fromkeys(node[1] for node in starts if node in behind):
            sources = [node for node in starts if node[1] == needed and node in behind]
            found.append(Cut(market, item, needed, *_cut(network, sources, (market, item))))
    return found


def _network(plan: Plan, data: Data, time: int) -> nx.DiGraph[Any]:
    """Places with an item each, and the ways between them that the design leaves; an edge knows its gateways."""
    design = {**design_of(plan, data)}
    design |= implied(data, design)
    arcs, lanes, goods, needs, runs = data.arcs, data.lanes, data.goods, data.needs, data.runs
    gateways = plan.instance.tables["lanes"]["gateways"].to_numpy(dtype=object)
    network: nx.DiGraph[Any] = nx.DiGraph()
    for arc in np.flatnonzero(_open_arcs(data, design) & (arcs.time == time)).tolist():
        lane, item = arcs.lane[arc], goods.item[arcs.good[arc]]
        ends = (lanes.origin[lane], item), (lanes.destination[lane], item)
        passed = tuple(each for each in gateways[lanes.row[lane]].split(";") if each)
        if network.has_edge(*ends):
            network.edges[ends]["ways"].add(passed)
        else:
            network.add_edge(*ends, ways={passed})
    working = _working(data, design) & (runs.time == time)
    for need in np.flatnonzero(working[needs.run]).tolist():
        run = needs.run[need]
        network.add_edge(
            (runs.location[run], needs.item[need]), (runs.location[run], runs.item[run]), ways={()}
        )
    return network


def _open_arcs(data: Data, design: Design) -> Flags:
    """Arcs of a contract that is held, from a plant that works, or through a warehouse that can be used."""
    arcs, offers = data.arcs, data.offers
    held = np.append(np.rint(design["hold"])[offers.hold] > 0, True)[arcs.offer]
    made = np.append(data.places.kind != OUTPUT, True)
    made[data.runs.output[_working(data, design)]] = True
    return np.asarray(held & made[arcs.from_place] & _usable(data, design, arcs.facility, arcs.time))


def _working(data: Data, design: Design) -> Flags:
    """Runs at plants that can be used."""
    return _usable(data, design, data.runs.facility, data.runs.time)


def _usable(data: Data, design: Design, facility: np.ndarray, time: np.ndarray) -> Flags:
    """Whether facilities can be used at times; always where there is none."""
    options, periods = data.options, data.periods
    usable = np.zeros((len(options.facility_name) + 1, len(periods.name)))
    np.add.at(usable, options.facility, design["usable"])
    usable[-1] = 1.0
    return np.asarray(usable[facility, periods.time_period[time]] > 0)


def _cut(network: nx.DiGraph[Any], sources: list[Node], demand: Node) -> tuple[int, tuple[Place, ...]]:
    """The fewest places between the sources and a demand, and those that all ways lead through."""
    between = nx.ancestors(network, demand) | {demand}
    between &= set().union(*(nx.descendants(network, source) | {source} for source in sources))
    split = _split(network.subgraph(between))
    split.add_edges_from((SOURCE, ((LOCATION, source), "in")) for source, _ in sources)
    node: Any = ((LOCATION, demand[0]), "in")
    fewest = round(nx.maximum_flow_value(split, SOURCE, node))
    if fewest > 1:
        return fewest, ()
    dominators, single = nx.immediate_dominators(split, SOURCE), []
    while (node := dominators[node]) != SOURCE:
        if node[1] == "in":
            single.append(node[0])
    return fewest, tuple(single[::-1])


def _split(network: nx.DiGraph[Any]) -> nx.DiGraph[Any]:
    """Places and gateways, each split in two with an edge of capacity 1 between, so that a cut is a set of places."""
    split: nx.DiGraph[Any] = nx.DiGraph()
    for (origin, _), (destination, _), known in network.edges(data=True):
        for gateways in known["ways"]:
            passed = [(GATEWAY, name) for name in gateways]
            for one, other in pairwise([(LOCATION, origin), *passed, (LOCATION, destination)]):
                split.add_edges_from([((place, "in"), (place, "out")) for place in (one, other)], capacity=1)
                if one != other:
                    split.add_edge((one, "out"), (other, "in"))
    return split
