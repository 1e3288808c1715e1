"""Tables of duty regimes: what they give back, and which are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.plan.columns import frame
from planner.plan.labels import DUST, period_of, pick, real, scenario_of, total
from planner.plan.trade_tables import duty_paid
from planner_models.arrays import Floats
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome


def relief(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:
    """`relief.csv`: a row for every good of a class and regime that could give duty back on it; undiscounted."""
    reliefs, given, feed = data.reliefs, outcome.values["relief"], outcome.values["feed"]
    covered = total(reliefs.covered_relief, reliefs.covered_duty * feed[reliefs.covered_feed], len(given))
    rows = np.flatnonzero(covered > DUST)
    place = reliefs.relieved_place[reliefs.relieved[rows]]
    good, time = data.places.good[place], data.places.time[place]
    paid = output_duty(data, outcome)[reliefs.relieved[rows]]
    table = instance.tables["relief"]
    return frame(
        "relief",
        {
            "scenario": scenario_of(data, time),
            "period": period_of(data, time),
            "location": pick(data.places.location, place),
            "item": pick(data.goods.item, good),
            "recipe": pick(data.goods.deal, good),
            "status": pick(data.goods.status, good),
            "class": pick(data.goods.destination_class, good),
            "programme": pick(table["programme"].tolist(), reliefs.row[rows]),
            "kind": pick(table["kind"].tolist(), reliefs.row[rows]),
            "covered_duty": covered[rows],
            "rate": reliefs.rate[rows],
            "limit": reliefs.rate[rows] * covered[rows],
            "output_duty": np.where(reliefs.lesser_of_two[rows], paid, np.nan),
            "relief": given[rows],
            "row": [f"relief.csv:{row + 2}" for row in reliefs.row[rows].tolist()],
        },
    )


def output_duty(data: Data, outcome: Outcome) -> Floats:
    """Duty that each relieved good pays where it goes, undiscounted money [relieved]."""
    of_place = np.full(len(data.places.good) + 1, -1)
    of_place[data.reliefs.relieved_place] = np.arange(len(data.reliefs.relieved_place))
    return total(of_place[data.arcs.from_place], duty_paid(data, outcome), len(data.reliefs.relieved_place))


def regimes(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`regimes.csv`: a row for every regime with a fixed cost that is used in a period."""
    known, rows = data.regimes, real(np.rint(outcome.values["regime"]))
    return frame(
        "regimes",
        {
            "location": pick(known.location, rows),
            "programme": pick(known.programme, rows),
            "period": pick(data.periods.name, known.period[rows]),
            "used": np.ones(len(rows)),
            "fixed_cost": known.fixed_cost[rows],
            "row": [f"relief.csv:{row + 2}" for row in known.row[rows].tolist()],
        },
    )
