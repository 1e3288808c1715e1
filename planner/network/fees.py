"""Customs fees: a share of value with a minimum and maximum per entry, on listed modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.errors import InstanceError, Problem
from planner.network.cases import distinct
from planner.network.events import Events
from planner.network.joins import pairs
from planner_models.arrays import Floats, Ints

if TYPE_CHECKING:
    from planner.instance import Instance


def fees(events: Events, crossings: pd.DataFrame) -> pd.DataFrame:
    """The fees on each crossing of goods that are not of the importer's own origin.

    Args:
        events: with the instance and its table `fees`.
        crossings: importer, mode, t (time), date, value_per_entry (money, nan if not known), agreement (that the entry
            claims under; blank: none); the index counts from 0.

    Returns:
        crossing, row (position in the fees table), programme (the fee), rate (effective share of value; 0 where
        exempt), waived_by (the agreement that exempts; blank).

    Raises:
        InstanceError: two rows of a fee hold at once.
    """
    cases, case_of_crossing = distinct(crossings, ["importer", "mode", "date", "agreement"])
    found = _found(events.instance, cases)
    crossing, member = pairs(case_of_crossing, found["case"].to_numpy())
    charged = found.iloc[member].reset_index(drop=True).assign(crossing=crossing)
    rate = _rate(events, charged["row"].to_numpy(dtype=np.int64), crossings.iloc[crossing])
    charged["rate"] = np.where(charged["waived_by"] != "", 0.0, rate)
    return charged[["crossing", "row", "programme", "rate", "waived_by"]]


def _found(instance: Instance, cases: pd.DataFrame) -> pd.DataFrame:
    """The fee rows that hold in each case: case, row, programme, waived_by; by case, then row.

    A case is (importer, mode, date, agreement).
    """
    fees = instance.tables["fees"]
    rows = fees.reset_index(drop=True).assign(row=np.arange(len(fees)), programme=fees["fee"].to_numpy())
    found = cases.assign(case=np.arange(len(cases))).merge(rows, on="importer")
    begun = found["starts"].isna() | (found["starts"] <= found["date"])
    modes = zip(found["modes"], found["mode"], strict=True)
    listed = np.array([not cell or mode in cell.split(";") for cell, mode in modes], dtype=np.bool_)
    claims = zip(found["agreement"], found["exempt"], strict=True)
    exempt = np.array([name != "" and name in cell.split(";") for name, cell in claims], dtype=np.bool_)
    found["waived_by"] = found["agreement"].where(exempt, "")
    held = begun & ~(found["ends"] <= found["date"]) & listed
    found = found.loc[held, ["case", "row", "programme", "waived_by"]]
    found = found.sort_values(["case", "row"], ignore_index=True)
    twice = found.loc[found.duplicated(["case", "programme"]), "row"].unique()
    if len(twice):
        message, expected = "another row of the fee holds as well", "dates or modes that do not overlap"
        file = instance.files["fees"]
        problems = [Problem(f"{file}:{fees.index[row]}", message, expected=expected) for row in twice]
        raise InstanceError(problems)
    return found


def _rate(events: Events, rows: Ints, crossings: pd.DataFrame) -> Floats:
    """clamp(rate x value_per_entry, min, max) / value_per_entry; the rate where that value is not known."""
    nominal = events.instance.tables["fees"]["rate"].to_numpy()[rows]
    t, per_entry = crossings["t"].to_numpy(dtype=np.int64), crossings["value_per_entry"].to_numpy()
    least, most = (events.money("fees", name, rows, t) for name in ("min_per_entry", "max_per_entry"))
    known = per_entry > 0
    value = np.where(known, per_entry, 1.0)
    return np.where(known, np.minimum(np.maximum(nominal * value, least), most) / value, nominal)
