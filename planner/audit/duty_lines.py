"""The rows of duties.csv beside the charges that they stand for.

A flow has one row for each charge; where it exceeds a tariff-rate quota, a second row holds what is above. How
much of which flow is above is a decision of the plan, so the quantities are read, never recomputed.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from planner.audit.duties import Charge
from planner.audit.goods import ANY
from planner.audit.plan_tables import Flow
from planner.audit.reader import ZERO
from planner.audit.shipment import Shipment
from planner.audit.trade_tables import DutyRow

FlowKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its flow and the charge that it should show: that within the quota, or `above` it."""

    row: DutyRow
    shipment: Shipment
    charge: Charge
    above: bool = False

    @property
    def shown(self) -> Charge:
        """The charge with the rate of the row."""
        return self.charge.above if self.above and self.charge.above else self.charge


@dataclass(slots=True)
class DutyLines:
    """All rows: those that stand for a charge, and those that do not."""

    lines: list[Line] = field(default_factory=list)
    missing: list[tuple[Shipment, Charge]] = field(default_factory=list)
    undue: list[DutyRow] = field(default_factory=list)
    repeated: list[DutyRow] = field(default_factory=list)
    homeless: list[DutyRow] = field(default_factory=list)
    above: dict[tuple[int, str], Decimal] = field(default_factory=dict)

    def above_quota(self, flow: Flow, charge: Charge) -> Decimal:
        """Return the units of a flow that the plan counts above the quota of a charge."""
        return self.above.get((flow.row, charge.programme), ZERO)

    def add(self, line: Line) -> None:
        """Note a row that stands for a charge."""
        self.lines.append(line)
        if line.above:
            self.above[line.shipment.flow.row, line.charge.programme] = line.row.quantity


def duty_lines(shipments: Iterable[Shipment], duties: Iterable[DutyRow]) -> DutyLines:
    """Match every row with a charge."""
    found = DutyLines()
    flows: defaultdict[FlowKey, list[Shipment]] = defaultdict(list)
    for shipment in shipments:
        flows[_key(shipment.flow)].append(shipment)
    rows = _by_flow(duties)
    for key, stated in rows.items():
        if key not in flows:
            found.homeless.extend(row for each in stated.values() for row in each)
    for key, each in flows.items():
        _match(each, rows.get(key, {}), found)
    return found


def _by_flow(duties: Iterable[DutyRow]) -> Mapping[FlowKey, Mapping[str, list[DutyRow]]]:
    """Return the rows of each flow and programme, in their order."""
    rows: defaultdict[FlowKey, defaultdict[str, list[DutyRow]]] = defaultdict(lambda: defaultdict(list))
    for row in duties:
        rows[_key(row)][row.programme].append(row)
    return rows


def _key(row: DutyRow | Flow) -> FlowKey:
    """Return what names a flow in both tables; arcs into different regimes share it, in the same order."""
    good = (row.item, row.source, row.deal, row.status, row.class_ or ANY)
    return (
        row.period,
        row.origin,
        row.destination,
        row.mode,
        *good,
        row.entry or "normal",
        row.agreement,
    )


def _match(shipments: list[Shipment], rows: Mapping[str, list[DutyRow]], found: DutyLines) -> None:
    waiting = {programme: deque(each) for programme, each in rows.items()}
    due: set[str] = set()
    for shipment in shipments:
        for charge in (*shipment.charges, *shipment.fees):
            due.add(charge.programme)
            queue = waiting.get(charge.programme)
            if not queue:
                found.missing.append((shipment, charge))
                continue
            for line in _lines(shipment, charge, queue):
                found.add(line)
    for programme, left in waiting.items():
        (found.repeated if programme in due else found.undue).extend(left)


def _lines(shipment: Shipment, charge: Charge, queue: deque[DutyRow]) -> Iterator[Line]:
    """Take the row of a charge, and where it does not hold the whole flow, the one above the quota."""
    first = queue.popleft()
    if charge.above is None or not charge.is_counted(shipment.base):
        yield Line(first, shipment, charge)
        return
    if queue and first.quantity < shipment.flow.quantity:
        yield Line(first, shipment, charge)
        yield Line(queue.popleft(), shipment, charge, above=True)
        return
    all_above = abs(first.rate - charge.above.rate) < abs(first.rate - charge.rate)
    yield Line(first, shipment, charge, above=all_above)
