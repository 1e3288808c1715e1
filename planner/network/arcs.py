"""Arcs: a good on a lane in a period, with what a unit costs, weighs and may be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.bounds import handling_figures
from planner.network.codes import names
from planner.network.flows import Flows
from planner.network.goods import Sources
from planner.network.joins import take
from planner.network.parts import Parts
from planner.network.reach import Reach
from planner_models.arrays import Floats
from planner_models.data import Arcs

_OF_WAY = ("lane", "item", "origin", "destination", "weight")


def arcs(parts: Parts, sources: Sources, reach: Reach, flows: Flows) -> pd.DataFrame:
    """The arcs of the walk with their figures: money and kg a unit; without bounds and links.

    Adds to `Flows.arcs`: lane, item, origin, destination, weight, days, end (spot), facility, capacity_use,
    handling_row, max_quantity, value, and the cost components.
    """
    frame, ways = flows.arcs.copy(), parts.ways.ways
    way = frame["way"].to_numpy(dtype=np.int64)
    for name in _OF_WAY:
        frame[name] = ways[name].to_numpy()[way]
    t = frame["t"].to_numpy(dtype=np.int64)
    for name in ("freight", "handling", "days"):
        frame[name] = getattr(parts.ways, name)[way, t]
    frame["end"] = reach.spots.destination[way]
    frame["value"] = sources.value[frame["good"], frame["t"]]
    _leave_warehouse(parts, frame, ways["emission"].to_numpy()[way])
    settings = parts.instance.settings.costs
    value = frame["value"].fillna(0.0)
    offered = frame["offer_row"].to_numpy(dtype=np.int64)
    frame["purchase"] = take(parts.offers["unit_cost"].to_numpy(), offered, 0.0)
    country = pd.factorize(parts.codes.country)[0]
    frame["crosses"] = country[frame["origin"]] != country[frame["destination"]]
    frame["insurance"] = np.where(frame["crosses"], settings.insurance_rate * value, 0.0)
    frame["pipeline"] = value * settings.carrying_rate * frame["days"] / 365
    return frame


def _leave_warehouse(parts: Parts, frame: pd.DataFrame, lane_emission: Floats) -> None:
    """What a unit costs and uses in the warehouse that it leaves; nothing elsewhere."""
    origin = frame["origin"].to_numpy(dtype=np.int64)
    leaves = parts.codes.is_role("warehouse")[origin]
    asked = frame[["item", "t"]].assign(location=origin)
    figures = handling_figures(parts, asked)
    frame["conversion"] = np.where(leaves, figures["unit_cost"], 0.0)
    frame["capacity_use"] = np.where(leaves, figures["capacity_use"], 0.0)
    frame["max_quantity"] = np.where(leaves, figures["max_quantity"], np.inf)
    frame["handling_row"] = np.where(leaves, figures["row"], -1)
    frame["facility"] = np.where(leaves, parts.facilities.of_location[origin], -1)
    # where the options differ, `Uses` meters what each emits
    emission = np.nan_to_num(parts.facilities.emission[origin])
    frame["emission"] = lane_emission + frame["capacity_use"] * emission


def arcs_data(frame: pd.DataFrame, carbon_price: float) -> Arcs:
    """The table of the model."""
    ints = {
        name: frame[column].to_numpy(dtype=np.int64)
        for name, column in {
            "lane": "lane",
            "good": "good",
            "time": "t",
            "from_place": "from_place",
            "to_place": "to_place",
            "offer": "offer",
            "demand": "demand",
            "facility": "facility",
            "production_limit": "production_limit",
            "lane_load": "lane_load",
            "single_source": "single_source",
            "plant_link": "plant_link",
            "contract_link": "contract_link",
            "regime": "regime_use",
        }.items()
    }
    figures = (
        "capacity_use",
        "upper",
        "purchase",
        "conversion",
        "freight",
        "handling",
        "insurance",
        "pipeline",
        "claim",
    )
    return Arcs(
        **ints,
        **{name: frame[name].to_numpy(dtype=np.float64) for name in figures},
        lane_weight=frame["weight"].to_numpy(dtype=np.float64),
        agreement=names(frame["agreement"]),
        carbon=carbon_price * frame["emission"].to_numpy(dtype=np.float64),
    )
