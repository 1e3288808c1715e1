"""From an instance to what the model needs, in one pass: the table of contents of the network."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import InstanceError, Problem
from planner.network import bounds, check
from planner.network.arcs import arcs as arcs_of
from planner.network.batches import batches
from planner.network.connected import Network
from planner.network.entries import entries
from planner.network.events import Events
from planner.network.flows import flows
from planner.network.goods import sources
from planner.network.hand_over import hand_over
from planner.network.lanes import only
from planner.network.parts import parts
from planner.network.pooling import pooled
from planner.network.preference import preference
from planner.network.production import production, runs
from planner.network.reach import reach
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance

log = logging.getLogger(__name__)


def build(instance: Instance, events: Events | None = None, *, every_entry: bool = False) -> Data:
    """The data of the model: only what comes from a source and reaches a market.

    `events` say what the figures are at each time, where that is not what the instance says. With `every_entry` the
    ways past customs that another one beats are kept as well, so that the network stays the same when a duty changes
    which of them is the cheapest.

    Raises:
        InstanceError: a demand that must be met and that nothing can reach, a value that a duty needs and
            that is blank, and other faults that show only when everything is connected.
        NotSupportedError: a policy without an exact linear form.
    """
    data, doubts = examined(instance, events, every_entry=every_entry)
    for doubt in doubts:
        log.warning("%s", doubt)
    return data


def examined(
    instance: Instance, events: Events | None = None, *, every_entry: bool = False
) -> tuple[Data, tuple[Problem, ...]]:
    """What `build` gives, and what is suspicious now: demand out of reach, stock that is lost at once."""
    network = connect(instance, events, every_entry=every_entry)
    problems, doubts = check.unreached(network.parts, network.reached)
    if problems:
        raise InstanceError(problems)
    return hand_over(network), (*doubts, *check.lost_stock(network.parts))


def connect(instance: Instance, events: Events | None = None, *, every_entry: bool = False) -> Network:
    """Follow all goods from their sources to the markets, and bound what can move."""
    known = parts(instance, events)
    reached = reach(known)
    preferred = preference(known, reached)
    goods = pooled(known, sources(known, batches(known, reached, preferred)))
    useful = bounds.useful_quantities(known)
    found = flows(known, goods, reached, preferred, useful.shelf > 0)
    needed = bounds.useful_capacity(known, reached, useful)
    capacity = bounds.location_capacity(known, needed)
    made = production(known, goods, found, runs(known, goods, useful, capacity))
    eaten = bounds.eaten_bound(known, reached, made.runs, useful)
    entered = entries(known, goods, arcs_of(known, goods, reached, found), beaten=every_entry)
    arcs = entered.arcs
    used = np.unique(arcs["lane"].to_numpy(dtype=np.int64))
    known, arcs["lane"] = replace(known, ways=only(known.ways, used)), np.searchsorted(used, arcs["lane"])
    entry = bounds.entry_bound(reached, eaten, useful)
    arcs["useful"] = bounds.wanted_bound(known, arcs, entry, useful)
    leaving = bounds.leaving_bound(known, found, arcs, made.runs, capacity)
    arcs["upper"] = bounds.arc_bound(known, goods, arcs, leaving)
    served = np.isin(np.arange(len(known.demands)), arcs["demand"])
    return Network(
        known,
        reached,
        goods,
        found,
        useful,
        eaten,
        needed,
        made,
        arcs,
        entered.charges,
        entered.inbound,
        served,
    )
