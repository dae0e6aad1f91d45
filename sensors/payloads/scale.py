"""From the number a device sends to the value of its series."""

import math
from bisect import bisect_right
from datetime import UTC, datetime, time

from sensors.payloads.api import PayloadError, Refusal
from sensors.payloads.spec import Measured
from sensors.times import to_ms

#: How many of the series' unit one of a device's units is. Here people or a standard name the unit,
#: so millimetres of stage are no slip, as they are in our own JSON.
FACTORS: dict[str, dict[str, float]] = {
    "stage": {"mm": 0.1, "cm": 1.0, "m": 100.0},
    "rain": {"mm": 1.0, "m": 1000.0},
    "discharge": {"m3/s": 1.0, "m³/s": 1.0, "l/s": 0.001},
    "temperature": {"degC": 1.0, "°C": 1.0, "Cel": 1.0},
}
#: Years 1 to 9999, as everywhere else; whether a clock can be right is judged by ingest.
FIRST_MS = to_ms(datetime.min.replace(tzinfo=UTC))
LAST_MS = to_ms(datetime.max.replace(tzinfo=UTC))


class Scale:
    """Units and mount heights of one sensor."""

    def __init__(self, parameter: str, spec: Measured) -> None:
        self._parameter = parameter
        self._factors = FACTORS[parameter]
        self._distance = spec.measures == "distance"
        self._since = [to_ms(datetime.combine(mount.since, time(), UTC)) for mount in spec.mount]
        self._heights = [mount.height.amount for mount in spec.mount]

    def value(self, number: float | None, unit: str, at: int) -> float | None:
        """In the unit of the series; a distance becomes mount height minus distance.

        Raises:
            PayloadError: a unit of another kind, a number that is no measurement, or a time (ms)
                before the first mount.
        """
        factor = self._factors.get(unit)
        if factor is None:
            raise PayloadError(Refusal.WRONG_UNIT, f"{self._parameter} is not measured in {unit!r}")
        if number is None:
            return None
        measured = round(number * factor, 9)  # without the dust of binary fractions: 2240 mm are 224 cm
        if not math.isfinite(measured) or (self._distance and measured < 0):
            raise PayloadError(Refusal.OUT_OF_RANGE, f"{number} {unit} is no measurement")
        return round(self._height(at) - measured, 9) if self._distance else measured

    def _height(self, at: int) -> float:
        place = bisect_right(self._since, at)
        if place == 0:
            raise PayloadError(Refusal.NO_MOUNT, "measured before the first mount height in the configuration")
        return self._heights[place - 1]


def believable_ms(at: float) -> int:
    """A time in ms as a whole number, rounded down.

    Raises:
        PayloadError: none that a calendar has.
    """
    if not FIRST_MS <= at <= LAST_MS:  # also refuses what is no number
        raise PayloadError(Refusal.OUT_OF_RANGE, f"{at:g} ms since 1970 is no time")
    return math.floor(at)
