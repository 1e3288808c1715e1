"""Checks of the landed cost: its sum, and what each demand bears of the costs that belong to single units.

A node is a good at a place in a period, or a demand. A cost is first borne where the unit that caused it
arrives or is made. A node passes on all that it bears to where its goods go, in proportion to the units; what
never reaches a demand that is met is borne by all units sold in the period in which it was spent. How joint
costs (a lane's fixed cost, a plant's) are shared is the plan's own matter: of those only the sum is checked,
but for a plant's duty regimes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from planner.audit import money
from planner.audit.case import Case, summed
from planner.audit.goods import GoodId
from planner.audit.reader import ZERO
from planner.audit.report import Tally
from planner.audit.shipment import Shipment

Node = tuple[str, ...]
Costs = dict[str, Decimal]
DUST = Decimal("1e-9")
ROUNDS = 200
NOWHERE: Node = ("nowhere",)


def check_landed_sum(case: money.Books, tally: Tally) -> None:
    """Landed cost a unit times what was met adds up to the ledger, component by component."""
    met = summed(
        ((row.market, row.item, row.period), row.met * case.futures.weight(row.scenario, case.t(row.period)))
        for row in case.shortages
        if row.scenario in case.futures.probability
    )
    if not any(met.values()):
        return
    borne = summed(
        (row.component, row.per_unit * met.get((row.market, row.item, row.period), ZERO))
        for row in case.landed
    )
    ledger = case.by_component
    for component in sorted((set(borne) | set(ledger)) - {"shortage"}):
        expected = ledger.get(component, ZERO)
        tally.money("landed_cost.csv", f"sum of {component}", borne.get(component, ZERO), expected)


def check_landed_figure(case: money.Books, tally: Tally) -> None:
    """Each demand bears its share of what single goods and flows cost, and of its plants' regimes, as traced.

    What stock costs that several scenarios go on with is shared between them: then only the sum is checked.
    """
    if len(case.paths) > 1:
        return
    met = {
        _demand(row.market, row.item, case.t(row.period)): row.met for row in case.shortages if row.met > DUST
    }
    if not met:
        return
    traced = _traced(case, met)
    stated = {(_demand(row.market, row.item, case.t(row.period)), row.component): row for row in case.landed}
    components = {component for costs in traced.values() for component in costs}
    for node, units in met.items():
        for component in sorted(components):
            row = stated.get((node, component))
            found = row.per_unit * units if row else ZERO
            place = f"landed_cost.csv:{row.row}" if row else f"landed_cost.csv: {' '.join(node[1:])}"
            expected = traced.get(node, {}).get(component, ZERO)
            tally.money(place, f"{component} of all units", found, expected)


def _traced(case: Case, met: Mapping[Node, Decimal]) -> Mapping[Node, Costs]:
    """Return the discounted money of each component that each demand bears."""
    links = _links(case)
    live = _live(links, met)
    bearing: dict[Node, Costs] = defaultdict(dict)
    stranded: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    for node, t, component, amount in _direct(case):
        discounted = amount * case.instance.calendar.discount[t]
        if node in live:
            bearing[node][component] = bearing[node].get(component, ZERO) + discounted
        else:
            stranded[t, component] += discounted
    kept = {
        node: {to: units for to, units in ends.items() if to in live}
        for node, ends in links.items()
        if node in live
    }
    borne = _passed_on(bearing, kept)
    for (t, component), amount in stranded.items():
        for node, share in _sold(met, t).items():
            borne[node][component] = borne[node].get(component, ZERO) + amount * share
    return borne


def _passed_on(
    bearing: Mapping[Node, Costs], links: Mapping[Node, Mapping[Node, Decimal]]
) -> dict[Node, Costs]:
    """Return what ends at nodes without links: demands. Costs move one link a round, until all have arrived."""
    arrived: dict[Node, Costs] = defaultdict(dict)
    moving = bearing
    for _ in range(ROUNDS):
        after: dict[Node, Costs] = defaultdict(dict)
        for node, costs in moving.items():
            ends = links.get(node, {})
            if not ends:
                _add(arrived[node], costs, Decimal(1))
                continue
            total = sum(ends.values(), ZERO)
            for to, units in ends.items():
                _add(after[to], costs, units / total)
        moving = after
        if not moving:
            break
    return arrived


def _add(to: Costs, costs: Costs, share: Decimal) -> None:
    for component, amount in costs.items():
        to[component] = to.get(component, ZERO) + amount * share


def _sold(met: Mapping[Node, Decimal], t: int) -> Mapping[Node, Decimal]:
    """Return each demand's share of the units sold in period t; of all units, where none are."""
    sold = {node: units for node, units in met.items() if node[-1] == str(t)} or met
    total = sum(sold.values(), ZERO)
    return {node: units / total for node, units in sold.items()}


def _links(case: Case) -> Mapping[Node, Mapping[Node, Decimal]]:
    """Return the units that pass from each node to others."""
    links: dict[Node, dict[Node, Decimal]] = defaultdict(dict)
    for node, to, units in _passing(case):
        if units > DUST:
            links[node][to] = links[node].get(to, ZERO) + units
    return links


def _passing(case: Case) -> Iterator[tuple[Node, Node, Decimal]]:
    for shipment in case.shipments:
        flow = shipment.flow
        yield _good(flow.origin, flow.good, shipment.t), _end(case, shipment), flow.quantity
    for feed in case.feeds:
        t = case.t(feed.period)
        made = _good(feed.location, feed.batch.good, t)
        yield _good(feed.location, feed.good, t), made, feed.quantity
    for row in case.stock:
        t = case.t(row.period)
        if not row.is_strategic and t + 1 < len(case.times):
            yield _good(row.location, row.good, t), _good(row.location, row.good, t + 1), row.quantity


def _live(links: Mapping[Node, Mapping[Node, Decimal]], met: Mapping[Node, Decimal]) -> set[Node]:
    """Return the nodes from which something reaches a demand that is met."""
    back: dict[Node, list[Node]] = defaultdict(list)
    for node, ends in links.items():
        for to in ends:
            back[to].append(node)
    live, waiting = set(met), list(met)
    while waiting:
        for node in back[waiting.pop()]:
            if node not in live:
                live.add(node)
                waiting.append(node)
    return live


def _direct(case: Case) -> Iterator[tuple[Node, int, str, Decimal]]:
    """Yield (node, period position, component, undiscounted money) of costs that can be traced."""
    lacking = any(row.unused for row in case.lanes)
    for shipment in case.shipments:
        end = _end(case, shipment)
        for component, amount in _flow_costs(case, shipment):
            if component != "freight" or not lacking:
                yield end, shipment.t, component, amount
    for run in case.runs:
        t = case.t(run.period)
        cost = money.conversion_cost(case, run.location, run.item, run.recipe, t)
        yield _good(run.location, run.good, t), t, "conversion", run.quantity * cost
    for row in case.relief:
        t = case.t(row.period)
        yield _good(row.location, row.good, t), t, "relief", -row.relief
    yield from _regimes(case)


def _flow_costs(case: Case, shipment: Shipment) -> Iterator[tuple[str, Decimal]]:
    """Yield what each component costs a shipment."""
    flow = shipment.flow
    units = flow.quantity
    if case.instance.role(flow.origin) == "supplier":
        yield "purchase", units * shipment.good.unit_cost
    if case.instance.role(flow.origin) == "warehouse":
        yield "conversion", units * money.conversion_cost(case, flow.origin, flow.item, "", shipment.t)
    yield "freight", units * money.freight_per_unit(shipment)
    yield "handling", units * money.handling_per_unit(case, shipment)
    yield "insurance", units * money.insurance_per_unit(case, shipment)
    yield "pipeline", units * money.pipeline_per_unit(case, shipment)
    yield "claim", units * shipment.claim_cost
    for charge in shipment.charges:
        yield f"duty:{charge.programme}", case.duty(shipment, charge)
    for fee in shipment.fees:
        yield fee.programme, case.duty(shipment, fee)


def _regimes(case: Case) -> Iterator[tuple[Node, int, str, Decimal]]:
    """Yield what each good of a plant bears of its regimes: by the capacity that making it used, or by units."""
    for row in case.regimes:
        t = case.t(row.period)
        runs = [run for run in case.runs if (run.location, run.period) == (row.location, row.period)]
        weights = [run.quantity * case.capacity_use(run) for run in runs]
        if not any(weights):
            weights = [run.quantity for run in runs]
        whole = sum(weights, ZERO)
        cost = money.regime_cost(case, row)
        if not whole:
            yield NOWHERE, t, "regime", cost
        for run, weight in zip(runs, weights, strict=True):
            yield _good(run.location, run.good, t), t, "regime", cost * money.share(weight, whole)


def _end(case: Case, shipment: Shipment) -> Node:
    """Return the node at which a shipment arrives."""
    flow = shipment.flow
    if case.instance.role(flow.destination) == "market":
        return _demand(flow.destination, flow.item, shipment.t)
    return _good(flow.destination, flow.good, shipment.t)


def _demand(market: str, item: str, t: int) -> Node:
    return "demand", market, item, str(t)


def _good(location: str, good: GoodId, t: int) -> Node:
    return "good", location, *good, str(t)
