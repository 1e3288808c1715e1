"""Numbers that HiGHS can work with: what is refused before a solve, and exact scaling by powers of two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.errors import SolverError
from planner.solve.arrays import Arrays, Floats, Rows

SMALLEST, LARGEST = 1e-9, 1e9  # |coefficient| after scaling; HiGHS drops the smallest without a word
ENDLESS = 1e20  # HiGHS takes costs and limits of this size for infinite
TYPICAL_COST = 64.0
TYPICAL_QUANTITY = 1e6  # larger right-hand sides lose HiGHS's absolute tolerance of 1e-7 in rounding
CALM = 1e3  # a row whose typical coefficient is within [1/CALM, CALM] is left alone


class OutOfRangeError(SolverError):
    """The model has numbers that HiGHS cannot work with: the data are at fault, not the solver."""


@dataclass(frozen=True, eq=False)
class Scaled:
    """Scaled arrays with the way back: `x = column * x'`, money = money' / `objective`.

    Every factor is a power of two, so scaling and unscaling are exact.
    """

    arrays: Arrays
    objective: float
    column: Floats
    row: Floats

    def x(self, scaled: Floats) -> Floats:
        """Column values in the user's units."""
        return scaled * self.column

    def money(self, scaled: float) -> float:
        """An objective value in the user's money."""
        return scaled / self.objective

    def row_dual(self, scaled: Floats) -> Floats:
        """Money per unit of right-hand side."""
        return scaled * self.row / self.objective

    def column_dual(self, scaled: Floats) -> Floats:
        """Reduced costs: money per unit of the column."""
        return scaled / self.column / self.objective


def scale(arrays: Arrays) -> Scaled:
    """Check the numbers and scale columns, rows and objective by powers of two; limits without end become none.

    Raises OutOfRangeError that names the row or column with a number that is not finite or out of range.
    """
    check_finite(arrays)
    column = np.where(arrays.integer, 1.0, _quantity_unit(arrays))
    row = row_factors(arrays.rows, column)
    cost = arrays.cost * column
    objective = _power(TYPICAL_COST / _typical(cost))
    scaled = replace(
        arrays,
        cost=cost * objective,
        offset=arrays.offset * objective,
        lower=_bounded(arrays.lower / column),
        upper=_bounded(arrays.upper / column),
        row_lower=_bounded(arrays.row_lower * row),
        row_upper=_bounded(arrays.row_upper * row),
        data=scaled_data(arrays.rows, row, column),
        lazy_rows=None,
    )
    check_range(arrays, scaled)
    return Scaled(scaled, objective, column, row)


def _bounded(limits: Floats) -> Floats:
    """The limits, infinite where HiGHS would take them for that."""
    return np.where(np.abs(limits) < ENDLESS, limits, np.copysign(np.inf, limits))


def scale_rows(rows: Rows, column: Floats) -> tuple[Rows, Floats]:
    """More rows for a model whose columns are already scaled, and their factors."""
    row = row_factors(rows, column)
    data = scaled_data(rows, row, column)
    return replace(rows, lower=rows.lower * row, upper=rows.upper * row, data=data), row


def scaled_data(rows: Rows, row: Floats, column: Floats) -> Floats:
    """The coefficients of scaled rows and columns."""
    scaled: Floats = rows.data * np.repeat(row, np.diff(rows.indptr)) * column[rows.indices]
    return scaled


def row_factors(rows: Rows, column: Floats) -> Floats:
    """A power of two per row: 1 / the unit of its columns, and more only where coefficients are extreme."""
    of_row = np.repeat(np.arange(rows.count), np.diff(rows.indptr))
    entries = np.maximum(np.bincount(of_row, minlength=rows.count), 1)
    unit = np.ones(rows.count)
    if column.max(initial=1.0) > 1.0:
        np.maximum.at(unit, of_row, column[rows.indices])
    logs = _logs(rows.data * column[rows.indices])
    middle = np.bincount(of_row, weights=logs, minlength=rows.count) / entries - np.log2(unit)
    extreme = np.abs(middle) > np.log2(CALM)
    factors: Floats = np.exp2(-np.where(extreme, np.round(middle), 0.0)) / unit
    return factors


def check_finite(arrays: Arrays) -> None:
    """Raise OutOfRangeError for NaN, infinite costs and coefficients, and bounds that cross or are infinite."""
    columns = {
        "cost": ~np.isfinite(arrays.cost),
        "lower bound": np.isnan(arrays.lower) | (arrays.lower == np.inf),
        "upper bound": np.isnan(arrays.upper) | (arrays.upper == -np.inf),
    }
    for what, bad in columns.items():
        if bad.any():
            at = int(np.argmax(bad))
            value = {"cost": arrays.cost, "lower bound": arrays.lower}.get(what, arrays.upper)[at]
            raise OutOfRangeError(f"the {what} of {arrays.told(arrays.column_name(at))} is {value}")
    for what, values, never in (("lower", arrays.row_lower, np.inf), ("upper", arrays.row_upper, -np.inf)):
        bad = np.isnan(values) | (values == never)
        if bad.any():
            at = int(np.argmax(bad))
            raise OutOfRangeError(f"the {what} limit of {arrays.told(arrays.row_name(at))} is {values[at]}")
    bad = ~np.isfinite(arrays.data)
    if bad.any():
        raise OutOfRangeError(f"the coefficient of {_entry(arrays, int(np.argmax(bad)))}")
    if not np.isfinite(arrays.offset):
        raise OutOfRangeError(f"the constant of the objective is {arrays.offset}")


def check_range(arrays: Arrays, scaled: Arrays) -> None:
    """Raise OutOfRangeError for a number of the `scaled` model that HiGHS would drop, or take for infinite."""
    size = np.abs(scaled.data)
    bad = (size <= SMALLEST) | (size > LARGEST)
    if bad.any():
        at = int(np.argmax(np.where(bad, np.abs(_logs(arrays.data)), -1.0)))
        raise OutOfRangeError(
            f"the coefficient of {_entry(arrays, at)}, {scaled.data[at]:g} after scaling, outside "
            f"({SMALLEST:g}, {LARGEST:g}]: bring the units of the two closer together"
        )
    endless = np.abs(scaled.cost) >= ENDLESS
    if endless.any():
        at = int(np.argmax(endless))
        raise OutOfRangeError(
            f"the cost of {arrays.told(arrays.column_name(at))} is {arrays.cost[at]:g}, {scaled.cost[at]:g} "
            f"after scaling, not below {ENDLESS:g}"
        )
    for what, endless, words in (
        ("lower", scaled.row_lower == np.inf, f"{ENDLESS:g} or more"),
        ("upper", scaled.row_upper == -np.inf, f"{-ENDLESS:g} or less"),
    ):
        if endless.any():
            row = arrays.told(arrays.row_name(int(np.argmax(endless))))
            raise OutOfRangeError(f"the {what} limit of {row} is {words} after scaling")


def _entry(arrays: Arrays, at: int) -> str:
    """The column and row of a coefficient, with its value."""
    row = int(np.searchsorted(arrays.indptr, at, side="right")) - 1
    column = arrays.told(arrays.column_name(int(arrays.indices[at])))
    return f"{column} in {arrays.told(arrays.row_name(row))} is {arrays.data[at]:g}"


def _quantity_unit(arrays: Arrays) -> float:
    """The unit of all continuous columns: 1, or more where right-hand sides run into the millions."""
    sides = np.abs(np.concatenate([arrays.row_lower, arrays.row_upper]))
    sides = sides[np.isfinite(sides) & (sides > 0)]
    if not len(sides):
        return 1.0
    return max(1.0, _power(float(np.quantile(sides, 0.95)) / TYPICAL_QUANTITY))


def _typical(values: Floats) -> float:
    """Geometric mean of the sizes that are not 0; 1 if there is none."""
    sizes = np.abs(values[values != 0])
    return float(np.exp2(np.mean(np.log2(sizes)))) if len(sizes) else TYPICAL_COST


def _logs(values: Floats) -> Floats:
    """log2 of the sizes; a 0, which does not belong in sparse data, counts as tiny."""
    return np.log2(np.maximum(np.abs(values), np.finfo(float).tiny))


def _power(value: float) -> float:
    """The power of two nearest to a positive value."""
    return float(np.exp2(np.round(np.log2(value))))
