"""Commands about instances and single plans: list, new, check, solve, audit, explain, info."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.command import (
    AUDIT_FAILED,
    FAILED,
    INFEASIBLE,
    INTERRUPTED,
    STOPPED,
    InstanceArgument,
    QuietOption,
    SetOption,
    command,
    count,
    say_error,
)

if TYPE_CHECKING:
    from planner.api import Settings
    from planner.errors import Problem
    from planner.instance import Instance
    from planner.plan import Plan
    from planner.study.infeasible import Explanation

PLANS = Path("plans")


@command
def list_() -> int:
    """List the shipped instances: name, size, title."""
    from planner.instance import shipped

    entries = shipped()
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        size = ", ".join(f"{count} {table}" for table, count in entry.size.items())
        typer.echo(f"{entry.name:<{width}}  {size:<38}  {entry.title}".rstrip())
    return 0


@command
def new(
    target: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="New folder, or the .xlsx file of a new workbook.")
    ],
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="INSTANCE", help="What to copy: a shipped name, or a folder, workbook or plan."
        ),
    ] = "",
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="A workbook instead: FOLDER.xlsx, drop-downs, columns explained.")
    ] = False,
    quiet: QuietOption = False,
) -> int:
    """Write a documented instance to start from, which solves as it is; or turn a folder into a workbook and back."""
    from planner import api
    from planner.instance.begin import COLUMNS
    from planner.instance.instance import WORKBOOK

    if xlsx and target.suffix.lower() != WORKBOOK:
        name = f"{target.resolve().name}{WORKBOOK}"
        target = target / name if target.is_dir() else target.with_name(name)
    made = api.new(target, source)
    if not quiet:
        where = made / COLUMNS if made.is_dir() else "its sheet README and the header comments"
        typer.echo(
            f"wrote {made}, every column explained in {where}; next: planner solve {shlex.quote(str(made))}"
        )
    return 0


@command
def check(instance: InstanceArgument) -> int:
    """Read and validate an instance: its size, every warning and every error."""
    from planner import api

    read = api.load(instance)
    settings = read.settings
    typer.echo(f"{settings.instance.name}  {settings.instance.title}".rstrip())
    typer.echo(f"  {_scope(read)}")
    for table, rows in read.tables.items():
        if len(rows):
            typer.echo(f"  {table:<14} {len(rows):>9,} {'row' if len(rows) == 1 else 'rows'}")
    warnings = api.check(read)
    for warning in warnings:
        typer.echo(f"warning: {warning}")
    typer.echo(f"no errors, {count(len(warnings), 'warning')}")
    return 0


@command
def solve(
    instance: InstanceArgument,
    *,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="Output folder; default plans/<name>."),
    ] = None,
    changes: SetOption = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Seconds; 0 = none.")
    ] = None,
    gap: Annotated[float | None, typer.Option("--gap", metavar="G", help="Relative gap.")] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", metavar="N", help="Threads of the solver, at most 256.")
    ] = None,
    no_report: Annotated[bool, typer.Option("--no-report", help="Leave out the HTML report.")] = False,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Also write plan.xlsx: summary, charts, all tables.")
    ] = False,
    write_model: Annotated[
        Path | None, typer.Option("--write-model", metavar="FILE", help="Also write the model: .mps or .lp.")
    ] = None,
    no_confirm: Annotated[
        bool, typer.Option("--no-confirm", help="Skip the confirming second solve.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print plan.json on standard output.")] = False,
) -> int:
    """Find the best plan, audit it and write it to a folder."""
    from planner import api
    from planner.instance import apply, parse_set
    from planner.progress import Reporter
    from planner.solve import Status

    begun = time.perf_counter()
    with Reporter(shown=not quiet) as reporter:
        reporter.stage("reading")
        read = api.load(instance)
        if changes:
            read = apply(read, [parse_set(change) for change in changes])
        asked: dict[str, Any] = {
            "gap": gap,
            "time_limit": time_limit,
            "threads": threads,
            "write_model": write_model,
        }
        settings: Settings = {name: value for name, value in asked.items() if value is not None}  # type: ignore[assignment]
        settings["confirm"] = not no_confirm
        settings["report"] = not no_report
        settings["xlsx"] = xlsx
        settings["changes"] = tuple(changes or ())
        reporter.warn(read.warnings)
        settings["seconds_read"] = time.perf_counter() - begun
        reporter.stage("building")
        folder = out or PLANS / read.settings.instance.name
        plan = api.solve(read, folder=folder, progress=reporter.progress, **settings)
        why = None
        if plan.status is Status.INFEASIBLE:
            reporter.stage("looking for the least repair")
            why = api.explain_infeasible(read)
            plan = plan.with_(infeasible=why.document)
    _show(plan, quiet=quiet, as_json=as_json)
    return _say_outcome(plan, why, read.warnings if quiet else ())


@command
def audit(folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")]) -> int:
    """Recompute everything in a plan from its files, without Pyomo or HiGHS."""
    from planner.recompute import audit as recompute

    report = recompute(folder)
    typer.echo(str(report), err=not report.passed)
    return 0 if report.passed else AUDIT_FAILED


@command
def explain(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    topic: Annotated[
        str,
        typer.Argument(
            metavar="[TOPIC]",
            help="duty, origin, relief or binding, all of them where left out; facility:LOCATION; or another plan.",
        ),
    ] = "",
) -> int:
    """Say in plain words why: what goods paid, what binds, what a facility is worth, what drives a difference."""
    from planner import api

    typer.echo(api.explain(folder, topic))
    return 0


@command
def info() -> int:
    """Print versions, the verdict on the solver, and what it answers to the canary models."""
    from planner.plan.versions import versions

    for name, version in versions().items():
        typer.echo(f"{name:<8} {version}")
    return _canaries()


def exit_code(plan: Plan) -> int:
    """The exit code of a plan: audit first, then how the search ended."""
    from planner.solve import Status

    if plan.audit is not None and not plan.audit["passed"]:
        return AUDIT_FAILED
    if plan.stopped_by == "interrupt":
        return INTERRUPTED
    return {Status.OPTIMAL: 0, Status.INFEASIBLE: INFEASIBLE}.get(plan.status, STOPPED)


def _show(plan: Plan, *, quiet: bool, as_json: bool) -> None:
    """Print the plan on standard output: plan.json, or its summary."""
    if as_json:
        typer.echo(json.dumps(plan.document, indent=1, ensure_ascii=False))
    elif not quiet and plan.found:
        from rich.console import Console

        Console(highlight=False, soft_wrap=True).print(plan)


def _say_outcome(plan: Plan, why: Explanation | None, unsaid: Sequence[Problem]) -> int:
    """Say on standard error what is wrong with the outcome, if anything is; the exit code.

    `unsaid` are the warnings about the input that were not said before.
    """
    from planner.plan.summary import status_in_words

    code = exit_code(plan)
    if code == AUDIT_FAILED and plan.audit is not None:
        for finding in plan.audit["findings"]:
            typer.echo(f"audit: {finding}", err=True)
        return say_error(f"the audit of the plan failed; it was written to {plan.folder}", code)
    if not plan.found:
        say_error(f"{status_in_words(plan)}; nothing was written", code)
        if why is not None:
            typer.echo(str(why), err=True)
            _say_suspects(plan.instance, unsaid)
    return code


def _say_suspects(instance: Instance, unsaid: Sequence[Problem]) -> None:
    """What the checks of the input already point at, unless it was said above."""
    for warning in unsaid:
        typer.echo(f"may explain it: {warning}", err=True)
    if instance.warnings and not unsaid:
        typer.echo("the warnings above may explain it", err=True)


def _scope(instance: Instance) -> str:
    """Periods, currency and objective of an instance in a line."""
    horizon, settings = instance.settings.horizon, instance.settings.instance
    periods = f"{count(len(horizon.periods), 'period')} of {horizon.days_per_period:g} days"
    first = f"from {horizon.starts[0].isoformat()}"
    aim = {"cost": "least cost", "profit": "most profit"}[settings.objective]
    return f"{periods} {first}; money in {settings.currency}; {aim}"


def _canaries() -> int:
    """Run the canary models and say what came out."""
    from planner.solve.canary import run_canaries

    results = run_canaries()
    for result in results:
        typer.echo(str(result))
    wrong = [result for result in results if not result.passed]
    typer.echo("solver   " + ("NOT to be trusted here" if wrong else "every canary model comes out right"))
    return FAILED if wrong else 0
