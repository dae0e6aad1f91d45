"""Stations as the configuration describes them."""

import itertools
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sensors.frozen import Frozen, Name, Text
from sensors.ground import Filter, Guidance, RainStatistics, Wetness
from sensors.payloads.scale import FACTORS
from sensors.payloads.spec import Foreign, OwnJson, PayloadSpec, Uplink
from sensors.quality import Quality, check_quality
from sensors.readings import Series
from sensors.units import UNIT_OF, Amount, Duration, Quantity

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Parameter = Literal["stage", "discharge", "rain", "temperature"]

__all__ = [
    "Frozen",
    "Mark",
    "Name",
    "Parameter",
    "Sensor",
    "Station",
    "Text",
    "check_unit",
    "may_share",
    "sensors_by_topic",
    "series_by_topic",
]  # fmt: skip


class Mark(Frozen):
    """A named limit of a station, with the authority behind it."""

    value: Amount
    datum: Text  # what the value is measured from
    source: Text  # who set it
    valid_from: date


class ZeroShift(Frozen):
    """What has to be added to readings from a day on (UTC), so that they count from the gauge zero of today."""

    since: date = Field(alias="from")
    shift: Amount


class Sensor(Frozen):
    """One series of a station."""

    step: Duration  # nominal time between readings
    resolution: Amount  # smallest difference the sensor can tell
    span: tuple[Amount, Amount]  # what the sensor can measure; outside is a fault
    topic: Text  # MQTT topic, of this station alone, so that a broker can bind it to the station's login
    payload: PayloadSpec | None = None  # None: our own JSON
    quality: Quality = Quality()
    zero: tuple[ZeroShift, ...] = ()  # of a gauge whose zero has moved

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.step <= 0:
            raise ValueError("step: must be longer than 0")
        if self.span[0].amount >= self.span[1].amount:
            raise ValueError("span: must rise: [lowest, highest]")
        if any(early.since >= late.since for early, late in itertools.pairwise(self.zero)):
            raise ValueError("zero: the days must rise")
        if any(sign in self.topic for sign in "+#"):
            raise ValueError("topic: must be one topic, without the wildcards + and #")
        if self.foreign is not None and any(m.height.amount <= self.span[1].amount for m in self.foreign.mount):
            raise ValueError("span: must end below the mount height: a distance of 0 is a fault, not a flood")
        return self

    @property
    def foreign(self) -> Foreign | None:
        """What the messages look like where they are not our own JSON."""
        return None if isinstance(self.payload, OwnJson) else self.payload


class Downstream(Frozen):
    """Where the water of a station comes to next."""

    station: Name
    travel: Duration  # of a flood's crest
    source: Text  # who says so

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.travel <= 0:
            raise ValueError("travel: must be longer than 0")
        return self


class Station(Frozen):
    """A place with one sensor or more, in its home catchment."""

    name: Text
    catchment: Name
    position: tuple[Latitude, Longitude] | None = None  # on the map of the desk
    river: Text | None = None
    river_km: float | None = None  # distance from the mouth
    downstream: Downstream | None = None
    sensors: dict[Parameter, Sensor] = Field(min_length=1)
    marks: dict[Name, Mark] = Field(default_factory=dict)
    levels: tuple[Name, ...] = ()  # marks from the lowest to the highest warning level
    rain_statistics: RainStatistics | None = None  # for ``return_period``
    wetness: Wetness | None = None
    guidance: Guidance | None = None
    filter: Filter | None = None  # for ``trend``

    @model_validator(mode="after")
    def _levels_rise(self) -> Self:
        unknown = [name for name in self.levels if name not in self.marks]
        if unknown:
            raise ValueError(f"levels: no such mark: {', '.join(unknown)}")
        values = [self.marks[name].value.amount for name in self.levels]
        if any(low >= high for low, high in itertools.pairwise(values)):
            said = ", ".join(f"{name} {self.marks[name].value.amount:g}" for name in self.levels)
            raise ValueError(f"levels: must rise: {said}")
        return self

    @model_validator(mode="after")
    def _units_fit(self) -> Self:
        for parameter, sensor in self.sensors.items():
            for quantity in (sensor.resolution, *sensor.span, *(each.shift for each in sensor.zero)):
                check_unit(parameter, quantity)
            check_quality(parameter, sensor.quality)
            if sensor.foreign is not None:
                _check_payload(parameter, sensor.foreign)
        return self


def check_unit(parameter: str, quantity: Quantity) -> None:
    """Raise ValueError where a quantity is not in the unit of its parameter."""
    if quantity.unit != UNIT_OF[parameter]:
        raise ValueError(f"{parameter} is counted in {UNIT_OF[parameter]}, not {quantity.unit}")


def _check_payload(parameter: str, payload: Foreign) -> None:
    """Raise ValueError where a payload cannot give values of the parameter."""
    if payload.measures == "distance" and parameter != "stage":
        raise ValueError(f"sensors: {parameter} is no distance")
    if isinstance(payload, Uplink) and payload.unit not in FACTORS[parameter]:
        known = ", ".join(FACTORS[parameter])
        raise ValueError(f"sensors: {parameter} is sent in one of {known}, not {payload.unit}")


def may_share(one: Sensor, other: Sensor) -> bool:
    """Whether two sensors of a station can be told apart in the messages on one topic."""
    if one.foreign is None or other.foreign is None:
        return False
    return one.foreign.format == other.foreign.format and one.foreign.source != other.foreign.source


def series_by_topic(stations: dict[str, Station]) -> dict[str, Series]:
    """Which series each MQTT topic carries; of those that share a topic, the last."""
    return {topic: series for topic, sensors in sensors_by_topic(stations).items() for series in sensors}


def sensors_by_topic(stations: dict[str, Station]) -> dict[str, dict[Series, Sensor]]:
    """Everything that each MQTT topic carries."""
    found: dict[str, dict[Series, Sensor]] = {}
    for name, station in stations.items():
        for parameter, sensor in station.sensors.items():
            found.setdefault(sensor.topic, {})[Series(name, parameter)] = sensor
    return found
