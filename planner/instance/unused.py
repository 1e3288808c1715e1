"""Warnings: rows that can have no effect, since nothing refers to them or no flow can meet them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.instance.fields import nearest
from planner.instance.findings import Findings
from planner.instance.lanes import contest
from planner.instance.schema import TABLES
from planner.instance.selectors import Selectors, entries

_COUNTRIES_OF = (
    # table, column that holds a country
    ("locations", "country"),
    ("groups", "member"),
    ("offers", "origin"),
    ("production", "origin"),
    ("gateways", "country"),
    ("inventory", "origin"),
    ("tariffs", "importer"),
    ("agreements", "member"),
    ("fees", "importer"),
    ("events", "importer"),
)
_AGREEMENTS_OF = (
    # table, column of agreements that it asks for
    ("offers", "originating"),
    ("tariffs", "waived_by"),
    ("origin_rules", "agreement"),
    ("fees", "exempt"),
)


def unused(findings: Findings) -> None:
    """Rows that can have no effect."""
    selectors = Selectors(findings.given)
    items(findings)
    locations(findings)
    lanes(findings, selectors)
    groups(findings)
    countries(findings)
    currencies(findings)
    agreements(findings)
    customs(findings)
    dates(findings)
    modes(findings)


def items(findings: Findings) -> None:
    """Items, recipes and sources of what nobody needs."""
    given = findings.given
    made = set(zip(given["production"]["item"], given["production"]["recipe"], strict=True))
    keys = zip(given["bom"]["item"], given["bom"]["recipe"], strict=True)
    message = "no plant makes this item by this recipe"
    findings.flag_once("bom", [key not in made for key in keys], "item", message)
    wanted = {*given["demand"]["item"], *given["bom"]["component"]}
    for table in ("offers", "production"):
        rows = ~given[table]["item"].isin(wanted)
        findings.flag_once(table, rows, "item", "neither a market nor a recipe needs this item")
    used = wanted.union(*(given[table]["item"] for table in ("offers", "production", "bom")))
    message = "nobody sells, makes, needs or wants this item"
    findings.flag_once("items", ~given["items"]["item"].isin(used), "item", message)


def locations(findings: Findings) -> None:
    """Places that have nothing to do, and suppliers without an offer."""
    given, places = findings.given, findings.given["locations"]
    supplying = {
        *chain.from_iterable(given[table]["location"] for table in ("offers", "production", "inventory"))
    }
    idle = places["role"].isin(["supplier", "plant"]) & ~places["location"].isin(supplying)
    findings.flag_once("locations", idle, "location", "the location neither sells nor makes anything")
    idle = (places["role"] == "market") & ~places["location"].isin(set(given["demand"]["market"]))
    findings.flag_once("locations", idle, "location", "the market wants nothing")
    idle = ~given["suppliers"]["location"].isin(set(given["offers"]["location"]))
    findings.flag_once("suppliers", idle, "location", "the supplier offers nothing")


def lanes(findings: Findings, selectors: Selectors) -> None:
    """Rows that stand for no lane, suppliers that none leaves and gateways that none passes."""
    given, places = findings.given, findings.given["locations"]
    wins, _ = contest(given, selectors)
    message = "the row stands for no lane: no pair of places, or other rows are more specific"
    findings.flag_once("lanes", ~wins, "origin", message)
    # suppliers only ship, so a row that stands for a lane stands for one from each supplier that it names
    starts = given["lanes"]["origin"][wins].unique()
    shipping = {place for cell in starts for place in selectors.members(cell, "location")}
    idle = (places["role"] == "supplier") & ~places["location"].isin(shipping)
    findings.flag_once("locations", idle, "location", "no lane leaves the supplier")
    passed = {gateway for cell in given["lanes"]["gateways"].unique() for gateway in entries(cell)}
    idle = ~given["gateways"]["gateway"].isin(passed)
    findings.flag_once("gateways", idle, "gateway", "no lane passes this gateway")


def groups(findings: Findings) -> None:
    """Groups that no selector names."""
    group = findings.given["groups"]["group"]
    idle = ~("group:" + group).isin(_selected(findings) if len(group) else ())
    findings.flag_once("groups", idle, "group", "no selector names this group")


def countries(findings: Findings) -> None:
    """Rows of countries that nothing is in, comes from, or names."""
    given = findings.given
    named = {entry.removeprefix("country:") for entry in _selected(findings)}
    cells = (given[table][column].unique() for table, column in _COUNTRIES_OF)
    idle = ~given["countries"]["country"].isin(named.union(*cells))
    findings.flag_once("countries", idle, "country", "nothing refers to this country")


def _selected(findings: Findings) -> set[str]:
    """The entries of every selector of the instance, the targets of events included."""
    given = findings.given
    cells: list[Iterable[str]] = [
        given[name][column.name].unique()
        for name, table in TABLES.items()
        for column in table.columns.values()
        if column.names is not None and column.names.how == "selector"
    ]
    cells += [end.split(">") for end in given["events"]["target"].unique()]
    return {entry.strip() for cell in chain.from_iterable(cells) for entry in entries(cell)}


def currencies(findings: Findings) -> None:
    """Rates that nothing is converted at."""
    given = findings.given
    priced = [table for table, of in TABLES.items() if "currency" in of.columns and table != "currencies"]
    named = {findings.instance.settings.instance.currency}
    named = named.union(*(given[table]["currency"].unique() for table in priced))
    idle = ~given["currencies"]["currency"].isin(named)
    findings.flag_once("currencies", idle, "currency", "no row is in this currency")


def agreements(findings: Findings) -> None:
    """Agreements under which nothing is claimed; the lesser of two duties goes by any of them."""
    given = findings.given
    if given["relief"]["lesser_of_two"].any():
        return
    cells = chain.from_iterable(given[table][column].unique() for table, column in _AGREEMENTS_OF)
    named = {entry for cell in cells for entry in entries(cell)}
    idle = ~given["agreements"]["agreement"].isin(named)
    message = "no rule of origin, offer, tariff or fee names this agreement"
    findings.flag_once("agreements", idle, "agreement", message)


def customs(findings: Findings) -> None:
    """Rows of importers and customs codes that nothing of the instance has."""
    given = findings.given
    here = {*given["locations"]["country"]}
    for table in ("tariffs", "fees"):
        rows = ~given[table]["importer"].isin(here)
        message = "the row is not used: no location lies in the importer"
        findings.flag_once(table, rows, "importer", message)
    codes = given["items"]["hs_code"].unique()
    prefixes = {code[:length] for code in codes for length in range(len(code) + 1)} | {""}
    for table in ("tariffs", "origin_rules"):
        rows = ~given[table]["hs"].isin(prefixes)
        findings.flag_once(table, rows, "hs", "no item has a customs code that begins like this")


def dates(findings: Findings) -> None:
    """Duties and fees of which no row is ever in force; what has ended is history beside what is in force."""
    fixed = findings.instance.settings.instance.duty_date
    days = np.array([fixed] if fixed else findings.instance.settings.horizon.starts, dtype="datetime64[s]")
    when = "on the duty_date" if fixed else "on the first day of a period"
    for table, key in (("tariffs", ["importer", "programme"]), ("fees", ["importer", "fee"])):
        frame = findings.given[table]
        holds = pd.Series(_ever_in_force(frame, days), index=frame.index)
        ended = frame["ends"] <= days.min()
        history = ended & holds.groupby(frame["importer"]).transform("any")
        never = ~(holds | history).groupby([frame[name] for name in key]).transform("any")
        expected = f"one that holds {when}"
        message = f"no row of this {key[1]} of the importer is ever in force"
        findings.flag_once(table, never, key[1], message, expected=expected)


def _ever_in_force(frame: pd.DataFrame, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    starts, ends = (frame[name].to_numpy(dtype="datetime64[s]") for name in ("starts", "ends"))
    in_force = np.zeros(len(frame), dtype=bool)
    for day in days:
        in_force |= (np.isnat(starts) | (starts <= day)) & (np.isnat(ends) | (day < ends))
    return in_force


def modes(findings: Findings) -> None:
    """Modes of fees that no lane has."""
    given = findings.given
    known = set(given["lanes"]["mode"].unique())
    missing = {c: e for c in given["fees"]["modes"].unique() for e in entries(c) if e not in known}
    for cell, mode in missing.items():
        rows = given["fees"]["modes"] == cell
        message, near = f"no lane has the mode {mode!r}", nearest(mode, sorted(known))
        findings.flag_once("fees", rows, "modes", message, expected="a mode of lanes", near=near)
