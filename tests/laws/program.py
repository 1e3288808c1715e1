"""A mixed-integer program, written down row by row, and solved by HiGHS without any of the planner's care."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import highspy
import numpy as np

Term = tuple[int, float]


@dataclass
class Program:
    """Minimise cost x; lower <= x <= upper; low <= sum of coefficient x <= high for each row."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    binary: list[int] = field(default_factory=list)
    rows: list[tuple[float, list[Term], float]] = field(default_factory=list)

    def number(self, name: str, cost: float = 0.0, upper: float = inf) -> int:
        """A new variable of at least 0."""
        self.cost.append(cost)
        self.lower.append(0.0)
        self.upper.append(upper)
        self.name.append(name)
        return len(self.cost) - 1

    def choice(self, name: str, cost: float = 0.0, upper: float = 1.0) -> int:
        """A new variable that is 0 or 1."""
        self.binary.append(self.number(name, cost, upper))
        return self.binary[-1]

    def row(self, low: float, terms: list[Term], high: float) -> None:
        self.rows.append((low, terms, high))

    def at_most(self, terms: list[Term], limit: float) -> None:
        if limit < inf:
            self.row(-inf, terms, limit)

    def at_least(self, terms: list[Term], limit: float) -> None:
        self.row(limit, terms, inf)

    def equal(self, terms: list[Term], value: float) -> None:
        self.row(value, terms, value)

    def highs(self, *, integer: bool) -> highspy.Highs:
        """The program loaded; without its integers it is the LP relaxation."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = map(np.array, (self.cost, self.lower, self.upper))
        lp.row_lower_ = np.array([low for low, _, _ in self.rows])
        lp.row_upper_ = np.array([high for _, _, high in self.rows])
        summed = [self._summed(terms) for _, terms, _ in self.rows]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *map(len, summed)])
        lp.a_matrix_.index_ = np.array([column for row in summed for column in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for row in summed for value in row.values()])
        if integer and self.binary:
            whole = set(self.binary)
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[column in whole] for column in range(len(self.cost))]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            solver.setOptionValue(option, 1e-9)
        solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.0)
        assert solver.passModel(lp) == highspy.HighsStatus.kOk
        return solver

    @staticmethod
    def _summed(terms: list[Term]) -> dict[int, float]:
        row: dict[int, float] = {}
        for column, value in terms:
            row[column] = row.get(column, 0.0) + value
        return row

    def least(self) -> float:
        """The least cost, of the LP with the best choices rounded and fixed; inf where nothing is feasible."""
        solver = self.highs(integer=True)
        if run(solver) == inf:
            return inf
        found = np.round(np.array(solver.getSolution().col_value)[self.binary])
        priced = self.highs(integer=False)
        if self.binary:
            columns = np.array(self.binary, dtype=np.int32)
            priced.changeColsBounds(len(columns), columns, found, found)
        return run(priced)


def run(solver: highspy.Highs) -> float:
    """The least cost of what is loaded; inf where it is infeasible."""
    highspy.Highs.resetGlobalScheduler(True)  # it may have been made for another number of threads
    assert solver.run() != highspy.HighsStatus.kError
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return float(solver.getInfo().objective_function_value)
    assert status == highspy.HighsModelStatus.kInfeasible, status
    return inf
