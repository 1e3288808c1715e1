"""A plan as a workbook: a summary with charts, then every table of the plan on a sheet of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from planner.instance.raw import quoted
from planner.plan import Plan
from planner.plan.columns import SAYS, TABLES, Column, Kind
from planner.plan.labels import records
from planner.plan.summary import (
    audit_in_words,
    costs_by_size,
    duties_paid,
    facility_states,
    shortages,
    status_in_words,
    supplier_items,
    unit_for,
)
from planner.plan.worth import supplier_spend
from planner.sheets import MOST_ROWS, RULE, Book, Cell, Heading, Look, fits, put

SUMMARY, CONTENTS, FILE = "summary", "contents", "plan.xlsx"
LOOKS: Mapping[Kind, Look] = {
    "text": Look.TEXT,
    "number": Look.QUANTITY,
    "whole": Look.WHOLE,
    "money": Look.MONEY,
    "share": Look.SHARE,
}
AMOUNT, PERCENT, MEASURE = "#,##0.00", "0.0%", "[>=1000]#,##0;#,##0.00##"
SHORT = {1.0: "#,##0", 1e3: "#,##0.0,", 1e6: "#,##0.0,,", 1e9: "#,##0.0,,,"}  # by the unit that is shown
COLOUR, GREY = "#2F5597", "#7F7F7F"
WIDTHS = (38, 30, 20, 13, 3)  # of the columns of the summary, in characters
FIGURES, CHARTS = 2, 5  # its columns of figures and of charts
CUT = 10_000  # characters of a text that no cell can hold
MOST_BARS = 10  # of a chart
ROW_HEIGHT = 20  # pixels


def write_workbook(plan: Plan, path: Path) -> None:
    """Write a plan as a workbook. Rows beyond those of a sheet are left out, which `contents` says.

    Raises:
        InfeasibleError, NoSolutionError: there is no plan.
        StorageError: the file cannot be written.
    """
    plan.raise_for_status()
    shown = {name: table.head(MOST_ROWS) for name, table in plan.tables.items()}
    with Book(path, sum(table.size for table in shown.values())) as book:
        _summary(book, plan)
        _contents(book, plan)
        for name, table in shown.items():
            headings = [_heading(column, plan) for column in TABLES[name]]
            book.table(name, headings, [_cells(table[column.name]) for column in TABLES[name]])


def add_workbook(plan: Plan, folder: Path) -> None:
    """Write `plan.xlsx` into the folder of a plan."""
    write_workbook(plan, folder / FILE)


def _heading(column: Column, plan: Plan) -> Heading:
    unit = f"\n{plan.instance.settings.instance.currency}" if column.kind == "money" else ""
    return Heading(column.name, f"{column.meaning}{unit}".replace("`", ""), LOOKS[column.kind])


def _cells(figures: pd.Series[Any]) -> list[Cell]:
    """The cells of a column: what is not a number, or has no limit, is blank."""
    if figures.dtype.kind in "if":
        return [value if isfinite(value) else None for value in figures.tolist()]
    return [_text(value) for value in figures.tolist()]


def _text(value: str) -> str:
    """A text as a cell; only its beginning, and that it is no more, where a cell cannot hold it."""
    cell = quoted(value)
    return cell if fits(cell) else f"{cell[:CUT]} ..."


@dataclass
class _Page:
    """The summary sheet as it is filled, from the top down."""

    book: Book
    sheet: Worksheet
    row: int = 0
    below: int = 0  # where the next chart goes

    def line(self, text: str, height: float = 0, **look: Any) -> None:
        """A line of words across the page."""
        if height:
            self.sheet.set_row(self.row, height)
        put(self.sheet, self.row, 0, quoted(text), self.book.format(**look))
        self.row += 1

    def block(
        self, titles: Sequence[str], rows: Sequence[Sequence[Cell]], looks: Sequence[str], strong: int = 0
    ) -> int:
        """A small table, its last `strong` rows in bold, if it has rows; the row of the first."""
        if not rows:
            return self.row
        self.head(titles, looks)
        first = self.row
        for number, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                look = self.book.format(num_format=str(looks[place]), bold=number > len(rows) - strong)
                put(self.sheet, self.row, place, cell, look)
            self.row += 1
        return first

    def head(self, titles: Sequence[str], looks: Sequence[str]) -> None:
        """The header of a block, below a blank row."""
        self.row += 1
        for place, title in enumerate(titles):
            head = self.book.header(right=looks[place] != Look.TEXT)
            self.sheet.write_blank(self.row, place, None, head)
            put(self.sheet, self.row, place, quoted(title), head)
        self.row += 1

    def figure(self, name: str, value: Cell, look: str) -> None:
        """A figure of its own kind."""
        put(self.sheet, self.row, 0, name)
        put(self.sheet, self.row, FIGURES, value, self.book.format(num_format=look, bold=True))
        self.row += 1

    def bars(self, title: str, what: str, first: int, amounts: Sequence[float]) -> None:
        """A chart of the block whose figures begin in row `first`: a bar for each of the first, the largest."""
        if not amounts:
            return
        bars = min(len(amounts), MOST_BARS)
        last = first + bars - 1
        size, unit = unit_for(max(map(abs, amounts)))
        chart = self.book.workbook.add_chart({"type": "bar"})
        chart.add_series(
            {
                "categories": [SUMMARY, first, 0, last, 0],
                "values": [SUMMARY, first, FIGURES, last, FIGURES],
                "fill": {"color": COLOUR},
                "gap": 40,
                "data_labels": {"value": True, "num_format": SHORT[size]},
            }
        )
        chart.set_title({"name": f"{title}, {unit} {what}".replace("  ", " "), "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True, "label_position": "low", "line": {"color": RULE}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_legend({"none": True})
        chart.set_chartarea({"border": {"none": True}})
        height = 70 + 28 * bars
        chart.set_size({"width": 620, "height": height})
        self.sheet.insert_chart(self.below, CHARTS, chart, {"object_position": 2, "description": title})
        self.below += 1 + height // ROW_HEIGHT


def _summary(book: Book, plan: Plan) -> None:
    """What a board reads: status, cost, duties, what opens, whom to buy from, and three charts."""
    settings = plan.instance.settings.instance
    sheet = book.sheet(SUMMARY)
    sheet.hide_gridlines(2)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    page = _Page(book, sheet, below=3)
    page.line(settings.name, 28, bold=True, font_size=18, font_color=COLOUR)
    page.line(settings.title, 18, font_size=12, font_color=GREY)
    for text in (status_in_words(plan), audit_in_words(plan), *plan.warnings, _basis(plan)):
        page.line(text)
    for part in (_key_figures, _costs, _duties, _volumes, _facilities, _suppliers, _shortages, _policies):
        part(page, plan)
    sheet.activate()


def _basis(plan: Plan) -> str:
    """What the figures are based on: money, periods, the date of the duties."""
    settings = plan.instance.settings
    periods, first = settings.horizon.periods, settings.horizon.starts[0]
    span = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
    duties = settings.instance.duty_date
    dated = f"on {duties.isoformat()}" if duties else "on the first day of each period"
    changed = plan.document["changes"]
    return (
        f"Money in {settings.instance.currency}, discounted to {settings.instance.base_date}; periods {span}, "
        f"from {first.isoformat()}; duties as {dated}"
        + (f"; changed: {', '.join(changed)}" if changed else "")
    )


def _costs(page: _Page, plan: Plan) -> None:
    costs, whole = costs_by_size(plan), plan.expected_landed_cost
    rows: list[list[Cell]] = [
        [quoted(name), None, amount, amount / whole if whole else None] for name, amount in costs.items()
    ]
    rows.append(["expected landed cost", None, whole, None])
    penalty = float(plan.document["penalty"]["total"])
    if penalty:
        rows += [["penalty", None, penalty, None], ["objective", None, plan.objective, None]]
    currency = plan.instance.settings.instance.currency
    titles = ("Cost, expected and discounted", "", currency, "share")
    first = page.block(titles, rows, (Look.TEXT, Look.TEXT, AMOUNT, PERCENT), strong=3 if penalty else 1)
    page.bars("Cost by component", currency, first, list(costs.values()))


def _duties(page: _Page, plan: Plan) -> None:
    paid = duties_paid(plan)
    currency = plan.instance.settings.instance.currency
    rows = [[quoted(name), None, amount, None if isnan(part) else part] for name, amount, part in paid]
    titles = ("Duties and fees, expected and discounted", "", currency, "of the value")
    first = page.block(titles, rows, (Look.TEXT, Look.TEXT, AMOUNT, "0.00%"))
    page.bars("Duty by programme", currency, first, [amount for _, amount, _ in paid])


def _volumes(page: _Page, plan: Plan) -> None:
    volumes = units_delivered(plan)
    rows: list[list[Cell]] = [
        [f"{row['country']}: {row['item']}", None, row["units"]] for row in records(volumes)
    ]
    titles = ("Delivered in base, by country of the source", "", "units")
    first = page.block(titles, rows, (Look.TEXT, Look.TEXT, AMOUNT))
    page.bars("Volume by country", "units", first, volumes["units"].tolist())


def units_delivered(plan: Plan) -> pd.DataFrame:
    """Units that markets receive in base over all periods, by country of the source and item, largest country first."""
    places, flows = plan.instance.tables["locations"].set_index("location"), plan.tables["flows"]
    to_market = flows["destination"].map(places["role"]) == "market"
    received = flows[to_market & (flows["scenario"] == "base") & (flows["quantity"] > 0)]
    keys = [received["source"].map(places["country"]).rename("country"), received["item"]]
    units = received.groupby(keys)["quantity"].sum().rename("units").reset_index()
    units["whole"] = units.groupby("country")["units"].transform("sum")
    units = units.sort_values(["whole", "country", "units"], ascending=[False, True, False])
    return units.drop(columns="whole").reset_index(drop=True)


def _key_figures(page: _Page, plan: Plan) -> None:
    metrics, currency = plan.metrics, plan.instance.settings.instance.currency
    bound = plan.bound if isfinite(plan.bound) else None  # nothing is known
    figures: list[tuple[str, Cell, str]] = [
        (f"expected landed cost, {currency}", plan.expected_landed_cost, AMOUNT),
        (f"objective, {currency}", plan.objective, AMOUNT),
        (f"no plan is better than, {currency}", bound, AMOUNT),
        ("gap", plan.gap if bound is not None else None, "0.0000%"),
        ("demand met", metrics["fill_rate"], PERCENT),
        ("spend with allies", metrics["allied_share"], PERCENT),
        *((f"spend in {country}", share, PERCENT) for country, share in metrics["share_by_country"].items()),
    ]
    page.head(("Key figures", "", ""), (Look.TEXT, Look.TEXT, AMOUNT))
    for name, value, look in figures:
        page.figure(name, value, look)


def _facilities(page: _Page, plan: Plan) -> None:
    rows: list[list[Cell]] = [
        [
            quoted(state.location if state.option == "base" else f"{state.location} ({state.option})"),
            ", ".join(state.words),
            None if isnan(state.fullness) else state.fullness,
        ]
        for state in facility_states(plan)
    ]
    page.block(("Facilities", "what happens", "full at most"), rows, (Look.TEXT, Look.TEXT, PERCENT))


def _suppliers(page: _Page, plan: Plan) -> None:
    items, currency = supplier_items(plan), plan.instance.settings.instance.currency
    rows: list[list[Cell]] = [
        [quoted(str(name)), quoted(", ".join(items[str(name)])), float(amount)]
        for name, amount in supplier_spend(plan).items()
    ]
    titles = ("Suppliers: purchase and take-or-pay", "items", currency)
    page.block(titles, rows, (Look.TEXT, Look.TEXT, AMOUNT))


def _shortages(page: _Page, plan: Plan) -> None:
    rows: list[list[Cell]] = [
        [quoted(row["market"]), quoted(f"{row['item']}, {row['period']}"), row["short"], row["demand"]]
        for row in records(shortages(plan))
    ]
    titles = ("Not delivered in base", "item, period", "units", "of")
    page.block(titles, rows, (Look.TEXT, Look.TEXT, AMOUNT, AMOUNT))


def _policies(page: _Page, plan: Plan) -> None:
    rows: list[list[Cell]] = [
        [quoted(row["policy"]), _measured(row), row["value"], row["limit"]]
        for row in records(plan.tables["policies"])
    ]
    titles = ("Policies: figures undiscounted", "measure", "value", "limit")
    page.block(titles, rows, (Look.TEXT, Look.TEXT, MEASURE, MEASURE))


def _measured(row: Mapping[str, Any]) -> str:
    """What a policy measures, when, on which side its limit is, and whether it is violated."""
    side = {"max": "at most", "min": "at least"}[row["sense"]]
    broken = ", violated" if row["violation"] > 1e-6 else ""
    return f"{' '.join(filter(None, (row['measure'], row['period'], side)))}{broken}"


def _contents(book: Book, plan: Plan) -> None:
    """A line for each table, with a link, and how many of its rows are here."""
    sheet = book.sheet(CONTENTS)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(1, 0)
    for place, (title, width) in enumerate((("sheet", 18), ("what it says", 70), ("rows", 14), ("", 60))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, book.header(right=title == "rows"))
    link = book.format(font_color=COLOUR, underline=1)
    for row, (name, table) in enumerate(plan.tables.items(), start=1):
        sheet.write_url(row, 0, f"internal:{name}!A1", link, name)
        put(sheet, row, 1, SAYS[name])
        put(sheet, row, 2, len(table), book.format(num_format=str(Look.WHOLE)))
        if len(table) > MOST_ROWS:
            put(sheet, row, 3, f"only the first {MOST_ROWS:,}; all of them are in {name}.csv")
