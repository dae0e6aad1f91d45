"""What a decision rests on: suspect readings, agreement, water on its way, and rows for every atom that changed."""

from rules.messages import Action, Reason
from sensors.doubts import Doubt
from sensors.times import to_ms
from tests.rules.bell import Bell, ms, rule

TWO = {"stage(a)": "5 cm", "stage(b)": "5 cm"}
LIMITED = {"rate": "120 cm/h", "spike": "40 cm", "gross": ["-20 cm", "400 cm"]}
EITHER = rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm"}, TWO)


def limited(*rules: object) -> Bell:
    """Both gauges calm at 50 cm until minute 10, their readings tested."""
    bell = Bell(*rules or (rule(),), quality=LIMITED)  # type: ignore[arg-type]
    for minute in (0, 5, 10):
        bell.says(minute, 50).says(minute, 50, "b/stage")
    return bell


def test_one_suspect_reading_raises_nothing() -> None:
    bell = limited().says(15, 120)
    assert bell.assessments[-1].doubt == (int(Doubt.RATE),)
    assert bell.standing == "PENDING 1"
    for minute in range(16, 25):
        bell.ticks(minute)
    assert bell.standing == "PENDING 1"
    assert bell.says(20, 50).standing == "NORMAL 0"
    assert bell.evidence[-1].truth is False


def test_four_suspect_readings_raise_after_the_hold() -> None:
    bell = limited()
    for place in range(3):
        bell.says(15 + 5 * place, 410 + 20 * place)
        assert bell.assessments[-1].flag == (3,)
        assert bell.standing == "PENDING 3"
    assert bell.says(30, 470).standing == "ACTIVE 3"
    assert {each.flag for each in bell.last.edges} == {3}


def test_suspect_readings_of_two_gauges_raise_at_once() -> None:
    bell = limited(EITHER).says(15, 120)
    assert bell.standing == "PENDING 1"
    bell.says(15, 120, "b/stage")
    assert (bell.assessments[-1].flag, bell.standing) == ((3,), "ACTIVE 1")


def test_a_suspect_reading_ends_nothing() -> None:
    bell = Bell(EITHER, quality=LIMITED)
    for minute in range(0, 25, 5):
        bell.says(minute, 110).says(minute, 50, "b/stage")
    assert bell.standing == "ACTIVE 1"
    for minute in range(25, 70, 5):
        bell.says(minute, -30 - minute % 2).says(minute, 50, "b/stage")  # below the expected range
        assert bell.assessments[-2].flag == (3,)
    assert bell.standing == "ACTIVE 1"


def test_a_suspect_reading_ends_no_warning_of_low_water_either() -> None:
    low = rule({"level 1": "not (stage(a) >= 80 cm)", "level 2": "stage(b) >= 200 cm"}, TWO)
    bell = Bell(low, quality=LIMITED)
    for minute in range(0, 25, 5):
        bell.says(minute, 40).says(minute, 50, "b/stage")
    assert bell.standing == "ACTIVE 1"
    for minute in range(25, 80, 5):
        bell.says(minute, 401 + minute % 2).says(minute, 50, "b/stage")
    assert bell.standing == "ACTIVE 1"


def test_water_on_its_way_says_so_and_when_it_arrives() -> None:
    coming = rule({"level 2": "arriving(b, 90 min) >= 180 cm"}, {"arriving(b, 90 min)": "10 cm"})
    bell = Bell(coming)
    for place, value in enumerate([100, 170, 185, 190, 195]):
        bell.says(5 * place, value, "b/stage")
    assert (bell.standing, bell.last.reason) == ("ACTIVE 2", Reason.ARRIVING)
    assert bell.last.expected_at is not None
    assert to_ms(bell.last.expected_at) == ms(10 + 90)  # it passed 180 cm at minute 10
    for place in range(5, 40):
        bell.says(5 * place, 100, "b/stage")
    assert bell.path[-2:] == ["RECOVERING 2", "NORMAL 0"]
    assert bell.last.expected_at is None


def test_a_silent_gauge_lowers_the_bar_of_another() -> None:
    careful = rule({"level 1": "stage(b) >= 100 cm or (silent(a) and stage(b) >= 60 cm)"}, {"stage(b)": "5 cm"})
    bell = Bell(careful)
    for minute in range(0, 30, 5):
        bell.says(minute, 70, "b/stage").ticks(minute + 1)
    assert bell.path == []  # of a gauge that was never heard nothing is known, neither danger nor calm
    bell.says(30, 50)
    for minute in range(30, 70, 5):
        bell.says(minute, 70, "b/stage").ticks(minute + 1)
    assert bell.path == ["NORMAL 0", "PENDING 1", "ACTIVE 1"]
    assert {each.atom for each in bell.last.edges} == {"silent(a)", "stage(b) >= 60 cm"}


def test_not_and_n_of_decide_by_what_is_known() -> None:
    several = rule(
        {"level 1": "2 of (stage(a) >= 100 cm, stage(b) >= 100 cm, stage(c) >= 100 cm) and not suspect(a)"},
        {f"stage({name})": "5 cm" for name in "abc"},
    )
    bell = Bell(several, names="abc", quality=LIMITED).says(0, 110, "b/stage").says(0, 95)
    assert bell.standing == "NO_DATA 0"
    bell.says(5, 111, "b/stage").says(5, 101)
    assert (bell.standing, {each.station for each in bell.last.edges}) == ("ACTIVE 1", {"a", "b"})
    bell.says(10, 112, "b/stage").says(10, 50).says(10, 50, "c/stage")
    assert bell.assessments[-2].flag == (3,)  # 51 cm in five minutes
    assert bell.standing == "ACTIVE 1"


def test_a_row_for_every_change_with_value_flag_and_doubt() -> None:
    bell = Bell(rule({"level 1": "stage(a) >= 100 cm"}), names="a", quality=LIMITED)
    bell.says(0, 95).says(5, 125).says(10, 126).run(range(11, 30)).says(30, 127)
    bell.instructs(Action.OUT_OF_SERVICE, 31, series="a/stage", until=40).ticks(41).says(45, 128)
    bell.instructs(Action.REPORT, 46, series="a/stage", value=180.0, until=50).ticks(51)
    rate, out = int(Doubt.RATE), int(Doubt.OUT_OF_SERVICE)
    assert [(each.at, each.truth, each.value, each.flag, each.doubt) for each in bell.evidence] == [
        (ms(0), False, 95.0, 1, 0),
        (ms(5), True, 125.0, 3, rate),
        (ms(10), True, 126.0, 1, int(Doubt.CORROBORATED)),
        (ms(25), None, 126.0, 9, 0),
        (ms(30), True, 127.0, 1, int(Doubt.GAP)),
        (ms(31), None, 127.0, 4, out),
        (ms(41), None, 127.0, 9, 0),
        (ms(45), True, 128.0, 1, 0),
        (ms(46), True, 180.0, 2, 0),
        (ms(51), True, 128.0, 1, 0),
    ]
    assert {(each.zone, each.hazard, each.atom) for each in bell.evidence} == {("town", "flood", "stage(a) >= 100 cm")}
    assert {each.rules_version for each in bell.assessments} == {bell.book.version}
