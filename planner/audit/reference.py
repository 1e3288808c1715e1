"""Reference volumes: what the base demand of a period needs of each item, and the capacity that takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import product

from planner.audit.instance import Instance
from planner.audit.lanes import weight
from planner.audit.reader import ONE, ZERO
from planner.audit.tables import Lane


def reference_volumes(instance: Instance, t: int) -> Mapping[str, Decimal]:
    """Return base demand of a period exploded through the `base` recipes (else the first), by item."""
    volumes: dict[str, Decimal] = {}
    waiting = [(item, row.quantity) for (_, item), period, row in instance.demand.items() if period == t]
    while waiting:
        item, units = waiting.pop()
        volumes[item] = volumes.get(item, ZERO) + units
        recipe = _reference_recipe(instance, item)
        lines = instance.components.get((item, recipe), ())
        waiting.extend((line.component, units * line.quantity) for line in lines)
    return volumes


def _reference_recipe(instance: Instance, item: str) -> str:
    made_by = {
        recipe
        for place, made, recipe in instance.production
        if made == item and instance.role(place) == "plant"
    }
    recipes = sorted(made_by.union(recipe for made, recipe in instance.components if made == item))
    return "base" if "base" in recipes or not recipes else recipes[0]


def of_place(instance: Instance, location: str, t: int) -> Decimal:
    """Return the capacity units that a plant or warehouse needs for the volumes of all that it makes or handles."""
    volumes = reference_volumes(instance, t)
    keys = sorted(
        (key for key in instance.production if key[0] == location),
        key=lambda key: (key[1], key[2] != "base", key[2]),
    )
    if not keys and instance.role(location) == "warehouse":
        return sum(volumes.values(), ZERO)
    first = {item: recipe for _, item, recipe in reversed(keys)}
    total = ZERO
    for item, recipe in first.items():
        row = instance.production.get((location, item, recipe), t)
        total += (row.capacity_use if row else ONE) * volumes.get(item, ZERO)
    return total


def of_lane(instance: Instance, ends: tuple[str, str], lane: Lane, t: int) -> Decimal:
    """Return the volumes of the items that take a lane row between two places, in its `per`."""
    volumes = reference_volumes(instance, t)
    return _in_per(
        instance, lane.per, volumes, (item for item in volumes if _takes(instance, ends, lane, item))
    )


def of_gateway(instance: Instance, gateway: str, t: int) -> Decimal:
    """Return the volumes of the items that some lane brings through a gateway, in its `per`."""
    volumes = reference_volumes(instance, t)
    passing: set[str] = set()
    rows = [lane for lane in instance.lane_rows if gateway in lane.gateways]
    for lane, origin, destination in product(rows, instance.locations, instance.locations):
        passing.update(item for item in volumes if _takes(instance, (origin, destination), lane, item))
    return _in_per(instance, instance.gateways[gateway].per, volumes, passing)


def _takes(instance: Instance, ends: tuple[str, str], lane: Lane, item: str) -> bool:
    route = instance.lanes.route(*ends, lane.mode, item)
    return route is not None and route.lane.row == lane.row


def _in_per(instance: Instance, per: str, volumes: Mapping[str, Decimal], items: Iterable[str]) -> Decimal:
    return sum((volumes[item] * weight(per, instance.items[item]) for item in items), ZERO)
