"""Tariffs, fees and regimes: rows that tie, programmes that displace each other in a circle."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from planner.errors import Problem
from planner.instance.findings import Findings
from planner.instance.selectors import Among, Selectors, entries

_EARLY, _LATE = np.datetime64("0001-01-01", "s"), np.datetime64("9999-12-31", "s")


def check(findings: Findings, selectors: Selectors) -> None:
    """Flag rows between which the rules do not choose."""
    origins = _members(findings.given["tariffs"]["origin"], "country", selectors)
    key = ["importer", "programme", "hs", "item"]
    _dated_ties(findings, "tariffs", [*key, "origin"], origins)
    plain = pd.DataFrame({"row": range(len(findings.given["fees"])), "member": "", "rank": 0})
    _dated_ties(findings, "fees", ["importer", "fee"], plain)
    relief_ties(findings, selectors)
    specific_weights(findings)
    displacing_circle(findings, selectors)


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
    findings.flag_pairs(
        table, list(ties), "starts", message, "dates that do not overlap, or one row more specific"
    )


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


def specific_weights(findings: Findings) -> None:
    """Flag duties per kg on items without a weight."""
    frame, items = findings.given["tariffs"], findings.given["items"]
    blank = items[items["weight_kg"].isna()]
    by_weight = (frame["specific"] > 0) & (frame["specific_per"] == "kg")
    if not by_weight.any() or blank.empty:
        return
    codes = list(zip(blank["item"].tolist(), blank["hs_code"].tolist(), strict=True))

    def light(item: str, hs: str) -> str:
        return next((name for name, code in codes if (name == item if item else code.startswith(hs))), "")

    for position in np.flatnonzero(by_weight).tolist():
        row = frame.iloc[position]
        if name := light(row["item"], row["hs"]):
            message = f"the duty goes by kg, but {name} has no weight_kg"
            mark = np.arange(len(frame)) == position
            findings.flag("tariffs", mark, "specific_per", message, expected="a weight_kg in items, or unit")


def displacing_circle(findings: Findings, selectors: Selectors) -> None:
    """Flag programmes that displace one another in a circle on the same goods and days."""
    frame = findings.given["tariffs"].reset_index()
    programmes = nx.DiGraph(
        (programme, displaced)
        for programme, cell in zip(frame["programme"].tolist(), frame["displaces"].tolist(), strict=True)
        for displaced in entries(cell)
        if displaced != programme
    )
    for part in nx.strongly_connected_components(programmes):
        if len(part) < 2:
            continue
        rows = frame[frame["programme"].isin(part)].to_dict("records")
        graph = nx.DiGraph(
            (one["row"], two["row"])
            for one in rows
            for two in rows
            if two["programme"] in entries(one["displaces"]) and _meet(one, two, selectors)
        )
        if nx.is_directed_acyclic_graph(graph):
            continue
        circle = [edge[0] for edge in nx.find_cycle(graph)]
        circle = circle[circle.index(min(circle)) :] + circle[: circle.index(min(circle))]
        message = "programmes displace one another in a circle: rows " + ", ".join(map(str, circle))
        place = findings.place("tariffs", circle[0], "displaces")
        cell = frame.loc[frame["row"] == circle[0], "displaces"].iloc[0]
        findings.problems.append(Problem(place, message, cell, "an order in which one comes first"))


def _meet(one: Mapping[Hashable, Any], two: Mapping[Hashable, Any], selectors: Selectors) -> bool:
    """Whether two tariff rows can apply to the same goods on the same day."""
    if one["importer"] != two["importer"]:
        return False
    hs, other = str(one["hs"]), str(two["hs"])
    if not (hs.startswith(other) or other.startswith(hs)) or "" not in {one["item"], two["item"], ""}:
        return False
    if one["item"] and two["item"] and one["item"] != two["item"]:
        return False
    if one["ends"] <= two["starts"] or two["ends"] <= one["starts"]:
        return False
    countries = set(selectors.members(str(one["origin"]), "country"))
    return not countries.isdisjoint(selectors.members(str(two["origin"]), "country"))
