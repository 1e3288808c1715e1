"""Trade for the generated network: every family of `planner_models.trade` has rows, none cuts much off."""

from __future__ import annotations

import numpy as np

from planner_models.arrays import Ints
from planner_models.data import Arcs, Charges
from planner_models.trade_data import Criteria, Quotas, Regimes, Reliefs

MANY = 1e6


def criteria(runs: int) -> Criteria:
    """Each run passes a regional value or a tariff shift; the second good of its component counts against it."""
    run = np.arange(runs)
    return Criteria(run, run % 2, np.full(runs, 1.5), run, runs + run, np.full(runs, 0.5))


def regimes(periods: int) -> Regimes:
    """One regime of the first plant."""
    t = np.arange(periods)
    return Regimes(("p0",) * periods, ("IMMEX",) * periods, t, np.full(periods, 3.0), t * 0)


def reliefs(run: Ints, time: Ints, place: Ints) -> Reliefs:
    """Two reliefs on what each of the runs makes, the first limited and paid for."""
    count = len(run)
    relieved = np.repeat(np.arange(count), 2)
    first = np.tile([True, False], count)
    return Reliefs(
        relieved,
        np.where(first, 0, 1),
        np.where(first, time[relieved], -1),
        np.full(2 * count, 0.9),
        np.full(2 * count, MANY),
        first,
        place,
        np.arange(2 * count),
        run[relieved],
        np.full(2 * count, 0.2),
        np.arange(count),
        run,
        np.full(count, 0.3),
    )


def quotas(arcs: Arcs, charges: Charges, periods: int) -> Quotas:
    """A quota a period on all that pays the first programme."""
    arc = np.unique(charges.arc[charges.programme == 0])
    return Quotas(
        np.zeros(periods, np.int64),
        np.arange(periods),
        np.full(periods, 20.0),
        arcs.time[arc],
        arc,
        np.zeros(len(arc), np.int64),
        np.full(len(arc), 0.4),
        np.full(len(arc), 0.1),
        np.full(len(arc), -1),
    )
