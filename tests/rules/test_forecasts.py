"""The model file and the arithmetic that reads it, against brute force and textbook forms."""

import json
import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.forecasts import ForecastRefused, Model, ModelError, Readings, chance, forecast
from rules.forecasts.evaluate import GREATEST_CHANCE, LEAST_CHANCE, depth_at, exceedance, value_at
from rules.forecasts.parts import Trend
from rules.forecasts.trend import ahead, filtered
from sensors.readings import Series
from sensors.units import HOUR_MS, MINUTE_MS

STEP = 30 * MINUTE_MS
OWN, ABOVE, RAIN = Series("bridge", "stage"), Series("weir", "stage"), Series("hill", "rain")
SCORE = {"n": 10, "rmse_cm": 1.0, "persistence_rmse_cm": 2.0, "pi": 0.75}
SPREAD = {"rising": [[0.1, -2.0], [0.5, 0.0], [0.9, 10.0]], "falling": [[0.1, -4.0], [0.5, -1.0], [0.9, 0.0]]}

#: irregular readings: distances in s and values in tenths, negative ones too
readings = st.lists(st.tuples(st.integers(60, 9000), st.integers(-300, 6000)), min_size=1, max_size=30)


def term(kind: str, series: Series, lag: int, coefficient: float) -> dict[str, Any]:
    return {
        "kind": kind,
        "station": series.station,
        "parameter": series.parameter,
        "lag_ms": lag * STEP,
        "span_ms": STEP,
        "step_ms": STEP,
        "coefficient": coefficient,
    }


def raw(**changed: Any) -> dict[str, Any]:
    """A model of two leads: half the own difference, the weir's of a step before, and rain."""
    terms = [term("difference", OWN, 0, 0.5), term("difference", ABOVE, 1, 1.0), term("depth", RAIN, 0, 2.0)]
    lead = {
        "lead_ms": HOUR_MS,
        "intercept_cm": 0.25,
        "features": terms,
        "spread": SPREAD,
        "all_steps": SCORE,
        "event_steps": SCORE,
        "brier": [],
    }
    refused = {**lead, "lead_ms": 3 * HOUR_MS, "refused": True, "reason": "no better than persistence"}
    return {
        "v": 1,
        "kind": "arx",
        "station": "bridge",
        "step_ms": STEP,
        "floor_cm": 0.0,
        "fitted_at": "2026-01-01T00:00:00Z",
        "data": {
            "record": "r", "start": "a", "end": "b", "readings": 3, "sha256": "0", "event_cm": 100.0, "events": 4,
        },
        "dropped": [],
        "trend": None,
        "leads": [lead, refused],
    } | changed  # fmt: skip


def loaded(**changed: Any) -> Model:
    return Model.load(json.dumps(raw(**changed)))


def series_of(steps: list[tuple[int, int]]) -> Readings:
    times = np.cumsum([1000 * seconds for seconds, _ in steps]).tolist()
    return Readings(times, [tenths / 10 for _, tenths in steps])


def every_step(*values: float) -> Readings:
    """Readings that end at time 0."""
    return Readings([STEP * (place + 1 - len(values)) for place in range(len(values))], list(values))


KNOWN = {OWN: every_step(100, 104), ABOVE: every_step(50, 53, 90), RAIN: every_step(9, 1.5)}


def test_a_forecast_is_the_sum_of_its_terms() -> None:
    said = forecast(loaded(), HOUR_MS, KNOWN, 0)
    assert said is not None
    assert said.cm == pytest.approx(104 + 0.25 + 0.5 * 4 + 1.0 * 3 + 2.0 * 1.5)
    assert said.rising


def test_the_chance_comes_from_the_limb_the_river_is_on() -> None:
    model = loaded()
    rising = forecast(model, HOUR_MS, KNOWN, 0)
    falling = forecast(model, HOUR_MS, KNOWN | {OWN: every_step(104, 100)}, 0)
    assert rising is not None
    assert falling is not None
    assert chance(model, HOUR_MS, rising, rising.cm + 10) == pytest.approx(0.1)
    assert chance(model, HOUR_MS, falling, falling.cm - 1) == pytest.approx(0.5)


def test_a_river_that_stands_still_is_not_rising() -> None:
    said = forecast(loaded(), HOUR_MS, KNOWN | {OWN: every_step(100, 100)}, 0)
    assert said is not None
    assert not said.rising


@pytest.mark.parametrize("missing", [OWN, ABOVE, RAIN])
def test_without_a_reading_that_it_needs_there_is_no_forecast(missing: Series) -> None:
    assert forecast(loaded(), HOUR_MS, {s: r for s, r in KNOWN.items() if s != missing}, 0) is None
    late = {s: Readings([at - STEP for at in r.times], r.values) if s == missing else r for s, r in KNOWN.items()}
    assert (forecast(loaded(), HOUR_MS, late, 0) is None) is (missing != ABOVE)


def test_no_forecast_is_below_the_floor() -> None:
    said = forecast(loaded(floor_cm=3.0), HOUR_MS, KNOWN | {OWN: every_step(400, 1)}, 0)
    assert said is not None
    assert said.cm == 3.0


@given(readings, readings, st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_comes_after_the_moment_changes_nothing(
    before: list[tuple[int, int]], after: list[tuple[int, int]], age: int, back: int
) -> None:
    """The newest reading may be older than the moment: the line to the next one is not known yet."""
    known = series_of(before)
    now = known.times[-1] + age
    later = series_of(after)
    more = Readings([*known.times, *(now + at for at in later.times)], [*known.values, *later.values])
    at = now - back
    for value in (value_at, lambda k, a, n, s: depth_at(k, a - 2 * s, a, n, s)):
        assert value(more, at, now, STEP) == pytest.approx(value(known, at, now, STEP), nan_ok=True)


@given(readings, st.integers(-(10**7), 10**7))
def test_a_value_lies_on_the_line_between_readings_not_too_far_apart(steps: list[tuple[int, int]], off: int) -> None:
    known = series_of(steps)
    times = np.array(known.times)
    at = int(times[len(times) // 2]) + off
    found = value_at(known, at, int(times[-1]), STEP)
    around = (times[times >= at][:1], times[times <= at][-1:])
    if not all(map(len, around)) or around[0][0] - around[1][0] > 3 * STEP:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(float(np.interp(at, times, known.values)))


@given(readings, st.integers(0, 40), st.integers(1, 40))
def test_rain_is_what_fell_minute_by_minute(steps: list[tuple[int, int]], lag: int, span: int) -> None:
    known = Readings(*series_of([(60 * (1 + seconds // 60), abs(tenths)) for seconds, tenths in steps]))
    now, step = known.times[-1], 10 * MINUTE_MS
    closes = now - lag * MINUTE_MS
    opens = closes - span * MINUTE_MS
    fallen: dict[int, float] = {}
    for place, at in enumerate(known.times):
        since = max(at - step, known.times[place - 1]) if place else at - step
        for minute in range(since, at, MINUTE_MS):
            fallen[minute] = known.values[place] * MINUTE_MS / (at - since)
    inside = [mm for minute, mm in fallen.items() if opens <= minute < closes]
    found = depth_at(known, opens, closes, now, step)
    if len(inside) >= 0.9 * span:
        assert found == pytest.approx(sum(inside))
    else:
        assert math.isnan(found)


spreads = st.lists(st.integers(-500, 500), min_size=2, max_size=12).map(
    lambda cm: tuple(((place + 1) / (len(cm) + 1), float(one)) for place, one in enumerate(sorted(cm)))
)


@given(spreads, st.floats(-700, 700), st.floats(0, 100))
def test_a_higher_limit_is_never_likelier(rows: tuple[tuple[float, float], ...], need: float, more: float) -> None:
    assert LEAST_CHANCE <= exceedance(rows, need + more) <= exceedance(rows, need) <= GREATEST_CHANCE


@given(st.lists(st.integers(-500, 500), min_size=2, max_size=12, unique=True), st.floats(0, 1))
def test_between_residuals_the_chance_is_on_the_line(cm: list[int], share: float) -> None:
    residuals = [float(one) for one in sorted(cm)]
    probabilities = [(place + 1) / (len(cm) + 1) for place in range(len(cm))]
    need = residuals[0] + share * (residuals[-1] - residuals[0])
    expected = 1 - float(np.interp(need, residuals, probabilities))
    assert exceedance(list(zip(probabilities, residuals, strict=True)), need) == pytest.approx(expected)


def test_of_equal_residuals_all_reach_the_limit() -> None:
    assert exceedance([(0.2, 5.0), (0.4, 5.0), (0.6, 5.0)], 5.0) == pytest.approx(0.8)
    assert exceedance([(0.2, 5.0), (0.4, 5.0), (0.6, 5.0)], 5.1) == LEAST_CHANCE


@given(
    st.lists(st.tuples(st.integers(60, 9000), st.integers(-300, 6000)), min_size=4, max_size=12), st.floats(0.1, 1e4)
)
def test_the_trend_is_the_textbook_filter(steps: list[tuple[int, int]], q: float) -> None:
    known = series_of(steps)
    trend = Trend(q=q, sigma_cm=0.5, phi=1.0, memory_ms=48 * HOUR_MS)
    found = filtered(known.times, known.values, known.times[-1], trend)
    assert found is not None
    x, p = np.array([known.values[0], 0.0]), np.diag([0.25, q * 48])
    for place in range(1, len(known.times)):
        d = (known.times[place] - known.times[place - 1]) / HOUR_MS
        step = np.array([[1, d], [0, 1]])
        x, p = step @ x, step @ p @ step.T + q * np.array([[d**3 / 3, d**2 / 2], [d**2 / 2, d]])
        gain = p[:, 0] / (p[0, 0] + 0.25)
        x, p = x + gain * (known.values[place] - x[0]), p - np.outer(gain, p[0])
    assert (found.stage, found.rate) == pytest.approx(tuple(x), rel=1e-6, abs=1e-6)
    step = np.array([[1, 2], [0, 1]])
    stage, variance = ahead(found, 2 * HOUR_MS, trend)
    assert stage == pytest.approx((step @ x)[0], rel=1e-6, abs=1e-6)
    assert variance == pytest.approx((step @ p @ step.T)[0, 0] + q * 8 / 3, rel=1e-6, abs=1e-6)


def test_a_damped_rise_ends_below_the_straight_line_and_below_its_own_sum() -> None:
    state = filtered([0, STEP, 2 * STEP, 3 * STEP], [0, 10, 20, 30], 3 * STEP, Trend(1e4, 0.1, 0.5, 12 * HOUR_MS))
    assert state is not None
    damped = [ahead(state, hours * HOUR_MS, Trend(1e4, 0.1, 0.5, 12 * HOUR_MS))[0] for hours in (1, 2, 50)]
    assert damped[0] < damped[1] < damped[2] == pytest.approx(state.stage + state.rate / math.log(2))
    assert damped[0] - state.stage == pytest.approx(state.rate * 0.5 / math.log(2))


def test_a_damped_model_reads_its_own_stage_only() -> None:
    lead = {**raw()["leads"][0], "features": [], "intercept_cm": 0.0}
    trend = {"q": 100.0, "sigma_cm": 0.5, "phi": 0.5, "memory_ms": 12 * HOUR_MS}
    model = loaded(kind="damped", trend=trend, leads=[lead])
    assert model.series == (OWN,)
    said = forecast(model, HOUR_MS, {OWN: every_step(10, 20, 30, 40)}, 0)
    assert said is not None
    assert 40 < said.cm < 60
    assert forecast(model, HOUR_MS, {OWN: every_step(20, 30, 40)}, 0) is None, "too few readings for a trend"


@pytest.mark.parametrize(
    ("lead_ms", "said"),
    [
        pytest.param(3 * HOUR_MS, "bridge: a forecast at 180 min is refused: no better than persistence", id="refused"),
        pytest.param(2 * HOUR_MS, "bridge: a forecast at 120 min was not fitted, only 60 min, 180 min", id="unknown"),
    ],
)
def test_a_lead_that_is_no_good_is_said_and_not_given(lead_ms: int, said: str) -> None:
    with pytest.raises(ForecastRefused, match=said):
        forecast(loaded(), lead_ms, KNOWN, 0)


def test_what_was_written_is_read_again() -> None:
    model = loaded()
    assert Model.load(model.dump()) == model
    assert model.series == (OWN, ABOVE, RAIN)
    assert model.memory_ms == 5 * STEP, "lag, span and a gap of three steps"


def changed_lead(**changed: Any) -> dict[str, Any]:
    return {"leads": [raw()["leads"][0] | changed]}


def changed_term(**changed: Any) -> dict[str, Any]:
    return changed_lead(features=[term("difference", OWN, 0, 0.5) | changed])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"v": 2}, "v: Invalid enum value 2"),
        ({"kind": "neural"}, "kind: Invalid enum value 'neural'"),
        ({"colour": "red"}, "Object contains unknown field `colour`"),
        ({"step_ms": 0}, "step_ms: must be above 0"),
        ({"leads": []}, "leads: there is none"),
        ({"leads": raw()["leads"][:1] * 2}, "leads: one stands there twice"),
        ({"kind": "damped"}, "trend: belongs to the kind 'damped', and only there"),
        ({"trend": {"q": 0, "sigma_cm": 1, "phi": 1.5, "memory_ms": 1}}, "trend.phi: must be above 0 and at most 1"),
        (changed_lead(lead_ms=-1), "leads[0].lead_ms: must be above 0"),
        (changed_lead(lead_ms="60 min"), "leads[0].lead_ms: Expected `int`, got `str`"),
        (changed_lead(features=[]), "leads[0].features: belong to the kind 'arx', and only there"),
        (changed_lead(refused=True), "leads[0].reason: says why a lead is refused"),
        (changed_term(lag_ms=-1), "leads[0].features[0]: lag_ms may not be negative"),
        (changed_term(coefficient=None), "leads[0].features[0].coefficient: Expected `float`, got `null`"),
        (changed_lead(spread=SPREAD | {"rising": [[0.5, 1.0]]}), "leads[0].spread.rising: needs two quantiles"),
        (changed_lead(spread=SPREAD | {"rising": [[0.5, 1.0], [0.5, 2.0]]}), "spread.rising: probabilities must rise"),
        (changed_lead(spread=SPREAD | {"falling": [[0.1, 1.0], [0.5, 0.0]]}), "spread.falling: residuals may not fall"),
        (changed_lead(spread=SPREAD | {"falling": [[0.1, 1.0], [1.0, 2.0]]}), "probabilities lie between 0 and 1"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_place(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError) as refused:
        loaded(**changed)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_every_mistake_is_said_at_once() -> None:
    with pytest.raises(ModelError) as refused:
        loaded(step_ms=0, trend={"q": 0, "sigma_cm": -1, "phi": 0, "memory_ms": 0})
    assert len(refused.value.problems) == 6


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v": NaN}', b"\xff\xfe"])
def test_what_is_no_model_file_is_refused(text: str | bytes) -> None:
    with pytest.raises(ModelError):
        Model.load(text)


def test_a_number_that_json_has_not_is_never_written() -> None:
    with pytest.raises(ModelError, match="floor_cm: Expected `float`, got `null`"):
        msgspec.structs.replace(loaded(), floor_cm=math.nan).dump()
