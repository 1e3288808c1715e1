"""The data dictionary of scenarios, their events, and policies."""

from __future__ import annotations

from typing import Literal

from planner.instance import fields as f
from planner.instance.fields import column
from planner.instance.rows import Row, Table


class Scenario(Row):
    """A future; `base` always exists and holds the remaining probability."""

    scenario: f.Id = column("id of the scenario")
    probability: f.Share | None = column("probability; blank for base only", None)
    title: f.Text = column("one line for reports", "")
    min_service: f.Share = column(
        "smallest share of each item's demand that must be met from the first event on", 0.0
    )


class Event(Row):
    """What a scenario changes; rows apply in the order of the file.

    | kind | target | fields |
    |---|---|---|
    | `location` | locations | `capacity`, `unit_cost`; with an item: of its offers |
    | `lane` | `origin>destination` | `capacity`, `unit_cost`, `transit_days` |
    | `gateway` | gateways | `capacity`, `unit_cost`, `dwell_days` |
    | `demand` | markets | `quantity` |
    | `tariff` | countries of origin | `rate` |
    | `agreement` | agreements | `in_force`: 0 or 1 |
    | `currency` | currencies | `rate` |

    A factor of less than 1 on a capacity without limit takes for the capacity what the demand asks for of
    what it can carry, through the `base` recipes.
    """

    scenario: f.ScenarioRef = column("the scenario")
    kind: Literal["location", "lane", "gateway", "demand", "tariff", "agreement", "currency"] = column(
        "what is changed"
    )
    target: f.Text = column("selector; for a lane origin>destination; for a tariff the origin")
    item: f.ItemSelector = column("items that are meant; blank: all", "")
    mode: f.Text = column("mode of the lanes that are meant; blank: all", "")
    importer: f.Country = column("importer of the tariffs that are meant; blank: all", "")
    programme: f.Text = column("programme of the tariffs that are meant; blank: all", "")
    field: Literal["capacity", "unit_cost", "transit_days", "dwell_days", "quantity", "rate", "in_force"] = (
        column("what of it is changed")
    )
    op: Literal["multiply", "add", "set"] = column("how it is changed", "multiply")
    value: f.Number = column("factor, summand or new value")
    first_period: f.PeriodRef = column("first period in which it holds; blank: the first of all", "")
    periods: f.Periods = column("how many periods it holds; blank or 0: the rest", 0)
    days: f.Days | None = column("days of each period that the factor holds (multiply only)", None, gt=0)


class Policy(Row):
    """A rule that the plan must obey, or pay a penalty.

    | measure | meaning | unit of a violation |
    |---|---|---|
    | `volume` | units: suppliers shipped, plants made, warehouses passed out, markets received | units |
    | `volume_share` | volume of who / volume of `of`; where roles are mixed, suppliers and plants only | units |
    | `supplier_share` | largest share of any one supplier of who in what is bought of each item; max only | units |
    | `spend`, `spend_share` | purchase (take-or-pay included) of suppliers plus conversion of plants | money |
    | `capex` | open_cost plus qualify_cost | money |
    | `count_open` | locations of who open in any option | locations |
    | `count_suppliers` | (supplier, item) pairs with min_share or more of the item's reference volume | pairs |
    | `emissions` | kg CO2e; a lane belongs to its origin | kg |
    | `fill_rate` | met demand / demand, over who (markets) and item; min only | units |

    The reference volume of an item is what the demand asks for, through the `base` recipes.
    """

    policy: f.Id = column("id of the policy")
    measure: Literal[
        "volume",
        "volume_share",
        "supplier_share",
        "spend",
        "spend_share",
        "capex",
        "count_open",
        "count_suppliers",
        "emissions",
        "fill_rate",
    ] = column("what is measured")
    who: f.LocationSelector = column("locations that count; a country means the locations in it", "*")
    item: f.ItemSelector = column("items that count", "*")
    of: f.LocationSelector = column("denominator of a share", "*")
    min: f.Amount | None = column("lower limit", None)
    max: f.Amount | None = column("upper limit", None)
    period: f.PeriodRef = column("period; blank: counts in each period, everything else over the horizon", "")
    scenario: f.Text = column("base, the id of a scenario, all (each), or expected", "base")
    min_share: f.Share = column(
        "for count_suppliers: share of the reference volume from which a pair counts", 0.05
    )
    penalty: f.PenaltyRate | None = column("money per unit of violation; blank: the rule is hard", None)


RISK_TABLES = (
    Table("scenarios", Scenario, ("scenario",)),
    Table("events", Event, (), in_file_order=True),
    Table("policies", Policy, ("policy",)),
)
