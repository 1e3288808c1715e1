"""Capacity used by option, where the options of a facility emit differently."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.bounds import option_capacity
from planner.network.codes import texts
from planner.network.parts import Parts
from planner_models.arrays import Floats
from planner_models.data import Uses


def uses(parts: Parts, needed: Floats) -> pd.DataFrame:
    """The capacity to meter: option, location, t, upper (capacity units), emission (kg a capacity unit).

    Only where carbon has a price, or a policy counts emissions; `needed` [locations, periods].
    """
    instance, options = parts.instance, parts.facilities.options
    counted = (instance.tables["policies"]["measure"] == "emissions").any()
    wanted = counted or instance.settings.costs.carbon_price > 0
    located = options["location"].to_numpy(dtype=np.int64)
    differs = np.isnan(parts.facilities.emission[located]) & (options["status"] != "closed").to_numpy()
    option = np.flatnonzero(differs & bool(wanted))
    at, t = np.repeat(option, parts.codes.periods), np.tile(np.arange(parts.codes.periods), len(option))
    return pd.DataFrame(
        {
            "option": at.astype(np.int64),
            "location": texts(parts.codes.location[located[at]]),
            "t": t,
            "time": t,
            "upper": option_capacity(parts, needed)[at, t],
            "emission": options["emission"].to_numpy(dtype=np.float64)[at],
        }
    )


def uses_data(metered: pd.DataFrame, carbon_price: float) -> Uses:
    """The table of the model."""
    return Uses(
        option=metered["option"].to_numpy(dtype=np.int64),
        time=metered["t"].to_numpy(dtype=np.int64),
        upper=metered["upper"].to_numpy(dtype=np.float64),
        carbon=carbon_price * metered["emission"].to_numpy(dtype=np.float64),
    )
