"""Events: what the figures of the tables are at each time, after all that a scenario changes.

Events hold in file order, each on the value left by the one before. Figures that no event touches are the same at all
times, and cost no memory for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.instance import selectors_of
from planner.instance.selectors import EVERYTHING
from planner.network.codes import Codes, Texts, texts
from planner.network.reference import reference_volumes
from planner_models.arrays import Flags, Floats, Ints

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.instance.selectors import Among


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the events table at the times at which it holds."""

    row: int  # position in the table
    target: str
    item: str
    mode: str
    importer: str
    programme: str
    op: str
    value: float  # a factor holds for all days of the period
    times: Ints

    def change(self, figures: Floats) -> Floats:
        """The figures after the event; nothing is left of an infinite one that is multiplied by 0."""
        if self.op == "set":
            return np.full_like(figures, self.value)
        if self.op == "add":
            return figures + self.value
        return figures * self.value if self.value else np.zeros_like(figures)

    @property
    def lowers(self) -> bool:
        """Whether it takes away a part of a capacity, which needs to be finite for that."""
        return self.op == "multiply" and 0 < self.value < 1


VALUES = ("customs_value", "net_cost", "initial_value")  # those of the item, if blank
Choice = Callable[[Event], Flags]  # which of some rows an event is about


class Events:
    """The events of the scenarios that have times of their own."""

    def __init__(self, instance: Instance, codes: Codes) -> None:
        self.instance, self.codes, self.select = instance, codes, selectors_of(instance)

    @cached_property
    def _events(self) -> dict[tuple[str, str], list[Event]]:
        """By kind and field."""
        found: dict[tuple[str, str], list[Event]] = {}
        for position, row in enumerate(self.instance.tables["events"].to_dict("records")):
            event = self._event(position, row)
            if len(event.times):
                found.setdefault((row["kind"], row["field"]), []).append(event)
        return found

    def _event(self, position: int, row: Mapping[Any, Any]) -> Event:
        horizon, times = self.instance.settings.horizon, self.codes.times
        first = horizon.periods.index(row["first_period"]) if row["first_period"] else 0
        last = first + row["periods"] if row["periods"] else len(horizon.periods)
        names = times.scenario_name
        scenario = names.index(row["scenario"]) if row["scenario"] in names else -1
        mine = (times.scenario == scenario) & (times.period >= first) & (times.period < last)
        share = row["days"] / horizon.days_per_period if pd.notna(row["days"]) else 1.0
        return Event(
            row=position,
            **{name: row[name] for name in ("target", "item", "mode", "importer", "programme", "op")},
            value=1 - (1 - row["value"]) * share if row["op"] == "multiply" else row["value"],
            times=np.flatnonzero(mine).astype(np.int64),
        )

    def of(self, kind: str, field: str) -> list[Event]:
        """The events that change a field, in file order."""
        return self._events.get((kind, field), [])

    def column(
        self,
        kind: str,
        field: str,
        figures: Floats,
        t: Ints,
        chosen: Choice,
        whole: Callable[[], Floats] | None = None,
    ) -> Floats:
        """Figures, each at its time `t`, after the events; `whole` stands for infinite ones that are lowered."""
        changed = figures
        for event in self.of(kind, field):
            at = np.flatnonzero(np.isin(t, event.times) & chosen(event))
            before = changed[at]
            if whole is not None and event.lowers:
                before = np.where(np.isinf(before), whole()[at], before)
            changed = changed.copy()
            changed[at] = event.change(before)
        return changed

    def table(
        self,
        kind: str,
        field: str,
        figures: Floats,
        chosen: Choice,
        whole: Callable[[], Floats] | None = None,
    ) -> Floats:
        """Figures [rows] or [rows, times] after the events [rows, times].

        `whole` [rows, times] stands for infinite ones that are lowered.
        """
        times = len(self.codes.times)
        spread = np.broadcast_to(figures if figures.ndim == 2 else figures[:, None], (len(figures), times))
        if not self.of(kind, field):
            return spread
        t = np.tile(np.arange(times), len(figures))
        flat = None if whole is None else lambda: whole().ravel()
        changed = self.column(
            kind, field, spread.ravel(), t, lambda event: np.repeat(chosen(event), times), flat
        )
        return changed.reshape(spread.shape)

    def money(self, table: str, column: str, row: Ints, t: Ints) -> Floats:
        """A money column in the instance currency, at the exchange rates of each time."""
        figures = self.instance.money(table, column)[row]
        frame = self.instance.tables[table]
        if "currency" not in frame or not self.of("currency", "rate"):
            return figures
        known = pd.Index(self.instance.tables["currencies"]["currency"])
        currency = known.get_indexer(pd.Index(self._currency(table, column)))
        moves = np.vstack([self._moves, np.ones(len(self.codes.times))])
        return np.asarray(figures * moves[currency[row], t])

    @cached_property
    def reference(self) -> Floats:
        """Reference volumes: what can be carried where no capacity is stated [items, times]."""
        return reference_volumes(self.instance)[:, self.codes.times.period]

    def lanes(self, event: Event, lanes: pd.DataFrame) -> Flags:
        """Which lanes an event is about; `lanes` has origin, destination, mode."""
        origin, _, destination = event.target.partition(">")
        known = self.codes.location
        starts = self._members(origin, "location", known)[lanes["origin"].to_numpy(dtype=np.int64)]
        ends = self._members(destination, "location", known)[lanes["destination"].to_numpy(dtype=np.int64)]
        mode = texts(lanes["mode"]) == event.mode if event.mode else True
        return np.asarray(starts & ends & mode, dtype=np.bool_)

    def gateways(self, event: Event) -> Flags:
        """Which gateways an event is about [gateways]."""
        return self._members(event.target, "gateway", texts(self.instance.tables["gateways"]["gateway"]))

    def tariffs(self, event: Event, charged: pd.DataFrame) -> Flags:
        """Which duties an event is about; `charged` has importer, programme, origin, item, a row each."""
        chosen = self._listed(event.importer or EVERYTHING, texts(charged["importer"]))
        chosen &= self._listed(event.programme or EVERYTHING, texts(charged["programme"]))
        chosen &= self._members(event.target, "country", texts(charged["origin"]))
        return chosen & self._members(event.item or EVERYTHING, "item", texts(charged["item"]))

    def alike(self, *kinds: str) -> Ints:
        """The first time at which the same events of some kinds hold as at each [times]."""
        listed = [event for (kind, _), events in self._events.items() if kind in kinds for event in events]
        held = [tuple(time in event.times for event in listed) for time in range(len(self.codes.times))]
        return np.array([held.index(each) for each in held], dtype=np.int64)

    def _currency(self, table: str, column: str) -> Texts:
        """The currency of each figure of a column: that of the item, where a blank cell takes its value."""
        own, given = texts(self.instance.tables[table]["currency"]), self.instance.given[table]
        if column not in VALUES:
            return own
        items = self.instance.tables["items"].set_index("item")["currency"]
        taken = given[column].isna()
        if column == "net_cost":
            taken &= given["customs_value"].isna()
        return np.where(taken, texts(given["item"].map(items)), own)

    def money_over_time(self, table: str, column: str) -> Floats:
        """A money column in the instance currency, at the exchange rates of each time [rows, times]."""
        rows, times = len(self.instance.tables[table]), len(self.codes.times)
        if not self.of("currency", "rate"):
            return np.broadcast_to(self.instance.money(table, column)[:, None], (rows, times))
        row, t = np.repeat(np.arange(rows), times), np.tile(np.arange(times), rows)
        return self.money(table, column, row, t).reshape(rows, times)

    @cached_property
    def _moves(self) -> Floats:
        """What each currency is worth, as a multiple of what it is in base [currencies, times]."""
        table = self.instance.tables["currencies"]
        rates = table["rate"].to_numpy(dtype=np.float64)
        listed = texts(table["currency"])
        moved = self.table("currency", "rate", rates, lambda event: self._listed(event.target, listed))
        return np.asarray(moved / rates[:, None])

    @property
    def in_force(self) -> Floats:
        """Which agreements events leave in force, where their dates do [agreements, times]."""
        listed = texts(self.instance.tables["agreements"]["agreement"].unique())
        return self.table(
            "agreement", "in_force", np.ones(len(listed)), lambda event: self._listed(event.target, listed)
        )

    def locations(self, event: Event) -> Flags:
        """Which locations an event is about [locations]."""
        return self._members(event.target, "location", self.codes.location)

    def items(self, event: Event) -> Flags:
        """Which items an event is about [items]; a blank cell means all."""
        return self._members(event.item or EVERYTHING, "item", self.codes.item)

    def _members(self, cell: str, among: Among, known: Texts) -> Flags:
        return np.asarray(pd.Index(known).isin(list(self.select.members(cell, among))))

    def _listed(self, cell: str, known: Texts) -> Flags:
        return np.asarray(pd.Index(known).isin(cell.split(";")) | (cell == EVERYTHING))
