"""Plans side by side on `tiny`, whose optimum is worked out by hand in its README."""

import json
import re
from dataclasses import replace

import pytest

import planner
from planner.errors import InfeasibleError, InstanceError
from planner.instance import Fix, WhatIf, apply, parse_set
from planner.study.compare import Range, compare, outcomes, spans, stacked
from planner.study.session import Session
from planner.study.side_by_side import as_text, in_words
from planner.study.whatif import whatif, whatifs

FREE = WhatIf("free", (parse_set("tariffs.rate = 0"),), title="No duty")
KEPT = replace(FREE, name="kept", fix=Fix(design=True))
STARVED = WhatIf("starved", (parse_set("facilities.capacity = 30"),), title="Small plants")


def tiny(*changes):
    return apply(planner.load("tiny"), [parse_set(change) for change in changes])


@pytest.fixture(scope="module")
def session():
    return Session(tiny())


@pytest.fixture(scope="module")
def answers(session):
    return {each.whatif.name: each for each in whatifs(session, [FREE, KEPT, STARVED], lambda _: None)}


def rows(table, *columns):
    return list(table[list(columns)].itertuples(index=False, name=None))


def test_what_is_no_figure_is_no_metric_to_compare():
    """The worst scenario of a plan is a name."""
    event = {"scenario": "slump", "kind": "demand", "target": "*", "field": "quantity", "value": 0.5}
    slump = [
        planner.change("scenarios", append=[{"scenario": "slump", "probability": 0.1}]),
        planner.change("events", append=[event]),
    ]
    plan = planner.solve(apply(planner.load("tiny"), slump), audited=False, confirm=False)
    assert plan.metrics["worst_scenario"] == "base"

    metrics = compare(plan, plan).metrics
    assert "worst_scenario" not in set(metrics["metric"])
    assert metrics["difference"].tolist() == [0.0] * len(metrics)


def test_the_bridge_leads_from_one_objective_to_the_other(answers):
    """Tijuana alone: 30 x 10 + 70 x 8 + 60 x 4 + 40 x 14 of freight, 100 x 12 of conversion, no duty, 600 fixed."""
    bridge = answers["free"].bridge
    assert rows(bridge, "component", "base", "what_if", "difference") == [
        ("duty:MFN", 600, 0, -600),
        ("freight", 1_340, 1_660, 320),
        ("facility_fixed", 900, 600, -300),
        ("conversion", 1_480, 1_200, -280),
        ("purchase", 9_880, 9_880, 0),
    ]
    assert bridge["difference"].sum() == pytest.approx(answers["free"].difference, abs=0.005) == -860


def test_what_opened_closed_and_moved_is_said(answers):
    free = answers["free"]
    assert rows(free.facilities, "location", "option", "base", "what_if") == [("dallas", "base", "2027", "")]
    assert rows(free.volumes, "kind", "country", "location", "item", "deal", "base", "what_if") == [
        ("made", "US", "dallas", "tv", "base", 40, 0),
        ("made", "MX", "tijuana", "tv", "base", 60, 100),
    ]
    assert rows(free.moved("country"), "country", "difference") == [("MX", 40), ("US", -40)]
    assert not len(free.moved("kind", "item"))  # as many televisions are made as before
    assert rows(free.duties, "programme", "base", "what_if", "difference") == [("MFN", 600, 0, -600)]
    metrics = free.metrics.set_index("metric")
    assert metrics.loc["hhi:tv", ["base", "what_if"]].tolist() == pytest.approx([0.6**2 + 0.4**2, 1])


def test_metrics_are_figures_where_there_are_scenarios_too():
    """The worst of them is a name, from which nothing can be taken."""
    tables = {"scenarios": [{"scenario": "strike", "probability": 0}]}
    strike = {"scenario": "strike", "kind": "location", "target": "gumi", "field": "capacity"}
    tables["events"] = [strike | {"op": "multiply", "value": 0, "first_period": "2027"}]
    added = [planner.change(table, append=rows) for table, rows in tables.items()]
    plan = planner.solve(apply(planner.load("tiny"), added))
    assert plan.metrics["worst_scenario"] == "strike"
    assert "worst_scenario" not in set(compare(plan, plan).metrics["metric"])
    assert not compare(plan, plan).metrics["difference"].any()


def test_regret_is_what_keeping_the_design_costs_more(answers):
    """Both plants cost 13,600 without the duty, Tijuana alone 13,340."""
    assert answers["free"].regret == pytest.approx(260)
    assert answers["kept"].difference == pytest.approx(-600)
    assert answers["kept"].kept is None
    assert str(answers["kept"].regret) == "nan"


def test_a_design_that_cannot_be_operated_has_no_price():
    """Without the duty only Tijuana is open, and makes 120; for 150 both have to be."""
    answer = whatif(Session(tiny("tariffs.rate = 0")), parse_set("demand.quantity *= 1.5"))
    assert answer.regret == float("inf")
    assert "cannot be operated" in str(answer)
    assert answer.document["kept_design"] == {"status": "infeasible", "regret": None}


def test_the_range_holds_whatever_the_gaps_hide(answers):
    free = answers["free"]
    loose = replace(free, base=free.base.with_(bound=14_000.0), plan=free.plan.with_(bound=13_300.0))
    # the base plan costs 14,000 to 14,200, the other 13,300 to 13,340
    assert loose.proven == Range(-900, -660)
    assert in_words(loose) == "860.00 USD less; by both gaps it is -900.00 USD to -660.00 USD"
    # the same design in both: the base plan operates it as well as can be
    assert replace(loose, whatif=KEPT).proven == Range(-900, -860)
    assert in_words(free) == "860.00 USD less, proven"


def test_a_what_if_without_a_plan_says_so(answers):
    starved = answers["starved"]
    assert not starved.plan.found
    assert [len(table) for name, table in starved.tables.items() if name in ("facilities", "volumes")] == [
        0,
        0,
    ]
    assert in_words(starved) == "infeasible: there is nothing to compare"
    document = starved.document
    assert (document["what_if"]["status"], document["difference"]) == ("infeasible", None)


def test_the_document_is_json(answers):
    for answer in answers.values():
        assert json.loads(json.dumps(answer.document, allow_nan=False)) == answer.document
    free = answers["free"].document
    assert free["changes"] == ["tariffs.rate = 0"]
    assert free["kept_design"] == {"status": "optimal", "regret": pytest.approx(260)}
    assert free["bridge"][0] == {"component": "duty:MFN", "base": 600, "what_if": 0, "difference": -600}


def test_several_what_ifs_stand_beside_one_base(answers):
    found = list(answers.values())
    table = outcomes(found).set_index("whatif")
    assert table["status"].to_dict() == {"free": "optimal", "kept": "optimal", "starved": "infeasible"}
    assert table.loc["free", ["objective", "difference", "regret"]].tolist() == pytest.approx(
        [13_340, -860, 260]
    )
    assert set(stacked(found, "facilities")["whatif"]) == {"free"}
    assert as_text(found).splitlines()[2:9] == [
        "Cost, thousand USD             base      free      kept       starved",
        "objective                     14.20     13.34     13.60    infeasible",
        "difference                              -0.86     -0.60",
        "  proven between                        -0.86     -0.60",
        "gap                              0%        0%        0%",
        "today's design costs more               +0.26",
        "demand met                   100.0%    100.0%    100.0%",
    ]


def test_one_what_if_prints_what_changed(answers):
    assert str(answers["free"]).splitlines()[10:] == [
        "",
        "free: No duty",
        "  facilities:",
        "    dallas: open 2027 -> never",
        "  by country:",
        "    made MX: 60 -> 100 (+40)",
        "    made US: 40 -> 0 (-40)",
        "  by place and item:",
        "    made dallas tv: 40 -> 0 (-40)",
        "    made tijuana tv: 60 -> 100 (+40)",
        "",
        "Cost bridge, thousand USD     base     free",
        "duty:MFN                      0.60    -0.60",
        "freight                       1.34    +0.32",
        "facility_fixed                0.90    -0.30",
        "conversion                    1.48    -0.28",
        "all else                      9.88",
        "objective                    14.20    -0.86",
    ]


def test_a_notebook_shows_its_tables_as_tables(answers):
    shown = answers["free"]._repr_html_()
    assert shown.count("<table>") == 2
    row = shown.partition(">freight<")[2].partition("</tr>")[0]
    assert re.findall(r"text-align: (\w+)[^>]*>([^<]+)", row) == [("right", "1.34"), ("right", "+0.32")]
    assert "    dallas: open 2027 -&gt; never</p>" in shown


def test_a_notebook_takes_no_name_for_code(answers):
    named = replace(answers["free"], whatif=replace(FREE, name="<script>alert(1)</script>", title="<b>"))
    assert "<script" not in named._repr_html_()
    assert "<b>" not in named._repr_html_()


def test_parts_of_the_penalty_are_in_the_bridge(session):
    """Dallas makes 40; 50 would cost 13 a television more, going without them 1 or 2."""
    rule = {"policy": "jobs", "measure": "volume", "who": "dallas", "min": 50, "penalty": 1}
    ruled = apply(session.instance, [planner.change("policies", append=[rule])])
    answer = planner.whatif(ruled, parse_set("policies.penalty = 2"))
    assert rows(answer.bridge.head(1), "component", "base", "what_if", "difference") == [
        ("penalty:policies", 10, 20, 10)
    ]
    assert answer.bridge["difference"].sum() == pytest.approx(answer.difference, abs=0.005)
    assert "policies (penalty)" in str(answer)


def test_units_are_those_expected_over_the_scenarios(session):
    """In one case of four Chicago takes 80 from Dallas in place of 40."""
    surge = [
        planner.change("scenarios", append=[{"scenario": "surge", "probability": 0.25}]),
        planner.change(
            "events",
            append=[
                {"scenario": "surge", "kind": "demand", "target": "chicago", "field": "quantity", "value": 2}
            ],
        ),
    ]
    moved = planner.whatif(session.instance, *surge, base=session.base).moved("kind", "location")
    assert rows(moved[moved["kind"] == "made"], "location", "base", "what_if") == [("dallas", 40, 50)]


def test_plans_in_other_currencies_are_not_compared(session):
    other = replace(session.base, instance=tiny("instance.currency = EUR"))
    with pytest.raises(InstanceError) as caught:
        compare(session.base, other)
    assert str(caught.value) == (
        "instance.currency: plans in different currencies cannot be compared; found 'EUR'; expected USD"
    )


def test_a_base_plan_is_of_the_instance(session):
    with pytest.raises(InstanceError, match="the base plan is of another instance"):
        planner.whatif(tiny("tariffs.rate = 0.06"), FREE, base=session.base)


def test_what_cannot_be_asked_is_said_before_anything_is_solved():
    never = Session(tiny())
    asked = [FREE, FREE, replace(FREE, name="base"), WhatIf("a/b", (parse_set("tarifs.rate = 0"),))]
    with pytest.raises(InstanceError) as caught:
        whatifs(never, asked, lambda _: None)
    assert str(caught.value).splitlines() == [
        "what-if: the what-if is asked twice; found 'free'; expected each name once",
        "what-if: not a name for a folder; found 'base'; expected a name such as usmca-lapses",
        "what-if: not a name for a folder; found 'a/b'; expected a name such as usmca-lapses",
        "--set tarifs.rate = 0: no such table; found 'tarifs'; expected a table of the format, or instance; "
        "did you mean 'tariffs'?",
    ]
    assert never._base is None
    with pytest.raises(InstanceError, match="changes nothing"):
        whatif(never)


def test_an_interrupt_keeps_the_answers_so_far(session, monkeypatch):
    stopped = session.base.with_(stopped_by="interrupt")
    known = Session(session.instance, base=session.base)
    monkeypatch.setattr(known, "solve", lambda question: stopped)
    said = []
    assert [each.whatif.name for each in whatifs(known, [KEPT, FREE], said.append)] == ["kept"]
    assert said == ["the base plan", "1 of 2: kept"]
    with pytest.raises(KeyboardInterrupt):
        whatifs(Session(session.instance, base=stopped), [FREE], said.append)


def test_a_base_plan_may_be_missing_unless_something_is_kept_of_it():
    small = Session(tiny("facilities.capacity = 30"))
    answer = whatif(small, parse_set("facilities.capacity = 120"))
    assert (answer.plan.objective, str(answer.difference), answer.kept) == (14_200, "nan", None)
    assert "there is no base plan that anything could have moved from" in str(answer)
    with pytest.raises(InfeasibleError):
        whatif(small, KEPT)


def test_periods_in_words():
    assert spans(["c", "a", "b", "e"], list("abcde")) == "a to c, e"
    assert spans([], list("abc")) == ""
