"""A picture with the table behind it, and how names and figures are written in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import isfinite
from typing import Any, Literal
from unicodedata import bidirectional

import pandas as pd

Figure = dict[str, Any]  # `data` and `layout` of a plotly figure
Kind = Literal["text", "money", "number", "share", "whole"]

ROWS = 1000  # of a table in the page; the tables of the plan have all
LONGEST = 34  # characters of a name in a picture; tables and tooltips have all of it
# classes of characters that turn the direction of the text around them
TURNS = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"})
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
SIZES = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table in the report."""

    name: str  # in the frame
    head: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is written in a cell, and what its column is sorted by."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Table:
    """The figures behind a picture."""

    columns: tuple[Column, ...]
    frame: pd.DataFrame = field(repr=False)

    @property
    def rows(self) -> list[list[Cell]]:
        """The cells of the first rows."""
        shown = self.frame.head(ROWS)
        columns = [[_cell(column.kind, value) for value in shown[column.name]] for column in self.columns]
        return [list(row) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure for plotly, in words and with its table; without a figure the words and the table alone."""

    name: str
    title: str
    words: str
    table: Table
    figure: Figure | None = None
    note: str = ""
    wide: bool = False  # across the page
    legend: Sequence[tuple[str, str]] = ()  # colour and meaning


def text(name: str) -> str:
    """A name as it stands in a sentence: what turns the direction of writing ends with it."""
    turns = any(bidirectional(character) in TURNS for character in name)
    return f"{ISOLATE}{name}{END_ISOLATE}" if turns else name


def label(name: str, longest: int = LONGEST) -> str:
    """A name in a picture: plotly reads a little HTML, so nothing of it may be left, and it has to fit."""
    shown = name if len(name) <= longest else f"{name[: longest * 2 // 3]}…{name[-(longest // 3) :]}"
    return text(escape(shown, quote=False))


def whole_label(name: str) -> str:
    """A name in a tooltip, in full."""
    return label(name, len(name))


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit in which amounts of a picture are written."""

    size: float
    unit: str  # `million USD`

    def number(self, amount: float) -> str:
        """An amount in this unit, without it."""
        scaled = amount / self.size
        digits = 0 if abs(scaled) >= 1000 else 1 if abs(scaled) >= 10 else 2
        return f"{scaled:,.{digits}f}" if isfinite(scaled) else ""

    @property
    def plotted(self) -> Scale:
        """The same for plotly."""
        return Scale(self.size, escape(self.unit, quote=False))

    def words(self, amount: float) -> str:
        """An amount with its unit."""
        return f"{self.number(amount)} {self.unit}"


def scale(amounts: Sequence[float], currency: str) -> Scale:
    """The unit in which the largest amount has two to four digits before the point."""
    largest = max((abs(amount) for amount in amounts if isfinite(amount)), default=0.0)
    size, name = next(((size, name) for size, name in SIZES if largest >= 10 * size), (1.0, ""))
    return Scale(size, f"{name} {text(currency)}".strip())


def _cell(kind: Kind, value: Any) -> Cell:
    """A figure as it stands in a table: money to the cent, everything with its exact value beside it."""
    if kind == "text":
        return Cell(str(value), str(value))
    number = float(value)
    if not isfinite(number):
        return Cell("", "")
    written = {
        "money": f"{number:,.2f}",
        "number": f"{number:,.2f}".removesuffix(".00"),
        "share": f"{number:.2%}",
        "whole": f"{number:,.0f}",
    }[kind]
    # -0.00 is 0.00
    return Cell(
        written.removeprefix("-") if not any(c in "123456789" for c in written) else written, repr(number)
    )
