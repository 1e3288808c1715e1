"""Handing scaled arrays to HiGHS, and reading back what it holds."""

from __future__ import annotations

import re
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from highspy._core import _Highs  # the public class over it prints a banner as soon as it is made

from planner.errors import SolverError
from planner.solve.arrays import Arrays, Floats, Rows

Highs = Any  # highspy's own types leave out many of its methods
Positions = npt.NDArray[np.integer]
ROWWISE, MINIMISE = 2, 1
SAMPLE = 10_000  # columns and rows that are read back from a model with more
REFUSED = {"1.14.0": "it calls wrong plans optimal (minimise 2x + 3z, x + z >= 4.5, z integer: 15 for 9)"}


def version() -> str:
    """The version of HiGHS, such as `1.16.0`."""
    return str(_Highs().version())


def refuse_release(text: str) -> None:
    """Raise SolverError for a release of HiGHS that is known to answer wrongly."""
    reason = REFUSED.get(".".join(re.findall(r"\d+", text)[:3]))
    if reason:
        raise SolverError(f"highspy {text} is not used: {reason}; install another release")


def load(arrays: Arrays) -> Highs:
    """A HiGHS object that holds the model, silent and compared with the arrays.

    Raises SolverError if HiGHS refuses the model or holds another one than it was given.
    """
    highs: Highs = _Highs()
    refuse_release(str(highs.version()))
    check(highs.setOptionValue("log_to_console", False), "silence the log")
    status = highs.passModel(
        len(arrays.cost),
        len(arrays.row_lower),
        len(arrays.data),
        ROWWISE,
        MINIMISE,
        float(arrays.offset),
        arrays.cost,
        arrays.lower,
        arrays.upper,
        arrays.row_lower,
        arrays.row_upper,
        arrays.indptr.astype(np.int32),
        arrays.indices.astype(np.int32),
        arrays.data,
        arrays.integer.astype(np.int32),
    )
    check(status, "load the model")
    compare(highs, arrays)
    return highs


def add_rows(highs: Highs, rows: Rows) -> None:
    """Add rows to a loaded model."""
    status = highs.addRows(
        rows.count,
        rows.lower,
        rows.upper,
        len(rows.data),
        rows.indptr[:-1].astype(np.int32),
        rows.indices.astype(np.int32),
        rows.data,
    )
    check(status, "add rows")


def set_options(highs: Highs, options: dict[str, bool | int | float | str]) -> None:
    """Set options, each checked."""
    for name, value in options.items():
        check(highs.setOptionValue(name, value), f"set {name} to {value}")


def check(status: highspy.HighsStatus, what: str) -> None:
    """Raise SolverError unless HiGHS says that all went well."""
    if status != highspy.HighsStatus.kOk:
        raise SolverError(f"HiGHS could not {what}: {status.name}")


def compare(highs: Highs, arrays: Arrays) -> None:
    """Read the model back; raise SolverError where it differs in size, bounds, costs, kinds or coefficients.

    Of a large model a sample of SAMPLE columns and rows is compared: reading all back takes as long as solving.
    """
    n, m = len(arrays.cost), len(arrays.row_lower)
    held = (highs.getNumCol(), highs.getNumRow(), highs.getNumNz())
    if held != (n, m, len(arrays.data)):
        raise SolverError(f"HiGHS holds {held} columns, rows, non-zeros, given {(n, m, len(arrays.data))}")
    if n:
        _compare_columns(highs, arrays, _sample(n))
    if m:
        rows = _sample(m)
        status, _, lower, upper, _ = highs.getRows(len(rows), rows)
        check(status, "read the rows back")
        _same("lower limit", rows, lower, arrays.row_lower)
        _same("upper limit", rows, upper, arrays.row_upper)


def _sample(count: int) -> Positions:
    """Every position, or SAMPLE of them in order."""
    if count <= SAMPLE:
        return np.arange(count, dtype=np.int32)
    return np.unique(np.random.default_rng(0).integers(0, count, SAMPLE, dtype=np.int32))


def _compare_columns(highs: Highs, arrays: Arrays, columns: Positions) -> None:
    """Compare cost, bounds, kind and coefficients of the columns."""
    status, _, cost, lower, upper, _ = highs.getCols(len(columns), columns)
    check(status, "read the columns back")
    _same("cost", columns, cost, arrays.cost)
    _same("lower bound", columns, lower, arrays.lower)
    _same("upper bound", columns, upper, arrays.upper)
    if arrays.integer.any():
        kinds = (highs.getColIntegrality(column)[1] for column in columns.tolist())
        whole = np.array([kind == highspy.HighsVarType.kInteger for kind in kinds])
        if not np.array_equal(whole, arrays.integer[columns]):
            raise SolverError("HiGHS holds other integer columns than it was given")
    if len(arrays.data):
        _compare_matrix(highs, arrays, columns)


def _compare_matrix(highs: Highs, arrays: Arrays, columns: Positions) -> None:
    """Compare column-wise entries with the row-wise ones through random products, without sorting either."""
    status, start, index, value = highs.getColsEntries(len(columns), columns)
    check(status, "read the coefficients back")
    random = np.random.default_rng(0)
    of_row, of_column = random.random(len(arrays.row_lower)), np.zeros(len(arrays.cost))
    of_column[columns] = random.random(len(columns))
    counts = np.diff(start, append=len(value))
    held = float(np.sum(value * of_row[index] * np.repeat(of_column[columns], counts)))
    products = arrays.data * np.repeat(of_row, np.diff(arrays.indptr)) * of_column[arrays.indices]
    if abs(held - float(np.sum(products))) > 1e-9 * float(np.sum(np.abs(products))):
        raise SolverError("HiGHS holds other coefficients than it was given")


def _same(what: str, positions: Positions, held: Floats, given: Floats) -> None:
    """Raise SolverError at the first number that differs."""
    differs = held != given[positions]
    if differs.any():
        at = int(np.argmax(differs))
        position = int(positions[at])
        raise SolverError(f"HiGHS holds {held[at]} as {what} of position {position}, given {given[position]}")
