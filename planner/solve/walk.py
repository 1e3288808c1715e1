"""Flatten the templates of a model to (row, column, coefficient) arrays, many rows at a time.

A template holds index placeholders; here each stands for an array with one entry a row, and a sum over a group
repeats the rows by the size of the group. So a family of a million entries is a handful of numpy operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyomo.core.expr import numeric_expr as expr_types
from pyomo.core.expr.relational_expr import RelationalExpression
from pyomo.core.expr.template_expr import GetItemExpression, IndexTemplate, TemplateSumExpression
from scipy import sparse

from planner.errors import SolverError
from planner_models.templates import Amounts, Columns, Figures, GroupOf, members

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def index_arrays(index: Any) -> list[Ints]:
    """The members of an index set of the model, one array a dimension, in row-major order."""
    parts = [members(part) for part in index.subsets()]
    if len(parts) == 1:
        return parts
    return [axis.ravel() for axis in np.meshgrid(*parts, indexing="ij")]


@dataclass(frozen=True)
class Positions:
    """Where the members of a variable family stand among the columns of the model."""

    first: int
    shape: tuple[int, ...]
    flat: Ints  # flat positions in the parent table of the columns of the family, in order
    rank: Ints | None  # column of each flat position, -1 where none; None where all exist

    @classmethod
    def of(cls, variable: Columns, first: int) -> Positions:
        """The columns of `variable`, starting at column `first`."""
        axes = index_arrays(variable.index_set())
        flat = np.ravel_multi_index(tuple(axes), variable.shape).astype(np.int64) if len(axes[0]) else axes[0]
        size = int(np.prod(variable.shape))
        if len(flat) == size:
            return cls(first, variable.shape, flat, None)
        rank = np.full(size, -1, dtype=np.int64)
        rank[flat] = np.arange(len(flat))
        return cls(first, variable.shape, flat, rank)

    @property
    def count(self) -> int:
        """Number of columns."""
        return len(self.flat)

    def columns(self, index: tuple[Ints, ...]) -> Ints:
        """Columns of the members at `index`.

        Raises:
            SolverError: a member that is none, which would be the column of another family.
        """
        flat = index[0] if len(self.shape) == 1 else np.ravel_multi_index(index, self.shape)
        known = not flat.size or (flat.min() >= 0 and flat.max() < np.prod(self.shape))
        rank = flat if self.rank is None or not known else self.rank[flat]
        if not known or (rank.size and rank.min() < 0):
            raise SolverError("a row of the model refers to a variable that does not exist")
        return np.asarray(self.first + rank, dtype=np.int64)


@dataclass
class Entries:
    """What a walk gathers: coefficients by row and column, and a constant by row."""

    rows: list[Ints] = field(default_factory=list)
    columns: list[NDArray[np.integer]] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    constant_rows: list[Ints] = field(default_factory=list)
    constants: list[Floats] = field(default_factory=list)

    def triplets(self) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        """All coefficients, repeats and zeros included."""
        if not self.rows:
            return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0)
        rows, columns = (
            np.concatenate(part, dtype=np.int32, casting="same_kind") for part in (self.rows, self.columns)
        )
        return rows, columns, np.concatenate(self.values)

    def constant(self, count: int) -> Floats:
        """The constants summed by row."""
        total = np.zeros(count)
        for rows, values in zip(self.constant_rows, self.constants, strict=True):
            total += np.bincount(rows, weights=values, minlength=count)
        return total


@dataclass(frozen=True)
class Scope:
    """Rows under way: the row that each entry belongs to, its factor, and the value of each placeholder."""

    rows: Ints
    factor: Floats
    values: Mapping[int, Ints]  # by id of the placeholder

    def times(self, factor: Floats | float) -> Scope:
        """The same rows with the factor multiplied."""
        return Scope(self.rows, self.factor * factor, self.values)

    def repeated(self, counts: Ints, placeholder: IndexTemplate, members: Ints) -> Scope:
        """Each row repeated by the size of its group, with the placeholder running over the group."""
        values = {key: np.repeat(value, counts) for key, value in self.values.items()}
        values[_key(placeholder)] = members
        return Scope(np.repeat(self.rows, counts), np.repeat(self.factor, counts), values)


def _key(placeholder: IndexTemplate) -> int:
    return id(placeholder)


@dataclass(frozen=True)
class Compact:
    """A cost component by member: its coefficients in CSR form, and its constants."""

    shape: tuple[int, ...]
    matrix: sparse.csr_matrix
    constant: Floats

    def add(self, where: tuple[Ints, ...], scope: Scope, entries: Entries) -> None:
        """Add `factor x` the members at `where`."""
        member = np.ravel_multi_index(where, self.shape)
        every = np.array_equal(member, np.arange(self.matrix.shape[0]))
        taken = self.matrix if every else self.matrix[member]
        counts = np.diff(taken.indptr)
        entries.rows.append(np.repeat(scope.rows, counts))
        entries.columns.append(taken.indices)
        entries.values.append(np.repeat(scope.factor, counts) * taken.data)
        entries.constant_rows.append(scope.rows)
        entries.constants.append(scope.factor * self.constant[member])


class Walker:
    """Walks a template; `positions` gives the columns of each variable family by name."""

    def __init__(self, positions: Mapping[str, Positions]) -> None:
        self.positions = positions
        self.ledger: dict[str, Compact] = {}  # cost components that are walked already
        self.steps: dict[type, Callable[[Any, Scope, Entries], None]] = {
            TemplateSumExpression: self._sum_over,
            expr_types.NegationExpression: self._negation,
            expr_types.NPV_NegationExpression: self._negation,
        }
        for kind in (expr_types.SumExpression, expr_types.LinearExpression, expr_types.NPV_SumExpression):
            self.steps[kind] = self._sum
        for kind in (
            expr_types.ProductExpression,
            expr_types.MonomialTermExpression,
            expr_types.NPV_ProductExpression,
        ):
            self.steps[kind] = self._product

    def family(self, template: Any, axes: list[Ints]) -> tuple[Entries, Any]:
        """Entries of `left - right` of a relation, or of an expression, over all rows of its index."""
        body, placeholders = template
        values = {_key(p): axis for p, axis in zip(placeholders, axes, strict=True) if p is not None}
        count = len(axes[0]) if axes else 1
        scope = Scope(np.arange(count), np.ones(count), values)
        entries = Entries()
        if isinstance(body, RelationalExpression):
            left, right = body.args
            self.walk(left, scope, entries)
            self.walk(right, scope.times(-1.0), entries)
        else:
            self.walk(body, scope, entries)
        return entries, body

    def walk(self, node: Any, scope: Scope, entries: Entries) -> None:
        """Add `factor x node` to the entries."""
        if isinstance(node, (int, float, np.number)):
            self._constant(np.full(len(scope.rows), float(node)), scope, entries)
            return
        step = self.steps.get(type(node))
        if step is not None:
            step(node, scope, entries)
        elif isinstance(node, GetItemExpression):
            self._item(node, scope, entries)
        else:
            self._constant(self.number(node, scope).astype(float), scope, entries)

    def _constant(self, values: Floats, scope: Scope, entries: Entries) -> None:
        entries.constant_rows.append(scope.rows)
        entries.constants.append(scope.factor * values)

    def _negation(self, node: Any, scope: Scope, entries: Entries) -> None:
        self.walk(node.args[0], scope.times(-1.0), entries)

    def _sum(self, node: Any, scope: Scope, entries: Entries) -> None:
        for argument in node.args:
            self.walk(argument, scope, entries)

    def _product(self, node: Any, scope: Scope, entries: Entries) -> None:
        left, right = node.args
        if _is_number(left):
            self.walk(right, scope.times(self.number(left, scope)), entries)
        elif _is_number(right):
            self.walk(left, scope.times(self.number(right, scope)), entries)
        else:
            raise SolverError(f"the model is not linear: {node}")

    def _sum_over(self, node: TemplateSumExpression, scope: Scope, entries: Entries) -> None:
        for placeholders in node.template_iters():
            counts, members = self._group(placeholders[0]._set, scope)
            scope = scope.repeated(counts, placeholders[0], members)
        if len(scope.rows):
            self.walk(node.template_args()[0], scope, entries)

    def _group(self, group: Any, scope: Scope) -> tuple[Ints, Ints]:
        """Size of the group of each row, and their members one after the other."""
        count = len(scope.rows)
        if not isinstance(group, GroupOf):
            every = members(group)
            return np.full(count, len(every)), np.tile(every, count)
        groups, *index = group.args
        where = tuple(self.number(key, scope) for key in index)
        flat = np.ravel_multi_index(where, groups.shape) if count else np.empty(0, np.int64)
        starts = groups.starts[flat]
        counts = groups.starts[flat + 1] - starts
        ends = np.cumsum(counts)
        spread = np.arange(ends[-1] if count else 0) - np.repeat(ends - counts, counts)
        return counts, groups.members[np.repeat(starts, counts) + spread]

    def _item(self, node: Any, scope: Scope, entries: Entries) -> None:
        component, *index = node.args
        where = tuple(self.number(key, scope) for key in index)
        if isinstance(component, Columns):
            entries.rows.append(scope.rows)
            entries.columns.append(self.positions[component.local_name].columns(where))
            entries.values.append(scope.factor)
        elif isinstance(component, Figures):
            self._constant(component.array[where].astype(float), scope, entries)
        elif isinstance(component, Amounts):
            self._amount(component, where, scope, entries)
        else:
            raise SolverError(f"{component} cannot be compiled")

    def _amount(self, component: Amounts, where: tuple[Ints, ...], scope: Scope, entries: Entries) -> None:
        known = self.ledger.get(component.local_name)
        if known is not None:
            known.add(where, scope, entries)
        elif component.template is not None and len(scope.rows):
            body, placeholders = component.template
            inner = {_key(p): value for p, value in zip(placeholders, where, strict=True)}
            self.walk(body, Scope(scope.rows, scope.factor, inner), entries)

    def number(self, node: Any, scope: Scope) -> NDArray[Any]:
        """Value of a node without variables, for each row."""
        if isinstance(node, (int, float, np.number)):
            return np.full(len(scope.rows), node)
        if isinstance(node, IndexTemplate):
            return scope.values[_key(node)]
        if isinstance(node, GetItemExpression):
            component, *index = node.args
            values: NDArray[Any] = component.array[tuple(self.number(key, scope) for key in index)]
            return values
        return self._arithmetic(node, scope)

    def _arithmetic(self, node: Any, scope: Scope) -> NDArray[Any]:
        if isinstance(node, TemplateSumExpression):
            entries = Entries()
            rows = Scope(np.arange(len(scope.rows)), np.ones(len(scope.rows)), scope.values)
            self._sum_over(node, rows, entries)
            return entries.constant(len(scope.rows))
        parts = [self.number(argument, scope) for argument in node.args]
        for kind, operation in ARITHMETIC.items():
            if isinstance(node, kind):
                return np.asarray(reduce(operation, parts) if len(parts) > 1 else operation(parts[0]))
        raise SolverError(f"{node} ({type(node).__name__}) cannot be compiled")


ARITHMETIC: dict[type, Callable[..., Any]] = {
    expr_types.NegationExpression: np.negative,
    expr_types.ProductExpression: np.multiply,
    expr_types.DivisionExpression: np.divide,
    expr_types.SumExpression: np.add,
}


def _is_number(node: Any) -> bool:
    return isinstance(node, (int, float, np.number)) or not node.is_potentially_variable()
