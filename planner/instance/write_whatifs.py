"""What-ifs written: as files beside the tables of an instance, or as the two sheets of its workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InstanceError, Problem, StorageError
from planner.instance.catalogue import adopted_name
from planner.instance.changes import Change
from planner.instance.expressions import conditions, joined
from planner.instance.raw import quoted
from planner.instance.read_frames import cell_text
from planner.instance.schema_whatif import SHEETS
from planner.instance.whatif import FOLDER, Fix, WhatIf
from planner.instance.write import toml_value

if TYPE_CHECKING:
    from planner.sheets import Cell


def write_whatifs(whatifs: Sequence[WhatIf], instance: Path) -> None:
    """Write what-ifs as files, each named after its what-if.

    Raises:
        InstanceError: with every name that is not safe for a file.
        StorageError: they cannot be written.
    """
    expected = 'a name that can be a file: no path, no / \\ : * ? " < > |'
    unsafe = [
        Problem(whatif.place, "the name of a what-if that becomes a file", whatif.name, expected)
        for whatif in whatifs
        if adopted_name(whatif.name, "") != whatif.name
    ]
    if unsafe:
        raise InstanceError(unsafe)
    try:
        for whatif in whatifs:
            (instance / FOLDER).mkdir(parents=True, exist_ok=True)
            (instance / FOLDER / f"{whatif.name}.toml").write_text(_toml(whatif), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{instance / FOLDER}: {error.strerror or error}") from error


def _toml(whatif: WhatIf) -> str:
    """The content of a file."""
    lines = [f"title = {toml_value(whatif.title)}"]
    for change in whatif.changes:
        lines += ["", "[[change]]", *_stated(change)]
    if whatif.fix:
        lines += ["", "[fix]", *_stated(whatif.fix)]
    return "\n".join(lines) + "\n"


def _stated(stated: Change | Fix) -> Iterator[str]:
    """What a change or fix says, a line for each key of the file."""
    for each in fields(stated):
        value = getattr(stated, each.name)
        if value and each.name != "place":
            yield f"{each.name} = {toml_value(value)}"


def sheets_of(whatifs: Iterable[WhatIf]) -> dict[str, list[list[Cell]]]:
    """The columns of the sheets `whatifs` and `changes`.

    Raises:
        InstanceError: with every change that rows of a sheet cannot state.
    """
    known = tuple(whatifs)
    named = [_named(whatif) for whatif in known]
    changes = [(whatif.name, change) for whatif in known for change in whatif.changes]
    rows: list[tuple[str, ...]] = [(name, *row) for name, change in changes for row in _rows(change)]
    problems = [
        Problem(change.place, "a change that a row of a sheet cannot state", expected="a file of its own")
        for _, change in changes
        if not _fits(change)
    ]
    if problems:
        raise InstanceError(problems)
    return {
        name: [[quoted(row[place]) for row in lines] for place in range(len(table.columns))]
        for (name, table), lines in zip(SHEETS.items(), (named, rows), strict=True)
    }


def _named(whatif: WhatIf) -> tuple[str, ...]:
    fix = whatif.fix
    return (
        whatif.name,
        whatif.title,
        "design" if fix.design else "",
        ";".join(fix.facilities),
        ";".join(fix.suppliers),
    )


def _rows(change: Change) -> Iterator[tuple[str, ...]]:
    """Table, where, column, op and value of each row that states a change: first what is edited, then what is new."""
    where = joined(change.where)
    edits = [
        (change.table, where, column, op, cell_text(value))
        for op, values in (("=", change.set), ("+=", change.add), ("*=", change.multiply))
        for column, value in values.items()
    ]
    # once a column that rows are chosen by is edited, they are no longer found
    yield from sorted(edits, key=lambda row: row[2] in change.where)
    if change.drop:
        yield change.table, where, "", "drop", ""
    yield from ((change.table, joined(row), "", "append", "") for row in change.append)


def _fits(change: Change) -> bool:
    """Whether the rows of a change read back as it is."""
    edited = [*change.set, *change.add, *change.multiply]
    if len({*edited} & {*change.where}) > 1 or len({*edited}) < len(edited):
        return False
    try:
        return all(conditions(joined(cells), "") == _texts(cells) for cells in (change.where, *change.append))
    except InstanceError:
        return False


def _texts(cells: Mapping[str, Any]) -> dict[str, str | list[str]]:
    return {
        name: [cell_text(each) for each in value] if isinstance(value, list | tuple) else cell_text(value)
        for name, value in cells.items()
    }
