"""The tables of an instance: a dataclass each, its fields the columns, its defaults what a blank cell means.

Quantities are per period, money is in the instance currency (converted by the reader), rates are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.audit.reader import INFINITY, ONE, ZERO, Money, MoneyOrBlank

ALL = ("*",)
INFINITE_MONEY: Money = INFINITY


@dataclass(frozen=True, slots=True)
class Location:
    """A supplier, plant, warehouse or market."""

    location: str
    role: str
    country: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its region, trust and customs basis."""

    country: str
    region: str = ""
    ally: bool = False
    risk: Decimal = ZERO
    customs_basis: str = "FOB"
    row: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A location, country or item in a group."""

    group: str
    member: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Currency:
    """Instance currency for one unit of a currency."""

    currency: str
    rate: Decimal
    row: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """What is bought, made and sold."""

    item: str
    hs_code: str = ""
    customs_value: MoneyOrBlank = None
    weight_kg: Decimal = ZERO
    volume_m3: Decimal = ZERO
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier sells, under one contract."""

    location: str
    item: str
    unit_cost: Money
    contract: str = "base"
    period: str = ""
    capacity: Decimal = INFINITY
    min_quantity: Decimal = ZERO
    origin: str = ""
    originating: tuple[str, ...] = ()
    currency: str = ""
    row: int = 0

    @property
    def good_status(self) -> str:
        """The agreements under which what is sold originates, as tables write them."""
        return ";".join(sorted(set(self.originating)))


@dataclass(frozen=True, slots=True)
class Supplier:
    """Qualification and fixed cost of a supplier."""

    location: str
    status: str = "approved"
    qualify_cost: Money = ZERO
    qualify_periods: int = 0
    fixed_cost: Money = ZERO
    max_spend: Money = INFINITE_MONEY
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Facility:
    """One option of a plant or warehouse."""

    location: str
    option: str = "base"
    status: str = "candidate"
    fixed_cost: Money = ZERO
    open_cost: Money = ZERO
    close_cost: Money = ZERO
    capacity: Decimal = INFINITY
    setup_periods: int = 0
    expands: str = ""
    residual_share: Decimal = ZERO
    emission_kg: Decimal = ZERO
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Production:
    """How a plant makes an item by a recipe, or how a warehouse handles it."""

    location: str
    item: str
    recipe: str = "base"
    period: str = ""
    unit_cost: Money = ZERO
    capacity_use: Decimal = ONE
    max_quantity: Decimal = INFINITY
    setup_cost: Money = ZERO
    origin: str = ""
    customs_value: MoneyOrBlank = None
    net_cost: MoneyOrBlank = None
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Component:
    """A line of a bill of materials."""

    item: str
    component: str
    quantity: Decimal
    recipe: str = "base"
    row: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """A template of lanes from selected origins to selected destinations."""

    origin: tuple[str, ...]
    destination: tuple[str, ...]
    mode: str = "default"
    item: tuple[str, ...] = ALL
    unit_cost: Money = ZERO
    per: str = "unit"
    transit_days: Decimal = ZERO
    capacity: Decimal = INFINITY
    fixed_cost: Money = ZERO
    min_quantity: Decimal = ZERO
    gateways: tuple[str, ...] = ()
    emission_kg: Decimal = ZERO
    value_per_entry: MoneyOrBlank = None
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Gateway:
    """A port, border crossing or canal."""

    gateway: str
    country: str = ""
    unit_cost: Money = ZERO
    per: str = "unit"
    dwell_days: Decimal = ZERO
    capacity: Decimal = INFINITY
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """What a market wants of an item in a period."""

    market: str
    item: str
    quantity: Decimal
    period: str = ""
    shortage_cost: MoneyOrBlank = None
    price: MoneyOrBlank = None
    max_transit_days: Decimal | None = None
    single_source: bool = False
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Inventory:
    """Where an item may be stocked, and what is there at the start."""

    location: str
    item: str
    initial: Decimal = ZERO
    initial_value: MoneyOrBlank = None
    origin: str = ""
    holding_cost: Money = ZERO
    max_stock: Decimal = INFINITY
    buffer_max: Decimal = ZERO
    buffer_cost: Money = ZERO
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Tariff:
    """A dated duty of one programme."""

    importer: str
    origin: tuple[str, ...]
    programme: str
    hs: str = ""
    item: str = ""
    starts: date | None = None
    ends: date | None = None
    rate: Decimal = ZERO
    specific: Money = ZERO
    specific_per: str = "unit"
    rule: str = "add"
    displaces: tuple[str, ...] = ()
    waived_by: tuple[str, ...] = ()
    quota: Decimal | None = None
    over_rate: Decimal = ZERO
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Fee:
    """A dated customs fee, with a minimum and maximum for one entry."""

    importer: str
    fee: str
    starts: date | None = None
    ends: date | None = None
    rate: Decimal = ZERO
    min_per_entry: Money = ZERO
    max_per_entry: Money = INFINITE_MONEY
    modes: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """A member of a trade agreement, and the days on which it is one."""

    agreement: str
    member: str
    starts: date | None = None
    ends: date | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class OriginRule:
    """One alternative by which a made good becomes originating, and what a claim then pays."""

    agreement: str
    test: str
    hs: str = ""
    alternative: str = "base"
    rvc: Decimal = ZERO
    method: str = "transaction"
    shift: str = ""
    except_hs: tuple[str, ...] = ()
    de_minimis: Decimal = Decimal("0.1")
    preferential_rate: Decimal = ZERO
    claim_cost: Money = ZERO
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Relief:
    """A duty regime of a plant."""

    location: tuple[str, ...]
    programme: str
    kind: str
    covers: tuple[str, ...] = ()
    items: tuple[str, ...] = ALL
    rate: Decimal = ONE
    lesser_of_two: bool = False
    fixed_cost: Money = ZERO
    currency: str = ""
    row: int = 0

    def covered(self, programme: str) -> bool:
        """Whether the regime relieves what a tariff programme charges; a blank list is all of them."""
        return not self.covers or programme in self.covers


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule that the plan must obey, or pays for breaking."""

    policy: str
    measure: str
    who: tuple[str, ...] = ALL
    item: tuple[str, ...] = ALL
    of: tuple[str, ...] = ALL
    min: Decimal | None = None
    max: Decimal | None = None
    period: str = ""
    scenario: str = "base"
    min_share: Decimal = Decimal("0.05")
    penalty: MoneyOrBlank = None
    currency: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A future with its probability; blank for base."""

    scenario: str
    probability: Decimal | None = None
    title: str = ""
    min_service: Decimal = ZERO
    row: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """What a scenario changes, from a period on."""

    scenario: str
    kind: str
    target: tuple[str, ...]
    field: str
    value: Decimal
    item: tuple[str, ...] = ()
    mode: str = ""
    importer: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    op: str = "multiply"
    first_period: str = ""
    periods: int = 0
    days: Decimal | None = None
    row: int = 0
