"""The second formulation: the rules that a plan must obey."""

from __future__ import annotations

from collections.abc import Iterator

from tests.laws.program import Term
from tests.laws.reading import Row
from tests.laws.second_formulation import Operations

COUNTS = ("count_open", "count_suppliers")
SOURCES = ("supplier", "plant")


class Policies:
    """Every policy, on each of its sides, in each period in which it holds (None: over the horizon)."""

    def __init__(self, operations: Operations) -> None:
        self.ops, self.world, self.program = operations, operations.world, operations.program
        for row in self.world.tables["policies"]:
            for t in self.instances(row):
                for side in ("max", "min"):
                    if row[side] is not None:
                        self.rule(row, side, t)

    def instances(self, row: Row) -> list[int | None]:
        if row["period"]:
            return [self.world.periods.index(row["period"])]
        return list(self.world.times) if row["measure"] in COUNTS else [None]

    def rule(self, row: Row, side: str, t: int | None) -> None:
        """sign x (left - limit) <= violation, for one or several left sides."""
        sign = 1.0 if side == "max" else -1.0
        slack: list[Term] = []
        if row["penalty"] is not None:
            price = float(row["penalty"]) * self.world.rate(row)
            slack = [(self.program.number(f"violation {row['policy']} {side} {t}", price), -1.0)]
        for terms, limit in self.sides(row, side, t):
            signed = [(column, sign * value) for column, value in terms]
            self.program.at_most([*signed, *slack], sign * limit)

    def sides(self, row: Row, side: str, t: int | None) -> Iterator[tuple[list[Term], float]]:
        """The left side and what it may at most (or must at least) be."""
        who, of, limit = self.chosen(row["who"]), self.chosen(row["of"]), float(row[side])
        measure = row["measure"]
        if measure == "volume":
            yield self.volume(row, who, t, mixed=False), limit
        elif measure == "volume_share":
            share = self.volume(row, of, t, mixed=True)
            yield self.volume(row, who, t, mixed=True) + _times(share, -limit), 0.0
        elif measure == "supplier_share":
            yield from self.supplier_shares(row, who, limit, t)
        elif measure in ("spend", "capex"):
            terms = self.spend(row, who, t) if measure == "spend" else self.capex(who, t)
            yield terms, limit * self.world.rate(row)
        elif measure == "spend_share":
            yield self.spend(row, who, t) + _times(self.spend(row, of, t), -limit), 0.0
        else:
            yield from self.counted(row, side, t)

    def counted(self, row: Row, side: str, t: int | None) -> Iterator[tuple[list[Term], float]]:
        who, limit, measure = self.chosen(row["who"]), float(row[side]), row["measure"]
        if measure == "emissions":
            yield [e[3] for e in self.ops.emitted if self.within(row, who, e[0], e[1], e[2], t)], limit
        elif measure == "fill_rate":
            yield self.fill_rate(row, who, limit, t)
        elif measure == "count_open":
            assert t is not None
            yield self.count_open(who, t, limit)
        else:
            assert t is not None
            yield self.count_suppliers(row, who, t, capped=row["max"] is not None), limit

    # Measures -----------------------------------------------------------------------------------------

    def chosen(self, cell: str) -> set[str]:
        return {name for name in self.world.location if self.world.location_match(cell, name) is not None}

    def items(self, row: Row) -> list[str]:
        return [item for item in self.world.item if self.world.item_match(row["item"], item) is not None]

    def within(self, row: Row, who: set[str], location: str, item: str, b: int, t: int | None) -> bool:
        return location in who and item in self.items(row) and t in (None, b)

    def volume(self, row: Row, who: set[str], t: int | None, *, mixed: bool) -> list[Term]:
        """Shipped by suppliers, made by plants, passed out by warehouses, received by markets."""
        roles = {self.world.role(location) for location in who}
        if mixed and len(roles) > 1:
            who = {location for location in who if self.world.role(location) in SOURCES}
        terms = []
        for flow, column in self.ops.flow.items():
            sends = self.world.role(flow.origin) in ("supplier", "warehouse")
            if sends and self.within(row, who, flow.origin, flow.good.item, flow.t, t):
                terms.append((column, 1.0))
            receives = self.world.role(flow.destination) == "market"
            if receives and self.within(row, who, flow.destination, flow.good.item, flow.t, t):
                terms.append((column, 1.0))
        for (plant, item, _, b), column in self.ops.run.items():
            if self.within(row, who, plant, item, b, t):
                terms.append((column, 1.0))
        return terms

    def supplier_shares(
        self, row: Row, who: set[str], limit: float, t: int | None
    ) -> Iterator[tuple[list[Term], float]]:
        suppliers = {name for name in self.world.location if self.world.role(name) == "supplier"}
        for item in self.items(row):
            one = {**row, "item": item}
            everything = self.volume(one, suppliers, t, mixed=False)
            for supplier in sorted(who & suppliers):
                yield self.volume(one, {supplier}, t, mixed=False) + _times(everything, -limit), 0.0

    def spend(self, row: Row, who: set[str], t: int | None) -> list[Term]:
        return [each[3] for each in self.ops.spent if self.within(row, who, each[0], each[1], each[2], t)]

    def capex(self, who: set[str], t: int | None) -> list[Term]:
        design, terms = self.ops.design, []
        for location in who & set(design.options):
            for option in design.options[location]:
                price = self.world.money(option, "open_cost")
                name = location, option["option"]
                terms += [(design.opening[*name, b], price) for b in self.world.times if t in (None, b)]
        for (supplier, b), column in design.qualify.items():
            if supplier in who and t in (None, b):
                terms.append((column, self.world.money(design.suppliers[supplier], "qualify_cost")))
        return terms

    def fill_rate(self, row: Row, who: set[str], limit: float, t: int | None) -> tuple[list[Term], float]:
        """Met - rate x demand >= 0, with what is met written as demand - short."""
        demand, terms = 0.0, []
        for b in self.world.times:
            for (market, item), wanted in self.world.at("demand", b).items():
                if self.within(row, who, market, item, b, t):
                    demand += wanted["quantity"]
                    if (market, item, b) in self.ops.short:
                        terms.append((self.ops.short[market, item, b], -1.0))
        return terms, limit * demand - demand

    def count_open(self, who: set[str], t: int, limit: float) -> tuple[list[Term], float]:
        """Locations with any open option; a plant or warehouse without options is always open."""
        design, terms, always = self.ops.design, [], 0
        for location in who:
            if location in design.options:
                opened = self.program.choice(f"any open {location} {t}")
                terms.append((opened, 1.0))
                states = [(design.open[location, o["option"], t], 1.0) for o in design.options[location]]
                self.program.at_most([(opened, 1.0), *_times(states, -1.0)], 0)
                for column, _ in states:
                    self.program.at_least([(opened, 1.0), (column, -1.0)], 0)
            elif self.world.role(location) in ("plant", "warehouse"):
                always += 1
        return terms, limit - always

    def count_suppliers(self, row: Row, who: set[str], t: int, *, capped: bool) -> list[Term]:
        terms, offers = [], self.ops.design.offers(t)
        for item in self.items(row):
            least = row["min_share"] * self.reference(item, t)
            for supplier in sorted({key[0] for key in offers if key[0] in who and key[1] == item}):
                counts = self.program.choice(f"counts {supplier} {item} {t}")
                terms.append((counts, 1.0))
                volume = self.volume({**row, "item": item}, {supplier}, t, mixed=False)
                self.program.at_least([*volume, (counts, -least)], 0)
                if capped:
                    most = max(self.ops.most[item] - least, 0.0)
                    self.program.at_most([*volume, (counts, -most)], least)
        return terms

    def reference(self, item: str, t: int) -> float:
        """Base demand exploded through the `base` recipes, or the first where there is no `base`."""
        direct = [row["quantity"] for key, row in self.world.at("demand", t).items() if key[1] == item]
        total = float(sum(direct))
        for parent in self.world.item:
            recipes = sorted(key[1] for key in self.ops.recipes if key[0] == parent)
            if recipes:
                recipe = "base" if "base" in recipes else recipes[0]
                quantity = self.ops.recipes[parent, recipe].get(item, 0.0)
                total += quantity * self.reference(parent, t) if quantity else 0.0
        return total


def _times(terms: list[Term], factor: float) -> list[Term]:
    return [(column, factor * value) for column, value in terms]
