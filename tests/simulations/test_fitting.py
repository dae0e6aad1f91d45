"""Fitting, on rivers made up so that the answer is known."""

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.forecasts import Model, Readings
from rules.forecasts.evaluate import feature_at
from rules.forecasts.parts import Feature, Trend
from rules.forecasts.trend import filtered
from sensors.readings import Reading, Series
from sensors.records.record import Record, record_of
from sensors.units import HOUR_MS, MINUTE_MS
from simulations.fitting import Fit, FitError, Request, fit_record
from simulations.fitting.arx import Arx
from simulations.fitting.damped import filter_all
from simulations.fitting.data import Arrays, Floats, arrays_of, sha256_of
from simulations.fitting.events import event_level, find_events, folds, within
from simulations.fitting.features import matrix, values_at
from simulations.fitting.scores import Moments, score
from simulations.fitting.unseen import unseen

STEP = 30 * MINUTE_MS
DAY = 24 * HOUR_MS
OWN, ABOVE, RAIN = Series("bridge", "stage"), Series("weir", "stage"), Series("hill", "rain")
WHEN = "2026-01-01T00:00:00Z"

irregular = st.lists(st.tuples(st.integers(60, 7200), st.integers(0, 900)), min_size=2, max_size=25)


def arrays(steps: list[tuple[int, int]]) -> Arrays:
    times = np.cumsum([1000 * seconds for seconds, _ in steps])
    return Arrays(times.astype(np.int64), np.array([tenths / 10 for _, tenths in steps]))


def listed(known: Arrays) -> Readings:
    return Readings(known.times.tolist(), known.values.tolist())


@settings(max_examples=50)
@given(irregular, irregular, st.integers(0, 5), st.integers(1, 5))
def test_features_of_all_moments_are_those_of_each(
    own: list[tuple[int, int]], other: list[tuple[int, int]], lag: int, span: int
) -> None:
    known = {OWN: arrays(own), ABOVE: arrays(other), RAIN: arrays(other)}
    back, length = lag * 10 * MINUTE_MS, span * 10 * MINUTE_MS
    terms = [Feature("difference", *series, back, length, STEP, 1.0) for series in (OWN, ABOVE)]
    terms.append(Feature("depth", *RAIN, back, length, STEP, 1.0))
    found = matrix(terms, known, known[OWN].times)
    for row, now in zip(found, known[OWN].times.tolist(), strict=True):
        expected = [feature_at(term, listed(known[term.series]), now) for term in terms]
        assert row.tolist() == pytest.approx(expected, abs=1e-6, nan_ok=True)


@settings(max_examples=50)
@given(irregular, st.sampled_from([0.1, 10.0, 1e4]))
def test_the_filter_side_by_side_is_the_filter_one_by_one(steps: list[tuple[int, int]], ratio: float) -> None:
    known = arrays(steps)
    memory = 6 * HOUR_MS
    found = filter_all(known, ratio, memory)
    for place, now in enumerate(known.times.tolist()):
        state = filtered(*listed(known), now, Trend(ratio, 1.0, 1.0, memory))
        expected = (np.nan, np.nan) if state is None else (state.stage, state.rate)
        assert (found.stage[place], found.rate[place]) == pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=True)


def hours(*values: float, every: int = 1) -> Arrays:
    return Arrays(np.arange(len(values), dtype=np.int64) * every * HOUR_MS, np.array(values, dtype=np.float64))


def test_crossings_less_than_a_day_apart_are_one_flood() -> None:
    stage = hours(1, 9, 9, 1, *[1] * 20, 8, 1, *[1] * 30, 9, 12, 1)
    assert [(e.start // HOUR_MS, e.end // HOUR_MS, e.peak_cm) for e in find_events(stage, 8)] == [
        (1, 24, 9.0),
        (56, 57, 12.0),
    ]


def test_a_record_that_begins_or_ends_in_a_flood() -> None:
    assert find_events(hours(9, 9, 1, 1), 8) == [], "when it began is not known"
    assert [event.end for event in find_events(hours(1, 9, 9), 8)] == [2 * HOUR_MS]
    assert find_events(hours(1, 8), 8), "at the limit is above"


def test_the_record_is_cut_half_way_between_floods() -> None:
    stage = hours(*([1] * 20 + [9] + [1] * 40) * 3)
    events = find_events(stage, 8)
    parts = folds(stage.times, events)
    assert [int((parts == event).sum()) for event in range(3)] == [51, 61, 71]
    assert sorted(parts.tolist()) == parts.tolist()
    assert int(within(stage.times, events).sum()) == 3 * 25


def test_the_level_that_makes_a_flood_is_the_highest_with_enough_of_them() -> None:
    peaks = [*[20] * 10, 31, 57]
    assert event_level(hours(*[value for peak in peaks for value in (1, peak, *[1] * 30)])) == 20
    few = [4, 22, 31, 57, 58]
    assert event_level(hours(*[value for peak in few for value in (1, peak, *[1] * 30)])) == 20


def test_persistence_scores_nothing_and_the_truth_everything() -> None:
    stage, truth = np.array([1.0, 2, 3]), np.array([2.0, 2, 5])
    everywhere = np.ones(3, dtype=np.bool_)
    assert score(stage, truth, stage, everywhere).pi == 0
    assert score(truth, truth, stage, everywhere).pi == 1
    assert score(stage, truth, stage, everywhere).persistence_rmse_cm == pytest.approx(np.sqrt(5 / 3))
    assert score(stage, stage, stage, everywhere).pi is None, "a river that stands still"
    assert score(2 * stage - truth, truth, stage, everywhere).pi == pytest.approx(-3), "wrong by twice as much"


def regression(rng: np.random.Generator, count: int = 600, events: int = 4) -> tuple[Moments, Floats, Floats]:
    columns = rng.normal(size=(count, 3)) * (1.0, 10.0, 0.1)
    change = 0.5 + columns @ (2.0, -0.3, 5.0) + rng.normal(size=count) * 0.01
    times = np.arange(count, dtype=np.int64) * STEP
    flood = np.ones(count, dtype=np.bool_)
    fold = np.arange(count) * events // count
    return Moments(times, np.zeros(count), flood, fold, flood, STEP, -1e9, events), columns, change


def test_the_regression_finds_what_made_the_river_and_leaves_out_what_is_held_out() -> None:
    moments, columns, change = regression(np.random.default_rng(1))
    arx = Arx(moments, columns, change, np.ones(len(change)))
    intercept, coefficients = arx.fitted()
    assert intercept == pytest.approx(0.5, abs=0.01)
    assert coefficients.tolist() == pytest.approx([2.0, -0.3, 5.0], rel=0.01)
    spoiled = np.where(moments.fold == 2, 1e6, change)
    without = Arx(moments, columns, spoiled, np.ones(len(change))).fitted(frozenset({2}))
    assert without[0] == arx.fitted(frozenset({2}))[0]
    assert without[1].tolist() == arx.fitted(frozenset({2}))[1].tolist()
    assert Arx(moments, columns, spoiled, np.ones(len(change))).fitted()[0] > 1e3, "not held out, it spoils all"


def test_a_term_of_mere_noise_is_held_small_where_there_is_little_to_learn_from() -> None:
    rng = np.random.default_rng(2)
    moments, _, _ = regression(rng, count=40)
    columns = rng.normal(size=(40, 20))
    change = rng.normal(size=40)
    _, coefficients = Arx(moments, columns, change, np.ones(40)).fitted()
    plain, *_ = np.linalg.lstsq(columns, change, rcond=None)
    assert np.abs(coefficients).sum() < 0.5 * np.abs(plain).sum()


def river(floods: int, seed: int = 3, days: int = 6, *, with_rain: Sequence[int] = ()) -> Record:
    """A weir whose floods reach the bridge two hours later, smaller; rain as told, per step."""
    rng = np.random.default_rng(seed)
    count = floods * days * 48
    above = np.cumsum(rng.normal(size=count) * 0.02)
    for flood in range(floods):
        start = flood * days * 48 + 100
        shape = np.arange(60)
        above[start : start + 60] += rng.uniform(80, 160) * (shape / 8) * np.exp(1 - shape / 8)
    bridge = 20 + 0.8 * np.concatenate((np.zeros(4), above[:-4])) + rng.normal(size=count) * 0.1
    found = [Reading(OWN, place * STEP, float(value)) for place, value in enumerate(bridge)]
    found += [Reading(ABOVE, place * STEP, float(value)) for place, value in enumerate(above)]
    found += [Reading(RAIN, place * STEP, float(value)) for place, value in enumerate(with_rain)]
    return record_of("made-up", found, 0)


@pytest.fixture(scope="module")
def fitted() -> Fit:
    return fit_record(river(6), Request("bridge", (STEP, 2 * HOUR_MS), (ABOVE,)), WHEN)


def test_the_gauge_above_sees_the_flood_coming(fitted: Fit) -> None:
    arx, damped = fitted.models["arx"], fitted.models["damped"]
    assert fitted.better == "arx"
    for lead in (0, 1):
        index = arx.leads[lead].event_steps.pi
        alone = damped.leads[lead].event_steps.pi
        assert index is not None
        assert alone is not None
        assert index > 0.95
        assert alone < index
    assert [(one.lag_steps, one.told) for one in fitted.travel] == [(4, True)]


def test_the_chance_of_what_is_sure_to_come_is_high_and_of_what_is_not_low(fitted: Fit) -> None:
    checked = fitted.checked["arx", 2 * HOUR_MS]
    rises = np.flatnonzero(checked.known & (checked.truth > checked.moments.stage + 20))
    assert len(rises) > 20
    chances = [checked.chance(int(place), float(checked.moments.stage[place]) + 5) for place in rises]
    assert np.mean(chances) > 0.9
    assert np.mean([checked.chance(int(place), 1e4) for place in rises]) == pytest.approx(0.005)


def test_a_fit_is_the_same_every_time_and_reads_as_written(fitted: Fit) -> None:
    again = fit_record(river(6), Request("bridge", (STEP, 2 * HOUR_MS), (ABOVE,)), WHEN)
    assert again.models == fitted.models
    for model in fitted.models.values():
        assert Model.load(model.dump()) == model
        assert model.fitted_at == WHEN


def test_what_is_held_out_stays_unseen_to_its_forecast_and_to_its_spread(fitted: Fit) -> None:
    """A record whose third flood is another one: the forecasts made of it without it lean on the others only."""
    record = river(6)
    spoiled = record_of("made-up", [_doubled_after_third_peak(arrival.reading) for arrival in record.arrivals], 0)
    request = Request("bridge", (STEP, 2 * HOUR_MS), (ABOVE,))
    other = fit_record(spoiled, request._replace(event_cm=fitted.models["arx"].data.event_cm), WHEN)
    for lead in request.leads:
        before, after = fitted.checked["arx", lead], other.checked["arx", lead]
        assert before.spread_without[2] == after.spread_without[2]
        assert before.spread_without[1] != after.spread_without[1]
        own = (before.moments.now > 12 * DAY + 100 * STEP) & (before.moments.now <= THIRD_PEAK)
        assert after.level[own].tolist() == pytest.approx(before.level[own].tolist())


THIRD_PEAK = (2 * 6 * 48 + 112) * STEP


def _doubled_after_third_peak(reading: Reading) -> Reading:
    if reading.series == OWN and reading.value is not None and THIRD_PEAK < reading.at <= THIRD_PEAK + 10 * STEP:
        return reading._replace(value=2 * reading.value)
    return reading


def test_of_a_random_walk_nothing_can_be_foretold() -> None:
    walk = 20 + np.cumsum(np.random.default_rng(5).normal(size=4000))
    record = record_of("walk", [Reading(OWN, place * STEP, float(value)) for place, value in enumerate(walk)], 0)
    models = fit_record(record, Request("bridge", (STEP,)), WHEN).models
    index = models["arx"].leads[0].event_steps.pi
    assert index is not None
    assert abs(index) < 0.02
    damped = models["damped"].leads[0]
    assert damped.refused
    assert "no better than persistence in floods it was not fitted on (persistence index -0.09)" in damped.reason


@pytest.mark.parametrize(
    ("rain", "reason"),
    [
        pytest.param([0] * 1728, "never changes: a constant column", id="dead gauge"),
        pytest.param([0, 1] * 100, "known at only 18% of the moments of floods", id="a gauge of a few days"),
    ],
)
def test_rain_that_cannot_be_used_is_left_out_and_said(rain: list[int], reason: str) -> None:
    arx = fit_record(river(6, with_rain=rain), Request("bridge", (STEP,), (ABOVE,), (RAIN,)), WHEN).models["arx"]
    assert [tuple(msgspec.structs.astuple(one)) for one in arx.dropped] == [("hill", "rain", reason)]
    assert RAIN not in arx.series


def test_rain_that_was_measured_is_used() -> None:
    rain = np.random.default_rng(6).integers(0, 3, size=1728).tolist()
    arx = fit_record(river(6, with_rain=rain), Request("bridge", (STEP,), (ABOVE,), (RAIN,)), WHEN).models["arx"]
    assert arx.dropped == ()
    assert arx.series == (OWN, ABOVE, RAIN)


def test_what_came_after_the_fit_is_scored_as_the_service_would_forecast_it() -> None:
    record = river(6)
    until = 4 * 6 * DAY
    model = fit_record(record, Request("bridge", (2 * HOUR_MS,), (ABOVE,), until=until), WHEN).models["arx"]
    assert model.data.events == 4
    found = unseen(record, model, until)
    assert found.floods == 2
    index = found.scores[2 * HOUR_MS].pi
    assert index is not None
    assert index > 0.95
    assert unseen(record, model, record.end).floods == 0


def test_the_hash_is_of_the_readings_used() -> None:
    record = river(3)
    known = arrays_of(record, (OWN, ABOVE), None)
    assert sha256_of(known) == sha256_of(dict(reversed(known.items())))
    assert sha256_of({OWN: known[OWN]}) != sha256_of(known)
    moved = known | {ABOVE: Arrays(known[ABOVE].times + 1, known[ABOVE].values)}
    assert sha256_of(moved) != sha256_of(known)


def test_of_two_readings_for_one_time_the_later_arrival_counts_and_gaps_are_left_out() -> None:
    readings = [Reading(OWN, 0, 1.0), Reading(OWN, 0, 2.0), Reading(OWN, STEP, None), Reading(OWN, 2 * STEP, 3.0)]
    known = arrays_of(record_of("r", readings, 0), (OWN,), 3 * STEP)[OWN]
    assert (known.times.tolist(), known.values.tolist()) == ([0, 2 * STEP], [2.0, 3.0])
    assert values_at(known, np.array([STEP]), STEP).tolist() == [2.5]


@pytest.mark.parametrize(
    ("floods", "request_", "said"),
    [
        (6, Request("brige", (STEP,)), r"made-up has no brige/stage \(did you mean bridge/stage\?\)"),
        (6, Request("bridge", (STEP,), rain=(RAIN,)), "made-up has no hill/rain; it has bridge/stage, weir/stage"),
        (6, Request("bridge", (STEP,), event_cm=1000.0), r"bridge/stage passed 1000 cm in 0 event\(s\); 4 are needed"),
        (2, Request("bridge", (STEP,)), "the record is too short: in 12 days no level was passed in 4 events"),
        (6, Request("bridge", (STEP,), until=0), "the record is too short: 0 readings"),
    ],
)
def test_what_cannot_be_fitted_is_said(floods: int, request_: Request, said: str) -> None:
    with pytest.raises(FitError, match=said):
        fit_record(river(floods), request_, WHEN)
