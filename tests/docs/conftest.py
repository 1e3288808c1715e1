"""A folder to run a page in, where solving `tv-north-america` takes seconds."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLAGSHIP = ROOT / "instances" / "tv-north-america"


def first_year(folder):
    """The flagship in 2027 alone, with one scenario, to a gap of 5 %: the same places, rules and what-ifs."""
    shutil.copytree(FLAGSHIP, folder)
    for table in ("demand.csv", "offers.csv"):
        keep(folder / table, lambda row: ",2028," not in row and ",2029," not in row)
    for table in ("scenarios.csv", "events.csv"):
        keep(folder / table, lambda row: row.startswith(("scenario,", "mexico-duty,")))
    replace(folder / "events.csv", ",2029,", ",2027,")
    replace(folder / "instance.toml", '["2027", "2028", "2029"]', '["2027"]')
    replace(folder / "instance.toml", "gap = 1e-3", "gap = 0.05")


def keep(file, wanted):
    rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if wanted(row)]
    assert 1 < len(kept) < len(rows)
    file.write_text("".join(kept), encoding="utf-8")


def replace(file, before, after):
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder of a page. An instance that is named is looked for here first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    first_year(tmp_path / FLAGSHIP.name)
    return tmp_path
