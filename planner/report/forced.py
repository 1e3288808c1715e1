"""Why a plant or warehouse is open, or is not: what it costs to have it the other way, from a solve of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance import WhatIf, change
from planner.instance.fields import nearest
from planner.solve import Status
from planner.study.compare import Comparison, spans
from planner.study.session import Session
from planner.study.side_by_side import (
    bridge_in_words,
    facilities_in_words,
    in_words,
    moved_in_words,
    shortened,
)

if TYPE_CHECKING:
    from planner.plan import Plan

RULE = "explained"  # id of the policy that forces the facility


def facility(plan: Plan, location: str) -> str:
    """Why a facility is open or not: the plan as it is against the best one with it the other way in every period.

    Raises:
        InstanceError: nothing is decided about such a facility.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    plan.raise_for_status()
    _refuse_undecided(plan, location)
    state = _state(plan, location)
    now = f"{location} is {f'open in {state}' if state else 'not open in any period'}."
    other = "closed" if state else "open"
    comparison = forced(plan, location, open_=not state)
    if comparison.plan.status is Status.INFEASIBLE:
        return f"{now}\nNo plan satisfies all the rules with it {other} in every period."
    if not comparison.plan.found:
        return f"{now}\nNo plan with it {other} in every period was found before the limit of the search."
    lines = [
        now,
        f"With it {other} in every period the best plan costs {in_words(comparison)}.",
        *([NOT_SURE] if comparison.proven.lowest <= 0 else []),
        "Where that comes from:",
        *(f"  {line}" for line in bridge_in_words(comparison)),
        "What happens instead:",
        *(f"  {line}" for line in facilities_in_words(comparison)),
        *(f"  {line}" for line in shortened(moved_in_words(comparison, "kind", "location", "item"))),
    ]
    return "\n".join(lines)


NOT_SURE = "So far as the gaps go, it may be worth nothing; a smaller gap would tell."


def forced(plan: Plan, location: str, *, open_: bool) -> Comparison:
    """The plan against the best one in which a facility is open, or closed, in every period."""
    rule = {"policy": RULE, "measure": "count_open", "who": location, "min" if open_ else "max": int(open_)}
    question = WhatIf(location, (change("policies", append=[rule]),))
    return Comparison(plan, Session(plan.instance, base=plan).solve(question), question)


def _state(plan: Plan, location: str) -> str:
    """The periods in which a facility is open in any option, in words."""
    rows = plan.facilities[(plan.facilities["location"] == location) & (plan.facilities["open"] == 1)]
    return spans(set(rows["period"]), list(plan.instance.settings.horizon.periods))


def _refuse_undecided(plan: Plan, location: str) -> None:
    table: pd.DataFrame = plan.instance.tables["facilities"]
    options = table[table["location"] == location]
    if len(options) and (options["status"] != "closed").any():
        return
    known = sorted(set(table.loc[table["status"] != "closed", "location"]))
    message = (
        "is not available, whatever the plan" if len(options) else "nothing is decided about such a facility"
    )
    raise InstanceError(
        [Problem("TOPIC", message, f"facility:{location}", ", ".join(known), nearest(location, known))]
    )
