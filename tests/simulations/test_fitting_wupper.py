"""Forecasts for Kluserbrücke, fitted to two years of the Wupper and tried on floods that were held out."""

from datetime import datetime
from functools import cache

import numpy as np
import pytest

from rules.forecasts import Model, Readings, chance, forecast
from rules.forecasts.trend import ahead, filtered
from sensors.readings import Series
from sensors.records import open_record
from sensors.records.record import Record
from sensors.times import to_ms
from sensors.units import MINUTE_MS
from simulations.fitting import Fit, FitError, Request, fit_record
from simulations.fitting.data import arrays_of
from simulations.fitting.unseen import unseen
from tests.records import FLOODS, needs_record

pytestmark = needs_record("wupper-2021")

HALF_HOUR, HOUR, TWO_HOURS = (minutes * MINUTE_MS for minutes in (30, 60, 120))
LEADS = (HALF_HOUR, HOUR, TWO_HOURS)
UPSTREAM = (Series("beyenburg", "stage"), Series("leimbach", "stage"))
HQ_FREQUENT = 224.0


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(f"{text}+00:00"))


BEFORE_THE_FLOOD = ms("2021-07-10T00:00")


@cache
def record() -> Record:
    return open_record(FLOODS / "wupper-2021")


@cache
def fitted(until: int | None = None) -> Fit:
    rain = () if until else (Series("barmen", "rain"),)
    request = Request("kluserbruecke", LEADS, UPSTREAM, rain, until, limits=(125.0, 157.0, HQ_FREQUENT))
    return fit_record(record(), request, "2026-01-01T00:00:00Z")


def test_the_floods_of_the_record() -> None:
    assert fitted().models["arx"].data.event_cm == 100
    assert [round(event.peak_cm) for event in fitted().events] == [
        130, 102, 318, 129, 105, 103, 118, 102, 139, 147, 111,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lead_ms", "at_least", "damped_at_most"),
    [
        pytest.param(HALF_HOUR, 0.5, 0.3, id="30 min"),
        pytest.param(HOUR, 0.36, 0.12, id="60 min"),
        pytest.param(TWO_HOURS, 0.25, 0.05, id="120 min"),
    ],
)
def test_the_gauges_above_are_worth_more_than_the_trend(lead_ms: int, at_least: float, damped_at_most: float) -> None:
    """Persistence index over the moments of eleven floods, none of which its forecast was fitted on."""
    arx, damped = (fitted().models[kind].lead(lead_ms) for kind in ("arx", "damped"))
    assert arx.event_steps.n > 1300
    assert arx.event_steps.pi is not None
    assert damped.event_steps.pi is not None
    assert arx.event_steps.pi > at_least
    assert 0 < damped.event_steps.pi < damped_at_most
    assert fitted().better == "arx"


@pytest.mark.parametrize("lead_ms", LEADS)
def test_it_is_better_than_persistence_in_nearly_every_flood_and_not_in_the_great_one_alone(lead_ms: int) -> None:
    checked = fitted().checked["arx", lead_ms]
    indices = [checked.score(checked.moments.flood & (checked.moments.fold == event)).pi for event in range(11)]
    assert sum(index is not None and index > 0.1 for index in indices) == 11


@pytest.mark.parametrize("lead_ms", LEADS)
def test_its_chances_are_better_than_saying_that_the_level_stays(lead_ms: int) -> None:
    for brier in fitted().models["arx"].lead(lead_ms).brier:
        assert brier.model < brier.persistence, brier


@pytest.mark.parametrize(
    ("at", "lead_ms", "level", "at_most", "came"),
    [
        pytest.param("2021-07-14T15:00", HALF_HOUR, 194, 0.01, 202, id="15:00 for 15:30"),
        pytest.param("2021-07-14T15:00", HOUR, 198, 0.01, 243, id="15:00 for 16:00"),
        pytest.param("2021-07-14T15:30", HALF_HOUR, 213, 0.01, 243, id="15:30 for 16:00"),
        pytest.param("2021-07-14T15:30", HOUR, 219, 0.15, 291, id="15:30 for 16:30"),
    ],
)
def test_of_the_great_flood_it_said_too_little(at: str, lead_ms: int, level: int, at_most: float, came: int) -> None:
    """Fitted on ten floods below 150 cm: the level was foretold too low, the chance of 224 cm far too small.

    So no warning may hang on this chance alone. A change of these numbers is a better or a worse forecast.
    """
    checked = fitted().checked["arx", lead_ms]
    place = int(np.searchsorted(checked.moments.now, ms(at)))
    assert round(float(checked.truth[place])) == came
    assert float(checked.level[place]) == pytest.approx(level, abs=2)
    assert 0.005 <= checked.chance(place, HQ_FREQUENT) <= at_most


def test_two_hours_ahead_it_saw_an_even_chance_at_half_past_three() -> None:
    checked = fitted().checked["arx", TWO_HOURS]
    place = int(np.searchsorted(checked.moments.now, ms("2021-07-14T15:30")))
    assert 0.3 < checked.chance(place, HQ_FREQUENT) < 0.7


def test_fitted_on_the_time_before_it_is_worth_something_on_the_floods_after() -> None:
    """Not only held out: the record ends four days before the great flood."""
    model = fitted(BEFORE_THE_FLOOD).models["arx"]
    assert model.data.end == "2021-07-09T23:30:00Z"
    after = unseen(record(), model, BEFORE_THE_FLOOD)
    indices = [score.pi for score in after.scores.values()]
    assert after.floods == 9
    assert indices == pytest.approx([0.48, 0.32, 0.23], abs=0.05)


def test_a_trend_that_is_worth_nothing_is_refused() -> None:
    refused = {lead.lead_ms: lead.refused for lead in fitted(BEFORE_THE_FLOOD).models["damped"].leads}
    assert refused == {HALF_HOUR: False, HOUR: False, TWO_HOURS: True}


def test_the_filters_own_spread_is_far_too_small_for_floods() -> None:
    """Its noise is that of all days, so both kinds use the errors of floods instead."""
    model = fitted().models["damped"]
    assert model.trend is not None
    own = arrays_of(record(), model.series, None)[Series("kluserbruecke", "stage")]
    state = filtered(own.times.tolist(), own.values.tolist(), ms("2021-07-14T15:30"), model.trend)
    assert state is not None
    said = ahead(state, HOUR, model.trend)[1] ** 0.5
    assert 2.0 < said < 0.5 * model.lead(HOUR).event_steps.rmse_cm


def test_the_file_gives_what_the_fit_gave() -> None:
    """The file with what it was fitted on, read moment by moment: the great flood is in it, so it is no proof."""
    model = Model.load(fitted().models["arx"].dump())
    known = {
        series: Readings(one.times.tolist(), one.values.tolist())
        for series, one in arrays_of(record(), model.series, None).items()
    }
    said = forecast(model, HOUR, known, ms("2021-07-14T15:30"))
    assert said is not None
    assert said.rising
    assert said.cm > 215
    assert chance(model, HOUR, said, 157.0) == 0.995


def test_barmen_is_left_out_and_rain_at_beyenburg_does_not_exist() -> None:
    """Barmen was dead until January 2022; the daily sum of Beyenburg knows the cloudburst of the next day."""
    arx = fitted().models["arx"]
    assert [(one.station, one.reason) for one in arx.dropped] == [
        ("barmen", "known at only 36% of the moments of floods")
    ]
    with pytest.raises(FitError, match="has no beyenburg/rain"):
        fit_record(record(), Request("kluserbruecke", (HOUR,), rain=(Series("beyenburg", "rain"),)), "")
    dead = fit_record(
        record(), Request("kluserbruecke", (HOUR,), rain=(Series("barmen", "rain"),), until=ms("2022-01-01T00:00")), ""
    )
    assert [one.reason for one in dead.models["arx"].dropped] == ["holds no readings"]


def test_a_travel_time_below_two_steps_is_not_told() -> None:
    assert [(one.series.station, one.lag_steps, one.told) for one in fitted().travel] == [
        ("beyenburg", 4, True),
        ("leimbach", 1, False),
    ]
