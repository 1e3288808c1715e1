"""Handing scaled arrays to HiGHS, and reading back what it holds."""

from __future__ import annotations

import re
from typing import Any

import highspy
import numpy as np
from highspy._core import _Highs  # the public class over it prints a banner as soon as it is made
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from planner.errors import SolverError
from planner.solve.arrays import Arrays, Bools, Floats, Ints, Rows

Highs = Any  # highspy's own types leave out many of its methods
KIND = highspy.HighsVarType
ROWWISE, MINIMISE = 2, 1
SAMPLE = 2_000  # columns of a kind that are asked for it in a model with more
EXACT = 1e-12  # relative: two sums of the same products in another order
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
    highs = quiet()
    refuse_release(str(highs.version()))
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
        _short(arrays.indptr),
        _short(arrays.indices),
        arrays.data,
        arrays.integer.astype(np.int32),
    )
    check(status, "load the model")
    compare(highs, arrays)
    return highs


def quiet() -> Highs:
    """An empty HiGHS object that prints nothing."""
    highs: Highs = _Highs()
    check(highs.setOptionValue("log_to_console", False), "silence the log")
    return highs


def add_rows(highs: Highs, rows: Rows) -> None:
    """Add rows to a loaded model."""
    status = highs.addRows(
        rows.count,
        rows.lower,
        rows.upper,
        len(rows.data),
        _short(rows.indptr[:-1]),
        _short(rows.indices),
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
    """Read the model back; raise SolverError where it differs in size, costs, bounds, limits, coefficients or kinds.

    Everything is compared, but for one thing: above SAMPLE columns of a kind, that kind is asked of a sample, since
    HiGHS gives each as a Python object.
    """
    n, m = len(arrays.cost), len(arrays.row_lower)
    held = (highs.getNumCol(), highs.getNumRow(), highs.getNumNz())
    if held != (n, m, len(arrays.data)):
        raise SolverError(f"HiGHS holds {held} columns, rows, non-zeros, given {(n, m, len(arrays.data))}")
    lp = highs.getLp()
    if (int(lp.sense_), lp.offset_) != (MINIMISE, arrays.offset):
        raise SolverError(
            f"HiGHS holds another direction, or {lp.offset_} as constant, given {arrays.offset}"
        )
    _same("cost of column", lp.col_cost_, arrays.cost)
    _same("lower bound of column", lp.col_lower_, arrays.lower)
    _same("upper bound of column", lp.col_upper_, arrays.upper)
    _same("lower limit of row", lp.row_lower_, arrays.row_lower)
    _same("upper limit of row", lp.row_upper_, arrays.row_upper)
    _compare_kinds(highs, arrays.integer)
    if len(arrays.data):
        _compare_matrix(highs, arrays)


def _same(what: str, held: ArrayLike, given: Floats) -> None:
    """Raise SolverError at the first number that differs."""
    found = np.asarray(held, dtype=np.float64)
    differs = found != given
    if differs.any():
        at = int(np.argmax(differs))
        raise SolverError(f"HiGHS holds {found[at]} as {what} {at}, given {given[at]}")


def _compare_kinds(highs: Highs, integer: Bools) -> None:
    """Compare the kind of every column, or of SAMPLE of each kind where there are more.

    A kind that was lost would also show in the plan, whose integers are looked at one by one.
    """
    for columns, kind in (
        (np.flatnonzero(integer), KIND.kInteger),
        (np.flatnonzero(~integer), KIND.kContinuous),
    ):
        some = np.random.default_rng(0).integers(0, len(columns), SAMPLE) if len(columns) > SAMPLE else ...
        for column in columns[some].tolist():
            if highs.getColIntegrality(column)[1] != kind:
                raise SolverError(f"HiGHS holds column {column} as another kind than {kind.name[1:].lower()}")


def _compare_matrix(highs: Highs, arrays: Arrays) -> None:
    """Compare every coefficient, through the value that HiGHS computes for each row at a random point."""
    point = highspy.HighsSolution()
    point.col_value = x = np.random.default_rng(0).uniform(1.0, 2.0, len(arrays.cost))
    # HiGHS may warn of a point outside the bounds, which is what it is
    if highs.setSolution(point) == highspy.HighsStatus.kError:
        raise SolverError("HiGHS could not compute the rows at a point")
    held = np.asarray(highs.getSolution().row_value)
    check(highs.clearSolver(), "forget the point")
    shape = len(arrays.row_lower), len(arrays.cost)
    index, start = _short(arrays.indices), _short(arrays.indptr)
    given = np.asarray(csr_array((arrays.data, index, start), shape=shape) @ x)
    wrong = np.abs(held - given)
    if (wrong <= EXACT * np.abs(given)).all():
        return
    # terms that cancel leave a small value with the rounding of large ones
    largest = csr_array((np.abs(arrays.data), index, start), shape=shape) @ x
    if (wrong > EXACT * largest).any():
        row = arrays.row_name(int(np.argmax(wrong > EXACT * largest)))
        raise SolverError(f"HiGHS holds other coefficients in {row} than it was given")


def _short(positions: NDArray[np.integer]) -> Ints:
    """Positions as HiGHS takes them."""
    return positions.astype(np.int32, copy=False)
