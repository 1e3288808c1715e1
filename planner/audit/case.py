"""A plan folder under audit: its instance, its tables, and the sums over them that several checks use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from planner.audit import plan_tables as rows
from planner.audit.duties import Charge
from planner.audit.instance import Good, Instance
from planner.audit.lanes import Route
from planner.audit.load import read_instance
from planner.audit.reader import ONE, ZERO, UnreadableError, read_json, read_whole_table, section

UNUSED = ("origin", "relief", "duals")
"""Tables of a plan that nothing is recomputed from yet, but that belong to it."""

SECTIONS = ("instance", "asked", "penalty", "costs", "metrics")

# origin, destination, mode, row of lanes.csv, period position
LaneKey = tuple[str, str, str, int, int]

Amounts = Mapping[tuple[str, str, str, str, int], Decimal]
"""By (location, item, source, deal, period position)."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A flow whose lane, good and period are known; `base` is the value that duties are charged on."""

    flow: rows.Flow
    t: int
    route: Route
    good: Good
    importer: str
    base: Decimal
    charges: tuple[Charge, ...]
    fees: tuple[Charge, ...]

    @property
    def crosses(self) -> bool:
        """Whether the flow enters another country."""
        return bool(self.importer)


@dataclass(frozen=True, eq=False)
class Case:
    """The instance, the plan's tables and plan.json."""

    instance: Instance
    facilities: tuple[rows.FacilityState, ...]
    suppliers: tuple[rows.SupplierState, ...]
    contracts: tuple[rows.ContractState, ...]
    runs: tuple[rows.Run, ...]
    feeds: tuple[rows.Feed, ...]
    flows: tuple[rows.Flow, ...]
    duties: tuple[rows.DutyRow, ...]
    stock: tuple[rows.Stock, ...]
    shortages: tuple[rows.Shortage, ...]
    lanes: tuple[rows.LaneState, ...]
    policies: tuple[rows.PolicyState, ...]
    scenarios: tuple[rows.ScenarioState, ...]
    costs: tuple[rows.Cost, ...]
    landed: tuple[rows.LandedCost, ...]
    folder: Path
    summary: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a plan folder.

        Raises:
            UnreadableError: a file is missing, or a cell does not read as it should.
        """
        for name in UNUSED:
            if not (folder / f"{name}.csv").exists():
                raise UnreadableError(f"{name}.csv", "the table is missing")
        return cls(
            instance=read_instance(folder / "instance"),
            facilities=read_whole_table(folder / "facilities.csv", rows.FacilityState),
            suppliers=read_whole_table(folder / "suppliers.csv", rows.SupplierState),
            contracts=read_whole_table(folder / "contracts.csv", rows.ContractState),
            runs=read_whole_table(folder / "production.csv", rows.Run),
            feeds=read_whole_table(folder / "feeds.csv", rows.Feed),
            flows=read_whole_table(folder / "flows.csv", rows.Flow),
            duties=read_whole_table(folder / "duties.csv", rows.DutyRow),
            stock=read_whole_table(folder / "stock.csv", rows.Stock),
            shortages=read_whole_table(folder / "shortages.csv", rows.Shortage),
            lanes=read_whole_table(folder / "lanes.csv", rows.LaneState),
            policies=read_whole_table(folder / "policies.csv", rows.PolicyState),
            scenarios=read_whole_table(folder / "scenarios.csv", rows.ScenarioState),
            costs=read_whole_table(folder / "costs.csv", rows.Cost),
            landed=read_whole_table(folder / "landed_cost.csv", rows.LandedCost),
            folder=folder,
            summary=_summary(folder),
        )

    def t(self, period: str) -> int:
        """Return the position of a period, -1 where the name is unknown."""
        return self.instance.calendar.position(period)

    @cached_property
    def times(self) -> range:
        """Every period position."""
        return range(len(self.instance.calendar.periods))

    @cached_property
    def shipments(self) -> tuple[Shipment, ...]:
        """The flows that can be priced; the others are named by the checks of flows."""
        found = (self._shipment(flow) for flow in self.flows)
        return tuple(shipment for shipment in found if shipment is not None)

    def _shipment(self, flow: rows.Flow) -> Shipment | None:
        instance, t = self.instance, self.t(flow.period)
        route = instance.lanes.route(flow.origin, flow.destination, flow.mode, flow.item)
        good = instance.good(flow.item, flow.source, flow.deal, t)
        if route is None or good is None or t < 0:
            return None
        if not instance.crosses(flow.origin, flow.destination):
            return Shipment(flow, t, route, good, "", good.value, (), ())
        importer = instance.country(flow.destination)
        base = good.value
        if importer in instance.countries and instance.countries[importer].customs_basis == "CIF":
            base += route.lane.unit_cost * route.weight + instance.insurance_rate * good.value
        entry = (importer, good.origin, instance.calendar.duty_day(t))
        charges = instance.duties.duties(entry, instance.items[flow.item], base)
        return Shipment(
            flow, t, route, good, importer, base, charges, instance.duties.fees(entry, route.lane)
        )

    @cached_property
    def inflow(self) -> Amounts:
        """Quantity that arrives, by location, good and period."""
        return summed(
            ((row.destination, row.item, row.source, row.deal, self.t(row.period)), row.quantity)
            for row in self.flows
        )

    @cached_property
    def outflow(self) -> Amounts:
        """Quantity that leaves, by location, good and period."""
        return summed(
            ((row.origin, row.item, row.source, row.deal, self.t(row.period)), row.quantity)
            for row in self.flows
        )

    @cached_property
    def made(self) -> Amounts:
        """Quantity made, by plant, good (source is the plant, deal the recipe) and period."""
        return summed(
            ((row.location, row.item, row.location, row.recipe, self.t(row.period)), row.quantity)
            for row in self.runs
        )

    @cached_property
    def fed(self) -> Amounts:
        """Quantity consumed by runs, by plant, good and period."""
        return summed(
            ((row.location, row.component, row.source, row.deal, self.t(row.period)), row.quantity)
            for row in self.feeds
        )

    @cached_property
    def stocked(self) -> Amounts:
        """Quantity in stock at the end, by location, good and period; the buffer is not in it."""
        return self._stock_sum("quantity")

    @cached_property
    def lost(self) -> Amounts:
        """Stock lost where a location is not usable."""
        return self._stock_sum("lost")

    @cached_property
    def drawn(self) -> Amounts:
        """Quantity drawn from the buffer."""
        return summed(
            ((row.location, row.item, row.location, "buffer", self.t(row.period)), row.draw)
            for row in self.stock
        )

    def _stock_sum(self, column: str) -> Amounts:
        return summed(
            ((row.location, row.item, row.source, row.deal, self.t(row.period)), getattr(row, column))
            for row in self.stock
            if row.deal != "buffer"
        )

    def before(self, key: tuple[str, str, str, str, int]) -> Decimal:
        """Return the stock of a good at the start of a period, the initial stock in the first."""
        location, item, source, deal, t = key
        if t > 0:
            return self.stocked.get((location, item, source, deal, t - 1), ZERO)
        held = self.instance.inventory.get((location, item))
        return held.initial if held and deal == "initial" and source == location else ZERO

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
            (
                (row.location, self.t(row.period)),
                row.quantity * self._use(row.location, row.item, row.recipe, row),
            )
            for row in self.runs
            if items is None or row.item in items
        )
        passed = (
            ((row.origin, self.t(row.period)), row.quantity * self._use(row.origin, row.item, "", row))
            for row in self.flows
            if self.instance.role(row.origin) == "warehouse" and (items is None or row.item in items)
        )
        return summed((*made, *passed))

    def _use(self, location: str, item: str, recipe: str, row: rows.Run | rows.Flow) -> Decimal:
        found = self.instance.recipe(location, item, recipe, self.t(row.period))
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
