"""What stands in a cell: numbers and times, as every format here writes them."""

import math
from datetime import datetime

from sensors.times import to_ms


def measured(text: str) -> float:
    """A finite number.

    Raises:
        ValueError: anything else; "nan" and "inf" are numbers to Python but no measurements.
    """
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is no measurement")
    return value


def instant(text: str) -> int:
    """An ISO 8601 time with its offset from UTC, in ms.

    Raises:
        ValueError: no time, or one without an offset: whose clock it was cannot be known.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no time: {error}") from None
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return to_ms(at)
