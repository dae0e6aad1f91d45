"""What is not known is never calm; what is measured is never hidden."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from rules.messages import ConditionState, Reason
from sensors.readings import Flag, Series
from sensors.times import to_utc
from tests.warning.web.seed import NOW, STEP, config, desk_row
from warning.messages import DeskRow, WarningState
from warning.stores.history import Point, StationNow, ZoneNow
from warning.web.facts.gauges import StationFact, silence_limit_ms, station_fact
from warning.web.facts.picture import Clock, ZoneFact, picture, watched_by

CITY = config()
KLUSE = Series("kluserbruecke", "stage")
MINUTE = 60_000


def points(*values: float | None, last: int = NOW - STEP, flag: Flag = Flag.PASS) -> list[Point]:
    count = len(values)
    return [
        Point(last - (count - 1 - place) * STEP, value, Flag.MISSING if value is None else flag, {})
        for place, value in enumerate(values)
    ]


def fact(recent: Sequence[Point], now_ms: int | None = NOW, series: Series = KLUSE) -> StationFact:
    now = StationNow(series, recent[-1], recent[-1].at) if recent else None
    return station_fact(series, CITY.stations[series.station], now, recent, now_ms)


def zone(gauge: StationFact, condition: ZoneNow | None = None, row: DeskRow | None = None) -> ZoneFact:
    others = [
        fact(points(1.0), series=Series(name, parameter))
        for name, station in CITY.stations.items()
        for parameter in station.sensors
        if Series(name, parameter) != KLUSE
    ]
    conditions = [condition] if condition else []
    shown = picture(CITY, watched_by(CITY), (gauge, *others), conditions, [row] if row else [], Clock(NOW, NOW))
    return next(found for found in shown.zones if found.zone == "unterbarmen")


def condition(state: str, level: int, *lost: str) -> ZoneNow:
    at = NOW - 30 * MINUTE
    return ZoneNow(
        "unterbarmen", "river-flood", ConditionState(state), level, at, at + MINUTE, Reason.STAGE_ABOVE, lost, "t"
    )


@pytest.mark.parametrize(
    ("recent", "now_ms", "fresh"),
    [
        pytest.param(points(0.0), NOW, True, id="zero is a reading"),
        pytest.param(points(-4.0), NOW, True, id="below gauge zero"),
        pytest.param(points(60.0, None), NOW, True, id="one missing value after a good one"),
        pytest.param(points(60.0, None, None, None, None, None), NOW, False, id="missing for long"),
        pytest.param(points(60.0, flag=Flag.FAIL), NOW, False, id="implausible"),
        pytest.param(points(60.0, flag=Flag.SUSPECT), NOW, True, id="suspect is shown, with its mark"),
        pytest.param(points(60.0, last=NOW - silence_limit_ms(STEP)), NOW, True, id="just in time"),
        pytest.param(points(60.0, last=NOW - silence_limit_ms(STEP) - 1), NOW, False, id="too old"),
        pytest.param(points(60.0, last=NOW + 30 * MINUTE), NOW, False, id="a clock that runs ahead"),
        pytest.param(points(60.0), None, False, id="nobody knows the time"),
        pytest.param([], NOW, False, id="never heard of"),
    ],
)
def test_when_a_gauge_counts_as_sending(recent: list[Point], now_ms: int | None, fresh: bool) -> None:
    found = fact(recent, now_ms)
    assert found.fresh is fresh
    assert (found.shade == "unknown") is not fresh


@pytest.mark.parametrize(
    ("value", "band"),
    [(124.9, None), (125.0, 1), (224.0, 2), (265.0, 3), (355.0, 3), (356.0, 4)],
)
def test_which_mark_a_reading_reaches(value: float, band: int | None) -> None:
    reached = fact(points(value)).reached
    assert (reached.band if reached else None) == band


def test_the_trend_is_the_engines_over_its_shortest_window() -> None:
    signals = {"rise_120min": 10.0, "rise_60min": 20.0, "mean_60min": 1.0}
    assert fact([Point(NOW, 60.0, Flag.PASS, signals)]).rise_cm_per_h == 20.0


def test_without_the_engine_the_trend_is_robust_and_needs_three_readings() -> None:
    assert fact(points(1.0, 2.0)).rise_cm_per_h is None
    assert fact(points(1.0, 2.0, 3.0, 99.0, 5.0, 6.0)).rise_cm_per_h == pytest.approx(12.0)


def test_a_zone_is_calm_only_while_its_gauge_sends() -> None:
    assert zone(fact(points(60.0))).shade == "0"
    assert zone(fact(points(60.0, last=NOW - 60 * MINUTE))).shade == "unknown"
    assert zone(fact([])).shade == "unknown"
    assert zone(fact(points(60.0)), condition("NO_DATA", 0)).shade == "unknown"


def test_a_measured_level_shows_before_anybody_released_it() -> None:
    found = zone(fact(points(230.0)), condition("ACTIVE", 2))
    assert (found.released, found.unreleased, found.shade, found.since) == (0, 2, "2", NOW - 30 * MINUTE)


def test_a_draft_on_the_desk_counts_although_the_history_is_behind() -> None:
    waiting = desk_row(WarningState.AWAITING, 0, to_utc(NOW - MINUTE), proposed=3)
    found = zone(fact(points(70.0)), None, waiting)
    assert (found.unreleased, found.since) == (3, NOW - MINUTE)


def test_a_worse_reading_stands_beside_the_warning_in_force() -> None:
    row = desk_row(WarningState.RELEASED, 1, to_utc(NOW - 60 * MINUTE))
    found = zone(fact(points(270.0)), condition("ACTIVE", 3), row)
    assert (found.released, found.unreleased, found.shade) == (1, 3, "3")


def test_a_lost_gauge_keeps_its_level_and_is_named() -> None:
    row = desk_row(WarningState.RELEASED, 2, to_utc(NOW - 60 * MINUTE))
    found = zone(fact([]), condition("STALE", 2, "kluserbruecke"), row)
    assert (found.shade, found.known, found.lost) == ("2", False, ("Kluserbrücke",))


def test_a_warning_stays_in_force_until_its_all_clear() -> None:
    row = desk_row(WarningState.RELEASED, 2, to_utc(NOW - timedelta(hours=1) // timedelta(milliseconds=1)))
    found = zone(fact(points(60.0)), condition("NORMAL", 0), row)
    assert (found.released, found.below_since) == (2, NOW - 29 * MINUTE)
    over = zone(fact(points(60.0)), condition("NORMAL", 0), desk_row(WarningState.ALL_CLEAR, 2, to_utc(NOW)))
    assert (over.released, over.shade) == (0, "0")


def test_a_warning_that_no_rule_is_about_stands_among_the_zones_once_it_is_released() -> None:
    """A bomb has no gauge; a draft about it says nothing to residents yet."""
    bomb = replace(desk_row(WarningState.RELEASED, 3, to_utc(NOW)), zone="barmen", hazard="bomb-disposal")
    gauge = (fact(points(60.0)),)
    others = [
        fact(points(1.0), series=Series(name, parameter))
        for name, station in CITY.stations.items()
        for parameter in station.sensors
        if Series(name, parameter) != KLUSE
    ]

    def first(row: DeskRow) -> ZoneFact:
        return picture(CITY, watched_by(CITY), (*gauge, *others), [], [row], Clock(NOW, NOW)).zones[0]

    shown = first(bomb)
    assert (shown.zone, shown.hazard, shown.released, shown.unreleased, shown.shade) == (
        "barmen",
        "bomb-disposal",
        3,
        0,
        "3",
    )
    draft = replace(bomb, state=WarningState.AWAITING, level=0, proposed_level=3, proposed_change="issued")
    assert first(draft).hazard != "bomb-disposal"
    raised = replace(bomb, level=1, proposed_level=3, proposed_change="updated", measured_level=3)
    assert (first(raised).level, first(raised).unreleased) == (1, 0)


def test_the_worst_zone_comes_first() -> None:
    row = desk_row(WarningState.RELEASED, 1, to_utc(NOW))
    shown = picture(
        CITY,
        watched_by(CITY),
        tuple(
            fact(points(1.0), series=Series(name, parameter))
            for name, station in CITY.stations.items()
            for parameter in station.sensors
        ),
        [],
        [row],
        Clock(NOW, NOW),
    )
    assert shown.zones[0].zone == "unterbarmen"


@pytest.mark.parametrize(
    ("tick", "stalled"), [(NOW - MINUTE, None), (NOW - MINUTE - 1, NOW - MINUTE - 1), (None, None)]
)
def test_evaluation_that_stands_still_is_said(tick: int | None, stalled: int | None) -> None:
    gauges = tuple(
        fact(points(1.0), series=Series(name, parameter))
        for name, station in CITY.stations.items()
        for parameter in station.sensors
    )
    shown = picture(CITY, watched_by(CITY), gauges, [], [], Clock(NOW, tick))
    assert shown.stalled_since == stalled
    assert [zone.calm for zone in shown.zones] == [stalled is None] * len(shown.zones)  # what nobody judges is not calm


@pytest.mark.parametrize(("silent", "still"), [(MINUTE, None), (MINUTE + 1, MINUTE + 1), (None, None)])
def test_a_world_whose_clock_stands_with_its_evaluation_misses_the_report(
    silent: int | None, still: int | None
) -> None:
    assert Clock(NOW, NOW, silent).stalled == still
