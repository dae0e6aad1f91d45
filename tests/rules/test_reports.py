"""What people report by telephone or from the site: it raises like a sensor and never lowers."""

import pytest

from rules.messages import Action, NoteReason, Reason
from sensors.times import to_ms
from tests.rules.bell import Bell, ms, rule

TWO = {"stage(a)": "5 cm", "stage(b)": "5 cm"}


def calm() -> Bell:
    """Gauge a at 50 cm, with ticks until minute 20."""
    return Bell().run(range(21), 50)


def test_a_reported_level_raises_after_the_hold_and_shows_in_the_evidence() -> None:
    bell = calm().instructs(Action.REPORT, 21, level=2, until=200, note="the dam is overflowing")
    assert (bell.standing, bell.last.reason, bell.last.evidence) == ("PENDING 2", Reason.REPORTED, ("i1",))
    bell.run(range(21, 26), 50)
    assert bell.standing == "PENDING 2"
    bell.ticks(26.1)
    assert (bell.standing, bell.last.reason, bell.last.evidence) == ("ACTIVE 2", Reason.REPORTED, ("i1",))
    assert to_ms(bell.last.at) == ms(26)
    assert bell.run(range(27, 190), 50).standing == "ACTIVE 2"


def test_a_reported_value_raises_what_it_is_beyond() -> None:
    bell = calm().instructs(Action.REPORT, 21, series="a/stage", value=210.0, until=200)
    bell.run(range(21, 27), 50)
    assert (bell.standing, bell.last.reason) == ("ACTIVE 2", Reason.REPORTED)
    assert "i1" in bell.last.evidence
    [edge] = bell.last.edges
    assert (edge.station, edge.atom, edge.value, edge.unit, edge.flag) == ("a", "stage(a) >= 200 cm", 210.0, "cm", 2)
    assert (to_ms(edge.at), edge.rise_cm_per_h) == (ms(21), None)
    row = next(each for each in bell.evidence if each.atom == "stage(a) >= 200 cm" and each.truth)
    assert (row.value, row.flag, row.doubt, row.at) == (210.0, 2, 0, ms(21))


def test_a_report_that_runs_out_ends_no_danger() -> None:
    """Nothing measures any more, and what people saw is no longer valid: nobody has said that it is over."""
    bell = Bell().run(range(21), 210).run(range(21, 60))
    assert bell.standing == "STALE 2"
    bell.instructs(Action.REPORT, 60, series="a/stage", value=120.0, until=90)
    bell.instructs(Action.OUT_OF_SERVICE, 61, series="a/stage", until=5000)
    bell.run(range(62, 200))
    assert (bell.standing, bell.last.spoken_for) == ("STALE 2", 0)
    bell.instructs(Action.CONFIRM_OVER, 200)
    assert bell.standing == "NO_DATA 0"


@pytest.mark.parametrize("value", [99.9, -20.0])
def test_a_low_value_reported_ends_nothing(value: float) -> None:
    bell = Bell().run(range(21), 110)
    bell.instructs(Action.REPORT, 21, series="a/stage", value=value, until=200)
    assert bell.run(range(21, 90), 110).standing == "ACTIVE 1"


def test_a_high_value_reported_does_not_end_a_warning_of_low_water() -> None:
    low = rule({"level 1": "not (stage(a) >= 80 cm)", "level 2": "stage(b) >= 200 cm"}, TWO)
    bell = Bell(low)
    for minute in range(0, 21, 5):
        bell.says(minute, 50, "b/stage").says(minute, 40)
    assert bell.standing == "ACTIVE 1"
    bell.instructs(Action.REPORT, 21, series="a/stage", value=300.0, until=900)
    for minute in range(25, 200, 5):
        bell.says(minute, 50, "b/stage").says(minute, 40)
    assert bell.standing == "ACTIVE 1"


def test_a_gauge_out_of_service_is_read_by_eye() -> None:
    bell = Bell().run(range(21), 50).instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=5000)
    assert bell.standing == "NO_DATA 0"
    bell.instructs(Action.REPORT, 22, series="a/stage", value=310.0, until=100).run(range(22, 24))
    assert (bell.standing, bell.last.reason) == ("ACTIVE 3", Reason.REPORTED)
    bell.run(range(24, 110))
    assert bell.standing == "STALE 3"  # its end is no all-clear, and nothing measures


def test_a_report_and_one_reading_do_not_warn_later_than_the_report_alone() -> None:
    bell = calm().instructs(Action.REPORT, 21, level=2, until=200).says(25, 205).ticks(26.1)
    assert bell.standing == "ACTIVE 2"


def test_a_reported_value_and_another_gauge_agree_at_once() -> None:
    either = rule({"level 2": "stage(a) >= 200 cm or stage(b) >= 200 cm"}, TWO)
    bell = Bell(either).says(0, 50).says(0, 50, "b/stage").says(5, 210, "b/stage")
    assert bell.instructs(Action.REPORT, 6, series="a/stage", value=220.0, until=90).standing == "ACTIVE 2"


def test_a_report_expires_with_a_note_and_lowers_only_with_readings() -> None:
    bell = calm().instructs(Action.REPORT, 21, level=2, until=60, note="seen at the bridge")
    bell.run(range(21, 56), 50)
    bell.run(range(56, 62))
    [ended] = bell.notes
    assert (ended.reason, ended.text, ended.zone) == (NoteReason.REPORT_ENDED, "seen at the bridge", "town")
    assert (to_ms(ended.at), ended.level, bell.state.reports) == (ms(60), 2, ())
    assert bell.standing == "ACTIVE 2"
    bell.run(range(65, 90), 50)
    assert bell.standing == "RECOVERING 2"
    assert bell.run(range(90, 101), 50).standing == "NORMAL 0"
    assert bell.reasons == ["REPORT_ENDED"]


def test_a_report_is_withdrawn_by_its_id() -> None:
    bell = calm().instructs(Action.REPORT, 21, level=2, until=200).instructs(Action.WITHDRAW, 22, report="i1")
    assert (bell.standing, bell.state.reports) == ("NORMAL 0", ())
    bell.instructs(Action.WITHDRAW, 23, report="i1")
    assert bell.notes[-1].text == "withdraw by kaya: there is no report i1"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"level": 2}, "a report needs the time until which it is valid"),
        ({"level": 2, "until": 21}, "a report needs the time until which it is valid"),
        ({"level": 2, "until": 21.5}, "the time until which the report was valid has passed"),
        ({"level": 0, "until": 50}, "a report is of a value, or of a level 1, 2 or 3"),
        ({"until": 50}, "a report is of a value, or of a level 1, 2 or 3"),
        ({"level": 2, "zone": "moon", "until": 50}, "no rule is about moon/flood; hold a level by hand instead"),
        ({"value": 9.0, "until": 50}, "it is not said of which sensor"),
        ({"value": 9.0, "series": "x/stage", "until": 50}, "there is no sensor x/stage"),
        (
            {"value": 9.0, "series": "a/rain", "until": 50},
            "no rule compares a/rain itself with a limit",
        ),
    ],
)
def test_a_report_that_says_nothing_is_refused(given: dict[str, object], sentence: str) -> None:
    bell = calm().ticks(22).instructs(Action.REPORT, 21, **given)
    assert (bell.notes[-1].reason, bell.notes[-1].text.split(": ")[1]) == (NoteReason.REFUSED, sentence)
    assert (bell.state.reports, bell.standing) == ((), "NORMAL 0")
