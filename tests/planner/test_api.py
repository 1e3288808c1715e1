"""The public names: lazy, typed, and the same ones as the command line uses."""

import inspect
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import planner
from planner import errors
from planner.errors import InfeasibleError, InstanceError, StorageError
from planner.instance import TABLES

ROOT = Path(__file__).parents[2]


def python(code):
    """Run code in a fresh interpreter."""
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'models'}", "PATH": ""}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False, cwd=ROOT
    )


@pytest.fixture(scope="module")
def plan():
    return planner.solve(planner.load("tiny"), gap=0)


def test_importing_loads_nothing_heavy():
    heavy = "numpy pandas scipy pyomo highspy pydantic rich typer networkx"
    done = python(f"import sys, planner; print([n for n in '{heavy}'.split() if n in sys.modules])")
    assert done.stdout == "[]\n", done.stderr


def test_the_command_line_loads_nothing_heavy_for_help():
    heavy = "numpy pandas scipy pyomo highspy pydantic networkx"
    done = python(f"import sys, planner.cli; print([n for n in '{heavy}'.split() if n in sys.modules])")
    assert done.stdout == "[]\n", done.stderr


def test_every_public_name_is_there():
    assert {name for name in planner.__all__ if getattr(planner, name) is None} == set()
    assert set(planner.__all__) <= set(dir(planner))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        planner.nonsense  # noqa: B018


@pytest.mark.parametrize("name", [name for name in dir(errors) if name.endswith("Error")])
def test_every_error_is_a_public_name(name):
    assert getattr(planner, name) is getattr(errors, name)
    assert name in planner.__all__


def test_the_errors_load_nothing_else():
    done = python("import sys, planner; planner.InstanceError; print('planner.api' in sys.modules)")
    assert done.stdout == "False\n", done.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gap": -1}, "gap: below the least value; found '-1'; expected at least 0"),
        ({"gap": float("nan")}, "gap: not a finite number; found 'nan'; expected a finite number"),
        ({"gap": "x"}, "gap: not a number; found 'x'; expected a number, without quotes"),
        (
            {"gap": "0.1"},
            "gap: not a number; found '0.1'; expected a number, without quotes; did you mean '0.1'?",
        ),
        ({"time_limit": -5}, "time_limit: below the least value; found '-5'; expected at least 0"),
        ({"threads": 100_000}, "threads: above the greatest value; found '100000'; expected at most 256"),
        (
            {"threads": True},
            "threads: not a whole number; found 'true'; expected a whole number, without quotes",
        ),
        ({"seed": 1.5}, "seed: not a whole number; found '1.5'; expected a whole number, without quotes"),
        (
            {"gap": -1, "seed": -2},
            "gap: below the least value; found '-1'; expected at least 0\n"
            "seed: below the least value; found '-2'; expected at least 0",
        ),
    ],
)
def test_a_setting_that_is_not_valid_is_bad_input(tmp_path, settings, message):
    with pytest.raises(InstanceError) as caught:
        planner.solve("tiny", folder=tmp_path / "plan", **settings)
    assert str(caught.value) == message
    assert list(tmp_path.iterdir()) == []


def test_a_what_if_is_asked_by_its_name(tmp_path):
    planner.new(tmp_path / "mine", "tiny")
    (tmp_path / "mine" / "whatifs").mkdir()
    file = tmp_path / "mine" / "whatifs" / "free.toml"
    file.write_text('[[change]]\ntable = "tariffs"\nset = { rate = 0 }\n', encoding="utf-8")
    base = planner.solve(tmp_path / "mine")
    dearer = planner.change("demand", multiply={"quantity": 1.0})

    assert planner.whatif(tmp_path / "mine", dearer, "free", base=base).plan.objective == pytest.approx(
        13_340
    )
    (answer,) = planner.whatifs(base.instance, [str(file)], base=base)
    assert answer.difference == pytest.approx(13_340 - 14_200)
    with pytest.raises(InstanceError, match=r"no such what-if; found 'fre'.* did you mean 'free'"):
        planner.whatif(tmp_path / "mine", "fre", base=base)
    with pytest.raises(InstanceError, match="named for an instance in memory"):
        planner.whatif(base.instance, "free", base=base)


def test_a_what_if_takes_what_it_heeds_and_nothing_else():
    free = planner.change("tariffs", set={"rate": 0})
    with pytest.raises(TypeError, match="did you mean 'gap'"):
        planner.whatif("tiny", free, gapp=0.5)
    with pytest.raises(TypeError, match="unexpected keyword argument 'folder'"):
        planner.whatifs("tiny", [], folder="plans")


@pytest.mark.parametrize(
    ("name", "near"), [("threds", "threads"), ("foldr", "folder"), ("timelimit", "time_limit")]
)
def test_an_unknown_keyword_is_a_type_error_with_the_nearest(name, near):
    message = f"solve() got an unexpected keyword argument '{name}'; did you mean '{near}'?"
    with pytest.raises(TypeError, match=re.escape(message)):
        planner.solve("nowhere", **{name: 2})


def test_solve_is_a_function_even_where_its_package_was_imported_first():
    code = (
        "import planner.solve.arrays, planner.audit; print(callable(planner.solve), callable(planner.audit))"
    )
    assert python(code).stdout == "True True\n"
    assert "gap" not in inspect.signature(planner.solve).parameters
    assert next(iter(inspect.signature(planner.solve).parameters)) == "instance"


def test_editing_the_tables_that_one_sees_does_not_change_the_instance(plan):
    instance = planner.load("tiny")
    before = instance.sha256
    demand = instance.tables["demand"]
    demand["quantity"] *= 2
    demand.loc[:, "market"] = "nowhere"
    demand.columns = [f"{name}2" for name in demand.columns]
    demand.index.name = "line"
    given = instance.given["demand"]
    given.iloc[0, 0] = "nowhere"
    with pytest.raises(ValueError, match="read-only"):
        instance.tables["demand"]["quantity"].to_numpy()[0] = 5.0
    with pytest.raises(TypeError):
        instance.tables["demand"] = demand
    again = replace(instance, warnings=())
    assert again.sha256 == before
    assert again.tables["demand"].index.name == "row"
    assert planner.solve(again, gap=0).objective == plan.objective


def test_solve_gives_an_audited_plan(plan):
    assert plan.status is planner.Status.OPTIMAL
    assert plan.audit["passed"], plan.audit["findings"]
    assert plan.gap == 0
    assert plan.folder is None
    assert plan.objective == pytest.approx(sum(plan.totals.values()))
    assert plan.costs["amount"].sum() == pytest.approx(plan.objective)
    assert plan.raise_for_status() is plan


def test_solve_writes_and_the_plan_is_an_instance(tmp_path):
    plan = planner.solve("tiny", folder=tmp_path / "plan")
    again = planner.solve(tmp_path / "plan")
    assert again.objective == plan.objective
    assert again.document["instance"]["sha256"] == plan.document["instance"]["sha256"]
    assert planner.audit(tmp_path / "plan").passed


def test_solve_refuses_a_folder_before_it_solves(tmp_path):
    (tmp_path / "mine.txt").write_text("")
    with pytest.raises(StorageError, match="is not empty"):
        planner.solve("tiny", folder=tmp_path)


def test_solve_takes_the_rows_of_the_user(plan):
    def no_shipping(model, data):
        model.no_shipping = __import__("pyomo.environ").environ.Constraint(
            expr=sum(model.flow[arc] for arc in model.ARCS) <= 0
        )

    stuck = planner.solve("tiny", extend=no_shipping)
    assert stuck.status is planner.Status.INFEASIBLE
    assert stuck.flows.empty
    assert stuck.objective != stuck.objective
    assert "infeasible" in str(stuck)
    with pytest.raises(InfeasibleError):
        stuck.raise_for_status()
    with pytest.raises(InfeasibleError):
        stuck.write("anywhere")


def test_solve_writes_the_model(tmp_path):
    planner.solve("tiny", write_model=tmp_path / "model.lp", audited=False)
    text = (tmp_path / "model.lp").read_text()
    assert "demand_balance(0)" in text


def test_model_is_a_pyomo_model():
    model = planner.model("tiny")
    assert model.component("demand_balance") is not None


def test_landed_cost_adds_up(plan):
    met = plan.shortages.set_index(["market", "item", "period"])["met"]
    landed = plan.landed_cost.set_index(["market", "item", "period"])["per_unit"]
    whole = (landed * met.reindex(landed.index)).sum() + plan.totals["shortage"]
    assert whole == pytest.approx(plan.expected_landed_cost, rel=1e-12)


@pytest.mark.parametrize("name", ["starter", "tv-north-america"])
def test_landed_cost_adds_up_with_every_table(name):
    plan = planner.solve(name, gap=0.05, audited=False, confirm=False)
    met = plan.shortages.set_index(["market", "item", "period"])["met"]
    landed = plan.landed_cost.set_index(["market", "item", "period"])["per_unit"]
    whole = (landed * met.reindex(landed.index)).sum() + plan.totals["shortage"]
    assert whole == pytest.approx(plan.expected_landed_cost, rel=1e-11)


def test_check_returns_the_warnings():
    assert planner.check("tiny") == planner.load("tiny").warnings


def test_check_raises_all_problems(tmp_path):
    (tmp_path / "instance.toml").write_text('[instance]\nname = "x"\n')
    with pytest.raises(InstanceError) as error:
        planner.check(tmp_path)
    assert len(error.value.problems) > 1


@pytest.mark.parametrize("what", [5, None, {"locations": []}])
def test_what_cannot_be_loaded_is_named(what):
    with pytest.raises(TypeError, match=f"shipped name; .* not from {type(what).__name__}$"):
        planner.load(what)


def test_new_copies_the_starter_and_it_solves(tmp_path):
    folder = planner.new(tmp_path / "mine")
    plan = planner.solve(folder)
    assert plan.audit["passed"], plan.audit["findings"]
    with pytest.raises(StorageError, match="not empty"):
        planner.new(folder)
    with pytest.raises(InstanceError, match="no such instance"):
        planner.new(tmp_path / "other", "nonsense")


@pytest.mark.parametrize("name", ["starter", "tiny"])
def test_new_explains_every_column_of_the_format(tmp_path, name):
    columns = (planner.new(tmp_path / "mine", name) / "COLUMNS.md").read_text(encoding="utf-8")
    for table in TABLES.values():
        part = columns.partition(f"\n## {table.name}.csv\n")[2].partition("\n## ")[0]
        named = set(re.findall(r"^\| \*{0,2}(\w+)\*{0,2} \|", part, re.M))
        assert set(table.columns) <= named, table.name
    copy, source = planner.load(tmp_path / "mine"), planner.load(name)
    assert copy.settings.instance.name == "mine"
    assert all(copy.given[table].equals(source.given[table]) for table in TABLES)
    renamed = source.given_settings.instance.model_copy(update={"name": "mine"})
    assert copy.given_settings == source.given_settings.model_copy(update={"instance": renamed})


@pytest.mark.parametrize(
    ("folder", "name"), [('my "net" 2027', "starter"), ("Año 2027", "Año 2027"), (".net", "starter")]
)
def test_new_is_called_like_its_folder_if_it_can_be(tmp_path, folder, name):
    assert planner.load(planner.new(tmp_path / folder)).settings.instance.name == name


@pytest.mark.parametrize("name", [entry.name for entry in planner.shipped()])
def test_new_writes_a_readme_of_the_new_folder(tmp_path, name):
    text = (planner.new(tmp_path / "my net", name) / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# my net\n\nA copy of the shipped instance `{name}`.")
    commands = re.findall(r"planner (?:check|solve) (.*)", text)
    assert all(command.startswith("'my net'") for command in commands)
    assert f"plans/{name}" not in text
    assert "](../" not in text


def test_new_writes_the_commands_and_the_plan_of_the_new_folder(tmp_path):
    text = (planner.new(tmp_path / "mine") / "README.md").read_text(encoding="utf-8")
    assert "\nplanner check mine   # reads" in text
    assert "\nplanner solve mine   # the optimal plan, written to plans/mine\n" in text
    assert "`planner solve mine --set 'tariffs[origin=CN,programme=S301].rate = 0'`" in text


def test_new_in_this_folder_is_called_like_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert planner.load(planner.new(".")).settings.instance.name == tmp_path.name


def test_audit_refuses_what_is_no_plan(tmp_path):
    with pytest.raises(InstanceError, match=r"is not a plan; expected a folder with plan\.json"):
        planner.audit(tmp_path)
    with pytest.raises(InstanceError, match="no such folder"):
        planner.audit(tmp_path / "nowhere")


def test_a_plan_prints_its_summary(plan):
    text = str(plan)
    assert "optimal: proven within 0%" in text
    assert "expected landed cost" in text
    assert "audit passed" in text
    assert repr(plan).startswith("Plan('tiny', optimal")


def test_a_disputed_model_is_kept_beside_the_plan(tmp_path, monkeypatch):
    from planner.study import solved

    real = solved.solve

    def disputed(data, options, *rest):
        from planner.solve.compile import compile_model
        from planner_models import build_model

        outcome = real(data, options, *rest)
        arrays = compile_model(build_model(data)).arrays
        return replace(outcome, solution=replace(outcome.solution, disputed=arrays))

    monkeypatch.setattr(solved, "solve", disputed)
    planner.solve("tiny", folder=tmp_path / "plan")
    assert (tmp_path / "plan-disputed.mps").is_file()
    assert json.loads((tmp_path / "plan" / "plan.json").read_text())["status"] == "optimal"
