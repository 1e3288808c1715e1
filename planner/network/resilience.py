"""Resilience: what has to be met in each scenario, and what the penalty weighs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from planner.network.codes import names, texts
from planner.network.joins import find, number
from planner.network.parts import Parts
from planner.network.reference import reference_volumes
from planner_models.arrays import Floats
from planner_models.data import Data
from planner_models.resilience_data import Exposures, Services, Spreads, Tails

_NONE, _NO_MONEY = np.zeros(0, dtype=np.int64), np.zeros(0)
NO_EXPOSURES = Exposures(_NONE, _NO_MONEY, _NONE, _NO_MONEY)
NO_SPREADS = Spreads((), (), _NONE, _NO_MONEY, _NO_MONEY, _NO_MONEY, _NONE, _NONE, _NONE, _NONE)
NO_TAILS = Tails((), _NO_MONEY, _NO_MONEY, _NONE, _NONE, _NO_MONEY, _NO_MONEY, _NO_MONEY)


def weighed(parts: Parts, data: Data) -> Data:
    """The data with the penalty on what it costs, whom it pays and where it comes from."""
    tail, exposed, spread = tails(parts, data), exposures(parts, data), spreads(parts, data)
    return replace(data, tails=tail, exposures=exposed, spreads=spread)


def services(parts: Parts) -> Services:
    """A row a scenario and item of which a least share has to be met; base, and what never leaves it, together."""
    table, times, codes = parts.instance.tables["scenarios"], parts.codes.times, parts.codes
    asked = table.set_index("scenario")["min_service"]
    least = np.array(asked.reindex(list(times.scenario_name)).fillna(0.0), dtype=np.float64)
    stays = ~table["scenario"].isin(parts.instance.tables["events"]["scenario"]) & (table["probability"] > 0)
    least[0] = max(least[0], table.loc[stays, "min_service"].max() if stays.any() else 0.0)
    demands = parts.demands
    scenario, item = times.scenario[demands["t"]], demands["item"].to_numpy(dtype=np.int64)
    soft = demands["may_short"].to_numpy(dtype=np.bool_) & (least[scenario] > 0)
    group, first = number(scenario, item)
    served = np.unique(group[soft])
    wanted = np.bincount(group, demands["quantity"], len(first))[served]
    rows, of = np.flatnonzero(soft), scenario[first[served]]
    return Services(
        scenario=names(texts(times.scenario_name)[of]),
        item=names(codes.item[item[first[served]]]),
        quantity=(1 - least[of]) * wanted,
        served_service=np.searchsorted(served, group[rows]).astype(np.int64),
        served_demand=rows.astype(np.int64),
    )


def tails(parts: Parts, data: Data) -> Tails:
    """The scenarios that may lie in the tail; `data` has all costs."""
    settings, times = parts.instance.settings.resilience, parts.codes.times
    weight = settings.weight * settings.cvar_weight
    if weight == 0:
        return NO_TAILS
    likely = np.flatnonzero(times.probability > 0)
    paths = [times.path(scenario) for scenario in likely.tolist()]
    least, most = operating_bounds(data)
    low, high = (np.array([side[path].sum() for path in paths]) for side in (least, most))
    return Tails(
        scenario=names(texts(times.scenario_name)[likely]),
        share=times.probability[likely] / (1 - settings.cvar_alpha),
        upper=high - low.min(),
        lived_tail=np.repeat(np.arange(len(paths)), [len(path) for path in paths]),
        lived_time=np.concatenate(paths),
        threshold_lower=np.array([low.min()]),
        threshold_upper=np.array([high.max()]),
        weight=np.array([weight]),
    )


def operating_bounds(data: Data) -> tuple[Floats, Floats]:
    """Least and most discounted operating cost of each time: every quantity at its bound [times]."""
    count = len(data.periods.time_period)
    arcs, runs, stocks, buffers = data.arcs, data.runs, data.stocks, data.buffers
    parts = ("purchase", "conversion", "freight", "handling", "insurance", "pipeline", "carbon", "claim")
    unit = sum(getattr(arcs, part) for part in parts) + np.bincount(
        data.charges.arc, data.charges.amount, len(arcs.time)
    )
    over = np.bincount(data.quotas.over_arc, data.quotas.over_amount, len(arcs.time))
    relieved = data.places.time[data.reliefs.relieved_place[data.reliefs.relieved]]
    most = np.zeros(count)
    for time, cost in (
        (arcs.time, (unit + over) * arcs.upper),
        (runs.time, (runs.conversion + runs.carbon) * runs.upper),
        (data.places.time[stocks.place], stocks.storage * stocks.upper),
        (data.places.time[buffers.draw_place], buffers.draw_cost * buffers.draw_upper),
        (data.demands.time, data.demands.shortage_cost * data.demands.quantity),
        (data.offers.time, data.offers.unit_cost * data.offers.minimum),
        (data.lane_loads.time, data.lane_loads.freight * data.lane_loads.minimum),
        (data.uses.time, data.uses.carbon * data.uses.upper),
    ):
        most += np.bincount(time, cost, count)
    least = -np.bincount(relieved, data.reliefs.upper, count)
    discount = data.periods.discount[data.periods.time_period]
    return least * discount, most * discount


def exposures(parts: Parts, data: Data) -> Exposures:
    """Purchase and conversion by the risk of their country."""
    settings = parts.instance.settings.resilience
    weight = settings.weight * settings.exposure_weight
    if weight == 0:
        return NO_EXPOSURES
    table = parts.instance.tables["countries"]
    risk = pd.Series(table["risk"].to_numpy(dtype=np.float64), index=table["country"])
    by_place = weight * risk.reindex(parts.codes.country).fillna(0.0).to_numpy()
    origin = parts.codes.locations(
        np.array([data.lanes.origin[lane] for lane in data.arcs.lane], dtype=object)
    )
    arc_cost = by_place[origin] * (data.arcs.purchase + data.arcs.conversion)
    run_cost = (
        by_place[parts.codes.locations(np.array(data.runs.location, dtype=object))] * data.runs.conversion
    )
    arc, run = (np.flatnonzero(cost > 0).astype(np.int64) for cost in (arc_cost, run_cost))
    return Exposures(arc, arc_cost[arc], run, run_cost[run])


def spreads(parts: Parts, data: Data) -> Spreads:
    """The sources, or countries, of each item at each time, where there are several."""
    settings, times, codes = parts.instance.settings.resilience, parts.codes.times, parts.codes
    weight = settings.weight * settings.concentration_weight
    if weight == 0:
        return NO_SPREADS
    arc, run = np.flatnonzero(data.arcs.offer >= 0), np.arange(len(data.runs.time))
    places = [data.lanes.origin[data.arcs.lane[a]] for a in arc] + [data.runs.location[r] for r in run]
    made = [data.goods.item[data.arcs.good[a]] for a in arc] + [data.runs.item[r] for r in run]
    source = codes.locations(places)
    if settings.concentration_by == "country":
        source = pd.factorize(codes.country)[0][source].astype(np.int64)
    item, time = codes.items(made), np.concatenate([data.arcs.time[arc], data.runs.time[run]])
    most = np.concatenate([data.arcs.upper[arc], data.runs.upper[run]])
    volume = reference_volumes(parts.instance)[:, times.period]
    of_item, once = number(item, time)
    kinds, first = number(source, item, time)
    several = np.bincount(of_item[first], minlength=len(once))[of_item[first]] > 1
    wanted = np.flatnonzero(several & (volume[item[first], time[first]] > 0))
    spread = find(kinds, wanted)
    at, when = item[first[wanted]], time[first[wanted]]
    share = np.bincount(spread[spread >= 0], most[spread >= 0], len(wanted)) / volume[at, when]
    there = np.flatnonzero(spread >= 0)
    bought, built = there[there < len(arc)], there[there >= len(arc)]
    label = (
        codes.country[codes.locations(places)] if settings.concentration_by == "country" else texts(places)
    )
    return Spreads(
        item=names(codes.item[at]),
        source=names(label[first[wanted]]),
        time=when,
        volume=volume[at, when],
        cost=weight * times.weight[when] * volume[at, when] * _cheapest(parts)[at, times.period[when]],
        upper=share,
        arc=arc[bought].astype(np.int64),
        arc_spread=spread[bought],
        run=run[built - len(arc)].astype(np.int64),
        run_spread=spread[built],
    )


def _cheapest(parts: Parts) -> Floats:
    """The least unit cost on offer of each item, bought or made, in base [items, periods]; 0 for none."""
    cheapest = np.full((len(parts.codes.item), parts.codes.periods), np.inf)
    for table in (parts.offers, parts.recipes):
        base = table[table["t"] < parts.codes.periods]
        at = base["item"].to_numpy(dtype=np.int64), base["t"].to_numpy(dtype=np.int64)
        np.minimum.at(cheapest, at, base["unit_cost"].to_numpy(dtype=np.float64))
    return np.where(np.isfinite(cheapest), cheapest, 0.0)
