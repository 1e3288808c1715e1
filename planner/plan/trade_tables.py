"""Tables of trade: what moves, and every duty and fee with the row that set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.network.joins import find
from planner.plan.columns import empty, frame
from planner.plan.deals import deal_terms
from planner.plan.labels import DUST, Texts, of_arc, pick, real, total
from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome


def flows(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`flows.csv`: a row for every good that moves over a lane; money undiscounted."""
    arcs, charges, flow = data.arcs, data.charges, outcome.values["flow"]
    rows = real(flow)
    is_fee = _is_fee(data)[charges.programme]
    fees = total(charges.arc, np.where(is_fee, charges.amount, 0.0), len(flow))[rows]
    quantity = flow[rows]
    duty = duty_paid(data, outcome)[rows]
    columns = of_arc(data, rows) | {
        "regime": pick(data.regimes.programme, arcs.regime[rows]),
        "quantity": quantity,
        "freight": quantity * arcs.freight[rows],
        "duty": duty,
        "fees": quantity * fees,
        "pipeline": quantity * arcs.pipeline[rows],
        "handling": quantity * arcs.handling[rows],
        "insurance": quantity * arcs.insurance[rows],
        "carbon": quantity * arcs.carbon[rows],
        "claim": quantity * arcs.claim[rows],
        "freight_per_unit": arcs.freight[rows],
        "duty_per_unit": duty / quantity,
        "fees_per_unit": fees,
    }
    return frame("flows", columns)


def duty_paid(data: Data, outcome: Outcome) -> Floats:
    """Duty of all programmes on what moves on each arc, above quotas too, undiscounted money [arcs]."""
    charges, quotas, flow = data.charges, data.quotas, outcome.values["flow"]
    amount = np.where(_is_fee(data)[charges.programme], 0.0, charges.amount)
    above = total(quotas.over_arc, quotas.over_amount * outcome.values["over"], len(flow))
    return np.asarray(flow * total(charges.arc, amount, len(flow)) + above)


def duties(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:
    """`duties.csv`: a row for every programme that won on a flow, also at rate 0, and for every fee.

    What enters above a quota has a row of its own.
    """
    charges, quotas, flow = data.charges, data.quotas, outcome.values["flow"]
    over, of_over = outcome.values["over"], _charge_of_over(data)
    within = flow[charges.arc] - total(of_over, over, len(charges.arc))
    moves = np.isin(charges.arc, real(flow))
    below, above = (
        np.flatnonzero(moves & ((within > DUST) | ~np.isin(np.arange(len(moves)), of_over))),
        real(over),
    )
    rows = np.concatenate([below, of_over[above]])
    if not len(rows):
        return empty("duties")
    extra = np.concatenate([np.zeros(len(below)), quotas.over_amount[above]])
    quantity = np.concatenate([within[below], over[above]])
    order = np.argsort(rows, kind="stable")
    rows, extra, quantity = rows[order], extra[order], quantity[order]
    is_above = np.concatenate([np.full(len(below), -1), above])[order]
    arc, programme = charges.arc[rows], charges.programme[rows]
    reduced_by = np.where(
        is_above >= 0, np.append(quotas.over_reduced_by, -1)[is_above], charges.reduced_by[rows]
    )
    fee = _is_fee(data)[programme]
    names = [name.removeprefix("duty:") for name in charges.programme_name]
    labels = of_arc(data, arc)
    place = np.where(fee, "fees.csv:", "tariffs.csv:").astype(object)
    columns = labels | {
        "importer": _country(instance, labels["destination"]),
        "country_of_origin": origins(instance, data, arc),
        "programme": pick(names, programme),
        "rate": np.where(is_above >= 0, np.append(quotas.over_rate, 0.0)[is_above], charges.rate[rows]),
        "specific": charges.specific[rows],
        "value_per_unit": charges.value[rows],
        "quantity": quantity,
        "duty": quantity * (charges.amount[rows] + extra),
        # the header is row 1, and the plan keeps the instance's canonical order
        "row": place + (charges.row[rows] + 2).astype(str).astype(object),
        "waived_by": pick(charges.waived_by, rows),
        "regime": pick(instance.tables["relief"]["programme"].tolist(), reduced_by),
        "quota": np.where(is_above >= 0, "above", np.where(np.isin(rows, of_over), "within", "")).astype(
            object
        ),
        "source_row": _users_rows(instance, fee, charges.row[rows]),
    }
    return frame("duties", columns)


def _charge_of_over(data: Data) -> Ints:
    """The charge that each over-quota quantity adds to: that of its arc and programme [overs]."""
    charges, quotas, programmes = data.charges, data.quotas, len(data.charges.programme_name)
    return find(
        quotas.over_arc * programmes + quotas.over_programme, charges.arc * programmes + charges.programme
    )


def _users_rows(instance: Instance, fee: Flags, rows: Ints) -> Texts:
    """File and row, as the user knows them, of the rows of tariffs, or of fees where `fee`."""
    found = np.empty(len(rows), dtype=object)
    for table, chosen in (("tariffs", ~fee), ("fees", fee)):
        number = instance.tables[table].index.to_numpy()[rows[chosen]]
        found[chosen] = [f"{instance.files[table]}:{row}" for row in number.tolist()]
    return found


def origins(instance: Instance, data: Data, arcs: Ints) -> Texts:
    """Country of origin of the good on each arc, at the time at which it moves."""
    good = data.arcs.good[arcs]
    asked = pd.DataFrame(
        {
            "t": data.arcs.time[arcs],
            "location": pick(data.goods.source, good),
            "item": pick(data.goods.item, good),
            "deal": pick(data.goods.deal, good),
        }
    )
    return deal_terms(instance, asked)["origin"].to_numpy(dtype=object)


def _is_fee(data: Data) -> Flags:
    """Whether each programme of the charges is a fee."""
    return np.array([name.startswith("fee:") for name in data.charges.programme_name], dtype=np.bool_)


def _country(instance: Instance, location: Texts) -> Texts:
    """Country of each location."""
    table = instance.tables["locations"]
    return (
        pd.Series(table["country"].to_numpy(dtype=object), index=table["location"])
        .reindex(location)
        .to_numpy(dtype=object)
    )
