"""What every command shares: the application, exit codes, and errors as messages."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from planner.errors import InstanceError, PlannerError, Problem

if TYPE_CHECKING:
    from planner.instance import Fix

INFEASIBLE, STOPPED, FAILED, AUDIT_FAILED, INTERRUPTED = 3, 4, 5, 6, 130
P = ParamSpec("P")


app = typer.Typer(
    name="planner",
    help="Plan where to make and whom to buy from, with every duty in the landed cost.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

InstanceArgument = Annotated[
    str,
    typer.Argument(metavar="INSTANCE", help="A folder, an .xlsx workbook, a shipped name, or a plan folder."),
]


QuietOption = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, for machines.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="EXPR", help="Change cells, as in 'items[item=tv].weight_kg *= 2'."),
]


def command(function: Callable[P, int]) -> Callable[P, None]:
    """Register a command whose result is its exit code; errors become messages and codes, never tracebacks."""

    @wraps(function)
    def guarded(*args: P.args, **keywords: P.kwargs) -> None:
        try:
            code = function(*args, **keywords)
        except InstanceError as error:
            code = _say_problems(error)
        except PlannerError as error:
            code = say_error(str(error), error.exit_code)
        except KeyboardInterrupt:
            code = say_error("interrupted; nothing was written", INTERRUPTED)
        except BrokenPipeError:
            # whoever read our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            code = _say_unexpected(error)
        raise typer.Exit(code)

    app.command(name=function.__name__.rstrip("_"))(guarded)
    return guarded


def fix_of(text: str) -> Fix:
    """What `--fix` keeps of the base plan: nothing where it is blank.

    Raises:
        InstanceError: it is something else than the design.
    """
    from planner.instance import Fix

    if text not in ("", "design"):
        raise InstanceError([Problem("--fix", "not what can be kept", text, "design", "design")])
    return Fix(design=text == "design")


@app.callback()
def options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")
    ] = False,
) -> None:
    """Plan where to make and whom to buy from, with every duty in the landed cost."""
    if debug:
        os.environ["PLANNER_DEBUG"] = "1"


def _say_problems(error: InstanceError) -> int:
    """Print every problem with the input."""
    for problem in error.problems:
        typer.echo(str(problem), err=True)
    return say_error(f"{count(len(error.problems), 'problem')} with the input", error.exit_code)


def say_error(message: str, code: int) -> int:
    """Print an error; the exit code."""
    typer.secho(f"error: {message}", err=True, fg=None if "NO_COLOR" in os.environ else "red")
    return code


def _say_unexpected(error: Exception) -> int:
    """Say in a line that something unforeseen happened, and keep the rest in a file."""
    if os.environ.get("PLANNER_DEBUG"):
        typer.echo(traceback.format_exc(), err=True)
        return FAILED
    with tempfile.NamedTemporaryFile(
        "w", prefix="planner-error-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exc(file=file)
    first = (str(error).splitlines() or [""])[0][:200]
    return say_error(f"unexpected {type(error).__name__}: {first}; details are in {file.name}", FAILED)


def count(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
