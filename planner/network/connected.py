"""The network once everything is connected and bounded, by number."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.network.bounds import Eaten, Useful
from planner.network.flows import Flows
from planner.network.goods import Sources
from planner.network.parts import Parts
from planner.network.production import Production
from planner.network.reach import Reach
from planner_models.arrays import Flags, Floats


@dataclass(frozen=True, slots=True)
class Network:
    """Everything that can come from a source and reach a market; `Data` is read off it."""

    parts: Parts
    reach: Reach
    sources: Sources
    flows: Flows
    useful: Useful
    eaten: Eaten
    needed: Floats  # [locations, times] capacity units that can be of use
    made: Production
    arcs: pd.DataFrame
    charges: pd.DataFrame  # as from `duties.charges`
    inbound: pd.DataFrame  # as from `entries`
    reached: Flags  # [demands]
