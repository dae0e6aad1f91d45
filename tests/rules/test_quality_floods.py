"""The quality tests on recorded floods: known faults are found, no flood is deleted."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from sensors.doubts import Doubt, flag_of
from sensors.quality import Quality
from sensors.readings import Flag, Series
from sensors.records import open_record
from sensors.times import to_utc
from tests.records import FLOODS, needs_record
from tests.rules.judging import gauge, judge

Judged = list[tuple[str, float, Doubt]]

wupper = needs_record("wupper-2021")
guadalupe = needs_record("guadalupe-2025")
leeds = needs_record("leeds-aire-2025")

#: what stage, flow and rain gauges of these rivers can measure, and their resolution
SENSORS = {
    "stage": ((-100.0, 2000.0), 0.1),
    "discharge": ((-10.0, 20_000.0), 0.01),
    "rain": ((0.0, 60.0), 0.1),
}


@cache
def record(name: str, retrieved: str | None = None) -> tuple[dict[Series, dict[int, float]], dict[Series, int]]:
    """Values by event time, the newest version of each; and the steps."""
    read = open_record(FLOODS / name, retrieved=retrieved)
    values: dict[Series, dict[int, float]] = defaultdict(dict)
    for _, reading in read.arrivals:
        values[reading.series][reading.at] = math.nan if reading.value is None else reading.value
    return values, read.steps


def judged(
    name: str, series: Series, quality: Quality | None = None, *, resolution: float = 0.1, retrieved: str | None = None
) -> Judged:
    values, steps = record(name, retrieved)
    at = sorted(values[series])
    level = [values[series][time] for time in at]
    span, usual = SENSORS[series.parameter]
    of = gauge(quality, series.parameter, steps[series], min(usual, resolution), span)
    found = judge(of, at, level)
    return [
        (f"{to_utc(time):%Y-%m-%d %H:%M}", value, doubt) for time, value, doubt in zip(at, level, found, strict=True)
    ]


def stage(station: str) -> Series:
    return Series(station, "stage")


def where(found: Judged, doubt: Doubt) -> list[str]:
    return [time for time, _, doubts in found if doubts & doubt]


def flags(name: str, chosen: Callable[[str], bool], retrieved: str | None = None) -> Iterator[tuple[Flag, float]]:
    """Flags with the shipped limits of all readings at the times chosen."""
    for series in record(name, retrieved)[0]:
        for time, value, doubt in judged(name, series, retrieved=retrieved):
            if chosen(time):
                yield flag_of(doubt), value


@wupper
def test_the_flood_of_july_2021_passes_as_it_is() -> None:
    assert {flag for flag, _ in flags("wupper-2021", lambda time: time.startswith("2021-07-1"))} == {Flag.PASS}


@wupper
def test_the_shipped_limits_doubt_nothing_in_two_years_of_the_wupper() -> None:
    assert {flag for flag, _ in flags("wupper-2021", lambda time: True)} == {Flag.PASS}


@guadalupe
@pytest.mark.parametrize("retrieved", ["2025-07-05", "2025-07-07"])
def test_no_crest_of_the_guadalupe_fails(retrieved: str) -> None:
    found = list(flags("guadalupe-2025", lambda time: True, retrieved))
    assert {flag for flag, _ in found} == {Flag.PASS, Flag.MISSING}
    assert all(math.isnan(value) for flag, value in found if flag is Flag.MISSING)


@guadalupe
def test_the_wall_of_water_at_kerrville_is_suspect_until_the_next_reading() -> None:
    """445 to 795 cm in a quarter of an hour."""
    found = judged("guadalupe-2025", stage("usgs-08166200"), Quality(rate="1000 cm/h"))
    assert where(found, Doubt.RATE) == ["2025-07-04 11:15"]
    assert where(found, Doubt.CORROBORATED) == ["2025-07-04 11:30"]


@guadalupe
def test_a_crest_that_one_reading_alone_saw_is_suspect_and_kept() -> None:
    """728 to 1048 cm within five minutes and back within ten: the fastest rise on record, 3,840 cm/h."""
    found = judged("guadalupe-2025", stage("usgs-08166140"), Quality(rate="1000 cm/h", spike="50 cm"))
    time, crest, doubt = max(found, key=lambda reading: reading[1])
    assert (time, round(crest)) == ("2025-07-04 11:35", 1049)
    assert doubt == Doubt.RATE | Doubt.SPIKE
    assert flag_of(doubt) is Flag.SUSPECT
    assert next(later for at, _, later in found if at > time) == Doubt(0)


@guadalupe
def test_a_gauge_that_comes_back_may_warn_at_once() -> None:
    """The crest at Hunt, 11.44 m, came after a gap, and 34 hours without a value followed."""
    found = judged("guadalupe-2025", stage("usgs-08165500"))
    back = {time: (round(value), flag_of(doubt)) for time, value, doubt in found if doubt & Doubt.GAP}
    assert back["2025-07-04 10:10"] == (1144, Flag.PASS)
    assert back["2025-07-05 20:35"] == (271, Flag.PASS)


@leeds
@pytest.mark.parametrize(
    ("quality", "doubt"),
    [
        pytest.param(None, Doubt.SPAN, id="span"),
        pytest.param(Quality(spike="50 cm"), Doubt.SPIKE, id="spike"),
        pytest.param(Quality(rate="1000 cm/h"), Doubt.RATE, id="rate"),
        pytest.param(Quality(gross=("-100 cm", "400 cm")), Doubt.GROSS, id="gross range"),
    ],
)
def test_knostrop_4_183_is_found_by_each_test_alone(quality: Quality | None, doubt: Doubt) -> None:
    values, steps = record("leeds-aire-2025")
    knostrop = stage("aire-l1705a")
    at = sorted(values[knostrop])
    span = (-50.0, 600.0) if quality is None else (-5000.0, 5000.0)
    found = judge(gauge(quality, step=steps[knostrop], span=span), at, [values[knostrop][time] for time in at])
    doubted = [f"{to_utc(time):%Y-%m-%d %H:%M}" for time, doubts in zip(at, found, strict=True) if doubts & doubt]
    assert doubted == ["2025-10-03 20:00"]


FROZEN = Quality(flat={"suspect": "3 h", "fail": "12 h", "above": "-1 m"})


@wupper
@pytest.mark.parametrize("station", ["beyenburg", "kluserbruecke", "leimbach"])
def test_forty_hours_filled_with_one_value_are_stuck(station: str) -> None:
    """All columns stand still from 17 April 2020, 14:00 UTC; with hundredths of a cm nothing else ever does."""
    stuck = where(judged("wupper-2021", stage(station), FROZEN, resolution=0.01), Doubt.STUCK)
    assert len(stuck) == 58
    assert (stuck[0], stuck[-1]) == ("2020-04-18 02:00", "2020-04-19 06:30")


@wupper
def test_the_false_jump_of_the_leimbach() -> None:
    found = judged("wupper-2021", stage("leimbach"), Quality(spike="10 cm", rate="70 cm/h"))
    assert where(found, Doubt.RATE) == ["2021-10-30 07:30"]
    assert where(found, Doubt.SPIKE) == ["2021-06-19 23:30", "2021-10-30 07:30", "2022-05-20 14:00"]


@wupper
def test_why_no_spike_limit_is_shipped() -> None:
    """20 cm, a common start value, marks the crest of the worst flood on record: the water did turn there."""
    found = judged("wupper-2021", stage("kluserbruecke"), Quality(spike="20 cm"))
    assert where(found, Doubt.SPIKE) == ["2021-07-08 17:00", "2021-07-14 17:00"]
    crest = max(found, key=lambda reading: reading[1])
    assert crest[0] == "2021-07-14 17:00"
    assert flag_of(crest[2]) is Flag.SUSPECT


@wupper
def test_why_the_flat_test_needs_a_level_to_start_from() -> None:
    """With tenths of a cm the Wupper stands still at low flow again and again, up to being stuck."""
    everywhere = judged("wupper-2021", stage("kluserbruecke"), FROZEN)
    above = judged(
        "wupper-2021", stage("kluserbruecke"), Quality(flat={"suspect": "3 h", "fail": "12 h", "above": "60 cm"})
    )
    assert len(where(everywhere, Doubt.FLAT)) > 4000
    assert len(where(above, Doubt.FLAT)) + len(where(above, Doubt.STUCK)) < 40
