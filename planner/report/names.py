"""What a reader calls the places and items of an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.instance import Instance


class Names:
    """Names for reports, and roles and countries of places; the id where a row has no name."""

    def __init__(self, instance: Instance) -> None:
        places, items = instance.tables["locations"], instance.tables["items"]
        self._places = dict(zip(places["location"], places["name"], strict=True))
        self._items = dict(zip(items["item"], items["name"], strict=True))
        self.country = dict(zip(places["location"], places["country"], strict=True))
        self.role = dict(zip(places["location"], places["role"], strict=True))

    def place(self, location: str) -> str:
        """The name of a location."""
        return self._places.get(location) or location

    def item(self, item: str) -> str:
        """The name of an item."""
        return self._items.get(item) or item
