import shutil
from pathlib import Path

import pytest

import planner.instance as pi

ROOT = Path(__file__).parents[3]
BENCHMARKS = sorted(path for path in (ROOT.parent / "shared" / "benchmarks").glob("*") if path.is_dir())


def test_shipped_instances_load_by_name():
    names = [entry.name for entry in pi.shipped()]
    assert names == sorted(names)
    for entry in pi.shipped():
        assert pi.load(entry.name).settings.instance.name
        assert entry.size["lanes"] > 0


def test_a_plan_folder_and_its_instance_are_the_instance(good, tmp_path):
    good.write(tmp_path / "plan" / "instance")
    assert pi.load(tmp_path / "plan").sha256 == good.sha256
    assert pi.load(tmp_path / "plan" / "instance").sha256 == good.sha256


def test_a_path_beats_a_shipped_name(good, tmp_path, monkeypatch):
    name = pi.shipped()[0].name
    good.write(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert pi.load(name).settings.instance.name == "good"


def test_a_folder_that_is_no_instance_does_not_hide_a_shipped_one(tmp_path, monkeypatch):
    name = pi.shipped()[0].name
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    assert pi.resolve(name) == pi.shipped()[0].folder


def test_other_files_in_the_folder_are_left_alone(good, tmp_path):
    good.write(tmp_path)
    (tmp_path / "README.md").write_text("not a table")
    (tmp_path / "whatifs").mkdir()
    shutil.copy(tmp_path / "lanes.csv", tmp_path / "whatifs" / "more.csv")
    assert pi.load(tmp_path).sha256 == good.sha256


@pytest.mark.parametrize("folder", BENCHMARKS, ids=lambda path: path.name)
def test_published_problems_load_without_warning(folder):
    assert pi.load(folder).warnings == ()


def test_a_folder_without_tables_is_no_instance(tmp_path):
    with pytest.raises(pi.InstanceError, match="nothing in this folder is an instance"):
        pi.load(tmp_path)
