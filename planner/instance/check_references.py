"""Cells that name something: it has to exist, and to be of the right sort."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pandas as pd

from planner.instance.countries import COUNTRIES
from planner.instance.fields import nearest
from planner.instance.findings import Findings
from planner.instance.rows import Column
from planner.instance.schema import TABLES
from planner.instance.selectors import MEMBER_COLUMNS, Among, Selectors, entries

_DEFINED_IN = {
    "location": ("locations", "location"),
    "item": ("items", "item"),
    "agreement": ("agreements", "agreement"),
    "gateway": ("gateways", "gateway"),
    "programme": ("tariffs", "programme"),
    "scenario": ("scenarios", "scenario"),
    "currency": ("currencies", "currency"),
}
# a mode is not defined anywhere: one that no lane has is a warning; HS prefixes name nothing of the instance
_FREE = ("mode", "hs")


def check(findings: Findings, selectors: Selectors) -> None:
    """Flag every cell that names something which does not exist."""
    for table in (each for each in TABLES.values() if len(findings.given[each.name])):
        for column in table.columns.values():
            if column.names is None or column.names.what in _FREE:
                continue
            if column.names.how == "selector":
                _selector(findings, table.name, column, selectors)
            else:
                _reference(findings, table.name, column)
    group_members(findings)
    expanded_options(findings)


def known_ids(findings: Findings, what: str) -> tuple[frozenset[str], str] | None:
    """All ids of a sort, and where they are defined; None if that table could not be read."""
    settings = findings.instance.settings
    if what in findings.broken:
        return None
    if what == "period":
        return frozenset(settings.horizon.periods), "horizon.periods"
    table, column = _DEFINED_IN[what]
    if table in findings.broken:
        return None
    extra = {"scenario": ["base"], "currency": [settings.instance.currency]}.get(what, [])
    return frozenset([*findings.tables[table][column].unique(), *extra]), findings.instance.files[table]


def _reference(findings: Findings, table: str, column: Column) -> None:
    names = column.names
    known = known_ids(findings, names.what) if names else None
    if names is None or known is None:
        return
    ids, file = known
    cells = findings.given[table][column.name]
    unknown = [cell for cell in cells.unique() if any(entry not in ids for entry in _parts(cell, names.how))]
    if unknown:
        sort = (
            f"{plural(names.what)} of {file}" if names.how == "list" else f"{article(names.what)} of {file}"
        )
        findings.flag(
            table,
            cells.isin(unknown),
            column.name,
            lambda cell: f"no such {names.what}" + _which(cell, ids, names.how),
            expected=sort if ids else f"a row of {file} that defines it",
            near=lambda cell: _corrected(cell, ids, names.how),
        )
    if names.roles:
        _roles(findings, table, column.name, names.roles)


def article(noun: str) -> str:
    """The noun with `a` or `an`."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def plural(noun: str) -> str:
    """More than one of them."""
    return f"{noun.removesuffix('y')}ies" if noun.endswith("cy") else f"{noun}s"


def _parts(cell: str, how: str) -> Iterable[str]:
    return entries(cell) if how == "list" else (cell,) if cell else ()


def _which(cell: str, ids: frozenset[str], how: str) -> str:
    unknown = [entry for entry in _parts(cell, how) if entry not in ids]
    return f" as {unknown[0]!r}" if unknown and unknown[0] != cell else ""


def _corrected(cell: str, ids: frozenset[str], how: str) -> str:
    parts = [entry if entry in ids else nearest(entry, sorted(ids)) for entry in _parts(cell, how)]
    return ";".join(parts) if all(parts) else ""


def _roles(findings: Findings, table: str, column: str, roles: tuple[str, ...]) -> None:
    places = findings.tables["locations"]
    wrong = set(places["location"]) - set(places.loc[places["role"].isin(roles), "location"])
    # a role that is itself misspelled has been reported where it stands
    wrong -= set(places.loc[~places["role"].isin(TABLES["locations"].columns["role"].choices), "location"])
    role_of = dict(zip(places["location"].tolist(), places["role"].tolist(), strict=True))
    findings.flag(
        table,
        findings.given[table][column].isin(wrong),
        column,
        lambda cell: f"the location is a {role_of[cell]}",
        expected="a " + " or ".join(roles),
    )


def _selector(findings: Findings, table: str, column: Column, selectors: Selectors) -> None:
    names = column.names
    if names is None or findings.broken & {*MEMBER_COLUMNS, "selectors"}:
        return
    among = cast("Among", names.what)
    cells = findings.given[table][column.name]
    unknown = {
        cell: entry
        for cell in cells.unique()
        for entry in entries(cell)
        if not selectors.entry_members(entry, among)
    }
    if unknown:
        flag_empty_selectors(findings, table, column.name, cells.isin(list(unknown)), selectors, among)
    if names.roles:
        _roles(findings, table, column.name, names.roles)


def flag_empty_selectors(
    findings: Findings, table: str, column: str, rows: pd.Series, selectors: Selectors, among: Among
) -> None:
    """Flag the selector cells of the given rows that have an entry which names nothing."""

    def empty(cell: str) -> str:
        return next((e for e in entries(cell) if not selectors.entry_members(e, among)), cell)

    def message(cell: str) -> str:
        entry = empty(cell)
        text = f"no such {among}" if ":" not in entry else f"the selector names no {among}"
        return text + (f" as {entry!r}" if entry != cell else "")

    expected = f"{article(among)}, group:, " + (
        "*" if among == "item" else "country:, region:, role:, ally: or *"
    )
    expected = expected.replace(" role:,", "") if among != "location" else expected

    def near(cell: str) -> str:
        entry = empty(cell)
        close = selectors.nearest(entry, among)
        return ";".join(close if part == entry else part for part in entries(cell)) if close else ""

    findings.flag(table, rows, column, message, expected=expected, near=near)


def group_members(findings: Findings) -> None:
    """Flag members of groups that are no location, country or item."""
    known = [known_ids(findings, "location"), known_ids(findings, "item")]
    if None in known:
        return
    ids = frozenset().union(*(each[0] for each in known if each), COUNTRIES)
    members = findings.given["groups"]["member"]
    unknown = ~members.isin(ids) & (members != "")
    near = sorted(ids - COUNTRIES) + sorted(COUNTRIES)
    findings.flag(
        "groups",
        unknown,
        "member",
        "no such location, country or item",
        expected="an id of locations or items, or a country code",
        near=lambda cell: nearest(cell, near),
    )


def expanded_options(findings: Findings) -> None:
    """Flag `expands` that is no other option of the same location, or that runs in a circle."""
    frame = findings.given["facilities"]
    asks = frame["expands"] != ""
    if not asks.any():
        return
    options = set(zip(frame["location"].tolist(), frame["option"].tolist(), strict=True))
    pairs = list(zip(frame["location"].tolist(), frame["expands"].tolist(), strict=True))
    missing = [bool(old) and (place, old) not in options for place, old in pairs]
    by_place = frame.groupby("location")["option"].agg(list).to_dict()
    every = sorted({option for place, _ in pairs for option in by_place[place]})
    findings.flag(
        "facilities",
        missing,
        "expands",
        "no such option of this location",
        expected="an option of the same location",
        near=lambda cell: nearest(cell, every),
    )
    olds = {
        (place, option): (place, old)
        for (place, old), option in zip(pairs, frame["option"].tolist(), strict=True)
        if old
    }
    circular = [
        _comes_back((place, option), olds)
        for place, option in zip(frame["location"], frame["option"], strict=True)
    ]
    expected = "an option that is there before this one"
    findings.flag("facilities", circular, "expands", "the expansion runs in a circle", expected=expected)


def _comes_back(start: tuple[str, str], olds: dict[tuple[str, str], tuple[str, str]]) -> bool:
    at = olds.get(start)
    for _ in range(len(olds)):
        if at is None or at == start:
            break
        at = olds.get(at)
    return at == start
