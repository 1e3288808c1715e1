"""tv-north-america at three dates: the duty stack in force on each, added up by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import planner
from planner.instance import apply, parse_set
from planner.network import duties
from planner.network.codes import codes
from planner.network.events import Events

BEFORE, IEEPA, NOW = "2024-12-31", "2025-09-01", "2026-10-09"
# date, item, origin, agreement claimed, duty in % of the value
STACKS = [
    (BEFORE, "tv55", "MX", "", 3.9),
    (BEFORE, "tv55", "VN", "", 3.9),
    (BEFORE, "tv55", "CN", "", 3.9 + 7.5),
    (BEFORE, "main_board", "CN", "", 2 + 25),
    (BEFORE, "open_cell", "CN", "", 2.9 + 7.5),
    (BEFORE, "chassis", "TH", "", 2),
    (IEEPA, "tv55", "MX", "", 3.9 + 25),
    (IEEPA, "tv55", "VN", "", 3.9 + 20),
    (IEEPA, "tv55", "TH", "", 3.9 + 19),
    (IEEPA, "tv55", "CN", "", 3.9 + 7.5 + 20 + 10),
    (IEEPA, "main_board", "CN", "", 2 + 25 + 20 + 10),
    (IEEPA, "main_board", "MY", "", 2 + 19),
    (IEEPA, "backlight", "KR", "", 2 + 15),
    (IEEPA, "backlight", "JP", "", 2 + 15),
    (IEEPA, "open_cell", "TW", "", 2.9),
    (IEEPA, "chassis", "TH", "", 2 + 19 + 0.3 * 50),  # aluminium duty on the metal, 30 % of the value
    (NOW, "tv55", "MX", "", 13.9),
    (NOW, "tv55", "VN", "", 16.4),
    (NOW, "tv55", "CN", "", 23.9),
    (NOW, "tv55", "TW", "", 10),
    (NOW, "tv55", "JP", "", 12.5),
    (NOW, "main_board", "CN", "", 2 + 25 + 12.5),
    (NOW, "backlight", "KR", "", 12.5),
    (NOW, "open_cell", "CN", "", 10.4),
    (NOW, "chassis", "MX", "", 2 + 25),  # Section 232 in place of 301-FL
]
# a claim: date, item, origin, agreement, duty in %
CLAIMED = [
    (BEFORE, "tv55", "MX", "USMCA", 0),
    ("2025-03-05", "tv55", "MX", "USMCA", 25),  # for three days USMCA goods were not exempt
    ("2025-03-07", "tv55", "MX", "USMCA", 0),
    (IEEPA, "tv55", "MX", "USMCA", 0),
    ("2026-03-01", "tv55", "MX", "USMCA", 0),  # Section 122
    (NOW, "tv55", "MX", "USMCA", 0),
    (
        NOW,
        "chassis",
        "MX",
        "USMCA",
        25,
    ),  # no treaty against Section 232 on metals, which still displaces 301-FL
    (NOW, "module", "KR", "KORUS", 0),
    (NOW, "backlight", "KR", "KORUS", 12.5),  # the ceiling charges what MFN no longer does
]
# the day before and the day itself on which a rate changes: rows are half-open
CHANGES = [
    ("2025-02-03", "CN", 11.4),
    ("2025-02-04", "CN", 11.4 + 10),
    ("2025-03-03", "CN", 11.4 + 10),
    ("2025-03-04", "CN", 11.4 + 20),
    ("2025-04-04", "VN", 3.9),
    ("2025-04-05", "VN", 3.9 + 10),
    ("2025-08-06", "VN", 3.9 + 10),
    ("2025-08-07", "VN", 3.9 + 20),
    ("2025-11-09", "CN", 11.4 + 20 + 10),
    ("2025-11-10", "CN", 11.4 + 10 + 10),
    ("2025-11-14", "KR", 15),  # all-in from here
    ("2026-02-23", "VN", 3.9 + 20),
    ("2026-02-24", "VN", 3.9 + 10),  # Section 122
    ("2026-07-23", "VN", 3.9 + 10),
    ("2026-07-24", "VN", 16.4),
]


def percent(day: str, item: str, origin: str, agreement: str = "") -> float:
    """Duty into the United States on a good of value 100, fees aside."""
    at_day = apply(planner.load("tv-north-america"), [parse_set(f"instance.duty_date = {day}")])
    crossing = {"arc": 0, "importer": "US", "origin": origin, "item": item, "mode": "truck", "t": 0}
    figures = {"value": 100.0, "freight": 0.0, "insurance": 0.0, "value_per_entry": 50_000.0}
    claim = {"agreement": agreement, "preferential_rate": 0.0}
    events = Events(at_day, codes(at_day))
    charged = duties.charges(events, pd.DataFrame([crossing | figures | claim]))
    return float(charged.loc[charged["programme"].str.startswith("duty:"), "amount"].sum())


@pytest.mark.parametrize(("day", "item", "origin", "agreement", "duty"), [*STACKS, *CLAIMED])
def test_the_duty_stack_of_the_day(day, item, origin, agreement, duty):
    assert percent(day, item, origin, agreement) == pytest.approx(duty)


@pytest.mark.parametrize(("day", "origin", "duty"), CHANGES)
def test_a_rate_changes_on_the_day_it_says(day, origin, duty):
    assert percent(day, "tv55", origin) == pytest.approx(duty)
