"""What a row of a plan's tables weighs in the ledger: how probable it is, times the discount of its period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planner.network.calendar import periods
from planner.network.times import times

if TYPE_CHECKING:
    from planner.plan import Plan


class Worth:
    """Probability and discount of the rows of a plan's tables.

    Expected discounted money is what the ledger adds up, so sums of it agree with `plan.totals` to the cent.
    """

    def __init__(self, plan: Plan) -> None:
        self.times = times(plan.instance)
        known = periods(plan.instance, self.times)
        self._discount = dict(zip(known.name, known.discount.tolist(), strict=True))
        self._number = {
            (self.times.scenario_name[scenario], known.name[period]): number
            for number, (scenario, period) in enumerate(
                zip(self.times.scenario.tolist(), self.times.period.tolist(), strict=True)
            )
        }

    def time(self, table: pd.DataFrame) -> pd.Series[int]:
        """The number of the time of each row."""
        pairs = zip(table["scenario"], table["period"], strict=True)
        return pd.Series([self._number[pair] for pair in pairs], index=table.index, dtype="int64")

    def likely(self, table: pd.DataFrame) -> pd.Series[float]:
        """How probable it is that a row happens."""
        return pd.Series(self.times.weight[self.time(table)], index=table.index)

    def expected(self, table: pd.DataFrame) -> pd.Series[float]:
        """Expected discounted money for a unit of money in each row."""
        return self.likely(table) * table["period"].map(self._discount).astype(float)


def supplier_spend(plan: Plan) -> pd.Series[float]:
    """Expected discounted purchase and take-or-pay by supplier, the largest first: together those of the ledger."""
    deals = plan.contracts
    paid = (deals["volume"] + deals["unused"]) * deals["unit_cost"] * Worth(plan).expected(deals)
    spend = paid.groupby(deals["location"]).sum()
    return spend[spend > 0].sort_values(ascending=False)
