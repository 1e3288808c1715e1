"""The grid of a sweep: what is varied, over which alternatives, and every case of them together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from planner.errors import InstanceError, Problem, gathered
from planner.instance import TABLES, Change, WhatIf, read_whatif, written
from planner.instance.expressions import Target, split, unquoted
from planner.instance.fields import nearest
from planner.instance.read_frames import cell_text
from planner.study.session import Asking

MOST = 100_000  # cases, beyond which a step was mistyped
NONE = "none"  # the alternative that changes nothing
VALUES = "first:last:step, or value, value, ..."
_ENTRY = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[^,]*?)\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the values that are tried: as it stands in tables, and what it changes; None for nothing."""

    label: str
    asked: Asking | None


@dataclass(frozen=True)
class Axis:
    """A varied quantity with its alternatives, in order; `numeric` where they are amounts, not codes or dates."""

    name: str
    alternatives: tuple[Alternative, ...]
    numeric: bool = False

    def at(self, label: str) -> str:
        """One alternative in words."""
        return f"{self.name} {label}" if self.name.endswith("=") else f"{self.name} = {label}"

    @cached_property
    def labels(self) -> list[str]:
        """The alternatives as they stand in tables."""
        return [each.label for each in self.alternatives]

    @cached_property
    def numbers(self) -> list[float] | None:
        """The alternatives as numbers, if they are amounts."""
        found = [number for number in map(_decimal, self.labels) if number is not None]
        return list(map(float, found)) if self.numeric and len(found) == len(self.labels) else None


Varied = str | Sequence[str | Axis] | Mapping[str, Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """One point of the grid, numbered from 1 in the order of the grid: the last quantity varies fastest."""

    number: int
    labels: tuple[str, ...]
    asked: tuple[Asking, ...]

    def differs(self, axes: Sequence[Axis]) -> list[tuple[Axis, str]]:
        """The axes on which it is not the first case, and where on them it is."""
        return [
            (axis, label) for axis, label in zip(axes, self.labels, strict=True) if label != axis.labels[0]
        ]


def cases(axes: Sequence[Axis]) -> list[Case]:
    """Every combination of alternatives."""
    return [
        _case(number, point) for number, point in enumerate(product(*(axis.alternatives for axis in axes)), 1)
    ]


def beside_first(axes: Sequence[Axis]) -> Iterator[Case]:
    """The first case, then each other alternative of each axis in turn, where every other axis has its first one."""
    first = [axis.alternatives[0] for axis in axes]
    yield _case(1, first)
    for at, axis in enumerate(axes):
        for alternative in axis.alternatives[1:]:
            yield _case(0, [*first[:at], alternative, *first[at + 1 :]])


def read_axes(varied: Varied) -> tuple[Axis, ...]:
    """What is varied, from expressions such as `tariffs[origin=CN].rate = 0:1:0.05`, or from names with values.

    Values of a name are numbers and texts for the column that it names, or changes and what-ifs.

    Raises:
        InstanceError: with every problem found.
    """
    problems: list[Problem] = []
    if isinstance(varied, Mapping):
        found = [gathered(problems, _named, name, values) for name, values in varied.items()]
    else:
        texts = [varied] if isinstance(varied, str) else list(varied)
        found = [each if isinstance(each, Axis) else gathered(problems, _read, each) for each in texts]
    axes = tuple(axis for axis in found if axis is not None)
    problems.extend(_wrong_together(axes))
    if not found:
        problems.append(Problem("--vary", "nothing is varied", expected=f"table[where].column = {VALUES}"))
    if problems:
        raise InstanceError(problems)
    return axes


def _case(number: int, point: Sequence[Alternative]) -> Case:
    asked = tuple(each.asked for each in point if each.asked is not None)
    return Case(number, tuple(each.label for each in point), asked)


def _wrong_together(axes: Sequence[Axis]) -> Iterator[Problem]:
    for name, number in Counter(axis.name for axis in axes).items():
        if number > 1:
            yield Problem(
                f"--vary {name}", "the same is varied twice", expected="all its values in one --vary"
            )
    count = prod(len(axis.alternatives) for axis in axes)
    if count > MOST:
        yield Problem("--vary", "too large a grid", f"{count:,} cases", f"at most {MOST:,}")


def _read(text: str) -> Axis:
    """An axis from an expression, or from a list of what-if files."""
    entries = _entries(text)
    if all(entry == NONE or entry.endswith(".toml") for entry in entries):
        return _axis("whatif", _whatifs(entries), text)
    target, values = split(text, f"--vary {text}", VALUES)
    found = _axis(_name(target), _alternatives(target, _values(values, target.rows.place)), text)
    return replace(found, numeric=_numeric(target))


def _named(name: str, values: Iterable[Any]) -> Axis:
    """An axis from its values in Python; the name needs to be an expression only where one of them is no change."""
    listed = list(values)
    if all(each is None or isinstance(each, Change | WhatIf) for each in listed):
        return _axis(name, [Alternative(_label(each), each) for each in listed], name)
    text = name if name.rstrip().endswith("=") else f"{name} ="
    target, _ = split(f"{text} 0", f"--vary {name}", VALUES)
    found = _axis(_name(target), _alternatives(target, [cell_text(each) for each in listed]), name)
    return replace(found, numeric=_numeric(target))


def _axis(name: str, alternatives: Sequence[Alternative], text: str) -> Axis:
    counts = Counter(each.label for each in alternatives)
    problems = [
        Problem(f"--vary {text}", "a value is there twice", label)
        for label, count in counts.items()
        if count > 1
    ]
    if not counts:
        problems.append(Problem(f"--vary {text}", "no values", expected=VALUES))
    if problems:
        raise InstanceError(problems)
    return Axis(name, tuple(alternatives))


def _name(target: Target) -> str:
    """The expression without its value; `=` goes without saying."""
    (text,) = written(Target(target.rows, target.column, "=").to("0"))
    return text.removesuffix(" = 0") + ("" if target.sign == "=" else f" {target.sign}")


def _numeric(target: Target) -> bool:
    """Whether the column holds amounts; for a setting its values tell."""
    if target.sign != "=" or target.rows.table not in TABLES:
        return True
    column = TABLES[target.rows.table].columns.get(target.column)
    return column is not None and column.storage in (int, float)


def _label(asked: Asking | None) -> str:
    if isinstance(asked, WhatIf):
        return asked.name or "; ".join(asked.words)
    return NONE if asked is None else "; ".join(written(asked))


def _alternatives(target: Target, values: Sequence[str]) -> list[Alternative]:
    problems: list[Problem] = []
    changes = [(value, gathered(problems, target.to, value)) for value in values]
    if problems:
        raise InstanceError(problems)
    return [Alternative(value, change) for value, change in changes]


def _whatifs(entries: Sequence[str]) -> list[Alternative]:
    """What-ifs from files, by their names without `.toml`."""
    problems: list[Problem] = []
    found: list[Alternative] = []
    for entry in entries:
        path = Path(entry)
        if entry == NONE:
            found.append(Alternative(NONE, None))
        elif not path.is_file():
            near = nearest(entry, sorted(map(str, path.parent.glob("*.toml"))))
            problems.append(Problem("--vary", "no such what-if file", entry, f"a .toml file or {NONE}", near))
        else:
            found.append(Alternative(path.stem, gathered(problems, read_whatif, path)))
    if problems:
        raise InstanceError(problems)
    return found


def _entries(text: str) -> list[str]:
    """Split a list at its commas, those within quotes left out."""
    found: list[str] = []
    position = 0
    while position < len(text):
        match = _ENTRY.match(text, position)
        assert match is not None  # anything up to the next comma is an entry
        found.append(match[1])
        position = match.end()
    return found


def _values(text: str, place: str) -> list[str]:
    """The values of a list whose entries may be ranges."""
    problems: list[Problem] = []
    values: list[str] = []
    for entry in _entries(text):
        parts = entry.split(":")
        if not entry:
            problems.append(Problem(place, "an empty value", expected=VALUES))
        elif entry[0] in "\"'" or len(parts) == 1 or _decimal(parts[0]) is None:
            values.append(unquoted(entry))
        else:
            values.extend(_range(entry, parts, place, problems))
    if problems:
        raise InstanceError(problems)
    return values


def _range(entry: str, parts: Sequence[str], place: str, problems: list[Problem]) -> list[str]:
    """`0:1:0.05` as 21 values, both ends among them, in exact decimals."""
    numbers = [number for number in map(_decimal, parts) if number is not None]
    if len(numbers) != 3 or len(parts) != 3:
        problems.append(Problem(place, "not a range", entry, "first:last:step, as in 0:1:0.05"))
        return []
    first, last, step = numbers
    if not step or (last - first) / step < 0:
        problems.append(Problem(place, "the step does not lead from first to last", entry))
        return []
    steps = (last - first) / step
    if steps > MOST:
        problems.append(Problem(place, "too many values", entry, f"at most {MOST:,}"))
        return []
    reached = first + int(steps) * step
    if reached != last:
        near = ":".join(_plain(each) for each in (first, reached, step))
        problems.append(Problem(place, "the steps do not reach the last value", entry, nearest=near))
        return []
    return [_plain(first + number * step) for number in range(int(steps) + 1)]


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    """Without an exponent and needless zeros."""
    return format(number.normalize() + 0, "f")
