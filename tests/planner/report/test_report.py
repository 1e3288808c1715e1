"""The report without a browser: its figures are those of the plan to the cent, and nothing in it is code."""

import json
import re
from dataclasses import replace
from math import fsum

import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs_version

import planner
from planner.cli import app
from planner.errors import InstanceError, StorageError
from planner.instance import apply, parse_set
from planner.report import cost, report, risk, sankey, trade
from planner.report import map as network
from planner.report.frontiers import read_frontiers
from planner.report.html import shapes
from planner.report.picture import label, scale, text
from planner.report.report import told_apart
from planner.report.scenarios import dearest, scenarios, worst_served
from planner.report.tracing import traced_purchases
from planner.report.waterfall import bridge, comparison
from tests.planner.network.reading import instance
from tests.planner.report.conftest import LONG, SCRIPT, storm

CENT = 0.005


@pytest.fixture(scope="module")
def dearer(plan):
    """The same company, whose plant costs a dollar more a set."""
    return planner.solve(apply(storm(), [parse_set("production[location=p].unit_cost = 6")]))


def pictures(plan):
    return [
        cost.components([plan], ["storm"]), cost.markets(plan), sankey.picture(plan), trade.programmes(plan),
        trade.savings(plan), trade.headroom(plan), trade.deciding_rows(plan), scenarios(plan), risk.exposure(plan),
        risk.concentration(plan), risk.policies(plan), network.draw(plan).picture,
    ]  # fmt: skip


def column(picture, name):
    return fsum(picture.table.frame[name])


def test_the_shapes_belong_to_the_plotly_js_that_is_inlined():
    assert shapes()["version"] == get_plotlyjs_version()
    assert set(shapes()["topojson"]["world_110m"]["objects"]) >= {"coastlines", "countries", "land"}


def test_components_are_the_ledger(plan):
    table = cost.components([plan], ["storm"]).table.frame
    assert dict(zip(table["component"], table["0"], strict=True)) == {
        k: v for k, v in plan.totals.items() if v
    }


def test_markets_bear_the_expected_landed_cost(plan):
    """Nothing is short, so nothing else is paid for."""
    assert plan.totals["shortage"] == 0
    assert column(cost.markets(plan), "total") == pytest.approx(plan.expected_landed_cost, abs=CENT)


def test_programmes_add_up_to_the_duties_of_the_ledger(plan):
    """Base until a scenario begins, and each scenario by its probability."""
    paid = trade.programmes(plan).table.frame.groupby("programme")["amount"].sum()
    owed = {
        name.removeprefix("duty:"): amount for name, amount in plan.totals.items() if name.startswith("duty:")
    }
    assert paid.to_dict() == pytest.approx(owed, abs=CENT)


def test_every_purchase_is_traced_to_a_market_or_to_what_is_left(plan):
    traced = traced_purchases(plan)
    assert fsum(traced["amount"]) == pytest.approx(plan.totals["purchase"], abs=CENT)
    assert set(traced["country"]) == {"MX", "CN"}
    assert set(traced["plant"]) <= {"p", ""}


def test_a_trace_by_hand():
    """A takes 100 of 150 sets: two thirds of 300 parts at 10 and 150 cases at 20; 50 cases are paid for in vain."""
    solved = planner.solve(
        instance(
            {
                "locations": "location,role,country\nc,supplier,CN\nd,supplier,MX\np,plant,MX\n"
                "a,market,US\nb,market,US",
                "items": "item,customs_value\ntv,9\npart,\ncase,",
                "offers": "location,item,unit_cost,min_quantity\nc,part,10,0\nd,case,20,200",
                "production": "location,item\np,tv",
                "bom": "item,component,quantity\ntv,part,2\ntv,case,1",
                "lanes": "origin,destination\nc,p\nd,p\np,a\np,b",
                "demand": "market,item,quantity\na,tv,100\nb,tv,50",
            }
        )
    )
    rows = traced_purchases(solved).set_index(["country", "plant", "market"])["amount"].to_dict()
    assert rows == pytest.approx(
        {
            ("CN", "p", "a"): 2000,
            ("CN", "p", "b"): 1000,
            ("MX", "p", "a"): 2000,
            ("MX", "p", "b"): 1000,
            ("MX", "", ""): 1000,
        }
    )


def test_lanes_are_the_flows_of_base(plan):
    table, flows = network.draw(plan).picture.table.frame, plan.flows[plan.flows["scenario"] == "base"]
    for name in ("quantity", "freight", "duty", "fees", "pipeline", "insurance"):
        assert fsum(table[name]) == pytest.approx(flows[name].sum(), abs=CENT)


def test_what_a_claim_saves_is_what_the_rules_would_have_charged(plan):
    """55 sets worth 100 enter under USMCA; without it MFN would be 10% of them, S232 is 0."""
    rows = trade.saved(plan)
    assert rows[["agreement", "item", "period"]].to_numpy().tolist() == [["USMCA", "tv", "a"]]
    assert rows[["normal_duty", "paid", "saved"]].to_numpy().tolist() == [pytest.approx([550, 0, 550])]


def test_the_dearest_scenario_and_the_worst_served(plan):
    name, more = dearest(plan)
    known = plan.scenarios.set_index("scenario")["operating_cost"]
    assert (name, more) == ("x", pytest.approx(known["x"] / known["base"] - 1))
    assert worst_served(plan) is None
    poor = plan.scenarios.assign(fill_rate=[1.0, 0.8, 0.9, 1.0, 1.0])
    assert worst_served(replace(plan, tables={**plan.tables, "scenarios": poor})) == (
        poor["scenario"][1],
        0.8,
    )


def test_a_bridge_leads_from_one_cost_to_the_other(plan, dearer):
    rows = bridge(plan, dearer)
    more = dearer.expected_landed_cost - plan.expected_landed_cost
    assert fsum(rows["difference"]) == pytest.approx(more, abs=CENT)
    drawn = comparison(plan, dearer, ["now", "dearer"], 1)
    assert drawn.words.startswith("dearer costs ")
    steps = drawn.figure["data"][0]["x"]
    assert fsum(steps[:-1]) == pytest.approx(steps[-1])
    assert drawn.figure["layout"]["yaxis"]["ticktext"][0] == "now"


def test_every_picture_is_a_plotly_figure(plan):
    drawn = [picture for picture in pictures(plan) if picture.figure]
    assert len(drawn) >= 9
    for picture in drawn:
        assert go.Figure(picture.figure).data, picture.name


def test_figures_for_notebooks(plan, dearer):
    drawn = planner.map(plan, scenario="x", period="b", colour="duty")
    assert sum(trace.mode == "lines" and trace.visible for trace in drawn.data) == 3
    assert planner.sankey(plan).data[0].type == "sankey"
    assert planner.waterfall(plan, dearer).data[0].type == "waterfall"


def test_a_view_that_there_is_not(plan):
    with pytest.raises(InstanceError) as error:
        planner.map(plan, scenario="w", period="c", colour="durty")
    assert [str(problem) for problem in error.value.problems] == [
        "scenario: no such scenario; found 'w'; expected base, x, y",
        "period: no such period; found 'c'; expected a, b",
        "colour: no such colour; found 'durty'; expected status, duty, cost; did you mean 'duty'?",
    ]


def test_plans_in_different_currencies_are_not_compared(plan, hostile):
    with pytest.raises(InstanceError, match="plans in different currencies cannot be compared"):
        report([plan, hostile])


def test_nothing_in_the_file_ends_a_script_before_its_time(hostile):
    page = report([hostile])
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 4
    data = json.loads(scripts[0])
    assert "plan-1-network" in data["figures"]
    assert "<" not in scripts[0]
    assert SCRIPT not in page
    assert "=cmd()" in page
    assert len(page.encode()) < 6e6


def test_names_in_pictures_are_short_and_mean_what_they_say():
    assert label("<b>a</b> & b") == "&lt;b&gt;a&lt;/b&gt; &amp; b"
    assert label(LONG) == "z" * 22 + "…" + "z" * 11
    assert text("\u05d0\u05d1") == "\u2068\u05d0\u05d1\u2069"
    assert text("São Paulo") == "São Paulo"
    assert scale([2.5e9, 3.0], "USD").words(2_463_962_385) == "2,464 million USD"
    assert scale([2.5e9], "<i>").plotted.unit == "million &lt;i&gt;"


def test_plans_are_told_apart(plan, tmp_path):
    other = replace(plan, folder=tmp_path / "other")
    assert told_apart([plan, other]) == ["storm", "other"]
    assert told_apart([plan, plan]) == ["1: storm", "2: storm"]


def test_solve_writes_a_report_that_the_audit_does_not_mind(tmp_path):
    solved = planner.solve("tiny", folder=tmp_path / "plan")
    files = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "plan").iterdir()}
    assert solved.audit["passed"]
    assert max(files, key=files.get) == "plan.json"
    assert "Audit passed" in (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")
    assert planner.audit(tmp_path / "plan").passed
    planner.solve("tiny", folder=tmp_path / "plan", report=False)
    assert not (tmp_path / "plan" / "report.html").exists()


def test_the_command(tmp_path, plan, dearer):
    from typer.testing import CliRunner

    plan.write(tmp_path / "now")
    dearer.write(tmp_path / "then")
    (tmp_path / "frontier").mkdir()
    (tmp_path / "frontier" / "frontier.csv").write_text(
        "point,measure,limit,value,cost,extra_cost,status,gap,open,suppliers\n"
        "1,cvar,,190,310,0,optimal,0,,'=s\n2,cvar,180,170,330,20,optimal,0,,z\n"
    )
    run = CliRunner().invoke
    both = [str(tmp_path / name) for name in ("now", "then")]
    said = run(
        app, ["report", *both, "-o", str(tmp_path / "both.html"), "--frontier", str(tmp_path / "frontier")]
    )
    assert (said.exit_code, said.stdout) == (0, f"wrote {tmp_path / 'both.html'}\n")
    page = (tmp_path / "both.html").read_text(encoding="utf-8")
    for words in ("From now to then", "What a failure costs", "What resilience costs: cvar", "<bdi>=s</bdi>"):
        assert words in page
    assert run(app, ["report", both[0], "--no-stress", "--quiet"]).stdout == ""
    assert "What a failure costs" not in (tmp_path / "now" / "report.html").read_text(encoding="utf-8")
    refused = run(app, ["report", str(tmp_path / "nothing")])
    assert refused.exit_code == 7
    assert "nothing is not a plan: it has no plan.json" in refused.stderr


def test_a_folder_without_a_frontier(tmp_path):
    with pytest.raises(
        StorageError, match=r"holds no frontier\.csv; give the folder that `planner frontier` wrote"
    ):
        read_frontiers(tmp_path)
    (tmp_path / "frontier.csv").write_text("point,measure\n1,cvar\n")
    with pytest.raises(
        StorageError, match="has no column status, open, suppliers, value, cost, extra_cost, gap"
    ):
        read_frontiers(tmp_path)


def test_notebooks_show_names_as_they_are(hostile):
    for shown in (hostile._repr_html_(), hostile.instance._repr_html_()):
        assert "&lt;script&gt;window.hacked = 3" in shown
        assert "<script" not in shown
    assert "expected landed cost" in hostile._repr_html_()
    assert "<td>locations</td><td>5</td>" in hostile.instance._repr_html_()


def test_a_plan_in_which_nothing_moves_has_a_report_too():
    """Five sets that nobody makes, at a price that leaves them unsold; and no place has coordinates."""
    solved = planner.solve(
        instance(
            {
                "locations": "location,role,country\ns,supplier,CN\nm,market,US",
                "items": "item\ntv",
                "offers": "location,item,unit_cost\ns,tv,10",
                "lanes": "origin,destination\ns,m",
                "demand": "market,item,quantity,shortage_cost\nm,tv,5,1",
            }
        )
    )
    page = report([solved])
    assert "2 places have no latitude and longitude and are not drawn." in page
    assert "At worst 0.0% of demand is met (base)." in page
