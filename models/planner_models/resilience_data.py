"""What the model needs to know of resilience: service levels, the tail of costs, exposure and concentration."""

from __future__ import annotations

from dataclasses import dataclass

from planner_models.arrays import Floats, Ints, Names


@dataclass(frozen=True, slots=True)
class Services:
    """SERVICES: (scenario, item) of which a share of the demand has to be met, and SERVED: what may be short of it."""

    scenario: Names
    item: Names
    quantity: Floats  # units that may be short
    served_service: Ints  # [served]
    served_demand: Ints  # [served]


@dataclass(frozen=True, slots=True)
class Tails:
    """TAILS: scenarios of which an operating cost above the threshold counts, and LIVED: their times.

    There are none where the tail has no weight.
    """

    scenario: Names
    share: Floats  # probability / (1 - alpha)
    upper: Floats  # money: the most by which the cost of the scenario can exceed the threshold
    lived_tail: Ints  # [lived]
    lived_time: Ints  # [lived]
    threshold_lower: Floats  # [0 or 1] money: the least operating cost of any scenario
    threshold_upper: Floats  # [0 or 1] money: the largest
    weight: Floats  # [0 or 1] of CVaR less the mean, in the objective


@dataclass(frozen=True, slots=True)
class Exposures:
    """EXPOSED_ARCS and EXPOSED_RUNS: money spent in countries, by their risk, and weighted."""

    arc: Ints  # [exposed arcs]
    arc_cost: Floats  # [exposed arcs] money a unit
    run: Ints  # [exposed runs]
    run_cost: Floats  # [exposed runs] money a unit


@dataclass(frozen=True, slots=True)
class Spreads:
    """SPREADS: (item, source or country, time) of which the share of the reference volume counts by its square.

    SPREAD_ARCS and SPREAD_RUNS add to the volume of one.
    """

    item: Names
    source: Names
    time: Ints
    volume: Floats  # units: the reference volume
    cost: Floats  # money for a square of 1, weighted
    upper: Floats  # largest share
    arc: Ints  # [spread arcs]
    arc_spread: Ints  # [spread arcs]
    run: Ints  # [spread runs]
    run_spread: Ints  # [spread runs]
