"""A plan in plain words with figures: why a good paid what it paid, and how far each plant stands from a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance import Fix
from planner.instance.fields import nearest
from planner.network.agreements import agreements, origin_rules
from planner.network.codes import codes
from planner.network.events import Events
from planner.plan.labels import records
from planner.plan.origin_tables import ROUNDING
from planner.report.binding import binding
from planner.report.entries import ENTRY, displaced, unclaimed
from planner.report.forced import facility
from planner.report.supplier import supplier

if TYPE_CHECKING:
    from planner.plan import Plan

FACILITY, SUPPLIER = "facility", "supplier"  # before the location of a topic

GOOD = ["importer", "item", "country_of_origin", "entry", "agreement"]
LINE = ["programme", "rate", "specific", "row", "source_row", "waived_by", "regime", "quota"]
BATCH = ["period", "plant", "item", "recipe", "agreement", "test", "measure", "status", "class"]
ENTERED = [*ENTRY, "agreement"]
CROSSING = [
    "scenario", "period", "origin", "destination", "mode", "item", "source", "deal", "status", "class", "entry",
    "agreement",
]  # fmt: skip


def explain(plan: Plan, topic: str = "", fix: Fix | None = None) -> str:
    """What the plan says of a topic of TOPICS, of all of them where it is blank, of a facility or a supplier.

    The last two are `facility:LOCATION` and `supplier:LOCATION`, also with `:ITEM` or `:ITEM=SHARE`. `fix` is what is
    kept of the plan at other prices of a supplier.

    Raises:
        InstanceError: there is no such topic, facility or offer, or it keeps nothing.
        NoSolutionError: a limit stopped a solve about a supplier before it had a plan.
        SolverError: HiGHS failed on another plan that the answer takes, or its answer cannot be trusted.
    """
    kind, _, name = topic.partition(":")
    if kind == SUPPLIER:
        return f"{name}\n\n{supplier(plan, name, fix or Fix())}"
    if fix:
        expected = f"{SUPPLIER}:LOCATION: other topics are about the plan as it is"
        raise InstanceError([Problem("--fix", "nothing is decided anew for this topic", topic, expected)])
    if kind == FACILITY:
        return f"{name}\n\n{facility(plan, name)}"
    if topic and topic not in TOPICS:
        expected = f"{', '.join(TOPICS)}, {FACILITY}:LOCATION, {SUPPLIER}:LOCATION or a plan"
        raise InstanceError([Problem("TOPIC", "no such topic", topic, expected, nearest(topic, TOPICS))])
    chosen = [topic] if topic else list(TOPICS)
    parts = [f"{name.capitalize()}\n\n{TOPICS[name](plan)}" for name in chosen]
    return "\n\n".join(parts)


def duty(plan: Plan) -> str:
    """Each good that crossed a border: what it paid, by which row, what was waived, displaced, capped or reduced."""
    table = plan.duties
    if not len(table):
        return "Nothing crossed a border into a country that charges a duty or fee."
    lost, without = displaced(plan), unclaimed(plan)
    blocks = []
    for key, rows in table.groupby(GOOD, sort=True):
        importer, item, origin, entry, agreement = key
        how = f"claimed under {agreement}" if agreement else f"{entry} entry"
        units = _entered(rows)
        paid = _money(plan, rows["duty"].sum())
        head = f"{item} of {origin} origin into {importer}, {how}: {_units(units)} paid {paid}"
        lines = [_charge(plan, line) for line in records(_lines(rows))]
        entered = rows[ENTERED].drop_duplicates()
        gone = lost.merge(entered, on=ENTERED).drop_duplicates(["programme", "row", "by"])
        lines += [
            f"{e['programme']} is not charged: {e['row']} is displaced by {e['by']}" for e in records(gone)
        ]
        if agreement:
            saved = without.merge(entered, on=ENTERED)["normal_duty"].sum()
            lines.append(
                f"without the claim they would have paid {_money(plan, saved)} of duty, quotas aside"
            )
        blocks.append("\n".join([head, *(f"  {line}" for line in lines)]))
    return "\n".join(blocks)


def _entered(rows: pd.DataFrame) -> float:
    """Units that crossed: on each entry those of any one programme, within its quota and above."""
    by_programme = rows.groupby([*CROSSING, "programme"])["quantity"].sum()
    return float(by_programme.groupby(CROSSING).max().sum())


def _lines(rows: pd.DataFrame) -> pd.DataFrame:
    """What was charged by the same row at the same rate, together."""
    return rows.groupby(LINE, sort=True, as_index=False)[["quantity", "duty"]].sum()


def _charge(plan: Plan, line: Mapping[str, Any]) -> str:
    """A programme's charge, and why it is that."""
    amount = f"{100 * line['rate']:.4f}".rstrip("0").rstrip(".") + "%"
    if line["specific"]:
        amount += f" and {_money(plan, line['specific'])} a unit"
    return f"{line['programme']} {amount} = {_money(plan, line['duty'])}: {_reason(plan, line)}"


def _reason(plan: Plan, line: Mapping[str, Any]) -> str:
    """Which row set a charge, and what changed it."""
    table, _, number = str(line["row"]).partition(".csv:")
    row = plan.instance.tables[table].iloc[int(number) - 2]
    words = [f"set by {line['source_row'] or line['row']}"]
    if line["waived_by"]:
        words.append(f"waived by {line['waived_by']}")
    if line["regime"]:
        words.append(f"lowered by {line['regime']}")
    if table == "tariffs" and row["rule"] == "cap" and not line["waived_by"]:
        words.append(f"an all-in ceiling of {row['rate']:.4g}, less what MFN charges")
    if line["quota"]:
        words.append(f"{line['quota']} the quota of {row['quota']:g} units a period")
    return ", ".join(words)


def origin(plan: Plan) -> str:
    """How far each batch stands from the rules of origin that it keeps, or could have sought."""
    table = plan.origin
    if not len(table):
        return "No plant made anything for which an agreement has a rule."
    lines, by_cost = [], _by_cost(plan)
    for row in records(table.sort_values(BATCH, kind="stable")):
        base = "net cost" if (row["agreement"], row["item"], row["test"]) in by_cost else "value"
        batch = f"qualifies under {row['status']}" if row["status"] else "claims no origin"
        made_for = f", for {row['class']}" if row["class"] not in ("any", "domestic") else ""
        lines.append(
            f"{row['period']}: {row['item']} made at {row['plant']} ({row['recipe']}{made_for}) {batch}; "
            f"{row['agreement']} {row['test']}: {_standing(plan, row, base)}"
        )
    return "\n".join(lines)


def _by_cost(plan: Plan) -> set[tuple[str, str, str]]:
    """Agreement, item and test of the rules that go by net cost."""
    known = codes(plan.instance)
    found = agreements(Events(plan.instance, known))
    tests = origin_rules(plan.instance, found).tests
    rows = tests[tests["net_cost"]]
    return {
        (found.name[agreement], known.item[item], name)
        for agreement, item, name in zip(rows["agreement"], rows["item"], rows["name"], strict=True)
    }


def _standing(plan: Plan, row: Mapping[str, Any], base: str) -> str:
    """Where a batch stands against one measure of a rule, of its value or net cost."""
    regional = row["measure"] == "regional_value"
    what = f"of its {base} is regional, at least" if regional else f"of its {base} did not shift, at most"
    remedy = "would have to originate" if regional else "would have to originate, or to shift"
    points, money = abs(row["headroom"]) * 100, _money(plan, abs(row["headroom_money"]))
    how_far = (
        f"{points:.1f} points of headroom: {money} more may come from elsewhere"
        if row["headroom"] >= -ROUNDING
        else f"{points:.1f} points short: {money} of components {remedy}"
    )
    return f"{row['share']:.1%} {what} {row['threshold']:.1%} is asked for; {how_far}"


def relief(plan: Plan) -> str:
    """What duty regimes gave back, and what limited it."""
    lines = []
    for row in records(plan.relief):
        limit = f"{100 * row['rate']:.4g}% of {_money(plan, row['covered_duty'])} of duty on its inputs"
        if pd.notna(row["output_duty"]):
            limit += f", and no more than the {_money(plan, row['output_duty'])} that it paid there"
        lines.append(
            f"{row['period']}: {row['programme']} gave {_money(plan, row['relief'])} back on {row['item']} made at "
            f"{row['location']} for {row['class']}: {limit} ({row['row']})"
        )
    lines += [
        f"{row['period']}: {row['location']} paid {_money(plan, row['fixed_cost'])} to use {row['programme']}"
        for row in records(plan.regimes)
    ]
    return "\n".join(lines) or "No duty regime gave anything back."


def _money(plan: Plan, amount: float) -> str:
    return f"{amount:,.2f} {plan.instance.settings.instance.currency}"


def _units(quantity: float) -> str:
    return f"{quantity:,.6g} units" if quantity < 1e6 else f"{quantity:,.0f} units"


TOPICS: Mapping[str, Callable[[Plan], str]] = MappingProxyType(
    {"duty": duty, "origin": origin, "relief": relief, "binding": binding}
)
