"""Periods: what a unit of money in each is worth today, and the day at which tariffs are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner_models.data import Periods

if TYPE_CHECKING:
    from planner.instance import Instance


def periods(instance: Instance) -> Periods:
    r"""The periods of the base scenario, discounted to the base date.

    .. math:: discount_t = (1 + r)^{-(start_t - base\_date) / 365}
    """
    settings = instance.settings
    horizon, base = settings.horizon, settings.instance.base_date or settings.horizon.starts[0]
    days = np.array([(start - base).days for start in horizon.starts], dtype=np.float64)
    count = len(horizon.periods)
    return Periods(
        name=tuple(horizon.periods),
        days=horizon.days_per_period,
        discount=(1 + horizon.discount_rate) ** (-days / 365),
        scenario_name=("base",),
        time_period=np.arange(count, dtype=np.int64),
        time_scenario=np.zeros(count, dtype=np.int64),
        time_weight=np.ones(count),
    )


def duty_dates(instance: Instance) -> NDArray[np.datetime64]:
    """The day at which the tariffs, fees and agreements of each period are read [periods]."""
    settings = instance.settings
    fixed = settings.instance.duty_date
    days = [fixed or start for start in settings.horizon.starts]
    return np.array(days, dtype="datetime64[s]")
