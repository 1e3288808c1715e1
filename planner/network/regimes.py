"""Duty regimes: which row of the relief table holds at each plant, and what it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance import selectors_of
from planner.network.agreements import charging, items_under
from planner.network.codes import Codes, texts
from planner_models.arrays import Flags, Ints

if TYPE_CHECKING:
    from planner.instance import Instance

REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class PlantRegimes:
    """Regimes of plants by number."""

    rows: (
        pd.DataFrame
    )  # location, programme, kind, rate, lesser_of_two, fixed_cost (money), covers (list), row
    items: Flags  # [regimes, items] an input that it relieves, on which a programme that it covers may be charged

    def covers(self, regime: Ints, programme: pd.Series) -> Flags:
        """Whether each regime covers the tariff programme beside it; a blank list covers all."""
        lists = texts(self.rows["covers"])[regime]
        named = [_covers(cell, name) for cell, name in zip(lists, programme, strict=True)]
        return np.array(named, dtype=np.bool_)

    def of_kind(self, reduced: bool) -> Ints:
        """The regimes that lower the rate at the border, or those that give duty back."""
        return np.flatnonzero((self.rows["kind"] == REDUCED) == reduced).astype(np.int64)


def plant_regimes(instance: Instance, codes: Codes) -> PlantRegimes:
    """Of the rows of a programme that name a plant, the most specific."""
    table, select = instance.tables["relief"].reset_index(drop=True), selectors_of(instance)
    plants = codes.is_role("plant")
    found = []
    for row, (cell, programme) in enumerate(zip(table["location"], table["programme"], strict=True)):
        for entry in cell.split(";"):
            rank = select.specificity(entry)
            found += [(name, programme, rank, row) for name in select.members(entry, among="location")]
    named = pd.DataFrame(found, columns=["name", "programme", "rank", "row"])
    named["location"] = codes.locations(named["name"])
    named = named[plants[named["location"].to_numpy(dtype=np.int64)]]
    best = named.sort_values(["rank", "row"], kind="stable").drop_duplicates(["location", "programme"])
    best = best.sort_values(["location", "row"], kind="stable", ignore_index=True)
    row = best["row"].to_numpy(dtype=np.int64)
    chosen = table.iloc[row]
    items = np.zeros((len(row), len(codes.item)), dtype=np.bool_)
    for regime, cell in enumerate(chosen["items"].tolist()):
        items[regime, codes.items(list(select.members(cell, among="item")))] = True
    rows = pd.DataFrame(
        {
            "location": best["location"].to_numpy(dtype=np.int64),
            "programme": texts(chosen["programme"]),
            "kind": texts(chosen["kind"]),
            "rate": chosen["rate"].to_numpy(dtype=np.float64),
            "lesser_of_two": chosen["lesser_of_two"].to_numpy(dtype=np.bool_),
            "fixed_cost": instance.money("relief", "fixed_cost")[row],
            "covers": texts(chosen["covers"]),
            "row": row,
        }
    )
    return PlantRegimes(rows, items & _dutiable(instance, codes, rows, items))


def _dutiable(instance: Instance, codes: Codes, rows: pd.DataFrame, items: Flags) -> Flags:
    """Items on which a programme that a regime covers may be charged at some date [regimes, items].

    Nothing is left to give back where a reduced rate of the same plant is 0.
    """
    charged = charging(instance)
    under = {
        key: items_under(instance, among)
        for key, among in charged.groupby(["importer", "programme"], sort=True)
    }
    country, location = codes.country[rows["location"].to_numpy(dtype=np.int64)], rows["location"].to_numpy()
    frees = np.asarray((rows["kind"] == REDUCED) & (rows["rate"] == 0), dtype=np.bool_)
    dutiable = np.zeros_like(items)
    for (importer, programme), concerned in under.items():
        covers = np.array([_covers(cell, str(programme)) for cell in rows["covers"]], dtype=np.bool_)
        for regime in np.flatnonzero(covers & (country == importer)):
            free = items[frees & covers & (location == location[regime])].any(axis=0) & ~frees[regime]
            dutiable[regime] |= concerned & ~free
    return dutiable


def _covers(covers: str, programme: str) -> bool:
    """Whether a list of tariff programmes, blank for all, has one."""
    return not covers or programme in covers.split(";")
