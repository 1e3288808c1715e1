"""The smallest duty at which a good can be brought into a plant: what a regime gives back is measured by it.

It is taken over every lane that can bring the good and every way of entering, reduced regimes and claims
included, whichever the plan uses: nobody is given back more than he had to pay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from planner.audit.border import Arrival
from planner.audit.goods import GoodId
from planner.audit.instance import STOCK_DEALS, Good, Instance
from planner.audit.reader import ZERO
from planner.audit.tables import Relief

# programme and money a unit
Paid = tuple[tuple[str, Decimal], ...]


class Inbound:
    """Finds the ways of a good into a plant, and what each pays."""

    def __init__(self, instance: Instance, at: Callable[[int], Instance]) -> None:
        self._instance, self._at = instance, at
        self._present: dict[GoodId, tuple[frozenset[str], ...]] = {}
        self._ways: dict[tuple[str, GoodId, int], tuple[Paid, ...]] = {}

    def smallest(self, plant: str, good: GoodId, t: int, relief: Relief | None = None) -> Decimal:
        """Return the least duty of a unit: of the programmes that a regime covers, or of all."""
        sums = (
            sum((money for name, money in paid if relief is None or relief.covered(name)), ZERO)
            for paid in self._paid(plant, good, t)
        )
        return min(sums, default=ZERO)

    def _paid(self, plant: str, good: GoodId, t: int) -> tuple[Paid, ...]:
        """Return what each way pays, in the period or, where the plant keeps the item, in one before."""
        key = (plant, good, t)
        if key not in self._ways:
            kept = (plant, good.item) in self._instance.inventory
            times = range(t + 1) if kept else (t,)
            self._ways[key] = tuple(paid for then in times for paid in self._arriving(plant, good, then))
        return self._ways[key]

    def _arriving(self, plant: str, good: GoodId, t: int) -> Iterator[Paid]:
        found = self._at(t).good(good.item, good.source, good.deal, t)
        if found is None or good.source == plant:
            return
        for origin in sorted(self._presence(good)[t]):
            if self._may_go(good, origin, plant):
                yield from self._over_lanes(good, found, (origin, plant), t)

    def _over_lanes(self, good: GoodId, found: Good, ends: tuple[str, str], t: int) -> Iterator[Paid]:
        """Yield what each mode and entry between two places pays; nothing is paid within a country."""
        instance, (origin, plant) = self._at(t), ends
        for mode in instance.lanes.modes:
            route = instance.lanes.route(origin, plant, mode, good.item)
            if route is None:
                continue
            if not instance.crosses(origin, plant):
                yield ()
                continue
            arrival = Arrival(instance, good.item, found, route, plant, t)
            for entry in arrival.entries(good.status):
                yield tuple((charge.programme, charge.of(arrival.base)) for charge in arrival.duties(entry))

    def _presence(self, good: GoodId) -> tuple[frozenset[str], ...]:
        """Return the places that the good can leave in each period."""
        if good not in self._present:
            places: list[frozenset[str]] = []
            before: frozenset[str] = frozenset()
            for t in range(len(self._instance.calendar.periods)):
                kept = {place for place in before if self._may_keep(good, place)}
                before = self._spread(good, kept | self._fresh(good, t), t)
                places.append(before)
            self._present[good] = tuple(places)
        return self._present[good]

    def _spread(self, good: GoodId, start: set[str], t: int) -> frozenset[str]:
        """Follow the lanes from warehouse to warehouse."""
        reached, waiting = set(start), sorted(start)
        while waiting:
            origin = waiting.pop()
            for warehouse in self._instance.warehouses - reached:
                if self._may_go(good, origin, warehouse) and self._passes(good, origin, warehouse, t):
                    reached.add(warehouse)
                    waiting.append(warehouse)
        return frozenset(reached)

    def _passes(self, good: GoodId, origin: str, warehouse: str, t: int) -> bool:
        """Whether a lane brings the good to a warehouse that may work and handles it."""
        instance = self._at(t)
        lanes = instance.lanes
        return (
            any(lanes.route(origin, warehouse, mode, good.item) for mode in lanes.modes)
            and instance.can_work(warehouse, t)
            and instance.handles(warehouse, good.item, t)
        )

    def _may_go(self, good: GoodId, origin: str, destination: str) -> bool:
        """Whether the class of the good lets it take the lane: only straight into its country."""
        straight = self._instance.country(destination) == good.class_
        return not good.earmarked or origin != good.source or straight

    def _may_keep(self, good: GoodId, place: str) -> bool:
        earmarked = good.earmarked and place == good.source
        return (place, good.item) in self._instance.inventory and not earmarked

    def _fresh(self, good: GoodId, t: int) -> set[str]:
        """Return the source where it can bring forth the good in the period."""
        instance, source = self._at(t), good.source
        if good.deal in STOCK_DEALS:
            held = instance.inventory.get((source, good.item))
            return {source} if held and held.initial and t == 0 else set()
        if instance.role(source) == "supplier":
            offer = instance.offers.get((source, good.item, good.deal), t)
            sells = offer is not None and offer.good_status == good.status and instance.can_sell(source, t)
            return {source} if sells else set()
        makes = instance.production.get((source, good.item, good.deal), t) is not None
        return {source} if makes and instance.can_work(source, t) and self._earns(good, t) else set()

    def _earns(self, good: GoodId, t: int) -> bool:
        """Whether the status of a made good can be had in the period."""
        instance = self._at(t)
        day, country = instance.calendar.duty_day(t), instance.country(good.source)
        return not good.status or instance.agreements.in_force(good.status, country, day)
