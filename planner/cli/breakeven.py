"""The command `breakeven`: at which values of one number the optimal plan changes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.command import STOPPED, InstanceArgument, JsonOption, QuietOption, SetOption, command, fix_of
from planner.cli.tables import say_json, show
from planner.cli.whatif import own
from planner.errors import InstanceError, Problem

if TYPE_CHECKING:
    from planner.api import Instance, Plan, Search
    from planner.study.breakeven import Breakeven


@command
def breakeven(
    instance: InstanceArgument,
    *,
    on: Annotated[
        str,
        typer.Option(
            "--on", metavar="NUMBER", help="The number: 'tariffs[origin=CN].rate', or 'offers.unit_cost *='."
        ),
    ],
    between: Annotated[
        str, typer.Option("--range", metavar="LOW:HIGH", help="The values that it may take, as in 0:1.")
    ],
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            metavar="TARGET",
            help="Where a facility opens or closes: facility=ID. Or where a share of what is bought of an item "
            "crosses a level: share:country:CN:panel=0.5.",
        ),
    ] = None,
    changes: SetOption = None,
    fix: Annotated[
        str, typer.Option("--fix", metavar="design", help="Keep the design of the base plan.")
    ] = "",
    base: Annotated[
        Path | None,
        typer.Option("--base", metavar="PLAN", help="The plan of the instance, if there is one already."),
    ] = None,
    gap: Annotated[
        float | None, typer.Option("--gap", metavar="G", help="Relative gap of what is proven.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Seconds for all of it; 0 = none.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="Also write it, with its plans, to a new folder."),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Find the values of one number of the data at which the optimal plan changes, and the plans between them."""
    from planner import api
    from planner.instance import apply, parse_sets
    from planner.study.tables import refuse_used

    if out is not None:
        refuse_used(out)
    values, kept = _range(between), fix_of(fix)
    if base is not None and not kept:
        raise InstanceError([Problem("--base", "nothing is kept of it", str(base), "--fix design with it")])
    read = api.load(instance)
    changed = apply(read, parse_sets(changes or ()))
    asked = {"gap": gap, "time_limit": time_limit}
    settings: Search = {name: value for name, value in asked.items() if value is not None}  # type: ignore[assignment]
    tell = None if quiet or as_json else partial(typer.echo, err=True)
    keep = _base(read, base or own(instance), settings) if kept else None
    found = api.breakeven(changed, on, values, target, keep=keep, tell=tell, **settings)
    if out is not None:
        found.write(out)
    if as_json:
        say_json(found.document())
    elif not quiet:
        _print(found, out)
    return 0 if found.proven else STOPPED


def _base(instance: Instance, folder: Path | None, settings: Search) -> Plan:
    """The plan of the instance without the changes: solved, where there is none yet.

    Raises:
        InstanceError: the folder has that of another instance.
    """
    from planner import api
    from planner.study.kept import refuse_other_base

    if folder is None:
        return api.solve(instance, **settings)
    plan = api.read(folder)
    refuse_other_base(instance, plan)
    return plan


def _range(text: str) -> tuple[float, float]:
    """The two ends of `low:high`.

    Raises:
        InstanceError: it is not two numbers.
    """
    low, _, high = text.partition(":")
    try:
        return float(low), float(high)
    except ValueError as error:
        raise InstanceError(
            [Problem("--range", "not a range", text, "two numbers low:high, such as 0:1")]
        ) from error


def _print(found: Breakeven, out: Path | None) -> None:
    """The intervals, what changes between them, where the target is crossed, and how far to trust it."""
    columns = ["interval", "from", "to", "cost_from", "cost_to", "slope", "how", "open"]
    ends = {name: found.table[name].map("{:.6g}".format) for name in ("from", "to")}
    show(found.table[columns].assign(**ends), f"cheapest plans by {found.number.words}")
    for each in found.breakpoints.itertuples():
        typer.echo(f"{_at(each)}: {each.change}")
    for each in found.crossings.itertuples():
        typer.echo(f"{each.target}: {_at(each)}, from {each.left:.6g} to {each.right:.6g}")
    if found.target is not None and not len(found.crossings):
        typer.echo(f"{found.target.text}: crossed nowhere in the range")
    for line in found.findings:
        typer.echo(line)
    if out is not None:
        typer.echo(f"wrote {out}")


def _at(row: Any) -> str:
    """The value of a breakpoint, with how far off it may be."""
    return f"at {row.value:.6g}" + (f" +- {row.plus_minus:.2g}" if row.plus_minus > 0 else "")
