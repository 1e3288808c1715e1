"""Checks of origin: no batch has a status that its inputs do not earn, and origin.csv says how far each stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.audit.case import Case
from planner.audit.goods import ANY
from planner.audit.origin import REGIONAL_VALUE, Figure, Origin, Sought, qualifies
from planner.audit.plan_tables import Run
from planner.audit.report import FEASIBILITY, Tally
from planner.audit.trade_tables import OriginState

Key = tuple[str, ...]


def check_run_status(case: Case, tally: Tally) -> None:
    """A batch has a status only in a member country while the agreement is in force, by a test of its rule."""
    origin = Origin(case)
    for run in case.runs:
        place = f"production.csv:{run.row}"
        if run.status:
            allowed = origin.sought(run) is not None
            tally.require(allowed, place, f"{run.test!r} is no test of {run.status} for {run.item} here")
        else:
            tally.require(not run.test, place, f"has no status, but a test {run.test!r}")


def check_regional_value(case: Case, tally: Tally) -> None:
    """A batch with a status by regional value has no more non-originating value than its rule allows."""
    _check_measure(case, tally, is_regional=True)


def check_tariff_shift(case: Case, tally: Tally) -> None:
    """A batch with a status by tariff shift has no more value that did not shift than is exempt."""
    _check_measure(case, tally, is_regional=False)


def _check_measure(case: Case, tally: Tally, *, is_regional: bool) -> None:
    origin = Origin(case)
    for run in case.runs:
        test = origin.sought(run) if run.status else None
        if test is None:
            continue
        for figure in origin.figures(run, test):
            if (figure.measure == REGIONAL_VALUE) == is_regional:
                what = f"value that counts against {test.agreement} {test.name}"
                tally.at_most(f"production.csv:{run.row}", what, figure.against, figure.limit)


@dataclass(frozen=True, slots=True)
class Expected:
    """A row that origin.csv should have, with the figures of all measures of its test."""

    key: Key
    figure: Figure
    together: tuple[Figure, ...]
    is_needed: bool


def _expected(case: Case) -> Iterator[Expected]:
    """Yield a row for each batch, test and measure: its own test, or without status all that it could seek."""
    origin = Origin(case)
    for run in case.runs:
        own = origin.sought(run) if run.status else None
        tests = [own] if own else [] if run.status else list(origin.open_to(run))
        for test in tests:
            together = origin.figures(run, test)
            for figure in together:
                yield Expected(_key(run, test, figure), figure, together, run.quantity > FEASIBILITY)


def _key(run: Run, test: Sought, figure: Figure) -> Key:
    batch = (run.location, run.item, run.recipe, run.status, run.class_ or ANY)
    return (run.period, *batch, test.agreement, test.name, figure.measure)


def _row_key(row: OriginState) -> Key:
    batch = (row.plant, row.item, row.recipe, row.status, row.class_ or ANY)
    return (row.period, *batch, row.agreement, row.test, row.measure)


def _matched(case: Case) -> Iterator[tuple[OriginState, Expected]]:
    """Yield the rows of origin.csv with what they should say."""
    expected = {each.key: each for each in _expected(case)}
    for row in case.origin:
        if _row_key(row) in expected:
            yield row, expected[_row_key(row)]


def check_origin_row(case: Case, tally: Tally) -> None:
    """origin.csv has a row for each batch, test and measure, and no other."""
    expected = {each.key: each for each in _expected(case)}
    stated = {_row_key(row) for row in case.origin}
    for key, each in expected.items():
        present = key in stated or not each.is_needed
        tally.require(present, "origin.csv", f"has no row for {', '.join(part for part in key if part)}")
    for row in case.origin:
        known = _row_key(row) in expected
        tally.require(known, f"origin.csv:{row.row}", f"no batch seeks {row.agreement} {row.test}")


def check_origin_figure(case: Case, tally: Tally) -> None:
    """origin.csv has the right value, non-originating value, share, threshold and headroom."""
    for row, each in _matched(case):
        place, figure = f"origin.csv:{row.row}", each.figure
        tally.money(place, "value", row.value, figure.value)
        tally.money(place, "non_originating", row.non_originating, figure.against)
        tally.figure(place, "share", row.share, figure.share)
        tally.figure(place, "threshold", row.threshold, figure.threshold)
        tally.figure(place, "headroom", row.headroom, figure.headroom)
        tally.money(place, "headroom_money", row.headroom_money, figure.headroom * figure.value)


def check_origin_verdict(case: Case, tally: Tally) -> None:
    """origin.csv says of each batch whether it meets every measure of the test."""
    for row, each in _matched(case):
        right = qualifies(each.together, row.qualifies)
        what = f"qualifies is {row.qualifies}, recomputed {right}"
        tally.require(row.qualifies == right, f"origin.csv:{row.row}", what)
