"""Checks that what arrives, is made, is consumed, leaves and stays adds up, by good, place and period."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.case import Case, Spot, summed
from planner.audit.events import BASE
from planner.audit.goods import initial_stock
from planner.audit.reader import ZERO
from planner.audit.report import Tally


def check_demand_balance(case: Case, tally: Tally) -> None:
    """What reaches a market plus what is short is what it asks for."""
    arrived = summed(((row.destination, row.item, case.t(row.period)), row.quantity) for row in case.flows)
    short = summed(((row.market, row.item, case.t(row.period)), row.short) for row in case.shortages)
    asked = case.asked
    markets = {key for key in arrived if case.instance.role(key[0]) == "market"}
    for key in sorted(markets | set(asked) | set(short)):
        market, item, t = key
        met = arrived.get(key, ZERO) + short.get(key, ZERO)
        place = f"market {market}, item {item}, {_period(case, t)}"
        tally.balance(place, "inflow + short against demand", met, asked.get(key, ZERO))


def check_hard_demand(case: Case, tally: Tally) -> None:
    """Demand without a shortage cost is met in full (with the profit objective, a price will do)."""
    for row in case.shortages:
        demand = case.instance.demand.get((row.market, row.item), case.t(row.period))
        if demand is None or demand.shortage_cost is not None:
            continue
        if case.instance.objective == "profit":
            continue
        tally.at_most(f"shortages.csv:{row.row}", "short of demand that must be met", row.short, ZERO)


def check_input_balance(case: Case, tally: Tally) -> None:
    """At a plant, a good that arrived is consumed, or kept."""
    for key in _goods(case, "plant"):
        location, good, _ = key
        if good.source == location:
            continue
        gained = case.inflow.get(key, ZERO) + case.before(key)
        spent = case.fed.get(key, ZERO) + case.stocked.get(key, ZERO) + case.lost.get(key, ZERO)
        tally.balance(_place(case, key), "inflow + stock before against feeds + stock + lost", gained, spent)


def check_recipe_balance(case: Case, tally: Tally) -> None:
    """A run consumes of each component what its recipe says, and nothing else: each batch its own inputs."""
    fed = summed(((row.batch, row.component, case.t(row.period)), row.quantity) for row in case.feeds)
    needed = summed(
        ((row.batch, line.component, case.t(row.period)), row.quantity * line.quantity)
        for row in case.runs
        for line in case.instance.components.get((row.item, row.recipe), ())
    )
    for key in sorted(set(fed) | set(needed)):
        batch, component, t = key
        place = f"{batch}, component {component}, {_period(case, t)}"
        tally.balance(place, "feeds against the recipe", fed.get(key, ZERO), needed.get(key, ZERO))


def check_output_balance(case: Case, tally: Tally) -> None:
    """At a plant, what it made and its own stock leaves, feeds its own runs, or is kept."""
    for key in _goods(case, "plant"):
        location, good, _ = key
        if good.source != location:
            continue
        gained = case.made.get(key, ZERO) + case.inflow.get(key, ZERO) + case.before(key)
        gained += case.drawn.get(key, ZERO)
        spent = case.outflow.get(key, ZERO) + case.fed.get(key, ZERO)
        spent += case.stocked.get(key, ZERO) + case.lost.get(key, ZERO)
        tally.balance(
            _place(case, key), "runs + stock before against outflow + feeds + stock + lost", gained, spent
        )


def check_warehouse_balance(case: Case, tally: Tally) -> None:
    """At a warehouse, each good that arrives or lies there leaves, or is kept."""
    for key in _goods(case, "warehouse"):
        gained = case.inflow.get(key, ZERO) + case.before(key) + case.drawn.get(key, ZERO)
        spent = case.outflow.get(key, ZERO) + case.stocked.get(key, ZERO) + case.lost.get(key, ZERO)
        tally.balance(
            _place(case, key), "inflow + stock before against outflow + stock + lost", gained, spent
        )


def _goods(case: Case, role: str) -> Iterator[Spot]:
    """Yield every (location of the role, good, period) at which anything moves or lies."""
    initial = (
        (location, initial_stock(location, item), 0)
        for (location, item), row in case.instance.inventory.items()
        if row.initial
    )
    after = ((location, good, t + 1) for location, good, t in case.stocked if t + 1 < len(case.times))
    tables = (case.inflow, case.outflow, case.made, case.fed, case.stocked, case.lost, case.drawn)
    keys = {key for table in tables for key in table}.union(initial, after)
    yield from sorted(key for key in keys if case.instance.role(key[0]) == role)


def check_stock_before(case: Case, tally: Tally) -> None:
    """The stock before is what was left of the period before, or the initial stock."""
    for row in case.stock:
        if row.is_strategic:
            continue
        before = case.before((row.location, row.good, case.t(row.period)))
        tally.balance(f"stock.csv:{row.row}", "stock before", row.before, before)


def check_stock_lost(case: Case, tally: Tally) -> None:
    """Stock is lost exactly where its location is not usable."""
    for row in case.stock:
        if row.is_strategic:
            continue
        usable = case.is_usable(row.location, case.t(row.period))
        tally.balance(f"stock.csv:{row.row}", "stock lost", row.lost, ZERO if usable else row.before)


def check_stock_limit(case: Case, tally: Tally) -> None:
    """The stock of an item stays within max_stock, and lies only where inventory.csv has a row."""
    kept = summed(
        ((row.location, row.item, case.t(row.period)), row.quantity)
        for row in case.stock
        if not row.is_strategic
    )
    for (location, item, t), quantity in sorted(kept.items()):
        row = case.instance.inventory.get((location, item))
        limit = row.max_stock if row else ZERO
        tally.at_most(f"location {location}, item {item}, {_period(case, t)}", "stock", quantity, limit)


def check_buffer(case: Case, tally: Tally) -> None:
    """The buffer is the same in every period, within buffer_max; base never draws from it, a scenario no more than it.

    What is drawn enters where it is kept, if that can be used.
    """
    kept = summed(
        ((row.location, row.item, case.t(row.period)), row.quantity) for row in case.stock if row.is_strategic
    )
    for (location, item, t), quantity in sorted(kept.items()):
        row = case.instance.inventory.get((location, item))
        place = f"location {location}, item {item}, {_period(case, t)}"
        tally.at_most(place, "buffer", quantity, row.buffer_max if row else ZERO)
        tally.balance(place, "buffer against the first period", quantity, kept.get((location, item, 0), ZERO))
    for each in case.stock:
        place = f"stock.csv:{each.row}"
        if each.scenario == BASE:
            tally.at_most(place, "drawn from the buffer in base", abs(each.draw), ZERO)
        elif each.draw:
            home = (each.deal, each.source) == ("buffer", each.location)
            tally.require(home, place, "is no strategic stock of the place, but drawn from")
            tally.require(
                case.is_usable(each.location, case.t(each.period)),
                place,
                "is drawn, but the place is not usable",
            )
    drawn = summed(((row.location, row.item), row.draw) for row in case.stock)
    for (location, item), quantity in sorted(drawn.items()):
        place = f"location {location}, item {item}, scenario {case.scenario}"
        limit = case.buffers.get((location, item), ZERO)
        tally.at_most(place, "drawn over the horizon against the buffer", quantity, limit)


def _period(case: Case, t: int) -> str:
    return f"period {case.instance.calendar.periods[t]}" if t >= 0 else "an unknown period"


def _place(case: Case, spot: Spot) -> str:
    location, good, t = spot
    return f"location {location}, item {good}, {_period(case, t)}"
