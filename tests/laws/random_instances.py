"""Random instances in which every table and column of the format can matter: `generate(seed, size)`.

A case is a handful of topics (stock, tariffs, set-ups, ...) put into a small network of suppliers, plants,
perhaps a warehouse, and markets. Figures are drawn so that what is put in often changes the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    share = 0.42 if size == "tiny" else 0.7
    topics = frozenset(topic for topic in TOPICS if rng.random() < share)
    count = rng.choice((1, 2, 2, 3)) if size == "tiny" else rng.choice((2, 3, 4))
    periods = tuple(f"t{t}" for t in range(1, count + 1))
    settings: dict[str, Any] = {"instance": {"name": f"{size}-{seed}"}, "horizon": {"periods": list(periods)}}
    draft = Draft(rng, size, topics, periods, {}, settings)
    for step in (places, items, offers, production, lanes, demand, facilities, suppliers, stock, dates):
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
            if d.size == "medium" and d.rng.random() < 0.3 and supplier != "supplier1":
                continue
            base = d.number(6, 14) if item == "c" else d.number(2, 8)
            row = d.add("offers", location=supplier, item=item, unit_cost=base)
            if d.rng.random() < 0.4:
                row["capacity"] = d.number(20, 90)
            if d.rng.random() < 0.35:
                row["origin"] = d.rng.choice(COUNTRIES)
            if len(d.periods) > 1 and d.rng.random() < 0.35:
                later = {**row, "period": d.periods[-1], "unit_cost": round(base * d.number(0.6, 1.9), 2)}
                d.add("offers", **later)
            if d.on("contracts", 0.8):
                least = d.number(10, 40)
                cheap = round(base * d.number(0.6, 0.9), 2)
                d.add(
                    "offers",
                    location=supplier,
                    item=item,
                    contract="volume",
                    unit_cost=cheap,
                    min_quantity=least,
                )
                if d.rng.random() < 0.5:
                    d.tables["offers"][-1]["capacity"] = round(least * d.number(1.1, 2), 2)


def production(d: Draft) -> None:
    parts = {"p": {"c": d.number(1, 2)}, "s": {"c": d.number(1, 2)}}
    if "levels" in d.topics:
        parts["p"] = {"s": 1.0} if d.size == "tiny" else {"s": 1.0, "d": d.number(1, 2)}
    elif d.size == "medium":
        parts["p"]["d"] = d.number(1, 3)
    for item in d.made():
        for component, quantity in parts[item].items():
            d.add("bom", item=item, component=component, quantity=quantity)
    if "recipes" in d.topics:
        d.add("bom", item="p", recipe="alt", component="c", quantity=d.number(0.5, 2.5))
    for plant in d.named("plant"):
        for item in d.made():
            if d.size == "medium" and d.rng.random() < 0.2 and plant != "plant1":
                continue
            made_at(d, plant, item, "base")
            if item == "p" and "recipes" in d.topics and d.rng.random() < 0.7:
                made_at(d, plant, item, "alt")
    for warehouse in d.named("warehouse"):
        if d.rng.random() < 0.6:
            handled_at(d, warehouse)


def made_at(d: Draft, plant: str, item: str, recipe: str) -> None:
    row = d.add("production", location=plant, item=item, recipe=recipe, unit_cost=d.number(1, 12))
    if d.rng.random() < 0.5:
        row["capacity_use"] = d.number(0.5, 2)
    if d.rng.random() < 0.35:
        row["max_quantity"] = d.number(10, 45)
    if d.rng.random() < 0.3:
        row["setup_cost"] = d.number(20, 300)
    if d.rng.random() < 0.3:
        row["origin"] = d.rng.choice(COUNTRIES)
    if d.rng.random() < 0.4:
        row["customs_value"] = d.number(15, 90)
    if len(d.periods) > 1 and d.rng.random() < 0.3:
        d.add("production", **{**row, "period": d.periods[0], "unit_cost": d.number(1, 12)})


def handled_at(d: Draft, warehouse: str) -> None:
    for item in d.made() + [each for each in BOUGHT[d.size] if d.rng.random() < 0.5]:
        row = d.add("production", location=warehouse, item=item, unit_cost=d.number(0.2, 4))
        row["capacity_use"] = d.number(0.5, 2)
        if d.rng.random() < 0.4:
            row["max_quantity"] = d.number(10, 60)


def lanes(d: Draft) -> None:
    """A template by roles, rows of single pairs that beat it, and further modes."""
    plants, warehouses, markets = d.named("plant"), d.named("warehouse"), d.named("market")
    route(d, "role:supplier", "role:plant", 1.0)
    inner = d.rng.random() < 0.6
    for number, origin in enumerate(plants):
        for market in markets:
            if d.rng.random() < (0.75 if warehouses else 0.9):
                route(d, origin, market, 2.0)
        for other in plants[number + 1 :] if inner and "levels" in d.topics else ():
            route(d, origin, other, 1.0)
    for number, warehouse in enumerate(warehouses):
        route(d, "role:plant", warehouse, 0.8)
        route(d, warehouse, d.naming(("country:US;country:MX", "role:market")), 0.8)
        if d.rng.random() < 0.4:
            route(d, "role:supplier", warehouse, 0.5)
            route(d, warehouse, "role:plant", 0.5)
        for other in warehouses[number + 1 :]:
            route(d, warehouse, other, 0.3)
    for supplier in d.named("supplier"):
        if d.rng.random() < 0.4:
            route(d, supplier, d.rng.choice(plants), 1.5)
    if d.on("groups", 0.8):
        origin = d.naming(("group:first", "country:CN", "region:Asia", "ally:no", "role:supplier"))
        cells = {"destination": "role:plant", "item": "group:parts", "mode": "pact"}
        d.add("lanes", origin=origin, unit_cost=d.number(0, 1.5), **cells)


def route(d: Draft, origin: str, destination: str, scale: float) -> None:
    """One or two modes between the places."""
    modes = ["default", "air"] if d.on("modes", 0.5) else ["default"]
    for mode in modes:
        row = d.add("lanes", origin=origin, destination=destination, mode=mode)
        row["unit_cost"] = round(scale * d.number(0.5, 5), 2)
        if d.rng.random() < 0.25:
            row["per"] = d.rng.choice(("kg", "m3"))
        if d.on("transit", 0.8) or d.on("rates", 0.5):
            row["transit_days"] = float(d.rng.choice((1, 5, 20, 40)))
        if d.on("lane_limits", 0.5):
            row["capacity"] = d.number(15, 60)
        if d.on("lane_limits", 0.35):
            row["fixed_cost"] = d.number(10, 150)
        if d.on("lane_limits", 0.35):
            row["min_quantity"] = d.number(5, 15)
        if d.on("gateways", 0.5):
            row["gateways"] = d.rng.choice(("port", "canal", "port;canal"))
        if d.on("carbon", 0.7):
            row["emission_kg"] = d.number(0.1, 5)
        if d.on("fees", 0.6):
            row["value_per_entry"] = d.number(500, 50000)
        if d.on("currencies", 0.2):
            row["currency"] = d.rng.choice(("MXN", "CNY"))


def demand(d: Draft) -> None:
    for market in d.named("market"):
        row = d.add("demand", market=market, item="p", quantity=d.number(15, 45))
        if d.rng.random() < 0.85:
            row["shortage_cost"] = d.number(40, 160)
        if "profit" in d.topics:
            row["price"] = d.number(20, 150)
        if d.on("transit", 0.6):
            row["max_transit_days"] = float(d.rng.choice((5, 20, 30)))
        if d.on("single", 0.6):
            row["single_source"] = "yes"
        if len(d.periods) > 1 and d.rng.random() < 0.5:
            d.add("demand", **{**row, "period": d.periods[-1], "quantity": d.number(15, 70)})
        if d.rng.random() < 0.2 and d.size == "medium":
            d.add(
                "demand",
                market=market,
                item=d.made()[0],
                quantity=5.0,
                shortage_cost=70.0,
                period=d.periods[0],
            )
            if d.made()[0] == "p":
                d.tables["demand"].pop()
    if "profit" in d.topics:
        d.settings["instance"]["objective"] = "profit"


def facilities(d: Draft) -> None:
    if "options" not in d.topics:
        return
    for place in d.named("plant") + d.named("warehouse"):
        if d.rng.random() < (0.75 if d.size == "medium" else 0.6):
            row = option(d, place, "base", d.rng.choice(("open", "candidate", "candidate")))
            if d.rng.random() < 0.4:
                grown = option(d, place, "large", d.rng.choice(("candidate", "candidate", "closed")))
                grown["capacity"] = round(row["capacity"] * 2, 2)
                if d.rng.random() < 0.6:
                    grown["expands"] = "base"


def option(d: Draft, place: str, name: str, status: str) -> Row:
    row = d.add("facilities", location=place, option=name, status=status, fixed_cost=d.number(20, 300))
    row["capacity"] = d.number(25, 110)
    if d.rng.random() < 0.7:
        row["open_cost"] = d.number(50, 900)
    if d.rng.random() < 0.5:
        row["close_cost"] = d.number(20, 300)
    if d.rng.random() < 0.4:
        row["residual_share"] = d.number(0.1, 0.8)
    if len(d.periods) > 1 and d.rng.random() < 0.35:
        row["setup_periods"] = d.rng.choice((1, 1, 2))
    if d.on("carbon", 0.6):
        row["emission_kg"] = d.number(0.5, 8)
    if d.on("currencies", 0.3):
        row["currency"] = "MXN"
    return row


def suppliers(d: Draft) -> None:
    if "suppliers" not in d.topics:
        return
    for name in d.named("supplier"):
        if d.rng.random() < 0.7:
            status = d.rng.choice(("approved", "candidate", "candidate", "excluded"))
            row = d.add("suppliers", location=name, status=status)
            if status == "candidate":
                row["qualify_cost"] = d.number(10, 250)
                if d.rng.random() < 0.4:
                    row["qualify_periods"] = d.rng.choice((1, 1, 2))
            if d.rng.random() < 0.5:
                row["fixed_cost"] = d.number(5, 120)
            if d.rng.random() < 0.4:
                row["max_spend"] = d.number(100, 600)


def stock(d: Draft) -> None:
    if "stock" not in d.topics:
        return
    choices = [(plant, item) for plant in d.named("plant") for item in ("p", "c")]
    choices += [(warehouse, "p") for warehouse in d.named("warehouse")]
    for place, item in choices:
        if d.rng.random() > 0.6:
            continue
        row = d.add("inventory", location=place, item=item, max_stock=d.number(10, 60))
        if d.rng.random() < 0.6:
            row["initial"] = round(row["max_stock"] * d.number(0.2, 1), 2)
            if d.rng.random() < 0.6:
                row["initial_value"] = d.number(5, 90)
            if d.rng.random() < 0.5:
                row["origin"] = d.rng.choice(COUNTRIES)
        if d.rng.random() < 0.7:
            row["holding_cost"] = d.number(0.1, 3)
        if d.rng.random() < 0.3:
            row.update(buffer_max=10.0, buffer_cost=0.5)
        if d.on("currencies", 0.3):
            row["currency"] = "CNY"


def dates(d: Draft) -> None:
    """Steps between the periods, discounting, rates."""
    horizon, costs = d.settings["horizon"], {}
    if d.rng.random() < 0.6:
        horizon["days_per_period"] = d.rng.choice((30, 91, 365, 180, 200))
    if d.on("rates"):
        horizon["discount_rate"] = d.number(0.02, 0.25)
        costs = {"carrying_rate": d.number(0.05, 0.4), "insurance_rate": d.number(0.01, 0.08)}
    if d.rng.random() < 0.2:
        d.settings["instance"]["base_date"] = d.rng.choice(("2027-01-01", "2026-07-01"))
    if d.rng.random() < 0.2:
        horizon["starts"] = [f"20{27 + t}-03-01" for t in range(len(d.periods))]
    if "carbon" in d.topics:
        costs["carbon_price"] = d.number(0.2, 3)
    d.settings["costs"] = costs
