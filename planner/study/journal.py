"""The journal of a sweep: each finished case in SQLite the moment it is done, so that killing it loses none."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

from planner.errors import StorageError
from planner.study.cases import ERROR, Outcome

FILE = "journal.sqlite"
SHOWN = 120  # characters of what is different in a message
NOTHING = "nothing"
TABLES = """
BEGIN;
CREATE TABLE IF NOT EXISTS asked (what TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outcomes (number INTEGER PRIMARY KEY, outcome TEXT NOT NULL);
COMMIT;
"""


class Journal:
    """What is known of the cases of one sweep. Open it with `opened`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def outcomes(self) -> dict[int, Outcome]:
        """The outcome of each case that is done, by number; errors are tried again by whoever resumes."""
        rows = self._connection.execute("SELECT number, outcome FROM outcomes ORDER BY number")
        return {number: json.loads(text) for number, text in rows}

    def keep(self, number: int, outcome: Outcome) -> None:
        """Write the outcome of a case; when this returns, it is on the disk."""
        row = (number, json.dumps(outcome, allow_nan=False))
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO outcomes VALUES (?, ?)", row)

    def bind(self, asked: Mapping[str, Any]) -> list[str]:
        """Say what the journal is about; what it is about already, where that is something else."""
        rows = {what: json.dumps(value, sort_keys=True) for what, value in asked.items()}
        known = dict(self._connection.execute("SELECT what, value FROM asked").fetchall())
        if not known:
            with self._connection:
                self._connection.executemany("INSERT INTO asked VALUES (?, ?)", rows.items())
            return []
        return [
            f"{what} was {_apart(known.get(what, NOTHING), rows.get(what, NOTHING))}"
            for what in {**rows, **known}
            if known.get(what) != rows.get(what)
        ]


@contextmanager
def opened(folder: Path | None, asked: Mapping[str, Any]) -> Iterator[Journal]:
    """The journal in a folder, made where there is none; in memory without a folder.

    Raises:
        StorageError: the folder holds something else, another sweep, or one that is running; or cannot be written.
    """
    try:
        connection = sqlite3.connect(_file(folder), timeout=0.0)
        try:
            # exclusive: nobody else may write to it, and the lock ends with the process however that ends
            connection.executescript(
                "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + TABLES
            )
            journal = Journal(connection)
            different = journal.bind(asked)
            if different:
                raise StorageError(f"{folder} holds another sweep, give a new folder: {'; '.join(different)}")
            yield journal
        finally:
            connection.close()
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise StorageError(f"another sweep is at work in {folder}") from error
        raise StorageError(f"the journal in {folder} cannot be read or written: {error}") from error


def done(outcomes: Mapping[int, Outcome]) -> dict[int, Outcome]:
    """Those that need not be tried again."""
    return {number: outcome for number, outcome in outcomes.items() if outcome["status"] != ERROR}


def _file(folder: Path | None) -> str:
    """What SQLite is to open, in a folder that is there."""
    if folder is None:
        return ":memory:"
    if folder.is_dir() and any(folder.iterdir()) and not (folder / FILE).is_file():
        raise StorageError(f"{folder} is not empty and holds no sweep; give a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot write {folder}: {error.strerror or error}") from error
    return str(folder / FILE)


def _apart(old: str, new: str) -> str:
    """`old, now new`, from a little before they part."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = max(0, same - SHOWN // 4)
    return ", now ".join(_from(text, start) for text in (old, new))


def _from(text: str, start: int) -> str:
    head, tail = "..." if start else "", "..." if len(text) > start + SHOWN else ""
    return f"{head}{text[start : start + SHOWN]}{tail}"
