"""What a case with scenarios is weighed by: `weighed(case, seed)`.

Weights of the penalty, risk of countries, strategic stock, days for which events hold, and the scenarios in which
the policies do.
"""

from __future__ import annotations

from copy import deepcopy
from random import Random

from tests.laws.random_instances import Case


def weighed(case: Case, seed: int) -> Case:
    """The case with a penalty; `seed` as ever."""
    rng, tables, settings = Random(f"resilience {seed}"), deepcopy(case.tables), deepcopy(case.settings)
    settings["resilience"] = {
        "cvar_weight": rng.choice((0.0, 0.5)),
        "cvar_alpha": rng.choice((0.5, 0.9)),
        "exposure_weight": rng.choice((0.0, 0.3)),
        "concentration_weight": rng.choice((0.0, 0.2)),
        "concentration_by": rng.choice(("location", "country")),
    }
    for row in tables.get("countries", ()):
        row["risk"] = rng.choice((0, 0.2, 0.7))
    for row in tables.get("inventory", ()):
        if rng.random() < 0.6:
            row |= {"buffer_max": rng.randint(5, 40), "buffer_cost": rng.choice((0, 0.5))}
    for row in tables.get("events", ()):
        if row.get("op", "multiply") == "multiply" and row["field"] != "in_force" and rng.random() < 0.3:
            row["days"] = rng.choice((5, 30))
    names = [row["scenario"] for row in tables.get("scenarios", ())]
    for row in tables.get("policies", ()):
        row["scenario"] = rng.choice(("base", "all", "expected", *names))
    return Case(tables, settings)
