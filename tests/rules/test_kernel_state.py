"""What is remembered stays small, and outlives an edit of the rules."""

import random

import pytest

from rules.advance import dump, load
from rules.books import CatchmentBook
from rules.messages import Transition
from rules.signals.layout import HOURS
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import RAIN, STAGE, Told, asking, block, book_of, station, tell
from tests.rules.everything import FULL, GROUND, TESTED, WANTED, readings
from tests.rules.ruling import ruled
from warning.log.ledger import encode_state

STEP = 5 * MINUTE_MS
DAY = 24 * HOUR_MS
#: limits that random numbers do not reach: decisions are not what is weighed here
RULE = {
    "level 1": "stage({0}) >= 100 cm or rise({0}, 60 min) >= 900 cm/h or rain({0}, 60 min) >= 75 mm",
    "level 2": "max({0}, 60 min) >= 200 cm and mean({0}, 60 min) >= 150 cm or rain({0}, 2 h) >= 90 mm",
    "level 3": "rise_low({0}, 60 min) >= 990 cm/h or trend({0}) >= 9000 cm/h or return_period({0}) >= 50 a",
}


def network(count: int) -> CatchmentBook:
    """Stations with stage and rain every five minutes, each under a rule that asks for everything."""
    names = [f"s{place}" for place in range(count)]
    rules = [
        ruled({level: text.format(name) for level, text in RULE.items()}).model_copy(update={"zone": f"zone-{name}"})
        for name in names
    ]
    return book_of({name: station(**TESTED, **GROUND) for name in names}, *rules)


def worth_a_day(book: CatchmentBook) -> Told:
    rng = random.Random(1)
    series = [each.series for each in book.series.values()]
    told = [
        (each, (place * STEP, round(rng.uniform(0, 90) if each.parameter == "stage" else rng.uniform(0, 1), 1)))
        for place in range(288)
        for each in series
    ]
    return tell(book, [block(told)])


def test_a_series_under_full_rules_takes_less_than_four_kilobytes() -> None:
    told = worth_a_day(network(10))
    assert {each.to.level for each in told.decisions if isinstance(each, Transition)} == {0}
    assert sum(array.nbytes for array in told.state.arrays) / 20 < 4096


def test_a_catchment_of_sixty_stations_is_one_message() -> None:
    """Random digits, which no compression helps."""
    assert len(encode_state(0, dump(worth_a_day(network(60)).state))) < 512 * 1024  # as a checkpoint writes it


def adopted(told: Told, book: CatchmentBook) -> Told:
    """The same state, at rest and taken up under other rules, and nothing said yet."""
    return told._replace(state=load(book, dump(told.state)), history={}, decisions=[], assessments=[])


MORE = asking("max(a, 90 min) cm", "mean(a, 45 min) cm", "rise(a, 90 min) cm/h", "rain(a, 2 h) mm")


@pytest.mark.parametrize("kind", FULL)
@pytest.mark.parametrize("seed", range(4))
def test_under_edited_rules_kept_series_go_on_as_over_the_same_ring(kind: str, seed: int) -> None:
    """Signals old and new are those of a run that never knew other rules, as far as the ring reaches."""
    before, step = FULL[kind]
    edited = MORE.model_copy(update={"zone": "hill"})
    after = book_of(station("5 min" if kind == "whole" else "10 s", **TESTED, **GROUND), WANTED, edited)
    ordered = readings(random.Random(seed), 200, step)
    half = len(ordered) // 2
    moved = adopted(tell(before, [block(ordered[:half], DAY)]), after)
    found = tell(after, [block(ordered[half:], DAY)], moved.state).history
    fresh = tell(after, [block(ordered, DAY)]).history
    for key, row in found.items():
        assert row.value == fresh[key].value
        assert row.doubt == fresh[key].doubt
        for name, value in row.signals.items():
            assert value == pytest.approx(fresh[key].signals[name], abs=2e-6), (key, name)


def test_what_edited_rules_know_at_once_is_what_they_would_have_known() -> None:
    """Before any reading comes: the newest values, under rules that ask for more, of several series."""
    before, step = FULL["whole"]
    after = book_of(station(**TESTED, **GROUND), WANTED, MORE.model_copy(update={"zone": "hill"}))
    ordered = readings(random.Random(9), 30, step)
    moved = adopted(tell(before, [block(ordered, DAY)]), after)
    fresh = tell(after, [block(ordered, DAY)])
    assert moved.state.arrays.now == pytest.approx(fresh.state.arrays.now, abs=2e-6, nan_ok=True)
    assert moved.state.arrays.before == pytest.approx(fresh.state.arrays.before, abs=2e-6, nan_ok=True)


def test_a_ring_that_shrinks_hands_what_falls_out_to_what_runs_behind_it() -> None:
    """Wetness and trend know of readings that no ring holds any more."""
    large = book_of(station(**GROUND), asking("wetness(a) mm", "rain(a, 24 h) mm", "trend(a) cm/h", "max(a, 24 h) cm"))
    small = book_of(station(**GROUND), asking("wetness(a) mm", "trend(a) cm/h"))
    ordered = readings(random.Random(5), 400, 300)
    moved = adopted(tell(large, [block(ordered, 9 * DAY)]), small)
    at = ordered[-1][1][0] + STEP
    more = [(STAGE, (at, 7.0)), (RAIN, (at, 1.0)), (STAGE, (at - 1000, 7.0)), (RAIN, (at - 1000, 1.0))]
    found = tell(small, [block(more, 9 * DAY)], moved.state).history
    fresh = tell(small, [block([*ordered, *more], 9 * DAY)]).history
    for series, name in ((STAGE, "trend"), (RAIN, "wetness")):
        assert found[series, at].signals[name] == pytest.approx(fresh[series, at].signals[name], abs=2e-6)


def test_a_day_of_extremes_outlives_an_edit() -> None:
    tested = {"attenuated": "5 cm"}
    before = book_of(station(stage=tested), asking("max(a, 60 min) cm"))
    after = book_of(station(stage=tested), asking("max(a, 2 h) cm"))
    calm = [(STAGE, (place * STEP, 50.0)) for place in range(HOURS * 12)]
    moved = adopted(tell(before, [block(calm)]), after)
    last = (STAGE, (HOURS * 12 * STEP, 50.0))
    assert tell(after, [block([last])], moved.state).history[last[0], last[1][0]].flag == 3


def test_a_late_reading_from_behind_a_ring_that_grew_is_too_old() -> None:
    """What runs behind the ring has gone on past it, and time does not go back."""
    small = book_of(station(**GROUND), asking("trend(a) cm/h"))
    large = book_of(station(**GROUND), asking("trend(a) cm/h", "max(a, 24 h) cm"))
    told = tell(small, [block([(STAGE, (place * STEP, 10.0)) for place in range(200)])])
    moved = adopted(told, large)
    late = tell(large, [block([(STAGE, (10 * STEP + 1, 900.0))], DAY)], moved.state)
    row = late.history[STAGE, 10 * STEP + 1]
    assert (row.value, row.flag) == (900, 2)
    assert late.state.arrays.cursors[0]["too_old"] == 1
