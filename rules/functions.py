"""The functions of the rule language: what each measures, in which unit, and what it takes."""

from collections.abc import Collection
from dataclasses import dataclass

from sensors.units import UNIT_OF


@dataclass(frozen=True, slots=True)
class Function:
    """One function; its first argument is always a station."""

    unit: str  # "" where it is true or false by itself
    parameter: str  # of the series it reads
    time: str = ""  # what its duration means; "" where it takes none
    time_needed: bool = True
    limit: bool = False  # whether a limit follows the duration
    needs: tuple[str, ...] = ()  # keys that the station must have beside the sensor

    @property
    def is_truth(self) -> bool:
        """Whether it is true or false by itself."""
        return not self.unit

    @property
    def forecasts(self) -> bool:
        """Whether its duration lies ahead, so that it needs a forecast model."""
        return self.time == LEAD

    @property
    def looks_back(self) -> bool:
        """Whether its duration lies in the past, so that readings of that long have to be kept."""
        return bool(self.time) and not self.forecasts

    @property
    def like_readings(self) -> bool:
        """Whether its values are values that the series itself takes: a stage or a discharge."""
        return self.parameter != "rain" and self.unit == UNIT_OF[self.parameter]

    @property
    def takes(self) -> tuple[str, ...]:
        """What follows the station, in words."""
        return tuple(each for each in (self.time, "limit" if self.limit else "") if each)


WINDOW, TRAVEL, LEAD = "duration", "travel time", "lead"

FUNCTIONS: dict[str, Function] = {
    "stage": Function("cm", "stage"),
    "discharge": Function("m3/s", "discharge"),
    "trend": Function("cm/h", "stage", needs=("filter",)),
    "rise": Function("cm/h", "stage", WINDOW),
    "rise_low": Function("cm/h", "stage", WINDOW),
    "max": Function("cm", "stage", WINDOW),
    "mean": Function("cm", "stage", WINDOW),
    "arriving": Function("cm", "stage", TRAVEL),
    "rain": Function("mm", "rain", WINDOW),
    "wetness": Function("mm", "rain", needs=("wetness",)),
    "return_period": Function("a", "rain", WINDOW, time_needed=False, needs=("rain_statistics",)),
    "guidance": Function("%", "rain", WINDOW, needs=("guidance", "wetness")),
    "forecast": Function("cm", "stage", LEAD),
    "chance": Function("%", "stage", LEAD, limit=True),
    "silent": Function("", "stage"),
    "suspect": Function("", "stage"),
}


def parameter_of(function: str, sensors: Collection[str]) -> str:
    """Parameter of the series that a function reads at a station with these sensors.

    ``silent`` and ``suspect`` speak of the stage, or else of the rain, or else of the only sensor.
    """
    if not FUNCTIONS[function].is_truth:
        return FUNCTIONS[function].parameter
    found = [each for each in ("stage", "rain") if each in sensors] or sorted(sensors)
    return found[0]
