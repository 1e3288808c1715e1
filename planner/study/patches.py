"""What new numbers in a table do to the linear program of a fixed design, where no network need be built to know it.

Each patch says when it holds; where it does not, there is None, and the network is built again. They speak of base
alone: none holds where scenarios are weighed, nor where a penalty or a service level is reckoned from what demand and
capacity let through. With the design fixed no other row speaks of what is useful, only of what is stated
(`solve.settle`), so the bounds that follow from demand and capacity need no patch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pyomo.environ as pyo

from planner.instance import Instance
from planner.network.build import connect
from planner.network.connected import Network
from planner.network.hand_over import hand_over
from planner.solve.blocks import family_columns, family_rows
from planner.solve.compile import Compiled, compile_model, recompiled
from planner.study.edits import Edit
from planner_models import build_model
from planner_models.arrays import Flags, Ints
from planner_models.data import Data


@dataclass(frozen=True, eq=False)
class Built:
    """An instance all the way to its arrays; `data` and `compiled` may have been patched since."""

    instance: Instance
    network: Network
    data: Data
    model: pyo.ConcreteModel
    compiled: Compiled

    @cached_property
    def alone(self) -> bool:
        """Whether base is all that is modelled, with no tail, concentration or service level."""
        data = self.data
        weighed = (data.tails.scenario, data.spreads.item, data.services.scenario)
        return len(data.periods.scenario_name) == 1 and not any(weighed)

    @cached_property
    def counting(self) -> bool:
        """Whether suppliers are counted: from volumes that demand asks for, and that capacities let through."""
        return len(self.data.counts.period) > 0


def built(instance: Instance) -> Built:
    """Build an instance."""
    network = connect(instance)
    data = hand_over(network)
    model = build_model(data)
    return Built(instance, network, data, model, compile_model(model))


Patch = Callable[[Built, Edit], Built | None]


def patched(known: Built, edits: tuple[Edit, ...]) -> Built | None:
    """The same after some edits; None where a patch for one of them does not hold."""
    for edit in edits:
        patch = PATCHES.get((edit.table, edit.column))
        changed = patch(known, edit) if patch and known.alone and _stays(edit) else None
        if changed is None:
            return None
        known = changed
    return known


def _stays(edit: Edit) -> bool:
    """Whether what was zero stays so: goods and places come and go with it."""
    return bool(((edit.before > 0) == (edit.after > 0)).all())


def demand_quantity(known: Built, edit: Edit) -> Built | None:
    """The rows of the demand, and what is stated as a share of it.

    Holds where no supplier is counted, and where every unit may be short, if a rule is about the fill rate.
    """
    data, compiled = known.data, known.compiled
    fills = family_rows(compiled, "policy_fill_rate")
    if known.counting or (len(fills) and not data.demands.may_short.all()):
        return None
    quantity = edit.after[known.network.parts.demands["row"].to_numpy(dtype=np.int64)]
    arrays = compiled.arrays
    lower, upper, most = arrays.row_lower.copy(), arrays.row_upper.copy(), arrays.upper.copy()
    rows, short = family_rows(compiled, "demand_balance"), family_columns(compiled, "short")
    lower[rows] = upper[rows] = quantity
    most[short[short >= 0]] = quantity[short >= 0]
    for row in fills.tolist():
        entries = slice(arrays.indptr[row], arrays.indptr[row + 1])
        weight = np.zeros(len(arrays.cost))
        weight[arrays.indices[entries]] = arrays.data[entries]
        asked = np.where(short >= 0, weight[short], 0.0)
        before = asked @ data.demands.quantity
        if before > 0:
            upper[row] *= (asked @ quantity) / before
    changed = replace(arrays, row_lower=lower, row_upper=upper, upper=most)
    return replace(
        known,
        data=replace(data, demands=replace(data.demands, quantity=quantity)),
        compiled=replace(compiled, arrays=changed),
    )


def facility_capacity(known: Built, edit: Edit) -> Built | None:
    """The stated capacity of options; holds where no supplier is counted."""
    if known.counting:
        return None
    options = known.data.options
    stated = (options.capacity if options.stated is None else options.stated).copy()
    stated[edit.rows] = edit.after[edit.rows, None]
    return replace(known, data=replace(known.data, options=replace(options, stated=stated)))


def offer_capacity(known: Built, edit: Edit) -> Built | None:
    """The stated capacity of contracts; holds where no supplier is counted, and none promises more than it has."""
    promised = known.instance.tables["offers"]["min_quantity"].to_numpy(dtype=np.float64)
    if known.counting or (edit.after < promised).any():
        return None
    data = known.data
    return replace(
        known, data=replace(data, offers=replace(data.offers, stated=edit.after[_offer_rows(known)]))
    )


def _offer_rows(known: Built) -> Ints:
    """The row of its table that each offer of the model is from."""
    used = known.network.arcs["offer_row"].to_numpy(dtype=np.int64)
    every = known.network.parts.offers["row"].to_numpy(dtype=np.int64)
    rows: Ints = every[np.unique(used[used >= 0])]
    return rows


def tariff_rate(known: Built, edit: Edit) -> Built | None:
    """The duties that the rows set.

    Holds where anything is charged, for rows that add their rate, without a quota, on goods that nobody can claim
    preference for, where no regime gives duty back or lowers it, and no ceiling counts what they charge.
    """
    if "charge" not in known.compiled.ledger:
        return None
    charges, rows = known.data.charges, edit.rows
    names = known.data.charges.programme_name
    duty = np.array([name.startswith("duty:") for name in names], dtype=np.bool_)[charges.programme]
    hit = np.flatnonzero(duty & np.isin(charges.row, rows))
    if not _adds(known.instance, rows) or not _unclaimed(known, rows) or _relieved(known, hit):
        return None
    rate, amount = charges.rate.copy(), charges.amount.copy()
    rate[hit] = edit.after[charges.row[hit]]
    amount[hit] = rate[hit] * charges.value[hit] + charges.specific[hit]
    data = replace(known.data, charges=replace(charges, rate=rate, amount=amount))
    compiled = recompiled(
        known.compiled, known.model, "charge", {"charge_amount": amount}, data.periods.time_weight
    )
    return replace(known, data=data, compiled=compiled)


def _adds(instance: Instance, rows: Ints) -> bool:
    """Whether the rows add their rate, and no row is an all-in ceiling over them."""
    tariffs = instance.tables["tariffs"].iloc[rows]
    ceilings = (instance.tables["tariffs"]["rule"] == "cap").any()
    mfn = (tariffs["programme"] == "MFN").any()
    quota = tariffs["over_rate"].notna().any() or np.isfinite(tariffs["quota"]).any()
    return bool((tariffs["rule"] == "add").all() and not (mfn and ceilings) and not quota)


def _unclaimed(known: Built, rows: Ints) -> bool:
    """Whether the rows name countries of origin of which nothing is made, or comes, that an agreement could cover."""
    tables = known.instance.tables
    named, members = (
        {entry for cell in cells for entry in cell.split(";")}
        for cells in (tables["tariffs"]["origin"].iloc[rows], tables["agreements"]["member"])
    )
    wide = {entry for entry in named | members if entry == "*" or ":" in entry}
    places = tables["locations"].set_index("location")["country"]
    made = tables["production"]
    inside = made["location"].map(places).isin(members)
    return (
        not wide
        and not named & members
        and not named & set(made.loc[inside, "origin"])
        and not named & set(tables["offers"].loc[tables["offers"]["originating"] != "", "origin"])
    )


def _relieved(known: Built, hit: Ints) -> bool:
    """Whether some of the charges are on an arc that leaves or enters a place with a regime."""
    data, parts = known.data, known.network.parts
    regimes: Flags = np.zeros(len(parts.codes.location), dtype=np.bool_)
    regimes[parts.regimes.rows["location"].to_numpy(dtype=np.int64)] = True
    arcs = known.network.arcs
    ends = (arcs[name].to_numpy(dtype=np.int64)[data.charges.arc[hit]] for name in ("origin", "destination"))
    return bool(any(regimes[end].any() for end in ends) or (data.charges.reduced_by[hit] >= 0).any())


PATCHES: Mapping[tuple[str, str], Patch] = MappingProxyType(
    {
        ("demand", "quantity"): demand_quantity,
        ("facilities", "capacity"): facility_capacity,
        ("offers", "capacity"): offer_capacity,
        ("tariffs", "rate"): tariff_rate,
    }
)
