"""Numbers, times and lists as each language writes them."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from notifiers.spec import Language

_UNITS = {"m3/s": "m³/s"}


def number(value: float, language: Language, decimals: int = 1) -> str:
    """``1234.56`` as 1.234,6 or 1,234.6; a zero after the comma is left out."""
    text = f"{value:,.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text.replace("-", "−")
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def quantity(value: float, unit: str, language: Language) -> str:
    """``226.1, "cm"`` as 226,1 cm."""
    return f"{number(value, language)} {_UNITS.get(unit, unit)}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Hours and minutes of legal time."""
    return at.astimezone(zone).strftime("%H:%M")


def date(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Day of legal time: 14.07.2021 or 14 July 2021."""
    local = at.astimezone(zone)
    if language == "de":
        return local.strftime("%d.%m.%Y")
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def moment(at: datetime, zone: ZoneInfo, language: Language, *, beside: datetime) -> str:
    """The time of day, with its date where that is another day than ``beside``."""
    if at.astimezone(zone).date() == beside.astimezone(zone).date():
        return clock(at, zone)
    return f"{date(at, zone, language)}, {clock(at, zone)}"


def listed(names: Sequence[str], language: Language) -> str:
    """A, B und C."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {_AND[language]} {names[-1]}"


# strftime's names would follow the machine's locale.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_AND: dict[Language, str] = {"de": "und", "en": "and"}
