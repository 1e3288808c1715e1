"""Values that something is taken on and that are blank: what is wrong, at the cell that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Problem

if TYPE_CHECKING:
    from planner.instance import Instance


def blank_value(instance: Instance, item: str, message: str) -> Problem:
    """The problem of an item without a value: at its initial_value where only its stock has none."""
    tables, files = instance.tables, instance.files
    stock, production, places = (tables[name] for name in ("inventory", "production", "locations"))
    stocked = stock[(stock["item"] == item) & (stock["initial"] > 0) & stock["initial_value"].isna()]
    plants = places.loc[places["role"] == "plant", "location"]
    made = (production["item"] == item) & production["customs_value"].isna()
    if len(stocked) and not (made & production["location"].isin(plants)).any():
        place = f"{files['inventory']}:{stocked.index.min()}:initial_value"
        return Problem(place, message, expected="an initial_value here, or a customs_value in items.csv")
    items = tables["items"]
    place = f"{files['items']}:{items.index[items['item'] == item][0]}:customs_value"
    also = ", and an initial_value in inventory.csv" if len(stocked) else ""
    return Problem(place, message, expected=f"a customs_value here, or in production.csv{also}")
