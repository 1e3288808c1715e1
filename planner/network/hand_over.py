"""Read the data of the model off the connected network: number what is used, and hand it over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.arcs import arcs_data
from planner.network.bounds import option_capacity
from planner.network.calendar import periods
from planner.network.codes import names
from planner.network.connected import Network
from planner.network.contracts import contracts_data, offers, suppliers, suppliers_data
from planner.network.demands import demands_data
from planner.network.duties import charges_data
from planner.network.facilities import options_data
from planner.network.goods import goods_data
from planner.network.joins import find
from planner.network.labels import frames
from planner.network.lanes import lanes_data
from planner.network.links import Linked, links
from planner.network.loads import gateway_loads, lane_loads
from planner.network.metering import metered, uses_data
from planner.network.origin import criteria
from planner.network.policies import policies
from planner.network.production import limits, limits_data, needs_data, runs_data, set_ups_data
from planner.network.quotas import quotas
from planner.network.relief import paid_regimes, regime_of, regimes_data, reliefs, relieved, smallest_duty
from planner.network.resilience import NO_EXPOSURES, NO_SPREADS, NO_TAILS, services, weighed
from planner.network.stocks import buffers_data, initial, stocks, stocks_data
from planner_models.arrays import Ints
from planner_models.data import Data, Places


def hand_over(network: Network) -> Data:
    """The tables of the model.

    Raises:
        InstanceError: a duty that cannot be worked out.
        NotSupportedError: a policy without an exact linear form.
    """
    known, useful, instance = network.parts, network.useful, network.parts.instance
    price = instance.settings.costs.carbon_price
    sellers, meters = suppliers(known), metered(network)
    contracts, offer = offers(known, network.arcs, sellers, useful)
    lane_uses, loads, lane_load = lane_loads(known, network.arcs)
    used, places = _goods(network)
    arcs = _contracted(network.arcs, contracts, offer).assign(lane_load=lane_load)
    arcs["source_good"], arcs["good"] = arcs["good"], find(arcs["good"].to_numpy(), used)
    demands, arcs["single_source"] = demands_data(known, arcs)
    linked = links(known, network.flows, arcs, network.made.runs, useful)
    limited, limit_of_run, arcs["production_limit"] = limits(network.made.runs, arcs, known.handling)
    rules, counts = policies(instance, frames(network, arcs, contracts, sellers, meters.uses))
    arcs, runs = _linked(arcs, network.made.runs, linked)
    charged = charges_data(network.charges, known.regimes.rows["row"].to_numpy(dtype=np.int64))
    duty = smallest_duty(known.codes.times, network.reach, network.flows.places, network.inbound)
    back = relieved(known, network.made, duty)
    regimes = paid_regimes(known, network.made, arcs, back)
    arcs["regime_use"] = regime_of(known, arcs, regimes)
    kept = stocks(known, network.sources, network.flows, useful, network.eaten)
    holds, offered = contracts_data(known, contracts)
    return weighed(
        known,
        Data(
            periods=periods(instance, known.codes.times),
            options=options_data(known.codes, known.facilities, option_capacity(known, network.needed)),
            suppliers=suppliers_data(known, sellers),
            holds=holds,
            offers=offered,
            lanes=lanes_data(known.codes, known.ways.lanes),
            lane_uses=lane_uses,
            lane_loads=loads,
            gateway_loads=gateway_loads(known, arcs),
            goods=goods_data(known.codes, network.sources.goods.iloc[used]),
            places=places,
            arcs=arcs_data(arcs, price),
            charges=charged,
            runs=runs_data(known, network.sources.goods, runs, limit_of_run),
            needs=needs_data(known.codes, network.made),
            production_limits=limits_data(known.codes, limited),
            set_ups=set_ups_data(known.codes, network.made.runs),
            stocks=stocks_data(known, network.flows, kept, places.initial),
            buffers=buffers_data(known, network.sources, network.flows, useful),
            demands=demands,
            links=linked.links,
            uses=uses_data(meters, price),
            criteria=criteria(known, network.sources, network.made, network.flows.places),
            regimes=regimes_data(known, regimes),
            reliefs=reliefs(known, network.made, back, regimes),
            quotas=quotas(known, network.charges, charged, arcs["t"].to_numpy(dtype=np.int64)),
            counts=counts,
            policies=rules,
            services=services(known),
            tails=NO_TAILS,
            exposures=NO_EXPOSURES,
            spreads=NO_SPREADS,
        ),
    )


def _goods(network: Network) -> tuple[Ints, Places]:
    """The goods that are anywhere, by number of `Sources`; and the places."""
    places, codes = network.flows.places, network.parts.codes
    used = np.union1d(places["good"].to_numpy(), network.arcs["good"].to_numpy()).astype(np.int64)
    return used, Places(
        location=names(codes.location[places["location"]]),
        good=find(places["good"].to_numpy(), used),
        time=places["t"].to_numpy(dtype=np.int64),
        kind=places["kind"].to_numpy(dtype=np.int64),
        initial=initial(network.parts, network.sources, network.flows),
    )


def _contracted(arcs: pd.DataFrame, contracts: pd.DataFrame, offer: Ints) -> pd.DataFrame:
    """The arcs with their offer, what is held for it, whether that is decided, and its capacity."""
    return arcs.assign(
        offer=offer,
        hold=np.append(contracts["hold"].to_numpy(dtype=np.int64), -1)[offer],
        decided=np.append(contracts["decided"].to_numpy(dtype=np.bool_), False)[offer],
        offered=np.append(contracts["capacity"].to_numpy(dtype=np.float64), np.inf)[offer],
    )


def _linked(arcs: pd.DataFrame, runs: pd.DataFrame, linked: Linked) -> tuple[pd.DataFrame, pd.DataFrame]:
    return (
        arcs.assign(plant_link=linked.plant_of_arc, contract_link=linked.contract_of_arc),
        runs.assign(plant_link=linked.plant_of_run),
    )
