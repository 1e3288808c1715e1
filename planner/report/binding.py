"""What binds a plan: limits that cost money, what one more unit of each is worth, and the row that sets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from planner.instance import expand_lanes
from planner.plan.labels import records
from planner.plan.summary import SIGNS, amount_in_words, money

if TYPE_CHECKING:
    from planner.plan import Plan

MOST = 15
WORTHLESS = 1e-6  # money: below this a price is rounding
SHARES = ("volume_share", "supplier_share", "spend_share", "fill_rate")
UNITS = MappingProxyType({"volume": "unit", "emissions": "kg CO2e"})  # of a policy's limit; else money
CAVEAT = "Prices of small changes, with the design as it is; first what is worth most over the whole limit."
OWN = " Rows are those of the plan's own instance."


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit that binds: `worth` is what one `unit` of relief saves.

    That is undiscounted money of its period; discounted money for a policy.
    """

    name: str
    rows: str
    size: float
    unit: str
    period: str
    worth: float

    @property
    def weight(self) -> float:
        """What the whole limit would be worth at its price."""
        return self.worth * (self.size if self.size < inf else 1.0)


def binding(plan: Plan) -> str:
    """Which capacities, contracts and policies bind, and what one more unit of each is worth; the dearest first."""
    limits = sorted([*_capacities(plan), *_policies(plan)], key=lambda limit: -limit.weight)
    if not limits:
        return "Nothing binds: no capacity, contract or policy would be worth having more of, with the design as it is."
    lines = [_worded(plan, limit) for limit in limits[:MOST]]
    if len(limits) > MOST:
        lines.append(f"and {len(limits) - MOST} more, in duals.csv and policies.csv")
    return "\n".join([CAVEAT + (OWN if plan.folder else ""), *lines])


def _worded(plan: Plan, limit: _Limit) -> str:
    currency = plan.instance.settings.instance.currency
    when = f" in {limit.period}" if limit.period else ""
    return f"{limit.name}{when} ({limit.rows}): one {limit.unit} saves {money(limit.worth, currency)}"


def _capacities(plan: Plan) -> Iterator[_Limit]:
    """Limits of facilities, contracts, recipes, lanes and gateways; in scenarios, where they bind most."""
    priced = plan.duals[(plan.duals["dual"] < -WORTHLESS) & plan.duals["constraint"].isin(KINDS)]
    keys = ["constraint", "location", "item", "contract", "period"]
    for row in records(priced.groupby(keys, as_index=False, sort=False)[["dual"]].min()):
        kind = KINDS[row["constraint"]]
        rows = kind.rows(plan, row)
        # the limit that the period has, which only a facility finds in the plan: its options differ
        size = float(rows[kind.column].max()) if len(rows) else inf
        per = str(rows["per"].iloc[0]) if "per" in rows and len(rows) else "unit"
        yield _Limit(
            name=kind.name.format(**row) + (f" of {amount_in_words(size)}" if size < inf else ""),
            rows=_places(plan, kind.table, rows),
            size=size,
            unit=f"{'capacity unit' if kind.table == 'facilities' else per} more",
            period=row["period"],
            worth=-row["dual"],
        )


@dataclass(frozen=True, slots=True)
class _Kind:
    """A family of limits: what it is called, and which rows of which table set it."""

    name: str
    table: str
    column: str
    rows: Callable[[Plan, Mapping[str, str]], pd.DataFrame]


def _options_open(plan: Plan, row: Mapping[str, str]) -> pd.DataFrame:
    states: pd.DataFrame = plan.facilities
    here = states[(states["location"] == row["location"]) & (states["period"] == row["period"])]
    table: pd.DataFrame = plan.instance.tables["facilities"]
    usable = here.loc[here["usable"] == 1, "option"]
    return table.loc[(table["location"] == row["location"]) & table["option"].isin(usable)]


def _of_period(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """The rows that hold in a period: its own, else the blank ones."""
    own = rows[rows["period"] == period]
    return own if len(own) else rows[rows["period"] == ""]


def _offers(plan: Plan, row: Mapping[str, str]) -> pd.DataFrame:
    table = plan.instance.tables["offers"]
    meant = (table["location"] == row["location"]) & (table["item"] == row["item"])
    return _of_period(table[meant & (table["contract"] == row["contract"])], row["period"])


def _recipes(plan: Plan, row: Mapping[str, str]) -> pd.DataFrame:
    table = plan.instance.tables["production"]
    meant = (table["location"] == row["location"]) & (table["item"] == row["item"])
    return _of_period(table[meant & (table["max_quantity"] < inf)], row["period"])


def _lanes(plan: Plan, row: Mapping[str, str]) -> pd.DataFrame:
    table, lanes = plan.instance.tables["lanes"], expand_lanes(plan.instance)
    ends = lanes["origin"] + ">" + lanes["destination"]
    positions = sorted(set(lanes.loc[ends == row["location"], "row_position"]))
    rows: pd.DataFrame = table.iloc[positions]
    return rows[rows["capacity"] < inf]


def _gateways(plan: Plan, row: Mapping[str, str]) -> pd.DataFrame:
    table: pd.DataFrame = plan.instance.tables["gateways"]
    return table.loc[table["gateway"] == row["location"]]


KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "facility_capacity": _Kind("capacity of {location}", "facilities", "capacity", _options_open),
        "contract_capacity": _Kind(
            "contract {contract} of {location}, {item}: capacity", "offers", "capacity", _offers
        ),
        "production_limit": _Kind("most {item} at {location}", "production", "max_quantity", _recipes),
        "lane_capacity": _Kind("capacity of {location}", "lanes", "capacity", _lanes),
        "gateway_capacity": _Kind("capacity of {location}", "gateways", "capacity", _gateways),
    }
)


def _policies(plan: Plan) -> Iterator[_Limit]:
    """Policies that cost money: a max that would save if it were higher, a min if it were lower."""
    table = plan.instance.tables["policies"]
    for row in records(plan.policies[plan.policies["dual"].abs() > WORTHLESS]):
        share = row["measure"] in SHARES
        unit = "point" if share else UNITS.get(row["measure"], plan.instance.settings.instance.currency)
        scale = 0.01 if share else 1.0
        limit = (
            f"{row['limit']:.4%}".rstrip("0%").rstrip(".") + "%" if share else amount_in_words(row["limit"])
        )
        broken = ", broken at its penalty" if row["violation"] > WORTHLESS else ""
        yield _Limit(
            name=f"policy {row['policy']}, {row['measure']} {SIGNS[row['sense']]} {limit}{broken}",
            rows=_places(plan, "policies", table[table["policy"] == row["policy"]]),
            size=row["limit"] / scale if share else row["limit"],
            unit=f"{unit} {'more' if row['sense'] == 'max' else 'less'}",
            period=row["period"],
            worth=abs(row["dual"]) * scale,
        )


def _places(plan: Plan, table: str, rows: pd.DataFrame) -> str:
    """File and rows that set a limit."""
    return f"{plan.instance.files[table]}:{', '.join(map(str, rows.index))}"
