"""Make an instance from CSV text, and read the data of the model back by names."""

from io import StringIO

import numpy as np
import pandas as pd

import planner.instance as pi
from planner.network import build


def instance(tables, settings=None, **more):
    """The instance of some tables as CSV text; `more` replaces or adds tables."""
    text = {name: table for name, table in {**tables, **more}.items() if table}
    frames = {
        name: pd.read_csv(StringIO(table.strip()), dtype=str, keep_default_na=False)
        for name, table in text.items()
    }
    return pi.Instance.from_tables(frames, {"instance": {"name": "test"}, **(settings or {})})


def network(tables, settings=None, **more):
    """The data of the model."""
    return build(instance(tables, settings, **more))


def arcs(data):
    """The arcs by names, with every column that holds figures."""
    a, goods, lanes = data.arcs, data.goods, data.lanes
    names = {
        "origin": [lanes.origin[n] for n in a.lane],
        "destination": [lanes.destination[n] for n in a.lane],
        "mode": [lanes.mode[n] for n in a.lane],
        "item": [goods.item[n] for n in a.good],
        "source": [goods.source[n] for n in a.good],
        "deal": [goods.deal[n] for n in a.good],
        "period": [data.periods.name[n] for n in a.time],
    }
    columns = ("upper", "purchase", "conversion", "freight", "handling", "insurance", "pipeline", "carbon",
               "capacity_use", "lane_weight", "offer", "demand", "from_place", "to_place", "facility",
               "production_limit", "lane_load", "single_source", "plant_link", "contract_link")  # fmt: skip
    return pd.DataFrame(names | {name: getattr(a, name) for name in columns})


def runs(data):
    """The runs by names."""
    r = data.runs
    names = {
        "location": r.location,
        "item": r.item,
        "recipe": r.recipe,
        "period": np.array(data.periods.name)[r.time],
    }
    columns = (
        "upper",
        "conversion",
        "capacity_use",
        "output",
        "facility",
        "production_limit",
        "set_up",
        "plant_link",
    )
    return pd.DataFrame({**names, **{name: getattr(r, name) for name in columns}})


def places(data):
    """The places by names."""
    p, goods = data.places, data.goods
    return pd.DataFrame(
        {
            "location": p.location,
            "item": [goods.item[n] for n in p.good],
            "source": [goods.source[n] for n in p.good],
            "deal": [goods.deal[n] for n in p.good],
            "period": [data.periods.name[n] for n in p.time],
            "kind": p.kind,
            "initial": p.initial,
        }
    )


def ways(data):
    """(origin, destination, item, source, period) of every arc, as a sorted list of `o>d item source period`."""
    found = arcs(data)
    columns = zip(
        found["origin"], found["destination"], found["item"], found["source"], found["period"], strict=True
    )
    return sorted(f"{o}>{d} {item} {source} {period}" for o, d, item, source, period in columns)


def one(frame, **where):
    """The one row of a frame with these values."""
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]
