"""What-ifs of a workbook: from its sheets `whatifs` and `changes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.errors import InstanceError, Problem
from planner.instance.changes import Change
from planner.instance.expressions import Target, conditions
from planner.instance.fields import nearest
from planner.instance.parse import parse
from planner.instance.raw import RawInstance, RawTable
from planner.instance.read_excel import read_whatif_sheets
from planner.instance.schema_whatif import SHEETS
from planner.instance.whatif import Fix, WhatIf


def whatifs_of_workbook(path: Path) -> tuple[WhatIf, ...]:
    """The what-ifs that a workbook keeps, in the order of its sheet.

    Raises:
        InstanceError: with every problem found.
    """
    raw = read_whatif_sheets(path)
    problems = list(raw.problems)
    named, rows = (_records(raw, name, problems) for name in SHEETS)
    changes: dict[str, list[Change]] = {}
    for row in named:
        if row["whatif"] in changes:
            at = f"{row['place']}:whatif"
            problems.append(Problem(at, "the what-if is there twice", row["whatif"], "each name once"))
        changes[row["whatif"]] = []
    for row in rows:
        problems.extend(_collected(row, changes))
    idle = [row for row in named if not changes[row["whatif"]] and not _fix(row)]
    problems.extend(
        Problem(row["place"], "changes nothing", row["whatif"], "a row in the sheet changes, or a fix")
        for row in idle
    )
    if problems:
        raise InstanceError(problems)
    return tuple(
        WhatIf(row["whatif"], tuple(changes[row["whatif"]]), _fix(row), row["title"], row["place"])
        for row in named
    )


def _records(raw: RawInstance, name: str, problems: list[Problem]) -> list[dict[str, Any]]:
    """The rows of a sheet, each with its place; none where the sheet is missing."""
    text = raw.tables.get(name) or RawTable(raw.place_of(name), broken=True)
    rows = parse(SHEETS[name], text, problems)
    places = [f"{text.place}:{number}" for number in rows.index]
    return rows.assign(place=places).to_dict("records")  # type: ignore[return-value]


def _fix(row: Mapping[str, Any]) -> Fix:
    facilities, suppliers = (
        tuple(filter(None, row[kind].split(";"))) for kind in ("facilities", "suppliers")
    )
    return Fix(row["fix"] == "design", facilities, suppliers)


def _collected(row: Mapping[str, Any], changes: Mapping[str, list[Change]]) -> Iterator[Problem]:
    """Put the change of a row to its what-if; what is wrong with it."""
    place, name = row["place"], row["whatif"]
    if name not in changes:
        expected = "a name of the sheet whatifs"
        yield Problem(f"{place}:whatif", "no such what-if", name, expected, nearest(name, changes))
        return
    try:
        changes[name].append(_change(row))
    except InstanceError as error:
        yield from error.problems


def _change(row: Mapping[str, Any]) -> Change:
    """The change that a row describes.

    Raises:
        InstanceError: it describes none.
    """
    place, op = row["place"], row["op"]
    cells = conditions(row["where"], f"{place}:where")
    whole = op in ("drop", "append")
    if whole == bool(row["column"]) or (whole and row["value"]):
        expected = "column and value blank, as whole rows are meant" if whole else "the column to change"
        raise InstanceError([Problem(f"{place}:column", f"does not go with {op}", row["column"], expected)])
    if op == "append":
        return Change(row["table"], append=[cells], place=place)
    rows = Change(row["table"], cells, place=place)
    return replace(rows, drop=True) if op == "drop" else Target(rows, row["column"], op).to(row["value"])
