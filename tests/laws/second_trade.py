"""The second formulation with trade: what qualifies is a choice, and big-M rows hold each batch to it.

The planner gives each test of each agreement a run of its own, so that nothing has to be chosen. Here a plant
makes batches, and of each a 0-1 choice says whether it qualifies: only then does the rule of origin bind, and
only then may the batch be what can be claimed. One batch a test is enough, as rules of origin scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from tests.laws import trade_rules as trade
from tests.laws.program import Program, Term
from tests.laws.reading import Row, Tables, World, entries
from tests.laws.second_formulation import Operations
from tests.laws.second_network import Flow, Good

Key = tuple[str, str, str, int]  # plant, item, recipe, period


class Option(NamedTuple):
    """What a batch may qualify for."""

    agreement: str
    rule: Row
    measures: tuple[str, ...]


class Trade(Operations):
    """Goods with a status, entries that claim it, origin, quotas and duty regimes."""

    def __init__(self, world: World, program: Program) -> None:
        self.charged: dict[Flow, list[trade.Charge]] = {}
        self.over: dict[tuple[Flow, str], int] = {}
        self.made_of: dict[tuple[Good, int], list[Term]] = {}
        self.covered: dict[tuple[Good, int, str], list[Term]] = {}
        self.choices: list[int] = []
        super().__init__(world, program)
        self.quotas()
        self.relief()

    # Goods --------------------------------------------------------------------------------------------

    @cached_property
    def goods(self) -> list[Good]:
        return [version for good in super().goods for version in self.versions(good)]

    def versions(self, good: Good) -> list[Good]:
        """Bought as what its offers say, made under each agreement for each country, or as it is in stock."""
        if good.deal == "initial" and (good.source, good.item) in self.world.stock:
            return [good]
        if self.world.role(good.source) == "supplier":
            rows = [row for t in self.world.times for key, row in self.world.at("offers", t).items()
                    if (key[1], key[0], key[2]) == good[:3]]  # fmt: skip
            return list(dict.fromkeys(good._replace(status=row["originating"]) for row in rows))
        statuses = ["", *trade.agreements(self.world)]
        return [good._replace(status=s, destined=c) for s in statuses for c in self.classes(good.source)]

    def classes(self, plant: str) -> list[str]:
        """Blank, and the foreign countries for which a duty regime may earmark what the plant makes."""
        home = self.world.country_of(plant)
        ends = {lane[1] for lane in self.world.lanes if lane[0] == plant}
        abroad = sorted({self.world.country_of(end) for end in ends} - {home})
        return ["", *(abroad if self.reliefs(plant) else [])]

    def reliefs(self, plant: str) -> list[Row]:
        return [row for row in trade.regimes(self.world, plant) if row["kind"] != "reduced"]

    def carries(self, origin: str, destination: str, good: Good) -> bool:
        """What is earmarked leaves its plant only for that country."""
        away = good.destined and origin == good.source
        if away and self.world.country_of(destination) != good.destined:
            return False
        return super().carries(origin, destination, good)

    def possible(self, flow: Flow, lane: Row) -> bool:
        if not super().possible(flow, lane):
            return False
        offer = self.world.at("offers", flow.t).get((flow.origin, flow.good.item, flow.good.deal))
        return offer is None or offer["originating"] == flow.good.status

    def shelf(self, location: str, good: Good) -> Row | None:
        return None if good.destined and location == good.source else super().shelf(location, good)

    def output(self, good: Good, t: int) -> list[Term]:
        return self.made_of.get((good, t), [])

    # Entries ------------------------------------------------------------------------------------------

    def country(self, good: Good, t: int) -> str:
        """Where an agreement takes the good to be from: where it was made, or what its offer says."""
        home = self.world.country_of(good.source)
        return home if self.world.role(good.source) == "plant" else self.origin(good, t)

    def enter(self, flow: Flow, lane: Row) -> None:
        """Normally, claiming each agreement, and under each regime that lowers the rate at a price."""
        if self.crosses(flow):
            importer, country = self.world.country_of(flow.destination), self.country(flow.good, flow.t)
            both = (
                set(trade.partners(self.world, importer, country, flow.t)) if importer != country else set()
            )
            claims = ["", *(a for a in entries(flow.good.status) if a in both)]
            priced = [row["programme"] for row in self.reduced(flow) if row["fixed_cost"]]
            for entry in [(claim, regime) for claim in claims for regime in ("", *priced)]:
                super().enter(flow._replace(entry=entry), lane)
        else:
            super().enter(flow, lane)

    def crosses(self, flow: Flow) -> bool:
        return self.world.country_of(flow.origin) != self.world.country_of(flow.destination)

    def reduced(self, flow: Flow) -> list[Row]:
        """The regimes that lower the rates of what enters for a plant."""
        if self.world.role(flow.destination) != "plant":
            return []
        rows = trade.regimes(self.world, flow.destination)
        return [r for r in rows if r["kind"] == "reduced" and trade.relieves(self.world, r, flow.good.item)]

    def due(self, flow: Flow, lane: Row, declared: float) -> float:
        good, (claim, regime) = flow.good, flow.entry
        importer, origin = self.world.country_of(flow.destination), self.origin(good, flow.t)
        day = self.world.duty_day(flow.t)
        crossing = trade.Crossing(importer, origin, good.item, day, declared, claim)
        limits = [row for row in self.reduced(flow) if not row["fixed_cost"] or row["programme"] == regime]
        charges = []
        for charge in trade.charges(self.world, crossing):
            most = [row["rate"] * declared for row in limits if trade.covers(row, charge.programme)]
            inside, above = (min([money, *most]) for money in charge[2:])
            charges.append(charge._replace(money=inside, over=above))
        self.charged[flow] = charges
        if regime:
            used = self.regime(flow.destination, regime, flow.t)
            column = self.flow[flow]
            self.program.at_most([(column, 1.0), (used, -self.program.upper[column])], 0)
        total = sum(charge.money for charge in charges) + trade.fees(self.world, lane, crossing)
        return total + trade.claim_cost(self.world, claim, good.item)

    def regime(self, plant: str, programme: str, t: int) -> int:
        """The choice to pay for a regime in a period."""
        name = f"regime {plant} {programme} {t}"
        if name not in self.program.name:
            row = next(r for r in trade.regimes(self.world, plant) if r["programme"] == programme)
            self.program.choice(name, self.world.discount(t) * self.world.money(row, "fixed_cost"))
        return self.program.name.index(name)

    def quotas(self) -> None:
        """What enters of all goods of a row, above its quota, pays the difference of the rates."""
        under: dict[tuple[int, int], list[Term]] = {}
        limit = {id(row): row["quota"] for row in self.world.tables["tariffs"] if row["quota"] is not None}
        for flow, charges in self.charged.items():
            for charge in charges:
                if charge.row is not None and id(charge.row) in limit:
                    price = self.world.discount(flow.t) * (charge.over - charge.money)
                    over = self.program.number(f"over {flow} {charge.programme}", price)
                    self.over[flow, charge.programme] = over
                    self.program.at_most([(over, 1.0), (self.flow[flow], -1.0)], 0)
                    terms = under.setdefault((id(charge.row), flow.t), [])
                    terms += [(self.flow[flow], 1.0), (over, -1.0)]
        for (row, _), terms in under.items():
            self.program.at_most(terms, limit[row])

    # Making -------------------------------------------------------------------------------------------

    def fill(self, key: Key, run: int) -> None:
        """The run is a plain batch and one for each test, of each class."""
        plant, item, _, t = key
        options = [
            Option(agreement, rule, measures)
            for agreement in trade.agreements(self.world)
            if trade.is_member(self.world, agreement, self.world.country_of(plant), t)
            for rule in trade.origin_rules(self.world, agreement, item)
            for measures in trade.tests_of(rule)
        ]
        parts = [
            Batch(self, key, destined, option).column
            for destined in self.classes(plant)
            for option in (None, *options)
        ]
        self.program.equal([(run, 1.0), *((part, -1.0) for part in parts)], 0)

    def smallest(self, plant: str, good: Good, t: int, regime: Row | None) -> float:
        """The least duty (that the regime covers) at which the good can have entered for the plant."""
        if good.source == plant:
            return 0.0
        times = range(t + 1) if (plant, good.item) in self.world.stock else (t,)
        ways = [
            f
            for f in self.flow
            if (f.destination, f.good) == (plant, good) and f.t in times and self.can_be_used(f.origin, f.t)
        ]
        duties = [
            sum(
                c.money
                for c in self.charged.get(f, ())
                if regime is None or trade.covers(regime, c.programme)
            )
            for f in ways
        ]
        return min(duties, default=0.0)

    def can_be_used(self, location: str, t: int) -> bool:
        """Whether the set-up of any option may be over by then."""
        options = self.design.options.get(location)
        ready = [
            o["status"] == "open" or (o["status"] == "candidate" and o["setup_periods"] <= t)
            for o in options or ()
        ]
        return options is None or any(ready)

    # Relief -------------------------------------------------------------------------------------------

    def relief(self) -> None:
        for good, t in list(self.made_of):
            if good.destined:
                self.relief_of(good, t)

    def relief_of(self, good: Good, t: int) -> None:
        """Each regime at most its rate of what it covers, all at most the duty; the lesser of two."""
        every: list[Term] = []
        lesser: list[Term] = []
        for row in self.reliefs(good.source):
            covered = self.covered.get((good, t, row["programme"]), [])
            column = self.program.number(f"relief {good} {row['programme']} {t}", -self.world.discount(t))
            self.program.at_most([(column, 1.0), *((c, -row["rate"] * v) for c, v in covered)], 0)
            every.append((column, 1.0))
            lesser += [(column, 1.0)] if row["lesser_of_two"] in (True, "yes") else []
            if row["fixed_cost"]:
                most = sum(value * self.program.upper[c] for c, value in covered)
                used = self.regime(good.source, row["programme"], t)
                self.program.at_most([(column, 1.0), (used, -most)], 0)
        whole = self.covered.get((good, t, ""), [])
        self.program.at_most([*every, *((c, -v) for c, v in whole)], 0)
        home = self.world.country_of(good.source)
        if lesser and trade.partners(self.world, home, good.destined, t):
            self.program.at_most([*lesser, *((c, -v) for c, v in self.paid_abroad(good, t))], 0)

    def paid_abroad(self, good: Good, t: int) -> list[Term]:
        """Duty on what leaves the plant of a good, quotas included."""
        terms = []
        for flow, charges in self.charged.items():
            if (flow.origin, flow.good, flow.t) == (good.source, good, t):
                terms.append((self.flow[flow], sum(charge.money for charge in charges)))
                for charge in charges:
                    if (flow, charge.programme) in self.over:
                        extra = charge.over - charge.money
                        terms.append((self.over[flow, charge.programme], extra))
        return terms


class Batch:
    """A part of a run that may qualify under one test, or under none (`option` None), for one class."""

    def __init__(self, ops: Trade, key: Key, destined: str, option: Option | None) -> None:
        self.ops, self.key, self.option, self.program = ops, key, option, ops.program
        plant, item, recipe, _ = key
        self.name = (
            f"{key} {destined} {option and (option.agreement, option.rule['alternative'], option.measures)}"
        )
        self.most = ops.most[item]
        self.column = self.program.number(f"batch {self.name}", upper=self.most)
        self.plain = Good(item, plant, recipe, "", destined)
        self.qualifies = None if option is None else self.program.choice(f"qualifies {self.name}")
        self.feed: dict[Good, int] = {}
        self.take()
        self.split((self.column, 1.0), self.most, ops.made_of)
        if option is not None:
            for measure in option.measures:
                self.limit(option, measure)
        if destined:
            self.cover()

    def take(self) -> None:
        plant, item, recipe, t = self.key
        for component, quantity in self.ops.recipes.get((item, recipe), {}).items():
            taken = []
            for good, places in self.ops.places.items():
                if (
                    good.item == component
                    and plant in places
                    and not (good.destined and good.source == plant)
                ):
                    feed = self.program.number(f"feed {self.name} {good}", upper=quantity * self.most)
                    self.feed[good] = feed
                    self.ops.feed.setdefault((plant, good, t), []).append((feed, 1.0))
                    taken.append((feed, 1.0))
            self.program.equal([*taken, (self.column, -quantity)], 0)

    def split(self, term: Term, most: float, into: dict[Any, list[Term]], *name: str) -> None:
        """Give the term to the good that the batch has chosen to be."""
        t, statuses = self.key[3], [""] if self.option is None else ["", self.option.agreement]
        shares = []
        for status in statuses:
            share = self.program.number(f"share {self.name} {status} {name}", upper=most)
            into.setdefault((self.plain._replace(status=status), t, *name), []).append((share, 1.0))
            shares.append((share, 1.0))
            if self.qualifies is not None and status:
                self.program.at_most([(share, 1.0), (self.qualifies, -most)], 0)
            elif self.qualifies is not None:
                self.program.at_most([(share, 1.0), (self.qualifies, most)], most)
        column, value = term
        self.program.equal([*shares, (column, -value)], 0)

    def limit(self, option: Option, measure: str) -> None:
        """Where the batch qualifies, what counts against it is at most a share of its value."""
        world, (plant, item, recipe, t) = self.ops.world, self.key
        rule, against, most = option.rule, [], 0.0
        for good, feed in self.feed.items():
            if self.originates(good, option.agreement):
                continue
            if measure == "shift" and trade.shifted(world, rule, good.item, item):
                continue
            value = self.ops.value(good, t)
            against.append((feed, value))
            most += value * self.program.upper[feed]
        row = world.at("production", t)[plant, item, recipe]
        value = self.ops.value(self.plain, t)
        if rule["method"] == "net_cost" and row["net_cost"] is not None:
            value = world.money(row, "net_cost")
        allowed = rule["de_minimis"] if measure == "shift" else 1.0 - rule["rvc"]
        assert self.qualifies is not None
        self.program.at_most([*against, (self.column, -allowed * value), (self.qualifies, most)], most)

    def originates(self, good: Good, agreement: str) -> bool:
        t = self.key[3]
        member = trade.is_member(self.ops.world, agreement, self.ops.country(good, t), t)
        return member and agreement in entries(good.status)

    def cover(self) -> None:
        """What each regime covers, and (without a name) the whole duty, on what the batch takes."""
        plant, _, _, t = self.key
        for row in (None, *self.ops.reliefs(plant)):
            terms, most = [], 0.0
            for good, feed in self.feed.items():
                if row is None or trade.relieves(self.ops.world, row, good.item):
                    duty = self.ops.smallest(plant, good, t, row)
                    terms.append((feed, duty))
                    most += duty * self.program.upper[feed]
            total = self.program.number(f"covered {self.name} {row and row['programme']}", upper=most)
            self.program.equal([(total, 1.0), *((feed, -duty) for feed, duty in terms)], 0)
            self.split((total, 1.0), most, self.ops.covered, row["programme"] if row else "")


def formulate(tables: Tables, settings: Mapping[str, Any]) -> Program:
    """The whole program."""
    from tests.laws.second_policies import Policies

    program = Program()
    Policies(Trade(World(tables, settings), program))
    return program


def least_cost(tables: Tables, settings: Mapping[str, Any]) -> float:
    """The optimum; inf where no plan is feasible."""
    return formulate(tables, settings).least()
