"""Index sets and groups of trade: criteria of origin, regimes, reliefs, quotas. As in `indices`."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Figures, Groups, positions, subset
from planner_models.trade_data import REGIONAL_VALUE, TARIFF_SHIFT


def trade_sets(m: pyo.ConcreteModel, data: Data) -> None:
    """The index sets of the families in `trade`."""
    _origin(m, data)
    _regimes(m, data)
    _quotas(m, data)
    _reliefs(m, data)


def _origin(m: pyo.ConcreteModel, data: Data) -> None:
    criteria = data.criteria
    m.CRITERIA = positions(len(criteria.run))
    m.CONTENT_CRITERIA = subset(criteria.measure == REGIONAL_VALUE)
    m.SHIFT_CRITERIA = subset(criteria.measure == TARIFF_SHIFT)
    m.run_tested = Figures(m.CRITERIA, values=criteria.run)
    m.CONTENTS = positions(len(criteria.content_feed))
    m.CONTENTS_OF = Groups.by([m.CRITERIA], [criteria.content_criterion], (len(criteria.run),))
    m.content_feed = Figures(m.CONTENTS, values=criteria.content_feed)


def _regimes(m: pyo.ConcreteModel, data: Data) -> None:
    m.REGIMES = positions(len(data.regimes.period))
    m.REGIMES_IN = Groups.by([m.PERIODS], [data.regimes.period], (len(data.periods.name),))
    m.regime_of_arc = Figures(m.ARCS, values=data.arcs.regime)
    m.REDUCED_ARCS = subset(data.arcs.regime >= 0)


def _quotas(m: pyo.ConcreteModel, data: Data) -> None:
    quotas, programmes = data.quotas, len(data.charges.programme_name)
    m.QUOTAS = positions(len(quotas.time))
    m.OVERS = positions(len(quotas.over_arc))
    m.OVERS_UNDER = Groups.by([m.QUOTAS], [quotas.over_quota], (len(quotas.time),))
    m.over_arc = Figures(m.OVERS, values=quotas.over_arc)
    m.OVERS_OF = Groups.by(
        [m.PROGRAMMES, m.TIMES],
        [quotas.over_programme, data.arcs.time[quotas.over_arc]],
        (programmes, len(data.periods.time_period)),
    )


def _reliefs(m: pyo.ConcreteModel, data: Data) -> None:
    reliefs, count = data.reliefs, len(data.reliefs.relieved_place)
    m.RELIEFS = positions(len(reliefs.relieved))
    m.regime_of_relief = Figures(m.RELIEFS, values=reliefs.regime)
    m.PAID_RELIEFS = subset(reliefs.regime >= 0)
    m.COVERED = positions(len(reliefs.covered_feed))
    m.COVERED_BY = Groups.by([m.RELIEFS], [reliefs.covered_relief], (len(reliefs.relieved),))
    m.covered_feed = Figures(m.COVERED, values=reliefs.covered_feed)
    m.ENTERED = positions(len(reliefs.entered_feed))
    m.entered_feed = Figures(m.ENTERED, values=reliefs.entered_feed)
    relieved = positions(count)
    m.RELIEVED = relieved
    m.RELIEVED_TWICE = subset(np.bincount(reliefs.relieved, minlength=count) > 1)
    limited = np.where(reliefs.lesser_of_two, reliefs.relieved, -1)
    m.LESSER_OF_TWO = subset(np.isin(np.arange(count), limited))
    m.ENTERED_FOR = Groups.by([m.RELIEVED], [reliefs.entered_relieved], (count,))
    m.RELIEFS_OF = Groups.by([m.RELIEVED], [reliefs.relieved], (count,))
    m.LIMITED_RELIEFS_OF = Groups.by([m.RELIEVED], [limited], (count,))
    of_place = np.full(len(data.places.time) + 1, -1)
    of_place[reliefs.relieved_place] = np.arange(count)
    of_arc = of_place[data.arcs.from_place]
    duty = np.array([name.startswith("duty:") for name in data.charges.programme_name], dtype=bool)
    paid = np.where(duty[data.charges.programme], of_arc[data.charges.arc], -1)
    m.DUTIES_OF_RELIEVED = Groups.by([m.RELIEVED], [paid], (count,))
    m.OVERS_OF_RELIEVED = Groups.by([m.RELIEVED], [of_arc[data.quotas.over_arc]], (count,))
    period = data.places.time[reliefs.relieved_place][reliefs.relieved]
    m.RELIEFS_AT = Groups.by([m.TIMES], [period], (len(data.periods.time_period),))
