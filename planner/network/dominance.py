"""Batches that need not be made: another batch of the recipe asks for no more and is worth as much at every border."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.agreements import items_under, shifts
from planner.network.duties import MFN
from planner.network.joins import number, pairs
from planner.network.parts import Parts
from planner.network.preference import Preference
from planner_models.arrays import Flags, Ints

NONE = -1  # the agreement of a batch without a status


def undominated(parts: Parts, preference: Preference, split: pd.DataFrame) -> pd.DataFrame:
    """The batches that are left of recipe, agreement, test; `stands_in` for one without a status that is not."""
    beaten, by = _dominance(parts, preference, split)
    # a batch that beats one without a status is itself beaten only by one that does the same
    agreement = split["agreement"].to_numpy(dtype=np.int64)
    stands_in = np.isin(np.arange(len(split)), by[agreement[beaten] == NONE])
    left = np.isin(np.arange(len(split)), beaten, invert=True)
    return split.assign(stands_in=stands_in)[left].reset_index(drop=True)


def _dominance(parts: Parts, preference: Preference, split: pd.DataFrame) -> tuple[Ints, Ints]:
    """Batches that need not be made, and those of the same recipe that can stand in for each.

    One can that qualifies whatever goes into it, if its claims save at least as much wherever they are made. Only for
    items that are no component: there, a duty that could be waived may be of use, as more of it is given back.
    """
    recipe, agreement = (split[name].to_numpy(dtype=np.int64) for name in ("recipe", "agreement"))
    item, location = (parts.recipes[name].to_numpy(dtype=np.int64)[recipe] for name in ("item", "location"))
    always = np.flatnonzero(_always_qualifies(parts, split) & ~np.isin(item, parts.bom["component"]))
    row, other = pairs(recipe, recipe[always])
    other = always[other]
    row, other = row[row != other], other[row != other]
    none, same = agreement[row] == NONE, agreement[row] == agreement[other]
    as_good = _as_good(parts, preference)[agreement[row], agreement[other], item[row]]
    member = parts.agreements.member[:, parts.agreements.countries(parts.codes.country[location[row]])]
    pair = np.arange(len(row))
    lasts = (member[agreement[row], pair] <= member[agreement[other], pair]).all(axis=1)
    beats = none | same | (as_good & lasts)
    row, other = row[beats], other[beats]
    both = np.isin(row * len(split) + other, other * len(split) + row)
    first = ~both | (other < row)  # of two equal ones the first is made
    return row[first], other[first]


def _always_qualifies(parts: Parts, split: pd.DataFrame) -> Flags:
    """Whether every component of a batch makes the tariff shift, all that its test asks for [batches]."""
    test = split["test"].to_numpy(dtype=np.int64)
    recipes = parts.recipes.iloc[split["recipe"]]
    kind, first = number(test, recipes["recipe"].to_numpy(dtype=np.int64))
    hs = parts.instance.tables["items"]["hs_code"].tolist()
    component = parts.bom["component"].to_numpy(dtype=np.int64)
    of_recipe = parts.bom["recipe"].to_numpy(dtype=np.int64)
    always = np.zeros(len(first), dtype=np.bool_)
    for row, batch in enumerate(first.tolist()):
        asked, recipe = parts.rules.tests.iloc[test[batch]], recipes.iloc[batch]
        if asked["digits"] > 0 and np.isnan(asked["rvc"]):
            fed = component[of_recipe == recipe["recipe"]].tolist()
            made, digits, never = hs[recipe["item"]], asked["digits"], asked["except_hs"]
            always[row] = all(shifts(hs[one], made, digits, never) for one in fed)
    return np.append(always, False)[kind]


def _as_good(parts: Parts, preference: Preference) -> Flags:
    """Whether a claim under the second agreement is worth as much as under the first [agreements, agreements, items].

    Wherever an item may be claimed under the first it may be under the second, which waives the same duties and fees,
    and no more than that: a row that is waived displaces nothing, and MFN that is waived is not taken off a ceiling.
    """
    known, rules, tables = parts.agreements, parts.rules, parts.instance.tables
    numbers = np.arange(len(known.name))
    cost = np.stack([rules.preferential_rate, rules.claim_cost])
    as_good: Flags = np.all(cost[:, None, :] <= cost[:, :, None], axis=0)
    ceilings = items_under(parts.instance, tables["tariffs"][tables["tariffs"]["rule"] == "cap"])
    reduced: Flags = np.any(rules.preferential_rate > 0, axis=0)
    for table, column in (("tariffs", "waived_by"), ("fees", "exempt")):
        rows = tables[table][tables[table][column] != ""]
        for (importer, cell), waived in rows.groupby(["importer", column]):
            named = np.isin(numbers, known.numbers(str(cell)))
            claimed: Flags = np.any(known.member[:, known.country.get(str(importer), -1)], axis=1)
            less, more = claimed & named, claimed & ~named  # of the first: it waives the rows, or not
            if table == "fees":
                as_good[less[:, None] & ~named] = False
                continue
            concerned = items_under(parts.instance, waived)
            displacing = items_under(parts.instance, waived[waived["displaces"] != ""])
            mfn = items_under(parts.instance, waived[waived["programme"] == MFN])
            as_good[(less[:, None] & ~named)[:, :, None] & concerned] = False
            dearer = displacing | mfn & (ceilings | reduced)
            as_good[(more[:, None] & named)[:, :, None] & dearer] = False
    for first in numbers.tolist():
        into, item = _claimed(parts, preference, first)
        for second in numbers.tolist():
            ends = (known.member[first, into] & ~known.member[second, into]).any(axis=1)
            as_good[first, second, item[ends]] = False
    return as_good


def _claimed(parts: Parts, preference: Preference, agreement: int) -> tuple[Ints, Ints]:
    """Countries (numbers of the agreements) and items with which a claim may be made into them."""
    ways = parts.ways.ways.iloc[np.flatnonzero(preference.claims[agreement].any(axis=1))]
    country = parts.agreements.countries(parts.codes.country[ways["destination"].to_numpy(dtype=np.int64)])
    item = ways["item"].to_numpy(dtype=np.int64)
    _, first = number(country, item)
    return country[first], item[first]
