"""The limits of the quality tests, as an operator writes them and as compiled code takes them.

Hardly any test has a limit by itself: on recorded floods every limit that would suit many gauges marks
a real crest (docs/explanation/quality-control.md).
"""

import math
from typing import Annotated, Self

from pydantic import Field, FiniteFloat, model_validator

from sensors.doubts import Doubt, flag_of, names
from sensors.frozen import Frozen, Name
from sensors.units import HOUR_MS, UNIT_OF, Amount, Duration, Quantity

__all__ = [
    "Doubt", "Flat", "Most", "Neighbour", "Numbers", "Quality",
    "check_quality", "flag_of", "names", "numbers",
]  # fmt: skip


#: What loggers commonly write for "no value". Outside a sensor's span such a number is called by its name;
#: inside the span it may be a stage or a flow, so there only a configured sentinel counts.
KNOWN_SENTINELS = (-999999.0, -9999.0, -999.0, -777.0, 65535.0)
MOST_SENTINELS = 4
FEWEST_NEIGHBOURS, MOST_NEIGHBOURS = 3, 5

#: A pause of more steps than this interrupts a series.
GAP_STEPS = 3
#: Water on a long crest stands still for hours; nothing may fail for that before half a day.
SHORTEST_STUCK_MS = 12 * HOUR_MS

#: Fields of one row of limits.
Numbers = dict[str, float | int | tuple[float, ...]]

STAGE_TESTS = ("spike", "flat", "attenuated", "neighbour")
RAIN_TESTS = ("most", "tip", "drip", "neighbours", "thermometer")


class Flat(Frozen):
    """How long a value may stay within one resolution of itself."""

    suspect: Duration
    fail: Duration | None = None  # None: never
    above: Amount  # low flow stands still for days: only above this is it odd

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.suspect <= 0:
            raise ValueError("flat: suspect: must be longer than 0")
        if self.fail is not None and self.fail < max(self.suspect, SHORTEST_STUCK_MS):
            raise ValueError("flat: fail: must be at least 12 h and no shorter than suspect: a crest can stand still")
        return self


class Neighbour(Frozen):
    """Another gauge of the same parameter: expected here is ``offset + gain × its value`` of ``lag`` ago."""

    station: Name
    lag: Duration
    gain: FiniteFloat
    offset: Amount
    sigma: Amount  # robust spread of the residual

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.sigma.amount <= 0:
            raise ValueError("neighbour: sigma: must be above 0")
        return self


class Most(Frozen):
    """Rain that is suspect beyond this. The values are for Germany; other climates know more."""

    in_5min: Amount = Quantity(25.0, "mm")
    in_60min: Amount = Quantity(120.0, "mm")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not 0 < self.in_5min.amount <= self.in_60min.amount:
            raise ValueError("most: must be above 0, and no less in 60 min than in 5 min")
        return self


class Quality(Frozen):
    """Limits of one sensor's tests. A test without a limit does not run."""

    sentinels: Annotated[tuple[FiniteFloat, ...], Field(max_length=MOST_SENTINELS)] = ()  # in the series' own unit
    gross: tuple[Amount, Amount] | None = None
    spike: Amount | None = None
    rate: Amount | None = None
    flat: Flat | None = None
    attenuated: Amount | None = None
    gap: Duration | None = None  # None: 3 steps
    neighbour: Neighbour | None = None
    most: Most = Most()
    tip: Amount | None = None
    drip: Duration | None = None
    neighbours: Annotated[tuple[Name, ...] | None, Field(min_length=FEWEST_NEIGHBOURS, max_length=MOST_NEIGHBOURS)] = (
        None  # rain gauges within 15 km
    )
    thermometer: Name | None = None  # station that knows the air temperature

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.gross is not None and self.gross[0].amount >= self.gross[1].amount:
            raise ValueError("gross: must rise: [lowest, highest]")
        for name in ("spike", "rate", "attenuated", "tip"):
            limit = getattr(self, name)
            if limit is not None and limit.amount <= 0:
                raise ValueError(f"{name}: must be above 0")
        if self.gap is not None and self.gap <= 0:
            raise ValueError("gap: must be longer than 0")
        if self.drip is not None and (self.tip is None or self.drip <= 0):
            raise ValueError("drip: must be longer than 0 and needs tip, the rain of one tip")
        if self.neighbours is not None and len(set(self.neighbours)) < len(self.neighbours):
            raise ValueError("neighbours: a station stands there twice")
        return self


def check_quality(parameter: str, quality: Quality) -> None:
    """Raise ValueError for a test that the parameter does not have, or a limit in another unit."""
    foreign = STAGE_TESTS if parameter == "rain" else RAIN_TESTS
    for name in foreign:
        if name in quality.model_fields_set and getattr(quality, name) is not None:
            raise ValueError(f"quality: {name}: is no test of {parameter}")
    unit = UNIT_OF[parameter]
    for name, limit in _limits(quality):
        if limit.unit != unit:
            raise ValueError(f"quality: {name}: {parameter} is counted in {unit}, not {limit.unit}")
    if quality.rate is not None and (parameter != "stage" or quality.rate.unit != "cm/h"):
        raise ValueError("quality: rate: is a test of stage, in cm/h or m/h")


def _limits(quality: Quality) -> list[tuple[str, Quantity]]:
    """Everything that is counted in the unit of the parameter."""
    found = [("spike", quality.spike), ("attenuated", quality.attenuated), ("tip", quality.tip)]
    found += [("gross", limit) for limit in quality.gross or ()]
    if quality.flat is not None:
        found += [("flat: above", quality.flat.above)]
    if quality.neighbour is not None:
        found += [("neighbour: offset", quality.neighbour.offset), ("neighbour: sigma", quality.neighbour.sigma)]
    if "most" in quality.model_fields_set:
        found += [("most: in_5min", quality.most.in_5min), ("most: in_60min", quality.most.in_60min)]
    return [(name, limit) for name, limit in found if limit is not None]


def numbers(quality: Quality | None, parameter: str, step_ms: int, resolution: float) -> Numbers:
    """Fields of one series' limits in arrays that need no other series; NaN or 0 is a test that does not run.

    Limits of differences are widened by a thousandth of a resolution, so that a change of exactly the
    limit is within it, whatever binary fractions make of it.
    """
    spec = quality or Quality()
    rain = parameter == "rain"
    dust = resolution / 1000
    return {
        "sentinels": spec.sentinels + (math.nan,) * (MOST_SENTINELS - len(spec.sentinels)),
        "gross_low": _amount(spec.gross and spec.gross[0]) - dust,
        "gross_high": _amount(spec.gross and spec.gross[1]) + dust,
        "spike": _amount(spec.spike) + dust,
        "rate": _amount(spec.rate),
        "attenuated": _amount(spec.attenuated) - dust,
        "gap": GAP_STEPS * step_ms if spec.gap is None else spec.gap,
        **_flat(spec.flat),
        **_neighbour(spec.neighbour),
        "most_5min": spec.most.in_5min.amount + dust if rain else math.nan,
        "most_60min": spec.most.in_60min.amount + dust if rain else math.nan,
        "tip": _amount(spec.tip),
        "drip": spec.drip or 0,
    }


def _amount(limit: Quantity | None) -> float:
    return math.nan if limit is None else limit.amount


def _flat(flat: Flat | None) -> Numbers:
    if flat is None:
        return {"flat_suspect": 0, "flat_fail": 0, "flat_above": math.nan}
    return {"flat_suspect": flat.suspect, "flat_fail": flat.fail or 0, "flat_above": flat.above.amount}


def _neighbour(neighbour: Neighbour | None) -> Numbers:
    if neighbour is None:
        unknown = dict.fromkeys(("neighbour_gain", "neighbour_offset", "neighbour_sigma"), math.nan)
        return {"neighbour_lag": 0, **unknown}
    return {
        "neighbour_lag": neighbour.lag,
        "neighbour_gain": neighbour.gain,
        "neighbour_offset": neighbour.offset.amount,
        "neighbour_sigma": neighbour.sigma.amount,
    }
