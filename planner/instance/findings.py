"""Collecting problems: which rows, which column, what is wrong, said once for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.errors import Problem
from planner.instance.fields import number_text
from planner.instance.parse import MOST, more
from planner.instance.raw import RawTable

if TYPE_CHECKING:
    from planner.instance.instance import Instance

Text = str | Callable[[str], str]


class Findings:
    """The problems found so far in an instance, and how to add to them.

    `said` are places of which something has been said already: one fault of a cell is enough. `written` are the
    tables as they stand in their files, where they come from files.
    """

    def __init__(
        self,
        instance: Instance,
        broken: frozenset[str] = frozenset(),
        said: Iterable[str] = (),
        written: Mapping[str, RawTable] | None = None,
    ) -> None:
        self.instance = instance
        self.tables = instance.tables
        self.given = instance.given
        self.broken = broken
        self.problems: list[Problem] = []
        self.said = set(said)
        self.written = written or {}

    def place(self, table: str, row: int, column: str = "") -> str:
        """`file:row:column` of a row, by its number in the file."""
        return f"{self.instance.files[table]}:{row}" + (f":{column}" if column else "")

    def flag(
        self, table: str, rows: Any, column: str, message: Text, *, expected: Text = "", near: Text = ""
    ) -> None:
        """Add a problem for each row that `rows` marks (a mask by position); texts may depend on the cell."""
        positions = np.flatnonzero(np.asarray(rows, dtype=bool))
        if not len(positions):
            return
        frame = self.given[table]
        numbers = frame.index.to_numpy()[positions]
        order = np.argsort(numbers, kind="stable")
        for k in order[:MOST].tolist():
            place = self.place(table, int(numbers[k]), column)
            if place in self.said:
                continue
            cell = shown(frame[column].iloc[positions[k]])
            texts = [text(cell) if callable(text) else text for text in (message, expected, near)]
            found = self._written(table, int(numbers[k]), column) or cell
            self.problems.append(Problem(place, texts[0], found, texts[1], texts[2]))
        if len(order) > MOST:
            first = int(numbers[order[MOST]])
            self.problems.extend(more(self.instance.files[table], first, column, len(order) - MOST))

    def _written(self, table: str, row: int, column: str) -> str | None:
        """A cell as it stands in its file; nothing where it was changed since, or has its default."""
        return self.written[table].cell(row, column) if table in self.written else None

    def flag_once(self, table: str, rows: Any, column: str, message: str, **texts: Text) -> None:
        """Add one problem for all the rows that `rows` marks, at the first of them in the file."""
        positions = np.flatnonzero(np.asarray(rows, dtype=bool))
        if not len(positions):
            return
        numbers = self.given[table].index.to_numpy()
        mark = np.zeros(len(numbers), dtype=bool)
        mark[positions[np.argmin(numbers[positions])]] = True
        others = len(positions) - 1
        counted = f" (and {others} more {'row' if others == 1 else 'rows'})" if others else ""
        self.flag(table, mark, column, message + counted, **texts)

    def flag_pairs(
        self, table: str, pairs: Sequence[tuple[int, int]], column: str, message: str, expected: str
    ) -> None:
        """Add a problem for each pair of row positions, at the later row, naming the earlier one."""
        numbers = self.given[table].index
        rows = sorted(
            (max(pair), min(pair)) for pair in ((int(numbers[a]), int(numbers[b])) for a, b in pairs)
        )
        for later, earlier in rows[:MOST]:
            text = message.format(earlier=earlier)
            self.problems.append(Problem(self.place(table, later, column), text, expected=expected))
        if len(rows) > MOST:
            self.problems.extend(more(self.instance.files[table], rows[MOST][0], column, len(rows) - MOST))


def shown(value: Any) -> str:
    """A value as a cell would hold it; blank where there is no value."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float | np.floating):
        return number_text(float(value)) if np.isfinite(value) else ""
    if pd.isna(value):
        return ""
    return str(value)
