"""Quantities as people write them ("15 cm", "30 min", "30 cm/h"), brought to one unit each.

Stage is counted in cm, rain in mm, discharge in m³/s, rise in cm/h, temperature in °C, time in
milliseconds, and a return period in years.
"""

import re
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator

from sensors.problems import did_you_mean

_QUANTITY = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([^\s\d.,].*?)\s*")

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS

#: unit as written → (unit it is counted in, factor)
UNITS: dict[str, tuple[str, float]] = {
    "mm": ("mm", 1.0),
    "cm": ("cm", 1.0),
    "m": ("cm", 100.0),
    "cm/h": ("cm/h", 1.0),
    "m/h": ("cm/h", 100.0),
    "m3/s": ("m3/s", 1.0),
    "m³/s": ("m3/s", 1.0),
    "l/s": ("m3/s", 0.001),
    "%": ("%", 1.0),
    "ms": ("ms", 1.0),
    "s": ("ms", 1000.0),
    "min": ("ms", float(MINUTE_MS)),
    "h": ("ms", float(HOUR_MS)),
    "d": ("ms", 24.0 * HOUR_MS),
    "a": ("a", 1.0),  # years, of return periods only
    "degC": ("degC", 1.0),
    "°C": ("degC", 1.0),
}

#: the unit in which each parameter is counted
UNIT_OF = {"stage": "cm", "discharge": "m3/s", "rain": "mm", "temperature": "degC"}


class Quantity(NamedTuple):
    """A number in one of the units things are counted in."""

    amount: float
    unit: str


def parse_quantity(text: object) -> Quantity:
    """Read ``"1.5 m"`` as 150 cm.

    Raises:
        ValueError: no number, no unit or an unknown unit; a bare number is refused on purpose.
    """
    found = _QUANTITY.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"must be a number with its unit, like '15 cm' or '30 min', not {text!r}")
    number, unit = found.groups()
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}{did_you_mean(unit, UNITS)}")
    counted_in, factor = UNITS[unit]
    return Quantity(_exact(float(number) * factor), counted_in)


def convert(value: float, unit: str, into: str) -> float:
    """A value of ``unit`` in the counted unit ``into``.

    Raises:
        ValueError: unknown unit, or one of another kind. Rain may not be written in cm, nor stage
            in mm, because such a slip is a factor of ten in a safety limit.
    """
    counted_in, factor = UNITS.get(unit, ("", 0.0))
    if counted_in != into:
        raise ValueError(f"unit must be {into}, not {unit!r}")
    return _exact(value * factor)


def _exact(amount: float) -> float:
    """Without the dust of binary fractions: 2.24 m is 224 cm, and a reading of 224 reaches it."""
    return round(amount, 9)


def _duration_ms(text: object) -> int:
    amount, unit = parse_quantity(text)
    if unit != "ms" or amount < 0:
        raise ValueError(f"must be a duration, like '30 min' or '2 h', not {text!r}")
    return round(amount)


def _quantity(text: object) -> Quantity:
    return text if isinstance(text, Quantity) else parse_quantity(text)


#: A duration in configuration, e.g. ``30 min``; integer milliseconds inside.
Duration = Annotated[int, BeforeValidator(_duration_ms)]
#: A quantity in configuration, e.g. ``15 cm``.
Amount = Annotated[Quantity, BeforeValidator(_quantity)]
