"""A gauge whose zero was moved: told by metadata, not guessed by a quality test."""

import pytest
from pydantic import ValidationError

from rules.advance import advance, initial
from rules.book import build
from sensors.readings import Reading, Series, block_of
from sensors.stations import Station
from tests.rules.bell import rule, station

DAY_MS = 86_400_000
MOVED = 1_626_220_800_000  # 14 July 2021, 00:00 UTC


def moved(*shifts: tuple[str, str]) -> Station:
    """Station A with shifts of its zero."""
    tree = station().model_dump(mode="json", by_alias=True, include={"name", "catchment"})
    sensor = {"step": "5 min", "resolution": "0.1 cm", "span": ["-50 cm", "700 cm"], "topic": "s"}
    zero = [{"from": day, "shift": shift} for day, shift in shifts]
    return Station.model_validate(tree | {"sensors": {"stage": sensor | {"zero": zero}}})


def test_readings_count_from_the_zero_of_today_whenever_they_were_measured() -> None:
    """Hung 40 cm lower on 14 July and 10 cm higher on the 16th: no jump in what is derived."""
    levels = {"level 1": "stage(a) >= 130 cm"}
    book = build("t", {"a": moved(("2021-07-14", "-40 cm"), ("2021-07-16", "-30 cm"))}, [rule(levels)])
    told = [(MOVED - 1, 100.0), (MOVED, 140.0), (MOVED + 2 * DAY_MS - 1, 141.0), (MOVED + 2 * DAY_MS, 131.0)]
    told += [(MOVED + 2 * DAY_MS + 1, None), (MOVED + 2 * DAY_MS + 2, -9999.0)]
    block = block_of("wupper", told[-1][0], "test", [Reading(Series("a", "stage"), at, value) for at, value in told])
    rules = book.catchments["wupper"]
    state, (assessment, *said) = advance(rules, initial(rules), block)
    assert assessment.value == (100.0, 100.0, 101.0, 101.0, None, -9999.0)
    assert assessment.flag == (1, 1, 1, 1, 9, 4)
    assert [one.to.state for one in said] == ["NORMAL"]
    assert state.conditions["town/flood"].standing.level == 0


def test_days_of_a_zero_rise_and_shifts_are_lengths() -> None:
    """Mistakes are named."""
    with pytest.raises(ValidationError, match="the days must rise"):
        moved(("2021-07-16", "1 cm"), ("2021-07-14", "2 cm"))
    with pytest.raises(ValidationError, match="stage is counted in cm, not mm"):
        moved(("2021-07-16", "1 mm"))
