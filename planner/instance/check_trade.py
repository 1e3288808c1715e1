"""Tariffs, fees and regimes: rows that tie.

A circle of displacement, or a duty by weight on what has no weight, is a fault only where such goods cross the
border on the day and the row wins: `planner.network` finds it there.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from planner.instance.findings import Findings
from planner.instance.selectors import Among, Selectors, entries

_EARLY, _LATE = np.datetime64("0001-01-01", "s"), np.datetime64("9999-12-31", "s")


def check(findings: Findings, selectors: Selectors) -> None:
    """Flag rows between which the rules do not choose."""
    origins = _members(findings.given["tariffs"]["origin"], "country", selectors)
    key = ["importer", "programme", "hs", "item"]
    _dated_ties(findings, "tariffs", [*key, "origin"], origins)
    _dated_ties(findings, "fees", ["importer", "fee"], _modes(findings))
    relief_ties(findings, selectors)


def _members(cells: pd.Series, among: Among, selectors: Selectors) -> pd.DataFrame:
    """A row per row and id that its selector names, with the rank of the best entry."""
    of_cell: dict[str, list[tuple[str, int]]] = {}
    for cell in cells.unique():
        best: dict[str, int] = {}
        for entry in entries(cell):
            rank = selectors.specificity(entry)
            for name in selectors.entry_members(entry, among):
                best[name] = min(rank, best.get(name, rank))
        of_cell[cell] = list(best.items())
    rows = [(row, name, rank) for row, cell in enumerate(cells.tolist()) for name, rank in of_cell[cell]]
    return pd.DataFrame(rows, columns=["row", "member", "rank"])


def _modes(findings: Findings) -> pd.DataFrame:
    """A row per fee and mode that it is due on; a blank cell is every mode that the fees or lanes name."""
    cells = findings.given["fees"]["modes"]
    named = {name for cell in (*cells, *findings.given["lanes"]["mode"].unique()) for name in entries(cell)}
    rows = [
        (row, name, 0)
        for row, cell in enumerate(cells.tolist())
        for name in entries(cell) or sorted(named) or [""]
    ]
    return pd.DataFrame(rows, columns=["row", "member", "rank"])


def _dated_ties(findings: Findings, table: str, key: list[str], members: pd.DataFrame) -> None:
    """Flag rows of the same key, member and rank whose dates overlap, unless the whole key is the same."""
    frame = findings.given[table].reset_index(drop=True)
    if table in findings.broken or len(frame) < 2:
        return
    same = [name for name in key if name != "origin"]
    groups = frame.groupby(same, sort=False).ngroup().to_numpy()[members["row"]]
    starts = frame["starts"].fillna(_EARLY).to_numpy()[members["row"]]
    ends = frame["ends"].fillna(_LATE).to_numpy()[members["row"]]
    names = pd.factorize(members["member"])[0]
    order = np.lexsort((starts, members["rank"], names, groups))
    twins = set(np.flatnonzero(frame.duplicated([*key, "starts", "ends"], keep=False)).tolist())
    ties: dict[tuple[int, int], None] = {}
    reach = {"key": (-1, -1, -1), "end": _EARLY, "row": -1}
    for position in order.tolist():
        where = (int(groups[position]), int(names[position]), int(members["rank"].iloc[position]))
        row = int(members["row"].iloc[position])
        if where == reach["key"] and starts[position] < reach["end"] and not twins >= {row, reach["row"]}:
            ties[reach["row"], row] = None  # type: ignore[index]
        if where != reach["key"] or ends[position] > reach["end"]:
            reach = {"key": where, "end": ends[position], "row": row}
    message = "ties with row {earlier}: both hold on the same days for the same goods"
    expected = (
        "dates or modes that do not overlap"
        if table == "fees"
        else "dates that do not overlap, or one row more specific"
    )
    findings.flag_pairs(table, list(ties), "starts", message, expected)


def relief_ties(findings: Findings, selectors: Selectors) -> None:
    """Flag two relief rows that are equally specific for the same plant and programme."""
    frame = findings.given["relief"]
    members = _members(frame["location"], "location", selectors)
    places = findings.given["locations"]
    members = members[members["member"].isin(places.loc[places["role"] == "plant", "location"])]
    members = members.assign(programme=frame["programme"].to_numpy()[members["row"]])
    twins = frame.duplicated(["location", "programme"], keep=False).to_numpy()
    ties: dict[tuple[int, int], None] = {}
    for _, group in members.groupby(["member", "programme", "rank"]):
        for one, two in pairwise(group["row"].tolist()):
            if not (twins[one] and twins[two]):
                ties[one, two] = None
    message = "ties with row {earlier}: both are equally specific for the same plant"
    findings.flag_pairs("relief", list(ties), "location", message, "one row more specific than the other")
