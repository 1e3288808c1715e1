"""Where preference can be worth something: what a claim may waive, and what can help the next stage to qualify."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.network.parts import Parts
from planner.network.reach import Reach, reach_back
from planner_models.arrays import Flags


@dataclass(frozen=True, slots=True)
class Preference:
    """By agreement: where goods that qualify under it are of use."""

    claims: Flags  # [agreements, ways, times] a claim on the way may waive something
    useful: Flags  # [agreements, spots, times] a good that is made here
    useful_input: Flags  # [agreements, spots, times] a component at a plant
    qualifies: Flags  # [agreements, recipes] rows of Parts that may make a good that qualifies, to some use


def preference(parts: Parts, reach: Reach) -> Preference:
    """Follow each agreement back from the claims that it allows, through the runs that can qualify under it."""
    agreements, spots = parts.agreements, reach.spots
    count, times = len(agreements.name), len(parts.codes.times)
    claims = np.zeros((count, len(spots.origin), times), dtype=np.bool_)
    useful, useful_input = np.zeros((2, count, len(spots.keys), times), dtype=np.bool_)
    qualifies = np.zeros((count, len(parts.recipes)), dtype=np.bool_)
    for agreement in range(count):
        claims[agreement] = _claims(parts, reach, agreement)
        can_run = _can_qualify(parts, reach, agreement)
        useful[agreement], useful_input[agreement], qualifies[agreement] = reach_back(
            parts, reach, claims[agreement], can_run
        )
    return Preference(claims, useful, useful_input, qualifies)


def _claims(parts: Parts, reach: Reach, agreement: int) -> Flags:
    """Ways over which goods of use cross into a member country that may waive something for them."""
    agreements, spots, ways = parts.agreements, reach.spots, parts.ways.ways
    origin, destination, item = (
        ways[name].to_numpy(dtype=np.int64) for name in ("origin", "destination", "item")
    )
    country = agreements.countries(parts.codes.country)
    waives = agreements.waives[agreement, country[destination], item]
    crosses = parts.codes.country[origin] != parts.codes.country[destination]
    end = spots.destination
    enters = (
        np.where(spots.is_plant[end][:, None], reach.useful_input[end], reach.useful[end]) & spots.alive[end]
    )
    in_force = agreements.member[agreement, country[destination]]
    return np.asarray((enters | reach.serves) & in_force & (waives & crosses)[:, None], dtype=np.bool_)


def _can_qualify(parts: Parts, reach: Reach, agreement: int) -> Flags:
    """Recipes of member countries, with a rule for what they make [recipes]."""
    agreements, tests = parts.agreements, parts.rules.tests
    location, item, t = (parts.recipes[name].to_numpy(dtype=np.int64) for name in ("location", "item", "t"))
    country = agreements.countries(parts.codes.country)[location]
    ruled = tests.loc[tests["agreement"] == agreement, "item"].to_numpy(dtype=np.int64)
    can_run = np.zeros(len(location), dtype=np.bool_)
    can_run[reach.runs] = True
    return np.asarray(
        can_run & agreements.member[agreement, country, t] & np.isin(item, ruled), dtype=np.bool_
    )
