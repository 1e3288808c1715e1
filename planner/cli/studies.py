"""Commands that solve many times: stress, frontier."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.command import InstanceArgument, SetOption, command
from planner.cli.plans import exit_code

if TYPE_CHECKING:
    import pandas as pd

    from planner.api import Settings

WIDE = 140  # columns where nobody says how many there are
SHOWN = 20  # rows of a table on the screen; the files of -o have all

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
    show(found, "what fails, the worst first")
    single = alone[alone["single_points"] != ""].groupby(["item", "needs", "single_points"], as_index=False)
    show(single.agg(markets=("market", "count")), "single points of failure: alone, they cut markets off")
    if out is not None:
        write_tables(out, {"stress": found, "chokepoints": alone})
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
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
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
    code = 0

    def tell(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    for name in names:
        found = api.frontier(read, name, points, tell=tell, **settings)
        found.write(folder / name if len(names) > 1 else folder)
        if not quiet:
            show(found.table.drop(columns="measure"), f"cost against {found.measure.words}")
        code = max([code, *(exit_code(point.plan) for point in found.points)])
    if not quiet:
        typer.echo(f"wrote {folder}")
    return code


def show(table: pd.DataFrame, title: str) -> None:
    """Print the first rows of a table."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if not len(table):
        return
    drawn = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in table.columns:
        numeric = table[name].dtype.kind in "if"
        # an expression, such as a varied quantity, is shown as it is written
        words = escape(name) if "." in name else name.replace("_", " ")
        drawn.add_column(words, justify="right" if numeric else "left", no_wrap=True)
    for row in table.head(SHOWN).itertuples(index=False):
        drawn.add_row(*(_cell(value) for value in row))
    width = None if sys.stdout.isatty() else WIDE
    Console(highlight=False, no_color="NO_COLOR" in os.environ, width=width).print(drawn)
    if len(table) > SHOWN:
        typer.echo(f"and {len(table) - SHOWN:,} more")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
    return str(value)
