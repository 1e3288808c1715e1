"""Pyomo model -> arrays: every family of templates in bulk, what a user adds row by row, to the same result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.core.expr.relational_expr import EqualityExpression
from pyomo.repn import generate_standard_repn
from scipy import sparse

from planner.errors import SolverError
from planner.solve.arrays import Arrays
from planner.solve.arrays import Rows as RowBlock
from planner.solve.walk import Compact, Positions, Walker, index_arrays
from planner_models.build import LAZY_FAMILIES
from planner_models.templates import Amounts, Columns, Rows, parent_shape, without_garbage_collection

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Compiled:
    """The arrays of a model, and what is needed to read a solution back by name."""

    arrays: Arrays
    positions: dict[str, Positions]
    families: dict[str, list[Ints]]  # index arrays of each constraint family, in row order
    shapes: dict[str, tuple[int, ...]]  # shape of the table behind each constraint family
    ledger: dict[
        str, tuple[sparse.csr_matrix, Floats, list[Ints]]
    ]  # cost component -> matrix, constant, index
    extra_columns: tuple[str, ...]

    @property
    def own_columns(self) -> int:
        """Number of columns of the model itself; those of a user's variables follow."""
        return len(self.arrays.cost) - len(self.extra_columns)


def compile_model(model: pyo.ConcreteModel) -> Compiled:
    """All active rows and columns of `model`.

    Raises:
        SolverError: if a row is not linear, or there is not exactly one active objective.
    """
    with without_garbage_collection():
        return _Compilation(model).result()


def recompiled(
    compiled: Compiled, model: pyo.ConcreteModel, component: str, figures: dict[str, Floats], weight: Floats
) -> Compiled:
    """The same with one cost component of operations compiled again from other figures.

    `figures` by name take the place of those of the model, which stays as it is; `weight` [times] is that of each time
    in the objective. Other rows that speak of these figures are not compiled again.
    """
    amounts = model.component(component)
    kept = {name: model.component(name).array for name in figures}
    try:
        for name, values in figures.items():
            model.component(name).array = values
        entries, _ = Walker(compiled.positions).family(amounts.template, compiled.ledger[component][2])
    finally:
        for name, values in kept.items():
            model.component(name).array = values
    old, _, axes = compiled.ledger[component]
    matrix = _csr(entries.triplets(), old.shape[0], old.shape[1])
    cost = compiled.arrays.cost.copy()
    cost[: old.shape[1]] += (matrix - old).T @ weight[axes[-1]]
    ledger = {**compiled.ledger, component: (matrix, entries.constant(old.shape[0]), axes)}
    return replace(compiled, arrays=replace(compiled.arrays, cost=cost), ledger=ledger)


class _Compilation:
    """One pass over a model; the parts are gathered here until they are put together."""

    def __init__(self, model: pyo.ConcreteModel) -> None:
        self.model = model
        self.variables = [v for v in model.component_objects(pyo.Var) if isinstance(v, Columns)]
        self.positions: dict[str, Positions] = {}
        count = 0
        for variable in self.variables:
            self.positions[variable.local_name] = Positions.of(variable, count)
            count += self.positions[variable.local_name].count
        self.own_columns = count
        self.walker = Walker(self.positions)
        self.lazy_names = {family.__name__ for family in LAZY_FAMILIES}
        self.extra: dict[int, int] = {}  # id of a user's VarData -> column
        self.extra_data: list[Any] = []

    def result(self) -> Compiled:
        firm, lazy = _Block(), _Block()
        ledger = self._ledger()  # first: rows may speak of costs
        families: dict[str, list[Ints]] = {}
        shapes: dict[str, tuple[int, ...]] = {}
        for rows in self.model.component_objects(pyo.Constraint, active=True):
            if not isinstance(rows, Rows):
                self._user_rows(rows, firm)
            elif rows.template is not None:
                _refuse_edited(rows, "deactivate it and add a row of your own")
                axes = index_arrays(rows.index_set())
                (lazy if rows.local_name in self.lazy_names else firm).add(self.walker, rows, axes)
                families[rows.local_name], shapes[rows.local_name] = axes, parent_shape(rows.index_set())
        cost, offset = self._objective()
        arrays = self._arrays(firm, lazy, cost, offset)
        names = tuple(data.name for data in self.extra_data)
        return Compiled(arrays, self.positions, families, shapes, ledger, names)

    def _ledger(self) -> dict[str, tuple[sparse.csr_matrix, Floats, list[Ints]]]:
        ledger = {}
        for amounts in self.model.component_objects(pyo.Expression):
            if isinstance(amounts, Amounts) and amounts.template is not None:
                _refuse_edited(amounts, "costs come from the data")
                axes = index_arrays(amounts.index_set())
                entries, _ = self.walker.family(amounts.template, axes)
                matrix = _csr(entries.triplets(), len(axes[0]), self.own_columns)
                constant = entries.constant(len(axes[0]))
                ledger[amounts.local_name] = (matrix, constant, axes)
                shape = parent_shape(amounts.index_set())
                if np.prod(shape) == len(constant):
                    self.walker.ledger[amounts.local_name] = Compact(shape, matrix, constant)
        return ledger

    def _objective(self) -> tuple[Floats, float]:
        active = list(self.model.component_data_objects(pyo.Objective, active=True))
        if len(active) != 1:
            raise SolverError(f"the model needs exactly one active objective, it has {len(active)}")
        if active[0] is not self.model.component("objective") or active[0].edited:
            raise SolverError(
                "the model's own objective was replaced: rows and variables can be added, costs not"
            )
        entries, _ = self.walker.family(active[0].template, [])
        _, columns, values = entries.triplets()
        cost = np.bincount(columns, weights=values, minlength=self.own_columns).astype(float)
        return cost, float(entries.constant(1)[0])

    def _user_rows(self, rows: Any, block: _Block) -> None:
        """Rows outside the templates: one at a time through Pyomo's standard representation."""
        found: list[tuple[Ints, Floats, float, float]] = []
        for row in rows.values():
            if not row.active:
                continue
            linear = generate_standard_repn(row.body, compute_values=True)
            if not linear.is_linear():
                raise SolverError(f"{row.name} is not linear")
            columns = np.fromiter(
                (self._column(v) for v in linear.linear_vars), np.int64, len(linear.linear_vars)
            )
            shift = float(linear.constant)
            lower = -np.inf if row.lower is None else float(pyo.value(row.lower)) - shift
            upper = np.inf if row.upper is None else float(pyo.value(row.upper)) - shift
            found.append((columns, np.asarray(linear.linear_coefs, dtype=float), lower, upper))
        block.add_rows(rows.local_name, found)

    def _column(self, data: Any) -> int:
        parent = data.parent_component()
        if isinstance(parent, Columns):
            index = data.index() if isinstance(data.index(), tuple) else (data.index(),)
            where = tuple(np.array([key]) for key in index)
            return int(self.positions[parent.local_name].columns(where)[0])
        if id(data) not in self.extra:
            self.extra[id(data)] = self.own_columns + len(self.extra)
            self.extra_data.append(data)
        return self.extra[id(data)]

    def _arrays(self, firm: _Block, lazy: _Block, cost: Floats, offset: float) -> Arrays:
        lower, upper, integer, families = self._columns()
        rows, lazy_rows = firm.rows(), lazy.rows()
        return Arrays(
            cost=np.concatenate([cost, np.zeros(len(self.extra))]), offset=offset,
            lower=lower, upper=upper, integer=integer,
            row_lower=rows.lower, row_upper=rows.upper, indptr=rows.indptr, indices=rows.indices, data=rows.data,
            row_families=tuple(firm.families), column_families=tuple(families),
            lazy_rows=lazy_rows if lazy_rows.count else None,
        )  # fmt: skip

    def _columns(self) -> tuple[Floats, Floats, NDArray[np.bool_], list[tuple[str, int, int]]]:
        """Bounds and integrality, with what a user fixed or tightened by hand."""
        lower, upper, integer, families = [], [], [], []
        for variable in self.variables:
            place = self.positions[variable.local_name]
            low = variable.lower_bounds.ravel()[place.flat].copy()
            high = variable.upper_bounds.ravel()[place.flat].copy()
            whole = np.full(place.count, variable.integer)
            for index, data in variable._data.items():
                key = index if isinstance(index, tuple) else (index,)
                at = place.columns(tuple(np.array([k]) for k in key))[0] - place.first
                low[at], high[at] = _bounds(data)
                whole[at] = data.is_integer()
            families.append((variable.local_name, place.first, place.first + place.count))
            lower.append(low)
            upper.append(high)
            integer.append((low < high) & whole)
        for data in self.extra_data:
            lower.append(np.array([_bounds(data)[0]]))
            upper.append(np.array([_bounds(data)[1]]))
            integer.append(np.array([data.is_integer()]))
        if self.extra_data:
            families.append(("extra", self.own_columns, self.own_columns + len(self.extra_data)))
        return np.concatenate(lower), np.concatenate(upper), np.concatenate(integer), families


class _Block:
    """Rows gathered family by family, put in order once."""

    def __init__(self) -> None:
        self.entries: list[tuple[Indices, Indices, Floats]] = []  # row, column, value
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.families: list[tuple[str, int, int]] = []
        self.count = 0

    def add(self, walker: Walker, family: Rows, axes: list[Ints]) -> None:
        """Add a family of templates."""
        entries, relation = walker.family(family.template, axes)
        count = len(axes[0])
        shift = 0.0 - entries.constant(count)  # never a minus zero
        lower = shift.copy() if isinstance(relation, EqualityExpression) else np.full(count, -np.inf)
        for row in family._data.values():
            if not row.active:
                off = _position(row.index(), axes)
                lower[off], shift[off] = -np.inf, np.inf
        self._append(family.local_name, entries.triplets(), lower, shift)

    def add_rows(self, name: str, found: list[tuple[Ints, Floats, float, float]]) -> None:
        """Add single rows (columns, coefficients, lower, upper) under one name."""
        if not found:
            return
        rows = np.repeat(np.arange(len(found)), [len(row[0]) for row in found])
        columns = np.concatenate([row[0] for row in found])
        values = np.concatenate([row[1] for row in found])
        lower, upper = (np.array([row[k] for row in found]) for k in (2, 3))
        self._append(name, (rows, columns, values), lower, upper)

    def _append(
        self, name: str, triplets: tuple[Indices, Indices, Floats], lower: Floats, upper: Floats
    ) -> None:
        rows, columns, values = triplets
        self.entries.append((rows + rows.dtype.type(self.count), columns, values))
        self.lower.append(lower)
        self.upper.append(upper)
        self.families.append((name, self.count, self.count + len(upper)))
        self.count += len(upper)

    def rows(self) -> RowBlock:
        """All rows, without repeats and zeros."""
        if not self.count:
            none = np.empty(0)
            return RowBlock(none, none, np.zeros(1, dtype=np.int64), none.astype(np.int32), none)
        rows, columns, values = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        self.entries.clear()
        matrix = _csr((rows, columns, values), self.count)
        lower, upper = np.concatenate(self.lower), np.concatenate(self.upper)
        return RowBlock(lower, upper, matrix.indptr.astype(np.int64), matrix.indices, matrix.data)


def _refuse_edited(component: Rows | Amounts, remedy: str) -> None:
    for member in component.edited():
        raise SolverError(f"{member.name} was rewritten: {remedy}")


def _position(index: Any, axes: list[Ints]) -> int:
    """Where a member stands in its family."""
    key = index if isinstance(index, tuple) else (index,)
    return int(np.flatnonzero(np.logical_and.reduce([a == k for a, k in zip(axes, key, strict=True)]))[0])


def _bounds(data: Any) -> tuple[float, float]:
    """Lower and upper bound of a VarData, both its value where it is fixed."""
    if data.fixed:
        if data.value is None:
            raise SolverError(f"{data.name} is fixed without a value")
        return data.value, data.value
    return (-np.inf if data.lb is None else data.lb), (np.inf if data.ub is None else data.ub)


def _csr(
    triplets: tuple[Indices, Indices, Floats], rows: int, columns: int | None = None
) -> sparse.csr_matrix:
    """CSR matrix of (row, column, value), without repeats and zeros; as wide as needed if `columns` is not given."""
    row, column, value = triplets
    if columns is None:
        columns = int(column.max(initial=-1)) + 1
    gathered = sparse.coo_matrix((value, (row, column)), shape=(rows, columns))
    gathered.has_canonical_format = True  # not yet: repeats stay until all is in order
    matrix = gathered.tocsc().tocsr()  # two linear passes put a row in order sooner than sorting it
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix
