"""Numbers, times and lists as each language writes them (CLDR, by way of Babel)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import localcontext
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from notifiers.languages import LOCALES, PLAIN, Language

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
    unit = _UNITS.get(unit, unit)
    return f"{number(value, language)} {_CYRILLIC.get(unit, unit) if language in ('ru', 'uk') else unit}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Hours and minutes of legal time."""
    return at.astimezone(zone).strftime("%H:%M")


def date(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Day of legal time: 14.07.2021 or 14 July 2021."""
    locale = LOCALES[language]
    return format_date(at.astimezone(zone), "medium" if locale == "de" else "long", locale=locale)


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
