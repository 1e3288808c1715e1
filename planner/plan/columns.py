"""The tables of a plan: every column, its kind and its meaning, for writer, reader and documentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Kind = Literal["text", "number", "whole", "money", "share"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an output table; money is undiscounted instance currency unless it says otherwise."""

    name: str
    kind: Kind
    meaning: str


def _text(name: str, meaning: str) -> Column:
    return Column(name, "text", meaning)


def _number(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning)


def _money(name: str, meaning: str) -> Column:
    return Column(name, "money", meaning)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "share", meaning)


def _whole(name: str, meaning: str) -> Column:
    return Column(name, "whole", meaning)


SCENARIO = _text("scenario", "scenario of the operations")
PERIOD = _text("period", "period")
LOCATION = _text("location", "location")
ITEM = _text("item", "item")
RECIPE = _text("recipe", "recipe")
STATUS = _text("status", "agreement under whose rule the good qualifies; blank for none")
TEST = _text("test", "test of the rule of origin by which it qualifies")
CLASS = _text(
    "class", "country that a duty regime earmarks the good for; `domestic` at such a plant; else `any`"
)
SOURCE = _text("source", "location that the good comes from: supplier, plant, or where stock lay")
DEAL = _text("deal", "contract or recipe of the source; `initial` or `buffer` for stock")
QUANTITY = _number("quantity", "units in the period")
JOURNEY = (
    _text("origin", "location that ships"),
    _text("destination", "location that receives"),
    _text("mode", "mode of the lane"),
)
ENTRY = _text("entry", "`claimed` or `normal` customs entry")
AGREEMENT = _text("agreement", "agreement that the entry claims under; blank for a normal entry")

TABLES: Mapping[str, tuple[Column, ...]] = {
    "facilities": (
        LOCATION,
        _text("option", "option of the facility"),
        PERIOD,
        _whole("open", "1 if open (and paying its fixed cost)"),
        _whole("opening", "1 in the period in which it opens"),
        _whole("closing", "1 in the period in which it closes"),
        _whole("usable", "1 if it can be used: open and set up"),
        _number("capacity", "capacity units a period in base"),
        _number("used", "capacity units used in base"),
        _money("fixed_cost", "money paid in the period for being open"),
    ),
    "suppliers": (
        LOCATION,
        PERIOD,
        _whole("qualify", "1 in the period in which the qualification is paid"),
        _whole("qualified", "1 if contracts may be held"),
        _whole("engaged", "1 if a contract is held"),
        _money("spend", "money: purchase and take-or-pay in base"),
        _money("fixed_cost", "money paid in the period for being engaged"),
    ),
    "contracts": (
        SCENARIO,
        PERIOD,
        LOCATION,
        ITEM,
        _text("contract", "contract"),
        _whole("held", "1 if held"),
        _number("volume", "units taken"),
        _number("unused", "units of the take-or-pay minimum not taken, but paid for"),
        _money("unit_cost", "money a unit"),
        _share("share", "share of all units of the item that are bought in the period"),
    ),
    "production": (
        SCENARIO,
        PERIOD,
        LOCATION,
        ITEM,
        RECIPE,
        STATUS,
        TEST,
        CLASS,
        _number("quantity", "units made"),
        _whole("set_up", "1 if the recipe pays a set-up in the period"),
    ),
    "feeds": (
        SCENARIO,
        PERIOD,
        LOCATION,
        ITEM,
        RECIPE,
        STATUS,
        TEST,
        CLASS,
        _text("component", "item consumed"),
        _text("source", "location that the component comes from"),
        _text("deal", "contract or recipe of the component"),
        _text("component_status", "status of the component"),
        _text("component_class", "class of the component"),
        _number("quantity", "units of the component consumed"),
    ),
    "flows": (
        SCENARIO,
        PERIOD,
        *JOURNEY,
        ITEM,
        SOURCE,
        DEAL,
        STATUS,
        CLASS,
        ENTRY,
        AGREEMENT,
        _text("regime", "duty regime whose lower rate the entry has, where using it costs something"),
        QUANTITY,
        _money("freight", "money, whole row"),
        _money("duty", "money, whole row, all programmes"),
        _money("fees", "money, whole row, all fees"),
        _money("pipeline", "money, whole row: carrying cost on the way"),
        _money("handling", "money, whole row: gateways"),
        _money("insurance", "money, whole row"),
        _money("carbon", "money, whole row: of the lane, and of a warehouse whose options emit alike"),
        _money("claim", "money, whole row: cost of claiming preference"),
        _money("freight_per_unit", "money a unit"),
        _money("duty_per_unit", "money a unit"),
        _money("fees_per_unit", "money a unit"),
    ),
    "duties": (
        SCENARIO,
        PERIOD,
        *JOURNEY,
        _text("importer", "country of the destination"),
        ITEM,
        SOURCE,
        DEAL,
        STATUS,
        CLASS,
        ENTRY,
        AGREEMENT,
        _text("country_of_origin", "country of origin of the good"),
        _text("programme", "tariff programme, or `fee:` and the fee"),
        _share("rate", "share of the value charged, after any cap; above a quota in a row of its own"),
        _money("specific", "money a unit on top"),
        _money("value_per_unit", "dutiable value, money a unit"),
        QUANTITY,
        _money("duty", "money, whole row"),
        _text("row", "file and row in the plan's own `instance` that set it (the header is row 1)"),
        _text("waived_by", "agreement that waives it"),
        _text("regime", "duty regime whose lower rate is charged"),
        _text(
            "quota", "`within` or `above` the quota of the row; blank where it has none, or all pay the same"
        ),
        _text("source_row", "the same row in the file that the instance was read from"),
    ),
    "stock": (
        SCENARIO,
        PERIOD,
        LOCATION,
        ITEM,
        SOURCE,
        DEAL,
        STATUS,
        CLASS,
        _number("before", "units at the start of the period, initial stock included"),
        _number("quantity", "units at its end"),
        _number("lost", "units lost because the location was not usable"),
        _number("draw", "units drawn from the buffer"),
        _money("storage", "money: holding and carrying cost of what is there at the end"),
    ),
    "shortages": (
        SCENARIO,
        PERIOD,
        _text("market", "market"),
        ITEM,
        _number("demand", "units asked for"),
        _number("met", "units delivered"),
        _number("short", "units not delivered"),
        _money("cost", "money for what is short"),
        _money("dual", "money a unit: marginal landed cost of one more unit"),
    ),
    "lanes": (
        SCENARIO,
        PERIOD,
        *JOURNEY,
        _text("item", "items of the lane's row"),
        _whole("used", "1 if used"),
        _number("load", "what passed, in the `per` of the lane's row"),
        _number("unused", "what is missing to the minimum, in `per`"),
        _money("freight_unused", "money paid for what is missing"),
    ),
    "policies": (
        _text("policy", "policy"),
        _text("measure", "measure"),
        _text("period", "period; blank over the horizon"),
        SCENARIO,
        _number("value", "value of the measure; the worst where it is one of several"),
        _text("sense", "`max` or `min`: the side on which the limit is"),
        _number("limit", "the policy's max or min, as it is written there"),
        _number("violation", "in the unit of the measure's violation"),
        _money("penalty", "money paid for the violation"),
        _money(
            "dual",
            "discounted money per unit by which the limit is raised (a share: per 1.0) with the design as it is, "
            "so 0 for counts and capex; a max saves (< 0), a min costs (> 0)",
        ),
    ),
    "scenarios": (
        SCENARIO,
        _share("probability", "probability"),
        _money("operating_cost", "discounted money; blank where it cannot be operated"),
        _share("fill_rate", "share of demand met"),
        _text(
            "status",
            "`planned`; `priced` or `infeasible` on the design of the plan, if it was not made for it",
        ),
    ),
    "costs": (
        _text("scenario", "scenario; blank for the design"),
        PERIOD,
        _text("component", "component of the ledger"),
        _money("amount", "DISCOUNTED money, not weighted by probability"),
    ),
    "landed_cost": (
        _text("market", "market"),
        ITEM,
        PERIOD,
        _text("component", "component of the ledger"),
        _money("per_unit", "DISCOUNTED money a unit delivered"),
    ),
    "origin": (
        SCENARIO,
        PERIOD,
        _text("plant", "plant"),
        ITEM,
        RECIPE,
        _text("agreement", "agreement whose rule this is"),
        TEST,
        _text("measure", "what is measured: `regional_value` or `tariff_shift`"),
        STATUS,
        CLASS,
        _money("value", "money: customs value or net cost of what is made, as the rule takes it"),
        _money("non_originating", "money: value of the components that count against the rule"),
        _share("share", "regional value content; for a tariff shift the share that did not shift"),
        _share("threshold", "regional value content asked for; for a tariff shift de minimis"),
        _share("headroom", "how far within the threshold, as a share; negative: missed"),
        _money("headroom_money", "the same in money: what more might not originate"),
        _whole("qualifies", "1 if every measure of the test is met"),
    ),
    "relief": (
        SCENARIO,
        PERIOD,
        LOCATION,
        ITEM,
        RECIPE,
        STATUS,
        CLASS,
        _text("programme", "duty regime"),
        _text("kind", "`suspension` or `drawback`"),
        _money(
            "covered_duty",
            "money: smallest duty of the programmes that it covers, on what went into the good",
        ),
        _share("rate", "share of it that may be given back"),
        _money("limit", "money: rate x covered_duty"),
        _money(
            "output_duty",
            "money: duty that the good paid where it went, if that limits the relief; else blank",
        ),
        _money("relief", "money given back"),
        _text("row", "file and row of the regime (the header is row 1)"),
    ),
    "regimes": (
        LOCATION,
        _text("programme", "duty regime that costs something to use"),
        PERIOD,
        _whole("used", "1 if used"),
        _money("fixed_cost", "money paid in the period for using it"),
        _text("row", "file and row of the regime (the header is row 1)"),
    ),
    "duals": (
        _text("constraint", "constraint family"),
        _text("location", "location; `origin>destination` of a lane; gateway"),
        ITEM,
        _text("contract", "contract of a supplier; blank elsewhere"),
        PERIOD,
        _money(
            "dual",
            "undiscounted money: change of the cost by one more unit of demand or capacity; negative is a saving",
        ),
    ),
}


SAYS: Mapping[str, str] = {
    "facilities": "what opens, closes and stays open, and how full it is",
    "suppliers": "whom to buy from, whom to qualify, and what is spent there",
    "contracts": "which contracts are held, and what is taken of them",
    "production": "what is made where, by which recipe",
    "feeds": "which components went into what is made, and where they came from",
    "flows": "what is shipped where, and what each shipment pays",
    "duties": "every duty and fee, with the row that set it",
    "origin": "how far each plant is within the rules of origin",
    "relief": "what duty regimes give back",
    "regimes": "which duty regimes are used",
    "stock": "what is in stock at the end of each period",
    "shortages": "what is asked for, delivered and not delivered",
    "lanes": "how full each lane is",
    "policies": "what each policy measures, and how far it is from its limit",
    "scenarios": "what each scenario costs and delivers",
    "costs": "the ledger: every component by scenario and period",
    "landed_cost": "landed cost a unit, by market and item",
    "duals": "what one more unit of demand or capacity would change",
}


def frame(table: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """An output table: all its columns, in order, each of its kind; scalars fill their column."""
    schema = TABLES[table]
    lengths = [len(values) for values in columns.values() if not np.isscalar(values)]
    rows = lengths[0] if lengths else 0
    return pd.DataFrame({column.name: _cells(column, columns[column.name], rows) for column in schema})


def empty(table: str) -> pd.DataFrame:
    """An output table without rows."""
    return frame(table, {column.name: [] for column in TABLES[table]})


def _cells(column: Column, values: Any, rows: int) -> NDArray[Any] | pd.api.extensions.ExtensionArray:
    """One column of `rows` entries."""
    filled = np.full(rows, values) if np.isscalar(values) else np.asarray(values)
    if column.kind == "text":
        return pd.array(filled.astype(object), dtype="str")
    if column.kind == "whole":
        return np.asarray(np.rint(filled.astype(float)), dtype=np.int64)
    # adding zero turns -0.0 into 0.0
    return np.asarray(filled.astype(np.float64) + 0.0)
