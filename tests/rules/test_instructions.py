"""What people tell the rules, from the log to what is said about it."""

from itertools import pairwise
from typing import Any

import pytest

from rules.advance import advance, dump
from rules.messages import Action, Assessment, Note, NoteReason, Overlay, Reason, Transition
from sensors.doubts import Doubt
from sensors.readings import Tick
from sensors.times import to_ms
from tests.rules.bell import Bell, ms, rule

TWO = {"stage(a)": "5 cm", "stage(b)": "5 cm"}
EITHER = rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm", "level 2": "stage(b) >= 200 cm"}, TWO)
DAY = 24 * 60


def active(*rules: object) -> Bell:
    """ACTIVE 1 by gauge a at minute 15, gauge b calm; the newest readings are of minute 20."""
    bell = Bell(*rules or (EITHER,))  # type: ignore[arg-type]
    for place, value in enumerate([90, 105, 108, 110, 112]):
        bell.says(5 * place, 50, "b/stage").says(5 * place, value)
    assert bell.standing == "ACTIVE 1"
    return bell


def test_what_follows_comes_in_one_order() -> None:
    bell = active(rule({"level 1": "stage(a) >= 100 cm"}, staff="silent(a)"))
    bell.run(range(21, 40))
    bell.instructs(Action.OUT_OF_SERVICE, 40, series="a/stage", until=50)
    assert [type(each) for each in bell.outputs] == [Assessment, Transition, Note]
    bell.ticks(51)
    assert [type(each) for each in bell.outputs] == [Assessment, Note, Note, Tick]


def test_a_sensor_out_of_service_leaves_the_formulas_and_the_rest_goes_on() -> None:
    bell = active().instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=999)
    for minute in range(25, 60, 5):
        bell.says(minute, 300)
        assert (bell.assessments[-1].flag, bell.assessments[-1].doubt) == ((4,), (int(Doubt.OUT_OF_SERVICE),))
        bell.says(minute, 50, "b/stage")
    assert bell.path[-2:] == ["RECOVERING 1", "NORMAL 0"]
    bell.says(60, 120, "b/stage").says(65, 120, "b/stage").says(70, 120, "b/stage")
    assert (bell.standing, {each.station for each in bell.last.edges}) == ("ACTIVE 1", {"b"})


def test_a_stuck_sensor_leaves_without_ending_the_warning_of_the_other() -> None:
    bell = active()
    for minute in (25, 30, 35):
        bell.says(minute, 120, "b/stage").says(minute, 112)
    bell.instructs(Action.OUT_OF_SERVICE, 36, series="a/stage", until=999)
    assert bell.says(40, 121, "b/stage").standing == "ACTIVE 1"


def spoken(bell: Bell) -> tuple[str, int | None]:
    """Where the newest transition leads, and which level sensors stand behind."""
    return f"{bell.last.to.state} {bell.last.to.level}", bell.last.spoken_for


def test_what_sensors_begin_and_cease_to_say_beneath_a_hand_is_told() -> None:
    bell = Bell(EITHER)
    bell.says(0, 50, "b/stage").says(0, 50)
    bell.instructs(Action.HOLD, 1, level=2)
    assert spoken(bell) == ("ACTIVE 2", 0)
    for minute in (5, 10, 15):
        bell.says(minute, 50, "b/stage").says(minute, 110)
    assert (spoken(bell), bell.last.reason, bell.last.actor) == (("ACTIVE 2", 1), Reason.BY_HAND, "kaya")
    assert [each.value for each in bell.last.edges] == [110]
    told = len(bell.transitions)
    bell.says(20, 50, "b/stage").says(20, 115)
    assert len(bell.transitions) == told
    for minute in range(25, 60, 5):
        bell.says(minute, 50, "b/stage").says(minute, 50)
    assert (bell.standing, spoken(bell), len(bell.transitions)) == ("ACTIVE 2", ("ACTIVE 2", 0), told + 1)
    assert len({each.id for each in bell.transitions}) == len(bell.transitions)


def test_the_last_sensor_in_service_speaks_though_it_is_silent() -> None:
    """One was taken out, the other is merely silent: whoever retracts has to take that one out as well."""
    bell = active()
    for minute in (25, 30, 35):
        bell.says(minute, 120, "b/stage").says(minute, 112)
    bell.run(range(36, 80))
    assert spoken(bell) == ("STALE 1", 1)
    told = len(bell.transitions)
    bell.instructs(Action.OUT_OF_SERVICE, 80, series="a/stage", until=999)
    assert (bell.standing, bell.transitions[-1].spoken_for) == ("STALE 1", 1)
    assert len(bell.transitions) == told


def test_put_back_it_speaks_again_before_its_next_reading() -> None:
    bell = active(rule({"level 1": "stage(a) >= 100 cm"}))
    bell.instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=999)
    assert spoken(bell) == ("STALE 1", 0)
    bell.instructs(Action.IN_SERVICE, 22, series="a/stage")
    assert (spoken(bell), bell.last.reason) == (("STALE 1", 1), Reason.GAUGE_LOST)


def test_time_out_of_service_ends_with_a_note_and_counts_from_the_next_reading() -> None:
    bell = active().instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=60)
    bell.run(range(25, 60), 50, "b/stage")
    assert (bell.standing, bell.notes) == ("NORMAL 0", [])
    bell.ticks(60)
    [ended] = bell.notes
    assert (ended.reason, ended.station, ended.parameter) == (NoteReason.SERVICE_ENDED, "a", "stage")
    assert (to_ms(ended.at), to_ms(ended.decided_at)) == (ms(60), ms(60))
    bell.run(range(60, 70), 50, "b/stage")
    assert bell.standing == "NO_DATA 0"  # the 112 cm from before say nothing about now
    assert bell.says(70, 50).standing == "NORMAL 0"


@pytest.mark.parametrize("hours", [7 * 24, 1])
def test_a_sensor_is_out_for_seven_days_at_most(hours: int) -> None:
    bell = active().instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=21 + 60 * hours)
    assert bell.notes == []
    bell.instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=21.001 + 7 * DAY)
    assert bell.notes[0].text == (
        "out-of-service by kaya: a sensor is taken out of service until a time at most 7 days ahead"
    )


def test_the_last_sensor_taken_out_keeps_the_level_until_a_person_says_it_is_over() -> None:
    bell = active(rule()).instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=9999)
    assert (bell.standing, bell.last.reason) == ("STALE 1", Reason.OUT_OF_SERVICE)
    bell.run(range(22, 70), 300)
    assert (bell.standing, bell.reasons) == ("STALE 1", ["GAUGE_SILENT", "STALE_TOO_LONG"])
    assert bell.notes[0].station == "b"  # of the same river
    bell.instructs(Action.CONFIRM_OVER, 70)
    assert (bell.standing, bell.last.reason) == ("NO_DATA 0", Reason.CONFIRMED_OVER)
    bell.run(range(71, 90), 300)
    assert bell.standing == "NO_DATA 0"


def test_the_last_sensor_taken_out_of_a_stale_condition_ends_it() -> None:
    bell = active(rule()).run(range(21, 40))
    assert bell.standing == "STALE 1"
    bell.instructs(Action.OUT_OF_SERVICE, 41, series="a/stage", until=9999)
    assert (bell.standing, bell.last.reason) == ("NO_DATA 0", Reason.OUT_OF_SERVICE)


def test_what_was_only_pending_on_a_sensor_is_forgotten_with_it() -> None:
    bell = Bell(EITHER).says(0, 50, "b/stage").says(0, 50).says(5, 50, "b/stage").says(5, 120)
    assert bell.standing == "PENDING 1"
    bell.instructs(Action.OUT_OF_SERVICE, 6, series="a/stage", until=999)
    assert bell.standing == "NORMAL 0"
    split = rule({"level 1": "stage(b) >= 100 cm", "level 2": "stage(a) >= 100 cm"}, TWO)
    bell = Bell(split).says(0, 50, "b/stage").says(0, 50).says(5, 50, "b/stage").says(5, 120)
    assert bell.standing == "PENDING 2"
    assert bell.instructs(Action.OUT_OF_SERVICE, 6, series="a/stage", until=999).standing == "NORMAL 0"


def test_a_formula_wholly_out_of_service_is_no_all_clear() -> None:
    split = rule({"level 1": "stage(a) >= 100 cm or silent(a)", "level 2": "stage(b) >= 200 cm"}, TWO)
    bell = active(split).instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=9999)
    bell.run(range(25, 300), 50, "b/stage")
    assert bell.standing == "STALE 1"


def test_a_sensor_back_in_service_is_believed_from_its_next_reading_on() -> None:
    bell = active(rule()).instructs(Action.OUT_OF_SERVICE, 21, series="a/stage", until=9999)
    bell.instructs(Action.IN_SERVICE, 22, series="a/stage")
    assert bell.standing == "STALE 1"
    assert bell.says(25, 115).standing == "ACTIVE 1"
    assert bell.last.reason is Reason.GAUGE_BACK
    bell.instructs(Action.IN_SERVICE, 26, series="a/stage")
    assert bell.notes[-1].text == "in-service by kaya: a/stage is in service"


def test_a_reading_from_before_raises_nothing_when_its_sensor_returns() -> None:
    both = rule({"level 1": "stage(a) >= 100 cm", "level 3": "stage(a) >= 300 cm or stage(b) >= 300 cm"}, TWO)
    bell = Bell(both).says(0, 50, "b/stage").says(0, 50).says(5, 320)
    bell.instructs(Action.OUT_OF_SERVICE, 6, series="a/stage", until=9999)
    bell.run(range(6, 60), 50, "b/stage")
    bell.instructs(Action.IN_SERVICE, 61, series="a/stage").says(62, 310, "b/stage")
    assert bell.standing == "PENDING 3"  # two gauges would have raised it at once


def test_a_level_is_held_by_hand_also_where_no_rule_is() -> None:
    bell = active().instructs(Action.HOLD, 21, zone="campsite", hazard="flood", level=3)
    assert bell.stands("campsite") == "ACTIVE 3"
    said = bell.last
    assert (said.from_.state, said.from_.level) == ("NORMAL", 0)
    assert (said.zone, said.reason, said.overlays) == ("campsite", Reason.BY_HAND, (Overlay.BY_HAND,))
    bell.run(range(22, 30), 112).instructs(Action.RELEASE, 31, zone="campsite", hazard="flood")
    assert (bell.last.zone, bell.last.to.state, bell.last.reason) == ("campsite", "NORMAL", Reason.BY_HAND)
    assert list(bell.state.conditions) == ["town/flood"]
    bell.instructs(Action.RELEASE, 32, zone="campsite", hazard="flood")
    assert bell.notes[-1].text == "release by kaya: there is no condition campsite/flood"


def test_a_hand_over_a_rule_shows_in_every_change_and_rises_with_the_water() -> None:
    bell = active().instructs(Action.HOLD, 21, level=2)
    assert (bell.standing, bell.last.overlays) == ("ACTIVE 2", (Overlay.BY_HAND,))
    for minute in range(25, 80, 5):
        bell.says(minute, 50, "b/stage").says(minute, 50)
    assert bell.standing == "ACTIVE 2"
    bell.instructs(Action.RELEASE, 81)
    assert (bell.standing, bell.last.overlays) == ("NORMAL 0", ())


def test_silence_is_void_on_any_rise_and_shown_until_then() -> None:
    bell = active().instructs(Action.SILENCE, 21, until=21 + DAY)
    assert (bell.last.from_, bell.last.reason, bell.notes) == (bell.last.to, "BY_HAND", [])  # for the steward to hear
    assert (bell.standing, bell.last.overlays) == ("ACTIVE 1", (Overlay.SILENCED,))
    bell.says(25, 50).says(25, 50, "b/stage")
    assert (bell.standing, bell.last.overlays) == ("RECOVERING 1", (Overlay.SILENCED,))
    bell.says(30, 105)
    assert (bell.standing, bell.last.overlays, bell.reasons) == ("ACTIVE 1", (Overlay.SILENCED,), [])
    bell.says(30, 210, "b/stage").says(35, 211, "b/stage")
    assert (bell.standing, bell.last.overlays, bell.reasons) == ("ACTIVE 2", (), ["SILENCE_VOID"])
    assert (bell.notes[0].zone, bell.notes[0].level) == ("town", 2)


def test_silence_ends_after_24_hours_at_most() -> None:
    bell = active().instructs(Action.SILENCE, 21, until=21.001 + DAY)
    assert bell.notes[0].text == "silence by kaya: a silence lasts 24 hours at most"
    bell.instructs(Action.SILENCE, 22, until=30).ticks(30)
    bell.says(35, 50).says(35, 50, "b/stage")
    assert (bell.standing, bell.last.overlays) == ("RECOVERING 1", ())


def test_level_3_is_silenced_by_two_people() -> None:
    bell = active().instructs(Action.HOLD, 21, level=3).instructs(Action.SILENCE, 22, until=60)
    assert bell.notes[0].text == "silence by kaya: silencing level 3 takes a second person"
    assert bell.state.conditions["town/flood"].silence is None
    bell.instructs(Action.SILENCE, 23, until=60, second="noor")
    assert bell.state.conditions["town/flood"].silence is not None


def test_only_what_is_stale_is_called_over() -> None:
    bell = active().instructs(Action.CONFIRM_OVER, 21)
    assert "only what is STALE can be called over" in bell.notes[0].text
    bell.run(range(21, 60)).instructs(Action.CONFIRM_OVER, 61)
    assert (bell.standing, bell.last.from_.state, bell.last.reason) == ("NO_DATA 0", "STALE", Reason.CONFIRMED_OVER)
    bell.says(65, 112)
    assert bell.standing == "PENDING 1"


@pytest.mark.parametrize(
    ("action", "given", "sentence"),
    [
        (Action.OUT_OF_SERVICE, {"series": "x/stage", "until": 30}, "there is no sensor x/stage"),
        (Action.OUT_OF_SERVICE, {"until": 30}, "it is not said of which sensor"),
        (Action.OUT_OF_SERVICE, {"series": "a/stage", "until": 21.5}, "the time out of service has passed"),
        (Action.HOLD, {"level": 1, "zone": ""}, "zone and hazard are missing"),
        (Action.HOLD, {"level": 1, "actor": " "}, "who says so is missing"),
        (Action.HOLD, {"level": 1, "note": ""}, "the reason is missing"),
        (Action.SILENCE, {"zone": "moon", "until": 30}, "there is no condition moon/flood"),
        (Action.UNSILENCE, {}, "it is not silenced"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_changes_nothing(
    action: Action, given: dict[str, object], sentence: str
) -> None:
    bell = active().ticks(22)
    before = (dict(bell.state.conditions), bell.state.reports, bell.state.arrays.cursors.tobytes())
    bell.instructs(action, 21, **given)
    [refused] = bell.outputs
    assert isinstance(refused, Note)
    assert (refused.reason, refused.text.split(": ")[1]) == (NoteReason.REFUSED, sentence)
    assert (dict(bell.state.conditions), bell.state.reports, bell.state.arrays.cursors.tobytes()) == before


def test_every_word_is_answered_once_and_first_among_the_notes() -> None:
    bell = active().instructs(Action.SILENCE, 21, until=90).instructs(Action.HOLD, 22, level=3)
    [transition, answer, void] = bell.outputs
    assert isinstance(transition, Transition)
    assert isinstance(answer, Note)
    assert (answer.reason, answer.origin, answer.level) == (NoteReason.FOLLOWED, "i2", 3)
    assert answer.text == "hold by kaya: seen on site"
    assert isinstance(void, Note)
    assert void.reason is NoteReason.SILENCE_VOID


WORDS: list[tuple[Action, dict[str, Any]]] = [
    (Action.OUT_OF_SERVICE, {"series": "a/stage", "until": 500}),
    (Action.IN_SERVICE, {"series": "a/stage"}),
    (Action.HOLD, {"level": 2}),
    (Action.RELEASE, {}),
    (Action.SILENCE, {"until": 500}),
    (Action.UNSILENCE, {}),
    (Action.REPORT, {"level": 2, "until": 500}),
    (Action.WITHDRAW, {"report": "i7"}),
    (Action.CONFIRM_OVER, {}),
]


def test_the_log_may_bring_every_word_twice() -> None:
    bell = active()
    words = [bell.word(action, 21 + place, **given) for place, (action, given) in enumerate(WORDS)]
    for word in words:
        bell.takes(word)
        for again in words[: words.index(word) + 1]:
            state, said = advance(bell.book, bell.state, again)
            assert (said, dump(state)) == ([], dump(bell.state))


def test_a_repeated_word_does_not_undo_the_one_after_it() -> None:
    bell = active(rule())
    out = bell.word(Action.OUT_OF_SERVICE, 21, series="a/stage", until=500)
    bell.takes(out).instructs(Action.IN_SERVICE, 22, series="a/stage").says(25, 113)
    assert bell.takes(out).says(30, 114).assessments[-1].flag == (1,)
    assert bell.standing == "ACTIVE 1"


def test_only_the_last_thousand_words_are_remembered() -> None:
    bell = active()
    for _ in range(1001):
        bell.instructs(Action.UNSILENCE, 21)
    assert (len(bell.state.heard), bell.state.heard[0], bell.state.heard[-1]) == (1000, "i2", "i1001")


def test_changes_alike_down_to_their_time_have_ids_of_their_own() -> None:
    bell = active().ticks(22)
    for _ in range(3):
        bell.instructs(Action.HOLD, 22, level=3).instructs(Action.RELEASE, 22)
    said = bell.transitions[-6:]
    assert {each.at for each in said} == {said[0].at}
    assert len({each.id for each in said}) == 6
    assert all(old.to == new.from_ for old, new in pairwise(said))


def test_a_change_names_the_person_whose_word_brought_it_about() -> None:
    bell = Bell().run(range(11), 50)
    assert [(each.actor, each.note) for each in bell.transitions] == [("", "")]
    bell.instructs(Action.HOLD, 12, level=2, note="water at the bridge")
    bell.instructs(Action.RELEASE, 20, actor="noor", note="it was the mill race")
    bell.instructs(Action.REPORT, 22, level=1, until=200, actor="mara", note="by telephone").run(range(23, 34), 50)
    bell.instructs(Action.OUT_OF_SERVICE, 40, series="a/stage", until=400, note="debris")
    bell.instructs(Action.WITHDRAW, 41, report="i3", actor="noor", note="another river")
    bell.instructs(Action.CONFIRM_OVER, 42, actor="ravi", note="looked at it")
    said = [(each.to.state, each.to.level, each.actor, each.note) for each in bell.transitions[1:]]
    assert said == [
        ("ACTIVE", 2, "kaya", "water at the bridge"),
        ("NORMAL", 0, "noor", "it was the mill race"),
        ("PENDING", 1, "mara", "by telephone"),
        ("ACTIVE", 1, "", ""),  # the hold ran out: nobody said a word
        ("STALE", 1, "noor", "another river"),
        ("NO_DATA", 0, "ravi", "looked at it"),
    ]


def test_a_level_that_falls_back_onto_a_hand_names_who_holds_it() -> None:
    bell = Bell().run(range(11), 50).instructs(Action.HOLD, 12, level=1, note="cellar full")
    bell.run(range(15, 30), 210).run(range(30, 120), 50)
    assert bell.standing == "ACTIVE 1"
    raised, fell = bell.transitions[-3], bell.last
    assert (raised.to.level, raised.actor, raised.note) == (2, "", "")
    assert (fell.from_.level, fell.actor, fell.note) == (2, "kaya", "cellar full")
