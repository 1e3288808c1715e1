"""What commands print: for people, aligned and never cut; for machines, JSON, or nothing."""

import json
import threading
from math import inf, nan

import pytest
from typer.testing import CliRunner

import planner
from planner.cli import app
from planner.cli.tables import in_words, records, show_columns
from planner.progress import Reporter
from planner.progress import in_words as progress_in_words
from planner.solve import Progress


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A plan of `tiny` to ask about."""
    folder = tmp_path_factory.mktemp("output")
    planner.solve("tiny", folder=folder / "plan", confirm=False, report=False)
    return folder


@pytest.fixture
def run(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_COLOR", "1")

    def command(*words):
        return CliRunner().invoke(app, [word.format(new=tmp_path) for word in words])

    return command


@pytest.fixture
def terminal(monkeypatch):
    """A terminal of so many characters, without colours."""

    def wide(columns):
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")

    return wide


COMMANDS = {
    ("list",): None,
    ("new", "{new}/mine"): {"written"},
    ("check", "tiny"): {"valid", "name", "title", "sha256", "rows", "warnings"},
    ("audit", "plan"): {"passed", "checks", "worst_violation", "findings"},
    ("explain", "plan"): {"topic", "text"},
    ("info",): {"versions", "trusted", "canaries"},
    ("stress", "plan", "--every", "gateway,plant"): {"stress", "chokepoints"},
    ("frontier", "tiny", "--measure", "allied_share", "--points", "2", "-o", "{new}/f"): {"allied_share"},
    ("scenarios", "starter", "--samples", "5", "--keep", "2", "-o", "{new}/s"): {
        "folder",
        "scenarios",
        "samples",
        "disturbed",
        "distinct",
        "distance",
        "relative",
        "sampled_days",
        "kept_days",
        "warnings",
    },
    ("solve", "tiny", "-o", "{new}/plan", "--no-confirm", "--no-report"): None,
    ("report", "plan", "--no-stress", "-o", "{new}/report.html"): {"written"},
    ("compare", "plan", "plan"): None,
}


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_every_command_speaks_json(run, words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    assert COMMANDS[words] is None or set(found) == COMMANDS[words]


def test_every_command_takes_both_options():
    for command in app.registered_commands:
        options = [name for name in command.callback.__annotations__ if name in ("quiet", "as_json")]
        assert options == ["quiet", "as_json"], command.name


@pytest.mark.parametrize(
    "words", [words for words in COMMANDS if words[0] not in ("info", "frontier")], ids=lambda words: words[0]
)
def test_quiet_prints_nothing(run, words):
    result = run(*words, "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_problems_come_as_json_too(run, tmp_path):
    result = run("check", "tinny", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["problems"][0]["nearest"] == "tiny"
    assert "did you mean 'tiny'?" in result.stderr


@pytest.mark.parametrize(
    ("name", "cells", "heading", "words"),
    [
        ("fill_rate", [1.0, 0.99996], "fill rate", ["100.000%", "99.996%"]),
        ("fill_rate", [1.0, 0.5], "fill rate", ["100.0%", "50.0%"]),
        ("gap", [1e-12, nan], "gap", ["0.0%", ""]),
        ("cost", [3_742_384.2, 3_742_384.2], "cost, EUR", ["3,742,384", "3,742,384"]),
        ("cost", [2_996_880_678.06, 1.0], "cost, million EUR", ["2,996.88", "0.00"]),
        ("cost", [12.5, 3.0], "cost, EUR", ["12.50", "3.00"]),
        ("lost_units", [0.0, 120_000.0], "lost units", ["0", "120,000"]),
        ("time_to_survive", [86.4, inf], "time to survive", ["86.40", "∞"]),
        ("limit", [nan, 0.25], "limit", ["", "0.25"]),
        ("points", [1, 2], "points", ["1", "2"]),
        ("single_points", ["a;b", None], "single points", ["a; b", ""]),
        ("extra_cost", [-0.0, -1e-9], "extra cost, EUR", ["0.00", "0.00"]),
    ],
)
def test_a_column_in_words(name, cells, heading, words):
    assert in_words(name, cells, "EUR") == (heading, words)


WIDE = {
    "name": ["los-angeles-port", "x"],
    "recovery_days": [30, 7],
    "extra_cost": [1_234_567.0, 2.0],
    "title": ["a long text that goes on and on", ""],
}


def test_a_row_is_a_line_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    show_columns(WIDE, currency="USD")
    assert capsys.readouterr().out.splitlines() == [
        "name              recovery days  extra cost, USD  title",
        "los-angeles-port             30        1,234,567  a long text that goes on and on",
        "x                             7                2",
    ]


def test_a_narrow_terminal_folds_words_and_cuts_no_figure(capsys, terminal):
    terminal(46)
    show_columns(WIDE, "places", currency="USD")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 46
    said = " ".join(lines)
    assert "places" in lines[0]
    assert "1,234,567" in said
    assert "…" not in said
    assert "".join(line[:12] for line in lines).replace(" ", "").find("los-angeles-") >= 0


def test_colours_only_on_a_terminal_that_wants_them(terminal, monkeypatch, run):
    terminal(80)
    assert "\x1b[3" not in run("solve", "tiny", "-o", "{new}/plan", "--no-confirm", "--no-report").stdout
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b[3" in run("solve", "tiny", "-o", "{new}/plan", "--no-confirm", "--no-report").stdout


def test_progress_is_drawn_by_nobody_else(terminal, capsys):
    """Pyomo replaces `sum` for everybody while it reads a rule, so a thread that draws would stumble over it."""
    terminal(80)
    before = threading.active_count()
    with Reporter() as reporter:
        reporter.stage("building")
        assert threading.active_count() == before
        reporter.tell("case [1] of 2")
    drawn = capsys.readouterr().err
    assert "building" in drawn
    assert "case [1] of 2" in drawn


@pytest.mark.parametrize(
    ("best", "shown"), [(2_998_721_234.4, "2,998,721,234"), (1_234.5678, "1,234.57"), (inf, "none yet")]
)
def test_progress_has_no_exponents(best, shown):
    assert f"  best {shown}  bound {shown}  " in progress_in_words(Progress(best, best, inf, 12, 8.0))


def test_help_shows_what_stands_in_brackets(terminal, run):
    terminal(100)
    said = run("solve", "--help").stdout
    assert "Change cells, as in 'items[item=tv].weight_kg *= 2'." in said
    assert "default plans/NAME." in said


def test_a_title_with_brackets_is_shown_as_it_is(capsys):
    show_columns({"from": ["0"]}, "plans by tariffs[origin=CN].rate")
    assert capsys.readouterr().out.splitlines()[0] == "plans by tariffs[origin=CN].rate"


def test_what_changes_comes_first_in_the_summary():
    plan = planner.solve("starter", confirm=False)
    section = str(plan).partition("Facilities\n")[2].partition("\n\n")[0].splitlines()
    changed = ["opens" in line or "closes" in line for line in section]
    assert changed == sorted(changed, reverse=True)
    assert any(changed)


def test_json_has_no_infinity():
    import pandas as pd

    table = pd.DataFrame({"a": [inf, nan, 1.5], "b": [1, 2, 3], "c": ["x", None, "z"]})
    assert records(table) == [
        {"a": None, "b": 1, "c": "x"},
        {"a": None, "b": 2, "c": None},
        {"a": 1.5, "b": 3, "c": "z"},
    ]
