"""What is known of a place beside its readings: how rare rain is there, how the ground drains, how the river moves."""

import itertools
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from sensors.frozen import Frozen, Text
from sensors.units import Amount, Duration, Quantity


def _in(unit: str) -> AfterValidator:
    def checked(quantity: Quantity) -> Quantity:
        if quantity.unit != unit:
            raise ValueError(f"must be in {unit}, not {quantity.unit}")
        return quantity

    return AfterValidator(checked)


Millimetres = Annotated[Amount, _in("mm")]
Centimetres = Annotated[Amount, _in("cm")]
Years = Annotated[Amount, _in("a")]
Percent = Annotated[Amount, _in("%")]


class RainStatistics(Frozen):
    """How much rain falls how often: depth by duration and return period, from the national atlas or a long record."""

    source: Text
    periods: tuple[Years, ...] = Field(min_length=1)  # rising
    depths: dict[Duration, tuple[Millimetres, ...]] = Field(min_length=1)  # one depth per period

    @model_validator(mode="after")
    def _rising(self) -> Self:
        _refuse_unless_rising("periods", self.periods)
        for duration, depths in self.depths.items():
            if duration <= 0:
                raise ValueError("depths: a duration must be longer than 0")
            if len(depths) != len(self.periods):
                raise ValueError(f"depths: {len(depths)} depths for {len(self.periods)} periods")
            _refuse_unless_rising("depths", depths)
        return self


def _refuse_unless_rising(name: str, amounts: tuple[Quantity, ...]) -> None:
    if amounts[0].amount <= 0 or any(low.amount >= high.amount for low, high in itertools.pairwise(amounts)):
        raise ValueError(f"{name}: must be above 0 and rise")


class Wetness(Frozen):
    """Antecedent precipitation index: what is left of yesterday's rain counts today."""

    left_after_a_day: Percent  # usually 85 % to 95 %

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not 0 < self.left_after_a_day.amount < 100:
            raise ValueError("left_after_a_day: must lie between 0 % and 100 %")
        return self


class Guidance(Frozen):
    """Flash-flood guidance: the runoff that brings a small stream to its banks, and how the ground takes up rain."""

    source: Text
    runoff: dict[Duration, Millimetres] = Field(min_length=1)  # per duration of the rain
    curve_number: float = Field(gt=30, le=100)  # US Soil Conservation Service, for ground of average wetness
    dry_below: Millimetres  # of wetness
    wet_above: Millimetres

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if any(duration <= 0 or depth.amount <= 0 for duration, depth in self.runoff.items()):
            raise ValueError("runoff: durations and depths must be above 0")
        if not 0 <= self.dry_below.amount <= self.wet_above.amount:
            raise ValueError("dry_below: must not be above wet_above")
        return self


class Filter(Frozen):
    """How the local linear trend filter of a stage is set."""

    wander: float = Field(gt=0)  # cm²/h³; about 1 for a large river, 100 for a mid-size one, 10,000 for a flashy stream
    noise: Centimetres  # standard deviation of one reading

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.noise.amount <= 0:
            raise ValueError("noise: must be above 0")
        return self
