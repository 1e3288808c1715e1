"""Commands that solve many times: stress, frontier, recourse."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.command import InstanceArgument, SetOption, command
from planner.cli.plans import exit_code

if TYPE_CHECKING:
    import pandas as pd

    from planner.api import Settings
    from planner.instance import Instance

WIDE = 140  # columns where nobody says how many there are
LARGE = 1000  # from there on no decimals
SHOWN = 20  # rows of a table on the screen; the files of -o have all

GapOption = Annotated[float | None, typer.Option("--gap", metavar="G", help="Relative gap of each plan.")]
LimitOption = Annotated[
    float | None, typer.Option("--time-limit", metavar="S", help="Seconds for each plan; 0 = none.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
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
    from planner.study.stress import with_chokepoints
    from planner.study.tables import refuse_used, write_tables

    if out is not None:
        refuse_used(out)
    read = api.read(plan)
    kinds = [kind.strip() for kind in every.split(",") if kind.strip()]
    found, alone = with_chokepoints(read, kinds, first_period=first_period, workers=workers)
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
    gap: GapOption = None,
    time_limit: LimitOption = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="New folder; default frontiers/<name>."),
    ] = None,
    quiet: QuietOption = False,
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
    code = 0
    for name in names:
        found = api.frontier(read, name, points, tell=_teller(quiet), **settings)
        found.write(folder / name if len(names) > 1 else folder)
        for warning in found.warnings:
            _teller(quiet)(f"warning: {warning}")
        if not quiet:
            show(found.table.drop(columns="measure"), f"cost against {found.measure.words}")
        code = max([code, *(exit_code(point.plan) for point in found.points)])
    if not quiet:
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
) -> int:
    """Find what planning for all scenarios is worth, what knowing which one happens would be, and the regrets."""
    from planner import api
    from planner.study.tables import refuse_used

    if out is not None:
        refuse_used(out)
    asked = _changed(api.load(source), changes) if changes else source
    found = api.recourse(asked, every=every, tell=_teller(quiet), **_settings(gap, time_limit, changes))
    if not quiet:
        show(found.table, "expected cost, without the resilience penalty")
        show(found.scenarios, "each scenario, known beforehand")
    if out is not None:
        found.write(out)
        typer.echo(f"wrote {out}")
    return 0


def _changed(instance: Instance, changes: list[str] | None) -> Instance:
    from planner.instance import apply, parse_set

    return apply(instance, [parse_set(change) for change in changes]) if changes else instance


def _settings(gap: float | None, time_limit: float | None, changes: list[str] | None) -> Settings:
    asked = {"gap": gap, "time_limit": time_limit, "changes": tuple(changes or ())}
    return {name: value for name, value in asked.items() if value is not None}  # type: ignore[return-value]


def _teller(quiet: bool) -> Callable[[str], None]:
    """Says on standard error what is done next."""

    def tell(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    return tell


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
    """A figure with five digits, so that a fill rate near 1 is not 1; whole where large, blank where there is none."""
    if not isinstance(value, float):
        return str(value)
    if isnan(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:,.5g}"
