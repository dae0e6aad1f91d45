"""What a station has beside its sensors, as far as checks ask: tables, their rows, and its forecast model."""

import math
from collections.abc import Mapping

from rules.forecasts.model import ForecastRefused, Model
from sensors.stations import Station

#: functions that look into a table of their station → its key, and what in it goes by duration
TABLES = {"return_period": ("rain_statistics", "depths"), "guidance": ("guidance", "runoff")}


def durations_of(function: str, station: Station) -> tuple[int, ...]:
    """Durations, in ms and rising, that a function's table knows; none where it has no table."""
    if function not in TABLES:
        return ()
    table, rows = TABLES[function]
    return tuple(sorted(getattr(getattr(station, table, None), rows, ())))


def longest_period(station: Station) -> float:
    """The return period, in years, beyond which the rain statistics say nothing."""
    periods = getattr(getattr(station, "rain_statistics", None), "periods", ())
    return max((period.amount for period in periods), default=math.inf)


def refusal(name: str, lead_ms: int, models: Mapping[str, Model]) -> str | None:
    """Why a station has no forecast at a lead; None where it has one, "" where it has no model at all."""
    if name not in models:
        return ""
    try:
        models[name].lead(lead_ms)
    except ForecastRefused as error:
        return str(error)
    return None
