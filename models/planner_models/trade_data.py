"""What the model needs to know of trade: rules of origin, duty regimes, quotas. Conventions as in `data`."""

from __future__ import annotations

from dataclasses import dataclass

from planner_models.arrays import Flags, Floats, Ints, Names


@dataclass(frozen=True, slots=True)
class Criteria:
    """CRITERIA: what a run with a status must keep to, and CONTENTS: the feeds that count against it."""

    run: Ints
    measure: Ints  # REGIONAL_VALUE or TARIFF_SHIFT below
    allowance: Floats  # money of counted feed a unit made
    content_criterion: Ints  # [contents]
    content_feed: Ints  # [contents]
    content_value: Floats  # [contents] money a unit fed


REGIONAL_VALUE, TARIFF_SHIFT = 0, 1


@dataclass(frozen=True, slots=True)
class Regimes:
    """REGIMES: a duty regime of a plant that costs something to use in a period (design)."""

    location: Names
    programme: Names
    period: Ints
    fixed_cost: Floats  # money if used
    row: Ints  # position in the relief table


@dataclass(frozen=True, slots=True)
class Reliefs:
    """RELIEFS: duty on inputs that a regime gives back on a good of a class; RELIEVED: those goods, at a time.

    COVERED are the feeds whose duty a relief may give back, ENTERED those whose whole duty all reliefs of a good
    share: only where there are several.
    """

    relieved: Ints
    row: Ints  # position in the relief table
    regime: Ints  # its row in REGIMES; none where it is free
    rate: Floats  # share of the covered duty
    upper: Floats  # money
    lesser_of_two: Flags  # at most the duty that the good itself pays
    relieved_place: Ints  # [relieved] output of the plant
    covered_relief: Ints  # [covered]
    covered_feed: Ints  # [covered]
    covered_duty: Floats  # [covered] money a unit fed
    entered_relieved: Ints  # [entered]
    entered_feed: Ints  # [entered]
    entered_duty: Floats  # [entered] money a unit fed


@dataclass(frozen=True, slots=True)
class Quotas:
    """QUOTAS: a tariff row with a quota, at a time; OVERS: an arc that enters under it, or above it for more."""

    row: Ints  # position in the tariffs table
    time: Ints
    quantity: Floats  # units
    over_quota: Ints  # [overs]
    over_arc: Ints  # [overs]
    over_programme: Ints  # [overs] row of PROGRAMMES
    over_amount: Floats  # [overs] money a unit on top of what is charged within the quota
    over_rate: Floats  # [overs] share of value charged above the quota
    over_reduced_by: Ints  # [overs] position in the relief table of the regime that lowered it
