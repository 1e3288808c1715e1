"""`planner scenarios`: what it prints and writes, and its exit codes."""

import pytest
from typer.testing import CliRunner

import planner
from planner.cli import app


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return lambda *words: CliRunner().invoke(app, list(words))


def test_it_writes_an_instance_that_checks_and_solves(run, tmp_path):
    made = run("scenarios", "starter", "--samples", "300", "--keep", "4", "--seed", "7", "-o", "risky")
    assert made.exit_code == 0, made.stderr
    lines = made.stdout.splitlines()
    assert lines[0].split() == ["scenario", "probability", "title"]
    assert lines[1].split(maxsplit=2)[::2] == ["base", "nothing fails"]
    assert [line.split()[0] for line in lines[2:6]] == [f"outage-{number}" for number in range(1, 5)]
    assert sum(float(line.split()[1].rstrip("%")) for line in lines[1:6]) == pytest.approx(100, abs=0.3)
    assert lines[6].startswith("300 samples: something fails in ")
    assert lines[7].startswith("distance of the scenarios to the samples: ")
    assert lines[8].startswith("days of outage over all places: ")
    assert lines[-1] == "wrote risky; next: planner solve risky"

    assert (
        planner.load(tmp_path / "risky").sha256
        == planner.scenarios("starter", samples=300, keep=4, seed=7).sha256
    )
    checked = run("check", "risky")
    assert checked.exit_code == 0
    assert "no errors, 0 warnings" in checked.stdout
    plan = planner.solve(tmp_path / "risky", audited=False, confirm=False, gap=0.01)
    assert plan.document["size"]["scenarios"] == 5


def test_changes_come_first(run, tmp_path):
    words = ("--set", "locations.outage_rate = 0", "--set", "gateways.outage_rate = 0", "--samples", "50")
    made = run("scenarios", "starter", *words, "-o", "calm")
    assert made.exit_code == 0, made.stderr
    titles = planner.load(tmp_path / "calm").tables["scenarios"]["title"]
    assert titles.str.startswith("all of ").all()


def test_quiet_prints_nothing(run, tmp_path):
    made = run("scenarios", "starter", "--quiet", "--samples", "50", "-o", "risky")
    assert (made.exit_code, made.output) == (0, "")
    assert (tmp_path / "risky" / "events.csv").is_file()


def test_a_folder_in_use_is_refused(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    refused = run("scenarios", "starter", "-o", "mine")
    assert refused.exit_code == 7
    assert refused.stderr == "error: mine exists and is not empty; give a new folder\n"
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tiny",), "locations.csv:outage_rate: nothing ever fails"),
        (
            ("starter", "--samples", "0"),
            "samples: not above the least value; found '0'; expected more than 0",
        ),
        (("starter", "--keep", "1000"), "keep: above the greatest value; found '1000'; expected at most 200"),
        (("nowhere",), "nowhere: no such instance"),
        (("starter", "--set", "nonsense"), "--set nonsense: not a change"),
    ],
)
def test_bad_input_is_said_and_nothing_written(run, tmp_path, words, said):
    refused = run("scenarios", *words, "-o", "risky")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(said)
    assert list(tmp_path.iterdir()) == []
