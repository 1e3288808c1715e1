"""plan.xlsx: the figures of plan.json and of the terminal, every table, and nothing that is code."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import python_calamine as calamine

import planner
from planner.errors import InfeasibleError, StorageError
from planner.instance.example import example
from planner.plan.columns import TABLES
from planner.plan.summary import duties_paid, money
from planner.plan.worth import supplier_spend
from planner.plan.write import SHIELD
from planner.report import excel

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def plan():
    """The starter, with a scenario of higher demand that it cannot serve in full."""
    instance = planner.load("starter")
    more = {"scenario": "more", "kind": "demand", "target": "*", "field": "quantity", "value": 1.2}
    tables = dict(instance.given) | {
        "scenarios": [{"scenario": "more", "probability": 0.25}],
        "events": [more],
    }
    demand = instance.given["demand"].assign(shortage_cost=90.0)
    settings = instance.given_settings.model_dump(exclude_none=True)
    return planner.solve(planner.Instance.from_tables(tables | {"demand": demand}, settings), confirm=False)


@pytest.fixture(scope="module")
def book(plan, tmp_path_factory):
    return planner.workbook(plan, tmp_path_factory.mktemp("book") / "plan.xlsx")


def rows(path, sheet):
    """The cells of a sheet."""
    return calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()


def block(path, title):
    """The rows of a block of the summary, by the name in front."""
    lines = rows(path, excel.SUMMARY)
    start = next(number for number, line in enumerate(lines) if line[0].startswith(title)) + 1
    found = lines[start : next((n for n in range(start, len(lines)) if not lines[n][0]), len(lines))]
    return {line[0]: line[1:] for line in found}


def test_a_sheet_for_every_table_with_its_columns(book):
    names = calamine.CalamineWorkbook.from_path(str(book)).sheet_names
    assert names == [excel.SUMMARY, excel.CONTENTS, *TABLES]
    for name, columns in TABLES.items():
        assert rows(book, name)[0] == [column.name for column in columns]


def test_every_table_is_that_of_the_plan_to_the_bit(book, plan):
    for name, table in plan.tables.items():
        lines = rows(book, name)[1:]
        assert len([line for line in lines if any(cell != "" for cell in line)]) == len(table), name
        for place, column in enumerate(TABLES[name]):
            cells = [line[place] for line in lines][: len(table)]
            if column.kind == "text":
                assert [re.sub(SHIELD, "", cell) for cell in cells] == table[column.name].tolist()
            else:
                figures = [value if np.isfinite(value) else "" for value in table[column.name].tolist()]
                assert cells == figures, (name, column.name)


def test_the_costs_are_those_of_plan_json(book, plan):
    found = {name: line[1] for name, line in block(book, "Cost,").items()}
    costs = {name: amount for name, amount in plan.totals.items() if amount}
    assert found == costs | {"expected landed cost": plan.expected_landed_cost}
    assert list(found)[:-1] == sorted(costs, key=lambda name: -abs(costs[name]))


def test_key_figures_are_those_of_plan_json(book, plan):
    found = {name: line[1] for name, line in block(book, "Key figures").items()}
    assert found["objective, USD"] == plan.document["objective"]
    assert found["no plan is better than, USD"] == plan.document["bound"]
    assert found["demand met"] == plan.metrics["fill_rate"]
    countries = {name.removeprefix("spend in "): share for name, share in found.items() if "spend in" in name}
    assert countries == plan.metrics["share_by_country"]


def test_the_summary_says_what_the_terminal_says(book, plan):
    said = str(plan)
    for name, line in block(book, "Suppliers").items():
        assert f"{name}: {line[0]}, {money(line[1], 'USD')}" in said
        assert line[1] == supplier_spend(plan)[name]
    for name, line in block(book, "Duties and fees").items():
        assert f"{name}: {money(line[1], 'USD')}, {line[2]:.2%} of the value" in said
    assert len(block(book, "Duties and fees")) == len(duties_paid(plan)) > 2
    for name, line in block(book, "Facilities").items():
        assert f"{name}: {line[0]}" in said
    assert rows(book, excel.SUMMARY)[2][0] in said


def test_volumes_are_what_markets_receive(book, plan):
    received = plan.shortages.query("scenario == 'base'")["met"].sum()
    assert excel.units_delivered(plan)["units"].sum() == pytest.approx(received)
    assert sum(line[1] for line in block(book, "Delivered in base").values()) == pytest.approx(received)


def test_charts_draw_the_cells_beside_them(book, plan):
    with zipfile.ZipFile(book) as archive:
        charts = [
            archive.read(name).decode() for name in sorted(archive.namelist()) if "charts/chart" in name
        ]
    titles = [re.search(r"<a:t>(.*?)</a:t>", chart)[1] for chart in charts]
    assert titles == [
        "Cost by component, thousand USD",
        "Duty by programme, thousand USD",
        "Volume by country, thousand units",
    ]
    lines = rows(book, excel.SUMMARY)
    for chart, title in zip(charts, ("Cost,", "Duties and fees", "Delivered in base"), strict=True):
        names, values = re.findall(r"<c:f>summary!\$(\w)\$(\d+):\$\w\$(\d+)</c:f>", chart)
        first, last = int(values[1]), int(values[2])
        assert (names[0], values[0]) == ("A", "C")
        assert lines[first - 2][0].startswith(title)
        assert all(isinstance(line[2], float) and line[0] for line in lines[first - 1 : last])


def test_rows_beyond_a_sheet_are_left_out_and_that_is_said(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "MOST_ROWS", 5)
    path = planner.workbook(plan, tmp_path / "plan.xlsx")
    assert len(rows(path, "flows")) == 1 + 5
    (line,) = (line for line in rows(path, excel.CONTENTS) if line[0] == "flows")
    assert line[2:] == [len(plan.flows), "only the first 5; all of them are in flows.csv"]


def test_a_large_plan_is_written_row_by_row(plan, tmp_path, monkeypatch):
    monkeypatch.setattr("planner.sheets.MANY_CELLS", 10)
    path = planner.workbook(plan, tmp_path / "plan.xlsx")
    assert len(rows(path, "flows")) == 1 + len(plan.flows)
    assert "objective, USD" in block(path, "Key figures")
    with zipfile.ZipFile(path) as archive:
        assert not any("tables/" in name for name in archive.namelist())


def test_no_name_becomes_code(tmp_path):
    given = example()
    tables = {name: frame.replace("tijuana", "=cmd|' /C calc'!A0") for name, frame in given.given.items()}
    shielded = {
        name: frame.replace("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0") for name, frame in tables.items()
    }
    settings = {"instance": {"name": "&A '", "title": "=1+1"}, "horizon": {"periods": ["2027"]}}
    plan = planner.solve(planner.Instance.from_tables(shielded, settings), confirm=False)
    path = planner.workbook(plan, tmp_path / "plan.xlsx")
    assert "'=cmd|' /C calc'!A0" in block(path, "Facilities")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert not list(ElementTree.fromstring(archive.read(name)).iter(f"{MAIN}f"))


def test_solve_writes_it_into_the_folder_of_the_plan(tmp_path):
    folder = tmp_path / "plan"
    plan = planner.solve("tiny", folder=folder, xlsx=True, report=False)
    assert block(folder / "plan.xlsx", "Key figures")["objective, USD"][1] == plan.objective
    assert rows(folder / "plan.xlsx", excel.SUMMARY)[3][0].startswith("audit passed")
    assert not (
        planner.solve("tiny", folder=folder, confirm=False, report=False).folder / "plan.xlsx"
    ).exists()


def test_what_cannot_be_written_says_so(plan, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write"):
        planner.workbook(plan, tmp_path / "file" / "plan.xlsx")
    none = replace(plan, document=dict(plan.document) | {"status": "infeasible"})
    with pytest.raises(InfeasibleError):
        planner.workbook(none, tmp_path / "plan.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
