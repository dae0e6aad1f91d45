"""Traps of the Wupper and the Guadalupe that the whole record shows: what is kept, what is left out."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from sensors.readings import Series
from sensors.records import Record, open_record
from sensors.times import to_ms
from sensors.units import MINUTE_MS
from tests.records import FLOODS, needs_record

BARMEN = Series("barmen", "rain")
HALF_HOUR_MS = 30 * MINUTE_MS

Values = dict[tuple[Series, int], float | None]


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def values_of(record: Record) -> Values:
    return {(arrival.reading.series, arrival.reading.at): arrival.reading.value for arrival in record.arrivals}


@pytest.fixture(scope="module")
def wupper() -> Values:
    return values_of(open_record(FLOODS / "wupper-2021"))


def stage_cm(values: Values, station: str, at: int) -> float:
    value = values[Series(station, "stage"), at]
    assert value is not None
    return value


@needs_record("wupper-2021")
class TestTheWupper:
    def test_the_dead_gauge_at_barmen_says_nothing_and_then_speaks_of_rain(self, wupper: Values) -> None:
        alive = [at for series, at in wupper if series == BARMEN]
        assert min(alive) == ms("2022-01-22 00:00")
        assert any(wupper[BARMEN, at] for at in alive if at < ms("2022-01-29 00:00"))

    def test_a_day_s_rain_known_in_advance_is_not_among_the_readings(self, wupper: Values) -> None:
        assert {series for series, _ in wupper if series.parameter == "rain"} == {BARMEN}

    def test_all_gauges_stand_still_together_and_only_then(self, wupper: Values) -> None:
        """17 April 2020, 14:00, to 19 April, 06:30: 40 hours and a half of one and the same reading."""
        first, last = ms("2020-04-17 14:00"), ms("2020-04-19 06:30")
        gauges = [series for series in {series for series, _ in wupper} if series != BARMEN]
        frozen = range(first, last + 1, HALF_HOUR_MS)
        assert all(len({wupper[series, at] for at in frozen}) == 1 for series in gauges)
        for inside, outside in ((first, first - HALF_HOUR_MS), (last, last + HALF_HOUR_MS)):
            assert any(wupper[series, inside] != wupper[series, outside] for series in gauges)

    def test_the_false_trigger_at_leimbach_is_passed_through(self, wupper: Values) -> None:
        """30 October 2021: up by 47 cm for an hour, and nothing comes down the river."""
        start = ms("2021-10-30 07:00")
        leimbach = [round(stage_cm(wupper, "leimbach", start + step * HALF_HOUR_MS)) for step in range(4)]
        assert leimbach == [8, 55, 40, 9]
        downstream = [stage_cm(wupper, "kluserbruecke", start + step * HALF_HOUR_MS) for step in range(7)]
        assert max(downstream) - min(downstream) < 2

    def test_the_cloudburst_of_8_july_2021_comes_to_leimbach_first(self, wupper: Values) -> None:
        start = ms("2021-07-08 15:30")
        rises = {
            station: [round(stage_cm(wupper, station, start + step * HALF_HOUR_MS)) for step in range(4)]
            for station in ("leimbach", "kluserbruecke")
        }
        assert rises == {"leimbach": [6, 30, 28, 19], "kluserbruecke": [24, 25, 80, 102]}


@pytest.fixture(scope="module")
def earlier() -> Values:
    return values_of(open_record(FLOODS / "guadalupe-2025", retrieved="2025-07-05"))


@pytest.fixture(scope="module")
def later() -> Values:
    return values_of(open_record(FLOODS / "guadalupe-2025"))


@needs_record("guadalupe-2025")
class TestTheTwoStatesOfTheGuadalupe:
    def test_revised_stages_of_the_two_gauges_at_kerrville(self, earlier: Values, later: Values) -> None:
        """The source counts these 360; Center Point and Hunt have another 45."""
        revised = Counter(
            series.station
            for series, at in earlier.keys() & later.keys()
            if series.parameter == "stage" and earlier[series, at] != later[series, at]
        )
        assert revised == {"usgs-08166140": 242, "usgs-08166200": 118, "usgs-08166250": 44, "usgs-08165500": 1}

    def test_readings_that_vanished_were_thinned_from_5_to_15_minutes(self, earlier: Values, later: Values) -> None:
        series = Series("usgs-08166140", "stage")
        gone = {at for one, at in earlier.keys() - later.keys() if one == series}
        assert len(gone) == 858
        assert all(at % (15 * MINUTE_MS) for at in gone)

    def test_hunt_was_already_silent_before_its_crest_was_known(self, earlier: Values, later: Values) -> None:
        """A day later its last half hour had been read out; then nothing for 34 hours."""
        heard, known = (
            sorted(at for series, at in values if series == Series("usgs-08165500", "stage"))
            for values in (earlier, later)
        )
        assert heard[-1] == ms("2025-07-04 09:35")
        assert known[known.index(ms("2025-07-04 10:10")) + 1] == ms("2025-07-05 20:35")
