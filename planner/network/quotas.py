"""Tariff-rate quotas: which arcs enter under each, and what a unit above it costs more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.joins import number
from planner.network.parts import Parts
from planner_models.arrays import Ints
from planner_models.data import Charges
from planner_models.trade_data import Quotas


def quotas(parts: Parts, charged: pd.DataFrame, charges: Charges, time: Ints) -> Quotas:
    """The table of the model, of charges as from `duties.charges`; `time` is that of each arc."""
    regime_row = np.append(parts.regimes.rows["row"].to_numpy(dtype=np.int64), -1)
    # where a unit above the quota pays no more (a ceiling, a regime), nothing has to be counted
    under = np.flatnonzero(charged["over_amount"] > charged["amount"])
    rows = charged.iloc[under]
    row, arc = (rows[name].to_numpy(dtype=np.int64) for name in ("row", "arc"))
    quota, first = number(row, time[arc])
    return Quotas(
        row=row[first],
        time=time[arc[first]],
        quantity=parts.instance.tables["tariffs"]["quota"].to_numpy(dtype=np.float64)[row[first]],
        over_quota=quota,
        over_arc=arc,
        over_programme=charges.programme[under],
        over_amount=(rows["over_amount"] - rows["amount"]).to_numpy(dtype=np.float64),
        over_rate=rows["over_rate"].to_numpy(dtype=np.float64),
        over_reduced_by=regime_row[rows["over_reduced_by"].to_numpy(dtype=np.int64)],
    )
