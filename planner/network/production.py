"""Production: runs, what they need, which goods can fill a need, limits and set-ups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.network.bounds import Useful, run_bound
from planner.network.codes import Codes, names
from planner.network.flows import Flows
from planner.network.goods import Sources
from planner.network.joins import find, number, pairs
from planner.network.parts import Parts, needs_of
from planner_models.arrays import Floats, Ints
from planner_models.data import INPUT, OUTPUT, Needs, ProductionLimits, Runs, SetUps


@dataclass(frozen=True, slots=True)
class Production:
    """Runs with their needs and feeds."""

    runs: pd.DataFrame  # the columns of recipes; row_of_recipe, agreement, test, destination, foreign, good,
    #                     facility, output, set_up, upper, emission (kg a unit; nan)
    needs: pd.DataFrame  # run, component, quantity
    feeds: pd.DataFrame  # need, place, upper


def runs(parts: Parts, sources: Sources, useful: Useful, capacity: Floats) -> pd.DataFrame:
    """The batches, a row a time, with their bounds."""
    batches = sources.batches
    found = parts.recipes.iloc[batches.recipe].copy()
    location = found["location"].to_numpy(dtype=np.int64)
    found["row_of_recipe"], found["agreement"], found["test"] = (
        batches.recipe,
        batches.agreement,
        batches.test,
    )
    found["destination"], found["foreign"] = batches.destination, batches.foreign
    found["good"] = sources.of_batch
    found["facility"] = parts.facilities.of_location[location]
    found["upper"] = run_bound(found, useful, capacity)
    found["emission"] = parts.facilities.emission[location] * found["capacity_use"]
    # all batches of a recipe share its set-up, in every scenario
    period = parts.codes.times.period[found["t"]]
    found["set_up"] = number(np.where(found["setup_cost"] > 0, found["row"], -1), period)[0]
    return found.reset_index(drop=True)


def production(parts: Parts, sources: Sources, flows: Flows, runs: pd.DataFrame) -> Production:
    """Join the runs to the places of their output and of their components."""
    places, times = flows.places, len(parts.codes.times)
    own = np.where(places["kind"] == OUTPUT, places["good"] * times + places["t"], -1)
    output = find((runs["good"] * times + runs["t"]).to_numpy(dtype=np.int64), own.astype(np.int64))
    run, line = needs_of(runs, parts.bom)
    needs = pd.DataFrame(
        {
            "run": run,
            "component": parts.bom["component"].to_numpy(dtype=np.int64)[line],
            "quantity": parts.bom["quantity"].to_numpy(dtype=np.float64)[line],
        }
    )
    return Production(runs.assign(output=output), needs, _feeds(parts, sources, flows, runs, needs))


def _feeds(
    parts: Parts, sources: Sources, flows: Flows, runs: pd.DataFrame, needs: pd.DataFrame
) -> pd.DataFrame:
    """Every good of the component at the plant, arrived or made there."""
    # what is made for a foreign country leaves at once
    fed = flows.places["kind"].isin([INPUT, OUTPUT])
    fed &= (flows.places["kind"] == INPUT) | ~sources.foreign[flows.places["good"]]
    places = flows.places[fed]
    locations, times = len(parts.codes.location), len(parts.codes.times)
    run = needs["run"].to_numpy(dtype=np.int64)
    eater = runs.iloc[run]
    wanted = (needs["component"].to_numpy() * locations + eater["location"].to_numpy()) * times
    there = (places["item"].to_numpy() * locations + places["location"].to_numpy()) * times
    need, at = pairs(wanted + eater["t"].to_numpy(), there + places["t"].to_numpy())
    upper = needs["quantity"].to_numpy() * eater["upper"].to_numpy()
    return pd.DataFrame(
        {"need": need, "place": places.index.to_numpy(dtype=np.int64)[at], "upper": upper[need]}
    )


def runs_data(parts: Parts, goods: pd.DataFrame, runs: pd.DataFrame, limit: Ints) -> Runs:
    """The table of the model; `goods` are those of `Sources`."""
    codes, carbon_price = parts.codes, parts.instance.settings.costs.carbon_price
    good = goods.iloc[runs["good"]]
    tests = np.array([*parts.rules.tests["name"], ""], dtype=object)
    return Runs(
        location=names(codes.location[runs["location"]]),
        item=names(codes.item[runs["item"]]),
        recipe=names(runs["deal"]),
        status=names(good["status"]),
        test=names(tests[runs["test"]]),
        destination_class=names(good["destination"]),
        time=runs["t"].to_numpy(dtype=np.int64),
        output=runs["output"].to_numpy(dtype=np.int64),
        facility=runs["facility"].to_numpy(dtype=np.int64),
        capacity_use=runs["capacity_use"].to_numpy(dtype=np.float64),
        production_limit=limit,
        set_up=runs["set_up"].to_numpy(dtype=np.int64),
        plant_link=runs["plant_link"].to_numpy(dtype=np.int64),
        upper=runs["upper"].to_numpy(dtype=np.float64),
        conversion=runs["unit_cost"].to_numpy(dtype=np.float64),
        carbon=carbon_price * runs["emission"].fillna(0.0).to_numpy(dtype=np.float64),
    )


def needs_data(codes: Codes, made: Production) -> Needs:
    """The table of the model."""
    needs, feeds = made.needs, made.feeds
    return Needs(
        run=needs["run"].to_numpy(dtype=np.int64),
        item=names(codes.item[needs["component"]]),
        quantity=needs["quantity"].to_numpy(dtype=np.float64),
        feed_need=feeds["need"].to_numpy(dtype=np.int64),
        feed_place=feeds["place"].to_numpy(dtype=np.int64),
        feed_upper=feeds["upper"].to_numpy(dtype=np.float64),
    )


def limits(runs: pd.DataFrame, arcs: pd.DataFrame, handling: pd.DataFrame) -> tuple[pd.DataFrame, Ints, Ints]:
    """Limits on recipes at plants and items through warehouses; the limit of each run, and of each arc.

    The frame has location, item, deal, t, max_quantity.
    """
    columns = ["location", "item", "deal", "t", "max_quantity"]
    finite = np.isfinite(runs["max_quantity"].to_numpy())
    of_run, limited = number(np.where(finite, runs["row_of_recipe"].to_numpy(dtype=np.int64), -1))
    row = arcs["handling_row"].to_numpy(dtype=np.int64)
    choosy = np.flatnonzero(np.isfinite(handling["max_quantity"].to_numpy()))
    passed = choosy[np.isin(choosy, row)]
    at = find(row, passed)
    of_arc = np.where(at >= 0, at + len(limited), -1)
    frame = pd.concat([runs.iloc[limited][columns], handling.iloc[passed][columns]], ignore_index=True)
    return frame, of_run, of_arc


def limits_data(codes: Codes, limits: pd.DataFrame) -> ProductionLimits:
    """The table of the model."""
    return ProductionLimits(
        location=names(codes.location[limits["location"].to_numpy(dtype=np.int64)]),
        item=names(codes.item[limits["item"].to_numpy(dtype=np.int64)]),
        recipe=names(limits["deal"]),
        time=limits["t"].to_numpy(dtype=np.int64),
        quantity=limits["max_quantity"].to_numpy(dtype=np.float64),
    )


def set_ups_data(codes: Codes, runs: pd.DataFrame) -> SetUps:
    """The table of the model."""
    period = codes.times.period
    first = runs[runs["set_up"] >= 0].drop_duplicates("set_up").sort_values("set_up")
    return SetUps(
        location=names(codes.location[first["location"]]),
        item=names(codes.item[first["item"]]),
        recipe=names(first["deal"]),
        period=period[first["t"]],
        cost=first["setup_cost"].to_numpy(dtype=np.float64),
    )
