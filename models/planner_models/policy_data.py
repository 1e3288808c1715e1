"""What the model needs to know of policies: rows, the terms that they sum over, and suppliers that count."""

from __future__ import annotations

from dataclasses import dataclass

from planner_models.arrays import Flags, Floats, Ints, Names


@dataclass(frozen=True, slots=True)
class Counts:
    """COUNTS: (supplier, item, period) that may count from a threshold, and COUNTED: the arcs that add to each."""

    location: Names
    item: Names
    period: Ints
    share: Floats  # min_share: of the reference volume of the item
    threshold: Floats  # units that make it count: share x reference volume
    bound: Floats  # units: the largest useful volume
    capped: Flags  # under a maximum: a pair that does not count stays at or below the threshold
    counted_count: Ints  # [counted] row of COUNTS
    counted_arc: Ints  # [counted]


@dataclass(frozen=True, slots=True)
class Terms:
    """Members of a policy row: (row, member, weight); the meaning of member is given by the name of the field."""

    row: Ints
    member: Ints
    weight: Floats


@dataclass(frozen=True, slots=True)
class Policies:
    """POLICY_ROWS, grouped by measure, and RULES: (policy, sense, period) that share one violation.

    `sense` is 1 for a maximum and -1 for a minimum; a row says
    sense x (sum of `who` terms - share x sum of `whole` terms) <= sense x limit + violation.
    For a share `limit` is 0; for everything else `share` is 0 (fill_rate is written over shortages).
    """

    measure: Names  # [rows]
    rule: Ints  # [rows]
    sense: Floats  # [rows]
    limit: Floats  # [rows]
    share: Floats  # [rows]
    rule_policy: Names  # [rules]
    rule_sense: Floats  # [rules]
    rule_period: Ints  # [rules] none: over the horizon
    rule_scenario: Names  # [rules]
    rule_penalty: Floats  # [rules] money a unit of violation; nan = hard
    rule_upper: Floats  # [rules] largest possible violation
    flow: Terms  # arcs
    run: Terms
    unused: Terms  # offers
    short: Terms  # demands
    use: Terms  # uses
    opening: Terms  # option x periods + period
    open: Terms  # option x periods + period
    qualify: Terms  # supplier x periods + period
    count: Terms
    whole_flow: Terms
    whole_run: Terms
    whole_unused: Terms
