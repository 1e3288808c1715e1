"""One number of the data that a study varies: `table[where].column`, in one row or in several at once."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace

from planner.errors import InstanceError, Problem
from planner.instance import Change, Instance, apply, parse_set
from planner.instance.fields import nearest, number_text
from planner.instance.rows import IGNORED
from planner.instance.schema import TABLES
from planner.instance.settings import SECTIONS

PLACE = "--on"
SEARCH = "solver"  # settings of how to solve, not of what
SIGNS = ("+=", "*=", "=")
_NAMED = re.compile(r"\w+\s*(\[.*\])?\s*\.\s*\w+(\.\w+)?", re.DOTALL)
FORM = "table[column=value,...].column (or with += or *= at its end)"


@dataclass(frozen=True, eq=False)
class Number:
    """A number of an instance. `unit` is that of its column; `at` gives the instance with another value of it."""

    instance: Instance
    on: str  # as it was asked for
    expression: str  # with its sign
    unit: str = ""
    known: dict[float, Instance] = field(default_factory=dict, repr=False)  # with the values asked for so far

    @property
    def words(self) -> str:
        """The number with its unit."""
        unit = "factor" if self.expression.endswith("*=") else self.unit
        return f"{self.on.strip()}, {unit}" if unit else self.on.strip()

    def change(self, value: float) -> Change:
        """The edit that gives the number a value; what is added or multiplied by, where it is written so."""
        return replace(parse_set(f"{self.expression} {number_text(value)}"), place=f"{PLACE} {self.on}")

    def at(self, value: float) -> Instance:
        """The instance with a value of the number.

        Raises:
            InstanceError: it matches nothing, or the value is none that it may have.
        """
        if value not in self.known:
            self.known[value] = apply(self.instance, [self.change(value)])
        return self.known[value]


def number(instance: Instance, on: str, low: float, high: float) -> Number:
    """The number that an expression names, if it can take every value of a range.

    Args:
        instance: the data.
        on: `table[column=value,...].column`, or the key of a setting; with `+=` or `*=` at its end what varies is
            added to the cells, or multiplies them.
        low: the least value.
        high: the largest.

    Raises:
        InstanceError: with all that is wrong.
    """
    text = on.strip()
    sign = next((each for each in SIGNS if text.endswith(each)), "")
    named = text.removesuffix(sign).rstrip()
    found = Number(instance, on, f"{named} {sign or '='}")
    if not _NAMED.fullmatch(named):
        raise InstanceError([Problem(f"{PLACE} {on}", "not a number of the data", expected=FORM)])
    change = found.change(0.0)
    unit = _unit(change)
    problems = _faults(low, high)
    for value in (low, high):
        try:
            found.at(value)
        except InstanceError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InstanceError(problems)
    return replace(found, unit=unit)


def _faults(low: float, high: float) -> list[Problem]:
    """What is wrong with a range in itself."""
    if low < high and math.isfinite(low) and math.isfinite(high):
        return []
    near = f"{number_text(high)}:{number_text(low)}" if high < low else ""
    return [
        Problem(
            "--range",
            "not a range",
            f"{number_text(low)}:{number_text(high)}",
            "two numbers low:high, the second above the first",
            near,
        )
    ]


def _unit(change: Change) -> str:
    """The unit of the column that is changed.

    Raises:
        InstanceError: it is no column of numbers that may take any value between two.
    """
    (name,) = {**change.set, **change.add, **change.multiply}
    if change.table in SECTIONS:
        fields = {} if change.table == SEARCH else SECTIONS[change.table].model_fields
        if not isinstance(getattr(fields.get(name), "default", None), float):
            numbers = [key for key, info in fields.items() if isinstance(info.default, float)]
            raise _no_number(change, f"{change.table}.{name}", numbers)
        return ""
    columns = TABLES[change.table].columns if change.table in TABLES else {}
    if name in IGNORED or (name in columns and columns[name].storage is not float):
        numbers = [key for key, column in columns.items() if column.storage is float]
        raise _no_number(change, name, numbers)
    known = columns.get(name)
    return known.unit.name if known is not None and known.unit is not None else ""


def _no_number(change: Change, name: str, numbers: list[str]) -> InstanceError:
    expected = (
        f"one of {', '.join(numbers)}" if numbers else f"another table than {change.table}, which has none"
    )
    message = "not a number that can take any value between two"
    return InstanceError([Problem(change.place, message, name, expected, nearest(name, numbers))])
