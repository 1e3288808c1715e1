"""Law: no bound cuts a plan. With bounds twenty times as wide the optimum stays what it is."""

from random import Random

import pytest

from planner.network import bounds, build
from planner.solve import SolveOptions, solve
from tests.planner.network.reading import instance

PLACES = {"supplier": "st", "plant": "pq", "warehouse": "vw", "market": "mn"}
BOM = """item,recipe,component,quantity
board,base,chip,4
board,alt,chip,3
tv,base,board,1
tv,alt,board,2
tv,alt,chip,1"""


def rows(header, lines):
    return "\n".join([header, *(",".join(str(cell) for cell in line) for line in lines)])


def tables(dice, periods):
    """A random instance with stock, recipes, options, contracts, lane and gateway limits."""
    one = dice.choice
    found = {
        "locations": rows(
            "location,role,country",
            [(p, role, one(["MX", "US"])) for role, ids in PLACES.items() for p in ids],
        ),
        "items": "item,customs_value,weight_kg\nchip,3,1\nboard,20,2\ntv,100,5",
        "bom": BOM,
        "gateways": f"gateway,unit_cost,capacity,dwell_days\ng,1,{one(['', 100])},2",
    }
    found["offers"] = rows(
        "location,item,contract,unit_cost,capacity,min_quantity",
        [
            (s, "chip", c, dice.randint(1, 9), one(["", 300]), one([0, 40]))
            for s in "st"
            for c in one(["x", "xy"])
        ],
    )
    found["production"] = rows(
        "location,item,recipe,unit_cost,capacity_use,max_quantity,setup_cost",
        [
            (p, i, r, dice.randint(1, 30), one([0, 1, 2]), one(["", 30]), one(["", 25]))
            for p in "pq"
            for i in ("board", "tv")
            for r in ("base", "alt")
        ],
    )
    found["facilities"] = rows(
        "location,option,status,fixed_cost,open_cost,close_cost,capacity,setup_periods",
        [(f, o, one(["open", "candidate"] if o == "a" else ["candidate"]), dice.randint(0, 200), dice.randint(0, 300),
          9, one(["", 25, 60]), one([0, 1])) for f in "pw" for o in one(["a", "ab"])],
    )  # fmt: skip
    found["lanes"] = rows(
        "origin,destination,unit_cost,per,capacity,fixed_cost,min_quantity,gateways",
        [(o, d, dice.randint(0, 9), one(["unit", "kg"]), one(["", 200]), one([0, 30]), one([0, 8]), one(["", "g"]))
         for o in "stpqvw" for d in "pqvwmn" if o != d and (o not in "st" or d in "pqvw") and dice.random() < 0.7],
    )  # fmt: skip
    found["demand"] = rows(
        "market,item,period,quantity,shortage_cost,single_source",
        [
            (m, i, t, dice.randint(1, 20), 700, one(["no", "yes"]))
            for m in "mn"
            for i in ("tv", "board")
            for t in periods
        ],
    )
    found["inventory"] = rows(
        "location,item,initial,holding_cost,max_stock",
        [
            (p, i, one([0, 6]), 1, one(["", 7]))
            for p in "pqvw"
            for i in ("chip", "board", "tv")
            if dice.random() < 0.3
        ],
    )
    return found


@pytest.mark.parametrize("seed", range(8))
def test_bounds_do_not_cut(seed, monkeypatch):
    dice = Random(seed)
    periods = ["a", "b", "c"][: dice.choice([2, 3])]
    case = instance(tables(dice, periods), {"horizon": {"periods": periods}, "costs": {"carrying_rate": 0.1}})
    tight = bounds.useful_quantities
    options = SolveOptions(gap=0.0, confirm=False)
    found = solve(build(case), options).solution

    def wide(parts):
        useful = tight(parts)
        return bounds.Useful(useful.period * 20, useful.rest * 20, useful.after * 20, useful.shelf)

    monkeypatch.setattr(bounds, "useful_quantities", wide)
    wider = solve(build(case), options).solution
    assert found.status.value == "optimal"
    assert found.objective == pytest.approx(wider.objective, rel=1e-6)
