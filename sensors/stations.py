"""Stations as the configuration describes them."""

import itertools
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sensors.readings import Series
from sensors.units import UNIT_OF, Amount, Duration, Quantity

#: Identifiers go into topics, addresses and formulas.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Parameter = Literal["stage", "discharge", "rain"]


class Frozen(BaseModel):
    """Base of everything read from the configuration: fixed, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Mark(Frozen):
    """A named limit of a station, with the authority behind it."""

    value: Amount
    datum: Text  # what the value is measured from
    source: Text  # who set it
    valid_from: date


class Sensor(Frozen):
    """One series of a station."""

    step: Duration  # nominal time between readings
    resolution: Amount  # smallest difference the sensor can tell
    span: tuple[Amount, Amount]  # what the sensor can measure; outside is a fault
    topic: Text  # MQTT topic, one per series, so that a broker can bind it to the station's login

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.step <= 0:
            raise ValueError("step: must be longer than 0")
        if self.span[0].amount >= self.span[1].amount:
            raise ValueError("span: must rise: [lowest, highest]")
        if any(sign in self.topic for sign in "+#"):
            raise ValueError("topic: must be one topic, without the wildcards + and #")
        return self


class Station(Frozen):
    """A place with one sensor or more, in its home catchment."""

    name: Text
    catchment: Name
    river: Text | None = None
    river_km: float | None = None  # distance from the mouth
    sensors: dict[Parameter, Sensor] = Field(min_length=1)
    marks: dict[Name, Mark] = {}
    levels: tuple[Name, ...] = ()  # marks from the lowest to the highest warning level

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
            for quantity in (sensor.resolution, *sensor.span):
                check_unit(parameter, quantity)
        return self


def check_unit(parameter: str, quantity: Quantity) -> None:
    """Raise ValueError where a quantity is not in the unit of its parameter."""
    if quantity.unit != UNIT_OF[parameter]:
        raise ValueError(f"{parameter} is counted in {UNIT_OF[parameter]}, not {quantity.unit}")


def series_by_topic(stations: dict[str, Station]) -> dict[str, Series]:
    """Which series each MQTT topic carries."""
    return {
        sensor.topic: Series(name, parameter)
        for name, station in stations.items()
        for parameter, sensor in station.sensors.items()
    }
