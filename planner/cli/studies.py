"""Commands that solve many times: stress, frontier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.command import InstanceArgument, JsonOption, QuietOption, SetOption, command
from planner.cli.plans import exit_code
from planner.cli.tables import records, say_json, show

if TYPE_CHECKING:
    from planner.api import Settings

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
    from planner.study.tables import refuse_used, write_tables

    if out is not None:
        refuse_used(out)
    read = api.read(plan)
    kinds = [kind.strip() for kind in every.split(",") if kind.strip()]
    found = api.stress(read, kinds, first_period=first_period, workers=workers)
    alone = api.chokepoints(read, first_period)
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
    gap: Annotated[
        float | None, typer.Option("--gap", metavar="G", help="Relative gap of each plan.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Seconds for each plan; 0 = none.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="New folder; default frontiers/<name>."),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Find the efficient plans between lowest cost and highest resilience: what each step costs."""
    from planner import api
    from planner.instance import apply, parse_set
    from planner.study.measures import refuse_unknown
    from planner.study.tables import refuse_used

    read = api.load(instance)
    if changes:
        read = apply(read, [parse_set(change) for change in changes])
    folder = out or Path("frontiers") / read.settings.instance.name
    refuse_used(folder)
    asked = {"gap": gap, "time_limit": time_limit}
    settings: Settings = {name: value for name, value in asked.items() if value is not None}  # type: ignore[assignment]
    names = list(dict.fromkeys(name.strip() for name in measures.split(",") if name.strip()))
    refuse_unknown(names)
    code, tables = 0, {}

    def tell(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    for name in names:
        found = api.frontier(read, name, points, tell=tell, **settings)
        found.write(folder / name if len(names) > 1 else folder)
        tables[name] = found.table
        if not quiet and not as_json:
            title = f"cost against {found.measure.words}"
            show(found.table.drop(columns="measure"), title, currency=read.settings.instance.currency)
        code = max([code, *(exit_code(point.plan) for point in found.points)])
    if as_json:
        say_json({name: records(table) for name, table in tables.items()})
    elif not quiet:
        typer.echo(f"wrote {folder}")
    return code
