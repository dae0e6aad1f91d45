"""Windows of which something was not seen, seen too often, or seen by a reading that nobody believes."""

import pytest

from rules.messages import Transition
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import RAIN, STAGE, asking, block, book_of, column, station, tell
from tests.rules.bell import Bell, rule

STEP = 5 * MINUTE_MS


def arriving(function: str = "arriving(a, 60 min)") -> Bell:
    return Bell(rule({"level 1": f"{function} >= 200 cm"}, {function: "15 cm"}))


@pytest.mark.parametrize("function", ["arriving(a, 60 min)", "max(a, 60 min)"])
def test_water_that_nobody_saw_is_not_calm(function: str) -> None:
    """A gauge falls silent at 250 cm and comes back low: the crest may lie between."""
    bell = arriving(function).run(range(30), 250.0)
    assert bell.standing == "ACTIVE 1"
    bell.run(range(30, 120))
    bell.run(range(120, 170), 90.0)
    assert bell.standing == "ACTIVE 1"
    bell.run(range(170, 220), 90.0)
    assert bell.standing == "NORMAL 0"


def test_a_maximum_says_how_much_of_its_window_was_seen() -> None:
    book = book_of(station(), asking("max(a, 60 min) cm"))
    stamps = [*range(0, 65, 5), 75, 95, 100]
    found = column(book, [(minute * MINUTE_MS, 1.0) for minute in stamps], "max_60min_coverage")
    expected = [*(minute / 60 for minute in range(0, 65, 5)), 1.0, 40 / 60, 40 / 60]
    assert found == pytest.approx(expected, abs=2e-6)


def test_a_maximum_is_a_lower_bound_until_its_window_was_seen() -> None:
    book = book_of(station(), rule({"level 1": "max(a, 60 min) >= 200 cm"}, {"max(a, 60 min)": "15 cm"}))
    told = tell(book, [block([(STAGE, (place * STEP, 50.0))]) for place in range(11)])
    assert told.state.arrays.truths["truth"].tolist() == [-1]
    told = tell(book, [block([(STAGE, (11 * STEP, 50.0))])], told.state)
    assert told.state.arrays.truths["truth"].tolist() == [0]
    high = tell(book, [block([(STAGE, (0, 250.0))])])
    assert high.state.arrays.truths["truth"].tolist() == [1]


@pytest.mark.parametrize("pace", ["every minute", "every ten seconds", "in between"])
def test_a_gauge_that_speeds_up_keeps_its_crest_until_it_leaves_the_window(pace: str) -> None:
    """Of five minutes' nominal step; a crest that was merged may stay two steps longer, and none is shorter."""
    seconds = {"every minute": 60, "every ten seconds": 10, "in between": 170}[pace]
    book = book_of(station(), asking("max(a, 360 min) cm"))
    points = [(place * STEP, 250.0) for place in range(6)]
    points += [(at * 1000, 90.0) for at in range(25 * 60 + seconds, 400 * 60, seconds)]
    told = tell(book, [block((STAGE, point) for point in points)])
    assert told.state.arrays.cursors["dropped"].tolist() == [0, 0]
    for at, _ in points:
        highest, covered = (told.history[STAGE, at].signals[name] for name in ("max_360min", "max_360min_coverage"))
        assert covered == pytest.approx(min(at / (6 * HOUR_MS), 1.0), abs=2e-6)
        if at < 25 * MINUTE_MS + 6 * HOUR_MS:
            assert highest == 250.0
        elif at >= 35 * MINUTE_MS + 6 * HOUR_MS:
            assert highest == 90.0


def test_an_alarm_of_a_gauge_that_speeds_up_holds_until_the_crest_has_passed() -> None:
    bell = arriving("arriving(a, 360 min)").run(range(30), 250.0)
    for minute in range(30, 385):
        bell.says(minute, 90.0)
    assert bell.standing == "ACTIVE 1"
    for minute in range(385, 420):
        bell.says(minute, 90.0).ticks(minute + 0.5)
    assert bell.standing == "NORMAL 0"


def test_rain_of_a_gauge_that_speeds_up_sums_to_what_fell() -> None:
    book = book_of(station(), asking("rain(a, 24 h) mm", "rain(a, 2 h) mm"))
    fallen = [round(0.1 * (minute * 7 % 5), 1) for minute in range(1800)]
    told = tell(book, [block((RAIN, (minute * MINUTE_MS, mm)) for minute, mm in enumerate(fallen))])
    assert told.state.arrays.cursors["dropped"].tolist() == [0, 0]
    for end in (1500, 1600, 1799):
        signals = told.history[RAIN, end * MINUTE_MS].signals
        assert signals["rain_1440min"] == pytest.approx(sum(fallen[end - 1439 : end + 1]), abs=1.0)  # at its edge
        assert signals["rain_120min"] == pytest.approx(sum(fallen[end - 119 : end + 1]), abs=1.0)
        assert signals["rain_1440min_coverage"] == 1.0
    steady = [(minute * MINUTE_MS, 0.1) for minute in range(1800)]
    assert column(book, steady, "rain_1440min", RAIN)[1600:] == pytest.approx([144.0] * 200, abs=1e-6)


def test_a_late_reading_among_merged_ones_changes_nothing() -> None:
    """A message that comes twice after readings were merged neither adds rain nor hides a crest."""
    book = book_of(station(), asking("rain(a, 24 h) mm", "max(a, 24 h) cm"))
    rain = [(RAIN, (minute * MINUTE_MS, 0.3)) for minute in range(1500)]
    stage = [(STAGE, (minute * MINUTE_MS, 250.0 if minute == 702 else 90.0)) for minute in range(1500)]
    told = tell(book, [block(rain), block(stage)])
    again = tell(book, [block(rain[700:720], 25 * HOUR_MS), block(stage[700:720], 25 * HOUR_MS)], told.state)
    assert {row.flag for row in again.history.values()} <= {0, 2}
    assert again.state.arrays.now.tolist() == told.state.arrays.now.tolist()
    late = tell(book, [block([(STAGE, (1498 * MINUTE_MS + 30_000, 300.0))], 25 * HOUR_MS)], told.state)
    assert late.history[STAGE, 1499 * MINUTE_MS].signals["max_1440min"] == 300.0
    assert all(row.value in {90.0, 300.0} for row in late.history.values())


@pytest.mark.parametrize("function", ["arriving(a, 60 min)", "max(a, 60 min)"])
@pytest.mark.parametrize("tests", [{"spike": "20 cm"}, {"rate": "100 cm/h"}, {"spike": "20 cm", "rate": "100 cm/h"}])
def test_a_blip_does_not_become_true_by_the_readings_after_it(function: str, tests: dict[str, str]) -> None:
    bell = Bell(rule({"level 1": f"{function} >= 200 cm"}, {function: "15 cm"}), quality=tests)
    bell.run(range(60), 50.0).says(60, 250.0)
    bell.run(range(61, 180), 50.0)
    assert "ACTIVE 1" not in bell.path
    assert bell.standing == "NORMAL 0"


def test_a_crest_beside_a_blip_is_a_crest() -> None:
    bell = Bell(
        rule({"level 1": "max(a, 60 min) >= 200 cm"}, {"max(a, 60 min)": "15 cm"}),
        quality={"gross": ["0 cm", "240 cm"]},
    )
    bell.run(range(60), 190.0).says(60, 250.0).ticks(60.5)
    bell.run(range(65, 90), 210.0)
    assert bell.standing == "ACTIVE 1"


def test_suspect_readings_that_go_on_raise() -> None:
    """Of the blips that were recorded hardly any lasts four readings, of the floods all do."""
    bell = Bell(
        rule({"level 1": "max(a, 60 min) >= 200 cm"}, {"max(a, 60 min)": "15 cm"}),
        quality={"gross": ["0 cm", "100 cm"]},
    )
    bell.run(range(60), 50.0).run(range(60, 80), 250.0)
    assert bell.standing == "ACTIVE 1"


def test_medians_older_than_the_ring_outlive_a_correction() -> None:
    """A gauge of one minute that reports every ten seconds: its ring is shorter than the slope's window."""
    book = book_of(station("1 min"), asking("rise(a, 120 min) cm/h"))
    points = [(at * 1000, round(at / 180, 1)) for at in range(0, 12_000, 10)]
    told = tell(book, [block((STAGE, point) for point in points)])
    at, value = points[-1]
    revised = tell(book, [block([(STAGE, (at, value + 0.1))], at)], told.state)
    assert told.history[STAGE, at].signals["rise_120min"] == pytest.approx(20.0, abs=0.2)
    assert revised.history[STAGE, at].signals["rise_120min"] == pytest.approx(20.0, abs=0.2)
    assert not [each for each in revised.decisions if isinstance(each, Transition)]
