"""The public names: what users import."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from planner import errors
from planner.errors import Problem, StorageError
from planner.instance import Instance, shipped
from planner.instance.fields import nearest
from planner.plan import Plan, variables
from planner.recompute import audit, audit_block
from planner.solve import Progress, SolveOptions, Status

if TYPE_CHECKING:
    import pandas as pd
    import pyomo.environ as pyo
    from plotly.graph_objects import Figure

    from planner.solve.outcome import Outcome
    from planner.study.frontier import Frontier
    from planner_models import Data

__all__ = [
    "Instance",
    "Plan",
    "Progress",
    "Status",
    "audit",
    "check",
    "chokepoints",
    "errors",
    "explain",
    "frontier",
    "load",
    "map",
    "model",
    "new",
    "read",
    "report",
    "sankey",
    "scenarios",
    "shipped",
    "solve",
    "stress",
    "variables",
    "waterfall",
]

STARTER = "starter"
COLUMNS = "COLUMNS.md"


class Settings(TypedDict, total=False):
    """How to solve, where that differs from the instance's own settings.

    `gap` relative, `time_limit` in seconds (0 = none), `threads`, `seed`; `confirm=False` skips the second
    solve; `report=False` leaves report.html out of the folder; `write_model` also writes the model that is
    solved, as `.mps` or `.lp`; `seconds_read` says how long it took to read the instance, and `changes`, in words,
    what was changed in it: both only for plan.json.
    """

    gap: float
    time_limit: float
    threads: int
    seed: int
    confirm: bool
    report: bool
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
    from planner.report import add_report
    from planner.solve.export import refuse_path
    from planner.study.solved import Asked, solved, with_audit

    begun = time.perf_counter()
    if folder is not None:
        refuse_unwritable(Path(folder))
    _refuse_unknown(settings)
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
    _keep_dispute(outcome, folder)
    if plan.found and folder is not None:
        adds = [add_report] if settings.get("report", True) else []
        return write_plan(plan, Path(folder), audit_block if audited else None, adds)
    return with_audit(plan) if audited else plan


def read(folder: str | Path) -> Plan:
    """Read a plan back from its folder.

    Raises:
        StorageError: it is not a plan folder, or a table of it is missing.
        InstanceError: its instance does not read.
    """
    from planner.plan.write import read as read_plan

    return read_plan(folder)


def explain(plan: Plan | str | Path, topic: str = "") -> str:
    """A plan, or the folder of one, in plain words: `duty`, `origin` or `relief`; all of them where blank.

    Raises:
        InstanceError: there is no such topic.
        StorageError: it is not a plan folder.
    """
    from planner.report import explain as in_words

    return in_words(_plan(plan), topic)


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
    return efficient(asked, measure, points, _options(asked, settings), tell)


def chokepoints(plan: Plan | str | Path, period: str = "") -> pd.DataFrame:
    """The fewest places whose failure cuts each demand off from what it needs, and those that suffice alone.

    See `planner.study.chokepoints.chokepoints` for the columns.

    Raises:
        StorageError: it is not a plan folder.
    """
    from planner.study.chokepoints import chokepoints as cut

    return cut(_plan(plan), period)


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


def new(folder: str | Path, source: str = STARTER) -> Path:
    """Copy a shipped instance to a new folder, to start from, with COLUMNS.md, which explains every column.

    The copy is called like the folder, if that can be the name of an instance, and its README speaks of it.

    Raises:
        InstanceError: no shipped instance has that name.
        StorageError: the folder is not empty, or cannot be written.
    """
    from planner.instance.catalogue import adopt
    from planner.instance.dictionary import dictionary

    folder = Path(folder)
    known = {entry.name: entry.folder for entry in shipped()}
    if source not in known:
        raise errors.InstanceError([Problem(source, "no such shipped instance", expected=", ".join(known))])
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StorageError(f"{folder} exists and is not empty; give a new folder")
    try:
        shutil.copytree(known[source], folder, dirs_exist_ok=True)
        adopt(folder, source)
        (folder / COLUMNS).write_text(f"# Every table and column\n\n{dictionary(2)}\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"cannot write {folder}: {error.strerror or error}") from error
    return folder


def _instance(instance: Instance | str | Path) -> Instance:
    return instance if isinstance(instance, Instance) else load(instance)


def _plan(plan: Plan | str | Path) -> Plan:
    return plan if isinstance(plan, Plan) else read(plan)


def _refuse_unknown(settings: Mapping[str, object]) -> None:
    """Raise the TypeError that a misspelt keyword of any function raises, with the nearest one."""
    known = {*Settings.__annotations__, *signature(solve).parameters} - {"settings"}
    for name in settings.keys() - Settings.__annotations__.keys():
        near = nearest(name, sorted(known))
        hint = f"; did you mean {near!r}?" if near else ""
        raise TypeError(f"solve() got an unexpected keyword argument {name!r}{hint}")


def _options(instance: Instance, settings: Settings) -> SolveOptions:
    from planner.study.solved import options_of

    return options_of(instance, settings)


def _keep_dispute(outcome: Outcome, folder: str | Path | None) -> None:
    """Save the model on which two solves disagreed, beside the plan, so that it can be reported."""
    from planner.solve.export import write_model as write_arrays

    if outcome.solution.disputed is not None and folder is not None:
        folder = Path(folder)
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"cannot write beside {folder}: {error.strerror or error}") from error
        write_arrays(outcome.solution.disputed, folder.with_name(f"{folder.name}-disputed.mps"))
