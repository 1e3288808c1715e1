"""Scenarios: the instance as it is in each period of each, after all that its events change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property, partial

from planner.audit import reference
from planner.audit.agreements import Agreements
from planner.audit.duties import Duties
from planner.audit.instance import Instance
from planner.audit.lanes import Lanes
from planner.audit.reader import ONE, ZERO, Rates
from planner.audit.selectors import match
from planner.audit.tables import Demand, Event, Facility, Gateway, Item, Lane, Offer, Production, Tariff

BASE = "base"
NEGLIGIBLE = Decimal("1e-9")
Key = tuple[str, str, str]


class Futures:
    """Base, and the scenarios that leave it: those with events and a probability."""

    def __init__(self, base: Instance, at_rates: Callable[[Rates], Instance]) -> None:
        self.base, self._at_rates = base, at_rates
        self._events: dict[str, list[Event]] = {}
        for event in base.events:
            self._events.setdefault(event.scenario, []).append(event)
        self._known: dict[tuple[str, int], Instance] = {}
        self._moved: dict[tuple[Decimal, ...], Instance] = {}

    @cached_property
    def probability(self) -> Mapping[str, Decimal]:
        """The probability of base, with all that never leaves it, and of each scenario that does."""
        own = {
            row.scenario: row.probability
            for row in self.base.scenarios
            if row.scenario != BASE and row.scenario in self._events and row.probability
        }
        rest = max(ZERO, ONE - sum(own.values(), ZERO))
        return {BASE: rest if rest >= NEGLIGIBLE else ZERO, **own}

    @cached_property
    def first(self) -> Mapping[str, int]:
        """The period of the first event of each scenario."""
        return {
            name: min(self._span(event)[0] for event in self._events[name])
            for name in self.probability
            if name != BASE
        }

    def weight(self, scenario: str, t: int) -> Decimal:
        """Return the probability that the rows of a scenario in a period are what happens."""
        if scenario != BASE:
            return self.probability[scenario]
        later = (self.probability[name] for name, first in self.first.items() if first > t)
        return self.probability[BASE] + sum(later, ZERO)

    def has_rows(self, scenario: str, t: int) -> bool:
        """Whether a plan has rows of a scenario in a period: those of base until its first event are its own."""
        return scenario == BASE or t >= self.first.get(scenario, len(self.base.calendar.periods))

    def at(self, scenario: str, t: int) -> Instance:
        """Return the instance in a period of a scenario."""
        if t < 0 or scenario == BASE or not self.has_rows(scenario, t):
            return self.base
        key = (scenario, t)
        if key not in self._known:
            self._known[key] = _After(self, scenario, t).instance()
        return self._known[key]

    def active(self, scenario: str, t: int, kind: str, field: str) -> list[Event]:
        """Return the events that hold in a period, in file order."""
        return [
            event
            for event in self._events.get(scenario, ())
            if (event.kind, event.field) == (kind, field) and t in range(*self._span(event))
        ]

    def moved(self, scenario: str, t: int) -> Instance:
        """Return the instance with its money at the exchange rates of a period."""
        events = self.active(scenario, t, "currency", "rate")
        if not events:
            return self.base
        rates = {
            name: self.change(
                rate, [event for event in events if name in event.target or "*" in event.target]
            )
            for name, rate in self.base.rates.items()
        }
        key = tuple(rates.values())
        if key not in self._moved:
            self._moved[key] = self._at_rates(rates)
        return self._moved[key]

    def change(
        self, value: Decimal, events: list[Event], whole: Callable[[], Decimal] | None = None
    ) -> Decimal:
        """Return a figure after events; `whole` stands for an infinite one of which a part is left."""
        for event in events:
            if event.op == "set":
                value = event.value
            elif event.op == "add":
                value += event.value
            else:
                factor = self._factor(event)
                if whole is not None and value.is_infinite() and ZERO < factor < ONE:
                    value = whole()
                value = value * factor if factor else ZERO
        return value

    def _factor(self, event: Event) -> Decimal:
        """Return the factor over the whole period, of which it holds some days."""
        if event.days is None:
            return event.value
        return ONE - (ONE - event.value) * event.days / self.base.calendar.days

    def _span(self, event: Event) -> tuple[int, int]:
        calendar = self.base.calendar
        first = max(calendar.position(event.first_period), 0)
        return first, first + event.periods if event.periods else len(calendar.periods)


class _After:
    """An instance in one period of a scenario."""

    def __init__(self, futures: Futures, scenario: str, t: int) -> None:
        self.futures, self.scenario, self.t = futures, scenario, t
        self.base, self.moved = futures.base, futures.moved(scenario, t)
        self.select = self.base.selectors

    def events(self, kind: str, field: str, t: int | None = None) -> list[Event]:
        return self.futures.active(self.scenario, self.t if t is None else t, kind, field)

    def instance(self) -> Instance:
        """The tables by period have each its own figures; all else is as it is in the period."""
        moved, base = self.moved, self.base
        gateways = {name: self.gateway(row) for name, row in moved.gateways.items()}
        lapsed = {name for name in moved.agreements.names if not self.is_in_force(name)}
        return replace(
            moved,
            offers=base.offers.changed(self.offer),
            production=base.production.changed(self.recipe),
            demand=base.demand.changed(self.demand),
            suppliers=base.suppliers,
            regimes=base.regimes,
            policies=base.policies,
            facilities={
                place: {name: self.option(option) for name, option in options.items()}
                for place, options in base.facilities.items()
            },
            unlisted=dict(self.unlisted()),
            surcharge=self.surcharge,
            gateways=gateways,
            lanes=Lanes(moved.lane_rows, (moved.locations, moved.items, gateways), self.select, self.lane),
            duties=Duties(moved.tariffs, moved.fees, self.select, self.tariff),
            agreements=Agreements(moved.members, moved.origin_rules, lapsed),
        )

    def at_location(self, events: list[Event], location: str, item: str | None = None) -> list[Event]:
        """Those that are about a location, and an item of it."""
        names = self.select.location(location)
        return [
            event
            for event in events
            if match(event.target, names) is not None and (item is None or self.about(event, item))
        ]

    def about(self, event: Event, item: str) -> bool:
        """Whether an event is about an item; a blank cell means all."""
        return not event.item or match(event.item, self.select.item(item)) is not None

    def offer(self, key: Key, t: int, row: Offer) -> Offer:
        row = self.futures.moved(self.scenario, t).offers.get(key, t) or row
        location, item, _ = key
        price = self.at_location(self.events("location", "unit_cost", t), location, item)
        room = self.at_location(self.events("location", "capacity", t), location, item)
        whole = partial(self.wanted, item, t)
        capacity = self.futures.change(row.capacity, room, whole)
        before = row.capacity if row.capacity.is_finite() or not room else whole()
        left = min(ONE, capacity / before) if room and before else ONE
        return replace(
            row,
            unit_cost=self.futures.change(row.unit_cost, price),
            capacity=capacity,
            min_quantity=row.min_quantity * left,
        )

    def wanted(self, item: str, t: int) -> Decimal:
        return reference.reference_volumes(self.base, t).get(item, ZERO)

    def recipe(self, key: Key, t: int, row: Production) -> Production:
        moved = self.futures.moved(self.scenario, t).production.get(key, t) or row
        events = self.at_location(self.events("location", "unit_cost", t), key[0], key[1])
        return replace(
            moved, unit_cost=self.futures.change(moved.unit_cost, events), setup_cost=row.setup_cost
        )

    def surcharge(self, location: str, item: str) -> Decimal:
        events = self.at_location(self.events("location", "unit_cost"), location, item)
        return self.futures.change(ZERO, events)

    def demand(self, key: tuple[str, str], t: int, row: Demand) -> Demand:
        moved = self.futures.moved(self.scenario, t).demand.get(key, t) or row
        events = self.at_location(self.events("demand", "quantity", t), key[0], key[1])
        return replace(moved, quantity=self.futures.change(row.quantity, events))

    def option(self, option: Facility) -> Facility:
        return replace(option, capacity=self.capacity(option.location, option.capacity))

    def unlisted(self) -> Iterator[tuple[str, Decimal]]:
        events = self.events("location", "capacity")
        for place in self.base.locations:
            works = self.base.role(place) in {"plant", "warehouse"} and place not in self.base.facilities
            if works and self.at_location(events, place):
                yield place, self.capacity(place, Decimal("Infinity"))

    def capacity(self, location: str, stated: Decimal) -> Decimal:
        events = self.at_location(self.events("location", "capacity"), location)
        return self.futures.change(stated, events, partial(reference.of_place, self.base, location, self.t))

    def gateway(self, row: Gateway) -> Gateway:
        names = self.select.gateway(row.gateway, row.country)

        def after(field: str, value: Decimal, whole: Callable[[], Decimal] | None = None) -> Decimal:
            events = [each for each in self.events("gateway", field) if match(each.target, names) is not None]
            return self.futures.change(value, events, whole)

        return replace(
            row,
            unit_cost=after("unit_cost", row.unit_cost),
            dwell_days=after("dwell_days", row.dwell_days),
            capacity=after(
                "capacity", row.capacity, partial(reference.of_gateway, self.base, row.gateway, self.t)
            ),
        )

    def lane(self, origin: str, destination: str, row: Lane) -> Lane:
        starts, ends = self.select.location(origin), self.select.location(destination)

        def after(field: str, value: Decimal, whole: Callable[[], Decimal] | None = None) -> Decimal:
            events = [
                event
                for event in self.events("lane", field)
                if _joins(event, starts, ends) and event.mode in {"", row.mode}
            ]
            return self.futures.change(value, events, whole)

        whole = partial(reference.of_lane, self.base, (origin, destination), row, self.t)
        return replace(
            row,
            unit_cost=after("unit_cost", row.unit_cost),
            transit_days=after("transit_days", row.transit_days),
            capacity=after("capacity", row.capacity, whole),
        )

    def tariff(self, row: Tariff, origin: str, item: Item) -> Tariff:
        names = self.select.country(origin)
        events = [
            event
            for event in self.events("tariff", "rate")
            if match(event.target, names) is not None
            and (not event.importer or {"*", row.importer} & set(event.importer))
            and (not event.programme or {"*", row.programme} & set(event.programme))
            and self.about(event, item.item)
        ]
        return replace(row, rate=self.futures.change(row.rate, events)) if events else row

    def is_in_force(self, agreement: str) -> bool:
        events = [
            event for event in self.events("agreement", "in_force") if {"*", agreement} & set(event.target)
        ]
        return self.futures.change(ONE, events) > 0


def _joins(event: Event, starts: Mapping[str, int], ends: Mapping[str, int]) -> bool:
    """Whether the target of a lane event, `origin>destination`, names both ends."""
    origin, _, destination = ";".join(event.target).partition(">")
    return match(_entries(origin), starts) is not None and match(_entries(destination), ends) is not None


def _entries(cell: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in cell.split(";"))
