"""Changes as text, both ways: `tariffs[importer=US,origin=CN].rate += 0.25`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from planner.errors import InstanceError, Problem, gathered
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


@dataclass(frozen=True, slots=True)
class Target:
    """What an expression changes: a column in some rows of a table, and its sign, `=`, `+=` or `*=`."""

    rows: Change  # of which nothing is changed yet
    column: str
    sign: str

    def to(self, value: str) -> Change:
        """The change to a value, or by it.

        Raises:
            InstanceError: there is nothing to add or multiply by.
        """
        if self.sign == "=":
            return replace(self.rows, set={self.column: value})
        step = {self.column: _operand(value, self.rows.place)}
        return replace(self.rows, add=step) if self.sign == "+=" else replace(self.rows, multiply=step)


def parse_set(expression: str) -> Change:
    """Read `table[column=value,...].column = value`, or with `+=` or `*=`.

    Values with a comma, bracket or parenthesis are quoted; `column=(one or other)` is a condition that either meets.
    `instance.duty_date = 2025-09-01` changes a setting.

    Raises:
        InstanceError: if the text is no such expression.
    """
    target, value = split(expression, f"--set {expression}")
    return target.to(unquoted(value))


def parse_sets(expressions: Iterable[str]) -> list[Change]:
    """Read several of them.

    Raises:
        InstanceError: some are none; with the problem of each.
    """
    problems: list[Problem] = []
    made = [gathered(problems, parse_set, expression) for expression in expressions]
    if problems:
        raise InstanceError(problems)
    return [change for change in made if change is not None]


def split(expression: str, place: str, value: str = "value") -> tuple[Target, str]:
    """What an expression changes, and the text of its value; `place` and `value` name both, for messages.

    Raises:
        InstanceError: if the text is no such expression.
    """
    match = _EXPRESSION.fullmatch(expression)
    if match is None or not match["value"]:
        expected = f"table[column=value,...].column = {value} (or += or *=)"
        raise InstanceError([Problem(place, "not a change", expected=expected)])
    rows = Change(match["table"], conditions(match["where"] or "", place), place=place)
    return Target(rows, match["column"], match["sign"]), match["value"]


def unquoted(text: str) -> str:
    """The text without the quotes around it, if there are any."""
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
        if match["column"] in where:
            expected = f"{match['column']}=(one or other)"
            raise InstanceError([Problem(place, "a column with two conditions", match["column"], expected)])
        where[match["column"]] = _entries(match["several"]) or unquoted(match["one"])
        position = match.end()
    return where


def _entries(several: str | None) -> list[str]:
    """What stands between the parentheses of `(one or other)`."""
    return [unquoted(entry) for entry in _ENTRIES.findall(several[1:-1])] if several else []


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
    return f"[{joined(cells)}]" if cells else ""


def joined(cells: Mapping[str, Any]) -> str:
    """Conditions, or the cells of a row, as `conditions` reads them: `importer=US,origin=(CN or VN)`."""
    return ",".join(f"{name}={_quoted(value)}" for name, value in cells.items())


def _quoted(value: Any) -> str:
    """A value as `parse_set` reads it."""
    if isinstance(value, list | tuple):
        return "(" + " or ".join(_quoted(each) for each in value) + ")"
    text = cell_text(value)
    if not text or re.search(r"[,\[\]()\"'\s]", text):
        return f"'{text}'" if '"' in text else f'"{text}"'
    return text
