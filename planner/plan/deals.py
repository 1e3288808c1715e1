"""What the rows of offers, recipes and stock say of a good in the period in which it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance.check_rows import STOCK_DEALS

if TYPE_CHECKING:
    from planner.instance import Instance

KEYS = ["location", "item", "deal"]


def deal_terms(instance: Instance, asked: pd.DataFrame) -> pd.DataFrame:
    """Country of origin (`origin`) and value of a unit (`value`, instance currency) of goods, by their deal.

    It is that of the deal's row in the period, or of its latest earlier row (goods from stock).

    Args:
        instance: its tables `offers`, `production`, `inventory`.
        asked: t (period), location, item, deal.

    Returns:
        A row for each row of `asked`, in its order; blank where there is no such deal.
    """
    known = pd.concat([part for part in _deals(instance) if len(part)], ignore_index=True)
    wanted = asked[["t", *KEYS]].reset_index(drop=True).assign(position=np.arange(len(asked)))
    for column in KEYS:
        wanted[column] = wanted[column].astype("str")
        known[column] = known[column].astype("str")
    known["t"], wanted["t"] = known["t"].astype(np.int64), wanted["t"].astype(np.int64)
    found = pd.merge_asof(wanted.sort_values("t"), known.sort_values("t"), on="t", by=KEYS)
    return found.set_index("position")[["origin", "value"]].sort_index()


def _deals(instance: Instance) -> list[pd.DataFrame]:
    """Rows of all deals by period: t, location, item, deal, origin, value."""
    from planner.instance import by_period  # noqa: PLC0415 - pandas work that only some tables need

    found = []
    for table, deal, value in (
        ("offers", "contract", "unit_cost"),
        ("production", "recipe", "customs_value"),
    ):
        rows = by_period(instance, table).rename(columns={deal: "deal"})
        money = instance.money(table, value)[rows["row_position"].to_numpy(dtype=np.int64)]
        found.append(rows.assign(value=money)[["t", *KEYS, "origin", "value"]])
    stocked = instance.tables["inventory"].assign(t=0, value=instance.money("inventory", "initial_value"))
    found += [stocked.assign(deal=deal)[["t", *KEYS, "origin", "value"]] for deal in STOCK_DEALS]
    return found
