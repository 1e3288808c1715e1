"""Tables that stay as they are, whatever is done to what one sees of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd


class FrozenTables(Mapping[str, pd.DataFrame]):
    """Tables by name. Each look at one gives a frame of its own that shares the data until it is edited."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = dict(tables)

    def __getitem__(self, name: str) -> pd.DataFrame:
        # pandas copies on write, so that an edit of the shallow copy does not reach the table
        return self._tables[name].copy(deep=False)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)
