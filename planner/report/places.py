"""The places on the map: what passes each, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.instance import expand_lanes
from planner.plan.labels import records
from planner.report.movements import LANE
from planner.report.picture import whole_label

if TYPE_CHECKING:
    from planner.plan import Plan

SMALLEST, LARGEST = 6.0, 15.0  # pixels
BASE = "base"


@dataclass(frozen=True, slots=True)
class Place:
    """A location or gateway with coordinates."""

    name: str
    role: str
    longitude: float
    latitude: float
    units: float  # that pass in base over the horizon
    size: float  # pixels
    words: str

    @property
    def used(self) -> bool:
        """Whether anything passes."""
        return self.units > 0


def places(plan: Plan, moved: pd.DataFrame) -> list[Place]:
    """Every location and gateway that has coordinates."""
    base = moved[moved["scenario"] == BASE]
    leaves, enters = base.groupby("origin")["quantity"].sum(), base.groupby("destination")["quantity"].sum()
    passes = _through_gateways(plan, base)
    tables = plan.instance.tables
    rows = [
        (
            row["location"],
            row["role"],
            row,
            max(leaves.get(row["location"], 0.0), enters.get(row["location"], 0.0)),
        )
        for row in records(tables["locations"])
    ] + [
        (row["gateway"], "gateway", row, passes.get(row["gateway"], 0.0))
        for row in records(tables["gateways"])
    ]
    known = [row for row in rows if isfinite(row[2]["latitude"]) and isfinite(row[2]["longitude"])]
    most = {role: max(units for _, kind, _, units in known if kind == role) for _, role, _, _ in known}
    return [
        Place(
            name, role, float(row["longitude"]), float(row["latitude"]), units,
            SMALLEST if role == "gateway" or not units else _size(units / most[role]),
            _words(name, role, row, units),
        )
        for name, role, row, units in known
    ]  # fmt: skip


def _size(share: float) -> float:
    """Of a place with a share of the units of the busiest of its role."""
    return round(SMALLEST + (LARGEST - SMALLEST) * sqrt(share), 1)


def _through_gateways(plan: Plan, base: pd.DataFrame) -> dict[str, float]:
    """Units that pass each gateway in base."""
    lanes = expand_lanes(plan.instance)[[*LANE, "row_position"]].drop_duplicates(LANE)
    listed = plan.instance.tables["lanes"]["gateways"].str.split(";").reset_index(drop=True)
    passing = base.merge(lanes, on=LANE)[["row_position", "quantity"]]
    spread = passing.assign(gateway=passing["row_position"].map(listed)).explode("gateway")
    return {str(name): float(units) for name, units in spread.groupby("gateway")["quantity"].sum().items()}


def _words(name: str, role: str, row: dict[str, Any], units: float) -> str:
    """The tooltip of a place."""
    called = row.get("name") or name
    aside = f" ({whole_label(name)})" if called != name else ""
    kind = f"{row['kind']} " if row.get("kind") else ""
    passes = f"{units:,.0f} units" if units else "nothing passes"
    country = f" in {row['country']}" if row["country"] else ""
    return f"<b>{whole_label(called)}</b>{aside}<br>{whole_label(kind)}{role}{country}<br>{passes}"
