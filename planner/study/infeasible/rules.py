"""Rules of the user's: which cell of which table a row of the model comes from, and how the cell can give way.

Every constraint family is here once: in the `families` of a kind of cell, or in NO_RULE with the reason why no cell
of the user's could be changed to make it hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from planner_models.policies import MEASURES

MEANS, EVENTS, WANTS = 2.0, 2.0, 10.0  # reluctance to change capacities, what may happen, what customers want
BOUND = "bound "  # before the name of a variable: rules without a row of their own bound it


@dataclass(frozen=True, slots=True)
class Kind:
    """A column of a table whose cells are rules.

    `words` names a cell by the other cells of its row. A cell gives way upwards, downwards (`raised` False), or is
    switched `to` another value. By `steps` nothing is gained until it has moved by a whole gap. `reluctance` weighs
    what people would rather leave as it is: what is asked of a plan gives way before what it is made with.
    """

    table: str
    column: str
    words: str
    families: tuple[str, ...]
    raised: bool = True
    steps: bool = False
    to: str = ""
    reluctance: float = 1.0


# fmt: off
FACILITY = Kind(
    "facilities", "capacity", "capacity of {location} ({option})", ("facility_capacity",), reluctance=MEANS
)
CLOSED = Kind(
    "facilities", "status", "status of {location} ({option})", (f"{BOUND}open",), steps=True, to="candidate"
)
SET_UP = Kind(
    "facilities", "setup_periods", "periods to set up {location} ({option})", ("set_up_time",),
    raised=False, steps=True, reluctance=MEANS,
)
OFFER = Kind(
    "offers", "capacity", "capacity of {location} for {item} ({contract}) {period}", ("contract_capacity",),
    reluctance=MEANS,
)
COMMITMENT = Kind(
    "offers", "min_quantity", "take-or-pay of {location} for {item} ({contract}) {period}", ("contract_minimum",),
    raised=False, reluctance=MEANS,
)
EXCLUDED = Kind("suppliers", "status", "status of {location}", ("contract_capacity",), steps=True, to="approved")
QUALIFIED = Kind(
    "suppliers", "qualify_periods", "periods to qualify {location}", ("supplier_qualified",),
    raised=False, steps=True, reluctance=MEANS,
)
SPENDING = Kind("suppliers", "max_spend", "spend with {location}", ("supplier_spend",))
RECIPE = Kind(
    "production", "max_quantity", "most {item} in {location} ({recipe}) {period}", ("production_limit",),
    reluctance=MEANS,
)
LANE = Kind(
    "lanes", "capacity", "capacity of {origin} > {destination} ({mode}) for {item}", ("lane_capacity", "lane_link"),
    reluctance=MEANS,
)
GATEWAY = Kind("gateways", "capacity", "capacity of {gateway}", ("gateway_capacity",), reluctance=MEANS)
STOCK = Kind(
    "inventory", "max_stock", "most {item} in stock in {location}", ("stock_limit", "stock_link"), reluctance=MEANS
)
BUFFER = Kind(
    "inventory", "buffer_max", "most strategic {item} in {location}", (f"{BOUND}buffer",), reluctance=MEANS
)
WANTED = Kind(
    "demand", "quantity", "demand that must be met for {item} in {market} {period}",
    ("demand_balance", f"{BOUND}short"), raised=False, reluctance=WANTS,
)
SINGLE = Kind(
    "demand", "single_source", "single source for {item} in {market} {period}",
    ("single_source", "single_source_link"), steps=True, to="no",
)
TRANSIT = Kind(
    "demand", "max_transit_days", "days to {market} with {item} {period}", (f"{BOUND}flow",), steps=True
)
MEASURED = tuple(family.__name__ for family in MEASURES.values())
MAXIMUM = Kind("policies", "max", "maximum of policy {policy} ({measure})", MEASURED)
MINIMUM = Kind("policies", "min", "minimum of policy {policy} ({measure})", MEASURED, raised=False)
SERVICE = Kind("scenarios", "min_service", "service asked for in scenario {scenario}", ("service",), raised=False)
OUTAGE = Kind(
    "events", "value", "event of scenario {scenario}, {op} {field} of {target} by",
    ("facility_capacity", "contract_capacity", "lane_capacity", "lane_link", "gateway_capacity"), reluctance=EVENTS,
)
SURGE = Kind(
    "events", "value", "event of scenario {scenario}, {op} {field} of {target} by", (f"{BOUND}short",),
    raised=False, reluctance=EVENTS,
)
# fmt: on
KINDS = (
    FACILITY,
    CLOSED,
    SET_UP,
    OFFER,
    COMMITMENT,
    EXCLUDED,
    QUALIFIED,
    SPENDING,
    RECIPE,
    LANE,
    GATEWAY,
    STOCK,
    BUFFER,
    WANTED,
    SINGLE,
    TRANSIT,
    MAXIMUM,
    MINIMUM,
    SERVICE,
    OUTAGE,
    SURGE,
)  # fmt: skip

_BOOKS = "keeps the books of what is open: no cell speaks of it"
_FLOWS = "what comes in goes out: no plan can do without it"
_LINK = "says that what is not decided on is not used"
_MEASURES = "measures what a rule speaks of, which is itself a row"
_MONEY = "counts money, and is never in the way of a plan"
_GIVES_BACK = "limits what a regime gives back, which may be nothing"
_STATUS = "limits what qualifies; every recipe may also run without a status, or qualifies whatever goes in"

NO_RULE: Mapping[str, str] = MappingProxyType(
    {
        "opening_balance": _BOOKS,
        "opening_opens": _BOOKS,
        "opening_from_closed": _BOOKS,
        "one_option": "the format: a location is open in one option at a time",
        "usable_needs_open": _LINK,
        "usable_when_set_up": _BOOKS,
        "expansion_start": "the format: an expansion grows out of its old option",
        "expansion_base": "the format: an expansion grows beside its old option",
        "expansion_kept": "the format: an expansion is not closed before it is usable",
        "reopened_once": _MONEY,
        "reopened_open": _MONEY,
        "one_contract": "the format: one contract of a supplier for an item at a time",
        "contract_needs_supplier": _LINK,
        "qualify_once": _MONEY,
        "input_balance": _FLOWS,
        "recipe_balance": _FLOWS,
        "output_balance": _FLOWS,
        "warehouse_balance": _FLOWS,
        "unused_needs_contract": _LINK,
        "usable_link": _LINK,
        "option_use": _MEASURES,
        "option_use_link": _MEASURES,
        "set_up_link": _LINK,
        "lane_link_of_weightless": _LINK,
        "lane_minimum": "what is not shipped is paid for as freight, which no rule limits",
        "one_lane": "the format: a single source is one lane; single_source says whether there is one",
        "stock_loss": _FLOWS,
        "loss_link": _FLOWS,
        "buffer_limit": _LINK,
        "draw_link": _LINK,
        "regional_value": _STATUS,
        "tariff_shift": _STATUS,
        "relief_of_input": _GIVES_BACK,
        "relief_of_whole": _GIVES_BACK,
        "relief_of_output": _GIVES_BACK,
        "relief_link": _LINK,
        "reduced_link": _LINK,
        "tariff_quota": "what enters above a quota pays the rate above it, without limit",
        "over_entered": _MONEY,
        "count_threshold": _MEASURES,
        "count_cap": _MEASURES,
        "source_share": _MEASURES,
        "tangent": _MONEY,
        "tail": _MONEY,
        "plant_link": "follows from the capacity of the facility",
        "contract_link": "follows from the capacity of the contract",
    }
)
