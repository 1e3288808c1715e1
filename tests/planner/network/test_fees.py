"""Customs fees on one unit, by hand: by mode, with a minimum and maximum per entry."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd
import pytest

import planner.instance as pi
from planner.errors import InstanceError
from tests.planner.network.charging import charges

TABLES = {
    "locations": "location,role,country\nhaiphong,plant,VN\ndallas,market,US",
    "countries": "country,customs_basis\nUS,FOB\nMX,CIF",
    "items": "item,hs_code,customs_value\ntv,8528,300",
    "production": "location,item\nhaiphong,tv",
    "lanes": "origin,destination,mode\n*,*,ocean\n*,*,truck",
    "demand": "market,item,quantity\ndallas,tv,10",
}
US_FEES = """
importer,fee,rate,min_per_entry,max_per_entry,modes
US,MPF,0.003464,33.58,651.50,
US,HMF,0.00125,,,ocean
"""
PERIODS = {"periods": ["2026", "2027"], "starts": ["2026-01-01", "2027-01-01"]}
CROSSING = {
    "arc": 0, "importer": "US", "origin": "VN", "item": "tv", "mode": "ocean", "t": 0,
    "value": 300.0, "freight": 10.0, "insurance": 2.0, "value_per_entry": np.nan,
}  # fmt: skip


def instance(fees, settings=None, **tables):
    texts = {**TABLES, "fees": fees, **tables}
    frames = {
        name: pd.read_csv(StringIO(text.strip()), dtype="str", keep_default_na=False)
        for name, text in texts.items()
    }
    keys = {"name": "fees", **(settings or {})}
    return pi.Instance.from_tables(frames, {"instance": keys, "horizon": PERIODS})


def charged(world, **crossing):
    """{fee: money a unit} of one crossing."""
    found = charges(world, pd.DataFrame([{**CROSSING, **crossing}]))
    names = [found.programme_name[position] for position in found.programme]
    return dict(zip(names, found.amount.round(9).tolist(), strict=True))


def test_fee_on_ocean_but_not_on_truck():
    """HMF 0.125% of 300 = 0.375 by sea only; MPF 0.3464% of 300 = 1.0392 on both."""
    world = instance(US_FEES)
    assert charged(world, mode="ocean") == {"fee:HMF": 0.375, "fee:MPF": 1.0392}
    assert charged(world, mode="truck") == {"fee:MPF": 1.0392}


@pytest.mark.parametrize(
    ("per_entry", "mpf"),
    [
        (5_000.0, 300 * 33.58 / 5_000),  # 0.3464% = 17.32, below the minimum
        (33.58 / 0.003464, 300 * 0.003464),  # at the minimum
        (100_000.0, 300 * 0.003464),  # 346.40, between
        (651.50 / 0.003464, 300 * 0.003464),  # at the maximum
        (1_000_000.0, 300 * 651.50 / 1_000_000),  # 3464, above the maximum
        (np.nan, 300 * 0.003464),  # value of an entry not known
    ],
)
def test_minimum_and_maximum_per_entry(per_entry, mpf):
    """clamp(0.3464% x entry, 33.58, 651.50) / entry x 300."""
    assert charged(instance(US_FEES), mode="truck", value_per_entry=per_entry)["fee:MPF"] == pytest.approx(
        mpf
    )


def test_effective_rate_is_reported():
    """33.58 on an entry of 5000 is 0.6716%."""
    found = charges(
        instance(US_FEES), pd.DataFrame([{**CROSSING, "mode": "truck", "value_per_entry": 5000.0}])
    )
    assert found.rate.tolist() == [pytest.approx(0.006716)]
    assert (found.specific.tolist(), found.value.tolist()) == ([0.0], [300.0])


def test_limits_in_another_currency():
    """A minimum of 1000 MXN at 0.05 = 50 on an entry of 5000: 1% of 300 = 3."""
    fees = "importer,fee,rate,min_per_entry,currency\nUS,DTA,0.001,1000,MXN"
    world = instance(fees, currencies="currency,rate\nMXN,0.05")
    assert charged(world, value_per_entry=5000.0) == {"fee:DTA": 3.0}


def test_fee_on_cif_value():
    """Mexico is CIF: 0.8% of 312."""
    assert charged(instance("importer,fee,rate\nMX,DTA,0.008"), importer="MX") == {"fee:DTA": 2.496}


def test_goods_of_own_origin_pay_no_fee():
    assert charged(instance(US_FEES), origin="US") == {}


def test_other_importer_charges_no_fee():
    assert charged(instance(US_FEES), importer="CA") == {}


def test_several_modes():
    world = instance("importer,fee,rate,modes\nUS,X,0.01,air;ocean")
    assert [charged(world, mode=mode) for mode in ("air", "ocean", "truck")] == [
        {"fee:X": 3.0},
        {"fee:X": 3.0},
        {},
    ]


def test_dates_are_half_open():
    """1% until 2027-01-01, 2% from that day."""
    fees = "importer,fee,starts,ends,rate\nUS,X,,2027-01-01,0.01\nUS,X,2027-01-01,,0.02"
    assert [charged(instance(fees), t=t) for t in (0, 1)] == [{"fee:X": 3.0}, {"fee:X": 6.0}]


def test_duty_date_fixes_the_day():
    fees = "importer,fee,starts,ends,rate\nUS,X,,2027-01-01,0.01\nUS,X,2027-01-01,,0.02"
    assert charged(instance(fees, {"duty_date": "2026-06-30"}), t=1) == {"fee:X": 3.0}


def test_two_rows_at_once_are_an_error():
    world = instance("importer,fee,starts,ends,rate\nUS,X,,2026-01-01,0.01\nUS,X,2026-01-01,,0.02")
    both = world.tables["fees"].assign(ends=pd.NaT)
    both["ends"] = both["ends"].astype("datetime64[s]")
    with pytest.raises(InstanceError, match=r"fees:3: another row of the fee holds as well"):
        charged(replace(world, tables={**world.tables, "fees": both}))


def test_duties_come_before_fees_on_each_arc():
    """The rows of each arc stand together, in the order of the crossings."""
    world = instance(US_FEES, tariffs="importer,origin,programme,rate\nUS,*,MFN,0.039")
    found = charges(world, pd.DataFrame([{**CROSSING, "arc": 4}, {**CROSSING, "arc": 2, "mode": "truck"}]))
    assert [(arc, found.programme_name[p]) for arc, p in zip(found.arc, found.programme, strict=True)] == [
        (4, "duty:MFN"), (4, "fee:HMF"), (4, "fee:MPF"), (2, "duty:MFN"), (2, "fee:MPF"),
    ]  # fmt: skip
    assert world.tables["fees"]["fee"].to_numpy()[found.row[[1, 2, 4]]].tolist() == ["HMF", "MPF", "MPF"]
