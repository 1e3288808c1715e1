"""The LP file of a tiny company, word for word: what HiGHS is given changes only on purpose.

After a change that is meant: `pytest tests/golden --force-regen`, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

from pytest_regressions.file_regression import FileRegressionFixture

from planner.solve.compile import compile_model
from planner.solve.export import write_model
from planner_models import build_model
from planner_models.data import OUTPUT, Data
from tests.models import menu


def company() -> Data:
    """A supplier with two contracts, a plant that may open in the first or second period, a market."""
    both = [0, 1]
    return menu.network(
        menu.horizon(2, discount=[1.0, 0.5]),
        options=menu.options(
            facility_name=["plant"], name=["base"], fixed_cost=[20.0], open_cost=[100.0], capacity=[30.0]
        ),
        holds=menu.holds(
            location=["s"] * 4, contract=["base", "volume"] * 2, period=[0, 0, 1, 1], rivals=[0, 0, 1, 1]
        ),
        offers=menu.offers(
            hold=[0, 1, 2, 3],
            time=[0, 0, 1, 1],
            unit_cost=[5.0, 4.0, 5.0, 4.0],
            capacity=[50.0] * 4,
            minimum=[0.0, 20.0, 0.0, 20.0],
        ),
        places=menu.places(location=["plant"] * 4, kind=[0, 0, OUTPUT, OUTPUT], time=both + both),
        arcs=menu.arcs(
            offer=[0, 1, 2, 3, -1, -1],
            to_place=[0, 0, 1, 1, -1, -1],
            from_place=[-1, -1, -1, -1, 2, 3],
            demand=[-1, -1, -1, -1, 0, 1],
            time=[0, 0, 1, 1, 0, 1],
            plant_link=[-1, -1, -1, -1, 0, 1],
            purchase=[5.0, 4.0, 5.0, 4.0, 0.0, 0.0],
            freight=[0.5, 0.5, 0.5, 0.5, 1.0, 1.0],
            upper=[50.0, 50.0, 50.0, 50.0, 12.0, 15.0],
        ),
        runs=menu.runs(
            item=["tv"] * 2,
            time=both,
            output=[2, 3],
            facility=[0, 0],
            conversion=[3.0, 3.0],
            upper=[12.0, 15.0],
        ),
        needs=menu.needs(
            run=both, quantity=[2.0, 2.0], feed_need=both, feed_place=both, feed_upper=[24.0, 30.0]
        ),
        demands=menu.demands(
            market=["m"] * 2,
            time=both,
            quantity=[12.0, 15.0],
            may_short=[True, True],
            shortage_cost=[40.0, 40.0],
        ),
        charges=menu.charges(programme_name=["duty:MFN"], arc=[4, 5], programme=[0, 0], amount=[0.75, 0.75]),
        links=menu.links(plant_facility=[0, 0], plant_period=both, plant_bound=[12.0, 15.0]),
    )


def test_lp_of_a_tiny_company(file_regression: FileRegressionFixture, tmp_path: Path) -> None:
    path = tmp_path / "company.lp"
    write_model(compile_model(build_model(company())).arrays, path)
    file_regression.check(path.read_text(), extension=".lp")
