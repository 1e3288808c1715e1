"""The public names: what users import."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from planner import errors
from planner.errors import InstanceError, Problem
from planner.instance import Instance, change, shipped
from planner.instance.fields import nearest
from planner.plan import Plan, variables
from planner.recompute import audit, audit_block
from planner.solve import Progress, SolveOptions, Status

if TYPE_CHECKING:
    import pandas as pd
    import pyomo.environ as pyo
    from plotly.graph_objects import Figure

    from planner.instance import Change, Fix, WhatIf
    from planner.study.breakeven import Breakeven
    from planner.study.cases import Solve
    from planner.study.compare import Comparison
    from planner.study.frontier import Frontier
    from planner.study.grid import Varied
    from planner.study.infeasible import Explanation
    from planner.study.recourse import Recourse
    from planner.study.session import Session
    from planner.study.sweep import Moment, Sweep
    from planner_models import Data

__all__ = [
    "Instance",
    "Plan",
    "Progress",
    "Status",
    "audit",
    "breakeven",
    "change",
    "check",
    "chokepoints",
    "compare",
    "errors",
    "explain",
    "explain_infeasible",
    "frontier",
    "load",
    "map",
    "model",
    "new",
    "read",
    "recourse",
    "report",
    "sankey",
    "scenarios",
    "shipped",
    "solve",
    "stress",
    "sweep",
    "variables",
    "waterfall",
    "whatif",
    "whatifs",
    "workbook",
]


class Search(TypedDict, total=False):
    """How to search, where that differs from the instance's own settings.

    `gap` relative, `time_limit` in seconds (0 = none), `seed`; `confirm=False` skips the second solve.
    """

    gap: float
    time_limit: float
    seed: int
    confirm: bool


class Settings(Search, total=False):
    """How to solve, where that differs from the instance's own settings: how to search, and `threads`.

    `report=False` leaves report.html out of the folder, `xlsx` puts plan.xlsx into it; `write_model` also writes the
    model that is solved, as `.mps` or `.lp`; `seconds_read` says how long it took to read the instance, and
    `changes`, in words, what was changed in it: both only for plan.json.
    """

    threads: int
    report: bool
    xlsx: bool
    write_model: str | Path
    seconds_read: float
    changes: tuple[str, ...]


def load(instance: str | Path) -> Instance:
    """Read and check an instance: a folder, an .xlsx workbook, a plan folder, or a shipped name.

    Raises:
        InstanceError: bad input; its `problems` are all that is wrong.
        StorageError: a file cannot be read.
    """
    from planner.instance import load as read_instance

    return read_instance(instance)


def check(instance: Instance | str | Path) -> tuple[Problem, ...]:
    """The warnings about a valid instance, those of its network too.

    Raises:
        InstanceError: bad input; its `problems` are all that is wrong.
    """
    from planner.network import examined

    checked = _instance(instance)
    return tuple(dict.fromkeys(checked.warnings + examined(checked)[1]))


def solve(
    instance: Instance | str | Path,
    *,
    folder: str | Path | None = None,
    audited: bool = True,
    extend: Callable[[pyo.ConcreteModel, Data], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    **settings: Unpack[Settings],
) -> Plan:
    """The best plan for an instance, audited, and written to `folder` if one is given.

    `extend` may add the user's own Pyomo constraints to the model before it is solved (`variables` says which of
    its variables is which); `progress` is called about ten times a second. Whether there is a plan, and how good
    it is, is in `plan.status`.

    Raises:
        InstanceError: bad input, a setting that is not valid, or figures too far apart; with all `problems`.
        SolverError: HiGHS failed, or its answer cannot be trusted.
        StorageError: the folder is refused or cannot be written.
    """
    from planner.plan import refuse_unwritable
    from planner.plan import write as write_plan
    from planner.solve.export import keep_dispute, refuse_path
    from planner.study.solved import Asked, solved, with_audit

    begun = time.perf_counter()
    if folder is not None:
        refuse_unwritable(Path(folder))
    _refuse_unknown(settings, solve, Settings)
    if "write_model" in settings:
        refuse_path(Path(settings["write_model"]))
    to_solve = _instance(instance)
    asked = Asked(
        options=_options(to_solve, settings),
        extend=extend,
        progress=progress,
        write_model=Path(settings["write_model"]) if "write_model" in settings else None,
        changes=settings.get("changes", ()),
        seconds={"read": time.perf_counter() - begun + settings.get("seconds_read", 0.0)},
    )
    plan, outcome = solved(to_solve, asked)
    if folder is not None:
        keep_dispute(outcome, Path(folder))
    if plan.found and folder is not None:
        return write_plan(plan, Path(folder), audit_block if audited else None, _additions(settings))
    return with_audit(plan) if audited else plan


def read(folder: str | Path) -> Plan:
    """Read a plan back from its folder.

    Raises:
        StorageError: it is not a plan folder, or a table of it is missing.
        InstanceError: its instance does not read.
    """
    from planner.plan.write import read as read_plan

    return read_plan(folder)


def explain(plan: Plan | str | Path, topic: str | Path | Plan = "") -> str:
    """A plan, or the folder of one, in plain words with figures.

    `topic` is `duty`, `origin`, `relief` or `binding`, all of them where blank; `facility:` and a location, which
    solves the plan with that facility the other way; or another plan: what drives the difference to it.

    Raises:
        InstanceError: there is no such topic.
        StorageError: it is not a plan folder.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    from planner.plan.write import is_plan
    from planner.report import difference
    from planner.report import explain as in_words

    read = _plan(plan)
    if isinstance(topic, Plan) or is_plan(Path(topic)):
        return difference(read, _plan(topic))
    return in_words(read, str(topic))


def compare(base: Plan | str | Path, plan: Plan | str | Path) -> Comparison:
    """A plan against a base plan, or the folders of both: cost bridge, what opened, closed and moved, how sure it is.

    See `planner.study.compare.Comparison` for its tables.

    Raises:
        InstanceError: they count in different currencies.
        StorageError: one is not a plan folder.
    """
    from planner.study.compare import compare as side_by_side

    return side_by_side(_plan(base), _plan(plan))


def whatif(
    instance: Instance | str | Path,
    *asked: Change | WhatIf,
    base: Plan | str | Path | None = None,
    **settings: Unpack[Settings],
) -> Comparison:
    """What changes, made together, do to the plan of an instance: `.plan`, `.bridge`, `.regret`, and more.

    `base` is the plan of the instance, if there is one already; the settings are those of `solve`. See
    `planner.study.compare.Comparison`.

    Raises:
        InstanceError: bad input, a change that matches nothing, or a base plan of another instance.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    from planner.study.whatif import whatif as answer

    return answer(_session(instance, base, settings), *asked)


def whatifs(
    instance: Instance | str | Path,
    asked: Sequence[WhatIf],
    *,
    base: Plan | str | Path | None = None,
    tell: Callable[[str], None] | None = None,
    **settings: Unpack[Settings],
) -> tuple[Comparison, ...]:
    """What each of several what-ifs, on its own, does to the plan of an instance; see `whatif`.

    `tell` is called with what is done next, in words.

    Raises:
        InstanceError: bad input, or a what-if that cannot be asked; with all problems, before anything is solved.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    from planner.study.whatif import whatifs as answers

    return answers(_session(instance, base, settings), asked, tell or (lambda _: None))


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

    return why(_instance(instance), seconds, repairs)


def report(
    *plans: Plan | str | Path,
    to: str | Path = "report.html",
    stressed: bool = True,
    frontiers: Sequence[pd.DataFrame] = (),
) -> Path:
    """Write the report of a plan, or of several side by side, as one HTML file that opens offline; its path.

    `stressed` adds what each failure costs (`stress`, which takes some seconds a plan), `frontiers` the tables of
    `frontier`. A file that is there already is replaced.

    Raises:
        InfeasibleError, NoSolutionError: one of them is no plan.
        InstanceError: they count in different currencies.
        StorageError: one is not a plan folder, or the file cannot be written.
    """
    from planner.report import report as in_pictures
    from planner.report import write_report

    known = [_plan(plan).raise_for_status() for plan in plans]
    failures = [stress(plan) for plan in known] if stressed else []
    return write_report(in_pictures(known, failures, frontiers), Path(to))


def map(  # noqa: A001 - planner.map, which hides nothing outside of this module
    plan: Plan | str | Path, *, scenario: str = "base", period: str = "", colour: str = "status"
) -> Figure:
    """The network of a plan on a world map, as a plotly figure: lanes as wide as what moves on them.

    `colour` is `status` (how goods cross the border), `duty` or `cost`; a blank period is the whole horizon.

    Raises:
        InstanceError: no such scenario, period or colour.
    """
    from planner.report.figures import map_figure

    return map_figure(_plan(plan), scenario, period, colour)


def waterfall(before: Plan | str | Path, after: Plan | str | Path) -> Figure:
    """The steps from one plan's expected landed cost to another's, as a plotly figure.

    Raises:
        InstanceError: the plans count in different currencies.
    """
    from planner.report.figures import waterfall_figure

    return waterfall_figure(_plan(before), _plan(after))


def sankey(plan: Plan | str | Path) -> Figure:
    """Each purchase from the country that is paid through the plants to the market, as a plotly figure."""
    from planner.report.figures import sankey_figure

    return sankey_figure(_plan(plan))


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

    return fail_in_turn(_plan(plan), every, first_period=first_period, workers=workers)


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

    asked = _instance(instance)
    changes = settings.get("changes", ())
    return efficient(asked, measure, points, _options(asked, settings), tell=tell, changes=changes)


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

    _refuse_unknown(settings, sweep, Search)
    asked = _instance(instance)
    options = replace(_options(asked, settings), threads=1)
    question = Question(asked, read_axes(vary), fix or Fix(), options)
    where = _on_cluster(workers) if isinstance(workers, str) else in_processes(workers)
    return solve_all(question, where, Path(folder) if folder is not None else None, tell)


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
    `share:SELECTOR:ITEM=0.5`. `keep` is a plan of the instance whose design is kept, so that only operations
    change. The time limit is for all solves together. See `planner.study.breakeven.breakeven`.

    Raises:
        InstanceError: bad input, no such number or target, or a range that it cannot take; with all `problems`.
        InfeasibleError: there is no plan at any value.
        NoSolutionError: a limit stopped a solve before it had a plan.
    """
    from planner.instance import Fix
    from planner.study.breakeven import Asked
    from planner.study.breakeven import breakeven as find
    from planner.study.kept import kept

    _refuse_unknown(settings, breakeven, Search)
    given = _instance(instance)
    hold = kept(Fix(design=True), _session(given, keep, settings).base) if keep is not None else None
    asked = Asked(_options(given, settings), hold, tell or (lambda _: None))
    return find(given, on, range, target, asked)


def chokepoints(plan: Plan | str | Path, period: str = "") -> pd.DataFrame:
    """The fewest places whose failure cuts each demand off from what it needs, and those that suffice alone.

    See `planner.study.chokepoints.chokepoints` for the columns.

    Raises:
        StorageError: it is not a plan folder.
    """
    from planner.study.chokepoints import chokepoints as cut

    return cut(_plan(plan), period)


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
    return measured(plan, _options(plan.instance, settings), every=every, tell=tell)


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

    return generate(_instance(instance), samples=samples, keep=keep, seed=seed).instance


def model(instance: Instance | str | Path) -> pyo.ConcreteModel:
    """The Pyomo model of an instance, to read, to print or to hand to a solver of your own.

    Its families are templates: a true Pyomo row is made when it is asked for, all of them when it is written.

    Raises:
        InstanceError: bad input; its `problems` are all that is wrong.
    """
    from planner.network import build
    from planner_models import build_model

    built = build_model(build(_instance(instance)))
    built.objective.write_out()
    return built


def new(target: str | Path, source: str | Path = "") -> Path:
    """Write an instance to start from: a folder with COLUMNS.md, which explains every column, or an .xlsx workbook.

    `source` is a shipped name, or an instance or plan of your own: so a folder becomes a workbook, and a workbook a
    folder. Without it a folder is a copy of `starter`, and a workbook has an example in every sheet. What is shipped
    is renamed after its target, if that can be the name of an instance; what is your own stays the same to the bit.

    Raises:
        InstanceError: the source is no valid instance, or a cell of it is too large for a workbook.
        StorageError: there is something at the target already, or it cannot be written.
    """
    from planner.instance.begin import begin

    return begin(Path(target), source)


def workbook(plan: Plan | str | Path, path: str | Path) -> Path:
    """Write a plan, or the folder of one, as an .xlsx workbook: a summary with charts, and a sheet per table.

    A workbook that is there already is replaced. (For an instance: `instance.write("book.xlsx")`.)

    Raises:
        InfeasibleError, NoSolutionError: there is no plan.
        StorageError: it is not a plan folder, or the file cannot be written.
    """
    from planner.report.excel import write_workbook

    write_workbook(_plan(plan), Path(path))
    return Path(path)


def _additions(settings: Settings) -> list[Callable[[Plan, Path], None]]:
    """What is written into the folder of a plan beside its tables."""
    from planner.report import add_report
    from planner.report.excel import add_workbook

    wanted = {add_report: settings.get("report", True), add_workbook: settings.get("xlsx", False)}
    return [add for add, asked in wanted.items() if asked]


def _instance(instance: Instance | str | Path) -> Instance:
    return instance if isinstance(instance, Instance) else load(instance)


def _session(instance: Instance | str | Path, base: Plan | str | Path | None, settings: Search) -> Session:
    from planner.study.session import Session
    from planner.study.whatif import refuse_other_base

    asked = _instance(instance)
    known = None if base is None else _plan(base)
    if known is not None:
        refuse_other_base(asked, known)
    return Session(asked, _options(asked, settings), known)


def _plan(plan: Plan | str | Path) -> Plan:
    return plan if isinstance(plan, Plan) else read(plan)


def _refuse_unknown(
    settings: Mapping[str, object], function: Callable[..., object], takes: type[Search]
) -> None:
    """Raise the TypeError that a misspelt keyword of any function raises, with the nearest one."""
    known = {*takes.__annotations__, *signature(function).parameters} - {"settings"}
    for name in settings.keys() - takes.__annotations__.keys():
        near = nearest(name, sorted(known))
        hint = f"; did you mean {near!r}?" if near else ""
        raise TypeError(f"{function.__name__}() got an unexpected keyword argument {name!r}{hint}")


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


def _options(instance: Instance, settings: Search) -> SolveOptions:
    from planner.study.solved import options_of

    return options_of(instance, settings)
