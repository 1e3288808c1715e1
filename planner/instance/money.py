"""Exchange rates, and the defaults of cells that refer to other cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MONEY_MEASURES = ("spend", "capex")
Floats = NDArray[np.float64]


def row_rates(frame: pd.DataFrame, currencies: pd.DataFrame) -> Floats:
    """Instance currency for one unit of the currency of each row; 1 where the row has none of its own."""
    if "currency" not in frame or not (frame["currency"].to_numpy(dtype=np.object_) != "").any():
        return np.ones(len(frame))
    rates = dict(zip(currencies["currency"].tolist(), currencies["rate"].tolist(), strict=True))
    return frame["currency"].map(rates).fillna(1.0).to_numpy(dtype=np.float64)


def in_instance_currency(tables: Mapping[str, pd.DataFrame], table: str, column: str) -> Floats:
    """The column in the instance currency; policy limits are converted only where they limit money."""
    frame = tables[table]
    rates = row_rates(frame, tables["currencies"])
    if table == "policies" and column in ("min", "max"):
        rates = np.where(frame["measure"].isin(MONEY_MEASURES), rates, 1.0)
    figures: Floats = frame[column].to_numpy(dtype=np.float64) * rates
    return figures


def fill_from_other_cells(given: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with blank cells filled whose default stands elsewhere.

    Countries of origin come from the location; declared values from the item, in the currency of the row
    that they are filled into; net_cost from customs_value. A warehouse makes nothing that would have any of them.
    """
    tables = dict(given)
    sites = given["locations"]
    warehouses = sites.loc[sites["role"] == "warehouse", "location"]
    places = given["locations"].drop_duplicates("location").set_index("location")["country"]
    for name in ("offers", "production", "inventory"):
        frame = given[name]
        tables[name] = frame.assign(
            origin=frame["origin"].where(frame["origin"] != "", _looked_up(frame, places))
        )
    items = given["items"].drop_duplicates("item")
    values = pd.Series(
        items["customs_value"].to_numpy() * row_rates(items, given["currencies"]),
        index=items["item"].to_numpy(),
    )
    production = tables["production"]
    declared = _declared(production["customs_value"], production, values, given["currencies"])
    filled = production.assign(customs_value=declared, net_cost=production["net_cost"].fillna(declared))
    handles = given["production"]["location"].isin(warehouses)
    tables["production"] = filled.where(~handles, given["production"]) if handles.any() else filled
    stock = tables["inventory"]
    initial = _declared(stock["initial_value"], stock, values, given["currencies"])
    tables["inventory"] = stock.assign(initial_value=initial)
    return tables


def _looked_up(frame: pd.DataFrame, places: pd.Series) -> pd.Series:
    return frame["location"].map(places).astype("object").fillna("").astype("str")


def _declared(
    figures: pd.Series, frame: pd.DataFrame, values: pd.Series, currencies: pd.DataFrame
) -> pd.Series:
    return figures.fillna(frame["item"].map(values) / row_rates(frame, currencies))
