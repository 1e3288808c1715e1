"""Locations and items by number: positions in their tables; and the times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.instance.remembered import remembered
from planner.network.times import Times, times
from planner_models.arrays import Flags, Ints, Names

if TYPE_CHECKING:
    from planner.instance import Instance

Texts = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Codes:
    """Names of locations and items in the order of their tables, and the times at which they are operated."""

    location: Texts
    item: Texts
    role: Texts  # [locations]
    country: Texts  # [locations]
    times: Times

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return int(self.times.period.max()) + 1

    def locations(self, names: Any) -> Ints:
        """Numbers of locations."""
        return _numbers(self.location, names)

    def items(self, names: Any) -> Ints:
        """Numbers of items."""
        return _numbers(self.item, names)

    def is_role(self, role: str) -> Flags:
        """Whether each location has the role."""
        return np.asarray(self.role == role, dtype=np.bool_)


@remembered
def codes(instance: Instance) -> Codes:
    """Number the locations and items of an instance."""
    places = instance.tables["locations"]
    return Codes(
        location=texts(places["location"]),
        item=texts(instance.tables["items"]["item"]),
        role=texts(places["role"]),
        country=texts(places["country"]),
        times=times(instance),
    )


def texts(column: Any) -> Texts:
    """A column of text as an array of objects, from which any rows can be taken fast."""
    if isinstance(column, pd.Series):
        return column.to_numpy(dtype=np.object_)
    return np.asarray(column, dtype=np.object_)


def names(column: Any) -> Names:
    """A column of text as the model wants it."""
    return tuple(texts(column).tolist())


def ints(column: Any) -> Ints:
    """A column of whole numbers."""
    return np.asarray(column, dtype=np.int64)


def _numbers(known: Texts, asked: Any) -> Ints:
    return pd.Index(known).get_indexer(pd.Index(texts(asked))).astype(np.int64)
