"""Sweeps by hand: ten units from s at a cost that is varied, or from z at 20 each and 20 once."""

import json
import sqlite3
from xml.etree import ElementTree

import pandas as pd
import pytest

from planner.errors import InfeasibleError, InstanceError, StorageError
from planner.instance import Fix, WhatIf
from planner.study import sweep as module
from planner.study.cases import outcome
from planner.study.grid import cases, read_axes
from planner.study.journal import opened
from planner.study.sweep import Moment
from tests.planner.study.sweeping import TABLES, last, made_up, swept, untimed

SVG = "{http://www.w3.org/2000/svg}"
COST, QUANTITY = "offers[location=s].unit_cost = 5:30:25", "demand.quantity *= 1, 20"


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """Two costs of s by two demands, in a folder."""
    folder = tmp_path_factory.mktemp("sweep") / "out"
    return swept(COST, QUANTITY, folder=folder), folder


def test_each_case_is_the_plan_of_its_changes(grid):
    """Beyond 22 z is cheaper for ten units; of 200 each sells the 100 that it has."""
    table = grid[0].outcomes
    assert list(table.columns[:4]) == ["case", "offers[location=s].unit_cost", "demand.quantity *=", "status"]
    assert table["case"].tolist() == [1, 2, 3, 4]
    assert table["offers[location=s].unit_cost"].tolist() == [5, 5, 30, 30]
    assert table["demand.quantity *="].tolist() == [1, 20, 1, 20]
    assert table["objective"].tolist() == pytest.approx([50, 2520, 220, 5020])
    assert table["suppliers"].tolist() == ["s", "s;z", "z", "s;z"]
    assert table["status"].unique().tolist() == ["optimal"]
    assert table["cost:qualification"].tolist() == [0, 20, 20, 20]
    assert table["spend_share:MX"].tolist() == pytest.approx([0, 0.8, 1, 0.4])
    components = table.filter(like="cost:").sum(axis=1)
    assert components.tolist() == pytest.approx(table["expected_landed_cost"].tolist())


def test_the_folder_has_the_table_and_the_picture(grid):
    found, folder = grid
    assert sorted(path.name for path in folder.iterdir()) == [
        "journal.sqlite",
        "outcomes.csv",
        "outcomes.svg",
    ]
    read = pd.read_csv(folder / "outcomes.csv")
    assert read["objective"].tolist() == found.outcomes["objective"].tolist()
    drawn = ElementTree.fromstring((folder / "outcomes.svg").read_text(encoding="utf-8"))
    told = [title.text for title in drawn.iter(f"{SVG}title")]
    assert told[0] == "case 1: offers[location=s].unit_cost = 5, demand.quantity *= 1: 50.00; open: none"
    assert len(told) == 4


def test_the_document_is_json(grid):
    read = json.loads(json.dumps(grid[0].document, allow_nan=False))
    assert read["varied"]["demand.quantity *="] == [1, 20]
    assert read["cases"][1]["varied"] == {"offers[location=s].unit_cost": "5", "demand.quantity *=": "20"}
    assert read["cases"][1]["costs"]["purchase"] == 2500


def test_a_case_without_a_plan_and_one_that_is_wrong_are_rows():
    """300 units cannot be had; a minimum of 50 goes with a capacity of 100, not of 30."""
    wrong = swept(
        "offers[location=s].min_quantity = 5, 50", "offers[location=s].capacity = 100, 30", solve=last
    )
    assert wrong.outcomes[["case", "status"]].to_numpy().tolist() == [[4, "error"]]
    assert "min_quantity" in wrong.outcomes["error"].item()

    scarce = swept("demand.quantity = 10, 300", solve=last).outcomes
    assert scarce[["case", "status"]].to_numpy().tolist() == [[2, "infeasible"]]
    assert scarce["objective"].isna().all()


def test_the_design_of_the_base_plan_can_be_kept_and_stays_the_same(tmp_path, monkeypatch):
    """Without z, which the base plan does not qualify, s costs what it costs."""
    varied, bases = "offers[location=s].unit_cost = 20, 30", []

    def first(setup, cases):
        bases.append(setup.base)
        raise KeyboardInterrupt
        yield

    def second(setup, cases):
        bases.append(setup.base)
        yield from last(setup, cases)

    swept(varied, solve=first, folder=tmp_path / "out", fix=Fix(design=True))
    assert (tmp_path / "out" / "base" / "plan.json").is_file()
    monkeypatch.delattr(module, "Session")  # the base plan would be solved with it
    found = swept(varied, solve=second, folder=tmp_path / "out", fix=Fix(design=True)).outcomes
    assert found["objective"].tolist() == pytest.approx([300])
    assert bases[0].document == bases[1].document
    assert all(bases[0].tables[name].equals(bases[1].tables[name]) for name in bases[0].tables)


def test_a_what_if_keeps_what_it_says():
    """Qualifying z would save 80."""
    axes = read_axes({COST.partition(" =")[0]: [30], "z": [None, WhatIf("kept", (), Fix(suppliers=("z",)))]})
    assert swept(*axes, solve=last).outcomes["objective"].tolist() == pytest.approx([300])


def test_nothing_can_be_kept_where_there_is_no_base_plan():
    scarce = {**TABLES, "demand": "market,item,quantity\nm,tv,500"}
    with pytest.raises(InfeasibleError):
        swept(COST, tables=scarce, fix=Fix(design=True), solve=made_up)


def test_a_sweep_resumes_where_it_was_and_tries_errors_again(tmp_path):
    varied, again = ("offers[location=s].unit_cost = 1:3:1", QUANTITY), []

    def first(setup, cases):
        for case, found in made_up(setup, cases[:4]):
            lost = {"status": "error", "error": "lost", "code": 5, "seconds": 0.0}
            yield case, lost if case.number == 2 else found
        raise KeyboardInterrupt

    def second(setup, cases):
        again.extend(case.number for case in cases)
        yield from made_up(setup, cases[::-1])

    def nobody(setup, cases):
        raise AssertionError("everything is done")

    begun = swept(*varied, solve=first, folder=tmp_path / "out")
    assert begun.interrupted
    written = pd.read_csv(tmp_path / "out" / "outcomes.csv")
    assert written["status"].tolist() == ["optimal", "error", "optimal", "optimal"]
    moments = []
    resumed = swept(*varied, solve=second, folder=tmp_path / "out", tell=moments.append)
    assert again == [2, 5, 6]
    assert [(each.done, each.total, each.errors) for each in moments] == [(n, 6, 0) for n in (3, 4, 5, 6)]
    assert not resumed.interrupted
    assert untimed(resumed.outcomes) == untimed(swept(*varied, solve=made_up).outcomes)
    assert untimed(swept(*varied, solve=nobody, folder=tmp_path / "out").outcomes) == untimed(
        resumed.outcomes
    )


def test_another_sweep_is_not_resumed(tmp_path):
    swept(COST, QUANTITY, solve=made_up, folder=tmp_path / "out")

    def refusal(*varied, **question):
        with pytest.raises(StorageError) as caught:
            swept(*varied, solve=made_up, folder=tmp_path / "out", **question)
        return str(caught.value).removeprefix(f"{tmp_path / 'out'} holds another sweep, give a new folder: ")

    assert refusal(COST, QUANTITY.replace("20", "21")) == (
        '--vary 2 was ..., "demand.quantity *= 1"], ["20", "demand.quantity *= 20"]], '
        'now ..., "demand.quantity *= 1"], ["21", "demand.quantity *= 21"]]'
    )
    said = refusal(COST, fix=Fix(design=True))
    assert said.startswith('--fix was [], now ["fix design"]; --vary 2 was ["demand.quantity *=", ["1", ')
    assert said.endswith(", now nothing")
    other = {**TABLES, "demand": "market,item,quantity\nm,tv,11"}
    assert refusal(COST, QUANTITY, tables=other).startswith('the instance was "')


def test_a_folder_of_something_else_is_refused_and_stays_as_it_is(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StorageError, match="is not empty and holds no sweep; give a new folder"):
        swept(COST, solve=made_up, folder=tmp_path)
    with pytest.raises(StorageError, match="cannot write"):
        swept(COST, solve=made_up, folder=tmp_path / "notes.txt")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "journal.sqlite").write_text("no database, but long enough to be looked at" * 30)
    with pytest.raises(StorageError, match="cannot be read or written: file is not a database"):
        swept(COST, solve=made_up, folder=tmp_path / "broken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "notes.txt"]


def test_two_sweeps_do_not_write_to_one_folder(tmp_path):
    with (
        opened(tmp_path / "out", {"what": 1}),
        pytest.raises(StorageError, match=r"another sweep is at work in .*out"),
        opened(tmp_path / "out", {"what": 1}),
    ):
        pass


def test_what_the_journal_keeps_is_on_the_disk_at_once(tmp_path):
    with opened(tmp_path / "out", {"what": 1}) as journal:
        (mode,) = journal._connection.execute("PRAGMA journal_mode").fetchone()
        (synchronous,) = journal._connection.execute("PRAGMA synchronous").fetchone()
        assert (mode, synchronous) == ("wal", 2)  # 2: FULL
        journal.keep(3, {"status": "optimal"})
        assert not journal._connection.in_transaction
    with sqlite3.connect(tmp_path / "out" / "journal.sqlite") as connection:
        assert connection.execute("SELECT number FROM outcomes").fetchall() == [(3,)]


def test_an_alternative_that_is_wrong_leaves_no_folder(tmp_path):
    with pytest.raises(InstanceError):
        swept("demand.quantity = -1, 1", folder=tmp_path / "out", solve=made_up)
    assert not (tmp_path / "out").exists()


def test_the_line_of_one_quantity_says_where_the_design_changes():
    """A plant for 30 saves 8 a unit: it is worth it from 4 units on."""
    tables = {
        "locations": "location,role,country\ns,supplier,US\np,plant,US\nm,market,US",
        "items": "item\ntv",
        "offers": "location,item,unit_cost\ns,tv,10",
        "facilities": "location,fixed_cost\np,30",
        "production": "location,item,unit_cost\np,tv,2",
        "lanes": "origin,destination,unit_cost\ns,m,0\np,m,0",
        "demand": "market,item,quantity\nm,tv,10",
    }
    found = swept("demand.quantity = 3, 4", tables=tables)
    assert found.outcomes["objective"].tolist() == pytest.approx([30, 38])
    assert found.outcomes["opened"].tolist() == ["", "p"]
    drawn = ElementTree.fromstring(found.pictures()["outcomes"])
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in drawn.iter(f"{SVG}circle")]
    (edge,) = [line for line in drawn.iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert dots[0][0] < float(edge.get("x1")) == float(edge.get("x2")) < dots[1][0]
    assert sorted(dots, key=lambda dot: -dot[1]) == dots  # dearer is higher


def test_each_pair_of_three_quantities_has_a_picture_with_the_third_at_its_first_value():
    drawn = swept(
        "offers[location=s].unit_cost = 1,2", QUANTITY, "lanes.unit_cost = 1,2,3", solve=made_up
    ).pictures()
    assert list(drawn) == ["outcomes-1-2", "outcomes-1-3", "outcomes-2-3"]
    told = [title.text for title in ElementTree.fromstring(drawn["outcomes-1-3"]).iter(f"{SVG}title")]
    assert [text.partition(":")[0] for text in told] == [
        "case 1",
        "case 2",
        "case 3",
        "case 7",
        "case 8",
        "case 9",
    ]
    assert "USD; demand.quantity *= 1, the darker" in drawn["outcomes-1-3"]


def test_a_picture_says_where_there_is_no_plan():
    def solve(setup, cases):
        for case, found in made_up(setup, cases):
            yield case, {"status": "infeasible", "code": 3, "seconds": 0.0} if case.number == 2 else found

    found = swept("offers[location=s].unit_cost = 1,2", QUANTITY, solve=solve)
    told = [title.text for title in ElementTree.fromstring(found.pictures()["outcomes"]).iter(f"{SVG}title")]
    assert [text.partition(":")[0] for text in told] == ["case 1", "no plan", "case 3", "case 4"]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (Moment(0, 1200, 0, 0.2, float("nan")), "0 of 1,200 cases; 0 s gone"),
        (
            Moment(3, 12, 1, 65.0, 195.0),
            "3 of 12 cases, 1 with errors; 1 min 5 s gone, about 3 min 15 s left",
        ),
        (Moment(3, 12, 0, 5.0, 7300.0), "3 of 12 cases; 5 s gone, about 2 h 1 min left"),
    ],
)
def test_how_far_it_is_in_words(moment, words):
    assert str(moment) == words


def test_an_unforeseen_error_is_the_outcome_of_its_case():
    class Broken:
        def solve(self, *asked):
            raise RuntimeError("a bug,\nin two lines")

    (axis,) = read_axes("demand.quantity = 1")
    found = outcome(Broken(), (), cases([axis])[0])
    assert (found["status"], found["error"], found["code"]) == (
        "error", "unexpected RuntimeError: a bug, in two lines", 5,
    )  # fmt: skip
