"""What may be left over at the end: units that nobody wants, but that a policy or a stock at the start puts there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from planner.instance import selectors_of
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


@dataclass(frozen=True, slots=True)
class _Rule:
    """A policy as its measure needs it; limits in instance money or units, 0 where blank."""

    parts: Parts
    least: float
    most: float
    min_share: float
    wanted: Floats  # [items of the policy] units


def _asked_by_policies(parts: Parts, wanted: Floats) -> Floats:
    """Units of each item that policies may ask for beyond what is wanted [items]."""
    selectors, table = selectors_of(parts.instance), parts.instance.tables["policies"]
    least, most = (np.nan_to_num(parts.instance.money("policies", side)) for side in ("min", "max"))
    asked = np.zeros(len(wanted))
    for k, policy in enumerate(table.to_dict("records")):
        items = parts.codes.items(selectors.members(policy["item"], "item"))
        ask = ASKS.get(policy["measure"])
        if ask is not None:
            rule = _Rule(parts, float(least[k]), float(most[k]), float(policy["min_share"]), wanted[items])
            asked[items] += ask(rule)
    return asked


def _volume(rule: _Rule) -> Floats | float:
    return rule.least


def _count_suppliers(rule: _Rule) -> Floats | float:
    return rule.least * rule.min_share * rule.wanted


def _supplier_share(rule: _Rule) -> Floats | float:
    return _diluting(0.0, rule.most) * rule.wanted


def _volume_share(rule: _Rule) -> Floats | float:
    return _diluting(rule.least, rule.most) * float(rule.wanted.sum())


def _spend_share(rule: _Rule) -> Floats | float:
    cheapest, dearest = _unit_costs(rule.parts)
    return _diluting(rule.least, rule.most) * float(rule.wanted.sum()) * dearest / cheapest


def _spend(rule: _Rule) -> Floats | float:
    return rule.least / _unit_costs(rule.parts)[0]


def _emissions(rule: _Rule) -> Floats | float:
    return rule.least / _least_emission(rule.parts)


# what each measure may ask for, to reach a minimum or to make the whole of a share larger; others ask for nothing
ASKS: Mapping[str, Callable[[_Rule], Floats | float]] = MappingProxyType(
    {
        "volume": _volume,
        "count_suppliers": _count_suppliers,
        "supplier_share": _supplier_share,
        "volume_share": _volume_share,
        "spend_share": _spend_share,
        "spend": _spend,
        "emissions": _emissions,
    }
)


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


def _least_emission(parts: Parts) -> float:
    """The least emission of a unit that emits at all: on a lane, or in a facility [kg]."""
    used = parts.recipes["capacity_use"].to_numpy(dtype=np.float64)
    least_use = float(used[used > 0].min()) if (used > 0).any() else 1.0
    kept = parts.instance.tables["facilities"]["emission_kg"].to_numpy(dtype=np.float64)
    each = np.concatenate(
        [parts.ways.ways["emission"].to_numpy(dtype=np.float64), kept * min(least_use, 1.0)]
    )
    each = each[each > 0]
    return float(each.min()) if len(each) else np.inf
