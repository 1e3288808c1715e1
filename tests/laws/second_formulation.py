"""A second formulation of the sourcing problem, written from the design documents alone.

Nothing is shared with the planner: it reads plain rows, writes one big-M row after another, and hands them to
HiGHS. `formulate(tables, settings)` gives the program, `least_cost(tables, settings)` its optimum.

Strategic stock is left out: without scenarios nothing draws on it, so none is ever kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from tests.laws.program import Program, Term
from tests.laws.reading import Row, Tables, World, entries
from tests.laws.second_design import Design
from tests.laws.stack import duty, fees


class Good(NamedTuple):
    item: str
    source: str
    deal: str


class Flow(NamedTuple):
    """Units of a good over a lane in a period."""

    origin: str
    destination: str
    mode: str
    good: Good
    t: int


class Operations:
    """What flows, is made and is kept, with its costs and balances."""

    def __init__(self, world: World, program: Program) -> None:
        self.world, self.program = world, program
        self.design = Design(world, program)
        self.flow: dict[Flow, int] = {}
        self.run: dict[tuple[str, str, str, int], int] = {}
        self.feed: dict[tuple[str, Good, int], list[Term]] = {}
        self.kept: dict[tuple[str, Good, int], int] = {}
        self.short: dict[tuple[str, str, int], int] = {}
        self.emitted: list[tuple[str, str, int, Term]] = []  # location, item, period: kg
        self.spent: list[tuple[str, str, int, Term]] = []  # location, item, period: money
        self.flows()
        self.runs()
        self.leave_out()
        self.purchases()
        self.balances()
        self.stock_limits()
        self.facilities()
        self.loads()
        self.gateways()
        self.markets()

    # Goods and where they can be ----------------------------------------------------------------------

    @cached_property
    def recipes(self) -> dict[tuple[str, str], dict[str, float]]:
        found: dict[tuple[str, str], dict[str, float]] = {}
        for row in self.world.tables["bom"]:
            found.setdefault((row["item"], row["recipe"]), {})[row["component"]] = row["quantity"]
        return found

    @cached_property
    def made(self) -> set[tuple[str, str]]:
        rows = self.world.tables["production"]
        return {(row["location"], row["item"]) for row in rows if self.world.role(row["location"]) == "plant"}

    @cached_property
    def fed(self) -> set[tuple[str, str]]:
        """Plants and the items that a recipe of theirs takes."""
        return {
            (row["location"], component)
            for row in self.world.tables["production"]
            for component in self.recipes.get((row["item"], row["recipe"]), ())
        }

    @cached_property
    def goods(self) -> list[Good]:
        bought = [
            Good(item, source, deal) for t in self.world.times for source, item, deal in self.design.offers(t)
        ]
        rows = self.world.tables["production"]
        made = [
            Good(r["item"], r["location"], r["recipe"])
            for r in rows
            if self.world.role(r["location"]) == "plant"
        ]
        initial = [
            Good(item, place, "initial") for (place, item), row in self.world.stock.items() if row["initial"]
        ]
        return list(dict.fromkeys(bought + made + initial))

    def ships(self, location: str, good: Good) -> bool:
        """Plants ship what they make; suppliers what they sell; warehouses all that they have."""
        if self.world.role(location) == "plant":
            return location == good.source and (location, good.item) in self.made
        return self.world.role(location) == "warehouse" or location == good.source

    def takes(self, location: str, good: Good) -> bool:
        role = self.world.role(location)
        if role == "plant":
            return location != good.source and (location, good.item) in self.fed
        markets = {(row["market"], row["item"]) for row in self.world.tables["demand"]}
        return role == "warehouse" or (location, good.item) in markets

    @cached_property
    def places(self) -> dict[Good, list[str]]:
        """Where each good can come to."""
        found: dict[Good, list[str]] = {}
        for good in self.goods:
            reached = [good.source]
            for location in reached:
                for origin, destination, _, item in self.world.lanes:
                    new = item == good.item and origin == location and destination not in reached
                    if new and self.ships(location, good) and self.takes(destination, good):
                        reached.append(destination)
            found[good] = reached
        return found

    def deal(self, good: Good, t: int) -> Row | None:
        """The row that gives price, value and origin of the good in a period."""
        if good.deal == "initial":
            return self.world.stock[good.source, good.item]
        table = "production" if self.world.role(good.source) == "plant" else "offers"
        return self.world.latest(table, (good.source, good.item, good.deal), t)

    def value(self, good: Good, t: int) -> float:
        row = self.deal(good, t)
        assert row is not None
        column = "initial_value" if good.deal == "initial" else "customs_value"
        if "unit_cost" in row and self.world.role(good.source) == "supplier":
            return self.world.money(row, "unit_cost")
        if row[column] is not None:
            return self.world.money(row, column)
        return self.world.money(self.world.item[good.item], "customs_value")

    def origin(self, good: Good, t: int) -> str:
        row = self.deal(good, t)
        assert row is not None
        return str(row["origin"] or self.world.country_of(good.source))

    @cached_property
    def most(self) -> dict[str, float]:
        """More units of each item than any good plan moves: what is wanted and may be stocked, exploded."""
        wanted: dict[str, float] = dict.fromkeys(self.world.item, 0.0)
        for t in self.world.times:
            for (_, item), row in self.world.at("demand", t).items():
                wanted[item] += row["quantity"]
        for row in self.world.tables["inventory"]:
            room = row["max_stock"] if row["max_stock"] < 1e6 else 0.0
            wanted[row["item"]] += row["initial"] + room * len(self.world.times)
        total: dict[str, float] = {}

        def need(item: str) -> float:
            if item not in total:
                uses = [(made[0], parts[item]) for made, parts in self.recipes.items() if item in parts]
                total[item] = 1.0 + wanted[item] + sum(need(parent) * number for parent, number in uses)
            return total[item]

        return {item: need(item) for item in self.world.item}

    def leave_out(self) -> None:
        """Nothing moves or is made that cannot come from a source and reach a market."""
        come = self.coming()
        go = self.going(come)
        for flow, column in self.flow.items():
            to = flow.destination, flow.good
            if (flow.origin, flow.good) not in come or to not in go:
                self.program.upper[column] = 0.0
        for (plant, item, recipe, _), column in self.run.items():
            if (plant, Good(item, plant, recipe)) not in go:
                self.program.upper[column] = 0.0

    def coming(self) -> set[tuple[str, Good]]:
        """Locations and the goods that can be there."""
        ready = {(good.source, good) for good in self.goods if (good.source, good.item) not in self.made}
        ready |= {(good.source, good) for good in self.goods if good.deal == "initial"}
        before = -1
        while before < len(ready):
            before = len(ready)
            ready |= {(f.destination, f.good) for f in self.flow if (f.origin, f.good) in ready}
            there = {(location, good.item) for location, good in ready}
            for plant, item, recipe, _ in self.run:
                if all((plant, part) in there for part in self.recipes.get((item, recipe), ())):
                    ready.add((plant, Good(item, plant, recipe)))
        return ready

    def going(self, come: set[tuple[str, Good]]) -> set[tuple[str, Good]]:
        """Those of them that can go on to a market, as they are or in what is made of them."""
        useful = {each for each in come if self.world.role(each[0]) == "market"}
        before = -1
        while before < len(useful):
            before = len(useful)
            useful |= {(f.origin, f.good) for f in self.flow if (f.destination, f.good) in useful} & come
            wanted = {
                (plant, part)
                for plant, item, recipe, _ in self.run
                if (plant, Good(item, plant, recipe)) in useful
                for part in self.recipes.get((item, recipe), ())
            }
            useful |= {each for each in come if (each[0], each[1].item) in wanted}
        return useful

    # Flows and what a unit costs ----------------------------------------------------------------------

    def flows(self) -> None:
        for good, places in self.places.items():
            for (origin, destination, mode, item), position in self.world.lanes.items():
                if item != good.item or origin not in places or not self.ships(origin, good):
                    continue
                if not self.takes(destination, good):
                    continue
                lane = self.world.tables["lanes"][position]
                for t in self.world.times:
                    flow = Flow(origin, destination, mode, good, t)
                    if self.possible(flow, lane):
                        self.flow[flow] = self.program.number(str(flow), upper=self.most[good.item])
                        self.cost_of(flow, lane)

    def days(self, lane: Row) -> float:
        gateways = [self.world.gateway[name] for name in entries(lane["gateways"])]
        return float(lane["transit_days"] + sum(gateway["dwell_days"] for gateway in gateways))

    def possible(self, flow: Flow, lane: Row) -> bool:
        good, t, world = flow.good, flow.t, self.world
        if world.role(flow.origin) == "supplier":
            if (good.source, good.item, good.deal) not in self.design.offers(t):
                return False
        elif self.deal(good, t) is None:
            return False
        if world.role(flow.origin) == "warehouse" and self.handling(flow.origin, good.item, t) is None:
            return False
        if world.role(flow.destination) == "market":
            demand = world.at("demand", t).get((flow.destination, good.item))
            limit = None if demand is None else demand["max_transit_days"]
            return demand is not None and (limit is None or self.days(lane) <= limit)
        return True

    def handling(self, warehouse: str, item: str, t: int) -> Row | None:
        """The row under which a warehouse passes an item out; one without rows handles anything, free."""
        rows = [row for row in self.world.tables["production"] if row["location"] == warehouse]
        if not rows:
            return {"unit_cost": 0.0, "capacity_use": 1.0, "max_quantity": float("inf"), "currency": ""}
        return self.world.at("production", t).get((warehouse, item, "base"))

    def cost_of(self, flow: Flow, lane: Row) -> None:
        """Price of one unit over the lane, all that is due at the border included."""
        world, good, t = self.world, flow.good, flow.t
        weight = world.measure(good.item, lane["per"])
        freight = world.money(lane, "unit_cost") * weight
        value = self.value(good, t)
        cost = freight + value * world.costs.get("carrying_rate", 0.0) * self.days(lane) / 365
        for gateway in (world.gateway[name] for name in entries(lane["gateways"])):
            cost += world.money(gateway, "unit_cost") * world.measure(good.item, gateway["per"])
        importer = world.country_of(flow.destination)
        if world.country_of(flow.origin) != importer:
            insurance = world.costs.get("insurance_rate", 0.0) * value
            basis = world.country.get(importer, {"customs_basis": "FOB"})["customs_basis"]
            declared = value + (freight + insurance if basis == "CIF" else 0.0)
            crossing = importer, self.origin(good, t), good.item
            cost += insurance + duty(world, lane, crossing, t, declared)
            cost += fees(world, lane, crossing, t, declared)
        if world.role(flow.origin) == "warehouse":
            row = self.handling(flow.origin, good.item, t)
            assert row is not None
            cost += world.money(row, "unit_cost")
        self.program.cost[self.flow[flow]] += world.discount(t) * cost
        self.emit(flow.origin, good.item, t, (self.flow[flow], lane["emission_kg"] * weight))

    def emit(self, location: str, item: str, t: int, term: Term) -> None:
        price = self.world.costs.get("carbon_price", 0.0)
        self.program.cost[term[0]] += self.world.discount(t) * price * term[1]
        self.emitted.append((location, item, t, term))

    def purchases(self) -> None:
        """Contracts and what suppliers are paid."""
        for t in self.world.times:
            paid: dict[str, list[Term]] = {}
            for key, row in self.design.offers(t).items():
                good = Good(key[1], key[0], key[2])
                flows = [
                    (v, 1.0)
                    for f, v in self.flow.items()
                    if f.good == good and (f.origin, f.t) == (key[0], t)
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

    # Making -------------------------------------------------------------------------------------------

    def runs(self) -> None:
        for t in self.world.times:
            for (plant, item, recipe), row in self.world.at("production", t).items():
                if self.world.role(plant) == "plant":
                    self.one_run((plant, item, recipe, t), row)

    def one_run(self, key: tuple[str, str, str, int], row: Row) -> None:
        plant, item, recipe, t = key
        cost = self.world.discount(t) * self.world.money(row, "unit_cost")
        most = min(row["max_quantity"], self.most[item])
        run = self.run[key] = self.program.number(f"run {key}", cost=cost, upper=most)
        self.spent.append((plant, item, t, (run, self.world.money(row, "unit_cost"))))
        if row["setup_cost"]:
            price = self.world.discount(t) * self.world.money(row, "setup_cost")
            self.program.at_most([(run, 1.0), (self.program.choice(f"set up {key}", price), -most)], 0)
        for component, quantity in self.recipes.get((item, recipe), {}).items():
            taken = []
            for good, places in self.places.items():
                if good.item == component and plant in places:
                    column = self.program.number(f"feed {key} {good}")
                    self.feed.setdefault((plant, good, t), []).append((column, 1.0))
                    taken.append((column, 1.0))
            self.program.equal([*taken, (run, -quantity)], 0)

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
        made = self.run.get((location, good.item, good.deal, t)) if location == good.source else None
        leaves += [(column, -1.0) for column, _ in self.feed.get((location, good, t), [])]
        terms = arrives + leaves + ([] if made is None else [(made, 1.0)])
        row = self.world.stock.get((location, good.item))
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
