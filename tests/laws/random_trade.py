"""Random instances in which agreements, rules of origin, duty regimes and quotas matter: `generate(seed, size)`.

The network of `random_instances`, mostly Mexican plants between Asian and American suppliers and an American
market, under two agreements A and B. Size `mini` has few enough batches that every choice of theirs can be tried.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.laws import random_instances as network
from tests.laws import random_rules as rules
from tests.laws.random_instances import Case, Draft

SHARES = {
    "currencies": 0.3, "fees": 0.6, "groups": 0.2, "levels": 0.5, "modes": 0.3, "options": 0.25, "profit": 0.2,
    "lesser": 0.42, "rates": 0.4, "recipes": 0.25, "stock": 0.3, "tariffs": 1.0, "warehouse": 0.4,
}  # fmt: skip
# What the rules of origin of a case are mostly about: net cost, parts that do not shift, or are excepted.
RULES = (*("net",) * 4, *("shifting",) * 3, *("excepted",) * 3, *("mixed",) * 2)
MINI = ("fees", "lesser", "modes", "tariffs", *RULES)
HOMES = {
    "supplier1": ("CN", "CN", "VN"),
    "supplier2": ("US", "US", "MX"),
    "plant1": ("MX",),
    "plant2": ("MX", "MX", "MX", "VN", "CN", "US"),
    "market1": ("US",) * 9 + ("MX",),
}
PACTS = ("A", "A", "A;B", "B")
STEPS = (
    network.items, network.offers, network.recipes, network.production, network.lanes, network.demand,
    network.facilities, network.stock, network.dates,
)  # fmt: skip


def generate(seed: int, size: str = "tiny") -> Case:
    """The same seed and size give the same case. `size` is mini, tiny or medium."""
    rng = Random(f"trade {size} {seed}")
    chosen = [topic for topic, share in SHARES.items() if rng.random() < share] + [rng.choice(RULES)]
    topics = frozenset(topic for topic in chosen if size != "mini" or topic in MINI)
    count = 1 if size == "mini" else rng.choice((1, 2)) if size == "tiny" else rng.choice((1, 2, 3))
    periods = tuple(f"t{t}" for t in range(1, count + 1))
    settings: dict[str, Any] = {
        "instance": {"name": f"trade-{size}-{seed}"},
        "horizon": {"periods": list(periods)},
    }
    draft = Draft(rng, "medium" if size == "medium" else "tiny", topics, periods, {}, settings)
    places(draft)
    for step in STEPS:
        step(draft)
    for step in (codes, prices, originating, rules.tariffs, tariffs, rules.fees, exempt, rules.currencies):
        step(draft)
    agreements(draft)
    for agreement in ("A", "B"):
        origin(draft, agreement, several=size != "mini")
    relief(draft)
    return Case(draft.tables, draft.settings)


def places(d: Draft) -> None:
    network.places(d)
    if d.size == "tiny" and d.rng.random() < 0.4:
        d.add("locations", location="market2", role="market", country=d.rng.choice(("MX", "MX", "US", "CN")))
    for row in d.tables["locations"]:
        if row["location"] in HOMES:
            row["country"] = d.rng.choice(HOMES[row["location"]])


def codes(d: Draft) -> None:
    """The bought part differs from what is made of it by subheading, heading or chapter, or has no code."""
    for row in d.tables["items"]:
        if row["item"] == "c":
            row["hs_code"] = d.rng.choice(("8529.90", "8528.90", "9013.80", ""))
            d.maybe(row, float("shifting" in d.topics), hs_code="8528.90")
            d.maybe(row, float("excepted" in d.topics), hs_code=d.rng.choice(("8529.90", "9013.80")))
    for row in d.tables["production"]:
        if row["location"] in d.named("plant"):
            d.maybe(row, 1.0 if "net" in d.topics else 0.5, net_cost=d.number(12, 40))
            d.maybe(row, 0.9, origin="")


def prices(d: Draft) -> None:
    """The Asian supplier is the cheaper one, and what is wanted is worth its duty."""
    for row in d.tables["offers"]:
        if row["location"] == "supplier1":
            row["unit_cost"] = round(row["unit_cost"] * d.number(0.4, 0.8), 2)
            row["origin"] = d.rng.choice(("CN", "CN", "VN"))
    for row in d.tables["demand"]:
        if "shortage_cost" in row:
            row["shortage_cost"] = d.number(90, 250)


def originating(d: Draft) -> None:
    """By supplier; in the last period a contract may sell something else."""
    sold: dict[tuple[str, str], str] = {}
    later = {(row["location"], row["item"]) for row in d.tables["offers"] if "period" in row}
    for row in list(d.tables["offers"]):
        key = row["location"], row["item"]
        choices = ("A", "B", "", "", "") if key[0] == "supplier1" else PACTS
        sold.setdefault(key, d.rng.choice(choices))
        row["originating"] = sold[key]
        if key[0] == "supplier2" and d.rng.random() < 0.7:
            row["origin"] = ""
        if len(d.periods) > 1 and "contract" not in row and key not in later and d.rng.random() < 0.9:
            d.add("offers", **row, period=d.periods[-1])
    for row in d.tables["offers"]:
        d.maybe(row, 0.8 * ("period" in row), originating="" if row["originating"] else "A;B")


def foreign_share(d: Draft) -> float:
    """About what share of the value of a product the cheaper supplier's parts are."""
    price = min(row["unit_cost"] for row in d.tables["offers"] if row["item"] == "c")
    taken = max(row["quantity"] for row in d.tables["bom"] if row["component"] == "c")
    value = next(row["customs_value"] for row in d.tables["items"] if row["item"] == "p")
    return min(0.9, price * taken / value)


def tariffs(d: Draft) -> None:
    """Who waives what; quotas; and the duty of other countries with plants."""
    for importer in ("VN", "CN"):
        if d.rng.random() < 0.5:
            d.add("tariffs", importer=importer, origin="*", programme="MFN", rate=d.number(0.05, 0.3))
    for importer, rate in (("US", d.number(0.05, 0.35)), ("MX", d.number(0.05, 0.4))):
        rows = [
            row for row in d.tables["tariffs"] if (row["importer"], row["programme"]) == (importer, "MFN")
        ]
        rows[0]["rate"] = rate
    if "lesser" in d.topics:
        d.tables["tariffs"] = [
            r for r in d.tables["tariffs"] if r["importer"] != "US" or r["programme"] == "MFN"
        ]
        for row in d.tables["tariffs"]:
            row["displaces"] = ""
            row["rate"] = d.number(0.005, 0.03) if row["importer"] == "US" else row["rate"]
    for row in d.tables["tariffs"]:
        ordinary = row["programme"] == "MFN"
        d.maybe(row, 0.9 if ordinary else 0.5, waived_by=d.rng.choice(PACTS))
        if d.rng.random() < 0.3:
            row["quota"] = d.number(3, 40)
            row["over_rate"] = round(row["rate"] + d.number(0.02, 0.4), 4)


def exempt(d: Draft) -> None:
    for row in d.tables.get("fees", ()):
        d.maybe(row, 0.6, exempt=d.rng.choice(PACTS))


def agreements(d: Draft) -> None:
    members = {"A": ["US", "MX"], "B": d.rng.sample(("MX", "VN", "US", "CN"), 2)}
    if d.rng.random() < 0.3:
        members["A"].append("VN")
    for agreement, countries in members.items():
        for country in countries:
            row = d.add("agreements", agreement=agreement, member=country)
            date = {"ends": d.rng.choice(("2026-12-01", "2027-02-01", "2028-01-01"))}
            dates = d.rng.choice((date, {"starts": d.rng.choice(("2027-01-15", "2027-03-01"))}))
            d.maybe(row, 0.1 if "lesser" in d.topics else 0.35, **dates)


def origin(d: Draft, agreement: str, *, several: bool) -> None:
    """A rule for all, or by heading, perhaps with an alternative."""
    for hs in d.rng.sample(("", "85", "8528", "8529", "8528.72"), d.rng.choice((1, 2))):
        shared: dict[str, Any] = {"agreement": agreement, "hs": hs}
        d.maybe(shared, 0.35, preferential_rate=d.number(0.005, 0.05))
        d.maybe(shared, 0.35, claim_cost=d.number(0.1, 3))
        rule(d, shared, several)
        if several and d.rng.random() < 0.3:
            rule(d, {**shared, "alternative": "other"}, several)


def rule(d: Draft, shared: dict[str, Any], several: bool) -> None:
    tests = ("rvc", "rvc", "shift", "shift", "shift_or_rvc", "shift_and_rvc")
    test = d.rng.choice(tests if several else ("rvc", "shift"))
    if "mixed" not in d.topics and test in ("rvc", "shift"):
        test = "rvc" if "net" in d.topics else "shift"
    row = d.add("origin_rules", **shared, test=test)
    if "rvc" in test:
        row["rvc"] = round(max(0.0, 1 - foreign_share(d) * d.number(0.3, 1.3)), 3)
        d.maybe(row, 0.9 if "net" in d.topics else 0.4, method="net_cost")
    if "shift" in test:
        row["shift"] = d.rng.choice(("chapter", "heading", "heading", "subheading"))
        d.maybe(row, 1.0 if d.topics & {"shifting", "excepted"} else 0.0, shift="heading")
        never = d.rng.choice(("8529;9013", "85;90"))
        d.maybe(row, 1.0 if "excepted" in d.topics else 0.3, except_hs=never)
        exempt = round(foreign_share(d) * d.number(0.1, 1.1), 3)
        d.maybe(row, 0.5 if "mixed" in d.topics else 0.9, de_minimis=exempt)


def relief(d: Draft) -> None:
    """Perhaps a suspension, a drawback, a reduced rate, of all plants or of one."""
    programmes = sorted({row["programme"] for row in d.tables["tariffs"]})
    kinds = (("IMMEX", "suspension"), ("DRAWBACK", "drawback"), ("PROSEC", "reduced"))
    often, narrow, lesser = (0.95, 0.2, 1.0) if "lesser" in d.topics else (0.5, 0.45, 0.4)
    for programme, kind in kinds:
        if d.rng.random() < often:
            row = d.add("relief", programme=programme, kind=kind)
            row["location"] = d.rng.choice(("role:plant", "role:plant", "plant1", "country:MX;plant1"))
            row["rate"] = d.number(0.0, 0.08) if kind == "reduced" else d.number(0.5, 1)
            covered = d.rng.sample(programmes, d.rng.choice((1, 2)) % len(programmes) or 1)
            d.maybe(row, narrow, covers=";".join(covered))
            inputs = ("p", "c", "s;p" if "levels" in d.topics else "p", "group:parts")
            d.maybe(row, narrow, items=d.rng.choice(inputs))
            d.maybe(row, 0.35, fixed_cost=d.number(5, 80))
            d.maybe(row, lesser * (kind != "reduced"), lesser_of_two="yes")
