"""Batches: a recipe split by what its output is to be: under which rule it qualifies, and for which country.

A batch is made only where it can matter: with a status where a claim, or the next stage, can use it; for a foreign
country where a duty regime can give duty on its components back. A plant may make several batches of one item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.network.agreements import charging, items_under
from planner.network.codes import Texts
from planner.network.dominance import undominated
from planner.network.joins import pairs
from planner.network.parts import Parts, needs_of
from planner.network.preference import Preference
from planner.network.reach import Reach
from planner.network.regimes import REDUCED
from planner_models.arrays import Flags, Ints

ANY, DOMESTIC = "any", "domestic"


@dataclass(frozen=True, slots=True)
class Batches:
    """Batches by number; by recipe, those without a status first."""

    recipe: Ints  # row of the recipes of Parts
    agreement: Ints  # under which it qualifies; -1: none
    test: Ints  # row of the tests of the rules of origin; -1: none
    destination: Texts  # its class
    stands_in: Flags  # made in place of one without a status: its goods go wherever those would

    @property
    def foreign(self) -> Flags:
        """Whether the batch is earmarked for a foreign country."""
        return np.asarray(~np.isin(self.destination, (ANY, DOMESTIC)), dtype=np.bool_)


def batches(parts: Parts, reach: Reach, preference: Preference) -> Batches:
    """All batches of the recipes that can run and are of use."""
    every = pd.concat([_plain(reach), *_qualifying(parts, preference)], ignore_index=True)
    split = undominated(parts, preference, every)
    split = _earmarked(parts, reach, preference, split)
    return Batches(
        recipe=split["recipe"].to_numpy(dtype=np.int64),
        agreement=split["agreement"].to_numpy(dtype=np.int64),
        test=split["test"].to_numpy(dtype=np.int64),
        destination=split["destination"].to_numpy(dtype=object),
        stands_in=split["stands_in"].to_numpy(dtype=np.bool_),
    )


def _plain(reach: Reach) -> pd.DataFrame:
    return pd.DataFrame({"recipe": reach.runs, "agreement": -1, "test": -1})


def _qualifying(parts: Parts, preference: Preference) -> list[pd.DataFrame]:
    """A batch for each test that what the recipe makes may pass."""
    tests, found = parts.rules.tests, []
    for agreement, can in enumerate(preference.qualifies):
        recipe = np.flatnonzero(can)
        mine = np.flatnonzero(tests["agreement"] == agreement)
        item = parts.recipes["item"].to_numpy(dtype=np.int64)[recipe]
        row, test = pairs(item, tests["item"].to_numpy(dtype=np.int64)[mine])
        found.append(pd.DataFrame({"recipe": recipe[row], "agreement": agreement, "test": mine[test]}))
    return found


def _earmarked(parts: Parts, reach: Reach, preference: Preference, split: pd.DataFrame) -> pd.DataFrame:
    """Split by class what is made of components whose duty a regime can give back."""
    order = ["recipe", "agreement", "test"]
    eligible = _relievable(parts)[split["recipe"]]
    if not eligible.any():
        return split.assign(destination=ANY).sort_values(order, kind="stable", ignore_index=True)
    shipped = _shipped(parts, reach, preference)
    recipes = parts.recipes.iloc[split["recipe"]]
    keys = (
        recipes[["location", "item", "t"]]
        .assign(agreement=np.where(split["stands_in"], -1, split["agreement"]))
        .reset_index(drop=True)
    )
    foreign = keys[eligible].reset_index(names="batch").merge(shipped, on=list(keys.columns))
    foreign = foreign[_gives_back(parts, foreign)]
    home = split.assign(destination=np.where(eligible, DOMESTIC, ANY), foreign=False)
    abroad = split.iloc[foreign["batch"]].assign(destination=foreign["country"].to_numpy(), foreign=True)
    every = pd.concat([home, abroad]).sort_values([*order, "foreign", "destination"], kind="stable")
    return every.drop(columns="foreign").reset_index(drop=True)


def _relievable(parts: Parts) -> Flags:
    """Whether a regime of the plant can give back duty on a component of the recipe [recipes]."""
    regimes = parts.regimes
    relieved = np.zeros((len(parts.codes.location), len(parts.codes.item)), dtype=np.bool_)
    for regime in regimes.of_kind(reduced=False).tolist():
        relieved[regimes.rows["location"].iloc[regime]] |= regimes.items[regime]
    run, line = needs_of(parts.recipes, parts.bom)
    location = parts.recipes["location"].to_numpy(dtype=np.int64)
    component = parts.bom["component"].to_numpy(dtype=np.int64)[line]
    eligible = np.zeros(len(location), dtype=np.bool_)
    eligible[run[relieved[location[run], component]]] = True
    return eligible


def _shipped(parts: Parts, reach: Reach, preference: Preference) -> pd.DataFrame:
    """Foreign countries that goods may be shipped to: location, item, t, agreement (-1: none), country."""
    ways, country = parts.ways.ways, parts.codes.country
    origin, destination = (ways[name].to_numpy(dtype=np.int64) for name in ("origin", "destination"))
    abroad = np.flatnonzero(country[origin] != country[destination])
    end = reach.spots.destination[abroad]
    plant = reach.spots.is_plant[end][:, None]
    enters = np.where(plant, reach.useful_input[end], reach.useful[end]) | reach.serves[abroad]
    open_to = {-1: enters}
    for agreement in range(len(parts.agreements.name)):
        wanted = np.where(plant, preference.useful_input[agreement, end], preference.useful[agreement, end])
        open_to[agreement] = enters & (wanted | preference.claims[agreement, abroad])
    found = []
    for agreement, may in open_to.items():
        way, t = np.nonzero(may)
        at = abroad[way]
        frame = {"location": origin[at], "item": ways["item"].to_numpy(dtype=np.int64)[at], "t": t}
        found.append(pd.DataFrame(frame | {"agreement": agreement, "country": country[destination[at]]}))
    return pd.concat(found).drop_duplicates(ignore_index=True)


def _gives_back(parts: Parts, foreign: pd.DataFrame) -> Flags:
    """Whether a class may get anything back: not where relief is limited by a duty that its goods can never pay.

    `foreign` has location, item, t and country.
    """
    regimes, known, codes = parts.regimes.rows, parts.agreements, parts.codes
    back = regimes[regimes["kind"] != REDUCED]
    unlimited = np.isin(np.arange(len(codes.location)), back.loc[~back["lesser_of_two"], "location"])
    location, item, t = (foreign[name].to_numpy(dtype=np.int64) for name in ("location", "item", "t"))
    country = foreign["country"].to_numpy(dtype=object)
    plant, into = known.countries(codes.country)[location], known.countries(country)
    inside = (known.member[:, plant, t] & known.member[:, into, t]).any(axis=0)
    pays = np.zeros(len(foreign), dtype=np.bool_)
    charged = charging(parts.instance)
    for importer in np.unique(country.astype(str)):
        at = np.flatnonzero(country == importer)
        pays[at] = items_under(parts.instance, charged[charged["importer"] == importer])[item[at]]
    return np.asarray(unlimited[location] | ~inside | pays, dtype=np.bool_)
