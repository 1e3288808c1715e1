"""Stress: everything that can fail does, in turn, on the design of a plan."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance.fields import nearest
from planner.plan import Plan
from planner.solve.arrays import Status
from planner.solve.retained import Retained
from planner.study.chokepoints import Cut, as_table, cuts
from planner.study.failures import EVERY, Failure, failures
from planner.study.stressed import Stressed, stressed
from planner.study.survival import Survival
from planner_models.arrays import Flags, Floats, Ints

EACH = 400  # failures that make a process of their own worth while
ROUNDING = 1e-9
COLUMNS = (
    "rank", "kind", "name", "recovery_days", "extra_cost", "lost_units", "fill_rate", "time_to_survive", "exposure",
    "cuts_off",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlook:
    """What happens while something fails, and after."""

    cost: float  # discounted money, from the first period on
    lost: float  # units short
    asked: float  # units of demand in the periods in which it fails
    missed: float  # units short in these periods
    owed: float  # units short of demand that must be met


class _Test:
    """One retained model for the failures, and one for how long each can be survived."""

    def __init__(self, system: Stressed) -> None:
        self.system, self.model = system, Retained(system.block.arrays)
        self.quantity = system.data.demands.quantity[system.demand]
        self.period = system.data.periods.time_period[system.data.demands.time[system.demand]]
        self.normal = self._solve(np.zeros(len(self.quantity), dtype=np.bool_))
        self.survival = Survival(system, self.short)

    def outlook(self, failure: Failure) -> Outlook:
        """Solve again with what is left of the capacities that fail."""
        system, periods = self.system, self.system.data.periods
        rows = system.capacities.of(failure)
        left = failure.left(len(periods.name) - system.first, periods.days)
        self._limit(rows, left[system.capacities.period[rows] - system.first])
        failing = np.append(left < 1, False)[self.period - system.first]
        found = self._solve(failing)
        self._limit(rows, np.ones(len(rows)))
        return found

    def _limit(self, rows: Ints, left: Floats) -> None:
        capacities = self.system.capacities
        self.model.limit(capacities.row[rows], np.full(len(rows), -np.inf), capacities.limits(rows, left))

    def _solve(self, failing: Flags) -> Outlook:
        """The cheapest way to operate; where demand that must be met cannot be, as little of it is lost as can be."""
        system = self.system
        columns = system.short[system.hard]
        free = system.block.arrays.upper[columns]
        self.model.bound(columns, np.zeros(len(columns)), np.zeros(len(columns)))
        run = self.model.solve()
        if run.status is Status.INFEASIBLE:
            whole = np.zeros(len(self.model.arrays.cost))
            whole[columns] = 1.0
            self.model.cost(whole)
            self.model.bound(columns, np.zeros(len(columns)), free)
            least = self.model.solve()
            # a unit that is lost in one place is lost in another: keep each where the fewest are lost
            self.model.bound(columns, np.zeros(len(columns)), np.maximum(least.x[columns], 0.0))
            self.model.cost(system.block.arrays.cost)
            run = self.model.solve()
        if run.status is not Status.OPTIMAL:
            raise InstanceError([Problem("stress", "the design of the plan cannot be operated at all")])
        self.short = np.maximum(run.x[system.short], 0.0)
        return Outlook(
            cost=float(self.model.arrays.cost @ run.x),
            lost=float(self.short.sum()),
            asked=float(self.quantity[failing].sum()),
            missed=float(self.short[failing].sum()),
            owed=float(self.short[system.hard].sum()),
        )


def stress(
    plan: Plan, every: Sequence[str] = EVERY, *, first_period: str = "", workers: int | None = None
) -> pd.DataFrame:
    """Fail each supplier, plant, warehouse, gateway and country in turn, on the design of a plan.

    What fails is out of work from the start of `first_period` (default the first) for its `recovery_days`; the rest
    of the network is operated at least cost, with the stock of the plan. Rules of policies.csv do not bind, and
    neither does the resilience penalty.

    Args:
        plan: a plan, in memory or read from its folder.
        every: some of `location`, `gateway`, `country`, or of the roles `supplier`, `plant`, `warehouse`.
        first_period: when it begins.
        workers: processes; by default one for each processor, if there is enough to do.

    Returns:
        A row for each, the worst first: those that lose demand that must be met, then by extra cost.
        rank, kind, name, recovery_days; extra_cost (discounted money over the rest of the horizon), lost_units (more
        than without the failure), fill_rate (of demand in the periods in which it fails), time_to_survive (days: the
        longest outage from then on without a unit lost that is not lost anyway; inf for one that lasts to the end of
        the horizon), exposure (extra cost as a share of the largest), cuts_off (pairs of market and item that have no
        way left to something that they need: see `chokepoints`).

    Raises:
        InstanceError: a kind or period that does not exist.
        InfeasibleError, NoSolutionError: there is no plan.
    """
    return with_chokepoints(plan, every, first_period=first_period, workers=workers)[0]


def with_chokepoints(
    plan: Plan, every: Sequence[str] = EVERY, *, first_period: str = "", workers: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `stress` finds, and the chokepoints of that period, which it has to know anyway."""
    plan.raise_for_status()
    periods = plan.instance.settings.horizon.periods
    if first_period and first_period not in periods:
        known = ", ".join(periods)
        near = nearest(first_period, periods)
        raise InstanceError([Problem("first_period", "no such period", first_period, known, near)])
    found = failures(plan.instance, every)
    alone = cuts(plan, first_period)
    if not found:
        return _ranked([]), as_table(alone)
    system = stressed(plan, found, periods.index(first_period) if first_period else 0)
    processes = min(workers or os.cpu_count() or 1, len(found) if workers else 1 + len(found) // EACH)
    if processes == 1:
        rows = _tested(system, found)
    else:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            parts = np.array_split(np.array(found, dtype=object), processes)
            rows = [row for part in pool.map(_tested, [system] * processes, parts) for row in part]
    ranked = _ranked(
        [row | {"cuts_off": _cut_off(alone, each)} for row, each in zip(rows, found, strict=True)]
    )
    return ranked, as_table(alone)


def _cut_off(alone: Sequence[Cut], failure: Failure) -> int:
    """Pairs of market and item to which one of the places that fail is the only way for something."""
    failing = set(failure.targets)
    return len({(cut.market, cut.item) for cut in alone if not failing.isdisjoint(cut.single)})


def _tested(system: Stressed, found: Sequence[Failure]) -> list[dict[str, object]]:
    test = _Test(system)
    return [
        {
            "kind": failure.kind,
            "name": failure.name,
            "recovery_days": failure.days,
            "extra_cost": _more(outlook.cost, test.normal.cost),
            "lost_units": max(_more(outlook.lost, test.normal.lost), 0.0),
            "fill_rate": 1.0 - outlook.missed / outlook.asked if outlook.asked else 1.0,
            "time_to_survive": test.survival.days(failure),
            "owed": max(_more(outlook.owed, test.normal.owed), 0.0),
        }
        for failure in found
        for outlook in [test.outlook(failure)]
    ]


def _more(value: float, than: float) -> float:
    """The difference; that of rounding is none."""
    difference = value - than
    return difference if abs(difference) > ROUNDING * max(abs(value), abs(than)) else 0.0


def _ranked(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The rows with their exposure, the worst first."""
    table = pd.DataFrame(
        rows, columns=["owed", *(name for name in COLUMNS if name not in ("rank", "exposure"))]
    )
    worst = table["extra_cost"].max() if len(table) else 0.0
    table["exposure"] = (table["extra_cost"] / worst).clip(lower=0.0) if worst > 0 else 0.0
    # what must be met and is lost has no price, so it comes before all that has one
    table = table.sort_values(
        ["owed", "extra_cost", "time_to_survive", "kind", "name"],
        ascending=[False, False, True, True, True],
        ignore_index=True,
    )
    table["rank"] = np.arange(1, len(table) + 1)
    return table[list(COLUMNS)]
