"""The second formulation: which goods can be where, and what a unit of them costs on its way."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from tests.laws.program import Program, Term
from tests.laws.reading import Row, World, entries
from tests.laws.second_design import Design
from tests.laws.stack import duty, fees


class Good(NamedTuple):
    item: str
    source: str
    deal: str
    status: str = ""
    destined: str = ""  # the foreign country for which a duty regime earmarked it


class Flow(NamedTuple):
    """Units of a good over a lane in a period."""

    origin: str
    destination: str
    mode: str
    good: Good
    t: int
    entry: tuple[str, str] = ("", "")  # agreement of the claim, regime of the reduced rate


class Network:
    """Goods, flows and runs, their costs; nothing that cannot come from a source and reach a market."""

    def __init__(self, world: World, program: Program) -> None:
        self.world, self.program = world, program
        self.design = Design(world, program)
        self.flow: dict[Flow, int] = {}
        self.run: dict[tuple[str, str, str, int], int] = {}
        self.feed: dict[tuple[str, Good, int], list[Term]] = {}
        self.emitted: list[tuple[str, str, int, Term]] = []  # location, item, period: kg
        self.spent: list[tuple[str, str, int, Term]] = []  # location, item, period: money
        self.flows()
        self.runs()
        self.leave_out()

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

    def carries(self, origin: str, destination: str, good: Good) -> bool:
        """Whether a lane between the places may carry the good."""
        return self.ships(origin, good) and self.takes(destination, good)

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
                    if new and self.carries(location, destination, good):
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

    # Flows and what a unit costs ----------------------------------------------------------------------

    def flows(self) -> None:
        for good, places in self.places.items():
            for (origin, destination, mode, item), position in self.world.lanes.items():
                if item != good.item or origin not in places:
                    continue
                if not self.carries(origin, destination, good):
                    continue
                lane = self.world.tables["lanes"][position]
                for t in self.world.times:
                    flow = Flow(origin, destination, mode, good, t)
                    if self.possible(flow, lane):
                        self.enter(flow, lane)

    def enter(self, flow: Flow, lane: Row) -> None:
        self.flow[flow] = self.program.number(str(flow), upper=self.most[flow.good.item])
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
            cost += insurance + self.due(flow, lane, declared)
        if world.role(flow.origin) == "warehouse":
            row = self.handling(flow.origin, good.item, t)
            assert row is not None
            cost += world.money(row, "unit_cost")
        self.program.cost[self.flow[flow]] += world.discount(t) * cost
        self.emit(flow.origin, good.item, t, (self.flow[flow], lane["emission_kg"] * weight))

    def due(self, flow: Flow, lane: Row, declared: float) -> float:
        """Duty and fees on one unit of the declared value."""
        good, t = flow.good, flow.t
        crossing = self.world.country_of(flow.destination), self.origin(good, t), good.item
        return duty(self.world, lane, crossing, t, declared) + fees(self.world, lane, crossing, t, declared)

    def emit(self, location: str, item: str, t: int, term: Term) -> None:
        price = self.world.costs.get("carbon_price", 0.0)
        self.program.cost[term[0]] += self.world.discount(t) * price * term[1]
        self.emitted.append((location, item, t, term))

    # Making -------------------------------------------------------------------------------------------

    def runs(self) -> None:
        for t in self.world.times:
            for (plant, item, recipe), row in self.world.at("production", t).items():
                if self.world.role(plant) == "plant":
                    self.one_run((plant, item, recipe, t), row)

    def one_run(self, key: tuple[str, str, str, int], row: Row) -> None:
        plant, item, _, t = key
        cost = self.world.discount(t) * self.world.money(row, "unit_cost")
        most = min(row["max_quantity"], self.most[item])
        run = self.run[key] = self.program.number(f"run {key}", cost=cost, upper=most)
        self.spent.append((plant, item, t, (run, self.world.money(row, "unit_cost"))))
        if row["setup_cost"]:
            price = self.world.discount(t) * self.world.money(row, "setup_cost")
            self.program.at_most([(run, 1.0), (self.program.choice(f"set up {key}", price), -most)], 0)
        self.fill(key, run)

    def fill(self, key: tuple[str, str, str, int], run: int) -> None:
        """Feed the components."""
        plant, item, recipe, t = key
        for component, quantity in self.recipes.get((item, recipe), {}).items():
            taken = []
            for good, places in self.places.items():
                if good.item == component and plant in places:
                    column = self.program.number(f"feed {key} {good}")
                    self.feed.setdefault((plant, good, t), []).append((column, 1.0))
                    taken.append((column, 1.0))
            self.program.equal([*taken, (run, -quantity)], 0)

    # What can come and go ------------------------------------------------------------------------------

    def leave_out(self) -> None:
        """Nothing moves or is made that cannot come from a source and reach a market."""
        come = self.coming()
        go = self.going(come)
        for flow, column in self.flow.items():
            to = flow.destination, flow.good
            if (flow.origin, flow.good) not in come or to not in go:
                self.program.upper[column] = 0.0
        for (plant, item, recipe, _), column in self.run.items():
            if not any((plant, good) in go for good in self.versions(Good(item, plant, recipe))):
                self.program.upper[column] = 0.0

    def versions(self, good: Good) -> list[Good]:
        """The goods that a deal can bring forth."""
        return [good]

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
                    ready |= {(plant, good) for good in self.versions(Good(item, plant, recipe))}
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
                if any((plant, good) in useful for good in self.versions(Good(item, plant, recipe)))
                for part in self.recipes.get((item, recipe), ())
            }
            useful |= {each for each in come if (each[0], each[1].item) in wanted}
        return useful
