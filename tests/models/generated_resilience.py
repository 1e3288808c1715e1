"""The resilience part of `generated`: every family of it, over the whole network."""

from __future__ import annotations

import numpy as np

from planner_models.data import Arcs, Demands
from planner_models.resilience_data import Exposures, Services, Spreads, Tails


def services(demands: Demands, items: int) -> Services:
    """A least share of what may be short of each item."""
    short = np.flatnonzero(demands.may_short)
    item = np.array([int(name[1:]) for name in demands.item])[short]
    return Services(("base",) * items, tuple(f"i{k}" for k in range(items)), np.full(items, 7.5), item, short)


def tails(periods: int) -> Tails:
    """One scenario that lives through all periods."""
    share, bound = np.array([10.0]), np.array([1e8])
    times = np.arange(periods)
    return Tails(("base",), share, bound, np.zeros_like(times), times, 0 * bound, bound, np.array([0.25]))


def exposures(arcs: Arcs, runs: int) -> Exposures:
    """What is bought, and every other run."""
    arc, run = np.flatnonzero(arcs.offer >= 0), np.arange(0, runs, 2)
    return Exposures(arc, np.full(len(arc), 0.3), run, np.full(len(run), 0.2))


def spreads(arcs: Arcs, item: np.ndarray, plant: np.ndarray, time: np.ndarray) -> Spreads:
    """A spread for each run, and for the first good that is bought for it."""
    count = len(item)
    arc = np.flatnonzero(arcs.offer >= 0)[:count]
    run = np.arange(count)
    return Spreads(
        tuple(f"i{k}" for k in item),
        tuple(f"p{k}" for k in plant),
        time,
        np.full(count, 8.0),
        np.full(count, 3.0),
        np.full(count, 50.0),
        arc,
        np.arange(len(arc)),
        run,
        run,
    )
