"""Warnings: items of which more is needed, sold or through the recipes, than can be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd

from planner.errors import Problem
from planner.instance.findings import Findings
from planner.instance.money import Floats
from planner.instance.periods import by_period

if TYPE_CHECKING:
    from planner.instance.instance import Instance

ROUNDING = 1e-9  # relative: what a sum may be off by


@dataclass(frozen=True)
class Supply:
    """The most that can be had of each item up to each period [periods], joint limits left aside.

    An item that is not there has none.
    """

    stock: dict[str, Floats]
    bought: dict[str, Floats]
    made: dict[str, Floats]


def scarce(findings: Findings) -> None:
    """Items that are certainly short: cumulative needs above all that can be bought, made and taken from stock."""
    instance = findings.instance
    needed = _hard_demand(instance)
    supply, least = _supply(instance), _least_use(instance)
    none = np.zeros(len(instance.settings.horizon.periods))
    for item in _from_sold_to_bought(instance):
        wanted = needed.get(item, none)
        stocked, bought, made = (of.get(item, none) for of in (supply.stock, supply.bought, supply.made))
        most = stocked + bought + made
        short = wanted > most * (1 + ROUNDING) + ROUNDING
        if short.any():
            _warn(findings, item, int(np.argmax(short)), wanted, most)
        # what cannot be bought or taken from stock has to be made, and takes its components
        taken = np.clip(wanted - stocked - bought, 0.0, made)
        for component, each in least.get(item, {}).items():
            needed[component] = needed.get(component, none) + taken * each


def _warn(findings: Findings, item: str, t: int, wanted: Floats, most: Floats) -> None:
    """Say it at the first row that asks for the item: a hard demand, else a bill of materials."""
    message = (
        f"up to period {findings.instance.settings.horizon.periods[t]} at most {most[t]:g} can be supplied"
    )
    demand, bom = findings.given["demand"], findings.given["bom"]
    asked = (demand["item"] == item) & demand["shortage_cost"].isna()
    if asked.any():
        place = findings.place("demand", int(demand.index[asked].min()), "quantity")
    else:
        place = findings.place("bom", int(bom.index[bom["component"] == item].min()), "component")
    found, expected = f"{wanted[t]:g} of {item}", "a demand that capacity can meet"
    findings.problems.append(Problem(place, message, found, expected))


def _from_sold_to_bought(instance: Instance) -> list[str]:
    """All items, each before its components."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(instance.tables["items"]["item"])
    bom = instance.tables["bom"]
    graph.add_edges_from(zip(bom["item"], bom["component"], strict=True))
    return list(nx.topological_sort(graph))


def _hard_demand(instance: Instance) -> dict[str, Floats]:
    """What has to be delivered of each item up to each period."""
    demand = by_period(instance, "demand")
    at_cost = instance.settings.instance.objective == "cost"
    hard = demand[demand["shortage_cost"].isna()] if at_cost else demand.iloc[:0]
    return _cumulative(instance, hard, "quantity")


def _cumulative(instance: Instance, frame: pd.DataFrame, column: str) -> dict[str, Floats]:
    """Sums by item up to each period; one beyond the largest number is as good as unlimited."""
    periods = range(len(instance.settings.horizon.periods))
    with np.errstate(over="ignore"):
        sums = frame.groupby(["item", "t"])[column].sum().unstack(fill_value=0)
        sums = sums.reindex(columns=periods, fill_value=0).cumsum(axis="columns")
    return dict(zip(sums.index, sums.to_numpy(dtype=np.float64), strict=True))


def _least_use(instance: Instance) -> dict[str, dict[str, float]]:
    """By item, its components with the least that one unit takes, by whatever recipe it is made."""
    made = instance.tables["production"][_in_plants(instance, instance.tables["production"])]
    recipes = made[["item", "recipe"]].drop_duplicates()
    lines = instance.tables["bom"].merge(recipes, on=["item", "recipe"])
    uses = lines.groupby(["item", "component"])["quantity"].agg(["min", "size"]).reset_index()
    # a component that one recipe does without may not be needed at all
    always = uses[uses["size"] == uses["item"].map(recipes["item"].value_counts())]
    least: dict[str, dict[str, float]] = {}
    for item, component, each in zip(always["item"], always["component"], always["min"], strict=True):
        least.setdefault(item, {})[component] = each
    return least


def _in_plants(instance: Instance, production: pd.DataFrame) -> pd.Series:
    roles = instance.tables["locations"].set_index("location")["role"]
    return production["location"].map(roles) == "plant"


def _supply(instance: Instance) -> Supply:
    periods = len(instance.settings.horizon.periods)
    stock = instance.tables["inventory"].groupby("item")["initial"].sum()
    return Supply(
        stock={str(item): np.full(periods, initial) for item, initial in stock.items()},
        bought=_cumulative(instance, _bought(instance), "capacity"),
        made=_cumulative(instance, _made(instance), "most"),
    )


def _bought(instance: Instance) -> pd.DataFrame:
    """The most that each supplier sells of each item in each period: one contract at a time."""
    offers, suppliers = by_period(instance, "offers"), instance.tables["suppliers"]
    excluded = suppliers.loc[suppliers["status"] == "excluded", "location"]
    offers = offers[~offers["location"].isin(excluded)]
    return offers.groupby(["location", "item", "t"])["capacity"].max().reset_index()


def _made(instance: Instance) -> pd.DataFrame:
    """The most that each plant makes of each item in each period, all recipes together."""
    runs = by_period(instance, "production")
    runs = runs[_in_plants(instance, runs)]
    options = instance.tables["facilities"]
    largest = options[options["status"] != "closed"].groupby("location")["capacity"].max()
    unlisted = ~runs["location"].isin(options["location"])
    room = runs["location"].map(largest).fillna(0.0).where(~unlisted, np.inf)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        most = np.where(runs["capacity_use"] > 0, room / runs["capacity_use"], np.inf)
    runs = runs.assign(room=most, most=np.minimum(runs["max_quantity"], most))
    sums = runs.groupby(["location", "item", "t"]).agg(room=("room", "max"), most=("most", "sum"))
    return sums.min(axis=1).rename("most").reset_index()
