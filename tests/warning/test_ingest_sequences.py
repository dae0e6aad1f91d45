"""What the devices' own counters say."""

import pytest

from sensors.payloads import Frame
from sensors.readings import Reading, Series
from warning.ingest_sequences import Sequences

STAGE = Series("leimbach", "stage")


@pytest.mark.parametrize(
    ("seen", "gaps", "repeats", "restarts"),
    [
        pytest.param([(1, 10), (2, 20), (3, 30)], 0, 0, 0, id="all there"),
        pytest.param([(5, 10), (6, 20)], 0, 0, 0, id="we may come in the middle"),
        pytest.param([(1, 10), (5, 50)], 3, 0, 0, id="three lost"),
        pytest.param([(1, 10), (2, 20), (2, 20), (3, 30)], 0, 1, 0, id="delivered twice"),
        pytest.param(
            [(1, 10), (2, 20), (3, 30), (1, 10), (2, 20), (3, 30), (4, 40)], 0, 3, 0, id="sent again as a whole"
        ),
        pytest.param([(7, 10), (0, 20), (1, 30)], 0, 0, 1, id="switched off and on"),
        pytest.param([(7, 10), (7, 20), (8, 30)], 0, 0, 1, id="a restart that hits the same number"),
        pytest.param([(None, 10), (None, 20)], 0, 0, 0, id="a device without numbers"),
        pytest.param([(0, 10), (2, 20)], 1, 0, 0, id="zero is a number"),
    ],
)
def test_counting(seen: list[tuple[int | None, int]], gaps: int, repeats: int, restarts: int) -> None:
    sequences = Sequences()
    for number, at in seen:
        sequences.see(Reading(STAGE, at, 1.0, number))
    assert sequences.counters() == {
        "sequence_gaps": gaps,
        "sequence_repeats": repeats,
        "sequence_restarts": restarts,
    }


def test_series_are_counted_apart_and_the_worst_is_named() -> None:
    sequences = Sequences()
    for number in (1, 2, 9):
        sequences.see(Reading(STAGE, number, 1.0, number))
        sequences.see(Reading(Series("barmen", "rain"), number, 1.0, 2 * number))
    assert sequences.worst(1) == "barmen/rain lost 14"
    assert sequences.counters()["sequence_gaps"] == 6 + 14


@pytest.mark.parametrize(
    ("heard", "resent", "counters"),
    [
        pytest.param([(7, 0), (8, 300)], [False, False], (0, 0, 0), id="all there"),
        pytest.param([(7, 0), (7, 20), (7, 149)], [False, True, True], (0, 2, 0), id="sent again"),
        pytest.param([(7, 20), (7, 0)], [False, True], (0, 1, 0), id="the earlier copy comes second"),
        pytest.param([(7, 0), (7, 150)], [False, False], (0, 0, 1), id="the same number half a step later"),
        pytest.param([(7, 900), (7, 0)], [False, False], (0, 1, 0), id="the same number of long before"),
        pytest.param([(7, 0), (10, 900)], [False, False], (2, 0, 0), id="two lost"),
        pytest.param([(7, 0), (0, 20), (1, 300)], [False, False, False], (0, 0, 1), id="a new session, however soon"),
        pytest.param([(0, 0), (0, 20)], [False, True], (0, 1, 0), id="zero is a number"),
    ],
)
def test_frames(heard: list[tuple[int, int]], resent: list[bool], counters: tuple[int, int, int]) -> None:
    sequences = Sequences()
    assert [sequences.resent(STAGE, Frame(*each), within_ms=150) for each in heard] == resent
    assert tuple(sequences.counters().values()) == counters
