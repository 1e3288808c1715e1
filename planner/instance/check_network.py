"""Lanes and bills of materials: roles, ties between selectors, weights, circles."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

from planner.errors import Problem
from planner.instance.findings import Findings
from planner.instance.lanes import RECEIVES, SHIPS, contest
from planner.instance.selectors import Selectors, entries

_MEASURES = {"kg": "weight_kg", "m3": "volume_m3"}


def check(findings: Findings, selectors: Selectors) -> None:
    """Flag lanes that cannot be, and bills of materials that never end."""
    if "lanes" not in findings.broken:
        lane_roles(findings)
        lane_tie(findings, selectors)
        weights(findings, selectors)
    cyclic_bom(findings)


def lane_roles(findings: Findings) -> None:
    """Flag a lane that names outright a location which cannot ship, or receive."""
    places, lanes = findings.given["locations"], findings.given["lanes"]
    role_of = dict(zip(places["location"].tolist(), places["role"].tolist(), strict=True))
    for column, roles, verb in (("origin", SHIPS, "ship"), ("destination", RECEIVES, "receive")):
        unable = {"market"} if column == "origin" else {"supplier"}
        wrong = {
            cell: entry
            for cell in lanes[column].unique()
            for entry in entries(cell)
            if role_of.get(entry) in unable
        }
        if wrong:
            findings.flag(
                "lanes",
                lanes[column].isin(list(wrong)),
                column,
                lambda cell, wrong=wrong, verb=verb: (
                    f"{wrong[cell]} is a {role_of[wrong[cell]]} and cannot {verb}"
                ),  # type: ignore[misc]
                expected="a " + " or ".join(roles),
            )


def lane_tie(findings: Findings, selectors: Selectors) -> None:
    """Flag two rows that are equally specific for the same lane."""
    lanes = findings.given["lanes"]
    duplicates = set(
        np.flatnonzero(lanes.duplicated(["origin", "destination", "mode", "item"], keep=False)).tolist()
    )
    ties = [pair for pair in contest(findings.tables, selectors)[1] if not duplicates.issuperset(pair)]
    message = "ties with row {earlier}: both are equally specific for the same lane"
    findings.flag_pairs("lanes", ties, "origin", message, "one row more specific than the other")


def weights(findings: Findings, selectors: Selectors) -> None:
    """Flag lanes and gateways by kg or m3 that carry an item without weight or volume."""
    lanes, gateways = findings.given["lanes"], findings.given["gateways"]
    for per, measure in _MEASURES.items():
        items = findings.given["items"]
        blank = set(items.loc[items[measure].isna(), "item"])
        if not blank:
            continue
        light = [
            cell for cell in lanes["item"].unique() if not blank.isdisjoint(selectors.members(cell, "item"))
        ]
        carries = lanes["item"].isin(light)
        first = {cell: next(i for i in selectors.members(cell, "item") if i in blank) for cell in light}

        def message(cell: str, first: dict[str, str] = first, measure: str = measure) -> str:
            return f"the lane goes by {measure[-2:]}, but {first[cell]} has no {measure}"

        expected = f"a {measure} in items, or items that have one"
        findings.flag("lanes", carries & (lanes["per"] == per), "item", message, expected=expected)
        weighing = set(gateways.loc[gateways["per"] == per, "gateway"])
        passing = [cell for cell in lanes["gateways"].unique() if not weighing.isdisjoint(entries(cell))]
        through = carries & lanes["gateways"].isin(passing) & (lanes["per"] != per)
        findings.flag(
            "lanes", through, "item", lambda cell: message(cell).replace("lane", "gateway"), expected=expected
        )


def cyclic_bom(findings: Findings) -> None:
    """Flag bills of materials in which an item goes into itself, by whatever recipes."""
    frame = findings.given["bom"]
    graph = nx.from_pandas_edgelist(frame, "item", "component", create_using=nx.DiGraph)
    for part in nx.strongly_connected_components(graph):
        circle = graph.subgraph(part)
        if circle.number_of_edges() == 0:
            continue
        path = [edge[0] for edge in nx.find_cycle(circle, min(part))]
        start = path.index(min(path))
        path = path[start:] + path[: start + 1]
        row = frame.index[(frame["item"] == path[0]) & (frame["component"] == path[1])]
        message = "the bill of materials runs in a circle: " + " needs ".join(path)
        place = findings.place("bom", int(row.min()), "component")
        findings.problems.append(Problem(place, message, path[1], "an item that does not need this one"))


def hs_of(items: pd.DataFrame) -> dict[str, str]:
    """The customs code of each item, digits only."""
    return dict(zip(items["item"].tolist(), items["hs_code"].tolist(), strict=True))
