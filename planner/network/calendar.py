"""Periods: what a unit of money in each is worth today, and the day at which tariffs are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.network.times import Times
from planner_models.data import Periods

if TYPE_CHECKING:
    from planner.instance import Instance


def periods(instance: Instance, times: Times) -> Periods:
    r"""The periods, discounted to the base date, and the times.

    .. math:: discount_t = (1 + r)^{-(start_t - base\_date) / 365}
    """
    settings = instance.settings
    horizon, base = settings.horizon, settings.instance.base_date or settings.horizon.starts[0]
    days = np.array([(start - base).days for start in horizon.starts], dtype=np.float64)
    return Periods(
        name=tuple(horizon.periods),
        days=horizon.days_per_period,
        discount=(1 + horizon.discount_rate) ** (-days / 365),
        scenario_name=times.scenario_name,
        time_period=times.period,
        time_scenario=times.scenario,
        time_weight=times.weight,
    )


def duty_dates(instance: Instance) -> NDArray[np.datetime64]:
    """The day at which the tariffs, fees and agreements of each period are read [periods]."""
    settings = instance.settings
    fixed = settings.instance.duty_date
    days = [fixed or start for start in settings.horizon.starts]
    return np.array(days, dtype="datetime64[s]")
