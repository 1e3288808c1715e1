"""The data dictionary of the trade tables: tariffs, agreements, rules of origin, duty regimes, fees."""

from __future__ import annotations

from math import inf
from typing import Literal

from planner.instance import fields as f
from planner.instance.fields import column
from planner.instance.rows import Row, Table


class Tariff(Row):
    """A dated duty rate of one programme.

    A row matches by importer, country of origin (through warehouses, whatever the route), item or hs prefix, and
    date; goods of the importer's own origin pay nothing. Within a programme one row wins: item, then the longest
    prefix, then the most specific origin. The programmes add up, but for those that a charged row displaces. A `cap`
    row charges what its rate exceeds MFN by.
    """

    importer: f.Country = column("country that charges the duty")
    origin: f.CountrySelector = column("countries of origin that it is charged on")
    programme: f.Id = column("name of the programme: MFN, S301, ...; within one, one row wins")
    hs: f.Hs = column("prefix of the customs codes that it covers; blank: all; dots are dropped", "")
    item: f.ItemRef = column("the one item that it covers; instead of hs", "")
    starts: f.Day | None = column("first day on which it holds; blank: always has", None)
    ends: f.Day | None = column("first day on which it no longer holds; blank: never", None)
    rate: f.Rate = column("share of the customs value", 0.0)
    specific: f.MoneyPerUnit = column("money per `specific_per`", 0.0)
    specific_per: Literal["unit", "kg"] = column("measure of specific", "unit")
    rule: Literal["add", "cap"] = column("add: on top; cap: all-in ceiling over MFN", "add")
    displaces: f.ProgrammeList = column("programmes that are not charged where this one is", "")
    waived_by: f.AgreementList = column("agreements under which it is not charged", "")
    quota: f.UnitsPerPeriod | None = column(
        "units per period, all goods of the row together, at this rate", None
    )
    over_rate: f.Rate | None = column("rate above the quota", None)


class Agreement(Row):
    """A member of a trade agreement."""

    agreement: f.Id = column("name of the agreement")
    member: f.Country = column("a member country")
    starts: f.Day | None = column("first day on which it is in force; blank: always has been", None)
    ends: f.Day | None = column("first day on which it is no longer in force; blank: never", None)


class OriginRule(Row):
    """How a made good becomes originating."""

    agreement: f.AgreementRef = column("the agreement")
    hs: f.Hs = column("prefix of the customs codes; blank: all; the longest match wins", "")
    alternative: f.Id = column("name of the alternative; any one suffices", "base")
    test: Literal["rvc", "shift", "shift_or_rvc", "shift_and_rvc"] = column("what has to be passed")
    rvc: f.Share | None = column("regional value content asked for", None)
    method: Literal["transaction", "net_cost"] = column("value that the content is taken of", "transaction")
    shift: Literal["chapter", "heading", "subheading"] | None = column(
        "change of classification asked for", None
    )
    except_hs: f.HsList = column("prefixes that never count as shifted", "")
    de_minimis: f.Share = column("share of the value exempt from the shift", 0.1)
    preferential_rate: f.Rate = column("duty charged instead of MFN on a claim", 0.0)
    claim_cost: f.MoneyPerUnit = column("cost of claiming, per unit", 0.0)


class Relief(Row):
    """A duty regime of a plant."""

    location: f.PlantSelector = column("plants that may use it")
    programme: f.Id = column("name of the regime: IMMEX, PROSEC, DRAWBACK, ...")
    kind: Literal["suspension", "drawback", "reduced"] = column("how it relieves")
    covers: f.ProgrammeList = column("tariff programmes that it relieves; blank: all", "")
    items: f.ItemSelector = column("inputs that it relieves", "*")
    rate: f.Share = column("share relieved; for reduced the highest rate charged", 1.0)
    lesser_of_two: f.Flag = column("whether relief is at most the duty paid at the destination", False)
    fixed_cost: f.MoneyPerPeriod = column("cost per period in which it is used", 0.0)


class Fee(Row):
    """A customs fee by value, with a minimum and maximum per entry.

    The minimum and maximum need the lane's value_per_entry: how large an entry is.
    """

    importer: f.Country = column("country that charges the fee")
    fee: f.Id = column("name of the fee")
    starts: f.Day | None = column("first day on which it holds; blank: always has", None)
    ends: f.Day | None = column("first day on which it no longer holds; blank: never", None)
    rate: f.Rate = column("share of the customs value", 0.0)
    min_per_entry: f.Money = column("least money per customs entry", 0.0)
    max_per_entry: f.Money = column("most money per customs entry", inf)
    modes: f.ModeList = column("modes of transport that pay it; blank: all", "")
    exempt: f.AgreementList = column("agreements under which it is not charged", "")


TRADE_TABLES = (
    Table("tariffs", Tariff, ("importer", "origin", "programme", "hs", "item", "starts", "ends")),
    Table("agreements", Agreement, ("agreement", "member")),
    Table("origin_rules", OriginRule, ("agreement", "hs", "alternative")),
    Table("relief", Relief, ("location", "programme")),
    Table("fees", Fee, ("importer", "fee", "starts", "ends")),
)
