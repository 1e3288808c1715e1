"""Good plans, made by hand, and a way to plant a fault in a copy of one."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.audit.fingerprint import fingerprint

PLANS = Path(__file__).parents[2] / "fixtures" / "plans"

Plant = Callable[[str, str], Path]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Returns plant(plan, edits): the folder of a copy of a good plan after the edits, one a line.

    `file:row column=value, ...` sets cells (the header is row 1; a new column is added), `file:row drop` drops
    the row, `file + a,b,c` appends one (`file new a,b + 1,2` makes the file first), `plan.json key=value` sets
    a number (keys joined by /), `file text -> text` replaces. The fingerprint follows, unless it is set.
    """

    def planted(plan: str, edits: str) -> Path:
        folder = tmp_path / plan
        shutil.copytree(PLANS / plan, folder)
        for line in edits.strip().splitlines():
            _edit(folder, line.strip())
        if "sha256" not in edits:
            _summary(folder, f"instance/sha256={fingerprint(folder / 'instance')}")
        return folder

    return planted


def _edit(folder: Path, line: str) -> None:
    file, _, what = line.partition(" ")
    name, _, row = file.partition(":")
    path = folder / name
    if " -> " in what:
        old, new = what.split(" -> ")
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
    elif name == "plan.json":
        _summary(folder, what)
    elif what.startswith("new "):
        path.write_text("\n".join(part.strip() for part in what[4:].split(" + ")) + "\n")
    elif what.startswith("+ "):
        path.write_text(path.read_text() + what[2:] + "\n")
    else:
        _cells(path, int(row), what)


def _cells(path: Path, row: int, what: str) -> None:
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file))
    if what == "drop":
        del rows[row - 2]
    else:
        for pair in what.split(", "):
            column, value = pair.split("=", 1)
            if column not in header:
                header.append(column)
                rows = [[*cells, ""] for cells in rows]
            rows[row - 2][header.index(column)] = value
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _summary(folder: Path, what: str) -> None:
    path = folder / "plan.json"
    summary: dict[str, Any] = json.loads(path.read_text())
    for pair in what.split(", "):
        keys, value = pair.split("=", 1)
        inside = summary
        *outer, last = keys.split("/")
        for key in outer:
            inside = inside[key]
        number = re.fullmatch(r"-?[\d.e-]+", value)
        inside[last] = float(value) if number else {"true": True, "false": False, "{}": {}}.get(value, value)
    path.write_text(json.dumps(summary))
