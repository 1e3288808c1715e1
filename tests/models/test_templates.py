"""Components that stay arrays: they count, list and print as Pyomo's own, and other writers see every row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest

from planner_models import build_model
from planner_models.data import Data
from planner_models.templates import Columns, Figures, Groups, parent_shape, positions, subset
from tests.models import menu
from tests.models.generated import generate


@pytest.fixture
def m() -> pyo.ConcreteModel:
    """Three members, of which 0 and 2 exist, in groups {0, 2}, {} and {1}."""
    m = pyo.ConcreteModel()
    m.ALL = positions(3)
    m.SOME = subset([True, False, True])
    m.PAIR = positions(2)
    m.GROUPS = positions(3)
    m.IN = Groups.by([m.GROUPS], [np.array([0, 2, 0])], (3,))
    m.price = Figures(m.ALL, values=np.array([5.0, 6.0, 7.0]))
    m.next = Figures(m.ALL, values=np.array([1, 2, 0]))
    m.x = Columns(m.ALL, domain=pyo.NonNegativeReals, lower=0, upper=np.full(3, 9.0), doc="")
    m.y = Columns(m.SOME, m.PAIR, domain=pyo.Binary, lower=0, upper=np.ones((3, 2)), doc="")
    return m


def test_positions_of_nothing_are_empty() -> None:
    assert list(positions(0)) == []


@pytest.mark.parametrize(
    "mask",
    [[], [False], [True], [True, True, False], [False, True, True], [True, False, True], [False, False]],
)
def test_a_subset_lists_what_is_true_and_knows_its_table(mask: list[bool]) -> None:
    m = pyo.ConcreteModel()
    m.CHOSEN = subset(mask)
    assert list(m.CHOSEN) == [k for k, chosen in enumerate(mask) if chosen]
    assert parent_shape(m.CHOSEN) == (len(mask),)


def test_parent_shape_of_a_product_takes_the_whole_tables(m: pyo.ConcreteModel) -> None:
    assert parent_shape(m.y.index_set()) == (3, 2)


def test_a_figure_is_a_plain_number(m: pyo.ConcreteModel) -> None:
    assert (m.price[1], m.next[1], len(m.price)) == (6.0, 2, 3)
    assert isinstance(m.price[1], float)
    assert isinstance(m.next[1], int)
    with pytest.raises(KeyError):
        m.price[3]


def test_columns_are_made_when_asked_for(m: pyo.ConcreteModel) -> None:
    assert (len(m.x), len(m.x._data), list(m.x)) == (3, 0, [0, 1, 2])
    assert m.x[1].bounds == (0, 9)
    assert m.x[1] is m.x[1]
    assert len(m.x._data) == 1
    assert list(m.y) == [(0, 0), (0, 1), (2, 0), (2, 1)]
    with pytest.raises(KeyError):
        m.y[1, 0]


def test_groups_list_their_members_and_may_be_empty(m: pyo.ConcreteModel) -> None:
    assert [list(m.IN[k]) for k in m.GROUPS] == [[0, 2], [], [1]]
    assert len(m.IN) == 3
    with pytest.raises(KeyError):
        m.IN[3]


def test_groups_by_two_keys_leave_out_what_belongs_nowhere() -> None:
    m = pyo.ConcreteModel()
    m.A, m.B = positions(2), positions(2)
    m.OF = Groups.by([m.A, m.B], [np.array([0, 1, -1, 1]), np.array([1, 0, 0, 0])], (2, 2))
    assert {index: list(m.OF[index]) for index in m.OF} == {
        (0, 0): [],
        (0, 1): [0],
        (1, 0): [1, 3],
        (1, 1): [],
    }


def test_rows_are_built_on_demand(m: pyo.ConcreteModel) -> None:
    @m.Rows(m.GROUPS)
    def limit(m, group):
        return sum(m.price[k] * m.x[m.next[k]] for k in m.IN[group]) <= group

    assert (len(m.limit), len(m.limit._data), list(m.limit), 2 in m.limit, 3 in m.limit) == (
        3,
        0,
        [0, 1, 2],
        True,
        False,
    )
    assert menu.printed(m, "limit") == ["5.0*x[1] + 7.0*x[0] <= 0", "0.0 <= 0.0", "6.0*x[2] <= 2"]
    assert m.limit[0] is m.limit[0]
    with pytest.raises(KeyError):
        m.limit[3]


def test_rows_over_pairs(m: pyo.ConcreteModel) -> None:
    @m.Rows(m.SOME, m.PAIR)
    def tied(m, some, pair):
        return m.y[some, pair] == m.x[some]

    assert len(m.tied) == 4
    assert menu.printed(m, "tied")[2:] == ["y[2,0] == x[2]", "y[2,1] == x[2]"]


def test_rows_over_nothing(m: pyo.ConcreteModel) -> None:
    m.NONE = subset([False])

    @m.Rows(m.NONE)
    def never(m, k):
        return m.x[k] <= 1

    assert (len(m.never), list(m.never), m.never.template) == (0, [], None)


def test_a_row_without_variables_says_whether_it_holds(m: pyo.ConcreteModel) -> None:
    @m.Rows(m.GROUPS)
    def enough(m, group):
        return sum(m.x[k] for k in m.IN[group]) >= 1

    assert menu.printed(m, "enough") == ["1 <= x[0] + x[2]", "0.0 <= -1.0", "1 <= x[1]"]


def test_amounts_are_built_on_demand(m: pyo.ConcreteModel) -> None:
    @m.Amounts(m.PAIR)
    def cost(m, pair):
        return pair * sum(m.price[k] * m.x[k] for k in m.ALL)

    assert (len(m.cost), len(m.cost._data)) == (2, 0)
    assert menu.printed(m, "cost") == ["0*(5.0*x[0] + 6.0*x[1] + 7.0*x[2])", "5.0*x[0] + 6.0*x[1] + 7.0*x[2]"]


def test_building_a_model_makes_no_object_a_member() -> None:
    model = build_model(generate())
    made = [c.local_name for c in model.component_objects((pyo.Var, pyo.Constraint, pyo.Param)) if c._data]
    assert made == []


def test_building_every_row_by_hand_gives_no_row_twice() -> None:
    model = build_model(generate())
    rows = list(model.component_data_objects(pyo.Constraint, active=True))
    assert (
        len({id(row) for row in rows})
        == len(rows)
        == sum(len(c) for c in model.component_objects(pyo.Constraint))
    )


# data in which almost everything is empty


def test_a_model_of_nothing_builds() -> None:
    model = build_model(menu.network())
    assert sum(len(c) for c in model.component_objects(pyo.Constraint)) == 0


def test_another_writer_sees_every_row_and_column(tmp_path: Path) -> None:
    from planner.solve.compile import compile_model
    from planner.solve.load import load

    data: Data = generate()
    model = build_model(data)
    arrays = compile_model(model).arrays
    assert arrays.lazy_rows is not None
    model.objective.write_out()
    model.write(str(tmp_path / "model.lp"), io_options={"symbolic_solver_labels": True})
    from highspy import Highs

    highs = Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)  # whoever runs first in a process decides for all
    highs.readModel(str(tmp_path / "model.lp"))
    assert highs.getNumRow() == len(arrays.row_lower) + arrays.lazy_rows.count
    assert highs.getNumNz() == len(arrays.data) + len(arrays.lazy_rows.data)
    highs.run()
    theirs = highs.getInfo().objective_function_value
    ours = load(arrays)
    ours.run()
    assert theirs == pytest.approx(ours.getInfo().objective_function_value, rel=1e-3)
