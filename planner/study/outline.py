"""The outline of a plan: who is open when, who sells and who makes how much of what; and how two outlines differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner_models.arrays import Floats
from planner_models.data import Data

PART = 0.005  # of an item: who sells or makes less of it is not spoken of, nor a change by less
SAME = "the same places: other routes, quantities or entries, or the number counts otherwise"
NAMED = 4  # moves that are named at most
COLUMNS = ("item", "kind", "location", "country", "units", "share")


@dataclass(frozen=True, eq=False)
class Outline:
    """A plan in short.

    `open` says in which option and periods each facility can be used. `units` has a row for each item and location
    that sells it (kind `supplier`) or makes it (`plant`), over all periods, in base: COLUMNS.
    """

    open: Mapping[str, str]
    units: pd.DataFrame

    @property
    def suppliers(self) -> list[str]:
        """Who sells something."""
        return list(dict.fromkeys(self.units.loc[self.units["kind"] == "supplier", "location"]))

    def share(self, item: str, locations: frozenset[str]) -> float:
        """The share of the purchases of an item that is bought from some suppliers; 0 where none is bought."""
        bought = self.units[(self.units["item"] == item) & (self.units["kind"] == "supplier")]
        return float(bought.loc[bought["location"].isin(list(locations)), "share"].sum())


def outline(data: Data, values: Mapping[str, Floats], countries: Mapping[str, str]) -> Outline:
    """The outline of a solution; `countries` by location."""
    return Outline(_open(data, values["usable"]), _units(data, values, countries))


def _open(data: Data, usable: Floats) -> dict[str, str]:
    options, periods = data.options, np.array(data.periods.name)
    found: dict[str, list[str]] = {}
    for option, facility in enumerate(options.facility.tolist()):
        used = periods[np.rint(usable[option]) > 0].tolist()
        if used:
            whole = len(used) == len(periods)
            name = "" if options.name[option] == "base" else options.name[option]
            when = "" if whole else " ".join(used)
            found.setdefault(options.facility_name[facility], []).append(f"{name} {when}".strip())
    return {location: ", ".join(filter(None, words)) for location, words in found.items()}


def _units(data: Data, values: Mapping[str, Floats], countries: Mapping[str, str]) -> pd.DataFrame:
    base = data.periods.time_scenario == 0
    arcs, runs, holds = data.arcs, data.runs, data.holds
    sold = np.flatnonzero((arcs.offer >= 0) & base[arcs.time])
    hold = data.offers.hold[arcs.offer[sold]]
    made = np.flatnonzero(base[runs.time])
    rows = [
        *zip(
            [holds.item[each] for each in hold],
            ["supplier"] * len(sold),
            [holds.location[each] for each in hold],
            values["flow"][sold].tolist(),
            strict=True,
        ),
        *zip(
            [runs.item[each] for each in made],
            ["plant"] * len(made),
            [runs.location[each] for each in made],
            values["run"][made].tolist(),
            strict=True,
        ),
    ]
    frame = pd.DataFrame(rows, columns=["item", "kind", "location", "units"])
    units = frame.groupby(["item", "kind", "location"], as_index=False)["units"].sum()
    whole = units.groupby(["item", "kind"])["units"].transform("sum")
    units["share"] = np.where(whole > 0, units["units"] / whole.where(whole > 0, 1.0), 0.0)
    units["country"] = units["location"].map(dict(countries))
    bought: pd.DataFrame = units[units["units"] > 0]
    return bought.reset_index(drop=True)[list(COLUMNS)]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes from one plan to another: facilities, and who sells or makes what, the largest moves first."""

    opened: tuple[str, ...]
    closed: tuple[str, ...]
    moved: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.moved)

    @property
    def words(self) -> str:
        """In one line."""
        parts = [f"opens {name}" for name in self.opened] + [f"closes {name}" for name in self.closed]
        return "; ".join([*parts, *self.moved]) or SAME


def difference(left: Outline, right: Outline) -> Difference:
    """What changes from the plan on the left to that on the right."""
    opened = tuple(name for name in right.open if name not in left.open)
    closed = tuple(name for name in left.open if name not in right.open)
    other = [
        f"{name}: {left.open[name] or 'all periods'} -> {right.open[name] or 'all periods'}"
        for name in right.open
        if name in left.open and left.open[name] != right.open[name]
    ]
    return Difference(opened, closed, (*other, *_moves(left, right)))


def _moves(left: Outline, right: Outline) -> list[str]:
    """The items whose sellers or makers change, by country, or by location where they stay in their countries."""
    both = left.units.merge(
        right.units, how="outer", on=["item", "kind", "location", "country"], suffixes=("_left", "_right")
    ).fillna({"share_left": 0.0, "share_right": 0.0, "units_left": 0.0, "units_right": 0.0})
    found: list[tuple[float, str]] = []
    for (item, kind), rows in both.groupby(["item", "kind"], sort=False):
        for by in ("country", "location"):
            shares = rows.groupby(by, sort=False)[["share_left", "share_right"]].sum()
            step = (shares["share_right"] - shares["share_left"]).abs()
            if step.max() >= PART:
                size = float(step.sum() * rows[["units_left", "units_right"]].sum().max())
                found.append((size, f"{item}{_from_to(shares[step >= PART], str(kind))}"))
                break
    return [words for _, words in sorted(found, key=lambda each: -each[0])[:NAMED]]


def _from_to(shares: pd.DataFrame, kind: str) -> str:
    """` bought: CN 41% -> 12%, TW 59% -> 88%`."""
    verb = "bought" if kind == "supplier" else "made"
    steps = [f"{name} {before:.0%} -> {after:.0%}" for name, before, after in shares.itertuples(name=None)]
    return f" {verb}: {', '.join(steps)}"
