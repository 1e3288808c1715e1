"""Selectors: which locations, countries or items a cell names, and how specifically."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import pandas as pd

from planner.instance.countries import COUNTRIES
from planner.instance.fields import PREFIXES, nearest
from planner.instance.remembered import remembered

if TYPE_CHECKING:
    from planner.instance.instance import Instance

Among = Literal["location", "country", "item", "gateway"]
_RANKS = {"group": 1, "country": 2, "region": 3, "role": 4, "ally": 4}
EVERYTHING = "*"
# the columns that say which ids a selector names
MEMBER_COLUMNS = {
    "locations": ("location", "role", "country"),
    "countries": ("country", "region", "ally"),
    "groups": ("group", "member"),
    "items": ("item",),
}
LEAST_SPECIFIC = 5


def entries(cell: str) -> tuple[str, ...]:
    """The entries of a list or selector cell."""
    return tuple(entry for entry in cell.split(";") if entry)


def is_plain(entry: str) -> bool:
    """Whether an entry is an id (in a country column: a code) and not a wider selector."""
    return (
        entry != EVERYTHING and entry.partition(":")[0] not in _RANKS if ":" in entry else entry != EVERYTHING
    )


class Selectors:
    """Resolves selector cells against the locations, countries, groups and items of an instance."""

    def __init__(self, instance: Instance | Mapping[str, pd.DataFrame]) -> None:
        tables = instance if isinstance(instance, Mapping) else instance.tables
        places = tables["locations"]
        self._sets: dict[str, dict[str, dict[str, None]]] = {}
        self._cells: dict[tuple[str, str], tuple[str, ...]] = {}
        self._plain: dict[str, frozenset[str]] = {}
        countries = _countries(tables)
        self._country_sets(tables["countries"], countries)
        self._location_sets(places)
        self._gateway_sets(tables["gateways"])
        self._sets["item"] = {EVERYTHING: dict.fromkeys(tables["items"]["item"].tolist())}
        self._groups(tables["groups"])
        self._plain = {among: frozenset(sets[EVERYTHING]) for among, sets in self._sets.items()}

    def members(self, cell: str, among: Among) -> tuple[str, ...]:
        """The ids that a cell names, each once: in the order of its entries, then of the tables.

        A country cell may name any ISO code; an entry that names nothing adds nothing.
        """
        known = self._cells.get((cell, among))
        if known is None:
            named: dict[str, None] = {}
            for entry in entries(cell):
                named.update(self.entry_members(entry, among))
            known = self._cells[cell, among] = tuple(named)
        return known

    def entry_members(self, entry: str, among: Among) -> Mapping[str, None]:
        """The ids that one entry names, as the keys of a mapping."""
        if entry in self._plain[among] or (among == "country" and entry in COUNTRIES):
            return {entry: None}
        return self._sets[among].get(entry, {})

    def specificity(self, entry: str) -> int:
        """0 for an id, 1 group, 2 country, 3 region, 4 role or ally, 5 for `*`."""
        if entry == EVERYTHING:
            return LEAST_SPECIFIC
        return _RANKS.get(entry.partition(":")[0], 0) if ":" in entry else 0

    def nearest(self, entry: str, among: Among) -> str:
        """The valid entry that is most like the given one, or nothing."""
        known = self._sets[among]
        if entry.removeprefix("country:") in COUNTRIES:
            return ""
        if ":" not in entry or entry.partition(":")[0] not in PREFIXES:
            return nearest(entry, [*self._plain[among], *known])
        return nearest(entry, known)

    def universe(self, among: Among) -> frozenset[str]:
        """Everything that `*` names."""
        return self._plain[among]

    def _country_sets(self, table: pd.DataFrame, countries: Iterable[str]) -> None:
        everything = dict.fromkeys(countries)
        allies = set(table.loc[table["ally"], "country"])
        sets = {EVERYTHING: everything, "ally:yes": {}, "ally:no": {}}
        for country in everything:
            sets["ally:yes" if country in allies else "ally:no"][country] = None
        regions: dict[str, dict[str, None]] = defaultdict(dict)
        for country, region in zip(table["country"].tolist(), table["region"].tolist(), strict=True):
            if region:
                regions[f"region:{region}"][country] = None
        sets |= regions
        # a code may stand in a selector although nothing else of the instance lies in that country
        self._sets["country"] = sets | {f"country:{code}": {code: None} for code in COUNTRIES}

    def _location_sets(self, places: pd.DataFrame) -> None:
        ids, roles, where = (places[name].tolist() for name in ("location", "role", "country"))
        sets: dict[str, dict[str, None]] = defaultdict(dict)
        sets[EVERYTHING] = dict.fromkeys(ids)
        for place, role, country in zip(ids, roles, where, strict=True):
            sets[f"role:{role}"][place] = None
            sets[f"country:{country}"][place] = None
        for entry, countries in self._sets["country"].items():
            if entry.startswith(("region:", "ally:")):
                inside = [place for country in countries for place in sets.get(f"country:{country}", ())]
                sets[entry] = dict.fromkeys(inside)
        self._sets["location"] = dict(sets)

    def _gateway_sets(self, gateways: pd.DataFrame) -> None:
        sets: dict[str, dict[str, None]] = {EVERYTHING: dict.fromkeys(gateways["gateway"].tolist())}
        where = dict(zip(gateways["gateway"].tolist(), gateways["country"].tolist(), strict=True))
        for entry, countries in self._sets["country"].items():
            if entry != EVERYTHING:
                inside = {gateway: None for gateway, country in where.items() if country in countries}
                sets |= {entry: inside} if inside else {}
        self._sets["gateway"] = sets

    def _groups(self, groups: pd.DataFrame) -> None:
        for group, member in zip(groups["group"].tolist(), groups["member"].tolist(), strict=True):
            for among, sets in self._sets.items():
                named = sets.setdefault(f"group:{group}", {})
                if member in sets[EVERYTHING] or (among == "country" and member in COUNTRIES):
                    named[member] = None
                if among == "location":
                    named.update(sets.get(f"country:{member}", {}))


@remembered
def selectors_of(instance: Instance) -> Selectors:
    """The selectors of an instance."""
    return Selectors(instance)


def _countries(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The countries that the instance speaks of, in the order of their codes."""
    columns = [("countries", "country"), ("locations", "country")]
    columns += [(table, "origin") for table in ("offers", "production", "inventory")]
    codes: set[str] = set()
    for table, column in columns:
        codes.update(tables[table][column].unique().tolist())
    return sorted(codes - {""})
