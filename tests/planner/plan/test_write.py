"""The output folder: whole or not there, safe to replace, and read back as it was."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.audit import audit
from planner.errors import NoSolutionError, StorageError
from planner.plan import audited, read, write
from planner.plan.columns import TABLES, frame
from planner.plan.write import read_table, write_table
from planner.solve.arrays import Status


def passes(folder):
    assert (folder / "plan.json").is_file()
    return {"passed": True, "checks": 3, "worst_violation": 0.0, "findings": []}


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_write_makes_a_whole_folder_and_nothing_beside_it(plan, tmp_path):
    written = write(plan, tmp_path / "plans" / "hand", passes)
    assert names(tmp_path / "plans") == ["hand"]
    assert names(tmp_path / "plans" / "hand") == sorted(
        ["instance", "plan.json", *(f"{name}.csv" for name in TABLES)]
    )
    assert written.folder == tmp_path / "plans" / "hand"
    assert written.audit == {"passed": True, "checks": 3, "worst_violation": 0.0, "findings": []}
    document = json.loads((tmp_path / "plans" / "hand" / "plan.json").read_text())
    assert document["audit"]["passed"] is True
    keys = (
        "format instance changes status proven confirmed objective bound gap seconds expected_landed_cost "
        "penalty costs metrics size audit versions"
    )
    assert set(keys.split()) <= set(document)
    assert document["seconds"]["total"] == pytest.approx(0.8)


def test_the_independent_audit_agrees_with_every_table(plan, tmp_path):
    report = audit(write(plan, tmp_path / "hand").folder)
    assert report.findings == ()
    assert report.checks > 100


def test_read_gives_back_what_was_written(plan, tmp_path):
    write(plan, tmp_path / "hand")
    back = read(tmp_path / "hand")
    assert dict(back.document) == dict(plan.document)
    assert back.instance.sha256 == plan.instance.sha256
    for name in TABLES:
        pd.testing.assert_frame_equal(back.tables[name], plan.tables[name])


def test_an_existing_plan_is_replaced(plan, tmp_path):
    write(plan, tmp_path / "hand")
    write(plan.with_(changes=["more"]), tmp_path / "hand")
    assert read(tmp_path / "hand").document["changes"] == ["more"]
    assert names(tmp_path) == ["hand"]


def test_an_existing_plan_stays_if_the_new_one_cannot_be_written(plan, tmp_path):
    write(plan, tmp_path / "hand")

    def breaks(folder):
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left on device"):
        write(plan, tmp_path / "hand", breaks)
    assert read(tmp_path / "hand").objective == plan.objective
    assert names(tmp_path) == ["hand"]


def test_an_empty_folder_is_filled_in_place(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(plan, tmp_path / ".", passes)
    assert read(tmp_path).audit["passed"]
    assert (tmp_path / "plan.json").is_file()
    assert not [name for name in names(tmp_path) if name.startswith(".")]


@pytest.mark.parametrize("content", ["notes.txt", "plan.json"])
def test_any_other_folder_is_refused(plan, tmp_path, content):
    (tmp_path / content).write_text("{}")
    with pytest.raises(StorageError, match="is not empty and holds no plan"):
        write(plan, tmp_path)
    assert names(tmp_path) == [content]


def test_a_plan_with_something_of_the_user_beside_it_is_refused(plan, tmp_path):
    write(plan, tmp_path / "hand")
    (tmp_path / "hand" / "notes.txt").write_text("mine")
    (tmp_path / "hand" / ".DS_Store").write_text("")
    with pytest.raises(StorageError, match=r"holds notes\.txt beside its plan"):
        write(plan, tmp_path / "hand")
    (tmp_path / "hand" / "notes.txt").unlink()
    write(plan, tmp_path / "hand")


def test_a_file_is_refused(plan, tmp_path):
    (tmp_path / "hand").write_text("")
    with pytest.raises(StorageError, match="is a file"):
        write(plan, tmp_path / "hand")


def test_no_plan_is_not_written(plan, tmp_path):
    with pytest.raises(NoSolutionError):
        write(plan.with_(status=Status.NO_SOLUTION.value), tmp_path / "hand")
    assert names(tmp_path) == []


def test_a_plan_travels_between_processes(plan):
    back = pickle.loads(pickle.dumps(plan))
    assert repr(back) == repr(plan)
    assert back.flows.equals(plan.flows)


def test_audited_keeps_no_folder(plan):
    assert audited(plan, passes).audit["passed"]


def test_read_refuses_what_is_not_a_plan(tmp_path):
    with pytest.raises(StorageError, match=r"has no plan\.json"):
        read(tmp_path)


def test_read_names_a_missing_table(plan, tmp_path):
    write(plan, tmp_path / "hand")
    (tmp_path / "hand" / "flows.csv").unlink()
    with pytest.raises(StorageError, match=r"flows\.csv"):
        read(tmp_path / "hand")


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12), min_size=1),
    st.floats(allow_nan=False, allow_infinity=True),
)
def test_cells_read_back_as_they_were(tmp_path_factory, texts, number):
    path = tmp_path_factory.mktemp("cells") / "duals.csv"
    count = len(texts)
    columns = {
        "constraint": texts,
        "location": texts,
        "item": "",
        "contract": "",
        "period": "1",
        "dual": np.full(count, number),
    }
    table = frame("duals", columns)
    write_table(table, path)
    pd.testing.assert_frame_equal(read_table(path, "duals"), table)


def test_a_text_that_looks_like_a_formula_is_quoted(tmp_path):
    columns = {
        "constraint": ["=1+1", "'=x", "'x"],
        "location": "",
        "item": "-",
        "contract": "",
        "period": "1",
        "dual": [-1.0] * 3,
    }
    write_table(frame("duals", columns), tmp_path / "duals.csv")
    assert (tmp_path / "duals.csv").read_text().splitlines()[1:] == [
        "'=1+1,,'-,,1,-1.0",
        "''=x,,'-,,1,-1.0",
        "'x,,'-,,1,-1.0",
    ]


def test_an_infinite_bound_is_null(instance, data, outcome, tmp_path):
    from planner.plan import assemble

    solution = replace(outcome.solution, bound=float("-inf"), gap=float("inf"), status=Status.FEASIBLE)
    plan = write(assemble(instance, data, replace(outcome, solution=solution)), tmp_path / "hand")
    assert plan.document["bound"] is None
    assert plan.bound == float("-inf")


def test_a_plan_outlives_what_cannot_be_added_to_it(tmp_path, plan):
    """A report that fails must not cost the plan that it is about."""

    def fails(plan, folder):
        (folder / "report.html").write_text("half")
        raise ValueError("no ink")

    with pytest.raises(ValueError, match="no ink"):
        write(plan, tmp_path / "plan", adds=[fails])
    assert read(tmp_path / "plan").objective == plan.objective
