"""What residents fill in, read from a form or from JSON; whatever is wrong has a phrase of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from notifiers.languages import Language
from notifiers.subscriptions.wish import MOST_LIMITS, MOST_ZONES, Wish
from warning.config.model import Config
from warning.places import chosen

LIMIT = "limit_"
PARAMETER = "stage"


class Unfit(ValueError):
    """A field that cannot be used; the text is a key of the phrases."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A gauge on which a limit can be set."""

    station: str
    name: str
    lowest: float  # cm that it can show at all
    highest: float


def gauges(config: Config) -> tuple[Gauge, ...]:
    """Those that measure how high the water stands."""
    return tuple(
        Gauge(name, station.name, *(end.amount for end in station.sensors[PARAMETER].span))
        for name, station in config.stations.items()
        if PARAMETER in station.sensors
    )


def wish_of(fields: Mapping[str, str], config: Config) -> Wish:
    """From the fields of a form. Raises Unfit."""
    limits = {
        name.removeprefix(LIMIT): text for name, text in fields.items() if name.startswith(LIMIT) and text.strip()
    }
    try:
        level = int(fields.get("from_level", "1"))
        values = {station: float(text.replace(",", ".")) for station, text in limits.items()}
    except ValueError:
        raise Unfit("limit_unfit") from None
    return checked(fields.get("language", ""), chosen(fields, config), level, values, config)


def checked(language: str, zones: tuple[str, ...], level: int, limits: Mapping[str, float], config: Config) -> Wish:
    """A wish that can be kept. Raises Unfit."""
    known: Language | None = next((one for one in config.city.languages if one == language), None)
    if known is None:
        raise Unfit("language_unfit")
    if not zones and not limits:
        raise Unfit("no_zone")
    if len(zones) > MOST_ZONES or len(limits) > MOST_LIMITS or level not in {1, 2, 3}:
        raise Unfit("too_much")
    if any(zone not in config.zones for zone in zones):
        raise Unfit("zone_unfit")
    spans = {gauge.station: (gauge.lowest, gauge.highest) for gauge in gauges(config)}
    for station, value in limits.items():
        lowest, highest = spans.get(station, (0.0, -1.0))
        if not isfinite(value) or not lowest <= value <= highest:
            raise Unfit("limit_unfit")
    return Wish(known, tuple(dict.fromkeys(zones)), level, dict(limits))
