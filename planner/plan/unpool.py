"""Split pooled goods again: behind a warehouse door each source has the share of what came in.

The model follows goods that no duty or cost can tell apart as one (`planner.network.pooling`). The tables of a plan
name every source, so what leaves a warehouse, stays in it or is lost there is split by average mixing: a sparse
linear system over the pooled places, as goods may pass several warehouses and periods. Sums by lane, demand and
facility stay what they were.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from planner.network.joins import pairs
from planner.solve.outcome import Outcome
from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Data
from planner_models.trade_data import Quotas

T = TypeVar("T")
SHARE = 1e-12  # below this a share is rounding


@dataclass(frozen=True, slots=True)
class _Split:
    """What each pooled place becomes: one entry for a source that it holds."""

    place: Ints  # pooled place
    good: Ints  # good of the source
    share: Floats  # of all that passes the place
    first: int  # number of the place of the first entry

    def of(self, place: Ints) -> tuple[Ints, Ints]:
        """Rows repeated once a source of their place, and the entries they become."""
        order = np.argsort(self.place, kind="stable")
        low = np.searchsorted(self.place[order], place, "left")
        counts = np.searchsorted(self.place[order], place, "right") - low
        rows = np.repeat(np.arange(len(place)), counts)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        return rows, order[low[rows] + within]


def unpooled(data: Data, outcome: Outcome) -> tuple[Data, Outcome]:
    """The same plan over goods of one source each; pooled rows stay in place, with nothing on them."""
    pool = np.array([source == "" for source in data.goods.source], dtype=np.bool_)
    if not outcome.solution.found or not pool.any():
        return data, outcome
    split = _split(data, outcome, pool)
    places = _with(data.places, split.place, good=split.good, initial=np.zeros(len(split.place)))
    data = replace(data, places=places)
    data, values = _arcs(data, dict(outcome.values), pool, split)
    data, values = _feeds(data, values, pool, split)
    data, values = _stocks(data, values, pool, split)
    return data, replace(outcome, values=values)


def _split(data: Data, outcome: Outcome, pool: Flags) -> _Split:
    """Solve for the units of each source that pass each pooled place."""
    arcs, stocks = data.arcs, data.stocks
    flow, stock = outcome.values["flow"], outcome.values["stock"]
    is_pool = pool[data.places.good]
    into = (arcs.to_place >= 0) & is_pool[arcs.to_place] & (flow > 0)
    direct, onward = into & ~pool[arcs.good], into & pool[arcs.good]
    entered = is_pool[stocks.place[stocks.entry_stock]] & (stock[stocks.entry_stock] > 0)
    kept = stocks.entry_stock[entered]
    origin = np.concatenate([arcs.from_place[onward], stocks.place[kept]])
    target = np.concatenate([arcs.to_place[onward], stocks.entry_place[entered]])
    moved = np.concatenate([flow[onward], stock[kept]])
    count = len(data.places.time)
    passed = np.bincount(arcs.to_place[direct], flow[direct], count) + np.bincount(target, moved, count)
    share = moved / np.maximum(passed[origin], moved)
    carry = sparse.csr_array((share, (target, origin)), shape=(count, count))
    sources, of_arc = np.unique(arcs.good[direct], return_inverse=True)
    came = sparse.csc_array((flow[direct], (arcs.to_place[direct], of_arc)), shape=(count, len(sources)))
    held = came.toarray() if not carry.nnz else _solve(carry, came)
    place, source = np.nonzero(held > SHARE * np.maximum(passed, 1.0)[:, None])
    part = held[place, source]
    whole = np.bincount(place, part, count)
    return _Split(place.astype(np.int64), sources[source].astype(np.int64), part / whole[place], count)


def _solve(carry: sparse.csr_array, came: sparse.csc_array) -> Floats:
    """Units by place and source: held = came + carry held."""
    system = sparse.csc_array(sparse.eye_array(carry.shape[0]) - carry)
    held = spsolve(system, came.toarray())
    return np.asarray(held, dtype=np.float64).reshape(came.shape)


def _arcs(
    data: Data, values: dict[str, Floats], pool: Flags, split: _Split
) -> tuple[Data, dict[str, Floats]]:
    """An arc a source for each pooled arc in use, with its charges and passages."""
    arcs, flow = data.arcs, values["flow"].copy()
    mixed = np.flatnonzero(pool[arcs.good] & (flow > 0))
    rows, entry = split.of(arcs.from_place[mixed])
    new = mixed[rows]
    number = {(p, g): split.first + k for k, (p, g) in enumerate(zip(split.place, split.good, strict=True))}
    to_place = arcs.to_place.copy()
    enters = np.flatnonzero((to_place >= 0) & ~pool[arcs.good] & (flow > 0))
    enters = enters[pool[data.places.good[to_place[enters]]]]
    to_place[enters] = _numbers(number, to_place[enters], arcs.good[enters])
    good, onto = split.good[entry], arcs.to_place[new]
    onto_pool = (onto >= 0) & pool[data.places.good[onto]]
    onto = np.where(onto_pool, _numbers(number, onto, good), onto)
    count = len(arcs.time)
    arcs = _with(
        replace(arcs, to_place=to_place), new, good=good, from_place=split.first + entry, to_place=onto
    )
    quantity = flow[new] * split.share[entry]
    flow[mixed] = 0.0
    charges, which = _copied(data.charges.arc, new, count)
    quotas, over = _overs(data.quotas, values["over"], new, count, split.share[entry])
    passages, passing = _copied(data.gateway_loads.passage_arc, new, count)
    gateways = data.gateway_loads
    data = replace(
        data,
        arcs=arcs,
        charges=_with(data.charges, charges, arc=which),
        quotas=quotas,
        gateway_loads=replace(
            gateways,
            passage_load=np.append(gateways.passage_load, gateways.passage_load[passages]),
            passage_arc=np.append(gateways.passage_arc, passing),
            passage_weight=np.append(gateways.passage_weight, gateways.passage_weight[passages]),
        ),
    )
    return data, values | {"flow": np.append(flow, quantity), "over": over}


def _overs(quotas: Quotas, over: Floats, new: Ints, first: int, share: Floats) -> tuple[Quotas, Floats]:
    """What enters above a quota on the arcs copied as `new`, each with its `share`."""
    rows, arc = _copied(quotas.over_arc, new, first)
    columns = {
        name: np.append(getattr(quotas, name), getattr(quotas, name)[rows])
        for name in ("over_quota", "over_programme", "over_amount", "over_rate", "over_reduced_by")
    }
    left = np.where(np.isin(quotas.over_arc, new), 0.0, over)
    split = replace(quotas, over_arc=np.append(quotas.over_arc, arc), **columns)
    return split, np.append(left, over[rows] * share[arc - first])


def _numbers(number: dict[tuple[int, int], int], place: Ints, good: Ints) -> Ints:
    pairs = zip(place.tolist(), good.tolist(), strict=True)
    return np.array([number.get(pair, -1) for pair in pairs], dtype=np.int64)


def _copied(of_arc: Ints, new: Ints, first: int) -> tuple[Ints, Ints]:
    """Rows that belong to the arcs copied as `new`, and the arcs of their copies, numbered from `first`."""
    order = np.argsort(of_arc, kind="stable")
    low = np.searchsorted(of_arc[order], new, "left")
    counts = np.searchsorted(of_arc[order], new, "right") - low
    copy = np.repeat(np.arange(len(new)), counts)
    within = np.arange(len(copy)) - np.repeat(np.cumsum(counts) - counts, counts)
    return order[low[copy] + within], first + copy


def _feeds(
    data: Data, values: dict[str, Floats], pool: Flags, split: _Split
) -> tuple[Data, dict[str, Floats]]:
    """A feed a source where a plant takes a pooled good."""
    needs, feed = data.needs, values["feed"].copy()
    mixed = (
        np.flatnonzero(pool[data.places.good[needs.feed_place]] & (feed > 0)) if len(feed) else np.arange(0)
    )
    rows, entry = split.of(needs.feed_place[mixed])
    new = mixed[rows]
    quantity = feed[new] * split.share[entry]
    feed[mixed] = 0.0
    needs = replace(
        needs,
        feed_need=np.append(needs.feed_need, needs.feed_need[new]),
        feed_place=np.append(needs.feed_place, split.first + entry),
        feed_upper=np.append(needs.feed_upper, needs.feed_upper[new]),
    )
    return replace(data, needs=needs), values | {"feed": np.append(feed, quantity)}


def _stocks(
    data: Data, values: dict[str, Floats], pool: Flags, split: _Split
) -> tuple[Data, dict[str, Floats]]:
    """Stock, and stock lost, a source where a pooled good is kept."""
    stocks, stock, lost = data.stocks, values["stock"].copy(), values["lost"].copy()
    is_pool = pool[data.places.good]
    mixed = np.flatnonzero(is_pool[stocks.place] & (stock > 0)) if len(stock) else np.arange(0)
    rows, entry = split.of(stocks.place[mixed])
    new = mixed[rows]
    number = {(p, g): split.first + k for k, (p, g) in enumerate(zip(split.place, split.good, strict=True))}
    copy, entered = pairs(new, stocks.entry_stock)
    following = _numbers(number, stocks.entry_place[entered], split.good[entry[copy]])
    there = following >= 0
    kept = stock[new] * split.share[entry]
    stock[mixed] = 0.0
    gone = np.flatnonzero(is_pool[stocks.loss_place] & (lost > 0)) if len(lost) else np.arange(0)
    lost_rows, lost_entry = split.of(stocks.loss_place[gone])
    lost_new = gone[lost_rows]
    missing = lost[lost_new] * split.share[lost_entry]
    lost[gone] = 0.0
    stocks = replace(
        stocks,
        place=np.append(stocks.place, split.first + entry),
        limit=np.append(stocks.limit, stocks.limit[new]),
        storage=np.append(stocks.storage, stocks.storage[new]),
        upper=np.append(stocks.upper, stocks.upper[new]),
        entry_stock=np.append(stocks.entry_stock, len(stocks.place) + copy[there]),
        entry_place=np.append(stocks.entry_place, following[there]),
        loss_place=np.append(stocks.loss_place, split.first + lost_entry),
        loss_facility=np.append(stocks.loss_facility, stocks.loss_facility[lost_new]),
        loss_upper=np.append(stocks.loss_upper, stocks.loss_upper[lost_new]),
    )
    return replace(data, stocks=stocks), values | {
        "stock": np.append(stock, kept),
        "lost": np.append(lost, missing),
    }


def _with(table: T, rows: Ints, **changed: Any) -> T:
    """The table with copies of some rows appended, some of their columns changed."""
    columns: dict[str, Any] = {}
    for column in fields(table):  # type: ignore[arg-type]
        held = getattr(table, column.name)
        if column.name == "programme_name":
            columns[column.name] = held
        elif isinstance(held, tuple):
            columns[column.name] = held + tuple(held[k] for k in rows.tolist())
        else:
            columns[column.name] = np.append(held, changed.get(column.name, held[rows]))
    return replace(table, **columns)  # type: ignore[type-var]
