"""The tables of a plan folder: a dataclass each, its fields the columns that the audit reads.

Whole numbers are read as `Decimal` too, so that a half stays visible. Money is undiscounted unless said.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.audit.goods import ANY, Batch, GoodId
from planner.audit.reader import Limit


@dataclass(frozen=True, slots=True)
class FacilityState:
    """One option of a location in one period."""

    location: str
    option: str
    period: str
    open: Decimal
    opening: Decimal
    closing: Decimal
    usable: Decimal
    capacity: Limit
    used: Decimal
    fixed_cost: Decimal
    row: int = 0


@dataclass(frozen=True, slots=True)
class SupplierState:
    """A supplier in one period."""

    location: str
    period: str
    qualify: Decimal
    qualified: Decimal
    engaged: Decimal
    spend: Decimal
    fixed_cost: Decimal
    row: int = 0


@dataclass(frozen=True, slots=True)
class ContractState:
    """An offer held or used in one period."""

    scenario: str
    period: str
    location: str
    item: str
    contract: str
    held: Decimal
    volume: Decimal
    unused: Decimal
    unit_cost: Decimal
    share: Decimal
    row: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """What a plant makes of an item by a recipe in one period."""

    scenario: str
    period: str
    location: str
    item: str
    recipe: str
    quantity: Decimal
    set_up: Decimal
    status: str = ""
    test: str = ""
    class_: str = ""
    row: int = 0

    @property
    def batch(self) -> Batch:
        """What a feed names to belong to the run."""
        return Batch(self.location, self.item, self.recipe, self.status, self.test, self.class_ or ANY)

    @property
    def good(self) -> GoodId:
        """The good that is made."""
        return self.batch.good


@dataclass(frozen=True, slots=True)
class Feed:
    """What a run consumes of one good."""

    scenario: str
    period: str
    location: str
    item: str
    recipe: str
    component: str
    source: str
    deal: str
    quantity: Decimal
    status: str = ""
    test: str = ""
    class_: str = ""
    component_status: str = ""
    component_class: str = ""
    row: int = 0

    @property
    def batch(self) -> Batch:
        """The run that consumes it."""
        return Batch(self.location, self.item, self.recipe, self.status, self.test, self.class_ or ANY)

    @property
    def good(self) -> GoodId:
        """The good that is consumed."""
        kind = self.component_class or ANY
        return GoodId(self.component, self.source, self.deal, self.component_status, kind)


@dataclass(frozen=True, slots=True)
class Flow:
    """What one good ships over one lane in one period, and what that costs (totals of the row)."""

    scenario: str
    period: str
    origin: str
    destination: str
    mode: str
    item: str
    source: str
    deal: str
    quantity: Decimal
    freight: Decimal
    duty: Decimal
    fees: Decimal
    pipeline: Decimal
    handling: Decimal
    insurance: Decimal
    carbon: Decimal
    freight_per_unit: Decimal
    duty_per_unit: Decimal
    fees_per_unit: Decimal
    claim: Decimal = Decimal(0)
    status: str = ""
    class_: str = ""
    entry: str = ""
    agreement: str = ""
    regime: str = ""
    row: int = 0

    @property
    def good(self) -> GoodId:
        """The good that is shipped."""
        return GoodId(self.item, self.source, self.deal, self.status, self.class_ or ANY)

    @property
    def claimed(self) -> str:
        """The agreement under which the good enters; blank for normal entry."""
        return self.agreement if self.entry == "claimed" else ""


@dataclass(frozen=True, slots=True)
class Stock:
    """One good in stock at one location in one period; storage is its cost."""

    scenario: str
    period: str
    location: str
    item: str
    source: str
    deal: str
    before: Decimal
    quantity: Decimal
    lost: Decimal
    draw: Decimal
    storage: Decimal
    status: str = ""
    class_: str = ""
    row: int = 0

    @property
    def is_strategic(self) -> bool:
        """Whether it is the strategic stock itself, the same in all scenarios, and not what is drawn from it."""
        return self.deal == "buffer" and self.scenario == "base"

    @property
    def good(self) -> GoodId:
        """The good that is kept."""
        return GoodId(self.item, self.source, self.deal, self.status, self.class_ or ANY)


@dataclass(frozen=True, slots=True)
class Shortage:
    """What a demand asked for, got and missed."""

    scenario: str
    period: str
    market: str
    item: str
    demand: Decimal
    met: Decimal
    short: Decimal
    cost: Decimal
    row: int = 0


@dataclass(frozen=True, slots=True)
class LaneState:
    """A lane row on one pair of places in one period."""

    scenario: str
    period: str
    origin: str
    destination: str
    mode: str
    item: str
    used: Decimal
    load: Decimal
    unused: Decimal
    freight_unused: Decimal
    row: int = 0


@dataclass(frozen=True, slots=True)
class PolicyState:
    """One side of a policy in one period (blank: over the horizon)."""

    policy: str
    measure: str
    period: str
    scenario: str
    sense: str
    limit: Decimal
    violation: Decimal
    value: Decimal | None = None
    penalty: Decimal = Decimal(0)
    row: int = 0


@dataclass(frozen=True, slots=True)
class ScenarioState:
    """A scenario's probability and discounted operating cost; blank where it cannot be operated."""

    scenario: str
    probability: Decimal
    operating_cost: Decimal | None = None
    fill_rate: Decimal | None = None
    status: str = "planned"
    row: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """Discounted money of one component in one period (design: scenario blank)."""

    component: str
    amount: Decimal
    scenario: str = ""
    period: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class LandedCost:
    """Discounted money of one component in one unit that reaches a market."""

    market: str
    item: str
    period: str
    component: str
    per_unit: Decimal
    row: int = 0
