"""Facilities: opening, closing, set-up time, expansion, capacity."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Figures


def opening_balance(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Tie each option's state to its openings and closings.

    .. math:: open_{o,t} - open_{o,t-1} = opening_{o,t} - closing_{o,t}

    Before the first period, open is the initial status. Row [1]; dual [money]: none of use, the row is design.
    Source: own formulation.
    """
    del data

    @m.Rows(m.DECIDED_OPTIONS, m.PERIODS)
    def opening_balance(m, option, period):
        before = m.open_before[option, period] + sum(m.open[option, b] for b in m.BEFORE[period])
        return m.open[option, period] - before == m.opening[option, period] - m.closing[option, period]


def opening_opens(m: pyo.ConcreteModel, data: Data) -> None:
    r"""An opened option is open.

    .. math:: opening_{o,t} \le open_{o,t}

    Row [1]; dual [money]: none of use. Keeps a plan from opening and closing at once for the sake of a policy.
    Source: own formulation.
    """
    del data

    @m.Rows(m.DECIDED_OPTIONS, m.PERIODS)
    def opening_opens(m, option, period):
        return m.opening[option, period] <= m.open[option, period]


def opening_from_closed(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Only a closed option can be opened.

    .. math:: opening_{o,t} \le 1 - open_{o,t-1}

    Row [1]; dual [money]: none of use. Source: own formulation.
    """
    del data

    @m.Rows(m.DECIDED_OPTIONS, m.PERIODS)
    def opening_from_closed(m, option, period):
        before = m.open_before[option, period] + sum(m.open[option, b] for b in m.BEFORE[period])
        return m.opening[option, period] + before <= 1


def one_option(m: pyo.ConcreteModel, data: Data) -> None:
    r"""A location is open in one option, but for an expansion that is being set up beside the old one.

    .. math:: \sum_{o \in O_f} open_{o,t} \le 1 + \sum_{x \in X_f} \sum_{t-s_x < b \le t} opening_{x,b}

    Row [options]; dual [money]: worth of a second option. Source: own formulation.
    """
    del data

    @m.Rows(m.FACILITIES_WITH_CHOICE, m.PERIODS)
    def one_option(m, facility, period):
        growing = sum(m.opening[x, b] for x in m.EXPANSIONS_AT[facility] for b in m.SET_UP_WINDOW[x, period])
        return sum(m.open[option, period] for option in m.OPTIONS_OF[facility]) <= 1 + growing


def usable_needs_open(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Only an open option is usable.

    .. math:: usable_{o,t} \le open_{o,t}

    Row [1]; dual [money]: worth of using without opening. Source: own formulation.
    """
    del data

    @m.Rows(m.DECIDED_OPTIONS, m.PERIODS)
    def usable_needs_open(m, option, period):
        return m.usable[option, period] <= m.open[option, period]


def usable_when_set_up(m: pyo.ConcreteModel, data: Data) -> None:
    r"""An open option that is set up is usable: stock is not lost by declining to use it.

    .. math:: usable_{o,t} \ge open_{o,t} - \sum_{t-s_o < b \le t} opening_{o,b}

    Row [1]; dual [money]: worth of losing stock. Source: own formulation.
    """
    del data

    @m.Rows(m.DECIDED_OPTIONS, m.PERIODS)
    def usable_when_set_up(m, option, period):
        growing = sum(m.opening[option, b] for b in m.SET_UP_WINDOW[option, period])
        return m.usable[option, period] >= m.open[option, period] - growing


def set_up_time(m: pyo.ConcreteModel, data: Data) -> None:
    r"""An option opened in the last setup_periods is not usable yet.

    .. math:: usable_{o,t} + \sum_{t-s_o < b \le t} opening_{o,b} \le 1

    Row [1]; dual [money]: worth of a shorter set-up. Source: own formulation.
    """
    del data

    @m.Rows(m.SLOW_OPTIONS, m.PERIODS)
    def set_up_time(m, option, period):
        return (
            m.usable[option, period] + sum(m.opening[option, b] for b in m.SET_UP_WINDOW[option, period]) <= 1
        )


def expansion_start(m: pyo.ConcreteModel, data: Data) -> None:
    r"""An expansion starts from its old option, open in the period before or at the start.

    .. math:: opening_{x,t} \le open_{e(x),t-1}

    Row [1]; dual [money]: worth of expanding from nothing. Source: own formulation, instance format `expands`.
    """
    del data

    @m.Rows(m.EXPANSIONS, m.PERIODS)
    def expansion_start(m, option, period):
        old = m.expands[option]
        return m.opening[option, period] <= m.open_before[old, period] + sum(
            m.open[old, b] for b in m.BEFORE[period]
        )


def expansion_base(m: pyo.ConcreteModel, data: Data) -> None:
    r"""While an expansion is set up its old option stays open and usable.

    .. math:: \sum_{t-s_x < b \le t} opening_{x,b} \le usable_{e(x),t}

    Row [1]; dual [money]: cost of keeping the old option. Source: own formulation.
    """
    del data

    @m.Rows(m.EXPANSIONS, m.PERIODS)
    def expansion_base(m, option, period):
        growing = sum(m.opening[option, b] for b in m.SET_UP_WINDOW[option, period])
        return growing <= m.usable[m.expands[option], period]


def expansion_kept(m: pyo.ConcreteModel, data: Data) -> None:
    r"""An expansion is not closed before it has become usable.

    .. math:: \sum_{t-s_x \le b \le t} opening_{x,b} \le open_{x,t}

    Row [1]; dual [money]: none of use. Source: own formulation.
    """
    del data

    @m.Rows(m.EXPANSIONS, m.PERIODS)
    def expansion_kept(m, option, period):
        growing = sum(m.opening[option, b] for b in m.SET_UP_WINDOW[option, period])
        grown = sum(m.opening[option, b] for b in m.USABLE_FROM[option, period])
        return growing + grown <= m.open[option, period]


def reopened_once(m: pyo.ConcreteModel, data: Data) -> None:
    r"""An option open at the start earns its residual value only if it was opened again.

    .. math:: reopened_o \le \sum_t opening_{o,t}

    Row [1]; dual [money]: residual value. Source: own formulation, instance format `residual_share`.
    """
    del data

    @m.Rows(m.REOPENED)
    def reopened_once(m, option):
        return m.reopened[option] <= sum(m.opening[option, t] for t in m.PERIODS)


def reopened_open(m: pyo.ConcreteModel, data: Data) -> None:
    r"""... and is open in the last period T.

    .. math:: reopened_o \le open_{o,T}

    Row [1]; dual [money]: residual value. Source: own formulation, instance format `residual_share`.
    """
    del data

    @m.Rows(m.REOPENED, m.LAST_PERIOD)
    def reopened_open(m, option, last):
        return m.reopened[option] <= m.open[option, last]


def facility_capacity(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Keep what a facility makes, or passes out, within the capacity of its usable option.

    .. math:: \sum_{r \in R_{f,w}} use_r\, run_r + \sum_{a \in A_{f,w}} use_a\, flow_a
              \le \sum_{o \in O_f} capacity_{o,w}\, usable_{o,t(w)}

    Row [capacity units/period]; dual [money/capacity unit]: worth of one more. Source: own formulation.
    """
    m.run_capacity_use = Figures(m.RUNS, values=data.runs.capacity_use)
    m.arc_capacity_use = Figures(m.ARCS, values=data.arcs.capacity_use)
    m.option_capacity = Figures(m.OPTIONS, m.TIMES, values=data.options.capacity)

    @m.Rows(m.FACILITIES, m.TIMES)
    def facility_capacity(m, facility, time):
        made = sum(m.run_capacity_use[r] * m.run[r] for r in m.RUNS_IN[facility, time])
        passed = sum(m.arc_capacity_use[a] * m.flow[a] for a in m.ARCS_THROUGH[facility, time])
        period = m.period_of[time]
        return made + passed <= sum(
            m.option_capacity[o, time] * m.usable[o, period] for o in m.OPTIONS_OF[facility]
        )


def option_use(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Book the capacity used to options, where their emissions differ.

    .. math:: \sum_{u \in U_m} used_u = \sum_{r \in R_m} use_r\, run_r + \sum_{a \in A_m} use_a\, flow_a

    A meter m is a facility at a time, for the items that no policy on emissions tells apart.
    Row [capacity units/period]; dual [money/capacity unit]: carbon cost. Source: own formulation.
    """
    del data

    @m.Rows(m.METERS)
    def option_use(m, meter):
        made = sum(m.run_capacity_use[r] * m.run[r] for r in m.RUNS_METERED[meter])
        passed = sum(m.arc_capacity_use[a] * m.flow[a] for a in m.ARCS_METERED[meter])
        return sum(m.used[u] for u in m.USES_OF[meter]) == made + passed


def option_use_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Book capacity only to the usable option.

    .. math:: used_u \le capacity_u\, usable_{o(u),t(u)}

    Row [capacity units/period]; dual [money/capacity unit]: carbon saved by the better option.
    Source: own formulation.
    """
    m.use_upper = Figures(m.USES, values=data.uses.upper)

    @m.Rows(m.USES)
    def option_use_link(m, use):
        return m.used[use] <= m.use_upper[use] * m.usable[m.option_of_use[use], m.period_of[m.use_time[use]]]


def usable_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Move nothing through a facility that is not usable, where no capacity says so.

    .. math:: \sum_{a \in A_l} flow_a + \sum_{r \in R_l} run_r \le bound_l \sum_{o \in O_f} usable_{o,t}

    For links with an arc or run that uses no capacity, or with an arc that leaves the stock of a plant.
    Row [units/period]; dual [money/unit]: worth of using without opening. Source: own formulation.
    """
    m.plant_bound = Figures(m.PLANT_LINKS, values=data.links.plant_bound)

    @m.Rows(m.FIRM_PLANT_LINKS)
    def usable_link(m, link):
        return _moved(m, link) <= m.plant_bound[link] * _usable(m, link)


def plant_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Nothing into a demand, or from a run, of a facility that is not usable: the disaggregated capacity.

    .. math:: \sum_{a \in A_l} flow_a + \sum_{r \in R_l} run_r \le bound_l \sum_{o \in O_f} usable_{o,t}

    Implied by `facility_capacity` for whole designs, so rows are added only where the LP violates them.
    Row [units/period]; dual [money/unit]: worth of using without opening.
    Source: Balinski 1965, strong formulation of facility location.
    """
    del data

    @m.Rows(m.LAZY_PLANT_LINKS)
    def plant_link(m, link):
        return _moved(m, link) <= m.plant_bound[link] * _usable(m, link)


def _moved(m: Any, link: Any) -> Any:
    return sum(m.flow[a] for a in m.ARCS_PLANT_LINKED[link]) + sum(
        m.run[r] for r in m.RUNS_PLANT_LINKED[link]
    )


def _usable(m: Any, link: Any) -> Any:
    facility, period = m.plant_link_facility[link], m.plant_link_period[link]
    return sum(m.usable[o, period] for o in m.OPTIONS_OF[facility])
