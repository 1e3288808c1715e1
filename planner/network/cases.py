"""Distinct cases: work once for equal rows of a frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner_models.arrays import Ints


def distinct(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, Ints]:
    """The distinct combinations of some columns, in order of appearance, and which of them each row is."""
    names = list(columns)
    case = frame.groupby(names, sort=False).ngroup().to_numpy().astype(np.int64)
    first = np.unique(case, return_index=True)[1]
    return frame[names].iloc[first].reset_index(drop=True), case
