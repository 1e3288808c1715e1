"""Failures: a place, or all places of a country, out of work for the time that it takes to recover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance import Instance
from planner.instance.fields import nearest
from planner_models.arrays import Floats

EVERY = ("location", "gateway", "country")
ROLES = ("supplier", "plant", "warehouse")
UNKNOWN = (30.0, 0.0)  # days and rate of a country without a row


@dataclass(frozen=True, slots=True)
class Failure:
    """What fails, for how long and how often. `kind` is supplier, plant, warehouse, gateway or country."""

    kind: str
    name: str
    days: float
    locations: tuple[str, ...]
    gateways: tuple[str, ...]
    rate: float = 0.0  # a year

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Kind and id of the places that fail, as events name them."""
        return [("location", name) for name in self.locations] + [("gateway", name) for name in self.gateways]

    def left(self, periods: int, days: float) -> Floats:
        """The part of its capacity that is left in each period, the first of them being that of the failure."""
        gone = np.clip(self.days - days * np.arange(periods), 0.0, days)
        return np.asarray(1.0 - gone / days)

    def events(self, scenario: str, periods: Sequence[str], days: float) -> pd.DataFrame:
        """The same as rows of the events table; it begins in the first of the `periods`, of some `days` each."""
        whole, rest = divmod(self.days, days)
        out = int(min(whole, len(periods)))
        spans: list[tuple[str, int, float]] = [(periods[0], out, np.nan)] if out else []
        if rest and out < len(periods):
            spans.append((periods[out], 1, rest))
        rows = [(scenario, *target, *span) for target in self.targets for span in spans]
        frame = pd.DataFrame(rows, columns=["scenario", "kind", "target", "first_period", "periods", "days"])
        return frame.assign(field="capacity", value=0.0)


def failures(instance: Instance, every: Sequence[str] = EVERY) -> list[Failure]:
    """Each location but markets, each gateway and each country, with its `recovery_days`, in the order of the tables.

    `every` are some of `EVERY`, or of the roles of locations. A country fails with its locations and gateways.

    Raises:
        InstanceError: a kind that does not exist.
    """
    known = (*EVERY, *ROLES)
    wrong = [
        Problem("every", "no such kind", kind, ", ".join(known), nearest(kind, known) or "")
        for kind in every
        if kind not in known
    ]
    if wrong:
        raise InstanceError(wrong)
    return [failure for failure in _all(instance) if _asked(failure.kind, every)]


def _asked(kind: str, every: Sequence[str]) -> bool:
    return kind in every or (kind in ROLES and "location" in every)


def _all(instance: Instance) -> list[Failure]:
    tables = instance.tables
    places, gateways = tables["locations"], tables["gateways"]
    places = places[places["role"].isin(ROLES)]
    columns = ["recovery_days", "outage_rate"]
    found = [
        Failure(str(role), str(name), float(days), (str(name),), (), float(rate))
        for role, name, days, rate in places[["role", "location", *columns]].itertuples(index=False)
    ]
    found += [
        Failure("gateway", str(name), float(days), (), (str(name),), float(rate))
        for name, days, rate in gateways[["gateway", *columns]].itertuples(index=False)
    ]
    countries = tables["countries"].set_index("country")[columns]
    for country in dict.fromkeys([*places["country"], *gateways["country"]]):
        if country:
            there = tuple(places.loc[places["country"] == country, "location"])
            ports = tuple(gateways.loc[gateways["country"] == country, "gateway"])
            days, rate = countries.loc[country] if country in countries.index else UNKNOWN
            found.append(Failure("country", str(country), float(days), there, ports, float(rate)))
    return found
