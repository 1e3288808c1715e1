"""Tables on the screen: aligned, in sensible units, as wide as there is room; and the same as JSON, for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

import typer

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

SHOWN = 20  # rows of a table on the screen; files and JSON have all
LONGEST_LINE = 10_000
NARROW = 12  # characters to which a terminal that is too narrow may fold a text
MOST_DIGITS = 4  # behind the point
SHARES = frozenset({"fill_rate", "allied_share", "share", "gap", "exposure", "probability"})
MONEY = frozenset({"cost", "extra_cost", "expected_cost", "operating_cost", "landed_cost"})
UNITS = ((1e9, "billion"), (1e6, "million"))


def show(table: pd.DataFrame, title: str, *, currency: str = "") -> None:
    """Print the first rows of a table."""
    if len(table):
        show_columns(
            {str(name): table[name].head(SHOWN).tolist() for name in table}, title, currency=currency
        )
    if len(table) > SHOWN:
        typer.echo(f"and {len(table) - SHOWN:,} more")


def show_columns(columns: Mapping[str, Sequence[object]], title: str = "", *, currency: str = "") -> None:
    """Print columns side by side. No figure is ever cut; a narrow terminal folds headings and texts."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.text import Text

    made = [
        Shown(*in_words(name, cells, currency), numeric=_is_numeric(cells)) for name, cells in columns.items()
    ]
    console, drawn = Console(highlight=False), _drawn(made)
    needed = Measurement.get(console, console.options.update(max_width=LONGEST_LINE), drawn).maximum
    if console.is_terminal and needed > console.width:
        console.width = max(console.width, sum(column.least + 1 for column in made) - 1)
        drawn = _drawn(made, folded=True)
    else:  # what is not a terminal has no width: there a row stays a line
        console.width = max(console.width, needed)
    with console.capture() as printed:
        if title:
            console.print(Text(title, style="bold"), soft_wrap=not console.is_terminal)
        console.print(drawn)
    typer.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as text."""

    heading: str
    cells: Sequence[str]
    numeric: bool

    @property
    def least(self) -> int:
        """The fewest characters that it needs: its longest figure and word of the heading; texts fold further."""
        word = max(map(len, self.heading.split()), default=0)
        longest = max(map(len, self.cells), default=0)
        return max(word, longest if self.numeric else min(longest, NARROW))


def _drawn(columns: Sequence[Shown], *, folded: bool = False) -> Table:
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        box=None,
        pad_edge=False,
        padding=(0, 1 if folded else 2, 0, 0),
    )
    for column in columns:
        lines = wrap(column.heading, column.least, break_long_words=False) if folded else [column.heading]
        justify: Literal["left", "right"] = "right" if column.numeric else "left"
        drawn.add_column(Text("\n".join(lines)), justify=justify, no_wrap=column.numeric, overflow="fold")
    for row in zip(*(column.cells for column in columns), strict=True):
        drawn.add_row(*map(Text, row))
    return drawn


def in_words(name: str, cells: Sequence[object], currency: str = "") -> tuple[str, list[str]]:
    """A column as text: its heading, with the unit of money, and its cells, with digits that tell them apart."""
    # an expression, such as a varied quantity, is shown as it is written
    heading = name if "." in name else name.replace("_", " ")
    if not _is_numeric(cells):
        # a list that is to be read, and folded, has spaces
        return heading, ["" if _is_blank(cell) else str(cell).replace(";", "; ") for cell in cells]
    figures = [float(cell) for cell in cells]  # type: ignore[arg-type]
    if name in SHARES:
        return heading, _figures([figure * 100 for figure in figures], 1, "%")
    largest = max((abs(figure) for figure in figures if isfinite(figure)), default=0.0)
    size, unit = 1.0, ""
    if name in MONEY:
        size, unit = next(((size, unit) for size, unit in UNITS if largest >= 10 * size), (1.0, ""))
        heading = ", ".join(filter(None, (heading, f"{unit} {currency}".strip())))
    whole = all(figure == int(figure) for figure in figures if isfinite(figure))
    large = largest / size >= 10_000
    digits = 0 if size == 1 and (whole or large) else 2
    return heading, _figures([figure / size for figure in figures], digits)


def _figures(figures: Sequence[float], digits: int, sign: str = "") -> list[str]:
    """Figures with at least so many digits behind the point, and as many as tell different ones apart."""
    known = [*(figure for figure in figures if isfinite(figure)), 0.0, 100.0 if sign else 0.0]
    largest = max(map(abs, known)) or 1.0
    # a figure for each that differs by more than the last digits of a solver
    told = {round(figure / largest, 7): figure for figure in known}.values()
    while digits < MOST_DIGITS and len({f"{figure:.{digits}f}" for figure in told}) < len(told):
        digits += 1
    return [_figure(figure, digits, sign) for figure in figures]


def _figure(figure: float, digits: int, sign: str) -> str:
    if isnan(figure):
        return ""
    if not isfinite(figure):
        return ("" if figure > 0 else "-") + _endless()
    return f"{round(figure, digits) + 0.0:,.{digits}f}{sign}"  # no -0


def _endless() -> str:
    """The sign of what has no end, if it can be printed."""
    try:
        "∞".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "inf"
    return "∞"


def _is_numeric(cells: Sequence[object]) -> bool:
    return bool(cells) and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and isnan(cell))


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table for JSON, which has no infinity: what is blank or has no limit is null."""
    cells = (table[name].tolist() for name in table)
    rows = zip(*cells, strict=True)
    return [dict(zip(map(str, table), map(_plain, row), strict=True)) for row in rows]


def _plain(cell: Any) -> Any:
    return None if isinstance(cell, float) and (isnan(cell) or abs(cell) == inf) else cell


def say(text: str) -> None:
    """Print a text on standard output: broken between words on a terminal, line by line elsewhere."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    console.print(text, soft_wrap=not console.is_terminal)


def say_json(value: object) -> None:
    """Print JSON on standard output."""
    typer.echo(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))
