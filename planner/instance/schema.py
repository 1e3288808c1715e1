"""The data dictionary of the network tables: one pydantic model per table, one field per column.

`TABLES` lists every table of the format, in the order in which they are read and reported.
The trade tables are in `schema_trade`, the risk tables and policies in `schema_risk`.
"""

from __future__ import annotations

from math import inf
from typing import Literal

from planner.instance import fields as f
from planner.instance.fields import column
from planner.instance.rows import Row, Table
from planner.instance.schema_risk import RISK_TABLES
from planner.instance.schema_trade import TRADE_TABLES


class Location(Row):
    """A supplier, plant, warehouse or market.

    Suppliers ship out only, markets receive only, plants and warehouses do both. A plant ships what it makes and
    holds what it buys to feed it; a warehouse passes everything on.
    """

    location: f.Id = column("id of the place")
    role: Literal["supplier", "plant", "warehouse", "market"] = column("what happens there")
    country: f.Country = column("country, ISO 3166-1 alpha-2")
    name: f.Text = column("name for reports", "")
    latitude: f.Latitude | None = column("latitude, for maps", None)
    longitude: f.Longitude | None = column("longitude, for maps", None)
    recovery_days: f.Days = column("time to recover, for stress tests", 30.0)
    outage_rate: f.PerYear = column("outages a year, for scenario generation", 0.0)


class CountryRow(Row):
    """What is known of a country."""

    country: f.Country = column("country, ISO 3166-1 alpha-2")
    region: f.Text = column("region, for selectors such as region:Asia", "")
    ally: f.Flag = column("whether selectors count it as an ally", False)
    risk: f.Share = column("risk of the country, 0 to 1", 0.0)
    customs_basis: Literal["FOB", "CIF"] = column(
        "whether duties are taken on the value without or with freight", "FOB"
    )
    recovery_days: f.Days = column("time to recover, for stress tests", 30.0)
    outage_rate: f.PerYear = column("outages a year, for scenario generation", 0.0)


class Group(Row):
    """A named set, for selectors such as group:NAME."""

    group: f.Id = column("name of the group")
    member: f.Text = column("a location, country or item that belongs to it")


class Currency(Row):
    """An exchange rate."""

    currency: f.Id = column("code of the currency")
    rate: f.Number = column("instance currency for one unit of it", gt=0)


class Item(Row):
    """Something that is bought, made or sold.

    A made item needs a customs_value, here or in production, if it crosses a border at which a duty or fee could
    apply. Weight and volume are needed where a lane or gateway of the item goes by `kg` or `m3`.
    """

    item: f.Id = column("id of the item")
    name: f.Text = column("name for reports", "")
    hs_code: f.Hs = column("customs code; dots are dropped", "")
    customs_value: f.MoneyPerUnit | None = column("what a plant's output is declared at", None)
    weight_kg: f.Weight | None = column("kilograms of one unit; blank where nothing goes by weight", None)
    volume_m3: f.Volume | None = column("cubic metres of one unit; blank where nothing goes by volume", None)
    unit: f.Text = column("name of the unit, for reports", "")


class Offer(Row):
    """What a supplier sells, under which contract.

    Volume discounts are several contracts. A contract with a min_quantity, once held, is take-or-pay. The price is the
    customs value of what is bought.
    """

    location: f.SupplierRef = column("the supplier")
    item: f.ItemRef = column("what it sells")
    contract: f.Id = column(
        "name of the contract; at most one of a (location, item) is held in a period", "base"
    )
    period: f.PeriodRef = column("period in which the row holds; blank: every period without its own row", "")
    unit_cost: f.MoneyPerUnit = column("price of one unit")
    capacity: f.UnitsPerPeriod = column("most units per period", inf)
    min_quantity: f.UnitsPerPeriod = column("take-or-pay: what is not taken is paid for", 0.0)
    origin: f.Country = column("country of origin of the good; blank: the supplier's country", "")
    originating: f.AgreementList = column("agreements under whose rules the good originates", "")


class Supplier(Row):
    """Conditions of dealing with a supplier at all."""

    location: f.SupplierRef = column("the supplier")
    status: Literal["approved", "candidate", "excluded"] = column(
        "a candidate has to be qualified first", "approved"
    )
    qualify_cost: f.Money = column("one-off cost of qualifying a candidate", 0.0)
    qualify_periods: f.Periods = column("periods from paying to first use", 0)
    fixed_cost: f.MoneyPerPeriod = column("cost per period in which any of its contracts is held", 0.0)
    max_spend: f.MoneyPerPeriod = column("most purchase and take-or-pay per period", inf)


class Facility(Row):
    """An option of a plant or warehouse: open, to be opened, or not available.

    A plant or warehouse without a row is open, free and unlimited. Goods are stocked and flow only where an option is
    usable: initial stock at a location that is not usable in the first period is lost, and so is stock at closing.
    An `open` location may close in the first period without that period's fixed cost.
    """

    location: f.SiteRef = column("the plant or warehouse")
    option: f.Id = column("name of the option; at most one is open at a time", "base")
    status: Literal["open", "candidate", "closed"] = column(
        "open: open at the start, may be closed; candidate: may be opened; closed: not available", "candidate"
    )
    fixed_cost: f.MoneyPerPeriod = column("cost per period while open, set-up included", 0.0)
    open_cost: f.Money = column("one-off cost of opening", 0.0)
    close_cost: f.Money = column("one-off cost of closing", 0.0)
    capacity: f.Capacity = column("most capacity units per period", inf)
    setup_periods: f.Periods = column("periods from opening to first use", 0)
    expands: f.Text = column(
        "option of the same location that this one needs, and replaces once usable; that one ends without close_cost",
        "",
    )
    residual_share: f.Share = column(
        "share of open_cost credited in the last period if opened and still open", 0.0
    )
    shelter: f.Flag = column("run under a shelter company (information)", False)
    emission_kg: f.Emission = column("kg CO2e per capacity unit used", 0.0)


class Production(Row):
    """What a plant can make by which recipe, or how a warehouse handles an item.

    At a warehouse unit_cost, capacity_use and max_quantity are those of what passes out; a warehouse without rows
    handles anything, free, one capacity unit a unit.
    """

    location: f.SiteRef = column("the plant or warehouse")
    item: f.ItemRef = column("what it makes or handles")
    recipe: f.Id = column("name of the recipe, see bom", "base")
    period: f.PeriodRef = column("period in which the row holds; blank: every period without its own row", "")
    unit_cost: f.MoneyPerUnit = column("conversion or handling cost of one unit", 0.0)
    capacity_use: f.CapacityUse = column("capacity units that one unit takes", 1.0)
    max_quantity: f.UnitsPerPeriod = column("most units per period", inf)
    setup_cost: f.MoneyPerPeriod = column("cost per period in which this recipe runs at all", 0.0)
    origin: f.Country = column("country of origin that the output takes; blank: the plant's country", "")
    customs_value: f.MoneyPerUnit | None = column("declared value of one unit; blank: the item's", None)
    net_cost: f.MoneyPerUnit | None = column(
        "net cost of one unit for rules of origin; blank: customs_value", None
    )


class Bom(Row):
    """A line of a bill of materials.

    A recipe without lines is made from nothing.
    """

    item: f.ItemRef = column("what is made")
    recipe: f.Id = column("name of the recipe", "base")
    component: f.ItemRef = column("what goes into it")
    quantity: f.Units = column("units of the component in one unit of the item", gt=0)


class Lane(Row):
    """A way to ship: a template that holds for each (origin, destination, mode) it expands to.

    Capacity, fixed_cost and min_quantity hold for each of these. An origin to itself and roles that cannot ship or
    receive drop out; an id named outright in a role that cannot do it is an error. Transit longer than a period is not
    lagged.
    """

    origin: f.LocationSelector = column("where it starts: a selector of suppliers, plants, warehouses")
    destination: f.LocationSelector = column("where it ends: a selector of plants, warehouses, markets")
    mode: f.Id = column("mode of transport; several modes are parallel choices", "default")
    item: f.ItemSelector = column("items that it carries", "*")
    unit_cost: f.MoneyPer = column("freight, per `per`", 0.0)
    per: f.Per = column("measure of unit_cost, capacity, min_quantity and emission_kg", "unit")
    transit_days: f.Days = column("days under way, gateways aside", 0.0)
    capacity: f.PerPeriod = column("most that is carried per period, in `per`, all items together", inf)
    fixed_cost: f.MoneyPerPeriod = column("cost per period in which the lane is used", 0.0)
    min_quantity: f.PerPeriod = column("least freight paid for per period if the lane is used, in `per`", 0.0)
    gateways: f.GatewayList = column("ports, crossings and canals on the way", "")
    emission_kg: f.Emission = column("kg CO2e per `per`", 0.0)
    value_per_entry: f.Money | None = column(
        "declared value of one customs entry, for the minimum and maximum of fees", None, gt=0
    )


class Gateway(Row):
    """A port, airport, border crossing or canal."""

    gateway: f.Id = column("id of the gateway")
    kind: Literal["port", "border", "airport", "canal"] | None = column("what it is", None)
    country: f.Country = column("country, ISO 3166-1 alpha-2", "")
    latitude: f.Latitude | None = column("latitude, for maps", None)
    longitude: f.Longitude | None = column("longitude, for maps", None)
    unit_cost: f.MoneyPer = column("handling, per `per`", 0.0)
    per: f.Per = column("measure of unit_cost and capacity", "unit")
    dwell_days: f.Days = column("days that goods wait", 0.0)
    capacity: f.PerPeriod = column("most that passes per period, in `per`, all lanes together", inf)
    recovery_days: f.Days = column("time to recover, for stress tests", 30.0)
    outage_rate: f.PerYear = column("outages a year, for scenario generation", 0.0)


class Demand(Row):
    """What a market wants."""

    market: f.MarketRef = column("the market")
    item: f.ItemRef = column("what it wants")
    period: f.PeriodRef = column("period in which the row holds; blank: every period without its own row", "")
    quantity: f.UnitsPerPeriod = column("units per period")
    shortage_cost: f.MoneyPerUnit | None = column(
        "cost of a unit not delivered; blank: it must be delivered", None
    )
    price: f.MoneyPerUnit | None = column("price of one unit, for the profit objective", None)
    max_transit_days: f.Days | None = column(
        "lanes with more days, gateways included, may not serve it", None
    )
    single_source: f.Flag = column("whether all of it comes over one lane in a period", False)


class Inventory(Row):
    """Stock: possible only where there is a row.

    What is left at the end of the last period is worth nothing.
    """

    location: f.SiteRef = column("the plant or warehouse")
    item: f.ItemRef = column("what is kept")
    initial: f.Units = column("stock at the start, already paid for", 0.0)
    initial_value: f.MoneyPerUnit | None = column(
        "value of one unit of it; blank: the item's customs_value", None
    )
    origin: f.Country = column(
        "country of origin of initial and buffer stock; blank: the location's country", ""
    )
    holding_cost: f.MoneyPerUnit = column("cost per unit at the end of a period, on top of carrying", 0.0)
    max_stock: f.Units = column("most units at the end of a period", inf)
    buffer_max: f.Units = column("most strategic stock that the plan may keep beside the working stock", 0.0)
    buffer_cost: f.MoneyPerUnit = column("cost per unit of strategic stock and period", 0.0)


NETWORK_TABLES = (
    Table("locations", Location, ("location",), required=True),
    Table("countries", CountryRow, ("country",)),
    Table("groups", Group, ("group", "member")),
    Table("currencies", Currency, ("currency",)),
    Table("items", Item, ("item",), required=True),
    Table("offers", Offer, ("location", "item", "contract", "period")),
    Table("suppliers", Supplier, ("location",)),
    Table("facilities", Facility, ("location", "option")),
    Table("production", Production, ("location", "item", "recipe", "period")),
    Table("bom", Bom, ("item", "recipe", "component")),
    Table("lanes", Lane, ("origin", "destination", "mode", "item"), required=True),
    Table("gateways", Gateway, ("gateway",)),
    Table("demand", Demand, ("market", "item", "period"), required=True),
    Table("inventory", Inventory, ("location", "item")),
)
TABLES: dict[str, Table] = {table.name: table for table in (*NETWORK_TABLES, *TRADE_TABLES, *RISK_TABLES)}
