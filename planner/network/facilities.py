"""Facilities and their options: what may be opened or closed, and from when on a location can be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.network.codes import Codes, names, texts
from planner.network.events import Events
from planner.network.reference import reference_capacity
from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Options

if TYPE_CHECKING:
    from planner.instance import Instance

# a policy on one of these may make it worth while to close, or open, what costs nothing
_TOUCH_OPTIONS = ("count_open", "capex", "emissions")


@dataclass(frozen=True, slots=True)
class Facilities:
    """The options in the order of their table, and what follows from them for each location."""

    options: pd.DataFrame  # location, facility, option, status, initially_open, decided, money, capacity, ...
    locations: Ints  # [facilities]
    of_location: Ints  # [locations] facility, -1 for none
    varies: Ints  # [locations] facility whose usability is open, -1 where the location is always usable
    alive: Flags  # [locations, times] False where no option can be usable
    capacity: Floats  # [options, times] as stated, after events
    emission: Floats  # [locations] kg a capacity unit where all options have the same; nan where they differ


def facilities(instance: Instance, codes: Codes, events: Events) -> Facilities:
    """Read the facilities table."""
    options = pd.concat([_options(instance, codes), _unlisted(instance, codes, events)], ignore_index=True)
    located = options["location"].to_numpy(dtype=np.int64)
    locations = np.unique(located)
    of_location = np.full(len(codes.location), -1, dtype=np.int64)
    of_location[locations] = np.arange(len(locations))
    options["facility"] = of_location[located]
    options["decided"] = _decided(instance, codes, options)
    fixed_open = ~options["decided"] & options["initially_open"]
    varies = of_location.copy()
    varies[located[fixed_open.to_numpy()]] = -1
    return Facilities(
        options=options,
        locations=locations,
        of_location=of_location,
        varies=varies,
        alive=_alive(options, of_location, codes.periods)[:, codes.times.period],
        capacity=_capacity(options, events),
        emission=_emission(options, len(codes.location)),
    )


def _options(instance: Instance, codes: Codes) -> pd.DataFrame:
    table = instance.tables["facilities"]
    location, option = codes.locations(table["location"]), texts(table["option"])
    number = pd.Series(np.arange(len(table)), index=pd.MultiIndex.from_arrays([location, option]))
    old = number.reindex(pd.MultiIndex.from_arrays([location, texts(table["expands"])]))
    return pd.DataFrame(
        {
            "location": location,
            "option": option,
            "status": texts(table["status"]),
            "initially_open": (table["status"] == "open").to_numpy(),
            "fixed_cost": instance.money("facilities", "fixed_cost"),
            "open_cost": instance.money("facilities", "open_cost"),
            "close_cost": instance.money("facilities", "close_cost"),
            "residual_share": table["residual_share"].to_numpy(),
            "setup_periods": table["setup_periods"].to_numpy(),
            "expands": old.fillna(-1).to_numpy(dtype=np.int64),
            "capacity": table["capacity"].to_numpy(),
            "emission": table["emission_kg"].to_numpy(),
        }
    )


def _unlisted(instance: Instance, codes: Codes, events: Events) -> pd.DataFrame:
    """Plants and warehouses without a row, open, free and unlimited, whose capacity an event changes."""
    hit = np.zeros(len(codes.location), dtype=np.bool_)
    for event in events.of("location", "capacity"):
        hit |= events.locations(event)
    listed = codes.locations(instance.tables["facilities"]["location"])
    unlisted = hit & (codes.is_role("plant") | codes.is_role("warehouse"))
    unlisted[listed] = False
    money = ("fixed_cost", "open_cost", "close_cost", "residual_share", "setup_periods", "emission")
    columns: dict[str, Any] = dict.fromkeys(money, 0)
    columns |= {"option": "base", "status": "open", "initially_open": True, "expands": -1, "capacity": np.inf}
    return pd.DataFrame({"location": np.flatnonzero(unlisted)}).assign(**columns)


def _decided(instance: Instance, codes: Codes, options: pd.DataFrame) -> Flags:
    """Options with something to decide: not those that are closed, nor a free one that is open and alone.

    Stock can be thrown away by closing, so a location with stock always has something to decide; one without a row
    never has.
    """
    tables = instance.tables
    listed = np.arange(len(options)) < len(tables["facilities"])
    alone = ~options.duplicated("location", keep=False)
    free = options["initially_open"] & (options["fixed_cost"] == 0) & alone
    touched = tables["policies"]["measure"].isin(_TOUCH_OPTIONS).any()
    stocked = np.isin(options["location"], codes.locations(tables["inventory"]["location"]))
    idle = free.to_numpy() & ~stocked & (not touched)
    return np.asarray(listed & ~idle & (options["status"] != "closed").to_numpy(), dtype=np.bool_)


def _alive(options: pd.DataFrame, of_location: Ints, periods: int) -> Flags:
    alive = np.repeat((of_location < 0)[:, None], periods, axis=1)
    first = np.where(options["initially_open"], 0, _opens(options) + options["setup_periods"].to_numpy())
    for location, start, status in zip(options["location"], first, options["status"], strict=True):
        if status != "closed":
            alive[location, start:] = True
    return alive


def _opens(options: pd.DataFrame) -> Ints:
    """First period in which each option can be opened: that after the one in which what it expands can be."""
    old = options["expands"].to_numpy(dtype=np.int64)
    first = np.where(options["initially_open"], -1, 0)
    for _ in range(len(options)):  # no chain is longer: a circle is refused when the instance is read
        first = np.where((old >= 0) & (first >= 0), first[old] + 1, first)
    return first.astype(np.int64)


def _capacity(options: pd.DataFrame, events: Events) -> Floats:
    located = options["location"].to_numpy(dtype=np.int64)
    capacity = options["capacity"].to_numpy(dtype=np.float64)

    def whole() -> Floats:
        capacity = reference_capacity(events.instance, events.codes)
        return np.asarray(capacity[located][:, events.codes.times.period])

    return events.table(
        "location", "capacity", capacity, lambda event: events.locations(event)[located], whole
    )


def _emission(options: pd.DataFrame, locations: int) -> Floats:
    emission = np.zeros(locations)
    available = options[options["status"] != "closed"].groupby("location")["emission"]
    least, most = available.min(), available.max()
    emission[least.index.to_numpy(dtype=np.int64)] = np.where(least == most, least, np.nan)
    return emission


def options_data(codes: Codes, facilities: Facilities, capacity: Floats) -> Options:
    """The table of the model; `capacity` [options, times] is cut to what could be useful."""
    options = facilities.options
    return Options(
        facility_name=names(codes.location[facilities.locations]),
        name=names(options["option"]),
        facility=options["facility"].to_numpy(dtype=np.int64),
        initially_open=options["initially_open"].to_numpy(dtype=np.bool_),
        fixed_cost=options["fixed_cost"].to_numpy(dtype=np.float64),
        open_cost=options["open_cost"].to_numpy(dtype=np.float64),
        close_cost=options["close_cost"].to_numpy(dtype=np.float64),
        residual_share=options["residual_share"].to_numpy(dtype=np.float64),
        setup_periods=options["setup_periods"].to_numpy(dtype=np.int64),
        expands=options["expands"].to_numpy(dtype=np.int64),
        capacity=capacity,
        emission=options["emission"].to_numpy(dtype=np.float64),
        decided=options["decided"].to_numpy(dtype=np.bool_),
        stated=facilities.capacity,
    )
