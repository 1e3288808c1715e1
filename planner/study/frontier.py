"""The efficient plans between lowest cost and highest resilience: what each step of resilience costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.errors import NO_PLAN, InfeasibleError, NoSolutionError, StorageError
from planner.instance import Instance
from planner.plan import Plan, assemble, audited
from planner.recompute import audit_block
from planner.solve import SolveOptions, Status, solve
from planner.solve.compile import compile_model
from planner.solve.highs import solve as solve_arrays
from planner.study.afterwards import priced
from planner.study.measures import CVAR, MEASURES, Measure, Problem, refuse_unknown, served, served_as_well
from planner.study.picture import picture, plotted
from planner.study.tables import locations_with, write_tables
from planner.study.variants import risk_neutral
from planner_models import build_model

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

POINTS = 6
BISECTIONS = 4  # to find how far a share can go where the whole cannot be had
CHEAPER = 1e-6  # relative: costs this near are the same, as far as a solve can tell
SLACK = 1e-7  # relative: a limit is held to within the rounding of the plan that it was read from
COLUMNS = ("point", "measure", "limit", "value", "cost", "extra_cost", "status", "gap", "open", "suppliers")

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Point:
    """A plan of the frontier."""

    plan: Plan
    limit: float  # that it was held to; nan for the cheapest
    value: float
    met: float  # share of the expected demand

    @property
    def cost(self) -> float:
        """Expected landed cost, and what broken soft rules cost; discounted."""
        return self.plan.objective


@dataclass(frozen=True, slots=True)
class Frontier:
    """The efficient plans for a measure, the cheapest first."""

    measure: Measure
    points: tuple[Point, ...]
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """A row a plan: what the measure was held to and what it is, what it costs, and who is open and engaged."""
        rows = [
            (
                number,
                self.measure.name,
                point.limit,
                point.value,
                point.cost,
                point.cost - self.points[0].cost,
                point.plan.status.value,
                point.plan.gap,
                ";".join(locations_with(point.plan.facilities, "usable")),
                ";".join(locations_with(point.plan.contracts, "volume")),
            )
            for number, point in enumerate(self.points, 1)
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def picture(self) -> str:
        """Cost against the measure, as SVG."""
        return picture(self._places, self.measure.words, f"expected cost, {self._currency}")

    def figure(self) -> Figure:
        """Cost against the measure, as a plotly figure."""
        import plotly.graph_objects as go  # noqa: PLC0415 - only when somebody draws

        return go.Figure(
            plotted(self._places, self.measure.words, f"expected cost, {escape(self._currency)}")
        )

    @property
    def _places(self) -> list[tuple[float, float]]:
        return [(point.value, point.cost) for point in self.points]

    @property
    def _currency(self) -> str:
        return self.points[0].plan.instance.settings.instance.currency

    def write(self, folder: str | Path) -> None:
        """Write frontier.csv, frontier.svg and the folder of each plan to a new folder.

        Raises:
            StorageError: the folder is used, or cannot be written.
        """
        folder = Path(folder)
        write_tables(folder, {"frontier": self.table})
        for number, point in enumerate(self.points, 1):
            point.plan.write(folder / f"plan-{number}")
        try:
            (folder / "frontier.svg").write_text(self.picture(), encoding="utf-8")
        except OSError as error:
            raise StorageError(f"cannot write {folder}: {error.strerror or error}") from error


def frontier(
    instance: Instance,
    measure: str = "cvar",
    points: int = POINTS,
    options: SolveOptions | None = None,
    *,
    tell: Told | None = None,
    changes: tuple[str, ...] = (),
) -> Frontier:
    r"""The efficient plans between lowest cost and the best value of a measure, by the epsilon constraint.

    Cost, without the resilience penalty, is minimised with the measure held to one limit after another, evenly from
    what the cheapest plan has to the best there is. Plans that another one beats are left out.

    Args:
        instance: with scenarios, for `cvar` and `fill_rate`.
        measure: one of MEASURES.
        points: how many limits, the cheapest plan included.
        options: of each solve.
        tell: is called with what is done next, in words.
        changes: what was changed in the instance, in words; each plan says that, and what it is held to beside it.

    Raises:
        InstanceError: there is no such measure.
        InfeasibleError: no plan satisfies all the rules.
        NoSolutionError: a limit stopped a solve before it had a plan.
    """
    refuse_unknown([measure])
    told = tell or (lambda _: None)
    search = _Search(risk_neutral(instance), MEASURES[measure], options or SolveOptions(), told, changes)
    return search.frontier(points)


class _Search:
    """The solves behind a frontier."""

    def __init__(
        self,
        instance: Instance,
        measure: Measure,
        options: SolveOptions,
        tell: Told,
        changes: tuple[str, ...],
    ) -> None:
        self.instance, self.measure, self.options = instance, measure, options
        self.tell, self.changes = tell, changes

    def frontier(self, points: int) -> Frontier:
        """The cheapest plan, the most resilient one, and those between, without the ones that are beaten."""
        cheapest = self.point(None)
        if cheapest is None:
            raise InfeasibleError(f"{NO_PLAN}; planner solve says what would have to change")
        if not self.measure.serves:
            self.instance = served_as_well(self.instance, cheapest.met)
        best = self.best(cheapest)
        found = [cheapest, best]
        if best is not cheapest:
            limits = np.linspace(cheapest.value, best.value, points)[1:-1]
            found[1:1] = [point for limit in limits.tolist() if (point := self.point(limit)) is not None]
        return Frontier(self.measure, tuple(self.efficient(found)), self.warnings(cheapest))

    def warnings(self, cheapest: Point) -> tuple[str, ...]:
        """That nothing is uncertain, where the measure is about what is."""
        if self.measure.name != CVAR or cheapest.plan.document["size"]["scenarios"] > 1:
            return ()
        return ("no scenario has a probability: the dearest scenario is base, so CVaR is the cost itself",)

    def point(self, limit: float | None) -> Point | None:
        """The cheapest plan with the measure held to a limit; None if there is none."""
        self.tell(
            "the cheapest plan"
            if limit is None
            else f"the cheapest plan with {self.measure.name} {limit:.6g}"
        )
        problem = self.measure.problem(self.instance, limit)
        outcome = solve(problem.data, self.options, problem.extend)
        if outcome.solution.status is Status.INFEASIBLE:
            return None
        if not outcome.solution.found:
            raise NoSolutionError(f"stopped by {outcome.solution.stopped_by} before a plan was found")
        said = self.changes + ((problem.beside,) if problem.beside else ())
        plan = priced(assemble(problem.instance, problem.data, outcome, changes=said))
        value = self.measure.of(plan, problem, outcome)
        limit = np.nan if limit is None else limit
        return Point(audited(plan, audit_block), limit, value, served(problem.data, outcome))

    def best(self, cheapest: Point) -> Point:
        """The cheapest of the plans with the best value of the measure.

        For a share that cannot be 1, to within a sixteenth of the way from the cheapest plan to 1.
        """
        problem = self.measure.problem(self.instance, None)
        if problem.goal:
            self.tell(f"the best {self.measure.name}")
            limit = self._goal(problem)
            loose = limit - self.measure.sense * SLACK * max(1.0, abs(limit))
            return (self.point(loose) if self.measure.better(loose, cheapest.value) else None) or cheapest
        if not self.measure.better(self.measure.ideal, cheapest.value):
            return cheapest
        best = self.point(self.measure.ideal)
        if best is not None:
            return best
        best, low, high = cheapest, cheapest.value, self.measure.ideal
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            found = self.point(middle)
            best, low, high = (
                (best, low, middle) if found is None else (found, max(found.value, middle), high)
            )
        return best

    def _goal(self, problem: Problem) -> float:
        """The best value of a measure that is a linear sum."""
        compiled = compile_model(build_model(problem.data))
        cost = np.zeros(len(compiled.arrays.cost))
        for name, weights in problem.goal.items():
            place = compiled.positions[name]
            cost[place.first : place.first + place.count] = weights[place.flat]
        found = solve_arrays(
            replace(compiled.arrays, cost=cost, offset=0.0), replace(self.options, confirm=False)
        )
        if not found.found:
            raise NoSolutionError(
                f"stopped by {found.stopped_by} before the best {self.measure.name} was found"
            )
        return found.objective

    def efficient(self, found: list[Point]) -> list[Point]:
        """Without plans that cost as much as another, or more, and are no better."""
        kept: list[Point] = []
        for point in sorted(found, key=lambda point: (point.cost, -self.measure.sense * point.value)):
            if kept and not self.measure.better(point.value, kept[-1].value):
                continue
            if kept and point.cost - kept[-1].cost <= CHEAPER * abs(point.cost):
                kept.pop()  # as cheap, and worse
            kept.append(point)
        return kept
