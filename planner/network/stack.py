"""The dated stack of duty programmes: which tariff row wins each programme, and which rows are displaced.

A *case* is (importer, country of origin, item, date). The steps, of which 1, 2 and 4 are here and 3 and 5 in `duties`:
1. rows match by importer, origin, customs code or item, and date;
2. within a programme the most specific one wins: an item, then the longest prefix, then the narrowest origin;
3. an entry that claims an agreement waives the rows that name it, MFN for the preferential rate;
4. a row that charges something removes the programmes that it displaces; a waived or displaced one removes nothing;
5. a `cap` row charges what is left above MFN.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance import selectors_of
from planner.network.cases import distinct
from planner.network.joins import pairs
from planner_models.arrays import Flags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.instance import Instance

ITEM_LENGTH = 1_000  # a row for the item beats every prefix, however long


def winners(instance: Instance, cases: pd.DataFrame) -> pd.DataFrame:
    """Steps 1 and 2: the tariff row that wins each programme in each case, by case, then programme.

    Args:
        instance: its tables `tariffs`, `items` and those that selectors need.
        cases: importer, origin, item, date (datetime64); the index counts from 0.

    Returns:
        case, row (position in the tariffs table), programme.

    Raises:
        InstanceError: two rows match a case equally well.
    """
    goods, good_of_case = distinct(cases, ["importer", "origin", "item"])
    matches = _matches(instance, goods)
    case, match = pairs(good_of_case, matches["good"].to_numpy())
    found = matches.iloc[match].assign(case=case)
    date = cases["date"].to_numpy()[case]
    found = found[(found["starts"].isna() | (found["starts"] <= date)) & ~(found["ends"] <= date)]
    rank = ["case", "programme", "length", "breadth"]
    found = found.sort_values([*rank, "row"], ascending=[True, True, False, True, True])
    best = found.drop_duplicates(["case", "programme"])
    ties = found[found.duplicated(rank)].merge(best, on=rank, suffixes=("", "_best"))
    if len(ties):
        raise InstanceError(_tied(instance, cases, ties))
    return best[["case", "row", "programme"]].reset_index(drop=True)


def not_displaced(instance: Instance, won: pd.DataFrame) -> Flags:
    """Step 4: which winning rows stand, when those that charge something have removed what they displace.

    Programmes are decided in such an order that a displaced row displaces nothing.

    Args:
        instance: its table `tariffs`.
        won: case, row, programme as from `winners`, and `charges`: whether the row would charge anything.

    Raises:
        InstanceError: programmes displace each other in a circle.
    """
    lists = instance.tables["tariffs"]["displaces"].tolist()
    displaces = [tuple(name for name in cell.split(";") if name) for cell in lists]
    rows, programmes, charging = (won[name].tolist() for name in ("row", "programme", "charges"))
    ends = np.flatnonzero(np.diff(won["case"].to_numpy(), prepend=-1, append=-1))
    known: dict[tuple[tuple[int, bool], ...], list[bool]] = {}
    stands: list[bool] = []
    for first, last in pairwise(ends.tolist()):
        stack = tuple(zip(rows[first:last], charging[first:last], strict=True))
        if stack not in known:
            removes = [displaces[row] if charges else () for row, charges in stack]
            try:
                left = _standing(dict(zip(programmes[first:last], removes, strict=True)))
            except CycleError as error:
                raise InstanceError([_circle(instance, rows[first:last], error)]) from error
            known[stack] = [programme in left for programme in programmes[first:last]]
        stands += known[stack]
    return np.array(stands, dtype=np.bool_)


def _standing(removes: dict[str, tuple[str, ...]]) -> set[str]:
    """The programmes that stand, given what each would displace; CycleError where none can go first."""
    displacers: dict[str, list[str]] = {programme: [] for programme in removes}
    for programme, displaced in removes.items():
        for name in displaced:
            if name in displacers:
                displacers[name].append(programme)
    stands: set[str] = set()
    for programme in TopologicalSorter(displacers).static_order():
        if stands.isdisjoint(displacers[programme]):
            stands.add(programme)
    return stands


def _matches(instance: Instance, goods: pd.DataFrame) -> pd.DataFrame:
    """Rows that match a good at some date: good, row, programme, starts, ends, length, breadth; by good."""
    tariffs = instance.tables["tariffs"].reset_index(drop=True)
    rows = tariffs[["importer", "programme", "starts", "ends"]].assign(
        row=np.arange(len(tariffs)), code=pd.array(_codes(tariffs["item"], tariffs["hs"]), dtype="str")
    )
    rows = rows.merge(_origins(instance, set(goods["origin"])), on="row")
    items = instance.tables["items"]
    items = items[items["item"].isin(goods["item"].unique())]
    codes = _codes_of_items(items["item"].tolist(), items["hs_code"].tolist(), set(rows["code"]))
    wanted = goods.assign(good=np.arange(len(goods))).merge(codes, on="item")
    matches = wanted.merge(rows, on=["importer", "origin", "code"])
    columns = ["good", "row", "programme", "starts", "ends", "length", "breadth"]
    return matches[columns].sort_values("good", kind="stable", ignore_index=True)


def _codes(items: Iterable[str], prefixes: Iterable[str]) -> list[str]:
    """What each tariff row covers, as one text: an item, or a prefix of customs codes."""
    return [f"item:{item}" if item else f"hs:{hs}" for item, hs in zip(items, prefixes, strict=True)]


def _codes_of_items(items: list[str], hs_codes: list[str], used: set[str]) -> pd.DataFrame:
    """The codes in use that cover each item: item, code, length (the longer, the more specific)."""
    found = [(item, f"item:{item}", ITEM_LENGTH) for item in items]
    for item, hs in zip(items, hs_codes, strict=True):
        found += [(item, f"hs:{hs[:length]}", length) for length in range(len(hs) + 1)]
    frame = pd.DataFrame(found, columns=["item", "code", "length"]).astype({"item": "str", "code": "str"})
    return frame[frame["code"].isin(used)]


def _origins(instance: Instance, origins: set[str]) -> pd.DataFrame:
    """The origins that each tariff row names: row, origin, breadth (the smaller, the more specific)."""
    select = selectors_of(instance)
    cells = instance.tables["tariffs"]["origin"]
    found = []
    for cell, rows in cells.groupby(cells.to_numpy(), sort=False).indices.items():
        breadth: dict[str, int] = {}
        for entry in str(cell).split(";"):
            wide = select.specificity(entry)
            for origin in origins.intersection(select.members(entry, among="country")):
                breadth[origin] = min(wide, breadth.get(origin, wide))
        found += [(row, origin, breadth[origin]) for row in rows for origin in sorted(breadth)]
    return pd.DataFrame(found, columns=["row", "origin", "breadth"]).astype(
        {"row": np.int64, "origin": "str"}
    )


def _tied(instance: Instance, cases: pd.DataFrame, ties: pd.DataFrame) -> list[Problem]:
    numbers = instance.tables["tariffs"].index.tolist()
    found: dict[tuple[int, int], Problem] = {}
    columns = (ties[name].tolist() for name in ("row", "row_best", "case"))
    for row, best, position in zip(*columns, strict=True):
        case = cases.iloc[position]
        what = f"{case['item']} from {case['origin']} into {case['importer']} on {case['date']:%Y-%m-%d}"
        found[row, best] = Problem(
            f"{instance.files['tariffs']}:{numbers[row]}",
            f"row {numbers[best]} of the same programme is as specific: both match {what}",
            expected="one row that is more specific, or dates that do not overlap",
        )
    return list(found.values())


def _circle(instance: Instance, rows: list[int], error: CycleError) -> Problem:
    tariffs = instance.tables["tariffs"]
    names = error.args[1]
    number = next(tariffs.index[row] for row in rows if tariffs["programme"].iloc[row] in names)
    message = "programmes displace each other in a circle"
    return Problem(
        f"{instance.files['tariffs']}:{number}:displaces", message, " > ".join(reversed(names)), "no circle"
    )
