"""What staff are called for, and what they are not."""

import pytest

from rules.messages import Action, Note, NoteReason
from sensors.times import to_ms
from tests.rules.bell import Bell, ms, rule

TWO = {"stage(a)": "5 cm", "stage(b)": "5 cm"}


def test_a_silent_gauge_of_a_calm_river_calls_nobody() -> None:
    bell = Bell().run(range(31), 50).run(range(31, 200))
    assert (bell.standing, bell.notes) == ("NO_DATA 0", [])


@pytest.mark.parametrize("value", [105, 110])
def test_two_steps_missed_call_staff_once_where_a_level_waits_or_stands(value: float) -> None:
    bell = Bell().run(range(60), 50).run(range(60, 66 if value == 105 else 90), value)
    newest = 65 if value == 105 else 85
    bell.ticks(newest + 15)
    assert bell.notes == []
    bell.ticks(newest + 15.1).ticks(newest + 16)
    [note] = bell.notes
    assert (note.reason, note.station, note.parameter) == (NoteReason.GAUGE_SILENT, "a", "stage")
    assert to_ms(note.decided_at) == ms(newest + 15.1)
    bell.says(newest + 17, value).run(range(newest + 18, newest + 40))
    assert bell.reasons.count("GAUGE_SILENT") == 2


def test_a_gauge_along_a_river_in_flood_is_missed_though_itself_calm() -> None:
    upstream = rule({"level 1": "stage(b) >= 100 cm"}, {"stage(b)": "5 cm"}, zone="hill")
    bell = Bell(rule(), upstream)
    for minute in range(61):
        bell.ticks(minute)
        if minute % 5 == 0:
            bell.says(minute, 50).says(minute, 120 if minute > 30 else 50, "b/stage")
    assert (bell.stands("town"), bell.stands("hill")) == ("NORMAL 0", "ACTIVE 1")
    bell.run(range(61, 77), 121, "b/stage")
    assert [(each.reason, each.station) for each in bell.notes] == [(NoteReason.GAUGE_SILENT, "a")]


def test_staff_are_called_after_30_minutes_without_a_gauge() -> None:
    bell = Bell().run(range(61), 110).run(range(61, 200))
    stale = bell.last
    assert (stale.to.state, bell.reasons) == ("STALE", ["GAUGE_SILENT", "STALE_TOO_LONG"])
    note = bell.notes[1]
    assert (note.zone, note.hazard, note.level) == ("town", "flood", 1)
    assert (note.decided_at - stale.decided_at).total_seconds() == 30 * 60


def test_the_rule_for_staff_calls_them_and_nobody_else() -> None:
    bell = Bell(rule({"level 1": "stage(a) >= 100 cm"}, staff="stage(a) >= 80 cm or silent(a)"))
    bell.run(range(21), 50).says(25, 85)
    [note] = bell.outputs[1:]
    assert isinstance(note, Note)
    assert (note.reason, note.text) == (NoteReason.STAFF_RULE, "stage(a) >= 80 cm or silent(a)")
    assert bell.path == ["NORMAL 0"]
    bell.says(30, 50).run(range(31, 60))
    assert bell.reasons == ["STAFF_RULE", "STAFF_RULE"]


def test_the_rule_for_staff_hears_of_a_suspect_reading_of_a_calm_gauge() -> None:
    watched = rule({"level 1": "stage(a) >= 100 cm"}, staff="suspect(a)")
    bell = Bell(watched, quality={"rate": "60 cm/h"}).says(0, 50).says(5, 50).says(10, 80)
    assert (bell.assessments[-1].flag, bell.reasons) == ((3,), ["STAFF_RULE"])
    bell.says(15, 80).says(20, 80).says(25, 50)
    assert bell.reasons == ["STAFF_RULE", "STAFF_RULE"]


def seesaw(bell: Bell, minutes: range) -> Bell:
    for place, minute in enumerate(minutes):
        bell.says(minute, 110 if place % 2 else 50)
    return bell


def test_flapping_holds_what_would_be_lowered_and_nothing_else() -> None:
    bell = Bell().run(range(21), 110)
    seesaw(bell, range(25, 80, 5))
    assert "FLAPPING" in bell.reasons
    bell.says(80, 50)
    flapping = bell.transitions[-1]
    assert (bell.standing, flapping.overlays) == ("RECOVERING 1", ("FLAPPING",))
    for minute in (85, 90, 95, 100):
        bell.says(minute, 50)
    assert bell.standing == "RECOVERING 1"  # clear for more than its 15 minutes
    bell.says(105, 210).says(110, 211)
    assert bell.standing == "ACTIVE 2"  # at once, as if it never flapped
    assert bell.reasons.count("FLAPPING") == 1


def test_flapping_ends_and_lets_go() -> None:
    bell = seesaw(Bell().run(range(21), 110), range(25, 80, 5))
    for minute in range(80, 125, 5):
        bell.says(minute, 50)
    assert (bell.standing, bell.last.overlays) == ("NORMAL 0", ())


def test_a_limit_crossed_in_the_past_is_told_with_its_value() -> None:
    bell = Bell().says(0, 50).says(5, 50).says(15, 50).says(10, 120.3, arrives=16)
    assert bell.standing == "NORMAL 0"
    [note] = bell.notes
    assert (note.reason, note.text, note.value) == (NoteReason.CROSSED_IN_THE_PAST, "stage(a) >= 100 cm", 120.3)
    assert (to_ms(note.at), to_ms(note.decided_at)) == (ms(10), ms(16))
    rows = [each for each in bell.evidence if each.at >= ms(10) and each.atom == "stage(a) >= 100 cm"]
    assert [(each.at, each.truth, each.value) for each in rows] == [(ms(10), True, 120.3), (ms(15), False, 50.0)]


def test_what_was_exactly_at_a_limit_that_takes_more_was_not_beyond_it() -> None:
    bell = Bell(rule({"level 1": "stage(a) > 100 cm"})).says(0, 50).says(15, 50).says(10, 100, arrives=16)
    assert bell.notes == []
    bell.says(12, 100.1, arrives=17)
    assert bell.reasons == ["CROSSED_IN_THE_PAST"]


def test_two_words_refused_alike_are_two_notes() -> None:
    bell = Bell().says(0, 50).instructs(Action.UNSILENCE, 1).instructs(Action.UNSILENCE, 1)
    assert len({each.id for each in bell.notes}) == 2
