"""The command that makes scenarios."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.command import InstanceArgument, JsonOption, QuietOption, SetOption, command
from planner.cli.tables import records, say, say_json, show

if TYPE_CHECKING:
    from planner.study.scenarios import Generated


@command
def scenarios(
    instance: InstanceArgument,
    *,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="FOLDER", help="New folder for the instance with scenarios."),
    ],
    samples: Annotated[int, typer.Option("--samples", metavar="N", help="Samples to draw.")] = 1000,
    keep: Annotated[int, typer.Option("--keep", metavar="K", help="Most scenarios to keep of them.")] = 10,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Random seed.")] = 0,
    changes: SetOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Make scenarios from the outage rates of locations, gateways and countries."""
    from planner import api
    from planner.instance import apply, parse_sets
    from planner.study.scenarios import generate
    from planner.study.tables import refuse_used

    refuse_used(out)
    read = api.load(instance)
    if changes:
        read = apply(read, parse_sets(changes))
    made = generate(read, samples=samples, keep=keep, seed=seed)
    made.instance.write(out)
    if as_json:
        say_json(_document(made, out))
    elif not quiet:
        _show(made)
        typer.echo(f"wrote {out}; next: planner solve {out}")
    return 0


def _document(made: Generated, out: Path) -> dict[str, object]:
    """The same for machines; distances and days in days of outage."""
    names = ("samples", "disturbed", "distinct", "distance", "relative", "sampled_days", "kept_days")
    warnings = dict.fromkeys(made.instance.warnings + made.warnings)
    return {
        "folder": str(out),
        "scenarios": records(made.table),
        **{name: getattr(made, name) for name in names},
        "warnings": [asdict(warning) for warning in warnings],
    }


def _show(made: Generated) -> None:
    """Print the scenarios, how well they stand for the samples, and what is suspicious."""
    show(made.table, "")
    say(
        f"{made.samples:,} samples: something fails in {made.disturbed:,} of them, in {made.distinct:,} ways, "
        f"for which {len(made.table) - 1:,} stand"
    )
    say(
        f"distance of the scenarios to the samples: {made.distance:,.1f} days of outage, "
        f"{made.relative:.0%} of that of a single one"
    )
    say(
        f"days of outage over all places: {made.sampled_days:,.1f} in a sample, {made.kept_days:,.1f} in a scenario"
    )
    for warning in dict.fromkeys(made.instance.warnings + made.warnings):
        say(f"warning: {warning}")
