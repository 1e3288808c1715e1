"""Duties and fees on every unit that crosses a border, each with the row that set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.errors import InstanceError, Problem
from planner.network.calendar import duty_dates
from planner.network.cases import distinct
from planner.network.codes import names
from planner.network.events import Events
from planner.network.fees import fees
from planner.network.joins import pairs
from planner.network.stack import not_displaced, winners
from planner.network.values import blank_value
from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Charges

if TYPE_CHECKING:
    from planner.instance import Instance

MFN = "MFN"


def charges(events: Events, crossings: pd.DataFrame, reductions: pd.DataFrame | None = None) -> pd.DataFrame:
    r"""The duties and fees on goods that cross a border, by the steps of `stack`.

    .. math:: duty = \sum_p rate_p \cdot value + specific_p

    Args:
        events: what figures are at each time, of an instance with its tables `tariffs`, `fees`, `items`,
            `countries`, `origin_rules`; dates of the settings.
        crossings: arc, importer, origin (country of origin of the good), item, mode, t (time),
            value, freight, insurance (money a unit), value_per_entry (money, nan for none), agreement (that the
            entry claims under; blank: none), preferential_rate (what MFN charges if waived); a row an arc.
        reductions: crossing, regime (number), rate, covers (list of programmes, blank: all): the regimes that
            lower the rate of a crossing, or None.

    Returns:
        A row for each programme that won and was not displaced, also at rate 0, and for each fee; in the order of
        crossings, duties before fees: arc, programme (its ledger name, `duty:MFN`), row (position in the tariffs
        or fees table), rate, specific, value, amount (money a unit), over_rate and over_amount (above the
        quota; nan without one), waived_by (agreement; blank), reduced_by and over_reduced_by (number of the
        regime that lowered the rate within and above the quota; -1).

    Raises:
        InstanceError: a tie, a circle of displacement, a value or weight that is needed and blank.
    """
    foreign = crossings[crossings["importer"] != crossings["origin"]].reset_index(names="crossing_row")
    instance = events.instance
    foreign["date"] = duty_dates(instance)[events.codes.times.period[foreign["t"]]]
    value = _dutiable_value(instance, foreign)
    duty = _duties(events, foreign, value).assign(kind="duty:")
    fee = fees(events, foreign).assign(kind="fee:", specific=0.0, over_rate=np.nan)
    both = pd.concat([duty, fee]).sort_values("crossing", kind="stable", ignore_index=True)
    crossing = both["crossing"].to_numpy(dtype=np.int64)
    rate, over = both["rate"].to_numpy(), np.nan_to_num(both["over_rate"].to_numpy(dtype=np.float64))
    _check_values(instance, foreign, crossing[((rate > 0) | (over > 0)) & np.isnan(value[crossing])])
    both["value"] = np.nan_to_num(value)[crossing]
    both["arc"] = foreign["arc"].to_numpy(dtype=np.int64)[crossing]
    both["programme"] = both["kind"] + both["programme"]
    both["crossing"] = foreign["crossing_row"].to_numpy(dtype=np.int64)[crossing]
    both = reduced(both, reductions)
    both["amount"] = both["rate"] * both["value"] + both["specific"]
    both["over_amount"] = both["over_rate"] * both["value"] + both["specific"]
    return both.drop(columns=["kind", "crossing"])


def reduced(charged: pd.DataFrame, reductions: pd.DataFrame | None) -> pd.DataFrame:
    """Lower the rates of duties to those of regimes; a regime that charges less is named.

    Args:
        charged: crossing, kind, programme, rate, specific, value, over_rate.
        reductions: as for `charges`; several on one crossing: the lowest holds.
    """
    charged["reduced_by"] = charged["over_reduced_by"] = -1
    if reductions is None or not len(reductions):
        return charged
    row, entry = pairs(
        charged["crossing"].to_numpy(dtype=np.int64), reductions["crossing"].to_numpy(dtype=np.int64)
    )
    programme = charged["programme"].to_numpy(dtype=object)[row]
    lists = reductions["covers"].to_numpy(dtype=object)[entry]
    covered = [
        name.startswith("duty:") and (not cell or name.removeprefix("duty:") in cell.split(";"))
        for name, cell in zip(programme, lists, strict=True)
    ]
    found = pd.DataFrame({"row": row, "entry": entry})[np.array(covered, dtype=np.bool_)]
    found["ceiling"] = reductions["rate"].to_numpy(dtype=np.float64)[found["entry"]]
    best = found.sort_values(["row", "ceiling", "entry"], kind="stable").drop_duplicates("row")
    at, ceiling = best["row"].to_numpy(dtype=np.int64), best["ceiling"].to_numpy(dtype=np.float64)
    value, specific = (charged[name].to_numpy(dtype=np.float64)[at] for name in ("value", "specific"))
    within = charged["rate"].to_numpy()[at] * value + specific > ceiling * value
    above = charged["over_rate"].to_numpy(dtype=np.float64)[at] * value + specific > ceiling * value
    # a duty above the quota is no less than within it, so that where the latter is lowered both are
    left = np.where(within, 0.0, specific / np.where(value > 0, value, np.inf))
    charged.loc[at[above], "over_rate"] = (ceiling - left)[above]
    charged.loc[at[within], "rate"] = ceiling[within]
    charged.loc[at[within], "specific"] = 0.0
    regime = reductions["regime"].to_numpy(dtype=np.int64)[best["entry"]]
    charged.loc[at[within], "reduced_by"] = regime[within]
    charged.loc[at[above], "over_reduced_by"] = regime[above]
    return charged


def _dutiable_value(instance: Instance, crossings: pd.DataFrame) -> Floats:
    """Money a unit that duties and fees are taken on; freight and insurance count where the basis is CIF."""
    countries = instance.tables["countries"]
    cif = crossings["importer"].isin(countries.loc[countries["customs_basis"] == "CIF", "country"]).to_numpy()
    value = crossings["value"].to_numpy(dtype=np.float64)
    to_border = (crossings["freight"] + crossings["insurance"]).to_numpy(dtype=np.float64)
    return np.where(cif, value + to_border, value)


def _duties(events: Events, crossings: pd.DataFrame, value: Floats) -> pd.DataFrame:
    """What programmes charge on each crossing: crossing, row, programme, rate, specific, over_rate, waived_by."""
    columns = ["importer", "origin", "item", "date", "like", "agreement", "preferential_rate"]
    instance, t = events.instance, crossings["t"].to_numpy(dtype=np.int64)
    # one time stands for all at which the same events hold
    cases, case_of_crossing = distinct(crossings.assign(like=events.alike("tariff", "currency")[t]), columns)
    won = _claimed(instance, cases, _nominal(events, cases, winners(instance, cases)))
    won = won[not_displaced(instance, won)].reset_index(drop=True)
    _check_weights(instance, cases, won)
    crossing, member = pairs(case_of_crossing, won["case"].to_numpy())
    charged = won.iloc[member].reset_index(drop=True).assign(crossing=crossing)
    mfn = _mfn(won, len(cases), case_of_crossing, value)[crossing]
    for name in ("rate", "over_rate"):
        nominal = charged[name].to_numpy(dtype=np.float64)
        charged[name] = np.where(charged["cap"], np.maximum(0.0, nominal - mfn), nominal)
    return charged[["crossing", "row", "programme", "rate", "specific", "over_rate", "waived_by"]]


def _mfn(won: pd.DataFrame, cases: int, case_of_crossing: Ints, value: Floats) -> Floats:
    """Share of its value that MFN takes of each crossing; a specific duty counts as a share of the value."""
    mfn = won[won["programme"] == MFN]
    rate, specific = np.zeros(cases), np.zeros(cases)
    rate[mfn["case"]] = mfn["rate"]
    specific[mfn["case"]] = mfn["specific"]
    return rate[case_of_crossing] + specific[case_of_crossing] / np.where(value > 0, value, np.inf)


def _nominal(events: Events, cases: pd.DataFrame, won: pd.DataFrame) -> pd.DataFrame:
    """Winning rows with their rate, specific (money a unit), over_rate, cap, and whether they charge anything."""
    tables, row = events.instance.tables, won["row"].to_numpy(dtype=np.int64)
    tariffs, weight = tables["tariffs"], tables["items"].set_index("item")["weight_kg"]
    won_cases = cases.iloc[won["case"]].assign(programme=won["programme"].to_numpy())
    t = won_cases["like"].to_numpy(dtype=np.int64)
    specific = events.money("tariffs", "specific", row, t)
    by_weight = (tariffs["specific_per"].to_numpy()[row] == "kg") & (specific > 0)
    item = won_cases["item"].to_numpy()
    stated, over = (tariffs[name].to_numpy(dtype=np.float64)[row] for name in ("rate", "over_rate"))
    rate = events.column("tariff", "rate", stated, t, lambda event: events.tariffs(event, won_cases))
    return won.assign(
        rate=rate,
        specific=np.where(by_weight, specific * weight.reindex(item).to_numpy(), specific),
        over_rate=over,
        charges=(rate > 0) | (specific > 0) | (over > 0),
        cap=_caps(tariffs, row),
    )


def _claimed(instance: Instance, cases: pd.DataFrame, won: pd.DataFrame) -> pd.DataFrame:
    """Step 3: rows that the claim waives charge nothing, MFN the preferential rate; they displace nothing."""
    case = won["case"].to_numpy()
    agreement = cases["agreement"].to_numpy(dtype=object)[case]
    lists = instance.tables["tariffs"]["waived_by"].to_numpy(dtype=object)[won["row"].to_numpy()]
    pairs_of = zip(agreement, lists, strict=True)
    waived = np.array([name != "" and name in cell.split(";") for name, cell in pairs_of], dtype=np.bool_)
    preferential = cases["preferential_rate"].to_numpy(dtype=np.float64)[case]
    return won.assign(
        rate=np.where(waived, np.where(won["programme"] == MFN, preferential, 0.0), won["rate"]),
        specific=np.where(waived, 0.0, won["specific"]),
        over_rate=np.where(waived, np.nan, won["over_rate"]),
        charges=won["charges"] & ~waived,
        cap=won["cap"] & ~waived,
        waived_by=np.where(waived, agreement, ""),
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
    bare = crossings.iloc[np.unique(missing)].drop_duplicates("item")
    message = "{} enters {}, where it pays a duty or fee on its value, and has no value"
    problems = [
        blank_value(instance, item, message.format(item, importer))
        for item, importer in zip(bare["item"], bare["importer"], strict=True)
    ]
    if problems:
        raise InstanceError(problems)


def charges_data(charged: pd.DataFrame, regime_row: Ints) -> Charges:
    """The table of the model; `regime_row` [regimes of plants] are positions in the relief table."""
    programme, names_of = pd.factorize(charged["programme"], sort=True)
    figures = {
        name: charged[name].to_numpy(dtype=np.float64) for name in ("amount", "rate", "specific", "value")
    }
    return Charges(
        programme_name=tuple(names_of),
        arc=charged["arc"].to_numpy(dtype=np.int64),
        programme=programme.astype(np.int64),
        row=charged["row"].to_numpy(dtype=np.int64),
        waived_by=names(charged["waived_by"]),
        reduced_by=np.append(regime_row, -1)[charged["reduced_by"].to_numpy(dtype=np.int64)],
        **figures,
    )
