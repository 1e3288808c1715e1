"""Which row of lanes.csv an item takes between two places, and what a unit is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from planner.audit.reader import ONE, ZERO
from planner.audit.selectors import Names, Selectors, match
from planner.audit.tables import Gateway, Item, Lane, Location


@dataclass(frozen=True, slots=True)
class Route:
    """A lane row as one item meets it: `weight` in the row's `per` (1 for units), with its gateways."""

    lane: Lane
    weight: Decimal
    gateways: tuple[Gateway, ...]
    days: Decimal


def weight(per: str, item: Item) -> Decimal:
    """Return one unit of the item in `per`: 1, kilograms or cubic metres."""
    return {"unit": ONE, "kg": item.weight_kg, "m3": item.volume_m3}[per]


LaneChange = Callable[[str, str, Lane], Lane]
"""What events make of a lane row between two places."""


def as_written(origin: str, destination: str, lane: Lane) -> Lane:  # noqa: ARG001
    """Return the lane as it stands in the table."""
    return lane


class Lanes:
    """Finds the winning row for (origin, destination, mode, item), the most specific one in that order."""

    def __init__(
        self,
        rows: Iterable[Lane],
        places: tuple[Mapping[str, Location], Mapping[str, Item], Mapping[str, Gateway]],
        selectors: Selectors,
        change: LaneChange = as_written,
    ) -> None:
        self._locations, self._items, self._gateways = places
        self._selectors, self.after = selectors, change
        self._rows: defaultdict[tuple[str, str, str], list[Lane]] = defaultdict(list)
        self._origins: set[str] = set()
        self._destinations: set[str] = set()
        for row in rows:
            self._origins.update(row.origin)
            self._destinations.update(row.destination)
            for origin in row.origin:
                for destination in row.destination:
                    self._rows[origin, destination, row.mode].append(row)
        self.modes = tuple(sorted({mode for _, _, mode in self._rows}))
        self._found: dict[tuple[str, str, str, str], Route | None] = {}

    def route(self, origin: str, destination: str, mode: str, item: str) -> Route | None:
        """Return the row that the item takes, or None where there is no such lane."""
        key = (origin, destination, mode, item)
        if key not in self._found:
            self._found[key] = self._route(*key)
        return self._found[key]

    def row(self, origin: str, destination: str, mode: str, cell: tuple[str, ...]) -> Lane | None:
        """Return the most specific row between two places whose item cell is this one, or None."""
        found = [
            (places, lane.row, lane)
            for places, lane in self._between(origin, destination, mode)
            if lane.item == cell
        ]
        return self.after(origin, destination, min(found)[2]) if found else None

    def _route(self, origin: str, destination: str, mode: str, item: str) -> Route | None:
        if item not in self._items:
            return None
        names = self._selectors.item(item)
        ranked = []
        for places, lane in self._between(origin, destination, mode):
            thing = match(lane.item, names)
            if thing is not None:
                ranked.append(((*places, thing), lane.row, lane))
        if not ranked:
            return None
        lane = self.after(origin, destination, min(ranked)[2])
        gateways = tuple(self._gateways[gateway] for gateway in lane.gateways)
        days = sum((gateway.dwell_days for gateway in gateways), lane.transit_days)
        return Route(lane, weight(lane.per, self._items[item]), gateways, days)

    def _between(self, origin: str, destination: str, mode: str) -> list[tuple[tuple[int, int], Lane]]:
        """Return the rows that cover the pair of places, with the specificity of each end."""
        if not self._can_ship(origin, destination):
            return []
        starts = _used(self._selectors.location(origin), self._origins)
        ends = _used(self._selectors.location(destination), self._destinations)
        return [
            ((from_, to), lane)
            for start, from_ in starts.items()
            for end, to in ends.items()
            for lane in self._rows.get((start, end, mode), ())
        ]

    def _can_ship(self, origin: str, destination: str) -> bool:
        start, end = self._locations.get(origin), self._locations.get(destination)
        return (
            start is not None
            and end is not None
            and origin != destination
            and start.role != "market"
            and end.role != "supplier"
        )


def _used(names: Names, used: set[str]) -> dict[str, int]:
    return {name: specificity for name, specificity in names.items() if name in used}


def load(quantity: Decimal, route: Route | None) -> Decimal:
    """Return the quantity in the lane row's `per`; nothing where there is no lane."""
    return quantity * route.weight if route else ZERO
