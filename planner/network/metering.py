"""Capacity used by option, where the options of a facility emit differently."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.instance import selectors_of
from planner.network.bounds import option_capacity
from planner.network.codes import texts
from planner.network.connected import Network
from planner.network.parts import Parts
from planner_models.arrays import Ints
from planner_models.data import Uses


@dataclass(frozen=True, slots=True)
class Metered:
    """The capacity to meter, and which meter counts a run or arc (-1: none)."""

    uses: pd.DataFrame  # option, location, item, t, time, meter, upper (capacity units), emission (kg a unit)
    of_run: Ints
    of_arc: Ints


def metered(network: Network) -> Metered:
    """A meter for each place, period and group of items that the policies on emissions treat alike.

    Only where options differ, and carbon has a price or a policy counts emissions. The `item` of a use is one
    of its group, which stands for all.
    """
    parts, made, arcs = network.parts, network.made.runs, network.arcs
    wanted = _counted(parts) or parts.instance.settings.costs.carbon_price > 0
    differs = np.isnan(parts.facilities.emission) & wanted
    drawn = pd.concat(
        [made[["location", "item", "t"]], arcs[["item", "t"]].assign(location=arcs["origin"])],
        ignore_index=True,
    )
    # what leaves a plant used its capacity when it was made
    working = np.concatenate([np.ones(len(made), dtype=bool), arcs["facility"].to_numpy() >= 0])
    drawn = drawn[working & differs[drawn["location"].to_numpy(dtype=np.int64)]]
    alike = _treated_alike(parts)[drawn["location"].to_numpy(), drawn["item"].to_numpy()]
    groups = drawn.assign(alike=alike).groupby(["location", "t", "alike"], sort=True)
    meter = np.full(len(working), -1, dtype=np.int64)
    meter[drawn.index] = groups.ngroup()
    return Metered(
        _uses(network, groups["item"].first().reset_index()), meter[: len(made)], meter[len(made) :]
    )


def _uses(network: Network, meters: pd.DataFrame) -> pd.DataFrame:
    """What each meter books to each option of its place; `meters` has location, item, t."""
    parts, options = network.parts, network.parts.facilities.options
    available = options[options["status"] != "closed"].rename_axis("option_row").reset_index()
    booked = (
        meters.rename_axis("meter")
        .reset_index()
        .merge(available[["option_row", "location", "emission"]], on="location")
    )
    option, t = (booked[name].to_numpy(dtype=np.int64) for name in ("option_row", "t"))
    return pd.DataFrame(
        {
            "option": option,
            "location": texts(parts.codes.location[booked["location"]]),
            "item": texts(parts.codes.item[booked["item"]]),
            "t": t,
            "time": t,
            "meter": booked["meter"].to_numpy(dtype=np.int64),
            "upper": option_capacity(parts, network.needed)[option, t],
            "emission": booked["emission"].to_numpy(dtype=np.float64),
        }
    )


def _counted(parts: Parts) -> bool:
    return bool((parts.instance.tables["policies"]["measure"] == "emissions").any())


def _treated_alike(parts: Parts) -> Ints:
    """Items with one number are in the same policies on emissions at a location [locations, items]."""
    policies, codes, select = parts.instance.tables["policies"], parts.codes, selectors_of(parts.instance)
    groups = np.zeros((len(codes.location), len(codes.item)), dtype=np.int64)
    for row in policies[policies["measure"] == "emissions"].to_dict("records"):
        chosen = np.zeros(groups.shape, dtype=bool)
        who = codes.locations(select.members(row["who"], among="location"))
        chosen[np.ix_(who, codes.items(select.members(row["item"], among="item")))] = True
        _, numbers = np.unique(2 * groups + chosen, return_inverse=True)
        groups = numbers.reshape(groups.shape)
    return groups


def uses_data(found: Metered, carbon_price: float) -> Uses:
    """The table of the model."""
    uses = found.uses
    return Uses(
        option=uses["option"].to_numpy(dtype=np.int64),
        time=uses["t"].to_numpy(dtype=np.int64),
        meter=uses["meter"].to_numpy(dtype=np.int64),
        upper=uses["upper"].to_numpy(dtype=np.float64),
        carbon=carbon_price * uses["emission"].to_numpy(dtype=np.float64),
        run_meter=found.of_run,
        arc_meter=found.of_arc,
    )
