"""Duties and fees on every unit that crosses a border, each with the row that set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.errors import InstanceError, Problem
from planner.network.cases import distinct
from planner.network.fees import fees
from planner.network.joins import pairs
from planner.network.stack import not_displaced, winners
from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Charges

if TYPE_CHECKING:
    from planner.instance import Instance

MFN = "MFN"


def charges(instance: Instance, crossings: pd.DataFrame) -> Charges:
    r"""The duties and fees on goods that cross a border, as in model.md, "Duty on one unit".

    .. math:: duty = \sum_p rate_p \cdot value + specific_p

    Args:
        instance: its tables `tariffs`, `fees`, `items`, `countries`; dates of the settings.
        crossings: arc, importer, origin (country of origin of the good), item, mode, t (period),
            value, freight, insurance (money a unit), value_per_entry (money, nan for none); a row an arc.

    Returns:
        A charge for each programme that won and was not displaced, also at rate 0, and for each fee; in the
        order of crossings, duties before fees.

    Raises:
        InstanceError: a tie, a circle of displacement, a value or weight that is needed and blank.
    """
    foreign = crossings[crossings["importer"] != crossings["origin"]].reset_index(drop=True)
    foreign["date"] = _dates(instance)[foreign["t"].to_numpy()]
    value = _dutiable_value(instance, foreign)
    duty = _duties(instance, foreign, value).assign(kind="duty:")
    fee = fees(instance, foreign).assign(kind="fee:", specific=0.0)
    both = pd.concat([duty, fee]).sort_values("crossing", kind="stable", ignore_index=True)
    crossing = both["crossing"].to_numpy(dtype=np.int64)
    rate, specific = both["rate"].to_numpy(), both["specific"].to_numpy()
    _check_values(instance, foreign, crossing[(rate > 0) & np.isnan(value[crossing])])
    value = np.nan_to_num(value)[crossing]
    programme, names = pd.factorize(both["kind"] + both["programme"], sort=True)
    return Charges(
        programme_name=tuple(names),
        arc=foreign["arc"].to_numpy(dtype=np.int64)[crossing],
        programme=programme.astype(np.int64),
        amount=rate * value + specific,
        rate=rate,
        specific=specific,
        value=value,
        row=both["row"].to_numpy(dtype=np.int64),
    )


def _dates(instance: Instance) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """The day at which the tariffs of each period are read."""
    settings = instance.settings
    fixed = settings.instance.duty_date
    days = [fixed or start for start in settings.horizon.starts]
    return np.array(days, dtype="datetime64[s]")


def _dutiable_value(instance: Instance, crossings: pd.DataFrame) -> Floats:
    """Money a unit that duties and fees are taken on; freight and insurance count where the basis is CIF."""
    countries = instance.tables["countries"]
    cif = crossings["importer"].isin(countries.loc[countries["customs_basis"] == "CIF", "country"]).to_numpy()
    value = crossings["value"].to_numpy(dtype=np.float64)
    to_border = (crossings["freight"] + crossings["insurance"]).to_numpy(dtype=np.float64)
    return np.where(cif, value + to_border, value)


def _duties(instance: Instance, crossings: pd.DataFrame, value: Floats) -> pd.DataFrame:
    """What programmes charge on each crossing: crossing, row, programme, rate, specific (money a unit)."""
    cases, case_of_crossing = distinct(crossings, ["importer", "origin", "item", "date"])
    won = _nominal(instance, cases, winners(instance, cases))
    # a claimed entry (step 3) would change the rates of `won` here, before anything is displaced
    won = won[not_displaced(instance, won)].reset_index(drop=True)
    _check_weights(instance, cases, won)
    crossing, member = pairs(case_of_crossing, won["case"].to_numpy())
    charged = won.iloc[member].reset_index(drop=True).assign(crossing=crossing)
    ceiling = charged["rate"].to_numpy() - _mfn(won, len(cases), case_of_crossing, value)[crossing]
    charged["rate"] = np.where(charged["cap"], np.maximum(0.0, ceiling), charged["rate"])
    return charged[["crossing", "row", "programme", "rate", "specific"]]


def _mfn(won: pd.DataFrame, cases: int, case_of_crossing: Ints, value: Floats) -> Floats:
    """Share of its value that MFN takes of each crossing; a specific duty counts as a share of the value."""
    mfn = won[won["programme"] == MFN]
    rate, specific = np.zeros(cases), np.zeros(cases)
    rate[mfn["case"]] = mfn["rate"]
    specific[mfn["case"]] = mfn["specific"]
    return rate[case_of_crossing] + specific[case_of_crossing] / np.where(value > 0, value, np.inf)


def _nominal(instance: Instance, cases: pd.DataFrame, won: pd.DataFrame) -> pd.DataFrame:
    """Winning rows with their rate, specific (money a unit), cap, and whether they charge anything at all."""
    tariffs, row = instance.tables["tariffs"], won["row"].to_numpy()
    weight = instance.tables["items"].set_index("item")["weight_kg"]
    specific = instance.money("tariffs", "specific")[row]
    by_weight = (tariffs["specific_per"].to_numpy()[row] == "kg") & (specific > 0)
    item = cases["item"].to_numpy()[won["case"].to_numpy()]
    rate = tariffs["rate"].to_numpy()[row]
    over = np.nan_to_num(tariffs["over_rate"].to_numpy()[row])
    return won.assign(
        rate=rate,
        specific=np.where(by_weight, specific * weight.reindex(item).to_numpy(), specific),
        charges=(rate > 0) | (specific > 0) | (over > 0),
        cap=_caps(tariffs, row),
    )


def _caps(tariffs: pd.DataFrame, row: Ints) -> Flags:
    """Rows that are an all-in ceiling over MFN; MFN itself cannot be one."""
    caps = (tariffs["rule"] == "cap") & (tariffs["programme"] != MFN)
    return caps.to_numpy(dtype=np.bool_)[row]


def _check_weights(instance: Instance, cases: pd.DataFrame, won: pd.DataFrame) -> None:
    numbers = instance.tables["tariffs"].index
    missing = won[won["specific"].isna()].drop_duplicates("row")
    items = cases["item"].to_numpy()[missing["case"].to_numpy()]
    problems = [
        Problem(
            f"{instance.files['tariffs']}:{numbers[row]}:specific_per",
            f"a duty by weight on {item}, whose weight_kg is blank",
            "kg",
            "a weight_kg in items.csv",
        )
        for row, item in zip(missing["row"], items, strict=True)
    ]
    if problems:
        raise InstanceError(problems)


def _check_values(instance: Instance, crossings: pd.DataFrame, missing: Ints) -> None:
    items = instance.tables["items"]
    number = dict(zip(items["item"].tolist(), items.index.tolist(), strict=True))
    bare = crossings.iloc[np.unique(missing)].drop_duplicates("item")
    problems = [
        Problem(
            f"{instance.files['items']}:{number[item]}:customs_value",
            f"{item} enters {importer}, where it pays a duty or fee on its value, and has no value",
            expected="a customs_value here, in production.csv, or an initial_value in inventory.csv",
        )
        for item, importer in zip(bare["item"], bare["importer"], strict=True)
    ]
    if problems:
        raise InstanceError(problems)
