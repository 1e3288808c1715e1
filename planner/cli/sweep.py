"""The command that solves a grid of cases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.command import (
    AUDIT_FAILED,
    INTERRUPTED,
    InstanceArgument,
    QuietOption,
    SetOption,
    command,
    count,
    say_error,
)
from planner.cli.tables import say_json, show
from planner.errors import InstanceError, Problem, gathered

if TYPE_CHECKING:
    from planner.api import Search
    from planner.instance import Fix, Instance
    from planner.study.cases import Outcome
    from planner.study.grid import Axis
    from planner.study.sweep import Sweep

SHOWN = ("status", "objective", "opened", "closed", "error")
SAID = 5  # cases of a kind that are named
ENDED = {
    "infeasible": "infeasible",
    "feasible": "not proven optimal",
    "no_solution": "without a plan when the time was up",
    "error": "with errors",
}


@command
def sweep(
    instance: InstanceArgument,
    *,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="EXPR",
            help="What is varied: 'tariffs[origin=CN].rate = 0:1:0.05', a list of values, += and *=, or a list "
            "of what-if files and none. Several make a grid.",
        ),
    ],
    changes: SetOption = None,
    fix: Annotated[
        str, typer.Option("--fix", metavar="design", help="Keep the design of the plan without the changes.")
    ] = "",
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, help="Processes; by default one for each processor."),
    ] = None,
    dask: Annotated[
        str, typer.Option("--dask", metavar="ADDRESS", help="Solve on a Dask cluster: tcp://host:8786.")
    ] = "",
    gap: Annotated[
        float | None, typer.Option("--gap", metavar="G", help="Relative gap of each case.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Seconds for each case; 0 = none.")
    ] = None,
    no_confirm: Annotated[
        bool, typer.Option("--no-confirm", help="Skip the confirming second solves.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FOLDER", help="New, or that of a sweep to resume; default sweeps/NAME."
        ),
    ] = None,
    quiet: QuietOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON.")] = False,
) -> int:
    """Solve an instance at every point of a grid of changes, in parallel; the same command resumes."""
    from planner import api
    from planner.progress import Reporter

    if dask and workers:
        raise InstanceError([Problem("--workers", "not with --dask", expected="the workers of the cluster")])
    read, axes, kept = _asked(instance, vary, changes or (), fix)
    asked = {"gap": gap, "time_limit": time_limit}
    settings: Search = {name: value for name, value in asked.items() if value is not None}  # type: ignore[assignment]
    settings["confirm"] = not no_confirm
    folder = out or Path("sweeps") / read.settings.instance.name
    with Reporter(shown=not quiet) as reporter:
        reporter.warn(read.warnings)
        found = api.sweep(
            read, axes, fix=kept, folder=folder, workers=dask or workers, tell=reporter.tell, **settings
        )
    if as_json:
        say_json(found.document)
    elif not quiet:
        _show(found, folder)
    return _say_outcome(found)


def _asked(
    instance: str, vary: Sequence[str], changes: Sequence[str], fix: str
) -> tuple[Instance, tuple[Axis, ...], Fix]:
    """The instance with its changes, what is varied and what is kept; every error of the command at once."""
    from planner import api
    from planner.instance import Fix, apply, parse_sets
    from planner.study.grid import read_axes

    problems: list[Problem] = []
    read = gathered(problems, api.load, instance)
    made = gathered(problems, parse_sets, changes)
    axes = gathered(problems, read_axes, vary)
    if fix not in ("", "design"):
        problems.append(Problem("--fix", "cannot be kept so", fix, "design; single places in a what-if file"))
    if problems or read is None or axes is None:
        raise InstanceError(problems)
    read = apply(read, made) if made else read
    return read, axes, Fix(design=fix == "design")


def _show(found: Sweep, folder: Path) -> None:
    """Print the table in short, and where the whole of it is."""
    names = [axis.name for axis in found.question.axes]
    table = found.outcomes
    several = [name for name in SHOWN if name == "objective" or (table[name] != "").any()]
    show(table[["case", *names, *several]], "what came out")
    typer.echo(f"wrote {folder}")


def _say_outcome(found: Sweep) -> int:
    """Say on standard error which cases have no proven plan, and why; the worst exit code of all cases."""
    outcomes, total = found.finished, len(found.cases)
    unproven = {number: _how(outcomes[number]) for number in sorted(outcomes) if outcomes[number]["code"]}
    for how in dict.fromkeys(unproven.values()):
        cases = [number for number, each in unproven.items() if each == how]
        more = ", ..." if len(cases) > SAID else ""
        numbers = ", ".join(map(str, cases[:SAID]))
        typer.echo(f"{len(cases):,} of {count(total, 'case')} {how}: {numbers}{more}", err=True)
    for number in sorted(number for number, outcome in outcomes.items() if outcome.get("error"))[:SAID]:
        typer.echo(f"case {number}: {outcomes[number]['error']}", err=True)
    if found.interrupted:
        return say_error(
            f"interrupted: {len(outcomes):,} of {count(total, 'case')} done; the same command resumes",
            INTERRUPTED,
        )
    return max((int(outcome["code"]) for outcome in outcomes.values()), default=0)


def _how(outcome: Outcome) -> str:
    """How a case ended that has no proven plan."""
    return (
        "with a plan that failed its audit" if outcome["code"] == AUDIT_FAILED else ENDED[outcome["status"]]
    )
