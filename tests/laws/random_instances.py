"""Random instances in which every table and column of the format can matter: `generate(seed, size)`.

A case is a handful of topics (stock, tariffs, set-ups, ...) put into a small network of suppliers, plants,
perhaps a warehouse, and markets. Figures are drawn so that what is put in often changes the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from random import Random
from typing import Any

from planner import Instance
from tests.laws import random_rules
from tests.laws.reading import World, entries

Row = dict[str, Any]
TOPICS = (
    "carbon", "contracts", "currencies", "fees", "gateways", "groups", "lane_limits", "levels", "modes", "options",
    "policies", "profit", "rates", "recipes", "single", "stock", "suppliers", "tariffs", "transit", "warehouse",
)  # fmt: skip
COUNTRIES = ("US", "MX", "CN", "VN")
BOUGHT = {"tiny": ("c",), "medium": ("c", "d")}


@dataclass(frozen=True)
class Case:
    """Rows by table, and settings as in instance.toml."""

    tables: dict[str, list[Row]]
    settings: dict[str, Any]

    def instance(self) -> Instance:
        return Instance.from_tables({k: v for k, v in self.tables.items() if v}, self.settings)


@dataclass
class Draft:
    """An instance in the making."""

    rng: Random
    size: str
    topics: frozenset[str]
    periods: tuple[str, ...]
    tables: dict[str, list[Row]]
    settings: dict[str, Any]

    def on(self, topic: str, chance: float = 1.0) -> bool:
        return topic in self.topics and self.rng.random() < chance

    def add(self, table: str, **cells: Any) -> Row:
        self.tables.setdefault(table, []).append(cells)
        return cells

    def maybe(self, row: Row, chance: float, **cells: Any) -> None:
        """Put the cells into the row, or not."""
        if self.rng.random() < chance:
            row.update(cells)

    def named(self, role: str) -> list[str]:
        return [row["location"] for row in self.tables["locations"] if row["role"] == role]

    def number(self, low: float, high: float) -> float:
        return round(self.rng.uniform(low, high), 2)

    def naming(self, cells: tuple[str, ...]) -> str:
        """One of the selectors of which every entry names a location; the last one, if no other does."""
        world = World(self.tables, self.settings)
        places = list(world.location)

        def names(cell: str) -> bool:
            parts = entries(cell)
            return all(
                any(world.location_match(part, place) is not None for place in places) for part in parts
            )

        return self.rng.choice([cell for cell in cells if names(cell)] or [cells[-1]])

    def made(self) -> list[str]:
        return ["s", "p"] if "levels" in self.topics else ["p"]


def generate(seed: int, size: str = "tiny") -> Case:
    """The same seed and size give the same case. `size` is tiny (few choices) or medium."""
    rng = Random(f"{size} {seed}")
    share = 0.48 if size == "tiny" else 0.65
    topics = frozenset(topic for topic in TOPICS if rng.random() < share)
    count = rng.choice((1, 2, 2, 3)) if size == "tiny" else rng.choice((2, 3, 4))
    periods = tuple(f"t{t}" for t in range(1, count + 1))
    settings: dict[str, Any] = {"instance": {"name": f"{size}-{seed}"}, "horizon": {"periods": list(periods)}}
    draft = Draft(rng, size, topics, periods, {}, settings)
    for step in (
        places,
        items,
        offers,
        recipes,
        production,
        lanes,
        demand,
        facilities,
        suppliers,
        stock,
        dates,
    ):
        step(draft)
    random_rules.add(draft)
    return Case(draft.tables, draft.settings)


def places(d: Draft) -> None:
    counts = {"supplier": 2, "plant": 2, "warehouse": int("warehouse" in d.topics), "market": 1}
    if d.size == "medium":
        counts = {"supplier": 4, "plant": 3, "warehouse": 2 * int("warehouse" in d.topics), "market": 3}
    homes = {
        "supplier": COUNTRIES,
        "plant": COUNTRIES,
        "warehouse": ("US", "MX"),
        "market": ("US", "US", "MX"),
    }
    for role, count in counts.items():
        for number in range(1, count + 1):
            d.add("locations", location=f"{role}{number}", role=role, country=d.rng.choice(homes[role]))
    regions = {"US": "America", "MX": "America", "CN": "Asia", "VN": "Asia"}
    for country, region in regions.items():
        basis = d.rng.choice(("FOB", "CIF"))
        ally = "yes" if region == "America" or (country == "VN" and d.rng.random() < 0.4) else "no"
        d.add("countries", country=country, region=region, ally=ally, customs_basis=basis)
    for member in ("supplier1", "plant1", "c"):
        d.add("groups", group="first" if member != "c" else "parts", member=member)
    d.add("currencies", currency="MXN", rate=d.number(0.3, 0.8))
    d.add("currencies", currency="CNY", rate=d.number(1.2, 2.0))


def items(d: Draft) -> None:
    codes = {"c": "8529.90", "d": "8504.40", "s": "8529.10", "p": "8528.72"}
    values = {"c": 12.0, "d": 6.0, "s": 25.0, "p": 60.0}
    used = [*BOUGHT[d.size], *d.made()]
    for item in used:
        row = d.add("items", item=item, hs_code=codes[item], customs_value=values[item] * d.number(0.7, 1.4))
        row.update(weight_kg=d.number(0.5, 3), volume_m3=d.number(0.01, 2))


def offers(d: Draft) -> None:
    for supplier in d.named("supplier"):
        for item in BOUGHT[d.size]:
            if d.size == "tiny" or supplier == "supplier1" or d.rng.random() < 0.7:
                offer(d, supplier, item, d.number(6, 14) if item == "c" else d.number(2, 8))


def offer(d: Draft, supplier: str, item: str, price: float) -> None:
    """One contract, dearer or cheaper in the last period, and a cheaper one with a minimum."""
    row = d.add("offers", location=supplier, item=item, unit_cost=price)
    d.maybe(row, 0.4, capacity=d.number(20, 90))
    d.maybe(row, 0.8, origin=d.rng.choice(COUNTRIES))
    if len(d.periods) > 1 and d.rng.random() < 0.35:
        d.add("offers", **{**row, "period": d.periods[-1], "unit_cost": round(price * d.number(0.6, 1.9), 2)})
    if d.on("contracts", 0.8):
        least = d.number(10, 40)
        cheap = {
            "contract": "volume",
            "unit_cost": round(price * d.number(0.6, 0.9), 2),
            "min_quantity": least,
        }
        d.maybe(cheap, 0.5, capacity=round(least * d.number(1.1, 2), 2))
        d.add("offers", location=supplier, item=item, **cheap)


def recipes(d: Draft) -> None:
    quantity = d.number(1, 2)
    if "levels" in d.topics:
        d.add("bom", item="s", component="c", quantity=quantity)
        d.add("bom", item="p", component="s", quantity=1.0)
    else:
        d.add("bom", item="p", component="c", quantity=quantity)
    if d.size == "medium":
        d.add("bom", item="p", component="d", quantity=d.number(1, 3))
    if "recipes" in d.topics:
        d.add("bom", item="p", recipe="alt", component="c", quantity=d.number(0.5, 2.5))


def production(d: Draft) -> None:
    for plant in d.named("plant"):
        for item in d.made():
            if d.size == "tiny" or plant == "plant1" or d.rng.random() < 0.8:
                made_at(d, plant, item, "base")
        if d.on("recipes", 0.7):
            made_at(d, plant, "p", "alt")
    for warehouse in d.named("warehouse"):
        if d.rng.random() < 0.6:
            for item in d.made() + [each for each in BOUGHT[d.size] if d.rng.random() < 0.5]:
                row = d.add("production", location=warehouse, item=item, unit_cost=d.number(0.2, 4))
                row["capacity_use"] = d.number(0.5, 2)
                d.maybe(row, 0.4, max_quantity=d.number(10, 60))


def made_at(d: Draft, plant: str, item: str, recipe: str) -> None:
    row = d.add("production", location=plant, item=item, recipe=recipe, unit_cost=d.number(1, 12))
    d.maybe(row, 0.5, capacity_use=d.number(0.5, 2))
    d.maybe(row, 0.35, max_quantity=d.number(10, 45))
    d.maybe(row, 0.3, setup_cost=d.number(20, 300))
    d.maybe(row, 0.4, origin=d.rng.choice(COUNTRIES))
    d.maybe(row, 0.4, customs_value=d.number(15, 90))
    if len(d.periods) > 1 and d.rng.random() < 0.3:
        d.add("production", **{**row, "period": d.periods[0], "unit_cost": d.number(1, 12)})


def lanes(d: Draft) -> None:
    """A template by roles, and rows of single places that beat it."""
    plants, warehouses, markets = d.named("plant"), d.named("warehouse"), d.named("market")
    route(d, "role:supplier", "role:plant", 1.0)
    for origin, market in product(plants, markets):
        if d.rng.random() < (0.75 if warehouses else 0.9):
            route(d, origin, market, 2.0)
    if d.on("levels", 0.6):
        for origin, other in combinations(plants, 2):
            route(d, origin, other, 1.0)
    for origin, other in combinations(warehouses, 2):
        route(d, origin, other, 0.3)
    for warehouse in warehouses:
        through(d, warehouse)
    for supplier in (name for name in d.named("supplier") if d.rng.random() < 0.4):
        route(d, supplier, d.rng.choice(plants), 1.5)
    pact(d)


def pact(d: Draft) -> None:
    """A cheap way for some suppliers and items, and another cost of one item."""
    if d.on("groups", 0.7):
        d.add("lanes", origin="role:supplier", destination="role:plant", item="c", unit_cost=d.number(0.2, 6))
    if d.on("groups", 0.8):
        origin = d.naming(("group:first", "country:CN", "region:Asia", "ally:no", "role:supplier"))
        cells = {"destination": "role:plant", "item": "group:parts", "mode": "pact"}
        d.add("lanes", origin=origin, unit_cost=d.number(0, 1.5), **cells)


def through(d: Draft, warehouse: str) -> None:
    route(d, "role:plant", warehouse, 0.8)
    route(d, warehouse, d.naming(("country:US;country:MX", "role:market")), 0.8)
    if d.rng.random() < 0.4:
        route(d, "role:supplier", warehouse, 0.5)
        route(d, warehouse, "role:plant", 0.5)


def route(d: Draft, origin: str, destination: str, scale: float) -> None:
    """One or two modes between the places."""
    for mode in ("default", "air") if d.on("modes", 0.5) else ("default",):
        row = d.add("lanes", origin=origin, destination=destination, mode=mode)
        row["unit_cost"] = round(scale * d.number(0.5, 5), 2)
        slow = max("transit" in d.topics, "rates" in d.topics)
        d.maybe(row, 0.25, per=d.rng.choice(("kg", "m3")))
        d.maybe(row, 0.8 * slow, transit_days=float(d.rng.choice((1, 5, 20, 40))))
        d.maybe(row, 0.5 * ("lane_limits" in d.topics), capacity=d.number(10, 45))
        d.maybe(row, 0.35 * ("lane_limits" in d.topics), fixed_cost=d.number(10, 150))
        d.maybe(row, 0.35 * ("lane_limits" in d.topics), min_quantity=d.number(10, 40))
        if {"capacity", "min_quantity"} <= row.keys():
            row["min_quantity"] = min(row["min_quantity"], row["capacity"])
        d.maybe(row, 0.5 * ("gateways" in d.topics), gateways=d.rng.choice(("port", "canal", "port;canal")))
        d.maybe(row, 0.7 * ("carbon" in d.topics), emission_kg=d.number(0.1, 5))
        d.maybe(row, 0.9 * ("fees" in d.topics), value_per_entry=d.number(1000, 20000))
        d.maybe(row, 0.2 * ("currencies" in d.topics), currency=d.rng.choice(("MXN", "CNY")))


def demand(d: Draft) -> None:
    for market in d.named("market"):
        row = d.add("demand", market=market, item="p", quantity=d.number(15, 45))
        d.maybe(row, 0.85, shortage_cost=d.number(40, 160))
        d.maybe(row, 1.0 * ("profit" in d.topics), price=d.number(20, 150))
        d.maybe(row, 0.8 * ("transit" in d.topics), max_transit_days=float(d.rng.choice((5, 20, 30))))
        d.maybe(row, 0.9 * ("single" in d.topics), single_source="yes")
        if len(d.periods) > 1 and d.rng.random() < 0.5:
            d.add("demand", **{**row, "period": d.periods[-1], "quantity": d.number(15, 70)})
    if d.size == "medium" and "levels" in d.topics:
        d.add("demand", market="market1", item="s", quantity=d.number(3, 9), shortage_cost=d.number(40, 90))
    if "profit" in d.topics:
        d.settings["instance"]["objective"] = "profit"


def facilities(d: Draft) -> None:
    if "options" not in d.topics:
        return
    for place in d.named("plant") + d.named("warehouse"):
        if d.rng.random() < 0.8:
            row = option(d, place, "base", d.rng.choice(("open", "candidate")))
            if d.rng.random() < 0.65:
                grown = option(
                    d, place, "large", d.rng.choice(("candidate", "candidate", "candidate", "closed"))
                )
                grown["capacity"] = round(row["capacity"] * 2.5, 2)
                d.maybe(grown, 0.85, expands="base")


def option(d: Draft, place: str, name: str, status: str) -> Row:
    row = d.add("facilities", location=place, option=name, status=status, fixed_cost=d.number(20, 300))
    row["capacity"] = d.number(12, 60) * (1 if d.size == "tiny" else 2)
    d.maybe(row, 0.7, open_cost=d.number(50, 900))
    d.maybe(row, 0.6, close_cost=d.number(20, 300))
    d.maybe(row, 0.5, residual_share=d.number(0.1, 0.8))
    d.maybe(row, 0.5 * (len(d.periods) > 1), setup_periods=d.rng.choice((1, 1, 2)))
    d.maybe(row, 0.6 * ("carbon" in d.topics), emission_kg=d.number(0.5, 8))
    d.maybe(row, 0.3 * ("currencies" in d.topics), currency="MXN")
    return row


def suppliers(d: Draft) -> None:
    for name in d.named("supplier") if "suppliers" in d.topics else ():
        if d.rng.random() < 0.7:
            status = d.rng.choice(("approved", "candidate", "candidate", "excluded"))
            row = d.add("suppliers", location=name, status=status)
            candidate = status == "candidate"
            d.maybe(row, 1.0 * candidate, qualify_cost=d.number(10, 250))
            d.maybe(row, 0.55 * candidate, qualify_periods=d.rng.choice((1, 1, 2)))
            d.maybe(row, 0.5, fixed_cost=d.number(5, 120))
            d.maybe(row, 0.6, max_spend=d.number(60, 400))


def stock(d: Draft) -> None:
    choices = [(plant, item) for plant in d.named("plant") for item in (*BOUGHT[d.size], *d.made())]
    choices += [(warehouse, item) for warehouse in d.named("warehouse") for item in ("p", "c")]
    for place, item in choices if "stock" in d.topics else ():
        if d.rng.random() < 0.6:
            kept_at(d, place, item)


def kept_at(d: Draft, place: str, item: str) -> None:
    room = d.number(4, 30)
    row = d.add("inventory", location=place, item=item)
    d.maybe(row, 1.0 if "policies" in d.topics else 0.8, max_stock=room)
    d.maybe(row, 0.8, initial=round(room * d.number(0.2, 1), 2), origin=d.rng.choice((*COUNTRIES, "")))
    d.maybe(row, 0.5, initial_value=d.number(5, 90))
    d.maybe(row, 0.7, holding_cost=d.number(0.1, 3))
    d.maybe(row, 0.3, buffer_max=10.0, buffer_cost=0.5)
    d.maybe(row, 0.3 * ("currencies" in d.topics), currency="CNY")


def dates(d: Draft) -> None:
    """Steps between the periods, discounting, rates."""
    horizon, costs = d.settings["horizon"], {}
    if d.rng.random() < 0.6:
        horizon["days_per_period"] = d.rng.choice((30, 91, 365, 180, 200))
    if d.on("rates"):
        horizon["discount_rate"] = d.number(0.02, 0.25)
        costs = {"carrying_rate": d.number(0.05, 0.4), "insurance_rate": d.number(0.01, 0.08)}
    if d.rng.random() < 0.4:
        d.settings["instance"]["base_date"] = d.rng.choice(("2026-01-01", "2026-07-01"))
    if d.rng.random() < 0.2:
        horizon["starts"] = [f"20{27 + t}-03-01" for t in range(len(d.periods))]
    if "carbon" in d.topics:
        costs["carbon_price"] = d.number(0.2, 3)
    d.settings["costs"] = costs
