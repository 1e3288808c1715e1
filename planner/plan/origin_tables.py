"""`origin.csv`: how far each batch stands from the rules of origin that it keeps, or could have sought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance.check_rows import STOCK_DEALS
from planner.network.agreements import Agreements, shifts
from planner.network.codes import codes
from planner.plan import operation_tables
from planner.plan.columns import empty, frame
from planner.plan.deals import deal_terms, time_of
from planner.plan.labels import ratio
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.network.parts import Parts
    from planner.solve.outcome import Outcome

BATCH = ["scenario", "period", "location", "item", "recipe", "status", "test", "class"]
ROUNDING = 1e-6


def origin(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:
    """`origin.csv`: a row for each batch, test and measure; a batch without a status is held to every test."""
    if not len(instance.tables["origin_rules"]):
        return empty("origin")
    made = operation_tables.production(instance, data, outcome)
    made = made[made["quantity"] > 0].assign(batch=lambda rows: np.arange(len(rows)))
    fed = operation_tables.feeds(instance, data, outcome).merge(made[[*BATCH, "batch"]], on=BATCH)
    from planner.network.parts import parts  # noqa: PLC0415 - figures after events, which only some tables need

    read = parts(instance)
    known, asked = read.agreements, _asked(read, made)
    if not len(asked):
        return empty("origin")
    asked["value"] = asked["quantity"] * np.where(asked["by_cost"], asked["net_cost"], asked["customs_value"])
    asked["non_originating"] = _counted(instance, known, asked, _valued(instance, fed))
    share = ratio(asked["non_originating"].to_numpy(float), asked["value"].to_numpy(float))
    by_value = (asked["measure"] == "regional_value").to_numpy()
    asked["share"] = np.where(by_value, 1 - share, share)
    asked["headroom"] = np.where(by_value, asked["share"] - asked["threshold"], asked["threshold"] - share)
    met = asked["headroom"] >= -ROUNDING
    asked["qualifies"] = met.groupby([asked["batch"], asked["agreement"], asked["tested"]]).transform("all")
    columns = {
        name: asked[name]
        for name in ("scenario", "period", "item", "recipe", "agreement", "measure", "status")
    }
    figures = {name: asked[name] for name in ("value", "non_originating", "share", "threshold", "headroom")}
    return frame(
        "origin",
        columns
        | figures
        | {
            "plant": asked["location"],
            "test": asked["tested"],
            "class": asked["class"],
            "headroom_money": asked["headroom"] * asked["value"],
            "qualifies": asked["qualifies"],
        },
    )


def _asked(read: Parts, made: pd.DataFrame) -> pd.DataFrame:
    """A row for each batch, test of a rule and measure; with the values of a unit."""
    from planner.instance import by_period  # noqa: PLC0415 - pandas work that only some tables need

    instance, named, known, tests = read.instance, read.codes, read.agreements, read.rules.tests
    tests = tests.assign(
        item=named.item[tests["item"]], number=tests["agreement"], by_cost=tests["net_cost"],
        agreement=np.array([*known.name, ""], dtype=object)[tests["agreement"]],
    ).drop(columns=["row", "net_cost"])  # fmt: skip
    asked = made.merge(tests.rename(columns={"name": "tested"}).astype({"item": "str"}), on="item")
    own = (asked["status"] == asked["agreement"]) & (asked["test"] == asked["tested"])
    asked = asked[own | (asked["status"] == "")]
    places = dict(zip(named.location, named.country, strict=True))
    asked["t"] = time_of(instance, named, asked)
    country = known.countries(asked["location"].map(places).to_numpy(dtype=object))
    asked = asked[known.member[asked["number"].to_numpy(), country, asked["t"].to_numpy(dtype=np.int64)]]
    rows = named.times.spread(by_period(instance, "production"))
    row, t = (rows[name].to_numpy(dtype=np.int64) for name in ("row_position", "t"))
    money = {name: read.events.money("production", name, row, t) for name in ("customs_value", "net_cost")}
    values = rows[["location", "item", "recipe", "t"]].assign(**money)
    asked = asked.merge(values, on=["location", "item", "recipe", "t"])
    by_value = asked.assign(measure="regional_value", threshold=asked["rvc"])
    by_shift = asked.assign(measure="tariff_shift", threshold=asked["de_minimis"])
    order = ["batch", "agreement", "tested", "measure"]
    every: pd.DataFrame = pd.concat([by_value[asked["rvc"].notna()], by_shift[asked["digits"] > 0]])
    return every.sort_values(order, kind="stable", ignore_index=True)


def _valued(instance: Instance, fed: pd.DataFrame) -> pd.DataFrame:
    """Feeds with their money, and the country that makes them a good of a member."""
    goods = pd.DataFrame(
        {
            "t": time_of(instance, codes(instance), fed),
            "location": fed["source"],
            "item": fed["component"],
            "deal": fed["deal"],
        }
    )
    terms = deal_terms(instance, goods)
    places = instance.tables["locations"].set_index("location")
    source = fed["source"].to_numpy()
    stocked = fed["deal"].isin(STOCK_DEALS).to_numpy()
    is_made = (places["role"].reindex(source) == "plant").to_numpy() & ~stocked
    home = np.where(is_made, places["country"].reindex(source), terms["origin"])
    return fed.assign(money=fed["quantity"].to_numpy() * terms["value"].to_numpy(), home=home, t=goods["t"])


def _counted(instance: Instance, known: Agreements, asked: pd.DataFrame, fed: pd.DataFrame) -> pd.Series:
    """Money of the feeds that count against each row of `asked`."""
    hs = instance.tables["items"].set_index("item")["hs_code"]
    pair = asked.reset_index(names="row")[
        ["row", "batch", "agreement", "number", "digits", "except_hs", "measure"]
    ]
    pair = pair.merge(
        fed[["batch", "item", "component", "component_status", "money", "home", "t"]], on="batch"
    )
    member = known.member[
        pair["number"].to_numpy(),
        known.countries(pair["home"].to_numpy(dtype=object)),
        pair["t"].to_numpy(np.int64),
    ]
    named = [
        name in cell.split(";")
        for name, cell in zip(pair["agreement"], pair["component_status"], strict=True)
    ]
    codes_of = zip(
        hs.reindex(pair["component"]),
        hs.reindex(pair["item"]),
        pair["digits"],
        pair["except_hs"],
        strict=True,
    )
    moved = np.array(
        [digits > 0 and shifts(a, b, digits, never) for a, b, digits, never in codes_of], dtype=np.bool_
    )
    counts = ~(np.array(named, dtype=np.bool_) & member)
    counts &= ~((pair["measure"] == "tariff_shift").to_numpy() & moved)
    money = pair["money"].where(counts, 0.0).groupby(pair["row"]).sum()
    return money.reindex(asked.index, fill_value=0.0)
