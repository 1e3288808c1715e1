"""What a what-if keeps of the base plan: its whole design, or what it decided about some facilities and suppliers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from planner.errors import InstanceError, Problem
from planner.instance import Instance
from planner.instance.fields import nearest
from planner.instance.whatif import Fix
from planner.plan import Plan
from planner.solve.hold import Hold
from planner.study.design import design_of
from planner_models.arrays import Floats
from planner_models.data import Data


def kept(fix: Fix, base: Plan, place: str = "fix") -> Callable[[Data], Hold] | None:
    """The decisions of the base plan that a what-if keeps, for the network that it is about; None for none.

    Raises:
        InstanceError: a facility or supplier that the base plan does not have.
    """
    refuse_unknown(fix, base.instance, place)
    if not fix:
        return None
    return lambda data: _whole(base, data) if fix.design else _part(fix, base, data)


def _whole(base: Plan, data: Data) -> Hold:
    return design_of(base, data)


def _part(fix: Fix, base: Plan, data: Data) -> Hold:
    design = design_of(base, data)
    facility = [data.options.facility_name[each] in fix.facilities for each in data.options.facility]
    supplier = [name in fix.suppliers for name in data.suppliers.name]
    holds = [name in fix.suppliers for name in data.holds.location]
    return {
        "open": _where(facility, design["open"]),
        "qualify": _where(supplier, design["qualify"]),
        "hold": _where(holds, design["hold"]),
    }


def _where(chosen: list[bool], values: Floats) -> Floats:
    """The values where chosen, by the first index; nan elsewhere."""
    rows = np.array(chosen, dtype=np.bool_).reshape(-1, *[1] * (values.ndim - 1))
    return np.where(rows, values, np.nan)


def refuse_other_base(instance: Instance, base: Plan) -> None:
    """Refuse a base plan that is not the one that a solve of the instance gives.

    Raises:
        InstanceError: it is of another instance, or obeys rows that were added to the model.
    """
    place = str(base.folder or "base")
    if base.instance.sha256 != instance.sha256:
        message = "the base plan is of another instance, or of this one before it was changed"
        raise InstanceError([Problem(place, message, expected="a plan of the instance as it is now")])
    if base.document.get("asked", {}).get("extended"):
        message = "the base plan obeys rows of your own (extend=), which no rerun knows of"
        raise InstanceError([Problem(place, message, expected="a plan of the instance alone")])


def refuse_unknown(fix: Fix, instance: Instance, place: str = "fix") -> None:
    """Raise InstanceError for facilities and suppliers that the instance does not have."""
    locations = instance.tables["locations"]
    sites = locations.loc[locations["role"].isin(["plant", "warehouse"]), "location"]
    suppliers = locations.loc[locations["role"] == "supplier", "location"]
    problems = [
        *_unknown(fix.facilities, sites, f"{place}:fix.facilities"),
        *_unknown(fix.suppliers, suppliers, f"{place}:fix.suppliers"),
    ]
    if problems:
        raise InstanceError(problems)


def _unknown(names: Iterable[str], known: Iterable[str], place: str) -> list[Problem]:
    every = sorted(known)
    kind = place.rpartition(".")[2]
    return [
        Problem(place, "no such location", name, f"one of the {kind} of the instance", nearest(name, every))
        for name in names
        if name not in every
    ]
