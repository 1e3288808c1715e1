"""Checks that every flow uses a lane and a good that exist, and that lanes and gateways can carry it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from planner.audit.case import Case, summed
from planner.audit.instance import STOCK_DEALS, Instance
from planner.audit.lanes import weight
from planner.audit.plan_tables import Flow, LaneState
from planner.audit.reader import ONE, ZERO
from planner.audit.report import FEASIBILITY, Tally
from planner.audit.tables import Lane


def check_flow_lane(case: Case, tally: Tally) -> None:
    """Every flow has a row of lanes.csv."""
    for flow in case.flows:
        route = case.at(case.t(flow.period)).lanes.route(flow.origin, flow.destination, flow.mode, flow.item)
        what = f"no lane carries {flow.item} from {flow.origin} to {flow.destination} by {flow.mode}"
        tally.require(route is not None, f"flows.csv:{flow.row}", what)


def check_flow_good(case: Case, tally: Tally) -> None:
    """Every flow is of a good that exists, and leaves from where it may: plants ship what they make."""
    for flow in case.flows:
        place, t = f"flows.csv:{flow.row}", case.t(flow.period)
        good = case.at(t).good(flow.item, flow.source, flow.deal, t)
        what = f"{flow.source} has no {flow.item} under {flow.deal!r}"
        tally.require(good is not None, place, what)
        if good is None:
            continue
        tally.require(
            _may_ship(case, flow), place, f"{flow.origin} may not ship {flow.item} from {flow.source}"
        )
        fresh = good.current or case.instance.role(flow.origin) != "supplier"
        tally.require(fresh, place, f"contract {flow.deal!r} is not on offer in the period")


def _may_ship(case: Case, flow: Flow) -> bool:
    """Whether the good may leave: warehouses pass on anything, others only what they make or sell."""
    if case.instance.role(flow.origin) == "warehouse":
        return True
    makes = flow.deal not in STOCK_DEALS or (flow.origin, flow.item) in case.instance.made
    return flow.source == flow.origin and makes


def check_run_recipe(case: Case, tally: Tally) -> None:
    """Every run has a row of production.csv in its period."""
    for run in case.runs:
        key = (run.location, run.item, run.recipe)
        known = case.instance.production.get(key, case.t(run.period)) is not None
        at_plant = case.instance.role(run.location) == "plant"
        tally.require(
            known and at_plant,
            f"production.csv:{run.row}",
            f"{run.location} cannot make {run.item} like this",
        )


def check_feed_run(case: Case, tally: Tally) -> None:
    """Every feed is of a good that exists and belongs to a run of its period."""
    runs = {(run.period, run.batch) for run in case.runs}
    for feed in case.feeds:
        place = f"feeds.csv:{feed.row}"
        tally.require((feed.period, feed.batch) in runs, place, "has no run to feed")
        t = case.t(feed.period)
        good = case.at(t).good(feed.component, feed.source, feed.deal, t)
        tally.require(good is not None, place, f"{feed.source} has no {feed.component} under {feed.deal!r}")


def check_max_transit(case: Case, tally: Tally) -> None:
    """Goods reach a market within its max_transit_days, gateways included."""
    for shipment in case.shipments:
        flow = shipment.flow
        demand = case.instance.demand.get((flow.destination, flow.item), shipment.t)
        if demand is None or demand.max_transit_days is None or flow.quantity <= FEASIBILITY:
            continue
        place = f"flows.csv:{flow.row}"
        tally.at_most(place, "days on the way", shipment.route.days, demand.max_transit_days)


def check_single_source(case: Case, tally: Tally) -> None:
    """Demand with single_source comes over one lane in each period."""
    arrived = summed(
        ((row.destination, row.item, case.t(row.period), row.origin, row.mode), row.quantity)
        for row in case.flows
    )
    lanes: defaultdict[tuple[str, str, int], list[Decimal]] = defaultdict(list)
    for (market, item, t, _, _), quantity in arrived.items():
        lanes[market, item, t].append(quantity)
    for key, t, row in case.instance.demand.items():
        if not row.single_source:
            continue
        quantities = lanes.get((*key, t), [ZERO])
        place = f"market {row.market}, item {row.item}, period {case.instance.calendar.periods[t]}"
        tally.balance(place, "the largest lane against all of it", max(quantities), sum(quantities, ZERO))


def lane_of(case: Case, row: LaneState) -> Lane | None:
    """Return the row of the instance's lanes.csv that a row of the plan's stands for, as it is in the period."""
    return _lane(case.at(case.t(row.period)), row)


def written_lane(case: Case, row: LaneState) -> Lane | None:
    """Return the same row as the user wrote it: what the design pays for."""
    return _lane(case.instance, row)


def _lane(instance: Instance, row: LaneState) -> Lane | None:
    entries = tuple(entry.strip() for entry in (row.item or "*").split(";"))
    return instance.lanes.row(row.origin, row.destination, row.mode, entries)


def check_lane_row(case: Case, tally: Tally) -> None:
    """lanes.csv has the true load of each lane, and misses none that has a limit or a fixed cost."""
    stated: set[tuple[str, str, str, int, int]] = set()
    for row in case.lanes:
        lane, place = lane_of(case, row), f"lanes.csv:{row.row}"
        tally.require(lane is not None, place, "no row of the instance's lanes is this one")
        if lane is None:
            continue
        key = (row.origin, row.destination, row.mode, lane.row, case.t(row.period))
        stated.add(key)
        tally.balance(place, "load", row.load, case.loads.get(key, ZERO))
        tally.money(place, "freight of what is unused", row.freight_unused, row.unused * lane.unit_cost)
    limited = {lane.row for lane in case.instance.lane_rows if _is_limited(lane)}
    for key, units in case.shipped.items():
        missing = key[3] in limited and units > FEASIBILITY and key not in stated
        tally.require(not missing, f"lane {key[0]}>{key[1]} by {key[2]}", "its row in lanes.csv is missing")


def _is_limited(lane: Lane) -> bool:
    return lane.capacity.is_finite() or lane.fixed_cost > 0 or lane.min_quantity > 0


def check_lane_capacity(case: Case, tally: Tally) -> None:
    """What passes a lane stays within its capacity, joint over items."""
    rows = {lane.row: lane for lane in case.instance.lane_rows}
    for (origin, destination, mode, row, t), load in case.loads.items():
        place = f"lane {origin}>{destination} by {mode}, period {case.instance.calendar.periods[t]}"
        lane = case.at(t).lanes.after(origin, destination, rows[row])
        tally.at_most(place, "load", load, lane.capacity)


def check_lane_link(case: Case, tally: Tally) -> None:
    """A lane with a fixed cost or a minimum carries nothing unless it is used."""
    for row in case.lanes:
        lane = lane_of(case, row)
        if lane and (lane.fixed_cost > 0 or lane.min_quantity > 0) and row.used < ONE:
            key = (row.origin, row.destination, row.mode, lane.row, case.t(row.period))
            shipped = case.shipped.get(key, ZERO)
            tally.at_most(f"lanes.csv:{row.row}", "units on a lane not used", shipped, ZERO)


def check_lane_minimum(case: Case, tally: Tally) -> None:
    """What is not shipped of a used lane's minimum is counted as unused."""
    for row in case.lanes:
        lane = lane_of(case, row)
        if lane and lane.min_quantity > 0:
            key = (row.origin, row.destination, row.mode, lane.row, case.t(row.period))
            paid = case.loads.get(key, ZERO) + row.unused
            least = lane.min_quantity * row.used
            tally.at_most(f"lanes.csv:{row.row}", "minimum against load + unused", least, paid)


def check_gateway_capacity(case: Case, tally: Tally) -> None:
    """What passes a gateway stays within its capacity, joint over lanes."""
    loads = summed(
        (
            (gateway.gateway, shipment.t),
            shipment.flow.quantity * weight(gateway.per, case.instance.items[shipment.flow.item]),
        )
        for shipment in case.shipments
        for gateway in shipment.route.gateways
    )
    for (name, t), load in sorted(loads.items()):
        place = f"gateway {name}, period {case.instance.calendar.periods[t]}"
        tally.at_most(place, "load", load, case.at(t).gateways[name].capacity)
