"""A flow of a plan with what the instance says of it: its lane, its good, and all that customs take of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.audit.border import Arrival
from planner.audit.duties import Charge
from planner.audit.instance import Good, Instance
from planner.audit.lanes import Route
from planner.audit.plan_tables import Flow
from planner.audit.reader import ZERO


@dataclass(frozen=True, slots=True)
class Shipment:
    """A flow whose lane, good and period are known; `base` is the value that duties are charged on."""

    flow: Flow
    t: int
    route: Route
    good: Good
    importer: str
    base: Decimal
    charges: tuple[Charge, ...] = ()
    fees: tuple[Charge, ...] = ()
    claim_cost: Decimal = ZERO

    @property
    def crosses(self) -> bool:
        """Whether the flow enters another country."""
        return bool(self.importer)


def shipment(instance: Instance, flow: Flow, t: int) -> Shipment | None:
    """Return the flow with its prices, or None where the instance does not know its lane, good or period."""
    route = instance.lanes.route(flow.origin, flow.destination, flow.mode, flow.item)
    good = instance.good(flow.item, flow.source, flow.deal, t)
    if route is None or good is None or t < 0:
        return None
    if not instance.crosses(flow.origin, flow.destination):
        return Shipment(flow, t, route, good, "", good.value)
    arrival = Arrival(instance, flow.item, good, route, flow.destination, t)
    entry = arrival.entry(flow.claimed, flow.regime)
    return Shipment(
        flow,
        t,
        route,
        good,
        importer=arrival.importer,
        base=arrival.base,
        charges=arrival.duties(entry),
        fees=arrival.fees(entry),
        claim_cost=instance.agreements.claim_cost(flow.claimed, instance.items[flow.item]),
    )
