"""Commands that solve many times: stress, frontier, recourse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.command import (
    INTERRUPTED,
    STOPPED,
    InstanceArgument,
    JsonOption,
    QuietOption,
    SetOption,
    command,
)
from planner.cli.plans import exit_code
from planner.cli.tables import records, say_json, show

if TYPE_CHECKING:
    from planner.api import Settings
    from planner.instance import Instance

GapOption = Annotated[float | None, typer.Option("--gap", metavar="G", help="Relative gap of each plan.")]
LimitOption = Annotated[
    float | None, typer.Option("--time-limit", metavar="S", help="Seconds for each plan; 0 = none.")
]
PlanArgument = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")]
FolderOption = Annotated[
    Path | None, typer.Option("-o", "--out", metavar="FOLDER", help="Also write the tables to a new folder.")
]


@command
def stress(
    plan: PlanArgument,
    *,
    every: Annotated[
        str,
        typer.Option(
            "--every", metavar="KINDS", help="location (or supplier, plant, warehouse), gateway, country."
        ),
    ] = "location,gateway,country",
    first_period: Annotated[
        str, typer.Option("--from", metavar="PERIOD", help="Period in which things fail; default the first.")
    ] = "",
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, help="Processes; by default as many as pay."),
    ] = None,
    out: FolderOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Fail everything in turn on the design of a plan: what it costs, what is lost, how long it is survived."""
    from planner import api
    from planner.study.stress import with_chokepoints
    from planner.study.tables import refuse_used, write_tables

    if out is not None:
        refuse_used(out)
    read = api.read(plan)
    kinds = [kind.strip() for kind in every.split(",") if kind.strip()]
    found, alone = with_chokepoints(read, kinds, first_period=first_period, workers=workers)
    if out is not None:
        write_tables(out, {"stress": found, "chokepoints": alone})
    if as_json:
        say_json({"stress": records(found), "chokepoints": records(alone)})
    elif not quiet:
        currency = read.instance.settings.instance.currency
        show(found, "what fails, the worst first", currency=currency)
        single = alone[alone["single_points"] != ""].groupby(
            ["item", "needs", "single_points"], as_index=False
        )
        typer.echo()
        show(single.agg(markets=("market", "count")), "single points of failure: alone, they cut markets off")
        if out is not None:
            typer.echo(f"wrote {out}")
    return 0


@command
def frontier(
    instance: InstanceArgument,
    *,
    measures: Annotated[
        str,
        typer.Option(
            "--measure", metavar="NAMES", help="cvar, fill_rate, allied_share, concentration; several with ,"
        ),
    ] = "cvar",
    points: Annotated[
        int, typer.Option("--points", metavar="N", min=2, help="Plans that are looked for.")
    ] = 6,
    changes: SetOption = None,
    gap: GapOption = None,
    time_limit: LimitOption = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="New folder; default frontiers/NAME."),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Find the efficient plans between lowest cost and highest resilience: what each step costs."""
    from planner import api
    from planner.study.measures import refuse_unknown
    from planner.study.tables import refuse_used

    read = _changed(api.load(instance), changes)
    folder = out or Path("frontiers") / read.settings.instance.name
    refuse_used(folder)
    settings = _settings(gap, time_limit, changes)
    names = list(dict.fromkeys(name.strip() for name in measures.split(",") if name.strip()))
    refuse_unknown(names)
    code, tables = 0, {}
    for name in names:
        found = api.frontier(read, name, points, tell=_teller(quiet), **settings)
        found.write(folder / name if len(names) > 1 else folder)
        tables[name] = found.table
        for warning in found.warnings:
            _teller(quiet)(f"warning: {warning}")
        if not quiet and not as_json:
            title = f"cost against {found.measure.words}"
            show(found.table.drop(columns="measure"), title, currency=read.settings.instance.currency)
        code = max([code, *(exit_code(point.plan) for point in found.points)])
    if as_json:
        say_json({name: records(table) for name, table in tables.items()})
    elif not quiet:
        typer.echo(f"wrote {folder}")
    return code


@command
def recourse(
    source: Annotated[
        str,
        typer.Argument(metavar="INSTANCE|PLAN", help="An instance, which is solved first, or a plan folder."),
    ],
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Also the regret of scenarios of probability 0.")
    ] = False,
    changes: SetOption = None,
    gap: GapOption = None,
    time_limit: LimitOption = None,
    out: FolderOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Find what planning for all scenarios is worth, what knowing which one happens would be, and the regrets."""
    from planner import api
    from planner.study.tables import refuse_used

    if out is not None:
        refuse_used(out)
    asked = _changed(api.load(source), changes) if changes else source
    found = api.recourse(asked, every=every, tell=_teller(quiet), **_settings(gap, time_limit, changes))
    if out is not None:
        found.write(out)
    if as_json:
        say_json({"recourse": records(found.table), "scenarios": records(found.scenarios)})
    elif not quiet:
        show(found.table, "expected cost, without the resilience penalty")
        typer.echo()
        show(found.scenarios, "each scenario, known beforehand")
        if out is not None:
            typer.echo(f"wrote {out}")
    return {"": 0, "interrupt": INTERRUPTED}.get(found.stopped_by, STOPPED)


def _changed(instance: Instance, changes: list[str] | None) -> Instance:
    from planner.instance import apply, parse_sets

    return apply(instance, parse_sets(changes)) if changes else instance


def _settings(gap: float | None, time_limit: float | None, changes: list[str] | None) -> Settings:
    asked = {"gap": gap, "time_limit": time_limit, "changes": tuple(changes or ())}
    return {name: value for name, value in asked.items() if value is not None}  # type: ignore[return-value]


def _teller(quiet: bool) -> Callable[[str], None]:
    """Says on standard error what is done next."""

    def tell(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    return tell
