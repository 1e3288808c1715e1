"""Reference volumes: what the base demand needs of every item, exploded through the recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance import by_period
from planner.instance.remembered import remembered
from planner.network.codes import Codes, codes
from planner_models.arrays import Flags, Floats

if TYPE_CHECKING:
    from planner.instance import Instance

BASE = "base"


@remembered
def reference_volume(instance: Instance) -> pd.DataFrame:
    """The units of each item that the base demand of each period needs, sold and as components.

    An item is made by its recipe `base`, or by its first recipe (in canonical order) where it has no `base`.

    Returns:
        item, t (position of the period), volume (units); every item and period.
    """
    number = codes(instance)
    items, periods = len(number.item), number.periods
    volumes = reference_volumes(instance)
    return pd.DataFrame(
        {
            "item": pd.array(np.repeat(number.item, periods), dtype="str"),
            "t": np.tile(np.arange(periods), items),
            "volume": volumes.ravel(),
        }
    )


@remembered
def reference_volumes(instance: Instance) -> Floats:
    """As `reference_volume` [items, periods], units."""
    number = codes(instance)
    return _exploded(instance, number, _demand(instance, number))


def reference_capacity(instance: Instance, number: Codes) -> Floats:
    """Capacity units that the reference volumes of what a plant makes or a warehouse handles take [locations, periods].

    Each item by the recipe `base`, or the first; a warehouse without rows handles every item, a unit a unit.
    """
    volumes, made = reference_volumes(instance), instance.tables["production"]
    made = made.assign(other=made["recipe"] != BASE).sort_values(["location", "item", "other", "recipe"])
    first = made.drop_duplicates(["location", "item"])
    location, item = number.locations(first["location"]), number.items(first["item"])
    capacity = np.zeros((len(number.location), number.periods))
    np.add.at(capacity, location, first["capacity_use"].to_numpy(dtype=np.float64)[:, None] * volumes[item])
    handles_all = number.is_role("warehouse") & ~np.isin(np.arange(len(capacity)), location)
    capacity[handles_all] = volumes.sum(axis=0)
    return capacity


def _demand(instance: Instance, number: Codes) -> Floats:
    """Base demand [items, periods], units."""
    demand = by_period(instance, "demand")
    wanted = np.zeros((len(number.item), number.periods))
    np.add.at(wanted, (number.items(demand["item"]), demand["t"].to_numpy()), demand["quantity"].to_numpy())
    return wanted


def _exploded(instance: Instance, number: Codes, demand: Floats) -> Floats:
    """Demand and everything that it needs at any level [items, periods], units."""
    bom = instance.tables["bom"]
    bom = bom[_reference_recipes(instance)]
    made, component = number.items(bom["item"]), number.items(bom["component"])
    each = bom["quantity"].to_numpy()[:, None]
    total, level = demand.copy(), demand
    for _ in range(len(number.item)):  # no recipe is longer: a circle is refused when the instance is read
        needed = np.zeros_like(demand)
        np.add.at(needed, component, each * level[made])
        if not needed.any():
            break
        total, level = total + needed, needed
    return total


def _reference_recipes(instance: Instance) -> Flags:
    """Which rows of the bill of materials belong to the recipe by which their item is reckoned."""
    bom, places = instance.tables["bom"], instance.tables["locations"]
    plants = places.loc[places["role"] == "plant", "location"]
    made = instance.tables["production"]
    made = made[made["location"].isin(plants)]
    recipes = pd.concat([bom[["item", "recipe"]], made[["item", "recipe"]]]).drop_duplicates()
    recipes = recipes.assign(other=recipes["recipe"] != BASE).sort_values(["item", "other", "recipe"])
    first = recipes.drop_duplicates("item").set_index("item")["recipe"]
    return (bom["recipe"] == bom["item"].map(first)).to_numpy(dtype=np.bool_)
