"""The summary of a plan in words and figures: what a person wants to know first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from math import isfinite, isnan, nan
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from planner.errors import NO_PLAN
from planner.plan.labels import records
from planner.plan.worth import Worth, supplier_spend
from planner.solve.arrays import Status

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan

LONGEST_LIST = 12
UNITS = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
SIGNS = {"max": "<=", "min": ">="}
COLOURS = {"opens": "green", "closes": "red", "open": "default"}


def renderable(plan: Plan) -> RenderableType:
    """The summary for a rich console."""
    instance = plan.instance.settings.instance
    head = Text(f"{instance.name}  {instance.title}".rstrip(), style="bold")
    status = Text(status_in_words(plan), style="green" if plan.status is Status.OPTIMAL else "yellow")
    notes = [Text(f"warning: {warning}", style="yellow") for warning in plan.warnings]
    if plan.status is Status.INFEASIBLE:
        notes.append(Text("planner.explain_infeasible says what would have to change"))
    if not plan.found:
        return Group(head, status, *notes)
    parts: list[RenderableType] = [head, status, *notes, cost_table(plan)]
    sections = (
        ("Facilities", _facilities(plan)),
        ("Suppliers: purchase and take-or-pay, discounted", _suppliers(plan)),
        ("Duties and fees, discounted", _duties(plan)),
        ("Not delivered", _shortages(plan)),
        ("Policies: figures undiscounted", _policies(plan)),
    )
    for title, lines in sections:
        if lines:
            parts += [
                Text(f"\n{title}", style="bold"),
                *(Text.from_markup(f"  {line}", emoji=False) for line in lines),
            ]
    parts.append(Text(f"\n{_figures(plan)}"))
    if plan.audit is not None:
        parts.append(Text(audit_in_words(plan), style="green" if plan.audit["passed"] else "bold red"))
    if plan.folder is not None:
        parts.append(Text(f"written to {plan.folder}"))
    return Group(*parts)


def as_text(plan: Plan) -> str:
    """The summary as plain text."""
    console = Console(file=StringIO(), width=100, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(renderable(plan))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def status_in_words(plan: Plan) -> str:
    """How good the plan is known to be, in a sentence."""
    if plan.status is Status.INFEASIBLE:
        return f"infeasible: {NO_PLAN}"
    if plan.status is Status.NO_SOLUTION:
        return f"no plan found before the search was stopped ({plan.stopped_by or 'limit'})"
    if plan.status is Status.OPTIMAL:
        how = f"; {plan.document['confirmed']}" if plan.document["confirmed"] else ""
        return f"optimal: proven within {gap_in_words(plan.gap)} of the best possible plan{how}"
    stopped = f" (stopped by {plan.stopped_by})" if plan.stopped_by else ""
    if not isfinite(plan.gap):
        return f"a plan, not proven optimal: nothing is known of how much better another may be{stopped}"
    return (
        f"a plan, not proven optimal: at most {gap_in_words(plan.gap)} above the best possible one{stopped}"
    )


def audit_in_words(plan: Plan) -> str:
    """What the audit said, in a sentence."""
    audit = plan.audit
    if audit is None:
        return "not audited"
    if audit["passed"]:
        return f"audit passed: {audit['checks']:,} comparisons recomputed from the files"
    count = len(audit.get("findings", ()))
    findings = f"{count} {'finding' if count == 1 else 'findings'}"
    return f"AUDIT FAILED: {findings} in {audit['checks']:,} comparisons"


def money(amount: float, currency: str) -> str:
    """An amount in a sensible unit: `12.3 million USD`."""
    for size, name in UNITS:
        if abs(amount) >= size * 0.9995:
            return f"{amount / size:,.4g} {name} {currency}"
    return f"{amount:,.2f} {currency}"


def unit_for(largest: float) -> tuple[float, str]:
    """The unit in which the largest figure has two to five digits before the point."""
    return next(((size, name) for size, name in UNITS if largest >= 10 * size), (1.0, ""))


def gap_in_words(gap: float) -> str:
    """A gap in per cent, two digits."""
    # below this it is the rounding of the last digit
    return "0%" if gap < 1e-9 else f"{gap * 100:.2g}%"


def costs_by_size(plan: Plan) -> dict[str, float]:
    """The ledger's components that are not 0, the largest first: expected, discounted."""
    costs = {name: amount for name, amount in plan.totals.items() if amount}
    return dict(sorted(costs.items(), key=lambda entry: -abs(entry[1])))


def cost_table(plan: Plan) -> Table:
    """The ledger: components by size, in one unit."""
    costs = costs_by_size(plan)
    whole = plan.expected_landed_cost
    largest = max([abs(whole), *map(abs, costs.values())])
    size, name = unit_for(largest)
    digits = 2 if largest / size < 10_000 else 0
    currency = plan.instance.settings.instance.currency
    table = Table(box=None, pad_edge=False, padding=(0, 2), title_justify="left")
    table.add_column("Cost, discounted")
    table.add_column(f"{name} {currency}".strip(), justify="right")
    table.add_column("share", justify="right")
    for component, amount in costs.items():
        share = f"{amount / whole:.1%}" if whole else ""
        table.add_row(Text(component), f"{amount / size:,.{digits}f}", share)
    table.add_row("expected landed cost", f"{whole / size:,.{digits}f}", "", style="bold")
    penalty = plan.document["penalty"]["total"]
    if penalty:
        table.add_row("penalty", f"{penalty / size:,.{digits}f}", "")
        table.add_row("objective", f"{plan.objective / size:,.{digits}f}", "", style="bold")
    return table


@dataclass(frozen=True, slots=True)
class FacilityState:
    """What a plan does with an option of a facility: `opens in 2028`, `closes in 2029`, or just `open`.

    `fullness` is the share of the capacity used in the fullest period; nan where it has no limit.
    """

    location: str
    option: str
    words: tuple[str, ...]
    fullness: float


def facility_states(plan: Plan) -> list[FacilityState]:
    """What opens and closes, then what stays open, with how full it is."""
    states = []
    for (location, option), rows in plan.tables["facilities"].groupby(["location", "option"], sort=False):
        words = [
            *(f"opens in {period}" for period in rows.loc[rows["opening"] == 1, "period"]),
            *(f"closes in {period}" for period in rows.loc[rows["closing"] == 1, "period"]),
        ]
        if not words and (rows["open"] == 1).any():
            words = ["open"]
        if words:
            states.append(FacilityState(str(location), str(option), tuple(words), _fullness(rows)))
    return sorted(states, key=lambda state: state.words == ("open",))  # what changes comes first


def _fullness(rows: pd.DataFrame) -> float:
    usable = rows[(rows["usable"] == 1) & (rows["capacity"] > 0) & (rows["capacity"] < float("inf"))]
    return float((usable["used"] / usable["capacity"]).max()) if len(usable) else nan


def _facilities(plan: Plan) -> list[str]:
    """The facilities, a line each."""
    lines = []
    for state in facility_states(plan):
        name = state.location if state.option == "base" else f"{state.location} ({state.option})"
        words = (f"[{COLOURS[word.partition(' ')[0]]}]{escape(word)}[/]" for word in state.words)
        full = "" if isnan(state.fullness) else f", {state.fullness:.0%} full at most"
        lines.append(f"{escape(name)}: {', '.join(words)}{full}")
    return _shortened(lines)


def supplier_items(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What is bought from each supplier, in any scenario."""
    bought = plan.tables["contracts"]
    used = bought[bought["volume"] + bought["unused"] > 0]
    return {str(name): tuple(dict.fromkeys(items)) for name, items in used.groupby("location")["item"]}


def _suppliers(plan: Plan) -> list[str]:
    """Whom to buy from: largest spend first."""
    currency, items = plan.instance.settings.instance.currency, supplier_items(plan)
    return _shortened(
        f"{escape(str(name))}: {escape(', '.join(items[str(name)]))}, {money(amount, currency)}"
        for name, amount in supplier_spend(plan).items()
    )


def duties_paid(plan: Plan) -> list[tuple[str, float, float]]:
    """The ledger's duties and fees, largest first, and what each is of the value that it is charged on (else nan)."""
    duties = plan.tables["duties"]
    charged = duties[duties["duty"] != 0]
    values = charged["value_per_unit"] * charged["quantity"] * Worth(plan).expected(charged)
    of_programme = values.groupby(charged["programme"]).sum()
    paid = {
        component.removeprefix("duty:"): amount
        for component, amount in plan.totals.items()
        if component.startswith(("duty:", "fee:")) and amount
    }
    return [
        (programme, amount, float(amount / of_programme[programme]) if of_programme.get(programme) else nan)
        for programme, amount in sorted(paid.items(), key=lambda entry: -entry[1])
    ]


def _duties(plan: Plan) -> list[str]:
    """Duties and fees, a line each."""
    currency = plan.instance.settings.instance.currency
    return _shortened(
        f"{escape(programme)}: {money(amount, currency)}"
        + ("" if isnan(share) else f", {share:.2%} of the value")
        for programme, amount, share in duties_paid(plan)
    )


def shortages(plan: Plan) -> pd.DataFrame:
    """What is not delivered in base, the dearest first."""
    rows = plan.tables["shortages"]
    short = rows[(rows["short"] > 1e-6) & (rows["scenario"] == "base")]
    return short.sort_values("cost", ascending=False)


def _shortages(plan: Plan) -> list[str]:
    """What is not delivered."""
    return _shortened(
        [
            f"[yellow]{escape(row['market'])}, {escape(row['item'])}, {escape(row['period'])}: "
            f"{row['short']:,.6g} of {row['demand']:,.6g} units[/]"
            for row in records(shortages(plan))
        ]
    )


def _policies(plan: Plan) -> list[str]:
    """Policies, and which of them are violated."""
    return _shortened(
        [
            f"{escape(row['policy'])}: {row['measure']} {amount_in_words(row['value'])} "
            f"{SIGNS[row['sense']]} {amount_in_words(row['limit'])}"
            + (f" {escape(row['period'])}" if row["period"] else "")
            + (
                f", [yellow]violated by {amount_in_words(row['violation'])}[/]"
                if row["violation"] > 1e-6
                else ""
            )
            for row in records(plan.tables["policies"])
        ]
    )


def amount_in_words(value: float) -> str:
    """A figure as people write it: whole and with separators where large, four digits where small."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _figures(plan: Plan) -> str:
    """Metrics and size in a line each."""
    metrics, size, seconds = plan.metrics, plan.document["size"], plan.document["seconds"]
    shares = [
        f"{country} {share:.0%}" for country, share in metrics["share_by_country"].items() if share >= 0.005
    ]
    return (
        f"{metrics['fill_rate']:.1%} of demand met; {metrics['allied_share']:.0%} of spend with allies"
        f"; spend by country: {', '.join(shares) or 'none'}{_worst(plan)}\n"
        f"{size.get('variables', 0):,} variables ({size.get('integers', 0):,} whole), "
        f"{size.get('constraints', 0):,} constraints; {seconds['total']:.1f} seconds"
    )


def _worst(plan: Plan) -> str:
    """The worst scenario, where there are several: what it costs to operate, and what is met in it."""
    if "worst_scenario" not in plan.metrics:
        return ""
    row = plan.tables["scenarios"].set_index("scenario").loc[plan.metrics["worst_scenario"]]
    if not isfinite(row["operating_cost"]):
        return f"\nworst scenario: {row.name}, in which the design cannot be operated"
    cost = money(row["operating_cost"], plan.instance.settings.instance.currency)
    return f"\nworst scenario: {row.name}, {cost} to operate, {row['fill_rate']:.1%} of demand met"


def _shortened(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more there are."""
    lines = list(lines)
    if len(lines) <= LONGEST_LIST:
        return lines
    return [*lines[: LONGEST_LIST - 1], f"and {len(lines) - LONGEST_LIST + 1} more"]
