"""What a late reading tells, and what it keeps to itself."""

import pytest

from rules.messages import Note, NoteReason, Transition
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import STAGE, Told, block, book_of, station, tell
from tests.rules.ruling import ruled

BOOK = book_of(station(), ruled({"level 1": "stage(a) >= 100 cm"}, {"stage(a)": "10 cm"}))
STEEP = book_of(station(), ruled({"level 1": "rise(a, 60 min) >= 30 cm/h"}, {"rise(a, 60 min)": "10 cm/h"}))
NOW = 12 * HOUR_MS


def said(*each: tuple[float, float | None]) -> Told:
    """Readings one by one (minute, cm)."""
    return tell(BOOK, [block([(STAGE, (round(at * MINUTE_MS), value))], NOW) for at, value in each])


def edges(told: Told) -> list[tuple[float, bool | None]]:
    """Minute and truth of every edge."""
    start = block([(STAGE, (0, 0.0))]).at[0]
    return [((edge.at - start) / MINUTE_MS, edge.truth) for one in told.assessments for edge in one.edges]


def test_a_late_reading_that_makes_it_true_now_is_an_edge() -> None:
    before = [(minute, 100 + minute) for minute in (0, 5, 40)]
    early = tell(STEEP, [block([(STAGE, (at * MINUTE_MS, float(value)))], NOW) for at, value in before])
    assert edges(early) == [(0, None)]
    more = tell(STEEP, [block([(STAGE, (35 * MINUTE_MS, 135.0))], NOW)], early.state)
    assert edges(more) == [(40, True)]
    assert [each.to.state for each in more.decisions if isinstance(each, Transition)] == ["PENDING"]


def test_a_newest_reading_corrected_downwards_waits_for_the_next_one() -> None:
    high = said((0, 90), (5, 120))
    assert edges(high) == [(0, False), (5, True)]
    down = tell(BOOK, [block([(STAGE, (5 * MINUTE_MS, 20.0))], NOW)], high.state)
    assert (edges(down), down.decisions) == ([], [])
    assert down.history[STAGE, 5 * MINUTE_MS].value == 20
    after = tell(BOOK, [block([(STAGE, (10 * MINUTE_MS, 20.0))], NOW)], down.state)
    assert edges(after) == [(10, False)]


def test_a_newest_reading_corrected_upwards_does_not_wait() -> None:
    assert edges(said((0, 90), (5, 95), (5, 120))) == [(0, False), (5, True)]


def test_a_crossing_that_is_over_is_for_staff_and_the_record_only() -> None:
    told = said((0, 90), (10, 80), (5, 130))
    assert edges(told) == [(0, False), (5, True), (10, False)]
    (note,) = [each for each in told.decisions if isinstance(each, Note)]
    assert (note.reason, note.value, note.text) == (NoteReason.CROSSED_IN_THE_PAST, 130, "stage(a) >= 100 cm")
    assert {each.to.level for each in told.decisions if isinstance(each, Transition)} == {0}


@pytest.mark.parametrize(
    "readings",
    [
        pytest.param([(0, 90), (10, 120), (5, 130)], id="it is true now"),
        pytest.param([(0, 120), (10, 80), (5, 130)], id="it was known before"),
        pytest.param([(0, 90), (10, 80), (5, 99.9)], id="it never was"),
    ],
)
def test_no_crossing_is_noted_where_there_is_none_to_tell(readings: list[tuple[float, float]]) -> None:
    assert [each for each in said(*readings).decisions if isinstance(each, Note)] == []


def test_what_is_older_than_the_ring_is_counted_and_kept_in_the_history_alone() -> None:
    told = said((0, 50), (600, 50), (1, 700))
    row = told.history[STAGE, MINUTE_MS]
    assert (row.value, row.flag, set(row.signals.values())) == (700, 2, {None})
    cursor = told.state.arrays.cursors[0]
    assert (cursor["too_old"], cursor["late"], cursor["count"]) == (1, 0, 1)
    assert edges(told) == [(0, False)]


def test_a_duplicate_leaves_no_row_and_a_revision_replaces() -> None:
    told = said((0, 50), (5, 60), (0, 50), (5, 60), (0, 55))
    assert [len(each.at) - each.corrected for each in told.assessments] == [1, 1, 0, 0, 1]
    cursor = told.state.arrays.cursors[0]
    assert (cursor["duplicates"], cursor["revised"], cursor["late"], cursor["count"]) == (2, 1, 0, 2)
    assert {at: row.value for (_, at), row in told.history.items()} == {0: 55, 5 * MINUTE_MS: 60}
    assert told.history[STAGE, 5 * MINUTE_MS] == said((0, 55), (5, 60)).history[STAGE, 5 * MINUTE_MS]
