"""What the customs tables of a plan leave out: programmes that were displaced, and what a claim has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.network.agreements import charging
from planner.network.calendar import duty_dates
from planner.network.codes import codes
from planner.network.duties import charges
from planner.network.events import Events
from planner.network.joins import pairs
from planner.network.regimes import plant_regimes
from planner.network.stack import winners

if TYPE_CHECKING:
    from planner.plan import Plan

ENTRY = ["importer", "item", "country_of_origin", "period"]


def displaced(plan: Plan) -> pd.DataFrame:
    """Tariff rows that would have held for what entered, but were displaced.

    importer, item, country_of_origin, period, agreement, programme, row, by (the programmes that displace it).
    """
    tariffs = plan.instance.tables["tariffs"]
    keys = [*ENTRY, "agreement"]
    entered = plan.duties[keys].drop_duplicates(ignore_index=True)
    cases = entered.rename(columns={"country_of_origin": "origin"}).assign(date=_dates(plan, entered))
    lists = (
        tariffs["displaces"]
        .where(tariffs.index.isin(charging(plan.instance).index), "")
        .str.split(";")
        .tolist()
    )
    columns = [*keys, "programme"]
    listed = set(plan.duties[columns].itertuples(index=False, name=None))
    charged = set(plan.duties.loc[plan.duties["waived_by"] == "", columns].itertuples(index=False, name=None))
    found = []
    for case, rows in winners(plan.instance, cases).groupby("case"):
        key = tuple(entered.iloc[int(str(case))])
        won = list(zip(rows["programme"].tolist(), rows["row"].tolist(), strict=True))
        for name, row in won:
            if (*key, name) not in listed:
                by = [other for other, its in won if (*key, other) in charged and name in lists[its]]
                found.append((*key, name, _place(plan, row), " and ".join(by)))
    return pd.DataFrame(found, columns=[*columns, "row", "by"])


def _place(plan: Plan, row: int) -> str:
    """A tariff row as the user knows it, where a duty of the plan tells; else its row in the plan's instance."""
    own = f"tariffs.csv:{row + 2}"
    told = plan.duties.loc[(plan.duties["row"] == own) & (plan.duties["source_row"] != ""), "source_row"]
    if len(told):
        return str(told.iloc[0])
    if plan.folder is None:
        return f"{plan.instance.files['tariffs']}:{plan.instance.tables['tariffs'].index[row]}"
    return f"{own} of the plan's instance"


def unclaimed(plan: Plan) -> pd.DataFrame:
    """What claimed entries would have paid in duty without the claim, at the rates within quotas.

    ENTRY, agreement, normal_duty (money).
    """
    claimed = plan.duties[plan.duties["agreement"] != ""]
    flow = [
        "scenario",
        "period",
        "origin",
        "destination",
        "mode",
        "item",
        "source",
        "deal",
        "status",
        "class",
    ]
    flow.append("agreement")
    programme = claimed.groupby(flow)["programme"].transform("first")
    one = claimed[claimed["programme"] == programme]
    columns = ["importer", "country_of_origin", "value_per_unit", "quantity"]
    each = one.groupby(flow, as_index=False).agg(
        {name: "sum" if name == "quantity" else "first" for name in columns}
    )
    periods = {name: t for t, name in enumerate(plan.instance.settings.horizon.periods)}
    crossings = pd.DataFrame(
        {
            "arc": np.arange(len(each)),
            "importer": each["importer"],
            "origin": each["country_of_origin"],
            "item": each["item"],
            "mode": each["mode"],
            "t": each["period"].map(periods).astype(np.int64),
            # the dutiable value has freight and insurance in it already, where they count
            "value": each["value_per_unit"],
            "freight": 0.0,
            "insurance": 0.0,
            "value_per_entry": np.nan,
            "agreement": "",
            "preferential_rate": 0.0,
        }
    )
    paid = charges(Events(plan.instance, codes(plan.instance)), crossings, _free_reductions(plan, each))
    duty = paid[paid["programme"].str.startswith("duty:")]
    a_unit = np.bincount(duty["arc"].to_numpy(dtype=np.int64), duty["amount"], len(each))
    return each[[*ENTRY, "agreement"]].assign(normal_duty=a_unit * each["quantity"])


def _free_reductions(plan: Plan, each: pd.DataFrame) -> pd.DataFrame:
    """The regimes of plants that lower the rate of what enters them at no cost, as `charges` wants them."""
    known = codes(plan.instance)
    regimes = plant_regimes(plan.instance, known)
    free = regimes.of_kind(reduced=True)
    free = free[regimes.rows["fixed_cost"].to_numpy()[free] == 0]
    at, row = pairs(
        known.locations(each["destination"]), regimes.rows["location"].to_numpy(dtype=np.int64)[free]
    )
    relieved = regimes.items[free[row], known.items(each["item"])[at]]
    crossing, regime = at[relieved], free[row][relieved]
    return pd.DataFrame(
        {
            "crossing": crossing,
            "regime": regime,
            "rate": regimes.rows["rate"].to_numpy()[regime],
            "covers": regimes.rows["covers"].to_numpy()[regime],
        }
    )


def _dates(plan: Plan, entered: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    periods = {name: t for t, name in enumerate(plan.instance.settings.horizon.periods)}
    return np.asarray(duty_dates(plan.instance)[entered["period"].map(periods).to_numpy(dtype=np.int64)])
