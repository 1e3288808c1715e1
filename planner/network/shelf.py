"""What may be left over at the end: units that nobody wants, but that a policy or a stock at the start puts there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from planner.instance import Selectors
from planner.network.parts import Parts
from planner_models.arrays import Floats

Recipes = Iterable[tuple[int, int, float, float]]


def left_over(parts: Parts, recipes: Recipes, wanted: Floats) -> Floats:
    """Units of each item that a plan may have left, as far as there is room [items].

    Stock at the start is there, and may be made into something that is cheaper to keep. Policies may ask for
    more than anybody wants.

    Args:
        parts: the instance in parts.
        recipes: (item, component, least and largest quantity over the recipes), an item before its components.
        wanted: demand of the whole horizon, as it is or in what is made of it [items].
    """
    inventory = parts.inventory
    stocked = inventory["item"].to_numpy(dtype=np.int64)
    left, room = _asked_by_policies(parts, wanted), np.zeros(len(wanted))
    np.add.at(left, stocked, inventory["initial"].to_numpy(dtype=np.float64))
    np.add.at(room, stocked, inventory["max_stock"].to_numpy(dtype=np.float64))
    for item, component, least, _ in reversed(list(recipes)):
        left[item] += left[component] / least
    return np.minimum(left, room)


def _asked_by_policies(parts: Parts, wanted: Floats) -> Floats:
    """Units of each item that policies may ask for beyond what is wanted [items]."""
    selectors = Selectors(parts.instance)
    asked = np.zeros(len(wanted))
    for policy in parts.instance.tables["policies"].to_dict("records"):
        items = parts.codes.items(selectors.members(policy["item"], "item"))
        asked[items] += _asked(parts, policy, wanted[items])
    return asked


def _asked(parts: Parts, policy: dict[Any, Any], wanted: Floats) -> Floats | float:
    """Units of each of the policy's items: to reach a minimum, or to make the whole of a share larger."""
    least, most = (0.0 if np.isnan(policy[side]) else float(policy[side]) for side in ("min", "max"))
    units: Floats | float = 0.0
    match policy["measure"]:
        case "volume":
            units = least
        case "count_suppliers":
            units = least * policy["min_share"] * wanted
        case "supplier_share":
            units = _diluting(0.0, most) * wanted
        case "volume_share":
            units = _diluting(least, most) * float(wanted.sum())
        case "spend_share":
            cheapest, dearest = _unit_costs(parts)
            units = _diluting(least, most) * float(wanted.sum()) * dearest / cheapest
        case "spend":
            units = least / _unit_costs(parts)[0]
    return units


def _diluting(least: float, most: float) -> float:
    r"""Units, for each that is wanted, that can turn a share.

    Adding x to a part p of a whole w reaches the share r at :math:`x = (r w - p) / (1 - r)`; adding it to the
    rest falls to the share r at :math:`x = p / r - w`.
    """
    reached = least / (1 - least) if least < 1 else 0.0
    return max(reached, 1 / most - 1 if most > 0 else 0.0)


def _unit_costs(parts: Parts) -> tuple[float, float]:
    """The least and the largest cost of a unit bought or made, those of nothing aside."""
    money = [parts.instance.money(table, "unit_cost") for table in ("offers", "production")]
    costs = np.concatenate(money)
    costs = costs[costs > 0]
    return (float(costs.min()), float(costs.max())) if len(costs) else (np.inf, 1.0)
