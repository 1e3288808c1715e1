"""Work once for equal rows: find the distinct cases, then spread what was found over all rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner_models.data import Ints


def distinct(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, Ints]:
    """The distinct combinations of some columns, in order of appearance, and which of them each row is."""
    names = list(columns)
    case = frame.groupby(names, sort=False).ngroup().to_numpy().astype(np.int64)
    return frame.loc[:, names].drop_duplicates().reset_index(drop=True), case


def spread(case_of_row: Ints, case_of_member: Ints) -> tuple[Ints, Ints]:
    """All pairs (row, member) of the same case, by row; members must be in the order of their cases."""
    cases = 1 + max(case_of_row.max(initial=-1), case_of_member.max(initial=-1))
    counts = np.bincount(case_of_member, minlength=cases)
    starts = np.cumsum(counts) - counts
    repeats = counts[case_of_row]
    rows = np.repeat(np.arange(len(case_of_row)), repeats)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return rows, np.repeat(starts[case_of_row], repeats) + within
