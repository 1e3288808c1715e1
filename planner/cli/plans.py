"""Commands about instances and single plans: list, new, check, solve, audit, explain, info."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from dataclasses import asdict
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
    JsonOption,
    QuietOption,
    SetOption,
    command,
    count,
    fix_of,
    say_error,
)
from planner.cli.tables import say, say_json, show_columns
from planner.errors import InstanceError

if TYPE_CHECKING:
    from planner.api import Settings
    from planner.errors import Problem
    from planner.instance import Instance
    from planner.plan import Plan
    from planner.study.infeasible import Explanation

PLANS = Path("plans")


@command
def list_(quiet: QuietOption = False, as_json: JsonOption = False) -> int:
    """List the shipped instances: name, size, title."""
    from planner.instance import shipped

    entries = shipped()
    if as_json:
        say_json([{"name": entry.name, "title": entry.title, "size": entry.size} for entry in entries])
    elif not quiet:
        sizes = (
            {table: [entry.size[table] for entry in entries] for table in entries[0].size} if entries else {}
        )
        names = {"name": [entry.name for entry in entries]}
        show_columns(names | sizes | {"title": [entry.title for entry in entries]})
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
    as_json: JsonOption = False,
) -> int:
    """Write a documented instance to start from, which solves as it is; or turn a folder into a workbook and back."""
    from planner import api
    from planner.instance.begin import COLUMNS
    from planner.instance.instance import WORKBOOK

    if xlsx and target.suffix.lower() != WORKBOOK:
        name = f"{target.resolve().name}{WORKBOOK}"
        target = target / name if target.is_dir() else target.with_name(name)
    made = api.new(target, source)
    if as_json:
        say_json({"written": str(made)})
    elif not quiet:
        where = made / COLUMNS if made.is_dir() else "its sheet README and the header comments"
        typer.echo(
            f"wrote {made}, every column explained in {where}; next: planner solve {shlex.quote(str(made))}"
        )
    return 0


@command
def check(instance: InstanceArgument, quiet: QuietOption = False, as_json: JsonOption = False) -> int:
    """Read and validate an instance: its size, every warning and every error."""
    from planner import api

    try:
        read = api.load(instance)
        warnings = api.check(read)
    except InstanceError as error:
        if as_json:
            say_json({"valid": False, "problems": [asdict(problem) for problem in error.problems]})
        raise
    rows = {table: len(frame) for table, frame in read.tables.items() if len(frame)}
    settings = read.settings.instance
    if as_json:
        told = {"valid": True, "name": settings.name, "title": settings.title, "sha256": read.sha256}
        say_json(told | {"rows": rows, "warnings": [asdict(warning) for warning in warnings]})
    elif not quiet:
        typer.echo(f"{settings.name}  {settings.title}".rstrip())
        typer.echo(_scope(read))
        show_columns({"table": list(rows), "rows": list(rows.values())})
        for warning in warnings:
            say(f"warning: {warning}")
        typer.echo(f"no errors, {count(len(warnings), 'warning')}")
    return 0


@command
def solve(
    instance: InstanceArgument,
    *,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="Output folder; default plans/NAME."),
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
    quiet: QuietOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print plan.json on standard output.")] = False,
) -> int:
    """Find the best plan, audit it and write it to a folder."""
    from planner import api
    from planner.instance import apply, parse_sets
    from planner.progress import Reporter
    from planner.solve import Status

    begun = time.perf_counter()
    with Reporter(shown=not quiet) as reporter:
        reporter.stage("reading")
        read = api.load(instance)
        if changes:
            read = apply(read, parse_sets(changes))
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
def audit(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Recompute everything in a plan from its files, without Pyomo or HiGHS."""
    from planner.recompute import audit as recompute
    from planner.recompute import block

    report = recompute(folder)
    if as_json:
        say_json(block(report))
    elif not quiet or not report.passed:
        typer.echo(str(report), err=not report.passed)
    return 0 if report.passed else AUDIT_FAILED


@command
def explain(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    topic: Annotated[
        str,
        typer.Argument(
            metavar="[TOPIC]",
            help="duty, origin, relief or binding, all of them where left out; facility:LOCATION; "
            "supplier:LOCATION, also with :ITEM or :ITEM=SHARE; or another plan.",
        ),
    ] = "",
    fix: Annotated[
        str, typer.Option("--fix", metavar="design", help="Keep the design at other prices of a supplier.")
    ] = "",
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Say in plain words why: what goods paid, what binds, what a facility is worth, what price wins, what differs."""
    from planner import api

    said = api.explain(folder, topic, fix=fix_of(fix))
    if as_json:
        say_json({"topic": topic or "all", "text": said})
    elif not quiet:
        say(said)
    return 0


@command
def info(quiet: QuietOption = False, as_json: JsonOption = False) -> int:
    """Print versions, the verdict on the solver, and what it answers to the canary models."""
    from planner.plan.versions import versions
    from planner.solve.canary import run_canaries

    found, results = versions(), run_canaries()
    trusted = all(result.passed for result in results)
    if as_json:
        told = [{"name": result.name, "passed": result.passed, "said": str(result)} for result in results]
        say_json({"versions": found, "trusted": trusted, "canaries": told})
    elif not quiet:
        for name, version in found.items():
            typer.echo(f"{name:<8} {version}")
        for result in results:
            typer.echo(str(result))
        typer.echo(
            "solver   " + ("every canary model comes out right" if trusted else "NOT to be trusted here")
        )
    return 0 if trusted else FAILED


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
        say_json(plan.document)
    elif not quiet and plan.found:
        from rich.console import Console

        console = Console(highlight=False)
        console.print(plan, soft_wrap=not console.is_terminal)


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
