"""The command that makes scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.command import InstanceArgument, SetOption, command

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
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> int:
    """Make scenarios from the outage rates of locations, gateways and countries."""
    from planner import api
    from planner.instance import apply, parse_set
    from planner.study.scenarios import generate
    from planner.study.tables import refuse_used

    refuse_used(out)
    read = api.load(instance)
    if changes:
        read = apply(read, [parse_set(change) for change in changes])
    made = generate(read, samples=samples, keep=keep, seed=seed)
    made.instance.write(out)
    if not quiet:
        _show(made)
        typer.echo(f"wrote {out}; next: planner solve {out}")
    return 0


def _show(made: Generated) -> None:
    """Print the scenarios, how well they stand for the samples, and what is suspicious."""
    width = max(map(len, made.table["scenario"]))
    typer.echo(f"{'scenario':<{width}}  probability  title")
    for name, probability, title in made.table.itertuples(index=False):
        typer.echo(f"{name:<{width}}  {probability:>11.4f}  {title}")
    typer.echo(
        f"{made.samples:,} samples: something fails in {made.disturbed:,} of them, in {made.distinct:,} ways, "
        f"for which {len(made.table) - 1:,} stand"
    )
    typer.echo(
        f"distance of the scenarios to the samples: {made.distance:,.1f} days of outage, "
        f"{made.relative:.0%} of that of a single one"
    )
    typer.echo(
        f"days of outage over all places: {made.sampled_days:,.1f} in a sample, {made.kept_days:,.1f} in a scenario"
    )
    for warning in dict.fromkeys(made.instance.warnings + made.warnings):
        typer.echo(f"warning: {warning}")
