"""`planner whatif` and `planner compare`: what they print and write, and their exit codes."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import planner
from planner.cli import app

FREE = 'title = "No duty"\n[[change]]\ntable = "tariffs"\nset = { rate = 0 }\n'
STARVED = 'title = "Small plants"\n[[change]]\ntable = "facilities"\nset = { capacity = 30 }\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with `mine`, which keeps two what-ifs, and the plan of it."""
    folder = tmp_path_factory.mktemp("home")
    planner.new(folder / "mine", "tiny")
    (folder / "mine" / "whatifs").mkdir()
    for name, text in (("free", FREE), ("starved", STARVED)):
        (folder / "mine" / "whatifs" / f"{name}.toml").write_text(text, encoding="utf-8")
    planner.solve(folder / "mine", folder=folder / "plan")
    return folder


@pytest.fixture
def run(home, monkeypatch):
    monkeypatch.chdir(home)
    monkeypatch.setenv("NO_COLOR", "1")
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def everything(home):
    """The answer to all what-ifs that are kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("NO_COLOR", "1")
        return CliRunner().invoke(app, ["whatif", "mine", "--base", "plan"])


def problems(result):
    assert result.exit_code == 2, result.output
    return result.stderr.splitlines()[:-1]


def test_all_that_are_kept_stand_beside_the_base(everything, home):
    assert everything.exit_code == 3  # one of the worlds has no plan
    assert "free" in everything.stdout
    assert "Small plants" in everything.stdout
    told = everything.stderr.splitlines()
    assert told[:3] == ["the base plan", "1 of 2: free", "2 of 2: starved"]
    assert told[3:6] == [
        "starved: no plan satisfies all the rules",
        "least repair:",
        "  facilities.csv:3:capacity: capacity of dallas (base) 30 -> 70",
    ]
    folder = home / "whatifs" / "mine"
    assert sorted(path.name for path in folder.iterdir()) == [
        "base", "bridge.csv", "duties.csv", "facilities.csv", "free", "metrics.csv", "volumes.csv", "whatifs.csv"
    ]  # fmt: skip
    written = pd.read_csv(folder / "whatifs.csv").set_index("whatif")
    assert written["objective"].to_dict() == pytest.approx(
        {"free": 13_340, "starved": float("nan")}, nan_ok=True
    )
    assert planner.read(folder / "free").objective == pytest.approx(13_340)


def test_every_change_that_cannot_be_read_is_said(run):
    result = run("whatif", "mine", "--set", "tariffs", "--set", "offers[location=a,location=b].unit_cost = 1")
    assert problems(result) == [
        "--set tariffs: not a change; expected table[column=value,...].column = value (or += or *=)",
        "--set offers[location=a,location=b].unit_cost = 1: a column with two conditions; found 'location'; "
        "expected location=(one or other)",
    ]


def test_what_is_to_be_kept_is_looked_up_before_anything_is_solved(run, home):
    (home / "later.toml").write_text('[fix]\nfacilities = ["dalas"]\n', encoding="utf-8")
    result = run("whatif", "mine", "free", "later.toml")
    assert problems(result) == [
        "later.toml:fix.facilities: no such location; found 'dalas'; expected one of the facilities of the instance; "
        "did you mean 'dallas'?"
    ]


def test_a_new_answer_takes_the_place_of_an_old_one(everything, run, home):
    shutil.copytree("whatifs/mine", "old/answer")
    changes = ("--set", "tariffs.rate = 0", "--set", "demand.quantity *= 1")
    result = run("whatif", "plan", "-o", "old/answer", *changes, "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert {path.name for path in Path("old/answer").iterdir() if path.is_dir()} == {"base", "set"}
    assert [path.name for path in Path("old").iterdir()] == ["answer"]


def test_a_file_with_the_design_kept_as_json(run, home):
    path = home / "mine" / "whatifs" / "free.toml"
    result = run(
        "whatif", "mine", str(path), "--fix", "design", "--base", "plan", "-o", "kept", "--json", "--quiet"
    )
    assert result.exit_code == 0, result.stderr
    (document,) = json.loads(result.stdout)
    assert document["changes"] == ["tariffs.rate = 0", "fix design"]
    assert document["difference"] == pytest.approx(-600)


def test_the_kept_ones_are_listed(run):
    assert run("whatif", "mine", "--list").stdout.splitlines() == [
        "free     No duty",
        "           tariffs.rate = 0",
        "starved  Small plants",
        "           facilities.capacity = 30",
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("mine", "fre", "starvd"),
            [
                "mine: no such what-if; found 'fre'; expected a .toml file, or one of: free, starved; "
                "did you mean 'free'?",
                "mine: no such what-if; found 'starvd'; expected a .toml file, or one of: free, starved; "
                "did you mean 'starved'?",
            ],
        ),
        (
            ("tiny",),
            ["tiny: no what-if is kept with the instance; expected --set, a what-if file, or whatifs/*.toml "
             "beside the instance"],
        ),
        (
            ("mine", "--fix", "desing"),
            ["--fix: not what can be kept; found 'desing'; expected design; did you mean 'design'?"],
        ),
        (("mine", "free", "free"), ["free.toml: the what-if is asked twice; found 'free'; expected each name once"]),
        (
            ("mine", "--base", "plan", "--set", "tariffs.rat = 0"),
            ["--set tariffs.rat = 0: no such column; found 'rat'; expected a column of tariffs; did you mean 'rate'?"],
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_bad_input(run, home, words, expected):
    result = run("whatif", *words, "-o", "refused")
    assert problems(result) == expected
    assert not (home / "refused").exists()


def test_a_file_that_is_not_there_cannot_be_read(run):
    assert run("whatif", "mine", "nowhere.toml").exit_code == 7


def test_a_folder_of_something_else_is_left_alone(run):
    result = run("whatif", "mine", "free", "-o", "mine")
    assert result.exit_code == 7
    assert "mine exists and is not empty" in result.stderr


def test_two_plans_side_by_side(everything, run, home):
    result = run("compare", "plan", "whatifs/mine/free", "-o", "bridge.csv")
    assert result.exit_code == 0, result.stderr
    assert "free: tariffs.rate = 0" in result.stdout
    assert Path("bridge.csv").read_text(encoding="utf-8").splitlines()[:2] == [
        "component,base,what_if,difference",
        "duty:MFN,600.0,0.0,-600.0",
    ]
    document = json.loads(run("compare", "plan", "whatifs/mine/free", "--json").stdout)
    assert document["proven"] == pytest.approx([-860, -860])


def test_what_is_no_plan_cannot_be_compared(run):
    assert run("compare", "plan", "mine").exit_code == 7
