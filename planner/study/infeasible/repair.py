"""Repairs: cells of the user's to change so that there is a plan, from the elastic model to changes of an instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor, isinf, log10
from types import MappingProxyType
from typing import Any

import numpy as np

from planner.errors import InstanceError
from planner.instance import TABLES, Change, Instance, apply
from planner.instance.fields import number_text
from planner.instance.read_frames import cell_text
from planner.network import build
from planner.solve.arrays import Solution, SolveOptions, Status
from planner.solve.compile import compile_model
from planner.solve.highs import solve
from planner.study.infeasible.elastic import Elastic
from planner.study.infeasible.loosened import Loosened
from planner.study.infeasible.policies import SHARES
from planner.study.infeasible.rules import KINDS, Kind
from planner_models.arrays import Ints
from planner_models.build import build_model

DIGITS = 6  # of a new value
EXACT = 1e-9  # relative: rounding, not a reason for another digit


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that is a rule: where it stands, what it is called, and its value as people write it."""

    table: str
    column: str
    row: int  # position in the table
    place: str
    words: str
    value: str

    def __str__(self) -> str:
        return f"{self.place}: {self.words} {self.value}"


@dataclass(frozen=True, slots=True)
class Move:
    """A cell and the value that it would need, as text; `key` are the cells that name its row."""

    cell: Cell
    to: str
    key: Mapping[str, str]
    value: str  # as a change takes it

    def __str__(self) -> str:
        return f"{self.cell.place}: {self.cell.words} {self.cell.value} -> {self.to}"

    @property
    def change(self) -> Change:
        """The change that makes the move."""
        return Change(
            self.cell.table, dict(self.key), set={self.cell.column: self.value}, place=self.cell.place
        )

    @property
    def document(self) -> dict[str, str]:
        """The move for JSON."""
        cell = self.cell
        return {
            "place": cell.place,
            "rule": cell.words,
            "from": cell.value,
            "to": self.to,
            "set": self.expression,
        }

    @property
    def expression(self) -> str:
        """The same for `--set`."""
        where = ",".join(f"{name}={_quoted(text)}" for name, text in self.key.items())
        return f"{self.cell.table}[{where}].{self.cell.column} = {_quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Repair:
    """Moves that together make a plan possible; `least` if it was proven that no other ask for less.

    `instead_of` is the cell that it leaves alone, where it is one of several that the least repair moves.
    """

    moves: tuple[Move, ...]
    least: bool
    instead_of: Cell | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """The moves as changes of the instance."""
        return tuple(move.change for move in self.moves)


def cell_at(instance: Instance, kind: Kind, row: int) -> Cell:
    """The cell of a kind in a row of its table."""
    frame = instance.tables[kind.table]
    cells = {name: cell_text(value) for name, value in frame.iloc[row].items()}
    words = " ".join(kind.words.format_map(cells).split())
    return Cell(
        kind.table,
        kind.column,
        row,
        f"{instance.files[kind.table]}:{frame.index[row]}:{kind.column}",
        words,
        _shown(frame[kind.column].iloc[row]),
    )


def repair(model: Loosened, elastic: Elastic, found: Solution, more: float = 0.0) -> Repair:
    """What a plan of the elastic model has to be given, in the user's rows and units.

    Figures are given `more` of themselves than the plan needs, for where the last digit matters.
    """
    given, cells = elastic.given(found), elastic.cells
    moves = []
    for at in np.flatnonzero(given > 0).tolist():
        kind, row = KINDS[cells["kind"].iloc[at]], int(cells["row"].iloc[at])
        cell, key = cell_at(model.instance, kind, row), _key(model.instance, kind.table, row)
        if kind.to:
            moves.append(Move(cell, kind.to, key, kind.to))
            continue
        value = _needed(model, elastic, found, cell, float(given[at]) if kind.raised else -float(given[at]))
        value *= 1.0 if kind.steps else 1 + more if kind.raised else 1 - more
        value = outward(value, up=kind.raised)
        moves.append(Move(cell, _shown(value), key, number_text(value)))
    return Repair(tuple(moves), found.status is Status.OPTIMAL)


def _needed(model: Loosened, elastic: Elastic, found: Solution, cell: Cell, by: float) -> float:
    """The value that a cell has in the plan; a share is that of the plan, whatever room it was given."""
    row = model.instance.tables[cell.table].iloc[cell.row]
    if cell.table == "policies" and row["measure"] in SHARES:
        return _share(model, elastic, found, cell)
    value = float(row[cell.column]) + by
    return value if abs(value) > EXACT * abs(by) else 0.0


def _share(model: Loosened, elastic: Elastic, found: Solution, cell: Cell) -> float:
    """The share that the plan has: of the worst row of the rule."""
    policies = model.data.policies
    name = model.instance.tables["policies"]["policy"].iloc[cell.row]
    sense = 1.0 if cell.column == "max" else -1.0
    mine = [at for at, each in enumerate(policies.rule_policy) if each == name]
    rules = np.array([at for at in mine if policies.rule_sense[at] == sense])
    rows = np.flatnonzero(np.isin(policies.rule, rules))
    who, whole = _sums(model, elastic, found, rows)
    shares = np.divide(who, whole, out=np.full(len(rows), policies.share[rows]), where=whole > EXACT)
    return float(shares.max() if sense > 0 else shares.min())


def _sums(model: Loosened, elastic: Elastic, found: Solution, rows: Ints) -> tuple[Any, Any]:
    """What the terms of policy rows, and of what they are shares of, add up to in the plan."""
    policies, positions = model.data.policies, elastic.compiled.positions
    sums = []
    for prefix in ("", "whole_"):
        total = np.zeros(len(policies.rule))
        for kind in ("flow", "run", "unused"):
            terms, place = getattr(policies, f"{prefix}{kind}"), positions[kind]
            if len(terms.row):
                amount = found.x[place.columns((terms.member,))]
                total += np.bincount(terms.row, terms.weight * amount, len(total))
        sums.append(total[rows])
    return sums[0], sums[1]


def outward(value: float, *, up: bool) -> float:
    """The value with a few digits, rounded to the side that gives more room, unless it is a round one already."""
    if value == 0 or isinf(value):
        return value
    scale = 10.0 ** (DIGITS - 1 - floor(log10(abs(value))))
    scaled = value * scale
    near = round(scaled)
    if abs(scaled - near) <= EXACT * abs(scaled):
        return near / scale
    return (ceil(scaled) if up else floor(scaled)) / scale


def works(instance: Instance, found: Repair, seconds: float) -> bool:
    """Whether the changed instance has a plan; also False where the time was not enough to say."""
    try:
        data = build(apply(instance, found.changes))
    except InstanceError:
        return False
    arrays = compile_model(build_model(data)).arrays
    free = replace(arrays, cost=np.zeros_like(arrays.cost), offset=0.0)
    return solve(free, SolveOptions(time_limit=seconds, confirm=False)).found


def _key(instance: Instance, table: str, row: int) -> Mapping[str, str]:
    """The cells that name a row: the key of its table; all cells where it has none."""
    frame = instance.given[table]
    columns = TABLES[table].key or [name for name in TABLES[table].columns if name in frame]
    return MappingProxyType(
        {name: cell_text(frame[name].iloc[row], TABLES[table].columns[name]) for name in columns}
    )


def _shown(value: object) -> str:
    """A value as people write it: with separators where it is a number, `no limit` where it is none."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if not isinstance(value, int | float | np.integer | np.floating):
        return str(value)
    number = float(value)
    if isinf(number):
        return "no limit"
    return f"{number:,.10g}"


def _quoted(text: str) -> str:
    return f'"{text}"' if not text or set(text) & set(",]'= ") else text
