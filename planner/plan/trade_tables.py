"""Tables of trade: what moves, and every duty and fee with the row that set it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.plan.columns import empty, frame
from planner.plan.labels import Texts, period_of, pick, real, scenario_of, total
from planner_models.arrays import Flags, Ints
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome

STOCK_DEALS = ("initial", "buffer")


def flows(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`flows.csv`: a row for every good that moves over a lane; money undiscounted."""
    arcs, charges, flow = data.arcs, data.charges, outcome.values["flow"]
    rows = real(flow)
    is_fee = _is_fee(data)[charges.programme]
    duty = total(charges.arc, np.where(is_fee, 0.0, charges.amount), len(flow))[rows]
    fees = total(charges.arc, np.where(is_fee, charges.amount, 0.0), len(flow))[rows]
    quantity = flow[rows]
    columns = _of_arc(data, rows) | {
        "class": pick(data.goods.destination_class, arcs.good[rows]),
        "quantity": quantity,
        "freight": quantity * arcs.freight[rows],
        "duty": quantity * duty,
        "fees": quantity * fees,
        "pipeline": quantity * arcs.pipeline[rows],
        "handling": quantity * arcs.handling[rows],
        "insurance": quantity * arcs.insurance[rows],
        "carbon": quantity * arcs.carbon[rows],
        "freight_per_unit": arcs.freight[rows],
        "duty_per_unit": duty,
        "fees_per_unit": fees,
    }
    return frame("flows", columns)


def duties(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:
    """`duties.csv`: a row for every programme that won on a flow, also at rate 0, and for every fee."""
    charges, flow = data.charges, outcome.values["flow"]
    rows = np.flatnonzero(np.isin(charges.arc, real(flow)))
    if not len(rows):
        return empty("duties")
    arc, programme = charges.arc[rows], charges.programme[rows]
    names = [name.removeprefix("duty:") for name in charges.programme_name]
    fee = _is_fee(data)[programme]
    labels = _of_arc(data, arc)
    place = np.where(fee, "fees.csv:", "tariffs.csv:").astype(object)
    columns = labels | {
        "importer": _country(instance, labels["destination"]),
        "country_of_origin": origins(instance, data, arc),
        "programme": pick(names, programme),
        "rate": charges.rate[rows],
        "specific": charges.specific[rows],
        "value_per_unit": charges.value[rows],
        "quantity": flow[arc],
        "duty": flow[arc] * charges.amount[rows],
        # the header is row 1, and the plan keeps the instance's canonical order
        "row": place + (charges.row[rows] + 2).astype(str).astype(object),
        "waived_by": "",
        "source_row": _users_rows(instance, fee, charges.row[rows]),
    }
    return frame("duties", columns)


def _users_rows(instance: Instance, fee: Flags, rows: Ints) -> Texts:
    """File and row, as the user knows them, of the rows of tariffs, or of fees where `fee`."""
    found = np.empty(len(rows), dtype=object)
    for table, chosen in (("tariffs", ~fee), ("fees", fee)):
        number = instance.tables[table].index.to_numpy()[rows[chosen]]
        found[chosen] = [f"{instance.files[table]}:{row}" for row in number.tolist()]
    return found


def origins(instance: Instance, data: Data, arcs: Ints) -> Texts:
    """Country of origin of the good on each arc, in the period in which it moves.

    It is that of the deal's row in the period, or of its latest earlier row (goods from stock).
    """
    from planner.instance import by_period  # noqa: PLC0415 - pandas work that only duties need

    good = data.arcs.good[arcs]
    asked = pd.DataFrame(
        {
            "position": np.arange(len(arcs)),
            "t": data.periods.time_period[data.arcs.time[arcs]],
            "location": pick(data.goods.source, good),
            "item": pick(data.goods.item, good),
            "deal": pick(data.goods.deal, good),
        }
    )
    stocked = instance.tables["inventory"].assign(t=0)
    rows = [
        by_period(instance, "offers").rename(columns={"contract": "deal"}),
        by_period(instance, "production").rename(columns={"recipe": "deal"}),
        *(stocked.assign(deal=deal) for deal in STOCK_DEALS),
    ]
    keys = ["location", "item", "deal"]
    known = pd.concat([part[["t", *keys, "origin"]] for part in rows if len(part)], ignore_index=True)
    for column in keys:
        asked[column] = asked[column].astype("str")
        known[column] = known[column].astype("str")
    known["t"] = known["t"].astype(np.int64)
    asked["t"] = asked["t"].astype(np.int64)
    found = pd.merge_asof(asked.sort_values("t"), known.sort_values("t"), on="t", by=keys)
    return found.set_index("position")["origin"].reindex(range(len(arcs))).to_numpy(dtype=object)


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


def _of_arc(data: Data, rows: Ints) -> dict[str, Any]:
    """The columns that name arcs, and their flow."""
    arcs, goods = data.arcs, data.goods
    lane, good = arcs.lane[rows], arcs.good[rows]
    return {
        "scenario": scenario_of(data, arcs.time[rows]),
        "period": period_of(data, arcs.time[rows]),
        "origin": pick(data.lanes.origin, lane),
        "destination": pick(data.lanes.destination, lane),
        "mode": pick(data.lanes.mode, lane),
        "item": pick(goods.item, good),
        "source": pick(goods.source, good),
        "deal": pick(goods.deal, good),
        "status": pick(goods.status, good),
        "entry": np.where(arcs.claimed[rows], "claimed", "normal").astype(object),
    }
