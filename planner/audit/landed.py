"""Checks of the landed cost: its sum, and what each demand bears of the costs that belong to single units.

A node is a good at a place in a period of a scenario, or a demand in it; until its first event a scenario is base.
A cost is first borne where the unit that caused it arrives or is made. A node passes on all that it bears to where
its goods go, in proportion to the units; stock that is there when scenarios leave base goes to each of them, and to
what is left of base, by their probabilities. What never reaches a demand that is met is borne by all units sold in
the period in which it was spent. How joint costs (a lane's fixed cost, a plant's) are shared is the plan's own
matter: of those only the sum is checked, but for a plant's duty regimes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, product

from planner.audit import money
from planner.audit.case import Case, summed
from planner.audit.events import BASE
from planner.audit.goods import GoodId
from planner.audit.money import share
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
    """Each demand bears its share of what single goods and flows cost, and of its plants' regimes, as traced."""
    lived = [case.own(name) for name in case.futures.probability] if len(case.paths) > 1 else [case]
    met = {
        _demand(own, row.market, row.item, case.t(row.period)): row.met * _weight(own, case.t(row.period))
        for own in lived
        for row in own.shortages
        if row.met > DUST
    }
    met = {node: units for node, units in met.items() if units}
    if not met:
        return
    traced = _traced(lived, met)
    units = summed((_named(node), expected) for node, expected in met.items())
    borne = summed(
        ((*_named(node), component), amount)
        for node, costs in traced.items()
        for component, amount in costs.items()
    )
    stated = {(row.market, row.item, str(case.t(row.period)), row.component): row for row in case.landed}
    components = sorted({component for costs in traced.values() for component in costs})
    for demand, component in product(units, components):
        row = stated.get((*demand, component))
        found = row.per_unit * units[demand] if row else ZERO
        place = f"landed_cost.csv:{row.row}" if row else f"landed_cost.csv: {' '.join(demand)}"
        tally.money(place, f"{component} of all units", found, borne.get((*demand, component), ZERO))


def _weight(own: Case, t: int) -> Decimal:
    """Return the probability that a period of a scenario is lived through."""
    return own.futures.weight(own.scenario, t)


def _traced(lived: Sequence[Case], met: Mapping[Node, Decimal]) -> Mapping[Node, Costs]:
    """Return the expected discounted money of each component that each demand bears."""
    links = _links(lived)
    live = _live(links, met)
    discount = lived[0].instance.calendar.discount
    bearing: dict[Node, Costs] = defaultdict(dict)
    stranded: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    for node, t, component, expected in _direct(lived):
        discounted = expected * discount[t]
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
        for node, part in _sold(met, t).items():
            borne[node][component] = borne[node].get(component, ZERO) + amount * part
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


def _add(to: Costs, costs: Costs, part: Decimal) -> None:
    for component, amount in costs.items():
        to[component] = to.get(component, ZERO) + amount * part


def _sold(met: Mapping[Node, Decimal], t: int) -> Mapping[Node, Decimal]:
    """Return each demand's share of the units sold in period t; of all units, where none are."""
    sold = {node: units for node, units in met.items() if node[-1] == str(t)} or met
    total = sum(sold.values(), ZERO)
    return {node: units / total for node, units in sold.items()}


def _links(lived: Sequence[Case]) -> Mapping[Node, Mapping[Node, Decimal]]:
    """Return the units that pass from each node to others."""
    links: dict[Node, dict[Node, Decimal]] = defaultdict(dict)
    for node, to, units in chain(*map(_moved, lived), _kept(lived)):
        if units > DUST:
            links[node][to] = links[node].get(to, ZERO) + units
    return links


def _moved(own: Case) -> Iterator[tuple[Node, Node, Decimal]]:
    """Yield what is shipped and consumed in a scenario."""
    for shipment in own.shipments:
        flow = shipment.flow
        yield _good(own, flow.origin, flow.good, shipment.t), _end(own, shipment), flow.quantity
    for feed in own.feeds:
        t = own.t(feed.period)
        made = _good(own, feed.location, feed.batch.good, t)
        yield _good(own, feed.location, feed.good, t), made, feed.quantity


def _kept(lived: Sequence[Case]) -> Iterator[tuple[Node, Node, Decimal]]:
    """Yield what is in stock at the end of a period, by the scenarios that go on with it."""
    for own in lived:
        for row in own.stock:
            t = own.t(row.period) + 1
            follow = [] if row.is_strategic or t == len(own.times) else _following(lived, own, t)
            whole = sum((_weight(after, t) for after in follow), ZERO)
            for after in follow:
                part = row.quantity * share(_weight(after, t), whole)
                yield _good(own, row.location, row.good, t - 1), _good(after, row.location, row.good, t), part


def _following(lived: Sequence[Case], own: Case, t: int) -> list[Case]:
    """Return what may come in period t after a scenario: itself, and after base those that begin then."""
    begin = [each for each in lived if own.scenario == BASE and own.futures.first.get(each.scenario) == t]
    return [own, *begin]


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


def _direct(lived: Sequence[Case]) -> Iterator[tuple[Node, int, str, Decimal]]:
    """Yield (node, period position, component, expected money) of costs that can be traced."""
    lacking = any(row.unused for own in lived for row in own.lanes)
    for own in lived:
        for node, t, component, amount in _operated(own):
            if component != "freight" or not lacking:
                yield node, t, component, amount * _weight(own, t)
    yield from _regimes(lived)


def _operated(own: Case) -> Iterator[tuple[Node, int, str, Decimal]]:
    """Yield what shipments, runs and relief come to in a scenario."""
    for shipment in own.shipments:
        for component, amount in _flow_costs(own, shipment):
            yield _end(own, shipment), shipment.t, component, amount
    for run in own.runs:
        t = own.t(run.period)
        cost = money.conversion_cost(own, run.location, run.item, run.recipe, t)
        yield _good(own, run.location, run.good, t), t, "conversion", run.quantity * cost
    for row in own.relief:
        t = own.t(row.period)
        yield _good(own, row.location, row.good, t), t, "relief", -row.relief


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


def _regimes(lived: Sequence[Case]) -> Iterator[tuple[Node, int, str, Decimal]]:
    """Yield what each good of a plant bears of its regimes: by the capacity that making it used, or by units."""
    for row in lived[0].regimes:
        t = lived[0].t(row.period)
        runs = [
            (own, run)
            for own in lived
            for run in own.runs
            if (run.location, run.period) == (row.location, row.period)
        ]
        weights = [run.quantity * own.capacity_use(run) * _weight(own, t) for own, run in runs]
        if not any(weights):
            weights = [run.quantity * _weight(own, t) for own, run in runs]
        whole = sum(weights, ZERO)
        cost = money.regime_cost(lived[0], row)
        if not whole:
            yield NOWHERE, t, "regime", cost
        for (own, run), weight in zip(runs, weights, strict=True):
            yield _good(own, run.location, run.good, t), t, "regime", cost * share(weight, whole)


def _end(own: Case, shipment: Shipment) -> Node:
    """Return the node at which a shipment arrives."""
    flow = shipment.flow
    if own.instance.role(flow.destination) == "market":
        return _demand(own, flow.destination, flow.item, shipment.t)
    return _good(own, flow.destination, flow.good, shipment.t)


def _demand(own: Case, market: str, item: str, t: int) -> Node:
    return "demand", own.scenario, market, item, str(t)


def _named(demand: Node) -> Node:
    """Return market, item and period of a demand: landed_cost.csv has the mean over the scenarios."""
    return demand[2:]


def _good(own: Case, location: str, good: GoodId, t: int) -> Node:
    return "good", own.scenario, location, *good, str(t)
