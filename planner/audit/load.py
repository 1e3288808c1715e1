"""Read the instance folder of a plan: own parsing, own defaults, own conversion of money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TypeVar

from planner.audit import tables
from planner.audit.agreements import Agreements
from planner.audit.calendar import ByPeriod, read_calendar
from planner.audit.duties import Duties
from planner.audit.instance import Instance, Resilience
from planner.audit.lanes import Lanes
from planner.audit.reader import ONE, ZERO, Rates, UnreadableError, number, read_table, read_toml, section
from planner.audit.regimes import Regimes
from planner.audit.selectors import Selectors


class Numbered(Protocol):
    """A row of a file."""

    @property
    def row(self) -> int:
        """Its number; the header is row 1."""


Row = TypeVar("Row", bound=Numbered)
FILE = "instance.toml"
PER = ("unit", "kg", "m3")


def read_instance(folder: Path, moved: Rates | None = None) -> Instance:
    """Return the instance in a folder of canonical CSV tables and instance.toml.

    Args:
        folder: the folder.
        moved: exchange rates at which all money is read, instead of those of currencies.csv.

    Raises:
        UnreadableError: a file is missing, or a cell does not read as it should.
    """
    toml = read_toml(folder / "instance.toml")
    calendar = read_calendar(toml)
    rates = moved or {
        row.currency: row.rate for row in read_table(folder / "currencies.csv", tables.Currency)
    }
    locations = {row.location: row for row in read_table(folder / "locations.csv", tables.Location)}
    countries = {row.country: row for row in read_table(folder / "countries.csv", tables.Country)}
    items = {row.item: row for row in read_table(folder / "items.csv", tables.Item, rates)}
    gateways = {row.gateway: row for row in read_table(folder / "gateways.csv", tables.Gateway, rates)}
    selectors = Selectors(locations, countries, read_table(folder / "groups.csv", tables.Member))
    offers = _offers(folder, rates, locations, items)
    tariffs = read_table(folder / "tariffs.csv", tables.Tariff, rates)
    fees = read_table(folder / "fees.csv", tables.Fee, rates)
    lane_rows = _named(
        read_table(folder / "lanes.csv", tables.Lane, rates), "lanes.csv", gateways=gateways, per=PER
    )
    components = read_table(folder / "bom.csv", tables.Component)
    demand = read_table(folder / "demand.csv", tables.Demand, rates)
    members = read_table(folder / "agreements.csv", tables.Agreement)
    origin_rules = read_table(folder / "origin_rules.csv", tables.OriginRule, rates)
    head = section(toml, "instance", FILE)
    return Instance(
        name=str(head.get("name", "")),
        objective=str(head.get("objective", "cost")),
        calendar=calendar,
        carrying_rate=_setting(toml, "costs", "carrying_rate"),
        insurance_rate=_setting(toml, "costs", "insurance_rate"),
        carbon_price=_setting(toml, "costs", "carbon_price"),
        gap=_setting(toml, "solver", "gap", Decimal("1e-4")),
        rates=rates,
        locations=locations,
        countries=countries,
        items=items,
        offers=ByPeriod(offers, lambda row: (row.location, row.item, row.contract), calendar),
        suppliers={row.location: row for row in read_table(folder / "suppliers.csv", tables.Supplier, rates)},
        facilities=_options(read_table(folder / "facilities.csv", tables.Facility, rates)),
        production=ByPeriod(
            _production(folder, rates, locations, items),
            lambda row: (row.location, row.item, row.recipe),
            calendar,
        ),
        components=_components(_named(components, "bom.csv", item=items, component=items)),
        gateways=gateways,
        lane_rows=lane_rows,
        demand=ByPeriod(
            _named(demand, "demand.csv", market=locations, item=items),
            lambda row: (row.market, row.item),
            calendar,
        ),
        inventory=_inventory(folder, rates, locations, items),
        policies={row.policy: row for row in read_table(folder / "policies.csv", tables.Policy, rates)},
        selectors=selectors,
        lanes=Lanes(lane_rows, (locations, items, gateways), selectors),
        duties=Duties(tariffs, fees, selectors),
        tariffs=tariffs,
        fees=fees,
        members=members,
        origin_rules=origin_rules,
        agreements=Agreements(members, origin_rules),
        regimes=Regimes(read_table(folder / "relief.csv", tables.Relief, rates), locations, selectors),
        resilience=_resilience(toml),
        scenarios=read_table(folder / "scenarios.csv", tables.Scenario),
        events=read_table(folder / "events.csv", tables.Event),
    )


def _setting(toml: Mapping[str, Any], name: str, key: str, default: Decimal = ZERO) -> Decimal:
    return number(section(toml, name, FILE).get(key, default), f"{FILE}:{name}.{key}")


def _named(rows: tuple[Row, ...], file: str, **known: Container[str]) -> tuple[Row, ...]:
    """Return the rows, or raise `UnreadableError` where a column of `known` names something else."""
    for row in rows:
        for column, names in known.items():
            cell = getattr(row, column)
            for name in (cell,) if isinstance(cell, str) else cell:
                if name not in names:
                    place = f"{file}:{row.row}:{column}"
                    raise UnreadableError(place, f"{name!r} is not known")
    return rows


def _offers(
    folder: Path, rates: Rates, locations: Mapping[str, tables.Location], items: Container[str]
) -> list[tables.Offer]:
    rows = read_table(folder / "offers.csv", tables.Offer, rates)
    return [
        replace(row, origin=row.origin or locations[row.location].country)
        for row in _named(rows, "offers.csv", location=locations, item=items)
    ]


def _production(
    folder: Path,
    rates: Rates,
    locations: Mapping[str, tables.Location],
    items: Mapping[str, tables.Item],
) -> list[tables.Production]:
    rows = read_table(folder / "production.csv", tables.Production, rates)
    known = _named(rows, "production.csv", location=locations, item=items)
    return [_produced(row, locations[row.location], items[row.item]) for row in known]


def _produced(row: tables.Production, place: tables.Location, item: tables.Item) -> tables.Production:
    value = _first(row.customs_value, item.customs_value)
    origin, cost = row.origin or place.country, _first(row.net_cost, value)
    return replace(row, origin=origin, customs_value=value, net_cost=cost)


def _inventory(
    folder: Path,
    rates: Rates,
    locations: Mapping[str, tables.Location],
    items: Mapping[str, tables.Item],
) -> dict[tuple[str, str], tables.Inventory]:
    rows = read_table(folder / "inventory.csv", tables.Inventory, rates)
    return {
        (row.location, row.item): replace(
            row,
            origin=row.origin or locations[row.location].country,
            initial_value=_first(row.initial_value, items[row.item].customs_value),
        )
        for row in _named(rows, "inventory.csv", location=locations, item=items)
    }


def _first(value: Decimal | None, default: Decimal | None) -> Decimal | None:
    return default if value is None else value


def _options(rows: tuple[tables.Facility, ...]) -> dict[str, dict[str, tables.Facility]]:
    options: defaultdict[str, dict[str, tables.Facility]] = defaultdict(dict)
    for row in rows:
        options[row.location][row.option] = row
    for row in rows:
        _named((row,), "facilities.csv", expands=("", *options[row.location]))
    return dict(options)


def _components(rows: Iterable[tables.Component]) -> dict[tuple[str, str], tuple[tables.Component, ...]]:
    lines: defaultdict[tuple[str, str], list[tables.Component]] = defaultdict(list)
    for row in rows:
        lines[row.item, row.recipe].append(row)
    return {key: tuple(found) for key, found in lines.items()}


def _resilience(toml: Mapping[str, Any]) -> Resilience:
    weight = _setting(toml, "resilience", "weight", ONE)
    tail, exposure, concentration = (
        weight * _setting(toml, "resilience", f"{name}_weight")
        for name in ("cvar", "exposure", "concentration")
    )
    by = section(toml, "resilience", FILE).get("concentration_by", "location")
    alpha = _setting(toml, "resilience", "cvar_alpha", Decimal("0.9"))
    return Resilience(tail, alpha, exposure, concentration, by_country=by == "country")
