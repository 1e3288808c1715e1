"""The kinds of cells: what a column may hold, checked by pydantic one whole column at a time.

Every type here takes the trimmed text of a cell that is not blank. What a blank cell means is the
column's default in `schema`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from math import inf
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from planner.instance.countries import COUNTRIES

LONGEST_ID = 100
MOST_PERIODS = 100_000
LEAST, MOST = (
    1e-9,
    1e15,
)  # sizes of figures other than 0, beyond which a solver takes them for 0 or for no limit
PLAIN_NUMBER = "a plain number such as 1234.5"
PREFIXES = ("country", "region", "role", "group", "ally")


@dataclass(frozen=True, slots=True)
class Names:
    """Says that a cell names something: one id, a list of ids, or a selector.

    `what` is `location`, `item`, `country`, `period`, `agreement`, ...; `roles` narrows a location.
    """

    what: str
    how: Literal["id", "list", "selector"] = "id"
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a number; `money` columns are in the currency of their row."""

    name: str
    money: bool = False


def nearest(found: str, valid: object) -> str:
    """The valid value that is most like the one found, or nothing."""
    close = get_close_matches(found, [str(value) for value in valid], n=1, cutoff=0.6)  # type: ignore[attr-defined]
    return close[0] if close else ""


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    return repr(value).removesuffix(".0")


def fault(message: str, expected: str = "", near: str = "") -> PydanticCustomError:
    """What a validator raises: the fault of a cell in the words of a Problem."""
    return PydanticCustomError(
        "cell", "{message}", {"message": message, "expected": expected, "nearest": near}
    )


def _digits(cell: object) -> object:
    # pydantic takes 1_000 for a number, as Python does; a table should not
    if isinstance(cell, str) and "_" in cell:
        raise fault("not a number", PLAIN_NUMBER)
    return cell


def _identifier(cell: str) -> str:
    if not cell:
        raise fault("an empty id", f"1 to {LONGEST_ID} characters")
    if len(cell) > LONGEST_ID:
        raise fault(f"an id of {len(cell)} characters", f"1 to {LONGEST_ID} characters")
    if not cell.isprintable():
        raise fault("an id with a control or invisible character", "printable characters")
    if cell == "*" or ";" in cell:
        raise fault("an id that reads as a selector", "an id without ';' that is not '*'")
    if cell.partition(":")[0] in PREFIXES and ":" in cell:
        raise fault(
            "an id that reads as a selector", "an id that does not start with " + cell.partition(":")[0] + ":"
        )
    return cell


def _country(cell: str) -> str:
    if cell not in COUNTRIES:
        near = cell.upper() if cell.upper() in COUNTRIES else ""
        raise fault("not a country code", "an ISO 3166-1 alpha-2 code such as MX", near)
    return cell


def _hs(cell: str) -> str:
    digits = cell.replace(".", "")
    if not re.fullmatch(r"[0-9]{1,12}", digits):
        raise fault("not an HS code", "up to 12 digits, with optional dots")
    return digits


def _hs_list(cell: str) -> str:
    return ";".join(_hs(entry) for entry in cell.split(";"))


def _flag(cell: object) -> object:
    if cell not in ("yes", "no", True, False):
        near = {"y": "yes", "true": "yes", "1": "yes", "n": "no", "false": "no", "0": "no"}
        low = str(cell).lower()
        raise fault("not yes or no", "yes or no", near.get(low, low if low in ("yes", "no") else ""))
    return cell in ("yes", True)


def _date(cell: object) -> object:
    # pydantic takes a bare number for seconds since 1970
    if isinstance(cell, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        near = re.match(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(:00)?$", cell)
        raise fault("not a date", "an ISO date such as 2027-01-31", near[1] if near else "")
    return cell


def figure(value: float) -> float:
    """The figure, if its size means something to a solver."""
    if 0 < abs(value) < LEAST:
        raise fault("too small a figure", f"at least {LEAST:g}, or 0 where that makes sense")
    if abs(value) > MOST:
        raise fault("too large a figure", f"at most {MOST:g}")
    return value


def limit(value: float) -> float:
    """The figure of a column whose blank cells mean no limit; a huge one means none as well."""
    return inf if value > MOST else figure(value)


def column(meaning: str, default: Any = ..., **limits: Any) -> Any:
    """A column with its meaning and, unless it is required, what a blank cell means."""
    return Field(default, description=meaning, **limits)


Text = Annotated[str, Field(max_length=10_000)]
Id = Annotated[str, BeforeValidator(_identifier)]
Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_digits)]
Amount = Annotated[Number, Field(ge=0)]
Money = Annotated[Amount, Unit("money", money=True)]
MoneyPerUnit = Annotated[Amount, Unit("money/unit", money=True)]
MoneyPerPeriod = Annotated[Amount, Unit("money/period", money=True)]
Units = Annotated[Amount, Unit("units")]
UnitsPerPeriod = Annotated[Amount, Unit("units/period")]
Capacity = Annotated[Amount, Unit("capacity units/period")]
Days = Annotated[Amount, Unit("days")]
Weight = Annotated[Amount, Unit("kg/unit")]
Volume = Annotated[Amount, Unit("m3/unit")]
Emission = Annotated[Amount, Unit("kg CO2e")]
PerPeriod = Annotated[Amount, Unit("per/period")]
MoneyPer = Annotated[Amount, Unit("money/per", money=True)]
CapacityUse = Annotated[Amount, Unit("capacity units/unit")]
PenaltyRate = Annotated[Amount, Unit("money/violation", money=True)]
PerYear = Annotated[Amount, Unit("1/year")]
Rate = Annotated[Amount, Unit("fraction of value")]
Share = Annotated[Number, Field(ge=0, le=1), Unit("fraction")]
Periods = Annotated[int, Field(ge=0, le=MOST_PERIODS), BeforeValidator(_digits), Unit("periods")]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date, BeforeValidator(_date)]
Country = Annotated[str, BeforeValidator(_country)]
Hs = Annotated[str, BeforeValidator(_hs)]
HsList = Annotated[str, BeforeValidator(_hs_list), Names("hs", "list")]
Per = Literal["unit", "kg", "m3"]
Latitude = Annotated[Number, Field(ge=-90, le=90), Unit("degrees")]
Longitude = Annotated[Number, Field(ge=-180, le=180), Unit("degrees")]

LocationRef = Annotated[str, Names("location")]
SupplierRef = Annotated[str, Names("location", roles=("supplier",))]
SiteRef = Annotated[str, Names("location", roles=("plant", "warehouse"))]
MarketRef = Annotated[str, Names("location", roles=("market",))]
ItemRef = Annotated[str, Names("item")]
PeriodRef = Annotated[str, Names("period")]
ScenarioRef = Annotated[str, Names("scenario")]
AgreementRef = Annotated[str, Names("agreement")]
LocationList = Annotated[str, Names("location", "list")]
AgreementList = Annotated[str, Names("agreement", "list")]
GatewayList = Annotated[str, Names("gateway", "list")]
ProgrammeList = Annotated[str, Names("programme", "list")]
ModeList = Annotated[str, Names("mode", "list")]
LocationSelector = Annotated[str, Names("location", "selector")]
PlantSelector = Annotated[str, Names("location", "selector", ("plant",))]
CountrySelector = Annotated[str, Names("country", "selector")]
ItemSelector = Annotated[str, Names("item", "selector")]
