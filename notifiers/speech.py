"""Numbers, times and lists as each language writes them (CLDR, by way of Babel)."""

import datetime as dt
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import localcontext
from functools import lru_cache
from math import inf
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from notifiers.languages import LOCALES, PLAIN, WRITTEN, Language

Unit = Literal["day", "hour", "minute"]

_UNITS = {"m3/s": "m³/s"}
_CYRILLIC = {"cm": "см", "mm": "мм", "m": "м", "m³/s": "м³/с"}


@lru_cache(maxsize=1024)
def number(value: float, language: Language, decimals: int = 1) -> str:
    """``1234.56`` as 1.234,6 or 1,234.6; a zero after the comma is left out."""
    pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
    with localcontext(prec=400):  # whatever a float may hold: by default Babel fails beyond 28 digits
        text = format_decimal(round(value, decimals), format=pattern, locale=LOCALES[language])
    return "0" if text in ("-0", "−0") else text.replace("-", "−").replace("\u00a0", " ")


def quantity(value: float, unit: str, language: Language) -> str:
    """``226.1, "cm"`` as 226,1 cm."""
    return f"{number(value, language)} {unit_of(unit, language)}"


def unit_of(unit: str, language: Language) -> str:
    """A unit as it is written."""
    unit = _UNITS.get(unit, unit)
    return _CYRILLIC.get(unit, unit) if language in ("ru", "uk") else unit


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Hours and minutes of legal time."""
    return at.astimezone(zone).strftime("%H:%M")


def date(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Day of legal time: 14.07.2021 or 14 July 2021."""
    return day(at.astimezone(zone).date(), language)


@lru_cache(maxsize=256)
def day(on: dt.date, language: Language) -> str:
    """A day: 14.07.2021 or 14 July 2021."""
    locale = LOCALES[language]
    return format_date(on, "medium" if locale == "de" else "long", locale=locale)


def dated(on: dt.date, time: str, language: Language) -> str:
    """A time of day behind its day."""
    pattern = str(get_datetime_format("medium", locale=LOCALES[language]))
    return pattern.replace("{1}", day(on, language)).replace("{0}", time)


def ago(unit: Unit, count: int, language: Language) -> str:
    """So many of a unit before now."""
    past = -timedelta(**{f"{unit}s": count})
    return format_timedelta(past, unit, threshold=inf, add_direction=True, locale=LOCALES[language])


def taking(minutes: int, language: Language) -> str:
    """How long something takes: 2 h 15 min."""
    parts = {"hour": minutes // 60, "minute": minutes % 60}
    said = [_long(unit, count, language) for unit, count in parts.items() if count]
    return " ".join(said or [_long("minute", 0, language)])


def _long(unit: str, count: int, language: Language) -> str:
    if language in WRITTEN:
        return f"{count} {'h' if unit == 'hour' else 'min'}"
    return format_unit(count, f"duration-{unit}", length="short", locale=LOCALES[language])


def moment(at: datetime, zone: ZoneInfo, language: Language, *, beside: datetime) -> str:
    """The time of day, with its date where that is another day than ``beside``."""
    if at.astimezone(zone).date() == beside.astimezone(zone).date():
        return clock(at, zone)
    return f"{date(at, zone, language)}, {clock(at, zone)}"


def gauges(names: Sequence[str], language: Language) -> str:
    """A, B und C; in short sentences of several only how many: names alone may take all the words there are."""
    return f"{len(names)} Messstellen" if language in PLAIN and len(names) > 1 else listed(names, language)


def listed(names: Sequence[str], language: Language) -> str:
    """A, B und C."""
    return format_list(names, locale=LOCALES[language])
