"""Questions that take many solves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from planner.api.given import base_of, instance_of, plan_of, read, session_of
from planner.api.plans import solve
from planner.api.settings import Search, Settings, options_for, refuse_unknown
from planner.errors import InstanceError, Problem
from planner.instance import Instance
from planner.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

    from planner.instance import Change, Fix, WhatIf
    from planner.study.breakeven import Breakeven
    from planner.study.cases import Solve
    from planner.study.compare import Comparison
    from planner.study.frontier import Frontier
    from planner.study.grid import Varied
    from planner.study.infeasible import Explanation
    from planner.study.recourse import Recourse
    from planner.study.sweep import Moment, Sweep
    from planner.study.winning import Winning


def whatif(
    instance: Instance | str | Path,
    *asked: Change | WhatIf | str,
    base: Plan | str | Path | None = None,
    **settings: Unpack[Search],
) -> Comparison:
    """What changes, made together, do to the plan of an instance: `.plan`, `.bridge`, `.regret`, and more.

    A text names a what-if: a `.toml` file, or one that is kept with an instance that is itself given by its name.
    `base` is the plan of the instance, if there is one already; the settings say how to search. See
    `planner.study.compare.Comparison`.

    Raises:
        InstanceError: bad input, no such what-if, a change that matches nothing, or a base plan of another instance.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    from planner.study.whatif import whatif as answer

    refuse_unknown(settings, whatif, Search)
    named = _named(instance, asked)
    meant = [next(named) if isinstance(each, str) else each for each in asked]
    return answer(session_of(instance, base, settings), *meant)


def whatifs(
    instance: Instance | str | Path,
    asked: Sequence[WhatIf | str],
    *,
    base: Plan | str | Path | None = None,
    tell: Callable[[str], None] | None = None,
    **settings: Unpack[Search],
) -> tuple[Comparison, ...]:
    """What each of several what-ifs, on its own, does to the plan of an instance; see `whatif`.

    `tell` is called with what is done next, in words.

    Raises:
        InstanceError: bad input, or a what-if that cannot be asked; with all problems, before anything is solved.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    from planner.study.whatif import whatifs as answers

    refuse_unknown(settings, whatifs, Search)
    named = _named(instance, asked)
    meant = [next(named) if isinstance(each, str) else each for each in asked]
    return answers(session_of(instance, base, settings), meant, tell or (lambda _: None))


def _named(instance: Instance | str | Path, asked: Sequence[object]) -> Iterator[WhatIf]:
    """The what-ifs that are asked by name, in order."""
    from planner.instance import named_whatifs, resolve

    names = [each for each in asked if isinstance(each, str)]
    if names and isinstance(instance, Instance) and not all(name.endswith(".toml") for name in names):
        expected = "the instance by its name or folder, which has its what-ifs beside it"
        raise InstanceError([Problem("what-if", "named for an instance in memory", names[0], expected)])
    folder = Path() if not names or isinstance(instance, Instance) else resolve(instance)
    return iter(named_whatifs(names, folder))


def explain_infeasible(
    instance: Instance | str | Path, *, seconds: float = 60.0, repairs: int = 3
) -> Explanation:
    """Why an instance has no plan: the least repairs in its own rows and units, and rules that cannot hold together.

    Takes about `seconds`, and says what it could not finish; offers so many `repairs` at most. See
    `planner.study.infeasible.Explanation`.

    Raises:
        InstanceError: bad input; its `problems` are all that is wrong.
        SolverError: HiGHS failed.
    """
    from planner.study.infeasible import explain_infeasible as why

    return why(instance_of(instance), seconds, repairs)


def stress(
    plan: Plan | str | Path,
    every: Sequence[str] = ("location", "gateway", "country"),
    *,
    first_period: str = "",
    workers: int | None = None,
) -> pd.DataFrame:
    """Fail each location, gateway and country in turn on the design of a plan, the worst first.

    See `planner.study.stress.stress` for the columns.

    Raises:
        InstanceError: a kind or period that does not exist.
        StorageError: it is not a plan folder.
    """
    from planner.study.stress import stress as fail_in_turn

    return fail_in_turn(plan_of(plan), every, first_period=first_period, workers=workers)


def chokepoints(plan: Plan | str | Path, period: str = "") -> pd.DataFrame:
    """The fewest places whose failure cuts each demand off from what it needs, and those that suffice alone.

    See `planner.study.chokepoints.chokepoints` for the columns.

    Raises:
        StorageError: it is not a plan folder.
    """
    from planner.study.chokepoints import chokepoints as cut

    return cut(plan_of(plan), period)


def frontier(
    instance: Instance | str | Path,
    measure: str = "cvar",
    points: int = 6,
    *,
    tell: Callable[[str], None] | None = None,
    **settings: Unpack[Settings],
) -> Frontier:
    """The efficient plans between lowest cost and highest resilience, by a measure.

    `measure` is `cvar`, `fill_rate` (of the worst scenario), `allied_share` or `concentration`; the settings are
    those of `solve`. See `planner.study.frontier.frontier`.

    Raises:
        InstanceError: bad input, no such measure, or no plan at all.
    """
    from planner.study.frontier import frontier as efficient

    asked = instance_of(instance)
    changes = settings.get("changes", ())
    return efficient(asked, measure, points, options_for(asked, settings), tell=tell, changes=changes)


def recourse(
    plan: Plan | Instance | str | Path,
    *,
    every: bool = False,
    tell: Callable[[str], None] | None = None,
    **settings: Unpack[Settings],
) -> Recourse:
    """What it is worth to plan for every scenario, and to know which one happens; the regret of each.

    Of a plan, or the folder of one, or of the best plan for an instance. `every` also measures the regret of scenarios
    of probability 0; the settings are those of `solve`. See `planner.study.recourse.recourse`.

    Raises:
        InstanceError: bad input, or no scenario to measure.
        InfeasibleError, NoSolutionError: there is no plan.
    """
    from planner.study.recourse import recourse as measured

    if isinstance(plan, str | Path) and (Path(plan) / "plan.json").is_file():
        plan = read(plan)
    if not isinstance(plan, Plan):
        plan = solve(plan, audited=False, **settings)
    return measured(plan, options_for(plan.instance, settings), every=every, tell=tell)


def scenarios(
    instance: Instance | str | Path, *, samples: int = 1000, keep: int = 10, seed: int = 0
) -> Instance:
    """The instance with scenarios made from the outage rates of its locations, gateways and countries.

    `samples` are drawn, and at most `keep` of them kept that stand for all; the same `seed` gives the same ones.
    `planner.study.scenarios.generate` also says how well they do.

    Raises:
        InstanceError: bad input, no rates, or a figure that is not valid; with all `problems`.
    """
    from planner.study.scenarios import generate

    return generate(instance_of(instance), samples=samples, keep=keep, seed=seed).instance


def sweep(
    instance: Instance | str | Path,
    vary: Varied,
    *,
    fix: Fix | None = None,
    folder: str | Path | None = None,
    workers: int | str | None = None,
    tell: Callable[[Moment], None] | None = None,
    **settings: Unpack[Search],
) -> Sweep:
    """An instance solved at every point of a grid of changes, in parallel; `.outcomes` has a row for each.

    `vary` is as on the command line, an expression such as `"tariffs[origin=CN].rate = 0:1:0.05"` or several, or
    names with values: `{"demand.quantity *=": [0.9, 1, 1.1], "treaty": [None, lapse]}`, where a value may also be a
    change or a what-if. `fix` says what every case keeps of the plan of the instance as it is. With a `folder`, each
    case is kept there the moment it is done, and the same call resumes. `workers` is how many processes, by default
    one for each processor, or the address of a Dask cluster; a script that calls this does so under
    `if __name__ == "__main__"`. `tell` is called with how far it is.

    Raises:
        InstanceError: bad input, in the instance or in what is varied; with all `problems`, before anything is solved.
        StorageError: the folder holds something else, or another sweep.
    """
    from planner.instance import Fix
    from planner.study.grid import read_axes
    from planner.study.sweep import Question
    from planner.study.sweep import sweep as solve_all
    from planner.study.workers import in_processes

    refuse_unknown(settings, sweep, Search)
    asked = instance_of(instance)
    options = replace(options_for(asked, settings), threads=1)
    question = Question(asked, read_axes(vary), fix or Fix(), options)
    where = _on_cluster(workers) if isinstance(workers, str) else in_processes(workers)
    return solve_all(question, where, Path(folder) if folder is not None else None, tell)


def _on_cluster(address: str) -> Solve:
    """Where the cases of a sweep are solved: on a Dask cluster, if dask.distributed is installed."""
    try:
        from planner.study.cluster import on_cluster
    except ImportError as error:
        remedy = "pip install 'sourcing-planner[dask]'"
        raise InstanceError(
            [Problem("--dask", "dask.distributed is not installed", address, remedy)]
        ) from error
    return on_cluster(address)


def breakeven(
    instance: Instance | str | Path,
    on: str,
    range: tuple[float, float],  # noqa: A002 - its name on the command line
    target: str | None = None,
    *,
    keep: Plan | str | Path | None = None,
    tell: Callable[[str], None] | None = None,
    **settings: Unpack[Search],
) -> Breakeven:
    """The values of one number of the data at which the optimal plan changes, and the plans between them.

    `on` is `tariffs[origin=CN].rate`, also with `+=` or `*=` at its end; `target` is `facility=ID` or
    `share:SELECTOR:ITEM=0.5`. `keep` is a plan of the instance, or of it before some changes, whose design is kept, so
    that only operations change. The time limit is for all solves together. See `planner.study.breakeven.breakeven`.

    Raises:
        InstanceError: bad input, no such number or target, or a range that it cannot take; with all `problems`.
        InfeasibleError: there is no plan at any value.
        NoSolutionError: a limit stopped a solve before it had a plan.
    """
    from planner.instance import Fix
    from planner.study.breakeven import Asked
    from planner.study.breakeven import breakeven as find
    from planner.study.kept import kept

    refuse_unknown(settings, breakeven, Search)
    given = instance_of(instance)
    hold = kept(Fix(design=True), base_of(given, keep)) if keep is not None else None
    asked = Asked(options_for(given, settings), hold, tell or (lambda _: None))
    return find(given, on, range, target, asked)


def winning(
    plan: Plan | str | Path,
    supplier: str,
    item: str = "",
    shares: Sequence[float] = (0.25, 0.5, 1.0),
    *,
    fix: Fix | None = None,
) -> Winning:
    """What a supplier would have to charge to win shares of an item, or of each item that it offers; `.table`.

    The highest price at which an optimal plan buys the share, all its contracts and periods moving together. By
    default everything is decided anew at each price; `fix` says what is kept of the plan. See
    `planner.study.winning.winning`.

    Raises:
        InstanceError: there is no such offer, or a share is none; with all `problems`.
        NoSolutionError: a limit stopped a solve before it had a plan.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    from planner.study.winning import winning as prices

    return prices(plan_of(plan), supplier, item, shares, fix)
