"""Late readings: the history in any order of arrival is that of the order of time, and what is said of them.

What looks at other series (neighbours, clogging, snow), forecasts, and the day behind the attenuation test say
what was known when they were made, and stay. A stuck reading fails for good. None of them is asked for here.
"""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.advance import CatchmentState
from rules.books import CatchmentBook
from sensors.doubts import Doubt
from sensors.readings import Series
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import STAGE, Arrival, Row, asking, block, book_of, station, tell
from tests.rules.everything import FULL, readings


def same(one: Row, other: Row) -> bool:
    return (one.value, one.flag, one.doubt) == (other.value, other.flag, other.doubt) and all(
        one.signals[name] == pytest.approx(other.signals[name], abs=2e-6) for name in one.signals
    )


def shuffled(rng: random.Random, ordered: list[Arrival], most_ms: int) -> list[Arrival]:
    """Every reading arrives up to so much late."""
    return sorted(ordered, key=lambda each: each[1][0] + rng.random() * most_ms)


@pytest.mark.parametrize("kind", FULL)
@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_history_is_the_same_in_any_order_of_arrival(kind: str, rng: random.Random) -> None:
    book, step = FULL[kind]
    ordered = readings(rng, rng.randint(1, 120), step)
    late = shuffled(rng, ordered, rng.choice([3, 20]) * step * 1000)
    far = 10**9
    whole = tell(book, [block(ordered, far)])
    corrected = tell(book, [block([each], far) for each in late])
    assert whole.history.keys() == corrected.history.keys()
    assert [key for key in whole.history if not same(whole.history[key], corrected.history[key])] == []
    for name in ("ring_at", "ring_value", "ring_doubt"):
        assert _rings(book, whole.state, name) == _rings(book, corrected.state, name)
    assert whole.state.arrays.now == pytest.approx(corrected.state.arrays.now, abs=2e-6, nan_ok=True)


def _rings(book: CatchmentBook, state: CatchmentState, name: str) -> list[list[int]]:
    rows = zip(book.plan.series, state.arrays.cursors, strict=True)
    places = [
        slice(row["ring"] + cursor["first"], row["ring"] + cursor["first"] + cursor["count"]) for row, cursor in rows
    ]
    base = state.arrays.cursors["base"] if name == "ring_at" else np.zeros(len(places), np.int64)
    return [(getattr(state.arrays, name)[place] + one).tolist() for place, one in zip(places, base, strict=True)]


def minute(*points: tuple[float, float]) -> list[Arrival]:
    return [(STAGE, (round(at * MINUTE_MS), value)) for at, value in points]


SPIKY = book_of(station("5 min", stage={"spike": "5 cm"}), asking("max(a, 60 min) cm"))


def test_a_spike_that_a_late_reading_confirms_is_none_any_more() -> None:
    first = minute((0, 50), (10, 90), (20, 50), (25, 50))
    told = tell(SPIKY, [block(first)])
    assert told.history[STAGE, 10 * MINUTE_MS].doubt & Doubt.SPIKE
    told = tell(SPIKY, [block(first), block(minute((15, 90)), HOUR_MS)])
    ordered = tell(SPIKY, [block(minute((0, 50), (10, 90), (15, 90), (20, 50), (25, 50)))])
    assert told.history == ordered.history
    assert not told.history[STAGE, 10 * MINUTE_MS].doubt & Doubt.SPIKE


def test_what_is_as_it_was_is_not_said_again() -> None:
    told = tell(SPIKY, [block(minute((0, 50), (5, 50), (15, 50))), block(minute((10, 50)), HOUR_MS)])
    assert told.assessments[-1].corrected == 1  # the one after it


def test_a_correction_does_not_outlive_a_newer_word_about_the_same_time() -> None:
    """In one block: a reading, a late one that corrects it, then the reading revised, or reported as missing."""
    for last in (61.0, None, 5000.0):
        readings = [*minute((0, 50), (10, 60), (5, 55)), (STAGE, (10 * MINUTE_MS, last))]
        whole, single = [block(readings, HOUR_MS)], [block([each], HOUR_MS) for each in readings]
        assert tell(SPIKY, whole).history == tell(SPIKY, single).history
        assert tell(SPIKY, whole).history[STAGE, 10 * MINUTE_MS].value == last


LONG = book_of(station("5 min"), asking("max(a, 4 h) cm", "rain(a, 4 h) mm"))


def test_rows_whose_windows_reach_behind_the_ring_stay_as_they_were_told() -> None:
    """A day of readings, then one that is four hours late: it counts now, and nothing right is overwritten."""
    steps = range(0, 24 * 60, 5)
    told = [*minute(*((at, 100 if at < 18 * 60 else 10) for at in steps if at != 20 * 60))]
    before = tell(LONG, [block(told)])
    late = tell(LONG, [block(told), block(minute((20 * 60, 70)), 24 * HOUR_MS)])
    assert before.history[STAGE, 21 * HOUR_MS] == late.history[STAGE, 21 * HOUR_MS]
    assert late.history[STAGE, 21 * HOUR_MS].signals["max_240min"] == 100
    assert late.history[STAGE, steps[-1] * MINUTE_MS].signals["max_240min"] == 70
    row = late.history[STAGE, 20 * HOUR_MS]
    assert (row.value, row.flag, row.signals["max_240min"]) == (70, 1, None)


def test_a_late_reading_of_a_stuck_sensor_is_suspect_at_least() -> None:
    flat = {"flat": {"suspect": "3 h", "fail": "12 h", "above": "0 cm"}}
    book = book_of(station("5 min", stage=flat), asking("max(a, 24 h) cm"))
    told = [block(minute(*((at, 100) for at in range(0, 13 * 60, 5) if at != 750))), block(minute((13 * 60, 50)))]
    late = tell(book, [*told, block(minute((750, 100)), 14 * HOUR_MS)])
    assert late.history[STAGE, 745 * MINUTE_MS].flag == 4
    assert late.history[STAGE, 750 * MINUTE_MS].flag == 3


def test_a_late_reading_does_not_stop_the_count_of_readings_that_differ_from_the_neighbour() -> None:
    beside = {"station": "b", "lag": "0 min", "gain": 1, "offset": "0 cm", "sigma": "1 cm"}
    book = book_of({"a": station(stage={"neighbour": beside}), "b": station()}, asking("max(a, 60 min) cm"))
    b = Series("b", "stage")
    told = [(series, (at * MINUTE_MS, 30.0 if series == STAGE else 10.0)) for at in (0, 5, 10) for series in (b, STAGE)]
    late = (STAGE, (3 * MINUTE_MS, 30.0))
    history = tell(book, [block([*told[:5], late, told[5]], HOUR_MS)]).history
    assert [history[STAGE, at * MINUTE_MS].flag for at in (0, 5, 10)] == [1, 1, 3]


def test_doubts_about_a_day_stay_where_that_day_is_remembered_no_more() -> None:
    """The extremes of 25 hours are kept; an hour later those behind an earlier reading are not all there."""
    book = book_of(station(stage={"attenuated": "5 cm"}), asking("max(a, 60 min) cm"))
    calm = minute(*((at, 50) for at in range(0, 26 * 60 + 10, 5) if at != 25 * 60 + 50))
    told = tell(book, [block(calm), block(minute((25 * 60 + 50, 51)), 27 * HOUR_MS)])
    assert told.assessments[-1].corrected > 1
    assert told.history[STAGE, (25 * 60 + 55) * MINUTE_MS].flag == 3
    assert told.history[STAGE, (26 * 60 + 5) * MINUTE_MS].flag == 3
