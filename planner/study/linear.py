"""Intervals where a number moves costs alone, along a line: exact, with a proof that no plan is missed."""

from __future__ import annotations

from functools import partial

from planner.solve import SolveOptions
from planner.study.envelope import Search, Told
from planner.study.intervals import How, Interval
from planner.study.parametric import Models, Piece
from planner.study.planned import designed, outlined, planned


def exact(models: Models, piece: Piece, options: SolveOptions, tell: Told) -> list[Interval]:
    """The intervals of a piece whose costs lie on a line.

    None at all where they do not.

    Raises:
        InfeasibleError: there is no plan.
        NoSolutionError: a limit stopped the search before there was a plan.
    """
    line = piece.line
    if line is None:
        return []
    first = models.at(line.start)
    settle = partial(designed, first)
    known = Search((piece.low, piece.high), line, settle, options, tell).envelope()
    found = []
    for stretch in known.stretches():
        middle, x = (stretch.low + stretch.high) / 2, stretch.course.x
        found.append(
            Interval(
                low=stretch.low,
                high=stretch.high,
                cost_low=stretch.course.cost(stretch.low),
                cost_high=stretch.course.cost(stretch.high),
                how=How.EXACT,
                gap=max(known.lack(stretch.low), known.lack(stretch.high)),
                resolution=0.0,
                outline=outlined(first, x),
                planned=partial(
                    planned, models, middle, (stretch.course.cost(middle), x), known.bound(middle), options
                ),
            )
        )
    return found
