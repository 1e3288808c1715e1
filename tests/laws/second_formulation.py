"""A second formulation of the sourcing problem, written from the design documents alone.

Nothing is shared with the planner: it reads plain rows, writes one big-M row after another, and hands them to
HiGHS. `formulate(tables, settings)` gives the program, `least_cost(tables, settings)` its optimum.

Strategic stock is left out: without scenarios nothing draws on it, so none is ever kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.laws.program import Program, Term
from tests.laws.reading import Row, Tables, World, entries
from tests.laws.second_network import Good, Network


class Operations(Network):
    """What is bought, kept and met: contracts, balances, capacities."""

    def __init__(self, world: World, program: Program) -> None:
        super().__init__(world, program)
        self.kept: dict[tuple[str, Good, int], int] = {}
        self.short: dict[tuple[str, str, int], int] = {}
        self.purchases()
        self.balances()
        self.stock_limits()
        self.facilities()
        self.loads()
        self.gateways()
        self.markets()

    def purchases(self) -> None:
        """Contracts and what suppliers are paid."""
        for t in self.world.times:
            paid: dict[str, list[Term]] = {}
            for key, row in self.design.offers(t).items():
                deal = key[1], key[0], key[2]
                flows = [
                    (v, 1.0)
                    for f, v in self.flow.items()
                    if f.good[:3] == deal and (f.origin, f.t) == (key[0], t)
                ]
                price = self.world.money(row, "unit_cost")
                for column, _ in flows:
                    self.program.cost[column] += self.world.discount(t) * price
                units = self.design.bought((*key, t), row, flows, self.most[key[1]])
                terms = [(column, price * value) for column, value in units]
                paid.setdefault(key[0], []).extend(terms)
                self.spent += [(key[0], key[1], t, term) for term in terms]
            for supplier, terms in paid.items():
                row = self.design.suppliers.get(supplier, {"max_spend": float("inf"), "currency": ""})
                self.program.at_most(terms, self.world.money(row, "max_spend"))

    # Balances and stock -------------------------------------------------------------------------------

    def balances(self) -> None:
        for good, places in self.places.items():
            for location in places:
                if self.world.role(location) in ("plant", "warehouse"):
                    for t in self.world.times:
                        self.balance(location, good, t)

    def balance(self, location: str, good: Good, t: int) -> None:
        arrives = [
            (v, 1.0) for f, v in self.flow.items() if (f.destination, f.good, f.t) == (location, good, t)
        ]
        leaves = [(v, -1.0) for f, v in self.flow.items() if (f.origin, f.good, f.t) == (location, good, t)]
        made = self.output(good, t) if location == good.source else []
        leaves += [(column, -1.0) for column, _ in self.feed.get((location, good, t), [])]
        terms = arrives + leaves + made
        row = self.shelf(location, good)
        initial = 0.0
        if row is not None and self.deal(good, t) is not None:
            years = self.world.days / 365
            carrying = self.value(good, t) * self.world.costs.get("carrying_rate", 0.0) * years
            price = self.world.discount(t) * (self.world.money(row, "holding_cost") + carrying)
            kept = self.kept[location, good, t] = self.program.number(f"stock {location} {good} {t}", price)
            before = self.kept.get((location, good, t - 1))
            if t == 0 and good.deal == "initial" and good.source == location:
                initial = row["initial"]
            terms += [(kept, -1.0)] + ([] if before is None else [(before, 1.0)])
            terms += self.lost(location, good, t, initial)
        self.program.equal(terms, -initial)

    def output(self, good: Good, t: int) -> list[Term]:
        """What its plant makes of the good."""
        made = self.run.get((good.source, good.item, good.deal, t))
        return [] if made is None else [(made, 1.0)]

    def shelf(self, location: str, good: Good) -> Row | None:
        """The row under which the good may be kept there."""
        return self.world.stock.get((location, good.item))

    def lost(self, location: str, good: Good, t: int, initial: float) -> list[Term]:
        """What was there before is lost where the location is not usable, and only then."""
        if (location, t) not in self.design.usable:
            return []
        lost = self.program.number(f"lost {location} {good} {t}")
        before = self.kept.get((location, good, t - 1))
        there = [] if before is None else [(before, -1.0)]
        self.program.at_most([(lost, 1.0), *there], initial)
        usable, most = self.design.usable[location, t], self.most[good.item]
        self.program.at_most([(lost, 1.0), *((column, most) for column, _ in usable)], most)
        return [(lost, -1.0)]

    def stock_limits(self) -> None:
        for (location, item), row in self.world.stock.items():
            for t in self.world.times:
                kept = [
                    (v, 1.0)
                    for (place, good, b), v in self.kept.items()
                    if (place, good.item, b) == (location, item, t)
                ]
                self.program.at_most(kept, row["max_stock"])
                for column, _ in kept:
                    self.only_if_usable(location, t, column, self.most[item])

    # Capacity -----------------------------------------------------------------------------------------

    def only_if_usable(self, location: str, t: int, column: int, most: float) -> None:
        if (location, t) in self.design.usable:
            usable = [(choice, -most) for choice, _ in self.design.usable[location, t]]
            self.program.at_most([(column, 1.0), *usable], 0)

    def facilities(self) -> None:
        for flow, column in self.flow.items():
            for location in (flow.origin, flow.destination):
                self.only_if_usable(location, flow.t, column, self.most[flow.good.item])
        for (plant, item, _, t), column in self.run.items():
            self.only_if_usable(plant, t, column, self.most[item])
        for t in self.world.times:
            for (warehouse, item, _), row in self.world.at("production", t).items():
                if self.world.role(warehouse) == "warehouse":
                    passed = [(v, 1.0) for v in self.passing(warehouse, item, t)]
                    self.program.at_most(passed, row["max_quantity"])
            for location in self.design.options:
                self.facility_capacity(location, t)

    def passing(self, location: str, item: str, t: int) -> list[int]:
        return [v for f, v in self.flow.items() if (f.origin, f.good.item, f.t) == (location, item, t)]

    def load_of(self, location: str, item: str, t: int) -> list[Term]:
        """Capacity units that an item takes at a plant or warehouse."""
        if self.world.role(location) == "plant":
            rows = self.world.at("production", t)
            keys = [key for key in rows if key[:2] == (location, item)]
            return [(self.run[*key, t], rows[key]["capacity_use"]) for key in keys]
        row = self.handling(location, item, t)
        return [] if row is None else [(v, row["capacity_use"]) for v in self.passing(location, item, t)]

    def facility_capacity(self, location: str, t: int) -> None:
        """Each option has its part of the use; the part of an option that is not usable is 0."""
        part: dict[str, list[Term]] = {option["option"]: [] for option in self.design.options[location]}
        for item in self.world.item:
            load = self.load_of(location, item, t)
            if not load:
                continue
            split = []
            for option in self.design.options[location]:
                used = self.program.number(f"used {location} {option['option']} {item} {t}")
                part[option["option"]].append((used, 1.0))
                split.append((used, -1.0))
                self.emit(location, item, t, (used, option["emission_kg"]))
            self.program.equal([*load, *split], 0)
            most = sum(value for _, value in load) * self.most[item]
            for option, (used, _) in zip(self.design.options[location], split, strict=True):
                usable = self.design.usable_in[location, option["option"], t]
                self.program.at_most([(used, 1.0), (usable, -most)], 0)
        for option in self.design.options[location]:
            if part[option["option"]] and option["capacity"] < float("inf"):
                usable = self.design.usable_in[location, option["option"], t]
                self.program.at_most([*part[option["option"]], (usable, -option["capacity"])], 0)

    # Lanes and gateways -------------------------------------------------------------------------------

    def loads(self) -> None:
        """Capacity, fixed cost and minimum of each (origin, destination, mode) under one row."""
        carried: dict[tuple[str, str, str, int, int], list[Term]] = {}
        for flow, column in self.flow.items():
            position = self.world.lanes[flow.origin, flow.destination, flow.mode, flow.good.item]
            weight = self.world.measure(flow.good.item, self.world.tables["lanes"][position]["per"])
            carried.setdefault((*flow[:3], position, flow.t), []).append((column, weight))
        for (*ends, position, t), terms in carried.items():
            row = self.world.tables["lanes"][position]
            self.program.at_most(terms, row["capacity"])
            if not row["fixed_cost"] and not row["min_quantity"]:
                continue
            discount = self.world.discount(t)
            use = self.program.choice(f"use {ends} {t}", discount * self.world.money(row, "fixed_cost"))
            for column, _ in terms:
                self.program.at_most([(column, 1.0), (use, -self.program.upper[column])], 0)
            if row["min_quantity"]:
                price = discount * self.world.money(row, "unit_cost")
                unused = self.program.number(f"unused {ends} {t}", price)
                self.program.at_least([*terms, (unused, 1.0), (use, -row["min_quantity"])], 0)

    def gateways(self) -> None:
        for name, gateway in self.world.gateway.items():
            for t in self.world.times:
                passing = []
                for flow, column in self.flow.items():
                    position = self.world.lanes[flow.origin, flow.destination, flow.mode, flow.good.item]
                    if flow.t == t and name in entries(self.world.tables["lanes"][position]["gateways"]):
                        passing.append((column, self.world.measure(flow.good.item, gateway["per"])))
                self.program.at_most(passing, gateway["capacity"])

    # Markets ------------------------------------------------------------------------------------------

    def markets(self) -> None:
        profit = self.world.settings["instance"].get("objective", "cost") == "profit"
        for t in self.world.times:
            for (market, item), row in self.world.at("demand", t).items():
                into: dict[tuple[str, str], list[Term]] = {}
                for f, v in self.flow.items():
                    if (f.destination, f.good.item, f.t) == (market, item, t):
                        into.setdefault((f.origin, f.mode), []).append((v, 1.0))
                met = [term for terms in into.values() for term in terms]
                if profit or row["shortage_cost"] is not None:
                    loss = self.world.money(row, "shortage_cost")
                    loss += self.world.money(row, "price") if profit else 0.0
                    short = self.program.number(f"short {market} {item} {t}", self.world.discount(t) * loss)
                    self.short[market, item, t] = short
                    met.append((short, 1.0))
                self.program.equal(met, row["quantity"])
                if row["single_source"] in (True, "yes"):
                    self.single(row["quantity"], into, f"{market} {item} {t}")

    def single(self, quantity: float, into: Mapping[tuple[str, str], list[Term]], name: str) -> None:
        """All over one lane."""
        lanes = {lane: self.program.choice(f"assign {lane} {name}") for lane in into}
        self.program.at_most([(choice, 1.0) for choice in lanes.values()], 1)
        for lane, terms in into.items():
            self.program.at_most([*terms, (lanes[lane], -quantity)], 0)


def formulate(tables: Tables, settings: Mapping[str, Any]) -> Program:
    """The whole program."""
    from tests.laws.second_policies import Policies

    program = Program()
    Policies(Operations(World(tables, settings), program))
    return program


def least_cost(tables: Tables, settings: Mapping[str, Any]) -> float:
    """The optimum; inf where no plan is feasible."""
    return formulate(tables, settings).least()
