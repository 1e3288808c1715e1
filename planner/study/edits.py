"""Numbers that changes put into cells, read off without checking the whole instance again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from planner.instance import TABLES, Change, Instance
from planner.instance.changes import checked_cell, matching
from planner_models.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Edit:
    """One column of a table after all changes: `rows` are the positions at which it differs."""

    table: str
    column: str
    before: Floats
    after: Floats

    @property
    def rows(self) -> Ints:
        """Where the column differs."""
        return np.flatnonzero(self.before != self.after)


def edits(instance: Instance, changes: Iterable[Change]) -> tuple[Edit, ...] | None:
    """What the changes do, where all that they do is to give numbers to cells; else None.

    A number is checked against what its column may hold, not against other cells.

    Raises:
        InstanceError: a change that names what is not there or matches nothing, or a number out of range.
    """
    columns: dict[tuple[str, str], tuple[Floats, Floats]] = {}
    for change in changes:
        found = _numbers(change)
        if found is None or any((change.table, name) in columns for name in change.where):
            return None
        rows = matching(change, instance.given[change.table], instance.tables[change.table])
        for name, sign, number in found:
            first = instance.tables[change.table][name].to_numpy(dtype=np.float64)
            before, now = columns.get((change.table, name), (first, first))
            after = now.copy()
            with np.errstate(invalid="ignore"):  # a share 0 of no limit is no number, which is seen below
                after[rows] = (
                    number if sign == "=" else now[rows] + number if sign == "+=" else now[rows] * number
                )
            if not _valid(change, name, after[rows]):
                return None
            columns[change.table, name] = before, after
    return tuple(Edit(table, name, *cells) for (table, name), cells in columns.items())


def _numbers(change: Change) -> list[tuple[str, str, float]] | None:
    """Column, sign and number of each edit of a change; None where it does anything else."""
    if change.drop or change.append or change.table not in TABLES:
        return None
    found: list[tuple[str, str, float]] = []
    for sign, cells in (("=", change.set), ("+=", change.add), ("*=", change.multiply)):
        for name, value in cells.items():
            column = TABLES[change.table].columns.get(name)
            if column is None or column.storage is not float:
                return None
            number = checked_cell(change, name, value) if sign == "=" else value
            found.append((name, sign, float(number)))
    return found


def _valid(change: Change, name: str, numbers: Floats) -> bool:
    """Whether these are numbers; raises where the least or the largest is none that the column can hold."""
    if np.isnan(numbers).any():
        return False
    for number in {float(numbers.min()), float(numbers.max())}:
        checked_cell(change, name, number)
    return True
