"""Statuses, duals, numbers and odd shapes through the one seam to HiGHS."""

from __future__ import annotations

import os
from dataclasses import replace

import highspy
import numpy as np
import pytest

from planner.errors import SolverError
from planner.solve import attempt as attempts
from planner.solve import load as loading
from planner.solve.arrays import Arrays, Solution, SolveOptions, Status, relative_gap
from planner.solve.attempt import settle
from planner.solve.canary import canaries, run_canaries
from planner.solve.confirm import judge
from planner.solve.highs import resolve_fixed, solve
from planner.solve.run import Run
from planner.solve.scaling import OutOfRangeError, scale
from planner.solve.watch import Watch

EXACT = SolveOptions(gap=0.0)
INF = np.inf
INTEGER, CONTINUOUS = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous


def model(cost, upper, integer, matrix, row_lower, row_upper, **others) -> Arrays:
    dense = np.array(matrix, dtype=float).reshape(len(row_lower), len(cost))
    row, column = np.nonzero(dense)
    return Arrays(
        cost=np.array(cost, dtype=float),
        offset=others.pop("offset", 0.0),
        lower=np.zeros(len(cost)),
        upper=np.array(upper, dtype=float),
        integer=np.array(integer, dtype=bool),
        row_lower=np.array(row_lower, dtype=float),
        row_upper=np.array(row_upper, dtype=float),
        indptr=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(dense)))]),
        indices=column,
        data=dense[row, column],
        **others,
    )


def facility(scale_cost: float = 1.0, scale_quantity: float = 1.0) -> Arrays:
    """One market of 10, two plants of 20: plant 1 fixed 20, 1 a unit; plant 2 fixed 5, 3 a unit: 30."""
    ten, most = 10.0 * scale_quantity, 20.0 * scale_quantity
    return model(
        np.array([20.0, 5.0, 1.0 / scale_quantity, 3.0 / scale_quantity]) * scale_cost,
        [1, 1, most, most],
        [1, 1, 0, 0],
        [[0, 0, 1, 1], [-most, 0, 1, 0], [0, -most, 0, 1]],
        [ten, -INF, -INF],
        [ten, 0, 0],
        row_families=(("demand_balance", 0, 1), ("plant_link", 1, 3)),
        column_families=(("open", 0, 2), ("flow", 2, 4)),
    )


def hard(rows: int = 400, columns: int = 1200) -> Arrays:
    """A covering problem that has plans at once and whose gap stays open for minutes."""
    random = np.random.default_rng(0)
    matrix = (random.random((rows, columns)) < 0.1) * random.integers(1, 20, (rows, columns))
    cost = random.integers(5, 30, columns)
    return model(
        cost, np.ones(columns), np.ones(columns), matrix, matrix.sum(axis=1) // 2, np.full(rows, INF)
    )


def test_a_mip_is_optimal_with_whole_integers():
    solution = solve(facility(), EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(30.0, rel=1e-9)
    assert solution.bound <= solution.objective
    assert solution.gap <= 1e-9
    assert solution.x.tolist() == [1.0, 0.0, 10.0, 0.0]
    assert solution.stopped_by == ""
    assert solution.confirmed == "second solve without presolve agrees"


def test_the_constant_of_the_objective_counts():
    assert solve(replace(facility(), offset=-1e6), EXACT).objective == pytest.approx(30.0 - 1e6, abs=1e-6)


def test_an_lp_returns_duals_as_money_per_unit_of_right_hand_side():
    lp = model([2.0, 3.0], [3.0, 10.0], [0, 0], [[1, 1], [1, 0]], [4.5, -INF], [INF, 2.0])
    solution = solve(lp)
    assert solution.objective == pytest.approx(11.5)
    assert solution.row_dual.tolist() == pytest.approx([3.0, -1.0])
    assert solution.col_dual.tolist() == pytest.approx([0.0, 0.0])
    assert solution.gap == 0.0


@pytest.mark.parametrize(("money", "quantity"), [(1e-6, 1.0), (1e7, 1.0), (1.0, 1e9), (1e8, 1e8)])
def test_units_do_not_change_the_plan_nor_the_duals(money, quantity):
    arrays = facility(money, quantity)
    solution = solve(arrays, EXACT)
    assert solution.objective == pytest.approx(30.0 * money, rel=1e-9)
    priced = resolve_fixed(arrays, solution)
    assert priced.row_dual[0] == pytest.approx(1.0 * money / quantity, rel=1e-9)


def test_scaling_and_its_way_back_are_exact():
    scaled = scale(facility(3.7e7, 1e9))
    factors = np.concatenate([scaled.column, scaled.row, [scaled.objective]])
    assert np.array_equal(np.log2(factors), np.round(np.log2(factors)))
    assert scaled.column.max() > 1.0


def test_resolve_fixed_gives_duals_of_the_design():
    solution = solve(facility(), EXACT)
    priced = resolve_fixed(facility(), solution)
    assert priced.objective == 30.0
    assert priced.row_dual[0] == pytest.approx(1.0)
    assert priced.confirmed == solution.confirmed


def test_resolve_fixed_refuses_a_design_without_plan():
    closed = Solution(Status.FEASIBLE, np.zeros(4), 0.0, 0.0)
    with pytest.raises(SolverError, match="leaves no feasible plan"):
        resolve_fixed(facility(), closed)


@pytest.mark.parametrize("integer", [0, 1])
def test_infeasible_is_a_value(integer):
    solution = solve(model([1.0], [1.0], [integer], [[1.0]], [2.0], [INF]))
    assert solution.status is Status.INFEASIBLE
    assert not solution.found
    assert len(solution.x) == 0


@pytest.mark.parametrize("integer", [0, 1])
def test_unbounded_names_a_column_of_the_ray(integer):
    arrays = model(
        [1.0, -1.0], [5.0, INF], [integer, 0], [[1, -1]], [-INF], [3.0], column_families=(("flow", 0, 2),)
    )
    with pytest.raises(SolverError, match=r"flow\[1\] can grow for ever"):
        solve(arrays)


def test_a_model_without_rows():
    solution = solve(model([1.0, -2.0], [5.0, 4.5], [0, 0], [], [], []))
    assert (solution.status, solution.objective) == (Status.OPTIMAL, -9.0)
    solution = solve(model([1.0, -2.0], [5.0, 4.5], [0, 1], [], [], []))
    assert (solution.status, solution.objective) == (Status.OPTIMAL, -8.0)


def test_a_model_without_columns():
    assert solve(model([], [], [], [], [-1.0], [2.0], offset=7.0)).objective == 7.0
    assert solve(model([], [], [], [], [1.0], [2.0])).status is Status.INFEASIBLE


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("cost", np.nan, r"the cost of open\[1\] is nan"),
        ("cost", INF, r"the cost of open\[1\] is inf"),
        ("lower", np.nan, r"the lower bound of open\[1\] is nan"),
        ("upper", -INF, r"the upper bound of open\[1\] is -inf"),
        ("row_lower", INF, r"the lower limit of plant_link\[0\] is inf"),
        ("row_upper", np.nan, r"the upper limit of plant_link\[0\] is nan"),
        ("data", np.nan, r"the coefficient of flow\[1\] in demand_balance\[0\] is nan"),
    ],
)
def test_numbers_that_are_not_finite_stop_before_the_solve(field, value, words):
    arrays = facility()
    changed = getattr(arrays, field).copy()
    changed[1] = value
    with pytest.raises(SolverError, match=words):
        solve(replace(arrays, **{field: changed}))


def test_a_coefficient_out_of_range_names_its_row_and_what_the_user_called_it():
    arrays = replace(facility(), describe=lambda family, k: f"lanes.csv:{k + 2}" if family == "flow" else "")
    data = arrays.data.copy()
    data[1] = 1e-30
    with pytest.raises(
        SolverError, match=r"flow\[1\] \(lanes.csv:3\) in demand_balance\[0\] is 1e-30, .* after scaling"
    ):
        solve(replace(arrays, data=data))


def many_rows() -> Arrays:
    """Forty columns of cost 1, each at least 1: enough rows for one odd number not to set the scale."""
    ones = np.ones(40)
    families = {"row_families": (("need", 0, 40),), "column_families": (("flow", 0, 40),)}
    return model(ones, 9 * ones, 0 * ones, np.eye(40) + np.eye(40, k=1), ones, 9 * ones, **families)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        # HiGHS drops coefficients of 1e-9 and less, and takes costs and limits from 1e20 on for infinite
        ("cost", 1e30, r"the cost of flow\[1\] is 1e\+30, .* after scaling, not below 1e\+20"),
        ("row_lower", 1e30, r"the lower limit of need\[1\] is 1e\+20 or more after scaling"),
        ("row_upper", -1e30, r"the upper limit of need\[1\] is -1e\+20 or less after scaling"),
    ],
)
def test_numbers_that_highs_takes_for_infinite_stop_before_the_solve(field, value, words):
    changed = getattr(many_rows(), field).copy()
    changed[1] = value
    with pytest.raises(OutOfRangeError, match=words):
        solve(replace(many_rows(), **{field: changed}))


def test_a_coefficient_that_highs_drops_stops_before_the_solve():
    row = model(np.ones(4), 9 * np.ones(4), np.zeros(4), [[1, 1, 1, 1e-9]], [1], [9])
    with pytest.raises(OutOfRangeError, match=r"column\[3\] in row\[0\] is 1e-09, 1e-09 after scaling"):
        solve(row)


@pytest.mark.parametrize("field", ["upper", "row_upper"])
def test_a_limit_beyond_all_numbers_is_none(field):
    changed = getattr(many_rows(), field).copy()
    changed[1] = 1e30
    # each row is met by the column that it shares with the next
    assert solve(replace(many_rows(), **{field: changed}), EXACT).objective == 20


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda highs: highs.changeCoeff(1, 0, -11.0), r"other coefficients in plant_link\[0\]"),
        (lambda highs: highs.changeColCost(2, 1.5), "holds 1.5 as cost of column 2, given 1.0"),
        (lambda highs: highs.changeColBounds(3, 0.0, 9.0), "9.0 as upper bound of column 3, given 20.0"),
        (lambda highs: highs.changeColBounds(3, 1.0, 20.0), "1.0 as lower bound of column 3, given 0.0"),
        (lambda highs: highs.changeRowBounds(0, 9.0, 10.0), "9.0 as lower limit of row 0, given 10.0"),
        (lambda highs: highs.changeRowBounds(2, -INF, 1.0), "1.0 as upper limit of row 2, given 0.0"),
        (lambda highs: highs.changeColIntegrality(0, CONTINUOUS), "column 0 as another kind than integer"),
        (lambda highs: highs.changeColIntegrality(2, INTEGER), "column 2 as another kind than continuous"),
        (lambda highs: highs.changeObjectiveOffset(5.0), "another direction, or 5.0 as constant, given 0.0"),
        (lambda highs: highs.changeObjectiveSense(highspy.ObjSense.kMaximize), "another direction"),
        (lambda highs: highs.deleteRows(1, np.array([2], dtype=np.int32)), r"\(4, 2, 4\) columns, rows"),
    ],
)
def test_what_highs_holds_is_compared_with_what_it_was_given(edit, words):
    arrays = facility()
    highs = loading.load(arrays)
    loading.compare(highs, arrays)
    edit(highs)
    with pytest.raises(SolverError, match=words):
        loading.compare(highs, arrays)


def test_of_a_large_model_too_every_number_is_compared():
    """60,000 columns and rows: the last coefficient, bound, limit and integer column, each off by a little."""
    count = 60_000
    arrays = Arrays(
        cost=np.ones(count),
        offset=0.0,
        lower=np.zeros(count),
        upper=np.full(count, 10.0),
        integer=np.arange(count) >= count - 5,
        row_lower=np.ones(count),
        row_upper=np.full(count, INF),
        indptr=np.arange(count + 1),
        indices=np.arange(count),
        data=np.full(count, 3.0),
    )
    last = count - 1
    for edit, words in (
        (lambda highs: highs.changeCoeff(last, last, 3.0 + 1e-9), f"other coefficients in row.{last}"),
        (lambda highs: highs.changeColBounds(last, 0.0, 11.0), f"upper bound of column {last}"),
        (lambda highs: highs.changeRowBounds(last, 1.5, INF), f"lower limit of row {last}"),
        (lambda highs: highs.changeColIntegrality(last, CONTINUOUS), f"column {last} as another kind"),
    ):
        highs = loading.load(arrays)
        edit(highs)
        with pytest.raises(SolverError, match=words):
            loading.compare(highs, arrays)


def test_a_model_without_columns_or_entries_is_read_back():
    for arrays in (model([], [], [], [], [-1.0], [2.0]), model([1.0], [5.0], [0], [[0.0]], [-1.0], [2.0])):
        loading.load(arrays)


def test_reading_back_leaves_no_plan_to_begin_with():
    assert not loading.load(facility()).getSolution().value_valid


def test_release_1_14_0_is_refused():
    with pytest.raises(SolverError, match=r"highspy 1\.14\.0 is not used"):
        loading.refuse_release("1.14.0")
    loading.refuse_release("1.14.10")
    loading.refuse_release(loading.version())


def test_nothing_is_printed(capfd):
    solve(facility())
    assert capfd.readouterr() == ("", "")


def test_every_canary_comes_out_right():
    results = run_canaries()
    assert [str(result) for result in results if not result.passed] == []
    assert len(results) == len(canaries()) == 5


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sourcing_193_is_what_other_solvers_say(seed):
    """The stored file has optimum 5938.471589: HiGHS 1.12 to 1.16, with presolve and without, and CBC agree."""
    (sourcing,) = (canary for canary in canaries() if canary.name == "sourcing")
    assert sourcing.arrays.integer.sum() == 15
    solution = solve(sourcing.arrays, SolveOptions(gap=0.0, seed=seed))
    assert solution.objective == pytest.approx(5938.471589231832, rel=1e-9)
    assert solution.confirmed == "second solve without presolve agrees"


def test_a_failed_run_is_tried_again_with_other_options(monkeypatch):
    tried = []
    true_run = attempts.run

    def failing(scaled, settings, watch, **others):
        tried.append(settings)
        if len(tried) < 3:
            return Run(Status.NO_SOLUTION, fault="HiGHS ended with kSolveError")
        return true_run(scaled, settings, watch, **others)

    monkeypatch.setattr(attempts, "run", failing)
    solution = solve(facility(), replace(EXACT, confirm=False))
    assert solution.objective == pytest.approx(30.0)
    assert solution.warnings == ("HiGHS ended with kSolveError; solved again with other options",) * 2
    assert [settings["random_seed"] for settings in tried] == [0, 1, 2]
    assert "presolve" in tried[2]


def test_failure_with_all_options_is_an_error(monkeypatch):
    failed = Run(Status.NO_SOLUTION, fault="HiGHS crashed: boom")
    monkeypatch.setattr(attempts, "run", lambda *_, **__: failed)
    with pytest.raises(SolverError, match=r"failed with all its options: HiGHS crashed: boom"):
        solve(facility())


def test_flow_that_trickles_through_an_integer_is_a_fault():
    trickle = canaries()[1].arrays
    leaked = Run(Status.OPTIMAL, np.array([1e-7, 100.0]), 100.0005, 100.0005)
    assert "rounded, leave no plan" in settle(trickle, leaked, EXACT, Watch()).fault
    dear = Run(Status.OPTIMAL, np.array([1.0, 100.0]), 100.0005, 100.0005)
    assert "with whole integers it is 5100" in settle(trickle, dear, EXACT, Watch()).fault


def first(objective: float, bound: float) -> Solution:
    return Solution(Status.OPTIMAL, np.zeros(4), objective, bound, relative_gap(objective, bound))


def test_a_cheaper_second_plan_is_kept_and_the_first_called_wrong():
    second = Run(Status.OPTIMAL, np.array([1.0, 0.0, 10.0, 0.0]), 30.0, 30.0)
    kept = judge(facility(), first(35.0, 35.0), second, 0.0)
    assert (kept.objective, kept.bound, kept.gap) == (30.0, 30.0, 0.0)
    assert kept.status is Status.OPTIMAL
    assert kept.x.tolist() == [1.0, 0.0, 10.0, 0.0]
    assert kept.confirmed == (
        "disputed: the first solve called 35 optimal, the second found a plan for 30, which is kept"
    )
    assert "the model is kept for a report" in kept.warnings[0]
    assert kept.disputed is not None


def test_a_dearer_second_bound_keeps_the_first_plan_and_says_so():
    second = Run(Status.OPTIMAL, np.zeros(4), 35.0, 35.0)
    kept = judge(facility(), first(30.0, 30.0), second, 0.0)
    assert (kept.objective, kept.bound) == (30.0, 30.0)
    assert kept.confirmed.startswith("disputed: the second solve says that no plan costs less than 35")
    kept = judge(facility(), first(30.0, 30.0), Run(Status.INFEASIBLE, bound=INF), 0.0)
    assert kept.confirmed.startswith("disputed: the second solve finds no plan")


def test_a_plan_found_where_the_first_solve_found_none_is_kept():
    second = Run(Status.OPTIMAL, np.array([1.0, 0.0, 10.0, 0.0]), 30.0, 30.0)
    kept = judge(facility(), Solution(Status.INFEASIBLE, bound=INF), second, 0.0)
    assert (kept.status, kept.objective) == (Status.OPTIMAL, 30.0)
    assert kept.disputed is not None


def test_two_plans_within_the_gap_agree():
    kept = judge(facility(), first(31.0, 29.5), Run(Status.OPTIMAL, np.zeros(4), 30.0, 29.6), 0.05)
    assert kept.confirmed == "second solve without presolve agrees"
    assert kept.disputed is None


def test_a_second_solve_that_ran_out_of_time_says_what_it_proved():
    kept = judge(facility(), first(30.0, 30.0), Run(Status.NO_SOLUTION, bound=27.0), 0.0)
    assert kept.confirmed.startswith("not confirmed: the second solve, without presolve, ran out of time")
    assert kept.confirmed.endswith("no plan more than 10.00% cheaper")


def test_ctrl_c_before_the_second_solve_ends_leaves_the_optimum_proven_but_unconfirmed():
    kept = judge(facility(), first(30.0, 30.0), Run(Status.NO_SOLUTION, bound=27.0), 0.0, "interrupt")
    assert (kept.status, kept.objective, kept.stopped_by) == (Status.OPTIMAL, 30.0, "interrupt")
    assert kept.confirmed == (
        "not confirmed: the second solve, without presolve, was interrupted; "
        "it proves no plan more than 10.00% cheaper"
    )
    agreed = Run(Status.OPTIMAL, np.zeros(4), 30.0, 30.0)
    assert judge(facility(), first(30.0, 30.0), agreed, 0.0, "interrupt").stopped_by == ""


def test_a_better_plan_of_a_second_solve_that_was_stopped_says_by_what():
    second = Run(Status.FEASIBLE, np.array([1.0, 0.0, 10.0, 0.0]), 30.0, 20.0)
    kept = judge(facility(), first(35.0, 35.0), second, 0.0, "time limit")
    assert (kept.status, kept.objective, kept.stopped_by) == (Status.FEASIBLE, 30.0, "time limit")


def test_no_confirmation_when_not_asked_for():
    assert solve(facility(), replace(EXACT, confirm=False)).confirmed == ""


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core")
def test_the_number_of_threads_may_change_between_solves():
    for threads in (1, 2, 1):
        solution = solve(facility(), replace(EXACT, threads=threads))
        assert solution.objective == pytest.approx(30.0)


def test_a_plan_that_is_not_as_near_to_its_bound_as_highs_says_was_stopped_by_rounding(monkeypatch):
    """30 is the optimum; HiGHS ends with it, but proves 29 only."""
    plan = Run(Status.OPTIMAL, np.array([1.0, 0.0, 10.0, 0.0]), 30.0, 29.0)
    monkeypatch.setattr("planner.solve.highs.attempt", lambda *_args, **_keywords: (plan, ()))

    found = solve(facility(), SolveOptions(gap=1e-4))

    assert (found.status, found.stopped_by, found.bound) == (Status.FEASIBLE, "rounding", 29.0)
