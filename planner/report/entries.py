"""What the customs tables of a plan leave out: programmes that were displaced, and what a claim has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.network.calendar import duty_dates
from planner.network.duties import charges
from planner.network.stack import winners

if TYPE_CHECKING:
    from planner.plan import Plan

ENTRY = ["importer", "item", "country_of_origin", "period"]


def displaced(plan: Plan) -> pd.DataFrame:
    """Tariff rows that would have held for what entered, but were displaced.

    importer, item, country_of_origin, period, agreement, programme, row, by (the programmes that displace it).
    """
    tariffs, file = plan.instance.tables["tariffs"], plan.instance.files["tariffs"]
    keys = [*ENTRY, "agreement"]
    entered = plan.duties[keys].drop_duplicates(ignore_index=True)
    cases = entered.rename(columns={"country_of_origin": "origin"}).assign(date=_dates(plan, entered))
    charged = set(plan.duties[[*keys, "programme"]].itertuples(index=False, name=None))
    lists, numbers, found = tariffs["displaces"].tolist(), tariffs.index.tolist(), []
    for case, rows in winners(plan.instance, cases).groupby("case"):
        key = tuple(entered.iloc[int(str(case))])
        won = list(zip(rows["programme"].tolist(), rows["row"].tolist(), strict=True))
        standing = [(name, row) for name, row in won if (*key, name) in charged]
        for name, row in won:
            if (name, row) not in standing:
                by = [other for other, its in standing if name in lists[its].split(";")]
                found.append((*key, name, f"{file}:{numbers[row]}", " and ".join(by)))
    return pd.DataFrame(found, columns=[*keys, "programme", "row", "by"])


def unclaimed(plan: Plan) -> pd.DataFrame:
    """What claimed entries would have paid in duty without the claim: ENTRY, agreement, normal_duty (money)."""
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
    programme = claimed.groupby([*flow, "agreement"])["programme"].transform("first")
    one = claimed[claimed["programme"] == programme]
    columns = ["importer", "country_of_origin", "agreement", "value_per_unit", "quantity"]
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
    paid = charges(plan.instance, crossings)
    duty = paid[paid["programme"].str.startswith("duty:")]
    a_unit = np.bincount(duty["arc"].to_numpy(dtype=np.int64), duty["amount"], len(each))
    return each[[*ENTRY, "agreement"]].assign(normal_duty=a_unit * each["quantity"])


def _dates(plan: Plan, entered: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    periods = {name: t for t, name in enumerate(plan.instance.settings.horizon.periods)}
    return np.asarray(duty_dates(plan.instance)[entered["period"].map(periods).to_numpy(dtype=np.int64)])
