"""What each measure of a policy asks for: its rows, each with a bound on the violation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from planner.network.amounts import (
    Amount,
    always_open,
    by_chance,
    capex,
    comparable_volume,
    emissions,
    largest,
    largest_capex,
    open_locations,
    purchased_volume,
    shortage,
    spend,
    volume,
)
from planner.network.scope import Scope
from planner_models.arrays import Ints


@dataclass(frozen=True, slots=True)
class Rule:
    """One side of a policy, in the period of its scopes (-1: over the horizon)."""

    policy: str
    measure: str
    sense: float  # 1 for a maximum, -1 for a minimum
    limit: float
    penalty: float  # money a unit of violation, by the probability of its scenario; nan: hard
    min_share: float
    who: Scope
    of: Scope


@dataclass(frozen=True, slots=True)
class Row:
    """sense x (who - share x whole) <= sense x limit + violation; `largest` bounds the violation."""

    who: Amount
    largest: float
    sense: float
    limit: float = 0.0
    share: float = 0.0
    whole: Amount = field(default_factory=dict)


def volume_rows(rule: Rule) -> list[Row]:
    """Units shipped by suppliers, made by plants, passed out by warehouses, received by markets."""
    return [_limited(rule, volume(rule.who))]


def volume_share_rows(rule: Rule) -> list[Row]:
    """Volume of `who` over volume of `of`."""
    return [_shared(rule, comparable_volume(rule.who), comparable_volume(rule.of))]


def supplier_share_rows(rule: Rule) -> list[Row]:
    """Share of each supplier of `who` in the purchased volume of each item, from all suppliers."""
    network = rule.who.network
    everyone = replace(rule.who, who=np.ones_like(rule.who.who))
    whole, _ = purchased_volume(everyone)["flow"]
    mine, _ = purchased_volume(rule.who)["flow"]
    origin, item = network.numbers("arcs", "origin"), network.numbers("arcs", "item")
    rows = []
    for one in np.unique(item[mine]):
        of_item = mine[item[mine] == one]
        all_of_item = _flows(whole[item[whole] == one])
        suppliers = [of_item[origin[of_item] == supplier] for supplier in np.unique(origin[of_item])]
        rows += [_shared(rule, _flows(arcs), all_of_item) for arcs in suppliers]
    return rows or [_shared(rule, {}, {})]


def spend_rows(rule: Rule) -> list[Row]:
    """Money for purchases, take-or-pay and conversion in plants."""
    return [_limited(rule, spend(rule.who))]


def spend_share_rows(rule: Rule) -> list[Row]:
    """Spend of `who` over spend of `of`."""
    return [_shared(rule, spend(rule.who), spend(rule.of))]


def capex_rows(rule: Rule) -> list[Row]:
    """Money for openings and qualifications."""
    amount = capex(rule.who)
    return [_limited(rule, amount, largest_capex(rule.who.network, amount))]


def count_open_rows(rule: Rule) -> list[Row]:
    """Locations open in any option; those without options are always open, and taken off the limit."""
    network, amount = rule.who.network, open_locations(rule.who)
    options, _ = amount["open"]
    places = network.numbers("options", "location")[options // network.codes.periods]
    limit = rule.limit - int(always_open(rule.who).sum())
    return [_limited(replace(rule, limit=limit), amount, len(np.unique(places)))]


def emissions_rows(rule: Rule) -> list[Row]:
    """Kg CO2e of lanes and facilities."""
    return [_limited(rule, emissions(rule.who))]


def fill_rate_rows(rule: Rule) -> list[Row]:
    """Met demand over demand, as a limit on what is short: short <= (1 - rate) x demand + violation."""
    quantity = rule.who.network.frames.demands["quantity"].to_numpy(dtype=np.float64)
    rows = rule.who.rows("demands", "market")
    members, weights = by_chance(rule.who, {"short": (rows, np.ones(len(rows)))})["short"]
    demand = float(quantity[members] @ weights)
    most = rule.limit * demand
    return [Row(by_chance(rule.who, shortage(rule.who)), largest=most, sense=1.0, limit=demand - most)]


def count_suppliers_rows(rule: Rule, pairs: Ints) -> list[Row]:
    """Pairs of supplier and item that count; `pairs` are rows of COUNTS."""
    return [_limited(rule, {"count": (pairs, np.ones(len(pairs)))}, len(pairs))]


def _limited(rule: Rule, amount: Amount, most: float | None = None) -> Row:
    """An amount (at most `most`) against a limit."""
    amount = by_chance(rule.who, amount)
    if rule.sense < 0:
        violation = rule.limit
    else:
        violation = (largest(rule.who.network, amount) if most is None else most) - rule.limit
    return Row(amount, violation, rule.sense, limit=rule.limit)


def _shared(rule: Rule, who: Amount, whole: Amount) -> Row:
    """An amount against a share of another."""
    network, share = rule.who.network, rule.limit
    who, whole = by_chance(rule.who, who), by_chance(rule.who, whole)
    if rule.sense < 0:
        violation = share * largest(network, whole)
    else:
        part = all(np.isin(who[kind][0], whole[kind][0]).all() for kind in who)
        violation = (1 - share if part else 1.0) * largest(network, who)
    return Row(who, violation, rule.sense, share=share, whole=whole)


def _flows(arcs: Ints) -> Amount:
    return {"flow": (arcs, np.ones(len(arcs)))}


MEASURES: Mapping[str, Callable[[Rule], list[Row]]] = {
    "volume": volume_rows,
    "volume_share": volume_share_rows,
    "supplier_share": supplier_share_rows,
    "spend": spend_rows,
    "spend_share": spend_share_rows,
    "capex": capex_rows,
    "count_open": count_open_rows,
    "emissions": emissions_rows,
    "fill_rate": fill_rate_rows,
}
