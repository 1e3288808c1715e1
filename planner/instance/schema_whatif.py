"""The two sheets of a workbook that keep what-ifs: `whatifs` names them, `changes` has a row for each edit."""

from __future__ import annotations

from typing import Literal

from planner.instance import fields as f
from planner.instance.rows import Row, Table


class WhatIfRow(Row):
    """A what-if, and what of the base plan it does not decide anew."""

    whatif: f.Id = f.column("name of the what-if")
    title: f.Text = f.column("one line for reports", "")
    fix: Literal["design"] = f.column("design: the whole design of the base plan is kept", "")
    facilities: f.LocationList = f.column("facilities of which the base plan's decisions are kept", "")
    suppliers: f.LocationList = f.column("suppliers of which the base plan's decisions are kept", "")


class ChangeRow(Row):
    """An edit of a what-if; the edits of one are made in the order of the sheet."""

    whatif: f.Id = f.column("the what-if that it belongs to")
    table: f.Text = f.column("table to change, or instance for a setting")
    where: f.Text = f.column("rows that are meant, as in importer=US,origin=CN; of append the new row", "")
    column: f.Text = f.column("column to change; blank for drop and append", "")
    op: Literal["=", "+=", "*=", "drop", "append"] = f.column("what to do", "=")
    value: f.Text = f.column("the new value, or what it is raised or multiplied by", "")


SHEETS: dict[str, Table] = {
    table.name: table
    for table in (
        Table("whatifs", WhatIfRow, ("whatif",)),
        Table("changes", ChangeRow, (), in_file_order=True),
    )
}
