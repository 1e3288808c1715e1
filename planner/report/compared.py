"""Several plans side by side: their figures, what each steps from the first, their facilities and suppliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.plan.worth import supplier_spend
from planner.report.cost import components
from planner.report.headline import facts
from planner.report.names import Names
from planner.report.picture import Column, Kind, Picture, Table
from planner.report.waterfall import comparison

if TYPE_CHECKING:
    from planner.plan import Plan


def compared(plans: Sequence[Plan], names: Sequence[str]) -> list[Picture]:
    """Figures, the steps from the first plan's cost to each other one's, components, facilities, suppliers."""
    steps = [
        comparison(plans[0], plan, [names[0], name], number)
        for number, (plan, name) in enumerate(zip(plans[1:], names[1:], strict=True), 1)
    ]
    tables = [_facilities(plans, names), _suppliers(plans, names)]
    return [_figures(plans, names), *steps, components(plans, names), *tables]


def _figures(plans: Sequence[Plan], names: Sequence[str]) -> Picture:
    """The figures of the first screen of each plan."""
    known = [{(fact.name,): f"{fact.value} {fact.words}" for fact in facts(plan)} for plan in plans]
    table = _side_by_side(known, names, [Column("figure", "Figure")], "text")
    return Picture("figures", "In short", "", table, wide=True)


def _facilities(plans: Sequence[Plan], names: Sequence[str]) -> Picture:
    """What each plan does with each facility."""
    known = [
        {
            key: words
            for key, rows in plan.facilities.groupby(["location", "option"])
            if (words := _state(rows))
        }
        for plan in plans
    ]
    heads = [Column("location", "Facility"), Column("option", "Option")]
    table = _side_by_side(known, names, heads, "text")
    return Picture("facilities", "Facilities", "What opens, closes and stays.", table)


def _state(rows: pd.DataFrame) -> str:
    """`opens in 2027, closes in 2028`, `open`, or blank."""
    words = [
        *(f"opens in {period}" for period in rows.loc[rows["opening"] == 1, "period"]),
        *(f"closes in {period}" for period in rows.loc[rows["closing"] == 1, "period"]),
    ]
    return ", ".join(words) or ("open" if (rows["open"] == 1).any() else "")


def _suppliers(plans: Sequence[Plan], names: Sequence[str]) -> Picture:
    """What each plan spends with each supplier."""
    called = [Names(plan.instance) for plan in plans]
    known = [
        {(str(name), of.place(str(name))): amount for name, amount in supplier_spend(plan).items()}
        for of, plan in zip(called, plans, strict=True)
    ]
    table = _side_by_side(known, names, [Column("location", "Supplier"), Column("name", "Name")], "money")
    return Picture("suppliers", "Suppliers", "Purchase and take-or-pay, expected and discounted.", table)


def _side_by_side(
    known: Sequence[Mapping[Any, Any]], names: Sequence[str], heads: Sequence[Column], kind: Kind
) -> Table:
    """A row a key, a column a plan; the keys of the first plan come first."""
    missing: Any = "" if kind == "text" else 0.0
    keys = dict.fromkeys(key for found in known for key in found)
    columns = [Column(str(number), name, kind) for number, name in enumerate(names)]
    rows = [(*key, *(found.get(key, missing) for found in known)) for key in keys]
    every = (*heads, *columns)
    return Table(every, pd.DataFrame(rows, columns=[column.name for column in every]))
