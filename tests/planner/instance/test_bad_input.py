"""Each folder of fixtures/bad breaks one rule: the whole message is compared with its expected.txt.

A fixture holds only the files that differ from fixtures/good; `removed.txt` lists files to leave out.
"""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import planner
import planner.instance as pi
from planner.cli import app

FIXTURES = Path(__file__).parents[2] / "fixtures"
RULES = sorted(folder.name for folder in (FIXTURES / "bad").iterdir())
NOT_INPUT = ("expected.txt", "removed.txt")


def broken_copy(rule: str, folder: Path) -> Path:
    """The good instance with the fault of the rule, as a folder or workbook below `folder`."""
    fault = FIXTURES / "bad" / rule
    if (fault / "instance.xlsx").exists():
        return Path(shutil.copy(fault / "instance.xlsx", folder))
    shutil.copytree(FIXTURES / "good", folder, dirs_exist_ok=True)
    removed = fault / "removed.txt"
    for name in removed.read_text().split() if removed.exists() else ():
        (folder / name).unlink()
    for file in fault.iterdir():
        if file.name not in NOT_INPUT:
            shutil.copy(file, folder)
    return folder


@pytest.mark.parametrize("rule", RULES)
def test_bad_input_says_what_is_wrong_and_where(rule, tmp_path):
    path = broken_copy(rule, tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(pi.InstanceError) as caught:
        planner.check(path)
    assert str(caught.value) + "\n" == (FIXTURES / "bad" / rule / "expected.txt").read_text()
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("rule", RULES)
def test_bad_input_ends_the_command_with_2_and_writes_nothing(rule, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "input").mkdir()
    path = broken_copy(rule, tmp_path / "input")
    result = CliRunner().invoke(app, ["solve", str(path)])
    problems = (FIXTURES / "bad" / rule / "expected.txt").read_text().splitlines()
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    assert result.exit_code == 2
    said = [line for line in result.stderr.splitlines() if line not in ("reading", "")]
    assert said[-len(problems) - 1 :] == [*problems, f"error: {count} with the input"]
    assert result.stdout == ""
    assert [file.name for file in tmp_path.iterdir()] == ["input"]


def test_there_are_enough_rules():
    assert len(RULES) >= 60


def test_the_good_instance_has_no_fault_and_no_warning():
    assert pi.load(FIXTURES / "good").warnings == ()


def test_an_instance_that_does_not_exist_is_named_with_what_there_is(tmp_path):
    with pytest.raises(pi.InstanceError, match=r"no such instance; expected a folder with instance.toml"):
        pi.load(tmp_path / "nowhere")


def test_a_shipped_name_with_a_path_is_no_shipped_name():
    with pytest.raises(pi.InstanceError, match="no such instance"):
        pi.load("../../planner/../nothing")


def test_all_problems_come_at_once_in_the_order_of_the_tables(tmp_path):
    shutil.copytree(FIXTURES / "good", tmp_path, dirs_exist_ok=True)
    for rule in ("latitude", "negative", "event-field", "unknown-key"):
        for file in (FIXTURES / "bad" / rule).iterdir():
            if file.name not in NOT_INPUT:
                shutil.copy(file, tmp_path)
    with pytest.raises(pi.InstanceError) as caught:
        pi.load(tmp_path)
    assert [problem.place for problem in caught.value.problems] == [
        "instance.toml:horizon.discountrate",
        "locations.csv:2:latitude",
        "offers.csv:3:unit_cost",
        "events.csv:5:field",
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (('currency = "EUR"', "currency = EUR"), "instance.toml"),
        (('currency = "EUR"', "currency = 5"), "instance.toml:instance.currency"),
        (('currency = "EUR"', 'curency = "EUR"'), "instance.toml:instance.curency"),
        (("[instance]", "[instanse]"), "instance.toml:instanse"),
        (("periods", "period"), "instance.toml:horizon.period"),
        (("[horizon]", "[horizons]"), "instance.toml:horizons"),
        (("[horizon]", ""), "instance.toml:instance.periods"),
        (("days_per_period = 730", "days_per_period = true"), "instance.toml:horizon.days_per_period"),
    ],
)
def test_what_depends_on_settings_that_are_not_known_is_not_checked(tmp_path, change, place):
    """The currency of the instance, its periods and their days stand in the tables too."""
    shutil.copytree(FIXTURES / "good", tmp_path, dirs_exist_ok=True)
    settings = (FIXTURES / "good" / "instance.toml").read_text()
    settings = settings.replace("USD", "EUR").replace("period = 365", "period = 730")
    (tmp_path / "instance.toml").write_text(settings.replace(*change))
    (tmp_path / "currencies.csv").write_text("currency,rate\nEUR,1\nUSD,0.9\nMXN,0.055\n")
    events = (FIXTURES / "good" / "events.csv").read_text()
    (tmp_path / "events.csv").write_text(events.replace(",60\n", ",700\n"))
    with pytest.raises(pi.InstanceError) as caught:
        pi.load(tmp_path)
    places = [problem.place for problem in caught.value.problems]
    assert place in places
    assert all(where.startswith("instance.toml") for where in places)


def test_what_does_not_depend_on_settings_is_checked_without_them(tmp_path):
    shutil.copytree(FIXTURES / "good", tmp_path, dirs_exist_ok=True)
    for rule in ("toml-syntax", "latitude", "negative"):
        for file in (FIXTURES / "bad" / rule).iterdir():
            if file.name not in NOT_INPUT:
                shutil.copy(file, tmp_path)
    with pytest.raises(pi.InstanceError) as caught:
        pi.load(tmp_path)
    assert [problem.place for problem in caught.value.problems] == [
        "instance.toml",
        "locations.csv:2:latitude",
        "offers.csv:3:unit_cost",
    ]


def test_an_empty_settings_file_lacks_its_name_whatever_else_is_wrong(tmp_path):
    shutil.copytree(FIXTURES / "good", tmp_path, dirs_exist_ok=True)
    shutil.copy(FIXTURES / "bad" / "latitude" / "locations.csv", tmp_path)
    (tmp_path / "instance.toml").write_text("")
    with pytest.raises(pi.InstanceError) as caught:
        pi.load(tmp_path)
    assert [str(problem).partition(";")[0] for problem in caught.value.problems] == [
        "instance.toml:instance: the key is missing",
        "locations.csv:2:latitude: above the greatest value",
    ]


@pytest.mark.parametrize("table", pi.TABLES)
def test_a_misspelt_column_is_all_that_is_said(tmp_path, table):
    shutil.copytree(FIXTURES / "good", tmp_path, dirs_exist_ok=True)
    file = tmp_path / f"{table}.csv"
    head, _, rest = file.read_text().partition("\n")
    for name in head.split(","):
        misspelt = [column + "x" if column == name else column for column in head.split(",")]
        file.write_text(",".join(misspelt) + "\n" + rest)
        with pytest.raises(pi.InstanceError) as caught:
            pi.load(tmp_path)
        assert str(caught.value) == (
            f"{table}.csv:1:{name}x: no such column; found '{name}x'; expected a column of {table}; "
            f"did you mean '{name}'?"
        )


def test_many_faults_of_a_column_are_summed_up(tmp_path):
    shutil.copytree(FIXTURES / "good", tmp_path, dirs_exist_ok=True)
    rows = "".join(f"g{n},nobody{n}\n" for n in range(50))
    groups = (FIXTURES / "good" / "groups.csv").read_text()
    (tmp_path / "groups.csv").write_text(groups + rows)
    with pytest.raises(pi.InstanceError) as caught:
        pi.load(tmp_path)
    assert len(caught.value.problems) == 21
    assert (
        str(caught.value.problems[-1])
        == "groups.csv:29:member: 30 more like the ones above, from this row on"
    )


CELLS = "| |nan|inf|1e400|-1|0|*|;|a;b|group:|group:works|region:Nowhere|ally:maybe|x>y|>|2029|9999-12-31|0001-01-01"
CELLS += "|yes|seoul|west|tv|MFN|base|1e308|1e-320|٣|\u200b|'=1|\"|\x07|" + "x" * 150


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_a_cell_holds_the_outcome_is_an_instance_or_its_problems(data):
    tables = {file.stem: list(csv.reader(file.open())) for file in (FIXTURES / "good").glob("*.csv")}
    table = data.draw(st.sampled_from(sorted(tables)))
    row = data.draw(st.integers(1, len(tables[table]) - 1))
    column = data.draw(st.integers(0, len(tables[table][row]) - 1))
    tables[table][row][column] = data.draw(st.sampled_from(CELLS.split("|")) | st.text(max_size=8))
    frames = {name: pd.DataFrame(cells[1:], columns=cells[0]) for name, cells in tables.items()}
    keys = pi.load(FIXTURES / "good").given_settings.model_dump(exclude_none=True)
    problems = ()
    try:
        instance = pi.Instance.from_tables(frames, keys)
    except pi.InstanceError as error:
        problems = error.problems
    else:
        assert pi.Instance.from_tables(instance.given, keys).sha256 == instance.sha256
    assert all(problem.place and problem.message for problem in problems)
