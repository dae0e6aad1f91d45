"""A gauge whose zero was moved: told by metadata, not guessed by a quality test."""

import pytest
from pydantic import ValidationError

from rules.advance import advance, initial
from rules.book import build
from rules.checks import check
from rules.messages import Assessment, Transition
from rules.zero import measurable
from sensors.readings import Reading, Series, block_of
from sensors.stations import Station
from tests.rules.bell import rule, station
from tests.rules.ruling import level_1

DAY_MS = 86_400_000
MOVED = 1_626_220_800_000  # 14 July 2021, 00:00 UTC


def moved(*shifts: tuple[str, str], sentinels: tuple[float, ...] = ()) -> Station:
    """Station A with shifts of its zero."""
    tree = station().model_dump(mode="json", by_alias=True, include={"name", "catchment"})
    sensor = {"step": "5 min", "resolution": "0.1 cm", "span": ["-50 cm", "700 cm"], "topic": "s"}
    zero = [{"from": day, "shift": shift} for day, shift in shifts]
    tests = {"quality": {"sentinels": list(sentinels)}}
    return Station.model_validate(tree | {"sensors": {"stage": sensor | {"zero": zero} | tests}})


def assessed(home: Station, *values: float) -> Assessment:
    """What values are worth that were measured every five minutes from 14 July on."""
    rules = build("t", {"a": home}, [rule({"level 1": "stage(a) >= 130 cm"})]).catchments["wupper"]
    told = [Reading(Series("a", "stage"), MOVED + 300_000 * place, value) for place, value in enumerate(values)]
    _, (assessment, *_) = advance(rules, initial(rules), block_of("wupper", told[-1].at, "test", told))
    assert isinstance(assessment, Assessment)
    return assessment


def test_readings_count_from_the_zero_of_today_whenever_they_were_measured() -> None:
    """Hung 40 cm lower on 14 July and 10 cm higher on the 16th: no jump in what is derived."""
    levels = {"level 1": "stage(a) >= 130 cm"}
    book = build("t", {"a": moved(("2021-07-14", "-40 cm"), ("2021-07-16", "-30 cm"))}, [rule(levels)])
    told: list[tuple[int, float | None]] = [
        (MOVED - 1, 100.0),
        (MOVED, 140.0),
        (MOVED + 2 * DAY_MS - 1, 141.0),
        (MOVED + 2 * DAY_MS, 131.0),
    ]
    told += [(MOVED + 2 * DAY_MS + 1, None), (MOVED + 2 * DAY_MS + 2, -9999.0)]
    block = block_of("wupper", told[-1][0], "test", [Reading(Series("a", "stage"), at, value) for at, value in told])
    rules = book.catchments["wupper"]
    state, (assessment, *said) = advance(rules, initial(rules), block)
    assert isinstance(assessment, Assessment)
    assert assessment.value == (100.0, 100.0, 101.0, 101.0, None, -9999.0)
    assert assessment.flag == (1, 1, 1, 1, 9, 4)
    assert [one.to.state for one in said if isinstance(one, Transition)] == ["NORMAL"]
    assert len(said) == 1
    assert state.conditions["town/flood"].standing.level == 0


@pytest.mark.parametrize(
    ("shift", "good", "value", "bad"),
    [
        pytest.param("60 cm", 690.0, 750.0, 700.2, id="hung higher: near its upper end"),
        pytest.param("-60 cm", -40.0, -100.0, -50.2, id="hung lower: near its lower end"),
    ],
)
def test_a_sensor_can_measure_its_span_whatever_its_zero(shift: str, good: float, value: float, bad: float) -> None:
    home = moved(("2021-07-14", shift))
    found = assessed(home, good, bad)
    assert (found.flag, found.value[0]) == ((1, 4), value)


def test_a_rule_may_speak_of_all_that_a_moved_sensor_can_measure() -> None:
    home = moved(("2021-07-14", "60 cm"))
    assert measurable(home.sensors["stage"]) == (-50.0, 760.0)
    assert check({"a": home}, [level_1("stage(a) >= 760 cm")]) == []
    (problem,) = check({"a": home}, [level_1("stage(a) >= 761 cm")])
    assert "is at most 760 cm" in problem.message


def test_a_sentinel_is_none_of_todays_values_even_as_a_binary_fraction() -> None:
    found = assessed(moved(("2021-07-14", "60 cm"), sentinels=(255.0,)), 254.99999999, 255.04, 254.9, -9999.0)
    assert (found.flag, found.value) == ((4, 4, 1, 4), (254.99999999, 255.04, 314.9, -9999.0))


def test_days_of_a_zero_rise_and_shifts_are_lengths() -> None:
    """Mistakes are named."""
    with pytest.raises(ValidationError, match="the days must rise"):
        moved(("2021-07-16", "1 cm"), ("2021-07-14", "2 cm"))
    with pytest.raises(ValidationError, match="stage is counted in cm, not mm"):
        moved(("2021-07-16", "1 mm"))
