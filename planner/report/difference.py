"""What drives the difference between two plans: first what the data do to a design, then what a new design does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from planner.plan.summary import money
from planner.study.compare import Comparison, compare
from planner.study.design import design_of
from planner.study.side_by_side import (
    bridge_in_words,
    facilities_in_words,
    in_words,
    moved_in_words,
    shortened,
)
from planner.study.solved import Asked, options_of, solved

if TYPE_CHECKING:
    from planner.plan import Plan


def difference(one: Plan, other: Plan) -> str:
    """What drives the difference between two plans, in two steps.

    First the design of the one is operated, at least cost, in the instance of the other: that is what the data do.
    What is left is what another design does.

    Raises:
        InstanceError: the plans count in different currencies.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    whole = compare(one.raise_for_status(), other.raise_for_status())
    lines = [f"{whole.whatif.name} costs {in_words(whole)}.", *whole.whatif.title.split("; ")]
    kept = _operated(one, other)
    if not kept.found:
        lines.append(
            "The design of the first cannot be operated there; what another design does is all of it:"
        )
        return "\n".join([*filter(None, lines), *_indented(_drivers(whole))])
    steps = compare(one, kept), replace(compare(kept, other), whatif=whole.whatif)
    currency = one.instance.settings.instance.currency
    sentences = ("With the design of the first, the data of the second cost", "Another design then costs")
    for step, words in zip(steps, sentences, strict=True):
        more = "more" if step.difference >= 0 else "less"
        lines += [f"{words} {money(abs(step.difference), currency)} {more}:", *_indented(_drivers(step))]
    return "\n".join(filter(None, lines))


def _operated(one: Plan, other: Plan) -> Plan:
    """The design of one plan, operated at least cost in the instance of the other."""
    return solved(other.instance, Asked(options_of(other.instance), hold=lambda data: design_of(one, data)))[
        0
    ]


def _drivers(step: Comparison) -> Iterator[str]:
    yield from bridge_in_words(step)
    yield from facilities_in_words(step)
    yield from shortened(moved_in_words(step, "kind", "country"))


def _indented(lines: Iterator[str]) -> list[str]:
    return [f"  {line}" for line in lines]
