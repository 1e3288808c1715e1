"""The cells that may give way: what stands in them, how large a change is, and how far it can be of use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.instance import Instance
from planner.study.infeasible.rooms import Rooms
from planner.study.infeasible.rules import KINDS, Kind
from planner_models.arrays import Flags, Floats, Ints

ALIKE = {"policies": "measure", "events": "op"}  # figures of a column that can be compared
HAPPENS = "events"  # their values are factors, or as large as what they change: less than 1 is no size


def cells(instance: Instance, rooms: Rooms) -> pd.DataFrame:
    """The cells that grant any room.

    Columns: kind (place in KINDS), row (position in its table), value (as it stands; 0 for a word), size (a change
    that counts as 1), most (the largest change that can be of use).
    """
    grants = rooms.grants
    by_steps = of_kinds(grants.kind, steps=True)
    useful = np.where(by_steps, grants.per_unit, rooms.most[grants.room] / grants.per_unit)
    keys = pd.DataFrame({"kind": grants.kind, "row": grants.row, "most": useful})
    found = pd.DataFrame(keys.groupby(["kind", "row"])["most"].max().reset_index())
    kind = found["kind"].to_numpy(dtype=np.int64)
    found["value"] = [_value(instance, KINDS[k], r) for k, r in zip(kind, found["row"], strict=True)]
    found["size"] = _sizes(instance, found)
    lowered = np.array([not each.raised for each in KINDS])[kind]
    found["most"] = found["most"].where(~lowered, np.minimum(found["most"], found["value"]))
    return found


def of_kinds(kind: Ints, *, steps: bool) -> Flags:
    """Which of some kinds give way by steps, or not."""
    return np.asarray(np.array([each.steps for each in KINDS])[kind] == steps, dtype=np.bool_)


def _value(instance: Instance, kind: Kind, row: int) -> float:
    return 0.0 if kind.to else float(instance.tables[kind.table][kind.column].iloc[row])


def _sizes(instance: Instance, found: pd.DataFrame) -> Floats:
    """A change as large as the value, or as what others like it have if that is more; of a word, any.

    Where nothing like it has a value, half of what can be of use.
    """
    sizes = np.ones(len(found))
    for number, kind in enumerate(KINDS):
        mine = np.flatnonzero(found["kind"] == number)
        if kind.to or not len(mine):
            continue
        own = found["value"].to_numpy(dtype=np.float64)[mine]
        usual = _usual(instance, kind)[found["row"].to_numpy(dtype=np.int64)[mine]]
        size = np.fmax(np.abs(own), usual)
        size = np.where(np.isfinite(size) & (size > 0), size, found["most"].to_numpy()[mine] / 2)
        sizes[mine] = np.maximum(size, 1.0) if kind.table == HAPPENS else size
    return sizes


def _usual(instance: Instance, kind: Kind) -> Floats:
    """The mean of the figures of a column that are like each; nan where there is none [rows of the table]."""
    table = instance.tables[kind.table]
    figure = table[kind.column].astype("float64").abs()
    like = table[ALIKE[kind.table]] if kind.table in ALIKE else pd.Series("", table.index)
    there = figure.where(np.isfinite(figure) & (figure > 0))
    return there.groupby(like).transform("mean").to_numpy(dtype=np.float64)
