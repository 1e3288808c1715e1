"""Scenarios, their events, and policies."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from planner.errors import Problem
from planner.instance.check_references import article, flag_empty_selectors, known_ids
from planner.instance.fields import nearest
from planner.instance.findings import Findings
from planner.instance.selectors import Among, Selectors, entries

FIELDS = {
    "location": ("capacity", "unit_cost"),
    "lane": ("capacity", "unit_cost", "transit_days"),
    "gateway": ("capacity", "unit_cost", "dwell_days"),
    "demand": ("quantity",),
    "tariff": ("rate",),
    "agreement": ("in_force",),
    "currency": ("rate",),
}
_ONLY_FOR = {
    "item": ("location", "demand", "tariff"),
    "mode": ("lane",),
    "importer": ("tariff",),
    "programme": ("tariff",),
}
_SELECTED: dict[str, Among] = {
    "location": "location",
    "demand": "location",
    "tariff": "country",
    "gateway": "gateway",
}
SHARES = ("volume_share", "supplier_share", "spend_share", "fill_rate")


def check(findings: Findings, selectors: Selectors) -> None:
    """Flag scenarios, events and policies that do not make sense."""
    probabilities(findings)
    if len(findings.given["events"]):
        event_rows(findings)
        event_targets(findings, selectors)
        lane_targets(findings, selectors)
    policy_rows(findings)


def probabilities(findings: Findings) -> None:
    """Flag scenarios whose probabilities are missing, or sum to more than 1."""
    frame = findings.given["scenarios"]
    base = frame["scenario"] == "base"
    message = "base holds the remaining probability"
    findings.flag("scenarios", base & frame["probability"].notna(), "probability", message, expected="blank")
    lacking = ~base & frame["probability"].isna()
    findings.flag("scenarios", lacking, "probability", "a scenario without a probability", expected="0 to 1")
    total = float(frame.loc[~base, "probability"].sum())
    if total > 1 + 1e-9:
        place = findings.place("scenarios", int(frame.index.max()), "probability")
        findings.problems.append(
            Problem(place, "the probabilities sum to more than 1", f"{total:.12g}", "at most 1 in all")
        )


def event_rows(findings: Findings) -> None:
    """Flag events whose cells do not fit their kind."""
    frame = findings.given["events"]
    kinds = frame["kind"]
    message = "base is what holds without events"
    findings.flag("events", frame["scenario"] == "base", "scenario", message, expected="another scenario")
    for kind, fields in FIELDS.items():
        wrong = (kinds == kind) & ~frame["field"].isin(fields) & (frame["field"] != "")
        findings.flag("events", wrong, "field", f"not a field of a {kind}", expected=" or ".join(fields))
    for column, allowed in _ONLY_FOR.items():
        wrong = (frame[column] != "") & ~kinds.isin(allowed) & kinds.isin(list(FIELDS))
        expected = "blank; it goes with " + " or ".join(allowed)
        findings.flag("events", wrong, column, f"this kind of event has no {column}", expected=expected)
    _event_values(findings, frame)


def _event_values(findings: Findings, frame: pd.DataFrame) -> None:
    low = (frame["value"] < 0) & (frame["op"] != "add")
    findings.flag("events", low, "value", "below the least value", expected="at least 0")
    rate = (frame["kind"] == "currency") & (frame["op"] != "add") & (frame["value"] == 0)
    findings.flag("events", rate, "value", "an exchange rate of 0", expected="more than 0")
    switch = (frame["field"] == "in_force") & ~((frame["op"] != "add") & frame["value"].isin([0, 1]))
    expected = "0 or 1, set or multiplied"
    findings.flag(
        "events", switch & frame["value"].notna(), "value", "in_force is either 0 or 1", expected=expected
    )
    days = findings.instance.settings.horizon.days_per_period
    idle = frame["days"].notna() & (frame["op"] != "multiply")
    findings.flag("events", idle, "days", "days go with multiply only", expected="blank, or op multiply")
    long = (frame["days"] > days) & ~idle & ("days" not in findings.broken)
    findings.flag("events", long, "days", "more days than the period has", expected=f"at most {days:g}")


def event_targets(findings: Findings, selectors: Selectors) -> None:
    """Flag targets that name nothing, or something of the wrong role."""
    frame = findings.given["events"]
    for kind, among in _SELECTED.items():
        if kind == "gateway" and "gateways" in findings.broken:
            continue
        rows = (frame["kind"] == kind) & (frame["target"] != "")
        cells = frame.loc[rows, "target"].unique()
        empty = [c for c in cells if any(not selectors.entry_members(e, among) for e in entries(c))]
        flag_empty_selectors(
            findings, "events", "target", rows & frame["target"].isin(empty), selectors, among
        )
    places = findings.given["locations"]
    markets = places.loc[places["role"] == "market", "location"]
    others = places.loc[places["role"] != "market", "location"]
    wrong = (frame["kind"] == "location") & frame["target"].isin(markets)
    expected = "a supplier, plant or warehouse"
    findings.flag("events", wrong, "target", "a market has neither capacity nor cost", expected=expected)
    wrong = (frame["kind"] == "demand") & frame["target"].isin(others)
    findings.flag("events", wrong, "target", "the location is no market", expected="a market")
    for kind in ("agreement", "currency"):
        _listed(findings, frame, (frame["kind"] == kind) & (frame["target"] != "*"), "target", kind)
    _listed(findings, frame, frame["programme"] != "", "programme", "programme")


def _listed(findings: Findings, frame: pd.DataFrame, rows: pd.Series, column: str, what: str) -> None:
    known = known_ids(findings, what)
    if known is None:
        return
    ids, file = known
    bad = [cell for cell in frame.loc[rows, column].unique() if any(e not in ids for e in entries(cell))]
    findings.flag(
        "events",
        rows & frame[column].isin(bad),
        column,
        f"no such {what}",
        expected=f"{article(what)} of {file}",
        near=lambda cell: nearest(cell, sorted(ids)),
    )


def lane_targets(findings: Findings, selectors: Selectors) -> None:
    """Flag lane events whose target is not `origin>destination`, or names no lane."""
    frame = findings.given["events"]
    rows = (frame["kind"] == "lane") & (frame["target"] != "")
    if not rows.any() or "lanes" in findings.broken:
        return
    lanes = findings.given["lanes"]
    shapeless = rows & (frame["target"].str.count(">") != 1)
    expected = "origin>destination"
    findings.flag("events", shapeless, "target", "not the target of a lane event", expected=expected)
    plain = set(zip(lanes["origin"] + ">" + lanes["destination"], lanes["mode"], strict=True))
    plain |= {(target, "") for target, _ in plain}
    routes = cache(lambda: _routes(lanes, selectors))
    modes = set(lanes["mode"].unique())
    nowhere = [
        bool(row) and (target, mode) not in plain and not _named(target, mode, routes(), selectors)
        for row, target, mode in zip(rows & ~shapeless, frame["target"], frame["mode"], strict=True)
    ]
    unknown = rows & (frame["mode"] != "") & ~frame["mode"].isin(modes)
    close = sorted(modes)
    findings.flag(
        "events",
        unknown,
        "mode",
        "no lane has this mode",
        expected="a mode of lanes",
        near=lambda c: nearest(c, close),
    )
    message = "the target names no lane"
    findings.flag(
        "events", np.array(nowhere) & ~unknown, "target", message, expected="origin>destination of a lane"
    )


def _routes(lanes: pd.DataFrame, selectors: Selectors) -> list[tuple[frozenset[str], frozenset[str], str]]:
    triples = lanes[["origin", "destination", "mode"]].drop_duplicates()
    return [
        (frozenset(selectors.members(o, "location")), frozenset(selectors.members(d, "location")), mode)
        for o, d, mode in triples.itertuples(index=False)
    ]


def _named(
    target: str, mode: str, routes: list[tuple[frozenset[str], frozenset[str], str]], selectors: Selectors
) -> bool:
    start, _, end = target.partition(">")
    origins = selectors.members(start.strip(), "location")
    destinations = selectors.members(end.strip(), "location")
    return any(
        mode in ("", lane_mode) and not o.isdisjoint(origins) and not d.isdisjoint(destinations)
        for o, d, lane_mode in routes
    )


def policy_rows(findings: Findings) -> None:
    """Flag policies whose limits or scope do not fit their measure."""
    frame = findings.given["policies"]
    measure = frame["measure"]
    no_limit = frame["min"].isna() & frame["max"].isna() & (measure != "")
    findings.flag("policies", no_limit, "measure", "a policy without a limit", expected="min or max, or both")
    wrong = (measure == "supplier_share") & frame["min"].notna()
    findings.flag("policies", wrong, "min", "supplier_share has an upper limit only", expected="blank")
    wrong = (measure == "fill_rate") & frame["max"].notna()
    findings.flag("policies", wrong, "max", "fill_rate has a lower limit only", expected="blank")
    for column in ("min", "max"):
        wrong = measure.isin(SHARES) & (frame[column] > 1)
        findings.flag("policies", wrong, column, "a share above 1", expected="0 to 1")
    wrong = (frame["of"] != "*") & ~measure.isin(["volume_share", "spend_share"])
    message = "only volume_share and spend_share have a denominator"
    findings.flag("policies", wrong, "of", message, expected="* or blank")
    known = known_ids(findings, "scenario")
    if known is not None:
        ids = sorted({*known[0], "base", "all", "expected"})
        findings.flag(
            "policies",
            ~frame["scenario"].isin(ids),
            "scenario",
            "no such scenario",
            expected="base, all, expected, or a scenario of " + known[1],
            near=lambda cell: nearest(cell, ids),
        )
