"""Suppliers and contracts: what may be held, by whom, and what is decided about it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.bounds import Useful, offer_bound
from planner.network.codes import names
from planner.network.joins import find, number
from planner.network.parts import Parts
from planner_models.arrays import Flags, Ints
from planner_models.data import Holds, Offers, Suppliers


def suppliers(parts: Parts) -> pd.DataFrame:
    """Suppliers with something to decide or to pay: location, candidate, money, qualify_periods."""
    table, instance = parts.instance.tables["suppliers"], parts.instance
    frame = pd.DataFrame(
        {
            "location": parts.codes.locations(table["location"]),
            "candidate": (table["status"] == "candidate").to_numpy(),
            "qualify_cost": instance.money("suppliers", "qualify_cost"),
            "qualify_periods": table["qualify_periods"].to_numpy(dtype=np.int64),
            "fixed_cost": instance.money("suppliers", "fixed_cost"),
            "max_spend": instance.money("suppliers", "max_spend"),
        }
    )
    matters = frame["candidate"] | (frame["fixed_cost"] > 0) | np.isfinite(frame["max_spend"])
    kept = np.flatnonzero(matters & (table["status"] != "excluded").to_numpy())
    return frame.iloc[kept].reset_index(drop=True)


def offers(
    parts: Parts, arcs: pd.DataFrame, suppliers: pd.DataFrame, useful: Useful
) -> tuple[pd.DataFrame, Ints]:
    """The offers that can be used, with hold, supplier, rivals, decided and bound; the offer of each arc."""
    row = arcs["offer_row"].to_numpy(dtype=np.int64)
    used = _in_every_scenario(parts, np.unique(row[row >= 0]))
    frame = parts.offers.iloc[used].reset_index(drop=True)
    located = frame["location"].to_numpy(dtype=np.int64)
    frame["supplier"] = find(located, suppliers["location"].to_numpy(dtype=np.int64))
    frame["period"] = parts.codes.times.period[frame["t"]]
    frame["hold"] = number(frame["row"].to_numpy(dtype=np.int64), frame["period"].to_numpy())[0]
    columns = (frame[name].to_numpy(dtype=np.int64) for name in ("location", "item", "period"))
    frame["rivals"] = number(*columns)[0]
    frame["decided"] = _decided(frame, suppliers)
    frame["stated"] = frame["capacity"]
    frame["capacity"] = offer_bound(frame, useful)
    return frame, find(row, used)


def _in_every_scenario(parts: Parts, used: Ints) -> Ints:
    """The offers used, and the same at other times of the period: held there, and paid for where nobody wants it."""
    row = parts.offers["row"].to_numpy(dtype=np.int64)
    contract = row * parts.codes.periods + parts.codes.times.period[parts.offers["t"]]
    return np.flatnonzero(np.isin(contract, contract[used]))


def _decided(offers: pd.DataFrame, suppliers: pd.DataFrame) -> Flags:
    """Contracts with something to decide: not those without rivals and minimum, of a supplier that is free."""
    busy = np.append((suppliers["candidate"] | (suppliers["fixed_cost"] > 0)).to_numpy(), False)
    rivalled = offers.groupby("rivals")["hold"].transform("nunique").to_numpy() > 1
    return np.asarray(
        rivalled | (offers["minimum"] > 0).to_numpy() | busy[offers["supplier"]], dtype=np.bool_
    )


def suppliers_data(parts: Parts, suppliers: pd.DataFrame) -> Suppliers:
    """The table of the model."""
    return Suppliers(
        name=names(parts.codes.location[suppliers["location"]]),
        candidate=suppliers["candidate"].to_numpy(dtype=np.bool_),
        qualify_cost=suppliers["qualify_cost"].to_numpy(dtype=np.float64),
        qualify_periods=suppliers["qualify_periods"].to_numpy(dtype=np.int64),
        fixed_cost=suppliers["fixed_cost"].to_numpy(dtype=np.float64),
        max_spend=suppliers["max_spend"].to_numpy(dtype=np.float64),
    )


def contracts_data(parts: Parts, offers: pd.DataFrame) -> tuple[Holds, Offers]:
    """The tables of the model."""
    held = offers.drop_duplicates("hold").sort_values("hold")
    holds = Holds(
        location=names(parts.codes.location[held["location"]]),
        item=names(parts.codes.item[held["item"]]),
        contract=names(held["deal"]),
        period=held["period"].to_numpy(dtype=np.int64),
        supplier=held["supplier"].to_numpy(dtype=np.int64),
        rivals=held["rivals"].to_numpy(dtype=np.int64),
        decided=held["decided"].to_numpy(dtype=np.bool_),
    )
    return holds, Offers(
        hold=offers["hold"].to_numpy(dtype=np.int64),
        time=offers["t"].to_numpy(dtype=np.int64),
        unit_cost=offers["unit_cost"].to_numpy(dtype=np.float64),
        capacity=offers["capacity"].to_numpy(dtype=np.float64),
        minimum=offers["minimum"].to_numpy(dtype=np.float64),
        stated=offers["stated"].to_numpy(dtype=np.float64),
    )
