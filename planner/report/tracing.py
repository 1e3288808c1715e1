"""Where the money spent on purchases ends: traced through plants, warehouses and stock to the markets.

A place (a good at a location and time) passes what it bears to where its goods go, in proportion to the units; what a
plant made bears what its components did. Goods that are bought bear their price. That is one sparse linear system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import splu

from planner.plan.labels import ratio
from planner.plan.worth import Worth
from planner.report.names import Names

if TYPE_CHECKING:
    from planner.plan import Plan

GOOD = ["item", "source", "deal", "status", "class"]
OFFER = ["scenario", "period", "location", "item", "deal"]
ENDS = ["plant", "market"]
CONSUMED = {"component": "item", "component_status": "status", "component_class": "class"}
UNSOLD = ""  # market of what is left at the end, lost, or paid for and not taken
SEPARATOR = "\x1f"


def traced_purchases(plan: Plan) -> pd.DataFrame:
    """Expected discounted purchase and take-or-pay: country (of the supplier), plant, market, amount.

    The plant is the last that worked on it, or the place that sold it as it is; blank, as the market, for what was not
    sold. The amounts are together those of the ledger.
    """
    worth, country = Worth(plan), Names(plan.instance).country
    deals = plan.contracts
    unused = deals["unused"] * deals["unit_cost"] * worth.expected(deals)
    idle = pd.DataFrame(
        {"country": deals["location"].map(country), "plant": "", "market": UNSOLD, "amount": unused}
    )
    every = pd.concat([_passed_on(_links(plan, worth), _bought(plan, worth)), idle])
    amounts = every.groupby(["country", *ENDS], as_index=False)["amount"].sum()
    some: pd.DataFrame = amounts[amounts["amount"].abs() > 1e-9]
    return some.reset_index(drop=True)


def _bought(plan: Plan, worth: Worth) -> pd.DataFrame:
    """What suppliers ship, at its price: place, country, amount."""
    names, flows = Names(plan.instance), plan.flows
    shipped = flows[flows["origin"].map(names.role) == "supplier"]
    price = plan.contracts.rename(columns={"contract": "deal"})[[*OFFER, "unit_cost"]]
    priced = shipped.rename(columns={"origin": "location"}).merge(price, on=OFFER, how="left")
    return pd.DataFrame(
        {
            "place": _places(priced, worth.time(priced)),
            "country": priced["location"].map(names.country),
            "amount": priced["quantity"] * priced["unit_cost"] * worth.expected(priced),
        }
    )


def _links(plan: Plan, worth: Worth) -> pd.DataFrame:
    """Units that go from place to place, or end (to blank) at a market: from, to, units, ENDS."""
    return pd.concat(
        [_shipped(plan, worth), _consumed(plan.feeds, worth), _kept(plan.stock, worth)], ignore_index=True
    )


def _shipped(plan: Plan, worth: Worth) -> pd.DataFrame:
    """Flows: a market is where they end."""
    flows, role, time = plan.flows, Names(plan.instance).role, worth.time(plan.flows)
    onward = _places(flows.assign(location=flows["destination"]), time)
    return pd.DataFrame(
        {
            "from": _places(flows.assign(location=flows["origin"]), time),
            "to": onward.mask(flows["destination"].map(role) == "market", ""),
            "units": flows["quantity"],
            "plant": flows["source"],
            "market": flows["destination"],
        }
    )


def _consumed(feeds: pd.DataFrame, worth: Worth) -> pd.DataFrame:
    """What plants use, to what they make of it."""
    time = worth.time(feeds)
    component = feeds.drop(columns=[*CONSUMED.values()]).rename(columns=CONSUMED)
    product = feeds.assign(source=feeds["location"], deal=feeds["recipe"])
    units = feeds["quantity"]
    return pd.DataFrame({"from": _places(component, time), "to": _places(product, time), "units": units})


def _kept(stock: pd.DataFrame, worth: Worth) -> pd.DataFrame:
    """Stock goes to every time that may follow, as often as it does; what nothing follows, or is lost, is not sold."""
    times, time = worth.times, worth.time(stock)
    row, later = times.followers(np.asarray(time, dtype=np.int64))
    chance = ratio(times.weight[later], times.weight[time.to_numpy()[row]])
    kept = stock.iloc[row]
    onward = pd.DataFrame(
        {
            "from": _places(kept, time.iloc[row]).to_numpy(),
            "to": _places(kept, pd.Series(later, index=kept.index)).to_numpy(),
            "units": kept["quantity"].to_numpy() * chance,
        }
    )
    left = stock["quantity"].mask(np.isin(np.arange(len(stock)), row), 0.0) + stock["lost"]
    ended = pd.DataFrame(
        {"from": _places(stock, time), "to": "", "units": left, "plant": "", "market": UNSOLD}
    )
    return pd.concat([onward, ended[ended["units"] > 0]])


def _passed_on(links: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """What each place bears, passed on until it ends: country, ENDS, amount."""
    number = pd.Index(pd.concat([links["from"], links["to"], bought["place"]]).unique())
    tail, head, enters = (
        number.get_indexer(names) for names in (links["from"], links["to"], bought["place"])
    )
    units = links["units"].to_numpy(dtype=np.float64)
    share = ratio(units, np.bincount(tail, units, len(number))[tail])
    country, countries = pd.factorize(bought["country"], sort=True)
    money = np.zeros((len(number), len(countries)))
    np.add.at(money, (enters, country), bought["amount"].to_numpy(dtype=np.float64))
    ends = (links["to"] == "").to_numpy()
    onward = sparse.csc_array((share[~ends], (head[~ends], tail[~ends])), shape=(len(number), len(number)))
    borne = splu(sparse.csc_array(sparse.eye_array(len(number)) - onward)).solve(money)
    sold = pd.DataFrame(borne[tail[ends]] * share[ends, None], columns=countries)
    sold = sold.assign(**{name: links.loc[ends, name].to_numpy() for name in ENDS})
    return sold.melt(id_vars=ENDS, var_name="country", value_name="amount")


def _places(rows: pd.DataFrame, time: pd.Series[int]) -> pd.Series[str]:
    """A name for each good at its location and time."""
    keys: pd.Series[str] = time.astype(str)
    for name in ("location", *GOOD):
        keys = keys + SEPARATOR + rows[name]
    return keys
