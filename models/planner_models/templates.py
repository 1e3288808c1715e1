"""Pyomo components that stay arrays: columns, figures, groups and rows are made one at a time, when asked for.

A model of a million rows is written here as idiomatic Pyomo, but constructing it makes no object per member:
each rule is kept as the template that Pyomo itself derives from it (`templatize_rule`), to be compiled to numpy
arrays in bulk. `m.demand_balance[3]` or a Pyomo writer still gets the true Pyomo row, built on demand.

Index sets are ranges of positions 0, 1, 2 ... into a table of `Data`, or a subset of one.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import ArrayLike, NDArray
from pyomo.core.base.component import ModelComponentFactory
from pyomo.core.base.constraint import IndexedConstraint
from pyomo.core.base.expression import IndexedExpression
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.set import IndexedSet, InsertionOrderSetData, OrderedScalarSet
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr.relational_expr import InequalityExpression
from pyomo.core.expr.template_expr import (
    IndexTemplate,
    NPV_Numeric_GetItemExpression,
    NPV_Structural_GetItemExpression,
    Numeric_GetItemExpression,
    templatize_rule,
)

Ints = NDArray[np.int64]


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Building makes many small objects and no cycles: collecting them is most of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def positions(count: int) -> pyo.RangeSet:
    """The index set 0, 1 ... count - 1."""
    return pyo.RangeSet(0, count - 1)


class _Chosen(OrderedScalarSet):
    """Scattered positions: a Set whose members are known to be distinct numbers, so that none is looked at."""

    def __init__(self, chosen: Ints) -> None:
        self.chosen = chosen
        super().__init__(dimen=1)

    def construct(self, data: Any = None) -> None:
        """Take the members as they are."""
        super().construct(data)
        self._values = dict.fromkeys(self.chosen.tolist())


def subset(mask: ArrayLike) -> pyo.Set:
    """The positions at which `mask` is true, as a range where they are consecutive."""
    chosen = np.flatnonzero(np.asarray(mask))
    if len(chosen) == 0:
        index = pyo.RangeSet(0, -1)
    elif chosen[-1] - chosen[0] + 1 == len(chosen):
        index = pyo.RangeSet(int(chosen[0]), int(chosen[-1]))
    else:
        index = _Chosen(chosen)
    index.parent_size = np.size(mask)
    return index


def members(index: pyo.Set) -> Ints:
    """The members of a one-dimensional index set of positions, in order."""
    if isinstance(index, _Chosen):
        return np.asarray(index.chosen, dtype=np.int64)
    if isinstance(index, pyo.RangeSet):
        return np.concatenate(
            [np.zeros(0, np.int64)] + [np.arange(r.start, r.end + 1) for r in index.ranges()]
        )
    return np.fromiter(index.ordered_data(), dtype=np.int64)


def parent_shape(index: pyo.Set) -> tuple[int, ...]:
    """Shape of the table whose rows are the members of `index`, those that are left out included."""
    return tuple(getattr(part, "parent_size", len(part)) for part in index.subsets())


def _placeholders(index: Any) -> tuple[Any, ...] | None:
    """The keys of an index that is not known yet, inside a template; None for an index that is."""
    keys = index if isinstance(index, tuple) else (index,)
    for key in keys:
        if hasattr(key, "is_expression_type") and (
            isinstance(key, IndexTemplate) or key.is_expression_type()
        ):
            return keys
    return None


class _OnDemand:
    """A component that counts and lists all of its index, though its members are made when asked for."""

    in_template: type  # what `m.flow[arc]` is inside a template

    def __getitem__(self, index: Any) -> Any:
        keys = _placeholders(index)
        if keys is not None:  # Pyomo would find out the same, slowly
            return self.in_template((self, *keys))
        return super().__getitem__(index)  # type: ignore[misc]

    def __len__(self) -> int:
        return len(self.index_set())  # type: ignore[attr-defined]

    def __contains__(self, index: object) -> bool:
        return index in self.index_set()  # type: ignore[attr-defined]


class Columns(_OnDemand, IndexedVar):
    """A family of variables: bounds in arrays, a VarData made when somebody asks for it.

    `shape` is that of the parent table; `members` lists the flat positions that exist, None for all.
    `lower` and `upper` have the parent's shape.
    """

    in_template = Numeric_GetItemExpression

    def __init__(self, *index: Any, domain: Any, lower: ArrayLike, upper: ArrayLike, doc: str) -> None:
        self.upper_bounds: NDArray[np.float64] = np.asarray(upper, dtype=float)
        self.shape = self.upper_bounds.shape
        self.lower_bounds: NDArray[np.float64] = np.broadcast_to(np.asarray(lower, dtype=float), self.shape)
        super().__init__(*index, domain=domain, dense=False, bounds=self._bounds_of, doc=doc)

    def _bounds_of(self, _model: pyo.ConcreteModel, *index: int) -> tuple[float, float]:
        return float(self.lower_bounds[index]), float(self.upper_bounds[index])

    @property
    def integer(self) -> bool:
        """Whether the whole family is integer."""
        return bool(self._rule_domain(None, None, self).isdiscrete())


class Figures(_OnDemand, pyo.Param):
    """A parameter over an array of figures, or of positions that point to another index."""

    in_template = NPV_Numeric_GetItemExpression

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Figures:
        """Make this kind: Pyomo would make a Param of its own choice."""
        return object.__new__(cls)

    def __init__(self, *index: Any, values: ArrayLike, doc: str = "") -> None:
        self.array: NDArray[Any] = np.asarray(values)
        pyo.Param.__init__(self, *index, within=pyo.Any, doc=doc)

    def _getitem_when_not_present(self, index: Any) -> float | int:
        value: float | int = self.array[index].item()
        return value


class GroupOf(NPV_Structural_GetItemExpression):
    """A group whose index is not known yet: what `m.ARCS_INTO[demand]` is inside a template."""

    __slots__ = ()
    dimen = 1

    def is_expression_type(self, expression_system: Any = None) -> bool:
        """Say no, so that Pyomo takes the dimension from here and does not look for a group that exists."""
        del expression_system
        return False


class Groups(_OnDemand, IndexedSet):
    """Members by group, as compressed rows: the sets that sums run over.

    `members[starts[k]:starts[k + 1]]` are those of the k-th group in row-major order of `shape`.
    """

    _ComponentDataClass = InsertionOrderSetData
    in_template = GroupOf

    def __init__(
        self, *index: Any, starts: Ints, members: Ints, shape: tuple[int, ...], doc: str = ""
    ) -> None:
        self.starts, self.members, self.shape = starts, members, shape
        super().__init__(*index, dimen=1, initialize=self._members_of, doc=doc)

    @classmethod
    def by(
        cls, index: Sequence[Any], keys: Sequence[ArrayLike], shape: tuple[int, ...], **kwargs: Any
    ) -> Groups:
        """Group the positions of a table by one or more key columns; a key of -1 belongs to no group."""
        columns = [np.asarray(key, dtype=np.int64) for key in keys]
        inside = np.flatnonzero(np.logical_and.reduce([column >= 0 for column in columns]))
        flat = np.zeros(len(inside), dtype=np.int64)
        for column, length in zip(columns, shape, strict=True):
            flat = flat * length + column[inside]
        groups = int(np.prod(shape))
        starts = np.zeros(groups + 1, dtype=np.int64)
        np.cumsum(np.bincount(flat, minlength=groups), out=starts[1:])
        if len(flat) and (np.diff(flat) < 0).any():
            # numpy sorts short integers by radix
            inside = inside[np.argsort(flat.astype(np.min_scalar_type(groups)), kind="stable")]
        return cls(*index, starts=starts, members=inside, shape=shape, **kwargs)

    def _members_of(self, _model: pyo.ConcreteModel, *index: int) -> list[int]:
        group = int(np.ravel_multi_index(index, self.shape))
        chosen: list[int] = self.members[self.starts[group] : self.starts[group + 1]].tolist()
        return chosen

    def construct(self, data: Any = None) -> None:
        """Mark as constructed: a group becomes a Set when somebody asks for it."""
        del data
        self._constructed = True


class _Templated(_OnDemand):
    """A component that keeps the template of its rule; members are built from the rule when asked for."""

    template: Any = None
    in_template = Numeric_GetItemExpression

    def construct(self, data: Any = None) -> None:
        """Derive the template; no member is built."""
        del data
        if self.is_constructed():  # type: ignore[attr-defined]
            return
        self._constructed = True
        self.as_written: dict[Any, Any] = {}  # what the rule said of the members built so far
        _construct_anonymous(self)
        if len(self):
            self.template = templatize_rule(self.parent_block(), self._rule, self.index_set())  # type: ignore[attr-defined]

    def _getitem_when_not_present(self, index: Any) -> Any:
        written = self._written(self._rule(self.parent_block(), index))  # type: ignore[attr-defined]
        member = self._setitem_when_not_present(index, written)  # type: ignore[attr-defined]
        self.as_written[index] = member.expr
        return member

    def _written(self, expression: Any) -> Any:
        return expression

    def edited(self) -> list[Any]:
        """Members whose expression is no longer that of the rule: the template does not speak for them."""
        members = self._data.values()  # type: ignore[attr-defined]
        return [member for member in members if member.expr is not self.as_written.get(member.index())]


@ModelComponentFactory.register("Constraint family kept as a template")
class Rows(_Templated, IndexedConstraint):
    """A constraint family kept as the template of its rule."""

    def _written(self, expression: Any) -> Any:
        if isinstance(expression, bool):  # no member in any of its groups: what is left is true or false
            return InequalityExpression((0.0, 0.0 if expression else -1.0), False)
        return expression

    def activate(self) -> None:
        """Activate the family, and the rows built so far."""
        self._active = True
        for row in self._data.values():
            row.activate()

    def deactivate(self) -> None:
        """Deactivate the family, and the rows built so far; no row is built for it."""
        self._active = False
        for row in self._data.values():
            row.deactivate()


@ModelComponentFactory.register("Cost component kept as a template")
class Amounts(_Templated, IndexedExpression):
    """A cost component kept as the template of its rule."""


class Total(ScalarObjective):
    """The objective kept as the template of its rule; `total` is the rule, of the model alone."""

    def __init__(self, total: Callable[[pyo.ConcreteModel], Any], doc: str = "") -> None:
        self.total = total
        self.template: Any = None
        super().__init__(expr=0.0, sense=pyo.minimize, doc=doc)

    def construct(self, data: Any = None) -> None:
        """Derive the template, leaving the expression to be built by `write_out`."""
        super().construct(data)
        self.template = templatize_rule(self.parent_block(), lambda block, _index: self.total(block), None)
        self.as_written = self.expr

    def write_out(self) -> None:
        """Build the true Pyomo expression, for those who hand the model to another solver."""
        self.set_value(self.total(self.parent_block()))
        self.as_written = self.expr

    @property
    def edited(self) -> bool:
        """Whether somebody set another expression or sense: the template does not speak for it."""
        return self.expr is not self.as_written or self.sense != pyo.minimize


def _construct_anonymous(component: Any) -> None:
    """Construct the product sets that Pyomo made for `component`."""
    for anonymous in component._anonymous_sets or ():
        anonymous.construct()
