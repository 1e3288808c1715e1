"""Trade agreements: who is a member and when, what a claim could waive, and the rules of origin of each item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.network.calendar import duty_dates
from planner.network.codes import Texts
from planner.network.events import Events
from planner_models.arrays import Flags, Floats, Ints

if TYPE_CHECKING:
    from planner.instance import Instance

SHIFTED_DIGITS = {"chapter": 2, "heading": 4, "subheading": 6}


@dataclass(frozen=True, slots=True)
class Agreements:
    """Agreements by number, countries that are a member of any by number."""

    name: tuple[str, ...]
    country: dict[str, int]
    member: Flags  # [agreements, countries + 1, times] a member in force; the last stands for all others
    waives: Flags  # [agreements, countries + 1, items] a claim into the country may waive a duty or fee

    def countries(self, names: Texts) -> Ints:
        """Numbers of countries; -1 for one that is no member of anything."""
        numbers = pd.Series(names, dtype=object).map(self.country).fillna(-1)
        return np.asarray(numbers.to_numpy(), dtype=np.int64)

    def numbers(self, cell: str) -> list[int]:
        """Numbers of the agreements in a list cell."""
        return [self.name.index(name) for name in cell.split(";") if name in self.name]


def agreements(events: Events) -> Agreements:
    """Read the agreements, and which rows of tariffs and fees they waive."""
    instance, codes = events.instance, events.codes
    table = instance.tables["agreements"]
    name = tuple(dict.fromkeys(table["agreement"].tolist()))
    country = {code: number for number, code in enumerate(dict.fromkeys(table["member"].tolist()))}
    dates = duty_dates(instance)[codes.times.period]
    member = np.zeros((len(name), len(country) + 1, len(dates)), dtype=np.bool_)
    number, of = (
        pd.Index(name).get_indexer(table["agreement"]),
        pd.Index(country).get_indexer(table["member"]),
    )
    starts, ends = table["starts"].to_numpy()[:, None], table["ends"].to_numpy()[:, None]
    in_force = (np.isnat(starts) | (starts <= dates)) & ~(ends <= dates)
    np.logical_or.at(member, (number, of), in_force)
    member &= (events.in_force > 0)[:, None, :]
    found = Agreements(name, country, member, np.zeros((len(name), len(country) + 1, len(codes.item)), bool))
    _waived_duties(instance, found)
    _waived_fees(instance, found)
    return found


def _waived_duties(instance: Instance, found: Agreements) -> None:
    """Mark what the rows of the tariffs table waive, whatever their dates and origins."""
    table = instance.tables["tariffs"]
    waiving = table[(table["waived_by"] != "") & table["importer"].isin(list(found.country))]
    for (importer, cell), rows in waiving.groupby(["importer", "waived_by"]):
        for agreement in found.numbers(str(cell)):
            found.waives[agreement, found.country[str(importer)]] |= items_under(instance, rows)


def charging(instance: Instance) -> pd.DataFrame:
    """The tariff rows that charge anything at all, by what they say, or may by an event."""
    tariffs, events = instance.tables["tariffs"], instance.tables["events"]
    raised = events[(events["kind"] == "tariff") & (events["op"] != "multiply")]
    named = {name for cell in raised["programme"] for name in cell.split(";")}
    says = (tariffs["rate"] > 0) | (tariffs["specific"] > 0) | (tariffs["over_rate"] > 0)
    return tariffs[says | tariffs["programme"].isin(named) | ("" in named)]


def items_under(instance: Instance, rows: pd.DataFrame) -> Flags:
    """The items that some tariff rows, each for an item or for a prefix of customs codes, are about [items]."""
    items = instance.tables["items"]
    named, prefixes = set(rows["item"]) - {""}, set(rows.loc[rows["item"] == "", "hs"])
    covered = [
        name in named or any(code[:length] in prefixes for length in range(len(code) + 1))
        for name, code in zip(items["item"], items["hs_code"], strict=True)
    ]
    return np.array(covered, dtype=np.bool_)


def _waived_fees(instance: Instance, found: Agreements) -> None:
    table = instance.tables["fees"]
    rows = table[table["exempt"] != ""].drop_duplicates(["importer", "exempt"])
    for importer, cell in zip(rows["importer"], rows["exempt"], strict=True):
        for agreement in found.numbers(cell):
            if importer in found.country:
                found.waives[agreement, found.country[importer]] = True


@dataclass(frozen=True, slots=True)
class OriginRules:
    """How made items qualify: `tests` are alternatives, any one of which suffices."""

    tests: (
        pd.DataFrame
    )  # agreement, item (numbers), name, rvc (nan: not asked), net_cost, digits (0: not asked),
    #                      except_hs, de_minimis, row
    preferential_rate: Floats  # [agreements, items] 0 without a rule
    claim_cost: Floats  # [agreements, items] money a unit claimed, in base; 0 without a rule
    row: Ints  # [agreements, items] position in the table of a rule that says what a claim costs; -1 without


def origin_rules(instance: Instance, found: Agreements) -> OriginRules:
    """The rules that hold for each item: those of the longest prefix of its customs code, by agreement."""
    table, codes = instance.tables["origin_rules"], instance.tables["items"]["hs_code"].tolist()
    rules = table.reset_index(drop=True).assign(claim=instance.money("origin_rules", "claim_cost"))
    numbers = pd.Index(found.name).get_indexer(pd.Index(table["agreement"]))
    under: dict[tuple[int, str], list[int]] = {}
    for row, key in enumerate(zip(numbers.tolist(), table["hs"], strict=True)):
        under.setdefault(key, []).append(row)
    held = [
        (number, item, row)
        for number in range(len(found.name))
        for item, hs in enumerate(codes)
        for row in _longest(under, number, hs)
    ]
    agreement, of_item, of_rule = np.array(held, dtype=np.int64).reshape(-1, 3).T
    matched = rules.iloc[of_rule].assign(row=of_rule, agreement=agreement, item=of_item)
    rate, claim = np.zeros((2, len(found.name), len(codes)))
    rate[agreement, of_item], claim[agreement, of_item] = matched["preferential_rate"], matched["claim"]
    rule = np.full(rate.shape, -1, dtype=np.int64)
    rule[agreement, of_item] = of_rule
    return OriginRules(_tests(matched), rate, claim, rule)


def _longest(under: dict[tuple[int, str], list[int]], number: int, hs: str) -> list[int]:
    """The rules of an agreement under the longest prefix of a customs code that has any."""
    for length in range(len(hs), -1, -1):
        if (number, hs[:length]) in under:
            return under[number, hs[:length]]
    return []


def _tests(rules: pd.DataFrame) -> pd.DataFrame:
    """A row a test: `shift_or_rvc` is two of them."""
    either = rules["test"] == "shift_or_rvc"
    parts = [
        rules.assign(kind=rules["test"].where(~either, "shift")),
        rules[either].assign(kind="rvc"),
    ]
    order = ["agreement", "item", "row", "kind"]
    every = pd.concat(parts).sort_values(order, kind="stable", ignore_index=True)
    asks_value, asks_shift = every["kind"].str.contains("rvc"), every["kind"].str.contains("shift")
    return pd.DataFrame(
        {
            "agreement": every["agreement"],
            "item": every["item"],
            "name": every["alternative"] + ":" + every["kind"],
            "rvc": every["rvc"].where(asks_value),
            "net_cost": every["method"] == "net_cost",
            "digits": every["shift"].map(SHIFTED_DIGITS).where(asks_shift).fillna(0).astype(np.int64),
            "except_hs": every["except_hs"].where(asks_shift, ""),
            "de_minimis": every["de_minimis"],
            "row": every["row"],
        }
    )


def shifts(component: str, item: str, digits: int, never: str) -> bool:
    """Whether a component of one customs code makes a tariff shift into an item of another.

    Without a code nothing shifts; `never` lists prefixes of components that do not count as shifted.
    """
    if (
        not component
        or not item
        or any(prefix and component.startswith(prefix) for prefix in never.split(";"))
    ):
        return False
    length = min(digits, len(component), len(item))
    return component[:length] != item[:length]
