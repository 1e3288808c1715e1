"""The command that writes a report: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.command import JsonOption, QuietOption, command
from planner.cli.tables import say_json


@command
def report(
    plans: Annotated[
        list[Path],
        typer.Argument(metavar="PLAN...", help="Plan folders; the others are compared with the first."),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Default report.html: of one plan, in its folder."),
    ] = None,
    frontiers: Annotated[
        list[Path] | None,
        typer.Option("--frontier", metavar="FOLDER", help="Also show what `planner frontier` wrote there."),
    ] = None,
    no_stress: Annotated[
        bool, typer.Option("--no-stress", help="Leave out what each failure would cost.")
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Write a report that opens offline in any browser: the network on a map, costs, duties, resilience."""
    from planner import api
    from planner.report.frontiers import read_frontiers
    from planner.report.write import REPORT

    tables = [table for folder in frontiers or [] for table in read_frontiers(folder)]
    path = out or (plans[0] / REPORT if len(plans) == 1 else Path(REPORT))
    made = api.report(*plans, to=path, stressed=not no_stress, frontiers=tables)
    if as_json:
        say_json({"written": str(made)})
    elif not quiet:
        typer.echo(f"wrote {made}")
    return 0
