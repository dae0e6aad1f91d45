"""What functions need of a station beside its sensor is asked for by name."""

from typing import Any

import msgspec
import pytest

from rules.checks import check, faults
from rules.forecasts.model import Model
from rules.forecasts.parts import Data, Lead, Score, Spread, Trend
from sensors.problems import Problem
from sensors.stations import Station
from sensors.units import HOUR_MS, MINUTE_MS, Quantity
from tests.rules.bell import station
from tests.rules.ruling import level_1


class Table:
    """Rows by duration, as rain statistics and guidance have them."""

    depths = runoff = dict.fromkeys((15 * MINUTE_MS, HOUR_MS, 24 * HOUR_MS))
    periods = (Quantity(2, "a"), Quantity(100, "a"))


class Equipped(Station):
    """A station that has all that functions can need."""

    rain_statistics: Any = None
    guidance: Any = None
    wetness: Any = None
    filter: Any = None


def equipped(step: str = "5 min", without: str = "") -> Station:
    """Only whether a setting is there and which durations it knows matters here."""
    settings = dict.fromkeys({"rain_statistics", "guidance", "wetness", "filter"} - {without}, Table())
    return Equipped.model_construct(**{**dict(station(step)), **settings})


def model() -> Model:
    """Forecasts of station a for an hour, and for two hours where they are refused."""
    score = Score(n=1, rmse_cm=1.0, persistence_rmse_cm=2.0, pi=0.75)
    spread = Spread(rising=((0.1, -1.0), (0.9, 1.0)), falling=((0.1, -1.0), (0.9, 1.0)))
    hour = Lead(HOUR_MS, 0.0, (), spread, all_steps=score, event_steps=score, brier=())
    refused = msgspec.structs.replace(hour, lead_ms=2 * HOUR_MS, refused=True, reason="no better than persistence")
    return Model(
        v=1,
        kind="damped",
        station="a",
        step_ms=5 * MINUTE_MS,
        floor_cm=-50.0,
        fitted_at="2022-01-01",
        data=Data("test", "2020-01-01", "2021-01-01", readings=1, sha256="", event_cm=100.0, events=1),
        dropped=(),
        trend=Trend(q=100.0, sigma_cm=1.0, phi=0.7, memory_ms=HOUR_MS),
        leads=(hour, refused),
    )


MODELS = {"a": model()}


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        pytest.param("wetness(a) >= 9 mm", "wetness", id="wetness"),
        pytest.param("trend(a) >= 9 cm/h", "filter", id="trend"),
        pytest.param("return_period(a) >= 9 a", "rain_statistics", id="return period"),
        pytest.param("guidance(a, 60 min) >= 80 %", "guidance", id="guidance"),
        pytest.param("guidance(a, 60 min) >= 80 %", "wetness", id="guidance without knowing how wet it is"),
    ],
)
def test_a_station_without_what_a_function_needs(text: str, needed: str) -> None:
    spec = level_1(text)
    (problem,) = faults({"a": equipped(without=needed)}, [spec])
    signal = text.partition(" >=")[0]
    assert problem == Problem(("rules", 0, "level 1"), f"station a has no {needed}: needed by {signal}")
    assert check({"a": equipped()}, [spec]) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("forecast(b, 60 min) >= 9 cm", "b has no forecast: needed by forecast(b, 60 min)", id="none"),
        pytest.param("chance(b, 60 min, high) >= 50 %", "no forecast: needed by chance(b, 60 min, high)", id="chance"),
        pytest.param("forecast(a, 120 min) >= 9 cm", "120 min is refused: no better than persistence", id="refused"),
        pytest.param("chance(a, 30 min, high) >= 50 %", "30 min was not fitted", id="not fitted"),
    ],
)
def test_a_forecast_needs_a_model_that_has_its_lead(text: str, message: str) -> None:
    stations, spec = {"a": station(), "b": station()}, level_1(text)
    for problems in (faults(stations, [spec], models=MODELS), check(stations, [spec], models=MODELS)):
        (problem,) = problems
        assert (problem.path, problem.column) == (("rules", 0, "level 1"), 0)
        assert message in problem.message
    assert faults(stations, [spec]) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("return_period(a, 2 h) >= 9 a", "not know 120 min, only 15 min, 60 min, 1440 min", id="duration"),
        pytest.param("return_period(a, 1 h) >= 101 a", "return_period(a, 60 min) is at most 100 a", id="beyond it"),
        pytest.param("guidance(a, 30 min) >= 9 %", "guidance of a does not know 30 min", id="duration of guidance"),
        pytest.param("chance(a, 60 min, 8 m) >= 50 %", "measures up to 700 cm, not 800 cm", id="chance of too much"),
        pytest.param("chance(a, 60 min, -50 cm) >= 50 %", "is always true", id="chance of the lowest stage"),
        pytest.param("chance(a, 60 min, high) >= 100 %", "is at most 99.5 %", id="nothing is certain"),
        pytest.param("chance(a, 60 min, high) >= 0.5 %", "is always true", id="nothing is impossible"),
        pytest.param("forecast(a, 60 min) >= 8 m", "can never be true", id="forecast above the sensor"),
        pytest.param("return_period(a) >= 0 a", "is always true", id="every rain comes once in no years"),
        pytest.param("wetness(a) >= 0 mm", "is always true", id="dry is wet enough"),
    ],
)
def test_an_equipped_station_can_be_asked_too_much(text: str, message: str) -> None:
    (problem,) = check({"a": equipped()}, [level_1(text)], models=MODELS)
    assert (problem.path, problem.column) == (("rules", 0, "level 1"), 0)
    assert message in problem.message


def test_all_durations_of_the_statistics_have_to_be_remembered() -> None:
    """24 hours of readings every second are more than a catchment may keep; a lead is not remembered at all."""
    (problem,) = check({"a": equipped("1 s")}, [level_1("return_period(a) >= 9 a")])
    assert "shorten windows" in problem.message
    assert check({"a": equipped("1 s")}, [level_1("forecast(a, 60 min) >= 9 cm")], models=MODELS) == []
