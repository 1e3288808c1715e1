"""The tables that `planner frontier` wrote, read back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.errors import StorageError

FILE = "frontier.csv"
TEXTS = ("measure", "status", "open", "suppliers")
FIGURES = ("point", "value", "cost", "extra_cost", "gap")


def read_frontiers(folder: Path) -> list[pd.DataFrame]:
    """The tables in a folder of `planner frontier`: one, or one for each measure in a folder of its own.

    Raises:
        StorageError: there is none, or it is not what the planner wrote.
    """
    files = [folder / FILE] if (folder / FILE).is_file() else sorted(folder.glob(f"*/{FILE}"))
    if not files:
        raise StorageError(f"{folder} holds no {FILE}; give the folder that `planner frontier` wrote")
    return [_read(file) for file in files]


def _read(file: Path) -> pd.DataFrame:
    try:
        text = pd.read_csv(file, dtype="str", keep_default_na=False)
        missing = [name for name in (*TEXTS, *FIGURES) if name not in text]
        if missing:
            raise StorageError(f"{file} has no column {', '.join(missing)}")
        numbers = {name: [float(cell or "nan") for cell in text[name]] for name in FIGURES}
    except (OSError, ValueError) as error:
        raise StorageError(f"cannot read {file}: {error}") from error
    if not len(text):
        raise StorageError(f"{file} has no rows")
    # what a spreadsheet could take for a formula was written with a ' before it
    words = {name: text[name].str.replace("^'", "", regex=True) for name in TEXTS}
    return pd.DataFrame(words | numbers)
