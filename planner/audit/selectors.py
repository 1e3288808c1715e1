"""Which rows of a table apply to a place or a thing, and which of them is the most specific.

Every place has the *names* by which a selector can call it, each with its specificity: 0 id, 1 group,
2 country, 3 region, 4 role or ally, 5 everything. A cell's match is the most specific of its entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from planner.audit.tables import Country, Location, Member

Names = Mapping[str, int]


def match(entries: Iterable[str], names: Names) -> int | None:
    """Return the specificity of the most specific entry that calls these names, or None."""
    return min((names[entry] for entry in entries if entry in names), default=None)


class Selectors:
    """The names of every location, country and item."""

    def __init__(
        self, locations: Mapping[str, Location], countries: Mapping[str, Country], members: Iterable[Member]
    ) -> None:
        self._locations = locations
        self._countries = countries
        self._groups: defaultdict[str, list[str]] = defaultdict(list)
        for member in members:
            self._groups[member.member].append(member.group)
        self._known: dict[tuple[str, str], Names] = {}

    def location(self, location: str) -> Names:
        """Return the names of a location."""
        key = ("location", location)
        if key not in self._known:
            self._known[key] = self._location(location)
        return self._known[key]

    def country(self, country: str) -> Names:
        """Return the names of a country; its bare code is its id."""
        key = ("country", country)
        if key not in self._known:
            self._known[key] = {**self._of_country(country), **self._in_groups(country), country: 0}
        return self._known[key]

    def gateway(self, gateway: str, country: str) -> Names:
        """Return the names of a gateway."""
        return {
            **self._of_country(country),
            **self._in_groups(country),
            **self._in_groups(gateway),
            gateway: 0,
        }

    def item(self, item: str) -> Names:
        """Return the names of an item."""
        key = ("item", item)
        if key not in self._known:
            self._known[key] = {"*": 5, **self._in_groups(item), item: 0}
        return self._known[key]

    def selects_location(self, entries: Iterable[str], location: str) -> bool:
        """Whether a policy's selector names the location; a bare country code counts as well."""
        names = dict(self.location(location))
        code = self._locations[location].country
        if code not in self._locations:
            names[code] = 2
        return match(entries, names) is not None

    def _location(self, location: str) -> Names:
        place = self._locations[location]
        return {
            **self._of_country(place.country),
            f"role:{place.role}": 4,
            **self._in_groups(place.country),
            **self._in_groups(location),
            location: 0,
        }

    def _of_country(self, code: str) -> dict[str, int]:
        country = self._countries.get(code, Country(code))
        names = {"*": 5, f"ally:{'yes' if country.ally else 'no'}": 4, f"country:{code}": 2}
        if country.region:
            names[f"region:{country.region}"] = 3
        return names

    def _in_groups(self, member: str) -> dict[str, int]:
        return {f"group:{group}": 1 for group in self._groups.get(member, ())}
