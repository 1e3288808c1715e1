"""Each folder of fixtures/bad breaks one rule: the whole message is compared with its expected.txt.

A fixture holds only the files that differ from fixtures/good; `removed.txt` lists files to leave out.
"""

import shutil
from pathlib import Path

import pytest

import planner.instance as pi

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
        pi.load(path)
    assert str(caught.value) + "\n" == (FIXTURES / "bad" / rule / "expected.txt").read_text()
    assert sorted(tmp_path.iterdir()) == before


def test_there_are_enough_rules():
    assert len(RULES) >= 60


def test_the_good_instance_has_no_fault_and_no_warning():
    assert pi.load(FIXTURES / "good").warnings == ()


def test_an_instance_that_does_not_exist_is_named_with_what_there_is(tmp_path):
    with pytest.raises(pi.InstanceError, match=r"no such instance; expected a folder, an .xlsx workbook"):
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


def test_many_faults_of_a_column_are_summed_up(tmp_path):
    shutil.copytree(FIXTURES / "good", tmp_path, dirs_exist_ok=True)
    rows = "".join(f"g{n},nobody{n}\n" for n in range(50))
    (tmp_path / "groups.csv").write_text("group,member\nworks,tijuana\nworks,hanoi\ninputs,panel\n" + rows)
    with pytest.raises(pi.InstanceError) as caught:
        pi.load(tmp_path)
    assert len(caught.value.problems) == 21
    assert (
        str(caught.value.problems[-1])
        == "groups.csv:25:member: 30 more like the ones above, from this row on"
    )
