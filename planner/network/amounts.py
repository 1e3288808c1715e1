"""What a policy measures, as weighted sums over variables of the model.

An *amount* maps a kind of variable (a field of `Policies`) to its members and their weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planner.network.scope import EXPECTED, Network, Scope
from planner_models.arrays import Flags, Floats, Ints

Amount = Mapping[str, tuple[Ints, Floats]]


def volume(scope: Scope) -> Amount:
    """Units: suppliers shipped, plants made, warehouses passed out, markets received."""
    shipped = scope.only("supplier", "warehouse").rows("arcs", "origin")
    received = scope.only("market").rows("arcs", "destination")
    made = scope.only("plant").rows("runs", "location")
    # a unit from a supplier in the scope straight to a market in it counts at both
    flows, times = np.unique(np.concatenate([shipped, received]), return_counts=True)
    return {"flow": (flows, times.astype(np.float64)), "run": (made, np.ones(len(made)))}


def comparable_volume(scope: Scope) -> Amount:
    """Units of one role; where the scope mixes roles, of its sources (suppliers and plants) only."""
    roles = set(scope.network.codes.role[scope.who])
    return volume(scope if len(roles) == 1 else scope.only("supplier", "plant"))


def purchased_volume(scope: Scope) -> Amount:
    """Units that suppliers shipped."""
    shipped = scope.only("supplier").rows("arcs", "origin")
    return {"flow": (shipped, np.ones(len(shipped)))}


def spend(scope: Scope) -> Amount:
    """Money: purchase, take-or-pay included, and conversion of plants."""
    frames, suppliers = scope.network.frames, scope.only("supplier")
    bought = suppliers.rows("arcs", "origin")
    made = scope.only("plant").rows("runs", "location")
    unused = suppliers.rows("offers", "location")
    unused = unused[frames.offers["minimum"].to_numpy()[unused] > 0]
    return _weighted(
        flow=(bought, frames.arcs["purchase"]),
        run=(made, frames.runs["conversion"]),
        unused=(unused, frames.offers["unit_cost"]),
    )


def capex(scope: Scope) -> Amount:
    """Money: open_cost and qualify_cost. Members are option, or supplier, x periods + period."""
    frames, periods = scope.network.frames, scope.network.codes.periods
    opened = scope.designs("options", frames.options["decided"].to_numpy(dtype=np.bool_))
    qualified = scope.designs("suppliers", frames.suppliers["candidate"].to_numpy(dtype=np.bool_))
    cost = frames.options["open_cost"].repeat(periods)
    return _weighted(
        opening=(_by_period(scope, opened), cost),
        qualify=(_by_period(scope, qualified), frames.suppliers["qualify_cost"].repeat(periods)),
    )


def emissions(scope: Scope) -> Amount:
    """Kg CO2e of lanes (they belong to their origin) and of facilities."""
    frames = scope.network.frames
    return _weighted(
        flow=(scope.rows("arcs", "origin"), frames.arcs["emission"]),
        run=(scope.rows("runs", "location"), frames.runs["emission"]),
        use=(scope.rows("uses", "location"), frames.uses["emission"]),
    )


def shortage(scope: Scope) -> Amount:
    """Units of demand that are not met."""
    short = scope.rows("demands", "market")
    short = short[scope.network.frames.demands["may_short"].to_numpy(dtype=np.bool_)[short]]
    return {"short": (short, np.ones(len(short)))}


def open_locations(scope: Scope) -> Amount:
    """Locations open in any option: their open options, less those that are still set up beside an old one."""
    options = scope.network.frames.options
    closed = ~options["decided"] & ~options["initially_open"]
    rows = _by_period(scope, scope.designs("options", ~closed.to_numpy(dtype=np.bool_)))
    growing = _growing(scope)
    return {"open": (rows, np.ones(len(rows))), "opening": (growing, np.full(len(growing), -1.0))}


def always_open(scope: Scope) -> Flags:
    """[locations] plants and warehouses of the scope that have no options: open, and nothing to decide."""
    with_options = scope.network.numbers("options", "location")
    always = scope.only("plant", "warehouse").who.copy()
    always[with_options] = False
    return always


FRAMES = {"flow": "arcs", "run": "runs", "unused": "offers", "short": "demands", "use": "uses"}


def by_chance(scope: Scope, amount: Amount) -> Amount:
    """The amount with each operation counted by its probability, if the scope is over all scenarios."""
    if scope.scenario != EXPECTED:
        return amount
    chance, frames = scope.network.codes.times.weight, scope.network.frames
    return {
        kind: (
            members,
            weights * chance[getattr(frames, FRAMES[kind])["time"].to_numpy(dtype=np.int64)[members]],
        )
        if kind in FRAMES
        else (members, weights)
        for kind, (members, weights) in amount.items()
    }


def largest(network: Network, amount: Amount) -> float:
    """A bound on the amount: every variable at its bound, offers at their capacity, markets at their demand."""
    bounds = {
        "run": network.frames.runs["upper"],
        "unused": network.frames.offers["minimum"],
        "use": network.frames.uses["upper"],
        "short": network.frames.demands["quantity"],
    }
    total = _largest_flow(network, *amount["flow"]) if "flow" in amount else 0.0
    for kind, bound in bounds.items():
        if kind in amount:
            members, weights = amount[kind]
            total += float((bound.to_numpy(dtype=np.float64)[members] * weights).sum())
    return total


def largest_capex(network: Network, amount: Amount) -> float:
    """A bound on money for openings and qualifications: one opening a location and period, one qualification."""
    frames, periods = network.frames, network.codes.periods
    opening, cost = amount["opening"]
    places = frames.options["location"].to_numpy()[opening // periods]
    openings = pd.DataFrame({"place": places, "period": opening % periods, "cost": cost})
    qualify, price = amount["qualify"]
    once = pd.DataFrame({"supplier": qualify // periods, "price": price}).groupby("supplier")["price"].max()
    return float(openings.groupby(["place", "period"])["cost"].max().sum() + once.sum())


def _largest_flow(network: Network, arcs: Ints, weights: Floats) -> float:
    """A bound on a weighted sum of flows: what leaves an offer, else what enters a demand, is limited together."""
    frames = network.frames
    offer, demand = (frames.arcs[name].to_numpy()[arcs] for name in ("offer", "demand"))
    upper = frames.arcs["upper"].to_numpy(dtype=np.float64)[arcs] * weights
    offers = len(frames.offers)
    limits = np.concatenate([frames.offers["capacity"], frames.demands["quantity"]]).astype(np.float64)
    group = np.where(offer >= 0, offer, np.where(demand >= 0, offers + demand, -1))
    bound = np.bincount(group[group >= 0], upper[group >= 0], minlength=len(limits))
    heaviest = np.zeros(len(limits))
    np.maximum.at(heaviest, group[group >= 0], weights[group >= 0])
    present = heaviest > 0
    together = np.minimum(bound[present], heaviest[present] * limits[present])
    return float(upper[group < 0].sum() + together.sum())


def _weighted(**kinds: tuple[Ints, pd.Series[float]]) -> Amount:
    """Members with their weights from a column; those of weight 0 left out."""
    amount = {}
    for kind, (members, column) in kinds.items():
        weights = column.to_numpy(dtype=np.float64)[members]
        amount[kind] = (members[weights != 0], weights[weights != 0])
    return amount


def _by_period(scope: Scope, rows: Ints) -> Ints:
    """Row x periods + period, for the periods in the scope."""
    return (rows[:, None] * scope.network.codes.periods + scope.periods[None, :]).ravel()


def _growing(scope: Scope) -> Ints:
    """Openings (option x periods + period) of expansions that the scope's period finds still being set up."""
    periods = scope.network.codes.periods
    options = scope.network.frames.options
    rows = scope.designs("options", ((options["expands"] >= 0) & options["decided"]).to_numpy(dtype=np.bool_))
    setup = options["setup_periods"].to_numpy()[rows][:, None]
    opened = np.arange(periods)[None, :]
    still = (opened <= scope.period) & (opened > scope.period - setup)
    option, period = np.nonzero(still)
    return rows[option] * periods + period
