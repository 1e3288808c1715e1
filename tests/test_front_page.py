"""What the README files promise: the commands, the example and the links hold."""

import re
from pathlib import Path

import pytest

import planner
from planner.cli import app
from planner.instance import apply, parse_set, shipped

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
READMES = sorted(
    path
    for pattern in (
        "README.md",
        *(f"{folder}/**/README.md" for folder in ("models", "instances", "tests", "docs")),
    )
    for path in ROOT.glob(pattern)
)
COMMANDS = {command.name for command in app.registered_commands}


def blocks(language):
    """The fenced blocks of the README in a language."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
    return [block for name, block in fenced if name == language]


def example(word):
    """The one Python block of the README in which a word stands."""
    (block,) = (block for block in blocks("python") if word in block)
    return block


def test_two_commands_are_all_the_set_up():
    solve, test = blocks("bash")
    assert all(len(block.splitlines()) == 1 for block in (solve, test))
    assert solve.strip().endswith("planner solve tv-north-america")
    assert "pytest" in test


def test_ci_runs_the_test_command_as_it_stands():
    (command,) = (block.strip() for block in blocks("bash") if "pytest" in block)
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_rule_of_ones_own_holds():
    """Panels of tiny, were Gumi to make 100: 60 of them would be its own; 10 more of Shenzhen's cost 2 each more."""
    small = example("extend=").replace("open_cell", "panel").replace("0.4 *", "0.5 *")
    assert small.count("0.5 *") == small.count("'panel'") == 1
    instance = apply(planner.load("tiny"), [parse_set("offers[location=gumi].capacity = 100")])
    names = {"planner": planner, "instance": instance}
    exec(compile(small, "README.md", "exec"), names)
    bought = names["plan"].contracts.groupby("location")["volume"].sum()
    assert bought.to_dict() == pytest.approx({"gumi": 50, "shenzhen": 50})
    assert planner.solve(instance).objective == pytest.approx(14_140)
    assert names["plan"].objective == pytest.approx(14_160)


def test_every_name_of_the_example_is_public():
    names = set(re.findall(r"\bplanner\.(\w+)", README))
    assert names <= set(planner.__all__)


@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_named_exists(path):
    code = "\n".join(re.findall(r"`([^`]+)`", path.read_text(encoding="utf-8")))
    named = set(re.findall(r"(?:^|[ /])planner ([a-z]+)\b", code, re.M))
    assert named <= COMMANDS


def test_the_readme_names_every_command():
    assert {name for name in COMMANDS if f"| `planner {name}" in README} == COMMANDS


@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(path):
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    missing = [
        link
        for link in links
        if not re.match(r"[a-z]+:|#", link) and not (path.parent / link.partition("#")[0]).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("entry", shipped(), ids=lambda entry: entry.name)
def test_every_change_to_try_changes_the_instance(entry):
    text = (entry.folder / "README.md").read_text(encoding="utf-8")
    instance = planner.load(entry.name)
    for change in re.findall(r"--set '([^']+)'", text):
        assert apply(instance, [parse_set(change)]).sha256 != instance.sha256
