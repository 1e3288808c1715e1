"""What the value of a single event does to a capacity or a demand: which row it is, and the change for each unit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from planner.network.events import Event
from planner.network.parts import Parts
from planner.study.infeasible.loosened import figures, halfway
from planner_models.arrays import Flags, Floats, Ints

HALF = 0.5
Swing = tuple[Ints, Floats]  # row of the events table, -1 for none; units for each unit of its value


class Swings:
    """The events of an instance in parts. Where several act on one figure, none is named."""

    def __init__(self, own: Parts) -> None:
        self._own, self._events = own, own.events

    @cached_property
    def _halfway(self) -> Parts:
        return halfway(self._own)

    @cached_property
    def facilities(self) -> Swing:
        """Of the capacity of options [options, times]."""
        located = self._own.facilities.options["location"].to_numpy(dtype=np.int64)
        own, other = self._own.facilities.capacity, lambda: self._halfway.facilities.capacity
        return self._table("location", "capacity", own, other, lambda e: self._events.locations(e)[located])

    @cached_property
    def lanes(self) -> Swing:
        """Of the capacity of lanes [lanes, times]."""
        ways = self._own.ways
        other = lambda: self._halfway.ways.capacity  # noqa: E731 - one of several alike
        return self._table(
            "lane", "capacity", ways.capacity, other, lambda e: self._events.lanes(e, ways.lanes)
        )

    @cached_property
    def gateways(self) -> Swing:
        """Of the capacity of gateways [gateways, times]."""
        own, other = self._own.ways.gateway_capacity, lambda: self._halfway.ways.gateway_capacity
        return self._table("gateway", "capacity", own, other, self._events.gateways)

    @cached_property
    def offers(self) -> Swing:
        """Of the capacity of offers [offers of the parts]."""
        frame = self._own.offers
        location, item, t = (frame[name].to_numpy(dtype=np.int64) for name in ("location", "item", "t"))
        return self._column(
            ("location", "capacity"),
            figures(frame["capacity"]),
            lambda: figures(self._halfway.offers["capacity"]),
            t,
            lambda e: self._events.locations(e)[location] & self._events.items(e)[item],
        )

    @cached_property
    def demands(self) -> Swing:
        """Of the quantity of demands [demands of the parts]: for each unit by which the value falls."""
        frame = self._own.demands
        market, item, t = (frame[name].to_numpy(dtype=np.int64) for name in ("location", "item", "t"))
        return self._column(
            ("demand", "quantity"),
            figures(frame["quantity"]),
            lambda: figures(self._halfway.demands["quantity"]),
            t,
            lambda e: self._events.locations(e)[market] & self._events.items(e)[item],
        )

    def _table(
        self,
        kind: str,
        field: str,
        own: Floats,
        other: Callable[[], Floats],
        chosen: Callable[[Event], Flags],
    ) -> Swing:
        times = own.shape[1]
        event, gain = self._column(
            (kind, field),
            own.ravel(),
            lambda: other().ravel(),
            np.tile(np.arange(times), len(own)),
            lambda e: np.repeat(chosen(e), times),
        )
        return event.reshape(own.shape), gain.reshape(own.shape)

    def _column(
        self,
        what: tuple[str, str],
        own: Floats,
        other: Callable[[], Floats],
        t: Ints,
        chosen: Callable[[Event], Flags],
    ) -> Swing:
        """Figures are affine in the value of an event, so that half the way to a factor of 1 shows what a unit does."""
        row, acting, gain = np.full(len(own), -1), np.zeros(len(own), dtype=np.int64), np.zeros(len(own))
        for event in self._events.of(*what):
            at = np.flatnonzero(np.isin(t, event.times) & chosen(event))
            acting[at] += 1
            row[at] = event.row
            if event.op == "multiply":
                way = HALF * (1 - float(self._own.instance.tables["events"]["value"].iloc[event.row]))
                with np.errstate(invalid="ignore"):
                    gain[at] = np.abs(other()[at] - own[at]) / abs(way) if way else 0.0
            else:
                gain[at] = 1.0
        gain = np.where(np.isfinite(gain), gain, 0.0)
        return np.where((acting == 1) & (gain > 0), row, -1), gain
