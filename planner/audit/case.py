"""A plan folder under audit: its instance, its tables, and the sums over them that several checks use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

from planner.audit import plan_tables as rows
from planner.audit import trade_tables as trade
from planner.audit.duties import Charge
from planner.audit.duty_lines import DutyLines, duty_lines
from planner.audit.events import BASE, Futures
from planner.audit.goods import GoodId, initial_stock
from planner.audit.inbound import Inbound
from planner.audit.instance import Instance
from planner.audit.load import read_instance
from planner.audit.reader import ONE, ZERO, UnreadableError, read_json, read_whole_table, section
from planner.audit.shipment import Shipment, shipment

UNUSED = ("duals",)
"""Tables of a plan that nothing is recomputed from yet, but that belong to it."""

SECTIONS = ("instance", "asked", "penalty", "costs", "metrics")

# origin, destination, mode, row of lanes.csv, period position
LaneKey = tuple[str, str, str, int, int]

# location, good, period position
Spot = tuple[str, GoodId, int]
Amounts = Mapping[Spot, Decimal]


OPERATED = (
    "contracts",
    "runs",
    "feeds",
    "flows",
    "duties",
    "stock",
    "shortages",
    "lanes",
    "origin",
    "relief",
)
"""Tables with rows of each scenario, from its first event on."""


@dataclass(frozen=True, eq=False)
class Case:
    """The instance, the plan's tables and plan.json; whole, or what one scenario lives through.

    `instance` is that of base, which the design is decided for; `at(t)` is what it is in a period of the scenario.
    """

    instance: Instance
    futures: Futures
    facilities: tuple[rows.FacilityState, ...]
    suppliers: tuple[rows.SupplierState, ...]
    contracts: tuple[rows.ContractState, ...]
    runs: tuple[rows.Run, ...]
    feeds: tuple[rows.Feed, ...]
    flows: tuple[rows.Flow, ...]
    duties: tuple[trade.DutyRow, ...]
    stock: tuple[rows.Stock, ...]
    shortages: tuple[rows.Shortage, ...]
    lanes: tuple[rows.LaneState, ...]
    policies: tuple[rows.PolicyState, ...]
    scenarios: tuple[rows.ScenarioState, ...]
    costs: tuple[rows.Cost, ...]
    landed: tuple[rows.LandedCost, ...]
    origin: tuple[trade.OriginState, ...]
    relief: tuple[trade.ReliefState, ...]
    regimes: tuple[trade.RegimeState, ...]
    folder: Path
    summary: Mapping[str, Any]
    buffers: Mapping[tuple[str, str], Decimal]
    scenario: str = BASE

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a plan folder.

        Raises:
            UnreadableError: a file is missing, or a cell does not read as it should.
        """
        for name in UNUSED:
            if not (folder / f"{name}.csv").exists():
                raise UnreadableError(f"{name}.csv", "the table is missing")
        instance = read_instance(folder / "instance")
        stock = read_whole_table(folder / "stock.csv", rows.Stock)
        return cls(
            instance=instance,
            futures=Futures(instance, partial(read_instance, folder / "instance")),
            facilities=read_whole_table(folder / "facilities.csv", rows.FacilityState),
            suppliers=read_whole_table(folder / "suppliers.csv", rows.SupplierState),
            contracts=read_whole_table(folder / "contracts.csv", rows.ContractState),
            runs=read_whole_table(folder / "production.csv", rows.Run),
            feeds=read_whole_table(folder / "feeds.csv", rows.Feed),
            flows=read_whole_table(folder / "flows.csv", rows.Flow),
            duties=read_whole_table(folder / "duties.csv", trade.DutyRow),
            stock=stock,
            shortages=read_whole_table(folder / "shortages.csv", rows.Shortage),
            lanes=read_whole_table(folder / "lanes.csv", rows.LaneState),
            policies=read_whole_table(folder / "policies.csv", rows.PolicyState),
            scenarios=read_whole_table(folder / "scenarios.csv", rows.ScenarioState),
            costs=read_whole_table(folder / "costs.csv", rows.Cost),
            landed=read_whole_table(folder / "landed_cost.csv", rows.LandedCost),
            origin=read_whole_table(folder / "origin.csv", trade.OriginState),
            relief=read_whole_table(folder / "relief.csv", trade.ReliefState),
            regimes=read_whole_table(folder / "regimes.csv", trade.RegimeState),
            folder=folder,
            summary=_summary(folder),
            buffers={(row.location, row.item): row.quantity for row in stock if row.is_strategic},
        )

    def path(self, scenario: str) -> Self:
        """Return what a scenario lives through: base until its first event, then its own rows."""

        def lived(row: Any) -> bool:
            own = self.futures.has_rows(scenario, self.t(row.period))
            return bool(row.scenario == (scenario if own else BASE))

        return self._only(scenario, lived)

    def own(self, scenario: str) -> Self:
        """Return the rows of a scenario alone."""
        return self._only(scenario, lambda row: row.scenario == scenario)

    def _only(self, scenario: str, chosen: Callable[[Any], bool]) -> Self:
        kept: dict[str, Any] = {
            name: tuple(row for row in getattr(self, name) if chosen(row)) for name in OPERATED
        }
        return replace(self, scenario=scenario, **kept)

    @cached_property
    def paths(self) -> Mapping[str, Self]:
        """What base lives through, and each scenario that leaves it."""
        if len(self.futures.probability) == 1:
            return {BASE: self}
        return {name: self.path(name) for name in self.futures.probability}

    def at(self, t: int) -> Instance:
        """Return the instance as it is in a period."""
        return self.futures.at(self.scenario, t)

    def t(self, period: str) -> int:
        """Return the position of a period, -1 where the name is unknown."""
        return self.instance.calendar.position(period)

    @cached_property
    def times(self) -> range:
        """Every period position."""
        return range(len(self.instance.calendar.periods))

    @cached_property
    def asked(self) -> Mapping[tuple[str, str, int], Decimal]:
        """Demand by market, item and period position."""
        found = ((key, t, self.at(t).demand.get(key, t)) for key, t, _ in self.instance.demand.items())
        return {(*key, t): row.quantity for key, t, row in found if row is not None}

    @cached_property
    def shipments(self) -> tuple[Shipment, ...]:
        """The flows that can be priced; the others are named by the checks of flows."""
        found = (shipment(self.at(self.t(flow.period)), flow, self.t(flow.period)) for flow in self.flows)
        return tuple(each for each in found if each is not None)

    @cached_property
    def duty_lines(self) -> DutyLines:
        """The rows of duties.csv, each beside the charge that it stands for."""
        return duty_lines(self.shipments, self.duties)

    def duty(self, each: Shipment, charge: Charge) -> Decimal:
        """Return the money that a flow pays of a charge, what is above a quota at its own rate."""
        if charge.above is None:
            return each.flow.quantity * charge.of(each.base)
        over = self.duty_lines.above_quota(each.flow, charge)
        return (each.flow.quantity - over) * charge.of(each.base) + over * charge.above.of(each.base)

    @cached_property
    def inbound(self) -> Inbound:
        """What it costs at least to bring a good into a plant."""
        return Inbound(self.instance, self.at)

    @cached_property
    def inflow(self) -> Amounts:
        """Quantity that arrives."""
        return summed(((row.destination, row.good, self.t(row.period)), row.quantity) for row in self.flows)

    @cached_property
    def outflow(self) -> Amounts:
        """Quantity that leaves."""
        return summed(((row.origin, row.good, self.t(row.period)), row.quantity) for row in self.flows)

    @cached_property
    def made(self) -> Amounts:
        """Quantity made, over all tests."""
        return summed(((row.location, row.good, self.t(row.period)), row.quantity) for row in self.runs)

    @cached_property
    def fed(self) -> Amounts:
        """Quantity consumed by runs."""
        return summed(((row.location, row.good, self.t(row.period)), row.quantity) for row in self.feeds)

    @cached_property
    def stocked(self) -> Amounts:
        """Quantity in stock at the end; the buffer is not in it."""
        return self._stock_sum("quantity")

    @cached_property
    def lost(self) -> Amounts:
        """Stock lost where a location is not usable."""
        return self._stock_sum("lost")

    @cached_property
    def drawn(self) -> Amounts:
        """Quantity drawn from the buffer."""
        return summed(
            (
                (row.location, row.good._replace(source=row.location, deal="buffer"), self.t(row.period)),
                row.draw,
            )
            for row in self.stock
        )

    def _stock_sum(self, column: str) -> Amounts:
        return summed(
            ((row.location, row.good, self.t(row.period)), getattr(row, column))
            for row in self.stock
            if not row.is_strategic
        )

    def before(self, spot: Spot) -> Decimal:
        """Return the stock of a good at the start of a period, the initial stock in the first."""
        location, good, t = spot
        if t > 0:
            return self.stocked.get((location, good, t - 1), ZERO)
        held = self.instance.inventory.get((location, good.item))
        return held.initial if held and good == initial_stock(location, good.item) else ZERO

    @cached_property
    def set_up(self) -> Mapping[tuple[str, str, str, int], Decimal]:
        """Whether each recipe is set up, by (location, item, recipe, period position): once for all batches."""
        found: dict[tuple[str, str, str, int], Decimal] = {}
        for row in self.runs:
            key = (row.location, row.item, row.recipe, self.t(row.period))
            found[key] = max(row.set_up, found.get(key, ZERO))
        return found

    @cached_property
    def usable(self) -> Mapping[tuple[str, int], Decimal]:
        """Whether a location with facility rows is usable, by location and period."""
        return summed(((row.location, self.t(row.period)), row.usable) for row in self.facilities)

    def is_usable(self, location: str, t: int) -> bool:
        """Whether a location may work in a period; without facility rows it always may."""
        return location not in self.instance.facilities or self.usable.get((location, t), ZERO) >= ONE

    @cached_property
    def bought(self) -> Mapping[tuple[str, str, str, int], Decimal]:
        """Volume of each offer: what leaves its supplier, by (location, item, contract, period position)."""
        return summed(
            ((row.origin, row.item, row.deal, self.t(row.period)), row.quantity)
            for row in self.flows
            if self.instance.role(row.origin) == "supplier"
        )

    def capacity_used(self, items: Container[str] | None = None) -> Mapping[tuple[str, int], Decimal]:
        """Capacity units used, by location and period: of runs at plants, of outflow at warehouses."""
        made = (
            ((row.location, self.t(row.period)), row.quantity * self.capacity_use(row))
            for row in self.runs
            if items is None or row.item in items
        )
        passed = (
            ((row.origin, self.t(row.period)), row.quantity * self.capacity_use(row))
            for row in self.flows
            if self.instance.role(row.origin) == "warehouse" and (items is None or row.item in items)
        )
        return summed((*made, *passed))

    def capacity_use(self, row: rows.Run | rows.Flow) -> Decimal:
        """Return the capacity units that a unit uses: made by a run, or leaving a warehouse."""
        place, recipe = (row.location, row.recipe) if isinstance(row, rows.Run) else (row.origin, "")
        t = self.t(row.period)
        found = self.at(t).recipe(place, row.item, recipe, t)
        return found.capacity_use if found else ONE

    @cached_property
    def loads(self) -> Mapping[LaneKey, Decimal]:
        """Load by lane and period position, in the row's `per`."""
        return summed((_lane_key(each), each.flow.quantity * each.route.weight) for each in self.shipments)

    @cached_property
    def shipped(self) -> Mapping[LaneKey, Decimal]:
        """Units by lane and period position: goods without weight load nothing, but they use the lane."""
        return summed((_lane_key(each), each.flow.quantity) for each in self.shipments)


def _summary(folder: Path) -> Mapping[str, Any]:
    """Return plan.json, with every section that is looked into."""
    found = read_json(folder / "plan.json")
    return found | {name: section(found, name, "plan.json") for name in SECTIONS}


def _lane_key(each: Shipment) -> LaneKey:
    flow = each.flow
    return flow.origin, flow.destination, flow.mode, each.route.lane.row, each.t


def summed(pairs: Iterable[tuple[Any, Decimal]]) -> Mapping[Any, Decimal]:
    """Return the exact sum of the numbers of each key."""
    sums: defaultdict[Any, Decimal] = defaultdict(lambda: ZERO)
    for key, number in pairs:
        sums[key] += number
    return dict(sums)
