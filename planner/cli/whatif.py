"""Commands that put plans side by side: whatif, compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.command import InstanceArgument, QuietOption, SetOption, command, fix_of
from planner.cli.plans import exit_code
from planner.cli.tables import say_json
from planner.errors import InstanceError, Problem

if TYPE_CHECKING:
    from planner.api import Search
    from planner.instance import Instance, WhatIf
    from planner.study.compare import Comparison

WIDE = 140  # columns where nobody says how many there are
ASKED = "set"  # name of the what-if that the command line states
JsonOption = Annotated[bool, typer.Option("--json", help="Print the comparison as JSON on standard output.")]


@command
def whatif(
    instance: InstanceArgument,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CHANGE]...", help="What-if files, or names of those kept with the instance."
        ),
    ] = None,
    *,
    changes: SetOption = None,
    fix: Annotated[
        str, typer.Option("--fix", metavar="design", help="Keep the design of the base plan.")
    ] = "",
    base: Annotated[
        Path | None,
        typer.Option("--base", metavar="PLAN", help="The plan of the instance, if there is one already."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="Output folder; default whatifs/NAME."),
    ] = None,
    gap: Annotated[
        float | None, typer.Option("--gap", metavar="G", help="Relative gap of each plan.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Seconds for each plan; 0 = none.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Only list the what-ifs that are kept.")] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Ask what changes would do: base plan and each what-if side by side. Without a change: all that are kept.

    Several --set are one what-if; each file and each name is one of its own.
    """
    from planner import api
    from planner.study.tables import refuse_foreign
    from planner.study.whatif import MARK, refuse_unanswerable, write

    if listed:
        return _list(instance)
    read = api.load(instance)
    asked = _asked(instance, names or [], changes or [], fix)
    refuse_unanswerable(read, asked)
    folder = out or Path("whatifs") / read.settings.instance.name
    refuse_foreign(folder, MARK)
    given = {"gap": gap, "time_limit": time_limit}
    settings: Search = {name: value for name, value in given.items() if value is not None}  # type: ignore[assignment]

    def tell(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    found = api.whatifs(read, asked, base=base or own(instance), tell=tell, **settings)
    write(folder, found)
    if as_json:
        say_json([each.document for each in found])
    elif not quiet:
        _print(found)
        typer.echo(f"written to {folder}")
    _explain(read, found)
    return max(exit_code(plan) for plan in (found[0].base, *(each.plan for each in found)))


def _explain(instance: Instance, found: Sequence[Comparison]) -> None:
    """Say on standard error why there is no plan, of the instance as it is and of each what-if that has none."""
    from planner import api
    from planner.instance import apply
    from planner.solve import Status

    if found[0].base.status is Status.INFEASIBLE:
        typer.echo(f"base: no plan satisfies all the rules\n{api.explain_infeasible(instance)}", err=True)
    for each in found:
        if each.plan.status is not Status.INFEASIBLE:
            continue
        name, changes, fix = each.whatif.name, each.whatif.changes, each.whatif.fix
        if fix:
            typer.echo(f"{name}: what is kept of the base plan cannot obey all the rules", err=True)
        else:
            why = api.explain_infeasible(apply(instance, changes))
            typer.echo(f"{name}: no plan satisfies all the rules\n{why}", err=True)


@command
def compare(
    base: Annotated[Path, typer.Argument(metavar="PLAN_A", help="A plan folder.")],
    plan: Annotated[Path, typer.Argument(metavar="PLAN_B", help="The plan folder to compare with it.")],
    *,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE.csv", help="Also write the cost bridge.")
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> int:
    """Put two plans side by side: what the difference costs and how sure that is, what opened, closed and moved."""
    from planner import api
    from planner.study.tables import write_file

    found = api.compare(base, plan)
    if out is not None:
        write_file(out, found.bridge)
    if as_json:
        say_json(found.document)
    elif not quiet:
        _print([found])
    return 0


def _list(instance: str) -> int:
    """Print the what-ifs that are kept: name, title, changes."""
    from planner.instance import kept_whatifs, resolve

    kept = kept_whatifs(resolve(instance))
    width = max((len(each.name) for each in kept), default=0)
    for each in kept:
        typer.echo(f"{each.name:<{width}}  {each.title}".rstrip())
        for words in each.words:
            typer.echo(f"{'':<{width}}    {words}")
    return 0


def _asked(instance: str, names: Sequence[str], changes: Sequence[str], fix: str) -> list[WhatIf]:
    """What is asked: files, kept what-ifs by name, and what the command line states; else all that are kept.

    Raises:
        InstanceError: there is no such file or what-if, or none at all; with every problem.
    """
    from planner.instance import WhatIf, kept_whatifs, named_whatifs, parse_sets, resolve

    kept_design, folder = fix_of(fix), resolve(instance)
    stated = [WhatIf(ASKED, tuple(parse_sets(changes)), place="--set")] if changes else []
    asked = named_whatifs(names, folder) + stated if names or stated else [*kept_whatifs(folder)]
    if not asked:
        expected = "--set, a what-if file, or whatifs/*.toml beside the instance"
        raise InstanceError([Problem(instance, "no what-if is kept with the instance", expected=expected)])
    return [replace(each, fix=kept_design) for each in asked] if kept_design else asked


def own(instance: str) -> Path | None:
    """The plan that is meant, where the instance is that of a plan folder."""
    from planner.plan.write import is_plan

    return Path(instance) if is_plan(Path(instance)) else None


def _print(found: Sequence[Comparison]) -> None:
    """Print comparisons with one base plan, side by side."""
    from rich.console import Console

    from planner.study.side_by_side import renderable

    width = None if sys.stdout.isatty() else WIDE
    Console(highlight=False, no_color="NO_COLOR" in os.environ, width=width).print(renderable(found))
