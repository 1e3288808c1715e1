"""The instance format read afresh, from plain rows: defaults, selectors, periods, money, lanes.

Written from the design of the format alone, so that it can disagree with the planner's own reading.
Rows are mappings of column to value; a column that is missing or blank has its default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from math import inf, isnan
from typing import Any

Row = dict[str, Any]
Tables = Mapping[str, Iterable[Mapping[str, Any]]]

DEFAULTS: dict[str, Row] = {
    "locations": {"location": "", "role": "", "country": ""},
    "countries": {"country": "", "region": "", "ally": "no", "customs_basis": "FOB"},
    "groups": {"group": "", "member": ""},
    "currencies": {"currency": "", "rate": 1.0},
    "items": {"item": "", "hs_code": "", "customs_value": None, "weight_kg": 0.0, "volume_m3": 0.0},
    "offers": {
        "location": "", "item": "", "contract": "base", "period": "", "unit_cost": 0.0, "capacity": inf,
        "min_quantity": 0.0, "origin": "", "originating": "",
    },
    "suppliers": {
        "location": "", "status": "approved", "qualify_cost": 0.0, "qualify_periods": 0, "fixed_cost": 0.0,
        "max_spend": inf,
    },
    "facilities": {
        "location": "", "option": "base", "status": "candidate", "fixed_cost": 0.0, "open_cost": 0.0,
        "close_cost": 0.0, "capacity": inf, "setup_periods": 0, "expands": "", "residual_share": 0.0,
        "emission_kg": 0.0,
    },
    "production": {
        "location": "", "item": "", "recipe": "base", "period": "", "unit_cost": 0.0, "capacity_use": 1.0,
        "max_quantity": inf, "setup_cost": 0.0, "origin": "", "customs_value": None, "net_cost": None,
    },
    "bom": {"item": "", "recipe": "base", "component": "", "quantity": 1.0},
    "lanes": {
        "origin": "", "destination": "", "mode": "default", "item": "*", "unit_cost": 0.0, "per": "unit",
        "transit_days": 0.0, "capacity": inf, "fixed_cost": 0.0, "min_quantity": 0.0, "gateways": "",
        "emission_kg": 0.0, "value_per_entry": None,
    },
    "gateways": {"gateway": "", "unit_cost": 0.0, "per": "unit", "dwell_days": 0.0, "capacity": inf},
    "demand": {
        "market": "", "item": "", "period": "", "quantity": 0.0, "shortage_cost": None, "price": None,
        "max_transit_days": None, "single_source": "no",
    },
    "inventory": {
        "location": "", "item": "", "initial": 0.0, "initial_value": None, "origin": "", "holding_cost": 0.0,
        "max_stock": inf,
    },
    "tariffs": {
        "importer": "", "origin": "", "programme": "", "hs": "", "item": "", "starts": "", "ends": "",
        "rate": 0.0, "specific": 0.0, "specific_per": "unit", "rule": "add", "displaces": "",
        "waived_by": "", "quota": None, "over_rate": None,
    },
    "agreements": {"agreement": "", "member": "", "starts": "", "ends": ""},
    "origin_rules": {
        "agreement": "", "hs": "", "alternative": "base", "test": "", "rvc": 0.0, "method": "transaction",
        "shift": "", "except_hs": "", "de_minimis": 0.1, "preferential_rate": 0.0, "claim_cost": 0.0,
    },
    "relief": {
        "location": "", "programme": "", "kind": "", "covers": "", "items": "*", "rate": 1.0, "lesser_of_two": "no",
        "fixed_cost": 0.0,
    },
    "fees": {
        "importer": "", "fee": "", "starts": "", "ends": "", "rate": 0.0, "min_per_entry": 0.0,
        "max_per_entry": inf, "modes": "", "exempt": "",
    },
    "policies": {
        "policy": "", "measure": "", "who": "*", "item": "*", "of": "*", "min": None, "max": None,
        "period": "", "min_share": 0.05, "penalty": None,
    },
}  # fmt: skip
KEYS = {
    "offers": ("location", "item", "contract"),
    "production": ("location", "item", "recipe"),
    "demand": ("market", "item"),
}
SHIPS, RECEIVES = ("supplier", "plant", "warehouse"), ("plant", "warehouse", "market")


def entries(cell: str) -> list[str]:
    return [entry.strip() for entry in cell.split(";") if entry.strip()]


def _blank(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and isnan(value)) or str(value) == "NaT"


def _as_day(cell: object) -> date | None:
    return None if _blank(cell) else date.fromisoformat(str(cell)[:10])


class World:
    """All that the tables say, looked up by name; money in the currency of the instance."""

    def __init__(self, tables: Tables, settings: Mapping[str, Any]) -> None:
        self.tables = {name: [self._filled(name, row) for row in tables.get(name, ())] for name in DEFAULTS}
        self.settings = settings
        self.horizon = settings.get("horizon", {})
        self.costs: Mapping[str, float] = settings.get("costs", {})
        self.periods: list[str] = list(self.horizon.get("periods", ["1"]))
        self.times = range(len(self.periods))
        self.days = float(self.horizon.get("days_per_period", 365))
        self.location = {row["location"]: row for row in self.tables["locations"]}
        self.country = {row["country"]: row for row in self.tables["countries"]}
        self.item = {row["item"]: row for row in self.tables["items"]}
        self.gateway = {row["gateway"]: row for row in self.tables["gateways"]}
        self.stock = {(row["location"], row["item"]): row for row in self.tables["inventory"]}

    @staticmethod
    def _filled(table: str, row: Mapping[str, Any]) -> Row:
        given = {name: value for name, value in row.items() if not _blank(value)}
        return {**DEFAULTS[table], "currency": "", **given}

    def role(self, location: str) -> str:
        return str(self.location[location]["role"])

    def country_of(self, location: str) -> str:
        return str(self.location[location]["country"])

    def rate(self, row: Row) -> float:
        """Instance currency for one unit of the currency of the row."""
        rates = {each["currency"]: float(each["rate"]) for each in self.tables["currencies"]}
        return rates.get(row["currency"], 1.0)

    def money(self, row: Row, column: str) -> float:
        """Money in the instance currency; 0 where blank."""
        return 0.0 if row[column] is None else float(row[column]) * self.rate(row)

    def measure(self, item: str, per: str) -> float:
        column = {"kg": "weight_kg", "m3": "volume_m3"}
        return 1.0 if per == "unit" else float(self.item[item][column[per]])

    # Periods ------------------------------------------------------------------------------------------

    @cached_property
    def starts(self) -> list[date]:
        given = [_as_day(day) for day in self.horizon.get("starts", ())]
        if given:
            return [day for day in given if day is not None]
        first = self.base_date
        months = {365: 12, 91: 3, 30: 1}.get(int(self.days) if self.days == int(self.days) else -1)
        if months is None:
            return [first + timedelta(days=self.days * t) for t in self.times]
        steps = [first.month - 1 + months * t for t in self.times]
        return [date(first.year + step // 12, step % 12 + 1, first.day) for step in steps]

    @property
    def base_date(self) -> date:
        given = _as_day(self.settings["instance"].get("base_date"))
        starts = self.horizon.get("starts", ())
        return given or (_as_day(starts[0]) if starts else None) or date(2027, 1, 1)

    def discount(self, t: int) -> float:
        years = (self.starts[t] - self.base_date).days / 365
        return float((1 + self.horizon.get("discount_rate", 0.0)) ** -years)

    def duty_day(self, t: int) -> date:
        return _as_day(self.settings["instance"].get("duty_date")) or self.starts[t]

    @cached_property
    def _by_period(self) -> dict[str, list[dict[tuple[str, ...], Row]]]:
        found = {}
        for table, key in KEYS.items():
            blank_first = sorted(self.tables[table], key=lambda row: row["period"] != "")
            found[table] = [
                {tuple(row[k] for k in key): row for row in blank_first if row["period"] in ("", period)}
                for period in self.periods
            ]
        return found

    def at(self, table: str, t: int) -> dict[tuple[str, ...], Row]:
        """The rows that hold in a period, by the key without its period."""
        return self._by_period[table][t]

    def latest(self, table: str, key: tuple[str, ...], t: int) -> Row | None:
        """The row of the period, or else of the latest before it."""
        return next((self.at(table, b)[key] for b in range(t, -1, -1) if key in self.at(table, b)), None)

    # Selectors ----------------------------------------------------------------------------------------

    def location_match(self, cell: str, location: str) -> int | None:
        """How specific the closest entry is that names the location; None if none does."""
        row = self.location[location]
        fits = [self._fit(entry, location, row["country"], row["role"]) for entry in entries(cell)]
        return min((fit for fit in fits if fit is not None), default=None)

    def country_match(self, cell: str, country: str) -> int | None:
        bare = [0 for entry in entries(cell) if entry == country]
        fits = [self._fit(entry, country, country, "") for entry in entries(cell)]
        return min(bare + [fit for fit in fits if fit is not None], default=None)

    def item_match(self, cell: str, item: str) -> int | None:
        fits = [self._fit(entry, item, "", "") for entry in entries(cell)]
        return min((fit for fit in fits if fit is not None), default=None)

    def _fit(self, entry: str, name: str, country: str, role: str) -> int | None:
        about = self.country.get(country, {"region": None, "ally": "no"})
        ally = "yes" if about["ally"] in (True, "yes") else "no"
        groups = {row["group"] for row in self.tables["groups"] if row["member"] == name}
        named = [(name, 0), *((f"group:{group}", 1) for group in groups)]
        if country:
            named += [(f"country:{country}", 2), (f"region:{about['region']}", 3), (f"ally:{ally}", 4)]
        if role:
            named += [(f"role:{role}", 4)]
        return dict([*named, ("*", 5)]).get(entry)

    # Lanes --------------------------------------------------------------------------------------------

    @cached_property
    def lanes(self) -> dict[tuple[str, str, str, str], int]:
        """Origin, destination, mode, item -> position of the lane row that wins."""
        best: dict[tuple[str, str, str, str], tuple[tuple[int, int, int], int]] = {}
        for position, row in enumerate(self.tables["lanes"]):
            origins = self._matched(self.location_match, row["origin"], self.location)
            destinations = self._matched(self.location_match, row["destination"], self.location)
            items = self._matched(self.item_match, row["item"], self.item)
            for origin, how in origins.items():
                for destination, where in destinations.items():
                    if origin == destination or self.role(origin) not in SHIPS:
                        continue
                    if self.role(destination) not in RECEIVES:
                        continue
                    for item, what in items.items():
                        lane, rank = (origin, destination, row["mode"], item), (how, where, what)
                        if lane not in best or rank < best[lane][0]:
                            best[lane] = (rank, position)
        return {lane: position for lane, (_, position) in best.items()}

    @staticmethod
    def _matched(match: Any, cell: str, names: Iterable[str]) -> dict[str, int]:
        fits = {name: match(cell, name) for name in names}
        return {name: fit for name, fit in fits.items() if fit is not None}
