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
    """Read the model back; raise SolverError where it differs in size, bounds, costs or coefficients."""
    n, m = len(arrays.cost), len(arrays.row_lower)
    held = (highs.getNumCol(), highs.getNumRow(), highs.getNumNz())
    if held != (n, m, len(arrays.data)):
        raise SolverError(f"HiGHS holds {held} columns, rows, non-zeros, given {(n, m, len(arrays.data))}")
    every = np.arange(n, dtype=np.int32)
    if n:
        status, _, cost, lower, upper, _ = highs.getCols(n, every)
        check(status, "read the columns back")
        _same("cost", cost, arrays.cost)
        _same("lower bound", lower, arrays.lower)
        _same("upper bound", upper, arrays.upper)
    if m:
        status, _, lower, upper, _ = highs.getRows(m, np.arange(m, dtype=np.int32))
        check(status, "read the rows back")
        _same("lower limit", lower, arrays.row_lower)
        _same("upper limit", upper, arrays.row_upper)
    if n and m and len(arrays.data):
        status, start, index, value = highs.getColsEntries(n, every)
        check(status, "read the coefficients back")
        _same_matrix(arrays, np.diff(start, append=len(value)), index, value)
    whole = np.array(
        [kind == highspy.HighsVarType.kInteger for kind in highs.getLp().integrality_], dtype=bool
    )
    if arrays.integer.any() and not np.array_equal(whole, arrays.integer):
        raise SolverError("HiGHS holds other integer columns than it was given")


def _same(what: str, held: Floats, given: Floats) -> None:
    """Raise SolverError at the first number that differs."""
    differs = held != given
    if differs.any():
        at = int(np.argmax(differs))
        raise SolverError(f"HiGHS holds {held[at]} as {what} of position {at}, given {given[at]}")


def _same_matrix(arrays: Arrays, counts: Positions, index: Positions, value: Floats) -> None:
    """Compare column-wise entries with the row-wise ones through random products, without sorting either."""
    random = np.random.default_rng(0)
    rows, columns = random.random(len(arrays.row_lower)), random.random(len(arrays.cost))
    held = float(np.sum(value * rows[index] * np.repeat(columns, counts)))
    products = arrays.data * np.repeat(rows, np.diff(arrays.indptr)) * columns[arrays.indices]
    tolerance = 1e-9 * float(np.sum(np.abs(products)))
    if abs(held - float(np.sum(products))) > tolerance:
        raise SolverError("HiGHS holds other coefficients than it was given")
