"""The tables of a plan folder that hold its trade: duties, origin, relief and regimes (see plan_tables)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.audit.goods import ANY, GoodId


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One programme's duty (or one fee) on one flow."""

    scenario: str
    period: str
    origin: str
    destination: str
    mode: str
    importer: str
    item: str
    source: str
    deal: str
    country_of_origin: str
    programme: str
    rate: Decimal
    specific: Decimal
    value_per_unit: Decimal
    quantity: Decimal
    duty: Decimal
    row_: str
    status: str = ""
    class_: str = ""
    entry: str = ""
    agreement: str = ""
    regime: str = ""
    waived_by: str = ""
    source_row: str = ""
    quota: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class OriginState:
    """One figure of one test of origin: what a batch had to reach, or could have."""

    scenario: str
    period: str
    plant: str
    item: str
    recipe: str
    agreement: str
    test: str
    measure: str
    value: Decimal
    non_originating: Decimal
    share: Decimal
    threshold: Decimal
    headroom: Decimal
    headroom_money: Decimal
    qualifies: bool
    status: str = ""
    class_: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class ReliefState:
    """Duty on inputs that a regime gives back for a good that leaves the country."""

    scenario: str
    period: str
    location: str
    item: str
    recipe: str
    programme: str
    kind: str
    covered_duty: Decimal
    rate: Decimal
    limit: Decimal
    relief: Decimal
    row_: str
    output_duty: Decimal | None = None
    status: str = ""
    class_: str = ""
    row: int = 0

    @property
    def good(self) -> GoodId:
        """The good that leaves."""
        return GoodId(self.item, self.location, self.recipe, self.status, self.class_ or ANY)


@dataclass(frozen=True, slots=True)
class RegimeState:
    """A relief programme that a plant uses and pays for in one period."""

    location: str
    programme: str
    period: str
    used: Decimal
    fixed_cost: Decimal
    row_: str
    row: int = 0
