"""The instance of a plan folder, as the audit reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from planner.audit import tables
from planner.audit.agreements import Agreements
from planner.audit.calendar import ByPeriod, Calendar
from planner.audit.duties import Duties
from planner.audit.lanes import Lanes
from planner.audit.reader import ZERO
from planner.audit.regimes import Regimes
from planner.audit.selectors import Selectors

STOCK_DEALS = frozenset({"initial", "buffer"})


@dataclass(frozen=True, slots=True)
class Good:
    """What the audit knows of a good: its value at customs and in transit, and where it comes from.

    `origin` is the country that duties ask for, `home` the one that agreements ask for, blank for stock.
    """

    value: Decimal
    origin: str
    home: str
    unit_cost: Decimal
    current: bool


@dataclass(frozen=True, slots=True)
class Resilience:
    """The weights of the penalty, each multiplied by the weight of the whole, and what it looks at."""

    tail: Decimal
    alpha: Decimal
    exposure: Decimal
    concentration: Decimal
    by_country: bool


@dataclass(frozen=True, eq=False)
class Instance:
    """Everything that the instance folder says, with defaults filled in and money converted."""

    name: str
    objective: str
    calendar: Calendar
    carrying_rate: Decimal
    insurance_rate: Decimal
    carbon_price: Decimal
    gap: Decimal
    rates: Mapping[str, Decimal]
    locations: Mapping[str, tables.Location]
    countries: Mapping[str, tables.Country]
    items: Mapping[str, tables.Item]
    offers: ByPeriod[tuple[str, str, str], tables.Offer]
    suppliers: Mapping[str, tables.Supplier]
    facilities: Mapping[str, Mapping[str, tables.Facility]]
    production: ByPeriod[tuple[str, str, str], tables.Production]
    components: Mapping[tuple[str, str], tuple[tables.Component, ...]]
    gateways: Mapping[str, tables.Gateway]
    lane_rows: tuple[tables.Lane, ...]
    demand: ByPeriod[tuple[str, str], tables.Demand]
    inventory: Mapping[tuple[str, str], tables.Inventory]
    policies: Mapping[str, tables.Policy]
    selectors: Selectors
    tariffs: tuple[tables.Tariff, ...]
    fees: tuple[tables.Fee, ...]
    members: tuple[tables.Agreement, ...]
    origin_rules: tuple[tables.OriginRule, ...]
    lanes: Lanes
    duties: Duties
    agreements: Agreements
    regimes: Regimes
    resilience: Resilience
    scenarios: tuple[tables.Scenario, ...]
    events: tuple[tables.Event, ...]
    unlisted: Mapping[str, Decimal] = field(default_factory=dict)
    """Capacity of places without a row in facilities.csv, where an event gives them one."""
    surcharge: Callable[[str, str], Decimal] = lambda location, item: ZERO  # noqa: ARG005
    """What events make a warehouse charge for an item of which it has no row."""

    def role(self, location: str) -> str:
        """Return the role of a location, blank where it is unknown."""
        return self.locations[location].role if location in self.locations else ""

    def country(self, location: str) -> str:
        """Return the country of a location, blank where it is unknown."""
        return self.locations[location].country if location in self.locations else ""

    def crosses(self, origin: str, destination: str) -> bool:
        """Whether a lane between two locations crosses a border."""
        return self.country(origin) != self.country(destination)

    def recipe(self, location: str, item: str, recipe: str, t: int) -> tables.Production | None:
        """Return how a plant makes an item in a period, by its latest row; or how a warehouse handles it.

        A warehouse handles an item by its row `base`, else by its first one; a recipe of "" asks for that.
        """
        if recipe:
            return self.production.latest((location, item, recipe), t)
        rows = [self.production.get(key, t) for key in self.handled.get((location, item), ())]
        return next((row for row in rows if row is not None), None)

    def conversion_cost(self, location: str, item: str, recipe: str, t: int) -> Decimal:
        """Return the unit cost of a recipe, or of handling in a warehouse (recipe "")."""
        row = self.recipe(location, item, recipe, t)
        return row.unit_cost if row else self.surcharge(location, item)

    @cached_property
    def handled(self) -> Mapping[tuple[str, str], list[tuple[str, str, str]]]:
        """The keys of the production rows of each warehouse and item, `base` first."""
        found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        for key in sorted(self.production, key=lambda key: (key[2] != "base", key)):
            if self.role(key[0]) == "warehouse":
                found.setdefault(key[:2], []).append(key)
        return found

    @cached_property
    def made(self) -> frozenset[tuple[str, str]]:
        """The (plant, item) pairs that a row of production.csv makes."""
        return frozenset((place, item) for place, item, _ in self.production if self.role(place) == "plant")

    @cached_property
    def choosy(self) -> frozenset[str]:
        """The warehouses that handle only the items of their rows."""
        return frozenset(location for location, _ in self.handled)

    @cached_property
    def settled(self) -> frozenset[str]:
        """The countries of all locations."""
        return frozenset(place.country for place in self.locations.values())

    @cached_property
    def warehouses(self) -> frozenset[str]:
        """Every warehouse."""
        return frozenset(place for place in self.locations if self.role(place) == "warehouse")

    def handles(self, warehouse: str, item: str, t: int) -> bool:
        """Whether a warehouse passes on an item: one without rows in production.csv passes on anything."""
        return warehouse not in self.choosy or self.recipe(warehouse, item, "", t) is not None

    def can_work(self, location: str, t: int) -> bool:
        """Whether some option of a location can be usable in a period; without options it always is."""
        options = self.facilities.get(location)
        if options is None:
            return True
        return any(
            row.status == "open" or _opens(row, options) + row.setup_periods <= t
            for row in options.values()
            if row.status != "closed"
        )

    def can_sell(self, supplier: str, t: int) -> bool:
        """Whether a supplier can be qualified in a period."""
        row = self.suppliers.get(supplier)
        if row is None or row.status == "approved":
            return True
        return row.status == "candidate" and row.qualify_periods <= t

    def good(self, item: str, source: str, deal: str, t: int) -> Good | None:
        """Return the good in period t, or None where nothing in the instance is its source."""
        if deal in STOCK_DEALS:
            return self._from_stock(item, source)
        key = (source, item, deal)
        if self.role(source) == "supplier":
            offer = self.offers.latest(key, t)
            current = self.offers.get(key, t) is not None
            if offer is None:
                return None
            return Good(offer.unit_cost, offer.origin, offer.origin, offer.unit_cost, current)
        recipe = self.production.latest(key, t) if self.role(source) == "plant" else None
        current = self.production.get(key, t) is not None
        if recipe is None:
            return None
        return Good(recipe.customs_value or ZERO, recipe.origin, self.country(source), ZERO, current)

    def _from_stock(self, item: str, location: str) -> Good | None:
        stock = self.inventory.get((location, item))
        return Good(stock.initial_value or ZERO, stock.origin, "", ZERO, current=True) if stock else None


def _opens(row: tables.Facility, options: Mapping[str, tables.Facility]) -> int:
    """Return the first period in which an option can be opened: the one after that which it expands, if any."""
    if not row.expands or options[row.expands].status == "open":
        return 0
    return _opens(options[row.expands], options) + 1
