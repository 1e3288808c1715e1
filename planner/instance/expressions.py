"""Changes as text, both ways: `tariffs[importer=US,origin=CN].rate += 0.25`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from planner.errors import InstanceError, Problem
from planner.instance.changes import Change
from planner.instance.parse import explain, typed_cell
from planner.instance.read_frames import cell_text
from planner.instance.schema import TABLES

_EXPRESSION = re.compile(
    r"\s*(?P<table>\w+)\s*(\[(?P<where>.*)\])?\s*\.\s*(?P<column>\w+(\.\w+)?)\s*(?P<sign>\+=|\*=|=)\s*(?P<value>.*?)\s*",
    re.DOTALL,
)
_QUOTED = r"\"[^\"]*\"|'[^']*'"
_ENTRY = rf"{_QUOTED}|[^\"'()]+?"
_SEVERAL = rf"\(\s*(?:{_ENTRY})(?:\s+or\s+(?:{_ENTRY}))*\s*\)"
_PAIR = re.compile(
    rf"\s*(?P<column>\w+)\s*=\s*((?P<several>{_SEVERAL})|(?P<one>{_QUOTED}|[^,\"']*?))\s*(,|$)"
)
_ENTRIES = re.compile(rf"\s*({_ENTRY})\s*(?:\bor\s|$)")


def parse_set(expression: str) -> Change:
    """Read `table[column=value,...].column = value`, or with `+=` or `*=`.

    Values with a comma, bracket or parenthesis are quoted; `column=(one or other)` is a condition that either meets.
    `instance.duty_date = 2025-09-01` changes a setting.

    Raises:
        InstanceError: if the text is no such expression.
    """
    place = f"--set {expression}"
    match = _EXPRESSION.fullmatch(expression)
    if match is None or not match["value"]:
        expected = "table[column=value,...].column = value (or += or *=)"
        raise InstanceError([Problem(place, "not a change", expected=expected)])
    rows = Change(match["table"], conditions(match["where"] or "", place), place=place)
    return edited(rows, match["column"], match["sign"], _unquoted(match["value"]))


def edited(rows: Change, column: str, sign: str, value: str) -> Change:
    """The change of a column in the rows that `rows` is about; sign is `=`, `+=` or `*=`.

    Raises:
        InstanceError: a step that is no number.
    """
    if sign == "=":
        return replace(rows, set={column: value})
    step = {column: _operand(value, rows.place)}
    return replace(rows, add=step) if sign == "+=" else replace(rows, multiply=step)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _operand(text: str, place: str) -> float:
    column = TABLES["events"].columns["value"]
    try:
        return float(typed_cell(column, text))
    except ValidationError as error:
        message, expected, near = explain(column, error.errors(include_url=False)[0])
        raise InstanceError([Problem(place, message, text, expected, near)]) from error


def conditions(text: str, place: str) -> dict[str, str | list[str]]:
    """Read `column=value,...`, where a value may be `(one or other)`.

    Raises:
        InstanceError: if the text is no such list.
    """
    where: dict[str, str | list[str]] = {}
    position = 0
    while position < len(text):
        match = _PAIR.match(text, position)
        if match is None or match.end() == position:
            raise InstanceError([Problem(place, "not a condition", text[position:], "column=value, ...")])
        where[match["column"]] = _entries(match["several"]) or _unquoted(match["one"])
        position = match.end()
    return where


def _entries(several: str | None) -> list[str]:
    """What stands between the parentheses of `(one or other)`."""
    return [_unquoted(entry) for entry in _ENTRIES.findall(several[1:-1])] if several else []


def written(change: Change) -> tuple[str, ...]:
    """The change as expressions, one for each column that it edits; rows dropped and appended in the same style."""
    edited = f"{change.table}{_bracketed(change.where)}"
    edits = [
        f"{edited}.{column} {sign} {_quoted(value)}"
        for sign, values in (("=", change.set), ("+=", change.add), ("*=", change.multiply))
        for column, value in values.items()
    ]
    dropped = [f"drop {edited}"] if change.drop else []
    appended = [f"append {change.table}{_bracketed(row)}" for row in change.append]
    return (*edits, *dropped, *appended)


def _bracketed(cells: Mapping[str, Any]) -> str:
    inside = ",".join(f"{name}={_quoted(value)}" for name, value in cells.items())
    return f"[{inside}]" if inside else ""


def _quoted(value: Any) -> str:
    """A value as `parse_set` reads it."""
    if isinstance(value, list | tuple):
        return "(" + " or ".join(_quoted(each) for each in value) + ")"
    text = cell_text(value)
    if not text or re.search(r"[,\[\]()\"'\s]", text):
        return f"'{text}'" if '"' in text else f'"{text}"'
    return text
