"""Checks between rows and between tables: all problems of an instance at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from planner.errors import Problem
from planner.instance import check_network, check_references, check_risk, check_rows, check_trade
from planner.instance.findings import Findings
from planner.instance.schema import TABLES
from planner.instance.selectors import MEMBER_COLUMNS, Selectors

if TYPE_CHECKING:
    from planner.instance.instance import Instance
    from planner.instance.raw import RawTable


def check(
    instance: Instance, broken: frozenset[str], said: Iterable[str], written: Mapping[str, RawTable]
) -> list[Problem]:
    """Every problem between rows and tables; what needs a `broken` table, or a cell of `said`, is left alone."""
    findings = Findings(instance, broken, said, written)
    selectors = Selectors(instance)
    duplicate_keys(findings)
    check_references.check(findings, selectors)
    check_rows.check(findings)
    if not broken & {*MEMBER_COLUMNS, "selectors"}:
        check_network.check(findings, selectors)
        check_trade.check(findings, selectors)
        check_risk.check(findings, selectors)
    return findings.problems


def duplicate_keys(findings: Findings) -> None:
    """Flag a key that two rows give."""
    for name, table in TABLES.items():
        frame = findings.given[name]
        if table.in_file_order or name in findings.broken or len(frame) < 2:
            continue
        key = list(table.key)
        # rows are sorted by key, so the same keys stand side by side
        twice = frame.duplicated(key).to_numpy()
        pairs = [(position - 1, position) for position in twice.nonzero()[0].tolist()]
        said = [column for column in key if (frame[column].iloc[pairs[0][1]] if pairs else "") != ""]
        message = f"the key ({', '.join(said)}) is given twice, first in row {{earlier}}"
        findings.flag_pairs(name, pairs, key[0], message, "each key once")
