"""The keys of instance.toml: what they mean, their defaults, and the dates that follow from them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from numbers import Integral, Real
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from planner.errors import InstanceError, Problem
from planner.instance import fields as f
from planner.instance.fields import Id, column, nearest, number_text
from planner.instance.parse import limit_words, shortened

FIRST_DAY = date(2027, 1, 1)
LONGEST_INTEGER = 20  # digits of a 64-bit integer, which is all that TOML promises
MOST_THREADS = 256
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_MONTHS = {365: 12, 91: 3, 30: 1}


def _folder_name(name: str) -> str:
    """A name that can only ever be one folder below where a plan is written."""
    bad = (
        name in (".", "..")
        or name.startswith((".", " "))
        or name.endswith((".", " "))
        or _RESERVED.fullmatch(name)
    )
    if bad or any(sign in name for sign in '/\\:*?"<>|'):
        raise f.fault("not a plain name", 'a name that can be a folder: no path, no / \\ : * ? " < > |')
    return name


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise f.fault("more than one line, or a control character", "one line of text")
    return text


def _text(value: object) -> object:
    if isinstance(value, str):
        return value.strip()  # as a cell of a table is
    plain = type(value) in (int, float, date) and not _endless(value)
    quoted = f'"{told(value)}"' if plain else ""
    raise f.fault("not text", 'text in quotes, such as "2027"', quoted)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise f.fault("not a number", "a number, without quotes", _unquoted(value))
    try:
        return float(value)
    except OverflowError:  # an integer beyond the largest float: refused as not finite
        return math.inf


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise f.fault("not a whole number", "a whole number, without quotes", _unquoted(value))
    return int(value)


def _unquoted(value: object) -> str:
    """The number that a text holds."""
    text = value.strip() if isinstance(value, str) else ""
    return text if re.fullmatch(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", text, re.ASCII) else ""


def _day(value: object) -> date:
    if type(value) is date:
        return value
    try:
        # longer forms of ISO 8601 are no dates of the format
        return date.fromisoformat(value if isinstance(value, str) and len(value) == len("2027-01-31") else "")
    except ValueError:
        near = value.date().isoformat() if isinstance(value, datetime) else ""
        raise f.fault("not a date", "a date such as 2027-01-31", near) from None


def _list(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise f.fault("not a list", "a list in brackets")
    return value


def told(value: object) -> str:
    """A value as instance.toml would have it, shortened; what is no plain value by its kind."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "[]"
    if _endless(value):
        return f"an integer of more than {LONGEST_INTEGER} digits"
    return number_text(value) if isinstance(value, float) else shortened(str(value))


def _endless(value: object) -> bool:
    """An integer that Python might even refuse to write down."""
    return isinstance(value, int) and abs(value) >= 10**LONGEST_INTEGER


def _some(value: object) -> object:
    if value in ([], ()):
        raise f.fault("an empty list", "at least one entry")
    return _list(value)


Key = Annotated[Id, BeforeValidator(_text)]
Name = Annotated[Key, AfterValidator(_folder_name)]
Line = Annotated[str, Field(max_length=1000), AfterValidator(_one_line), BeforeValidator(_text)]
Number = Annotated[float, Field(ge=0, allow_inf_nan=False), BeforeValidator(_number)]
Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, Field(ge=0), BeforeValidator(_integer)]


class Section(BaseModel):
    """A table of instance.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


AnySection = TypeVar("AnySection", bound=Section)


class InstanceSettings(Section):
    """What the instance is."""

    name: Name = column("name for reports; plans are written to the folder plans/NAME")
    title: Line = column("one line for reports", "")
    currency: Key = column("currency of all money without its own", "USD")
    base_date: Day | None = column("first day of the first period; default: starts[0], else 2027-01-01", None)
    duty_date: Day | None = column(
        "read every duty, agreement and fee at this date; default: each period's first day", None
    )
    objective: Literal["cost", "profit"] = column(
        "cost: least landed cost; profit: demand may be left unserved at the loss of its price", "cost"
    )


class HorizonSettings(Section):
    """The periods."""

    periods: Annotated[tuple[Key, ...], BeforeValidator(_some)] = column("names, in order", ("1",))
    days_per_period: Number = column(
        "365, 91, 30 step by calendar year, quarter, month; others by days", 365.0, gt=0
    )
    starts: Annotated[tuple[Day, ...], BeforeValidator(_list)] = column(
        "first day of each period; default: in steps of days_per_period", ()
    )
    discount_rate: Number = column("per year, from base_date to the start of the period", 0.0)


class CostSettings(Section):
    """Rates that hold everywhere."""

    carrying_rate: Number = column("per year, on goods in transit and in stock", 0.0)
    insurance_rate: Number = column("share of value, on lanes that cross a border", 0.0)
    carbon_price: Number = column("money per kg CO2e", 0.0)


class ResilienceSettings(Section):
    """The penalty on risk."""

    weight: Number = column("weight of the whole penalty", 1.0)
    cvar_alpha: Number = column("tail that CVaR looks at", 0.9, lt=1)
    cvar_weight: Number = column("weight of the tail; weight x cvar_weight is below 1", 0.0)
    exposure_weight: Number = column("weight of spend in risky countries", 0.0)
    concentration_weight: Number = column("weight of concentration on few sources", 0.0)
    concentration_by: Literal["location", "country"] = column("what a source is", "location")


class SolverSettings(Section):
    """Limits of the search."""

    gap: Number = column("relative gap at which a plan counts as optimal", 1e-4)
    time_limit: Number = column("seconds, 0 = none", 0.0)
    threads: Count = column("threads of the solver, 0 = its own choice", 1, le=MOST_THREADS)
    seed: Count = column("random seed", 0, le=2_147_483_647)


class Settings(Section):
    """All of instance.toml. In an Instance `base_date` and `horizon.starts` are filled in."""

    instance: InstanceSettings
    horizon: HorizonSettings = HorizonSettings()
    costs: CostSettings = CostSettings()
    resilience: ResilienceSettings = ResilienceSettings()
    solver: SolverSettings = SolverSettings()


SECTIONS: dict[str, type[Section]] = {
    "instance": InstanceSettings,
    "horizon": HorizonSettings,
    "costs": CostSettings,
    "resilience": ResilienceSettings,
    "solver": SolverSettings,
}


def parse_settings(values: Mapping[str, Any], place: str, problems: list[Problem]) -> Settings:
    """The settings as given; what is faulty becomes a problem and takes its default."""
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems.extend(_explain(detail, _at(place, detail["loc"])) for detail in details)
        settings = _salvaged(values, {tuple(detail["loc"][:2]) for detail in details})
    _check(settings, place, problems)
    return settings


def _salvaged(values: Mapping[str, Any], faulty: set[tuple[int | str, ...]]) -> Settings:
    sections: dict[str, Section] = {}
    for section, model in SECTIONS.items():
        given = values.get(section)
        good = given if isinstance(given, Mapping) else {}
        kept = {key: value for key, value in good.items() if (section, key) not in faulty}
        sections[section] = model.model_validate(
            {"name": "unnamed", **kept} if section == "instance" else kept
        )
    return Settings.model_construct(**sections)  # type: ignore[arg-type]


def overridden(section: AnySection, values: Mapping[str, Any]) -> AnySection:
    """A section, such as that of the search, with some of its settings replaced.

    Raises:
        InstanceError: with every value that is not valid, its key as place.
    """
    try:
        return type(section).model_validate({**section.model_dump(), **values})
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise InstanceError([_explain(detail, str(detail["loc"][0])) for detail in details]) from error


def _at(place: str, where: tuple[int | str, ...]) -> str:
    """`file:section.key`; the entries of a list have no place of their own."""
    return f"{place}:{'.'.join(map(str, where[:2]))}"


def _explain(detail: ErrorDetails, at: str) -> Problem:
    where, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    if kind == "missing":
        expected = "a name" if where[-1] == "name" else f"[{where[-1]}]"
        return Problem(at, "the key is missing", expected=expected)
    if kind == "extra_forbidden":
        return _unknown(where, at)
    found = told(detail["input"])
    if kind == "cell":
        return Problem(at, context["message"], found, context["expected"], context["nearest"])
    if kind == "literal_error":
        choices = re.findall("'([^']*)'", str(context["expected"]))
        return Problem(at, "not one of the choices", found, " or ".join(choices), nearest(found, choices))
    return Problem(at, *_in_words(detail, found))


def _unknown(where: tuple[int | str, ...], at: str) -> Problem:
    known = SECTIONS[str(where[0])].model_fields if len(where) > 1 else SECTIONS
    near = nearest(str(where[-1]), known) or _elsewhere(str(where[-1]))
    return Problem(at, "no such key" if len(where) > 1 else "no such table", str(where[-1]), nearest=near)


def _in_words(detail: ErrorDetails, found: str) -> tuple[str, str, str]:
    """What is wrong, what was found and what was expected, where only pydantic has said it so far."""
    kind = detail["type"]
    if kind == "model_type":
        return "not a table", found, f"[{detail['loc'][0]}] on a line of its own, and its keys below"
    if kind == "finite_number":
        return "not a finite number", found, "a finite number"
    message, expected = limit_words(detail) or ("not a valid value", detail["msg"])
    return message, found, expected


def _elsewhere(key: str) -> str:
    """The full name of the key, or one like it, that belongs to another table."""
    names = {name: f"{section}.{name}" for section, model in SECTIONS.items() for name in model.model_fields}
    return names.get(key) or names.get(nearest(key, names), "")


def _check(settings: Settings, place: str, problems: list[Problem]) -> None:
    horizon, base = settings.horizon, settings.instance.base_date
    twice = sorted({name for name in horizon.periods if horizon.periods.count(name) > 1})
    message = "a period is named twice"
    problems.extend(Problem(f"{place}:horizon.periods", message, name, "each name once") for name in twice)
    if horizon.starts and len(horizon.starts) != len(horizon.periods):
        found, expected = str(len(horizon.starts)), f"{len(horizon.periods)} dates, one for each period"
        problems.append(Problem(f"{place}:horizon.starts", "not as many dates as periods", found, expected))
    for earlier, later in zip(horizon.starts, horizon.starts[1:], strict=False):
        if later <= earlier:
            message = "the periods do not follow one another"
            problems.append(
                Problem(f"{place}:horizon.starts", message, str(later), f"a date after {earlier}")
            )
    if base and horizon.starts and base > horizon.starts[0]:
        expected = f"a date not after the start of the first period, {horizon.starts[0]}"
        problems.append(Problem(f"{place}:instance.base_date", "after the first period", str(base), expected))
    weight = settings.resilience.weight * settings.resilience.cvar_weight
    if weight >= 1:
        message = "weight x cvar_weight is 1 or more, which would make money burnt in good scenarios welcome"
        problems.append(
            Problem(f"{place}:resilience.cvar_weight", message, f"{weight:g}", "a product below 1")
        )
    if not horizon.starts and _starts(settings) is None:
        problems.append(Problem(f"{place}:horizon.periods", "the periods go beyond the year 9999"))


def _starts(settings: Settings) -> tuple[date, ...] | None:
    first = settings.instance.base_date or FIRST_DAY
    days = settings.horizon.days_per_period
    try:
        return tuple(_step(first, days, number) for number in range(len(settings.horizon.periods)))
    except (OverflowError, ValueError):
        return None


def _step(first: date, days: float, number: int) -> date:
    months = _MONTHS.get(int(days)) if days == int(days) else None
    if months is None:
        return first + timedelta(days=days * number)
    years, month = divmod(first.month - 1 + months * number, 12)
    after = date(first.year + years + month // 11, (month + 1) % 12 + 1, 1)
    last = (after - timedelta(days=1)).day
    return date(first.year + years, month + 1, min(first.day, last))


def filled(settings: Settings) -> Settings:
    """The settings with `base_date` and `horizon.starts` filled in from the other keys."""
    starts = settings.horizon.starts or _starts(settings) or (FIRST_DAY,) * len(settings.horizon.periods)
    base = settings.instance.base_date or starts[0]
    return settings.model_copy(
        update={
            "instance": settings.instance.model_copy(update={"base_date": base}),
            "horizon": settings.horizon.model_copy(update={"starts": starts}),
        }
    )
