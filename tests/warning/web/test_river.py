"""The river strip: flow order, what lies above and below, and when water arrives."""

from collections.abc import Sequence

import pytest

from sensors.readings import Flag, Series
from sensors.stations import Downstream, Station
from tests.warning.web.seed import NOW, STEP, config
from warning.stores.history import Point, StationNow
from warning.web.facts.gauges import StationFact, station_fact
from warning.web.facts.river import River, flow, rivers, upstream

CITY = dict(config().stations)
MINUTE = 60_000


def stage(station: str, values: Sequence[float], age: int = STEP) -> StationFact:
    last = NOW - age
    points = [Point(last - back * STEP, value, Flag.PASS, {}) for back, value in enumerate(reversed(values))][::-1]
    series = Series(station, "stage")
    now = StationNow(series, points[-1], points[-1].at) if points else None
    return station_fact(series, CITY[station], now, points, NOW)


def strip(*facts: StationFact, stations: dict[str, Station] | None = None) -> tuple[River, ...]:
    return rivers(stations or CITY, facts)


def test_stations_come_in_flow_order_whatever_the_order_of_writing() -> None:
    turned = dict(reversed(CITY.items()))
    facts = [stage(name, [10.0]) for name in ("kluserbruecke", "leimbach", "beyenburg")]
    found = {river.name: [reach.station for reach in river.reaches] for river in strip(*facts, stations=turned)}
    assert found == {"Wupper": ["beyenburg", "kluserbruecke"], "Leimbach": ["leimbach"]}


def test_what_stands_at_no_river_comes_last() -> None:
    rain = station_fact(Series("barmen", "rain"), CITY["barmen"], None, (), NOW)
    found = strip(rain, stage("leimbach", [10.0]))
    assert [river.name for river in found] == ["Leimbach", ""]


def test_what_lies_above_and_below() -> None:
    below = flow(CITY)
    assert (below["beyenburg"].station, below["beyenburg"].travel_ms) == ("kluserbruecke", 120 * MINUTE)
    assert upstream(CITY, "kluserbruecke") == ("beyenburg", "leimbach")
    assert upstream(CITY, "beyenburg") == ()
    assert "kluserbruecke" not in below


def test_without_a_word_about_it_the_next_kilometre_is_below_and_the_time_unknown() -> None:
    silent = CITY | {"beyenburg": CITY["beyenburg"].model_copy(update={"downstream": None})}
    found = flow(silent)["beyenburg"]
    assert (found.station, found.travel_ms) == ("kluserbruecke", None)


def test_what_is_written_goes_before_the_kilometres() -> None:
    told = Downstream.model_validate({"station": "leimbach", "travel": "30 min", "source": "test"})
    bent = CITY | {"beyenburg": CITY["beyenburg"].model_copy(update={"downstream": told})}
    assert flow(bent)["beyenburg"].station == "leimbach"


@pytest.mark.parametrize(
    ("values", "age", "expected"),
    [
        pytest.param([60.0] * 12, STEP, None, id="low and steady"),
        pytest.param([60.0 + 3 * i for i in range(12)], STEP, NOW - STEP + 120 * MINUTE, id="rising"),
        pytest.param([190.0] * 12, STEP, NOW - STEP + 120 * MINUTE, id="high"),
        pytest.param([190.0 - 3 * i for i in range(12)], STEP, NOW - STEP + 120 * MINUTE, id="high and falling"),
        pytest.param([90.0 - 3 * i for i in range(12)], STEP, None, id="low and falling"),
        pytest.param([190.0] * 12, 120 * MINUTE, None, id="silent: nobody knows what comes"),
        pytest.param([], STEP, None, id="never heard of"),
    ],
)
def test_when_water_arrives(values: list[float], age: int, expected: int | None) -> None:
    ((wupper,),) = (strip(stage("beyenburg", values, age)),)
    assert wupper.reaches[0].expected_ms == expected
