"""The smallest duty at which a good can be brought into a plant, each figure by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from planner.audit.goods import GoodId, initial_stock
from planner.audit.inbound import Inbound
from planner.audit.load import read_instance
from planner.audit.tables import Relief

TABLES = {
    "instance.toml": """
        [instance]
        name = "inbound"
        base_date = 2027-01-01
        [horizon]
        periods = ["2027", "2028"]""",
    "locations.csv": """
        location,role,country
        shenzhen,supplier,CN
        juarez,plant,MX
        saltillo,plant,MX
        reno,plant,US
        elpaso,warehouse,US
        depot,warehouse,MX""",
    "items.csv": """
        item,hs_code,customs_value
        chip,8542,
        ecu,8537,100""",
    "offers.csv": """
        location,item,unit_cost,originating
        shenzhen,chip,10,PACIFIC""",
    "production.csv": """
        location,item
        juarez,ecu
        reno,ecu""",
    "lanes.csv": """
        origin,destination,mode,unit_cost
        shenzhen,juarez,ocean,2
        shenzhen,juarez,air,5
        shenzhen,elpaso,ocean,1
        reno,juarez,truck,1
        elpaso,juarez,truck,1""",
    "tariffs.csv": """
        importer,origin,programme,hs,starts,ends,rate,waived_by
        MX,*,MFN,85,,2028-01-01,0.1,
        MX,*,MFN,85,2028-01-01,,0.15,PACIFIC
        MX,CN,CC,85,,,0.2,""",
}
CHIP = GoodId("chip", "shenzhen", "base", "PACIFIC", "any")
MFN_ONLY = Relief(("juarez",), "IMMEX", "suspension", covers=("MFN",))


def smallest(
    folder: Path, edits: dict[str, str], good: GoodId = CHIP, t: int = 1, relief: Relief | None = None
) -> Decimal:
    """Of an instance with more rows in its tables, or more tables."""
    for name in TABLES.keys() | edits.keys():
        text = TABLES.get(name, "") + edits.get(name, "")
        (folder / name).write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n")
    instance = read_instance(folder)
    return Inbound(instance, lambda t: instance).smallest("juarez", good, t, relief)


FOUR_PERCENT = "agreement,test,rvc,preferential_rate\nPACIFIC,rvc,0.5,0.04"
PACIFIC = "agreement,member\nPACIFIC,CN\nPACIFIC,MX"
TO_DEPOT = "\nshenzhen,depot,ocean,1\ndepot,juarez,truck,1"


@pytest.mark.parametrize(
    ("edits", "duty"),
    [
        # 15% MFN and 20% CC on a chip of 10
        ({}, "3.5"),
        # CIF: the cheapest way is by the depot abroad, 35% of 10 + 1; the sea costs 2, the air 5
        ({"countries.csv": "country,customs_basis\nMX,CIF"}, "3.85"),
        # a depot at home is entered once, and its lane into the plant pays nothing
        ({"lanes.csv": TO_DEPOT}, "0"),
        ({"lanes.csv": "\ndepot,juarez,truck,1"}, "3.5"),
        ({"lanes.csv": "\nelpaso,depot,truck,1\ndepot,juarez,truck,1"}, "0"),
        ({"lanes.csv": TO_DEPOT, "facilities.csv": "location,status\ndepot,closed"}, "3.5"),
        ({"lanes.csv": TO_DEPOT, "facilities.csv": "location,setup_periods\ndepot,2"}, "3.5"),
        ({"lanes.csv": TO_DEPOT, "facilities.csv": "location,setup_periods\ndepot,1"}, "0"),
        # MFN was 10% in 2027: that matters only where the plant keeps chips
        ({"inventory.csv": "location,item\njuarez,chip"}, "3"),
        ({"inventory.csv": "location,item\njuarez,ecu"}, "3.5"),
        # a claim is possible, so its rate counts, whether it is made or not: MFN waived or 4%, CC 2
        ({"agreements.csv": PACIFIC}, "2"),
        ({"agreements.csv": PACIFIC, "origin_rules.csv": FOUR_PERCENT}, "2.4"),
        ({"agreements.csv": "agreement,member\nPACIFIC,CN"}, "3.5"),
        # regimes: 5% of MFN; the paid one, 2% of each, has an arc of its own
        ({"relief.csv": "location,programme,kind,covers,rate\njuarez,PROSEC,reduced,MFN,0.05"}, "2.5"),
        ({"relief.csv": "location,programme,kind,rate,fixed_cost\njuarez,SECTOR,reduced,0.02,9"}, "0.4"),
        ({"relief.csv": "location,programme,kind,items,rate\njuarez,PROSEC,reduced,ecu,0.05"}, "3.5"),
        ({"relief.csv": "location,programme,kind,rate\nsaltillo,PROSEC,reduced,0.05"}, "3.5"),
    ],
)
def test_smallest_duty(edits: dict[str, str], duty: str, tmp_path: Path) -> None:
    assert smallest(tmp_path, edits) == Decimal(duty)


def test_smallest_duty_of_the_programmes_that_a_regime_covers(tmp_path: Path) -> None:
    assert smallest(tmp_path, {}, relief=MFN_ONLY) == Decimal("1.5")
    assert smallest(tmp_path, {}, t=0, relief=MFN_ONLY) == Decimal(1)


def test_good_that_no_lane_brings_has_no_duty(tmp_path: Path) -> None:
    """Its own output and its own stock came in without any."""
    assert smallest(tmp_path, {}, good=GoodId("ecu", "juarez", "base", "", "domestic")) == 0
    stock = {"inventory.csv": "location,item,initial,initial_value\njuarez,chip,5,10"}
    assert smallest(tmp_path, stock, good=initial_stock("juarez", "chip")) == 0


def test_goods_earmarked_for_another_country_do_not_come(tmp_path: Path) -> None:
    """100 x 15% from Reno for any, and for Mexico; what Reno earmarks for Canada does not come here."""
    for kind, duty in (("any", 15), ("MX", 15), ("CA", 0)):
        good = GoodId("ecu", "reno", "base", "", kind)
        assert smallest(tmp_path, {}, good=good) == duty


def test_goods_with_a_status_come_only_while_it_can_be_had(tmp_path: Path) -> None:
    """An ecu of Reno with a status enters at 10% in 2027; from 2028 on the status is not to be had."""
    ending = {"agreements.csv": "agreement,member,ends\nUSMCA,US,2028-01-01\nUSMCA,MX,"}
    good = GoodId("ecu", "reno", "base", "USMCA")
    assert smallest(tmp_path, ending, good=good, t=0) == 10
    assert smallest(tmp_path, ending, good=good) == 0
    kept = {**ending, "inventory.csv": "location,item\nreno,ecu"}
    assert smallest(tmp_path, kept, good=good) == 15


def test_initial_stock_abroad_comes_only_from_where_it_lies(tmp_path: Path) -> None:
    """5 chips of Chinese origin, declared at 8, lie in El Paso: 35% in 2028, 30% in 2027."""
    stock = "location,item,initial,initial_value,origin\nelpaso,chip,5,8,CN"
    good = initial_stock("elpaso", "chip")
    assert smallest(tmp_path, {"inventory.csv": stock}, good=good) == Decimal("2.8")
    assert smallest(tmp_path, {"inventory.csv": stock}, good=good, t=0) == Decimal("2.4")
