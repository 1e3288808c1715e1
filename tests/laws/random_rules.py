"""The rows of random instances that are about rules: gateways, tariffs, fees, policies, currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.laws.random_instances import Draft

MEASURES = (
    "volume", "volume_share", "supplier_share", "spend", "spend_share", "capex", "count_open", "count_suppliers",
    "emissions", "fill_rate",
)  # fmt: skip


def add(d: Draft) -> None:
    for step in (gateways, tariffs, fees, currencies, policies):
        step(d)


def gateways(d: Draft) -> None:
    for name in ("port", "canal") if "gateways" in d.topics else ():
        row = d.add("gateways", gateway=name, unit_cost=d.number(0.1, 3))
        d.maybe(row, 0.6, capacity=d.number(10, 50))
        d.maybe(row, 0.4, per=d.rng.choice(("kg", "m3")))
        d.maybe(row, 0.7, dwell_days=float(d.rng.choice((2, 10, 25))))


def tariffs(d: Draft) -> None:
    for importer in ("US", "MX") if "tariffs" in d.topics else ():
        for row in candidates(d):
            chance = row.pop("chance")
            if d.rng.random() < chance:
                d.add("tariffs", importer=importer, **row)
    known = {row["programme"] for row in d.tables.get("tariffs", ())}
    for row in d.tables.get("tariffs", ()):
        row["displaces"] = ";".join(name for name in row.get("displaces", "").split(";") if name in known)
        d.maybe(row, 0.3 * ("currencies" in d.topics and "specific" in row), currency="CNY")
    if "tariffs" in d.topics and d.rng.random() < 0.6:
        d.settings["instance"]["duty_date"] = d.rng.choice(("2026-06-01", "2027-02-01", "2029-01-01"))


def candidates(d: Draft) -> list[dict[str, Any]]:
    """At most one row of a programme at each level of detail, so that no two rows tie."""
    ends = d.rng.choice(("2027-02-01", "2027-07-01", "2028-01-01"))
    starts = d.rng.choice(("2027-01-15", "2027-03-01", "2028-01-01"))
    per = d.rng.choice(("unit", "kg"))
    steel = {"item": d.rng.choice(("c", "p")), "specific": d.number(0.5, 6), "specific_per": per}
    rows = (
        (1.0, "MFN", "*", {"rate": d.number(0.01, 0.15)}),
        (0.5, "MFN", "*", {"hs": "8529", "rate": d.number(0.0, 0.3)}),
        (0.3, "MFN", "*", {"hs": "8528.72", "rate": d.number(0.0, 0.3), "specific": d.number(0, 3)}),
        (0.6, "S301", "CN", {"rate": d.number(0.1, 0.6)}),
        (0.4, "S301", "CN", {"item": "p", "rate": d.number(0, 0.4), "displaces": d.rng.choice(("", "MFN"))}),
        (0.4, "S301", "region:Asia;ally:no", {"hs": "85", "rate": d.number(0.05, 0.3)}),
        (0.7, "S232", "*", {"rate": d.number(0, 0.2), "displaces": "S301;CEILING;MFN", **steel}),
        (0.7, "CEILING", d.rng.choice(("VN", "CN;VN")), {"rate": d.number(0.1, 0.4), "rule": "cap"}),
        (0.6, "OLD", "*", {"rate": d.number(0.1, 0.5), "ends": ends}),
        (0.6, "NEW", d.rng.choice(("MX;VN", "CN;US;MX;VN")), {"rate": d.number(0.1, 0.5), "starts": starts}),
    )
    return [{"chance": c, "programme": p, "origin": origin, **cells} for c, p, origin, cells in rows]


def fees(d: Draft) -> None:
    if "fees" not in d.topics:
        return
    least = d.number(300, 1500)
    row = d.add("fees", importer="US", fee="MPF", rate=d.number(0.02, 0.12))
    d.maybe(row, 0.65, min_per_entry=least)
    d.maybe(row, 0.7, max_per_entry=row.get("min_per_entry", 0.0) + d.number(5, 150))
    harbour = {"importer": d.rng.choice(("US", "MX")), "fee": "HMF", "rate": d.number(0.01, 0.1)}
    end = d.rng.choice(("2026-12-01", "2027-04-01"))
    choices = (
        {**harbour, "modes": d.rng.choice(("default", "air", "pact;air"))},
        {"importer": d.rng.choice(("US", "MX")), "fee": "DTA", "rate": d.number(0.05, 0.15), "ends": end},
        {"importer": "US", "fee": "WAR", "rate": d.number(0.02, 0.1), "starts": "2027-02-01"},
    )
    for cells in choices:
        if d.rng.random() < 0.75:
            d.add("fees", **cells)


def currencies(d: Draft) -> None:
    if "currencies" not in d.topics:
        return
    for table in ("items", "offers", "production", "demand", "gateways", "suppliers"):
        for row in d.tables.get(table, []):
            if d.rng.random() < 0.25:
                row["currency"] = d.rng.choice(("MXN", "CNY"))


def policies(d: Draft) -> None:
    if "policies" not in d.topics:
        return
    for number, measure in enumerate(d.rng.sample(MEASURES, 5)):
        row = d.add("policies", policy=f"rule{number}", measure=measure)
        row.update(_limits(d, measure))
        if d.rng.random() < 0.75 or ("min" in row and measure not in ("count_open", "count_suppliers")):
            row["penalty"] = _penalty(d, measure)
        if d.rng.random() < 0.45:
            row["period"] = d.rng.choice(d.periods)
        if d.on("currencies", 0.3):
            row["currency"] = "MXN"


def _penalty(d: Draft, measure: str) -> float:
    if measure in ("spend", "spend_share", "capex"):
        return d.number(0.1, 2)
    return d.number(20, 400) if measure in ("count_open", "count_suppliers") else d.number(0.5, 20)


def _limits(d: Draft, measure: str) -> dict[str, Any]:
    cells = ("role:supplier", "supplier1", "group:first", "ally:yes", "country:CN", "region:Asia", "*")
    suppliers = d.naming(cells)
    side = d.rng.choice(("min", "max"))
    if measure == "volume":
        who = d.rng.choice(("supplier1", "plant1;plant2", "*", "role:plant;role:supplier", "group:first"))
        return {"who": who, side: d.number(15, 90), "item": d.rng.choice(("p", "c"))}
    if measure in ("volume_share", "spend_share"):
        of = d.rng.choice(("*", "role:supplier", "supplier1;supplier2", "plant1", "supplier2"))
        return {"who": suppliers, "of": of, side: d.number(0.2, 0.8), "item": d.rng.choice(("*", "*", "c"))}
    if measure == "supplier_share":
        return {"who": suppliers, "max": d.number(0.3, 0.8)}
    if measure == "spend":
        return {"who": suppliers, "item": "c", side: d.number(100, 600)}
    if measure == "capex":
        return {"max": d.number(50, 500)} if side == "max" else {"min": d.number(50, 300)}
    return _counts(d, measure, side)


def _counts(d: Draft, measure: str, side: str) -> dict[str, Any]:
    if measure == "count_open":
        who = d.rng.choice(("role:plant", "*", "plant1"))
        return {"who": who, side: d.rng.choice((1, 1, 2))}
    if measure == "count_suppliers":
        return {"item": "c", side: d.rng.choice((1, 2)), "min_share": d.number(0.2, 0.8)}
    if measure == "emissions":
        who, item = d.rng.choice(("*", "role:supplier", "role:plant")), d.rng.choice(("*", "p", "c"))
        return {"who": who, "item": item, "max": d.number(20, 200)}
    return {"who": "*", "min": d.number(0.5, 1.0)}
