"""What a solve hands to the plan: values, duals and the ledger by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from planner.solve.arrays import Arrays, Solution
from planner.solve.compile import Compiled
from planner_models.costs import EXPRESSIONS, OPERATIONS
from planner_models.data import Data

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """The reported solution: the LP with the design of the plan rounded and fixed.

    `values` [units of the variable] by variable family over its whole parent table, 0 where no variable exists.
    `duals` [discounted money per unit of right-hand side] by constraint family over its parent table.
    `costs` [discounted money] by ledger component, per period (design) or time (operations, not weighted).
    """

    solution: Solution
    values: Mapping[str, Floats] = field(default_factory=dict)
    duals: Mapping[str, Floats] = field(default_factory=dict)
    costs: Mapping[str, Floats] = field(default_factory=dict)
    penalty: Mapping[str, float] = field(default_factory=dict)
    size: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)


def outcome_of(
    data: Data, compiled: Compiled, solution: Solution, seconds: Mapping[str, float] = MappingProxyType({})
) -> Outcome:
    """A solution by name, with its ledger; without a plan, only how it ended."""
    size = size_of(compiled.arrays)
    if not solution.found:
        return Outcome(solution, size=size, seconds=seconds)
    costs, penalty = costs_of(compiled, data, solution.x)
    return Outcome(
        solution=solution,
        values=values_of(compiled, solution.x),
        duals=duals_of(compiled, solution.row_dual),
        costs=costs,
        penalty=penalty,
        size=size,
        seconds=seconds,
    )


def values_of(compiled: Compiled, x: Floats) -> dict[str, Floats]:
    """The variable families as arrays of the shape of their parent tables."""
    values = {}
    for name, place in compiled.positions.items():
        flat = np.zeros(int(np.prod(place.shape)))
        flat[place.flat] = x[place.first : place.first + place.count]
        values[name] = flat.reshape(place.shape)
    return values


def duals_of(compiled: Compiled, row_dual: Floats) -> dict[str, Floats]:
    """The constraint families as arrays over their parent tables, 0 where no row exists."""
    duals = {}
    for name, first, last in compiled.arrays.row_families:
        axes = compiled.families.get(name)
        if axes is None:
            duals[name] = row_dual[first:last]
            continue
        whole = np.zeros(compiled.shapes[name])
        whole[tuple(axes)] = row_dual[first:last]
        duals[name] = whole
    return duals


def costs_of(compiled: Compiled, data: Data, x: Floats) -> tuple[dict[str, Floats], dict[str, float]]:
    """The ledger by component, and the penalty by part; both discounted as in the objective."""
    own, weight = x[: compiled.own_columns], data.periods.time_weight
    amounts = {name: matrix @ own + constant for name, (matrix, constant, _) in compiled.ledger.items()}
    none = np.zeros(0)
    penalty = {
        "tail": float(amounts.pop("tail_penalty", none).sum()),
        "exposure": float(amounts.pop("exposure", np.zeros(len(weight))) @ weight),
        "concentration": float(amounts.pop("concentration", none).sum()),
        "policies": float(amounts.pop("soft_policies", none).sum()),
    }
    times = len(data.periods.time_period)
    charged = amounts.pop("charge", np.zeros(0)).reshape(len(data.charges.programme_name), times)
    components = {expression: component for component, expression in EXPRESSIONS.items()}
    costs = {components.get(name, name): amount for name, amount in amounts.items()}
    costs.update(zip(data.charges.programme_name, charged, strict=True))
    operated = [part.__name__ for part in OPERATIONS] + list(data.charges.programme_name)
    # CVaR less the mean: what is above the threshold says nothing of the mean itself
    mean = sum(float(costs[name] @ weight) for name in operated if name in costs)
    penalty["tail"] -= float(data.tails.weight.sum()) * mean
    return costs, penalty


def size_of(arrays: Arrays) -> dict[str, int]:
    """Size of the model handed to HiGHS, lazy rows aside."""
    return {
        "variables": len(arrays.cost),
        "integers": int(arrays.integer.sum()),
        "constraints": len(arrays.row_lower),
        "nonzeros": len(arrays.data),
    }
