"""How a warning ends: prolonged, run out, cleared, taken back, closed; and what people do meanwhile."""

from datetime import timedelta

from notifiers.notice import PageReason
from notifiers.revision import Change, Revision, Words
from rules.messages import Reason
from sensors.readings import Tick
from sensors.times import to_ms
from tests.warning.lifecycle.city import ACTIVE, BY_PEOPLE, NO_DATA, NOON, NORMAL, NOTHING_BY_ITSELF, STALE, City
from warning.messages import CommandAction, SheetSet, ShiftEntry, WarningState

APPROVE, CLEAR, RETRACT, REINSTATE = (
    CommandAction.APPROVE,
    CommandAction.CLEAR,
    CommandAction.RETRACT,
    CommandAction.REINSTATE,
)


def released(level: int = 3, release: tuple[int, int, int] = NOTHING_BY_ITSELF) -> City:
    """A city in which one warning is in force since minute 0."""
    city = City(release)
    city.moves(0, ACTIVE, level)
    city.gives(0, APPROVE)
    return city


def test_staff_are_asked_once_per_incident_before_anything_of_it_ends() -> None:
    city = City()
    city.moves(0, ACTIVE, 3)
    city.moves(4, ACTIVE, 3, zone="beyenburg")
    city.ticks(5, 181)
    assert city.pages(PageReason.EXTEND_SOON) == [(150, ("anna",))]
    assert [one for one in city.revisions if one[1] is Change.EXTENDED] == [
        (175, Change.EXTENDED, 3),
        (179, Change.EXTENDED, 3),
    ]


def test_one_key_extends_the_whole_incident_and_wakes_nobody() -> None:
    city = City()
    city.moves(0, ACTIVE, 3)
    city.moves(4, ACTIVE, 3, zone="beyenburg")
    city.tick(150)
    answer = city.gives(
        150, CommandAction.EXTEND, "carl", until=NOON + timedelta(minutes=870), note="it goes on raining"
    )
    assert answer.text == "2 in force until 15 Jul 02:30 UTC"
    city.ticks(151, 400)
    assert [one for one in city.revisions if one[1] is Change.EXTENDED] == [(150, Change.EXTENDED, 3)] * 2
    too_long = city.gives(400, CommandAction.EXTEND, until=NOON + timedelta(minutes=2000), note="longer")
    assert (too_long.done, "at most 12 hours" in too_long.text) == (False, True)


def test_what_runs_out_in_calm_is_an_alarm_and_its_all_clear_stays_due() -> None:
    city = released(3)
    city.moves(20, NORMAL, 0)
    city.ticks(21, 200)
    assert city.row.state is WarningState.EXPIRED
    assert city.pages(PageReason.EXPIRED_UNSAID) == [(180, ("anna", "berta", "dora"))]
    assert city.gives(200, CLEAR).done
    assert city.revisions[-1][1:] == (Change.ALL_CLEAR, 3)


def test_danger_that_comes_back_after_it_ran_out_is_said_again() -> None:
    """The same level: people have thrown the old message away."""
    city = released(3)
    city.moves(20, NORMAL, 0)
    city.ticks(21, 200)
    city.moves(200, ACTIVE, 3)
    city.ticks(201, 215)
    assert (city.row.proposed_change, city.row.proposed_level) == ("updated", 3)
    assert [minute for minute, _ in city.pages(PageReason.DRAFT_EVERYONE)] == [210]
    city.gives(215, APPROVE)
    assert city.revisions[-1][1:] == (Change.UPDATED, 3)


def test_a_service_that_was_away_prolongs_at_once() -> None:
    city = released(3)
    city.tick(400)
    assert city.revisions[-1] == (400, Change.EXTENDED, 3)


def test_the_all_clear_takes_as_many_as_the_highest_level_and_names_what_stands_against_it() -> None:
    city = City((0, 1, 2))
    city.moves(0, ACTIVE, 3)
    city.tick(1)
    city.gives(1, APPROVE, "anna")
    city.gives(1, APPROVE, "berta")
    city.moves(30, NORMAL, 0)
    early = city.gives(40, CLEAR)
    assert (early.done, "the all-clear is due at 13:30 UTC" in early.text) == (False, True)
    city.moves(50, STALE, 1, zone="beyenburg", gauge_lost=("beyenburg",), reason=Reason.GAUGE_LOST)
    city.ticks(51, 95)
    warning = next(one for one in city.state.warnings.values() if one.zone == "unterbarmen")
    against = city.gives(95, CLEAR, warning=warning.id)
    assert (against.done, "beyenburg: STALE level 1" in against.text) == (False, True)
    city.moves(96, NO_DATA, 0, zone="beyenburg", reason=Reason.CONFIRMED_OVER)
    city.ticks(97, 160)
    proposed = {"warning": warning.id, "level": 3, "change": "all-clear"}
    waiting = next(one for one in city.state.warnings.values() if one.zone == "unterbarmen")
    named = proposed | {"revision": waiting.number + 1, "draft": ""}
    assert "a second person is needed" in city.gives(160, CLEAR, "anna", **named).text
    assert city.gives(160, CLEAR, "berta", **named).done
    assert (160, Change.ALL_CLEAR, 3) in [(159 + 1, *one[1:]) for one in city.revisions]


def test_the_prompt_for_the_all_clear_is_silent_at_night() -> None:
    """Noon is 14:00 in Wuppertal; the water has gone by 21:30, the hour is over at 22:30."""
    city = released(2)
    city.moves(450, NORMAL, 0)
    city.ticks(451, 520)
    pages = [one for one in city.said if getattr(one, "reason", None) is PageReason.ALL_CLEAR_WAITS]
    assert [one.silent for one in pages] == [True]
    day = released(2)
    day.moves(50, NORMAL, 0)
    day.ticks(51, 120)
    pages = [one for one in day.said if getattr(one, "reason", None) is PageReason.ALL_CLEAR_WAITS]
    assert [one.silent for one in pages] == [False]


def test_a_true_alarm_is_not_retracted() -> None:
    """The command names the sensors and their values."""
    city = released(3)
    refused = city.gives(5, RETRACT, "carl", note="false alarm")
    assert not refused.done
    assert "unterbarmen: ACTIVE level 3 (Kluserbrücke 226 cm)" in refused.text
    assert "out of service" in refused.text
    city.moves(6, STALE, 3, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    assert not city.gives(7, RETRACT, "carl", note="false alarm").done


def test_a_hand_over_a_true_alarm_does_not_make_it_one_that_may_be_retracted() -> None:
    """Sensors began to speak beneath the hand; that changes nothing but who stands behind the level."""
    city = City(BY_PEOPLE)
    city.holds(0, 2)
    city.tick(1)
    city.gives(1, APPROVE)
    city.holds(2, 2, spoken_for=1)
    refused = city.gives(3, RETRACT, "carl", note="seen nothing")
    assert (refused.done, "sensors in service speak" in refused.text) == (False, True)
    city.holds(4, 2, spoken_for=0)
    assert city.gives(5, RETRACT, "carl", note="seen nothing").done


def test_a_sensor_put_back_speaks_again() -> None:
    city = released(2)
    city.moves(5, STALE, 2, reason=Reason.OUT_OF_SERVICE)
    city.moves(6, STALE, 2, reason=Reason.GAUGE_LOST)
    assert not city.gives(7, RETRACT, "carl", note="false alarm").done


def test_one_person_retracts_what_no_sensor_speaks_for() -> None:
    """Everybody who may release is called; nothing in this zone goes out by itself until it is re-armed."""
    city = City(BY_PEOPLE)
    city.moves(0, ACTIVE, 1)
    city.moves(5, STALE, 1, reason=Reason.OUT_OF_SERVICE)
    answer = city.gives(6, RETRACT, "carl", note="branch on the sensor")
    assert answer.done
    assert city.pages(PageReason.RETRACTED) == [(6, ("anna", "berta", "dora"))]
    (_, taken_back) = [one for one in city.said if isinstance(one, Revision)]
    assert (taken_back.change, taken_back.said_at) == (Change.RETRACTED, NOON)
    assert len(taken_back.references) == 1
    city.moves(100, ACTIVE, 1, reason=Reason.GAUGE_BACK)
    city.ticks(101, 105)
    assert [change for _, change, _ in city.revisions] == [Change.ISSUED, Change.RETRACTED]
    assert city.row.proposed_level == 1
    assert city.gives(105, CommandAction.REARM, zone="unterbarmen", note="sensor is clean").done
    city.tick(106)
    assert city.revisions[-1][1:] == (Change.ISSUED, 1)


def test_anyone_who_may_release_puts_it_in_force_again_within_the_hour() -> None:
    city = City(BY_PEOPLE)
    city.holds(0, 2, actor="carl")
    city.tick(1)
    city.gives(1, APPROVE)
    assert city.gives(2, RETRACT, "carl", note="wrong zone").done
    assert not city.gives(3, REINSTATE, "carl", note="it was right").done  # an author may not
    assert city.gives(4, REINSTATE, "berta", note="it was right").done
    changes = [(change, level) for _, change, level in city.revisions]
    assert changes == [(Change.ISSUED, 2), (Change.RETRACTED, 2), (Change.REINSTATED, 2)]
    assert [one.references for one in city.said if isinstance(one, Revision)][-1] == ()
    assert city.row.state is WarningState.UPDATED
    city.gives(5, RETRACT, "carl", note="wrong after all")
    city.ticks(6, 70)
    late = city.gives(70, REINSTATE, "berta", note="hm")
    assert (late.done, "more than 60 minutes" in late.text) == (False, True)


def test_rows_say_at_once_whether_their_zone_is_armed() -> None:
    """Neither re-arming nor a retraction beside it changes the warning itself; the desk would say the old state on."""
    city = City(BY_PEOPLE)
    city.holds(0, 2, actor="carl")
    city.tick(1)
    city.gives(1, APPROVE)
    assert city.row.armed
    city.gives(2, RETRACT, "carl", note="wrong zone")
    city.gives(3, REINSTATE, "berta", note="it was right")
    assert not city.row.armed
    assert city.gives(4, CommandAction.REARM, zone="unterbarmen", note="seen to").done
    assert city.row.armed


def test_a_retraction_ends_no_danger_of_its_neighbours() -> None:
    """The retracted zone's condition still counts: no all-clear while it is STALE."""
    city = City()
    city.moves(0, ACTIVE, 1)
    city.moves(1, ACTIVE, 1, zone="beyenburg")
    city.moves(5, STALE, 1, reason=Reason.OUT_OF_SERVICE)
    warning = next(one for one in city.state.warnings.values() if one.zone == "unterbarmen")
    assert not city.gives(6, RETRACT, note="debris", warning=warning.id).done  # beyenburg speaks for the incident
    city.moves(7, NORMAL, 0, zone="beyenburg")
    assert city.gives(8, RETRACT, note="debris", warning=warning.id).done
    city.ticks(9, 200)
    assert Change.ALL_CLEAR not in {change for _, change, _ in city.revisions}
    city.moves(200, NO_DATA, 0, reason=Reason.CONFIRMED_OVER)
    city.ticks(201, 270)
    assert city.revisions[-1] == (260, Change.ALL_CLEAR, 1)


def test_what_is_over_is_closed_after_six_hours_and_forgotten() -> None:
    city = City()
    city.moves(0, ACTIVE, 1)
    city.moves(10, NORMAL, 0)
    city.ticks(11, 440)
    assert city.states == [WarningState.RELEASED, WarningState.ALL_CLEAR, WarningState.CLOSED]
    assert city.state.warnings == {}


def test_a_new_wave_closes_the_warning_before_it() -> None:
    city = City()
    city.moves(0, ACTIVE, 1)
    city.moves(10, NORMAL, 0)
    city.ticks(11, 80)
    city.moves(100, ACTIVE, 1)
    assert city.states[-2:] == [WarningState.CLOSED, WarningState.RELEASED]


def test_the_control_room_has_five_minutes_to_confirm() -> None:
    city = released(2)
    city.ticks(1, 10)
    assert city.pages(PageReason.SHEET_DUE) == [(5, ("anna", "berta"))]
    assert city.gives(10, CommandAction.SHEET_SET, "carl").done
    assert [one.by for one in city.said if isinstance(one, SheetSet)] == ["carl"]
    assert city.row.sheet_due is None
    assert not city.gives(11, CommandAction.SHEET_SET, "carl").done


def test_an_acknowledgement_is_void_only_when_the_level_rose() -> None:
    """A quarter of an hour after it rose, and the person is told."""
    city = released(2)
    city.gives(1, CommandAction.ACK, "vera")
    city.ticks(2, 60)
    assert [ack.person for ack in city.row.acks] == ["vera"]
    city.moves(60, ACTIVE, 3)
    city.ticks(61, 80)
    assert city.pages(PageReason.LEVEL_ROSE) == [(75, ("vera",))]
    assert city.row.acks == ()


def test_nobody_takes_note_of_a_level_that_was_not_shown() -> None:
    """A paused desk or an old message shows level 2 while level 3 stands: that stays to be looked at, and is told."""
    city = released(3)
    assert city.gives(1, CommandAction.ACK, "vera", shown_level=2).text == (
        "taken note of at level 2; it stands at level 3 by now"
    )
    assert city.gives(2, CommandAction.ACK, "anna").text == "taken note of at level 3"
    assert city.gives(3, CommandAction.ACK, "anna", shown_level=2).text == "taken note of at level 3 before"
    assert city.gives(4, CommandAction.ACK, "berta", shown_level=0).text.startswith("taken note of at level 0;")
    levels = [(ack.person, ack.level, (ack.at - NOON) // timedelta(minutes=1)) for ack in city.row.acks]
    assert levels == [("vera", 2, 1), ("anna", 3, 2), ("berta", 0, 4)]


def test_what_has_fallen_is_taken_note_of_as_it_stands() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 3)
    assert city.gives(1, CommandAction.ACK).text == "taken note of at level 3"
    city.moves(2, ACTIVE, 2)
    assert city.gives(3, CommandAction.ACK, shown_level=3).text == "taken note of at level 2"
    assert [(ack.person, ack.level) for ack in city.row.acks] == [("anna", 2)]


def test_a_handover_puts_who_comes_in_front_and_lists_what_is_open() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    answer = city.gives(1, CommandAction.HANDOVER, "carl", person="dora", note="level 2 waits, anna is on her way")
    assert answer.text == "dora is on duty"
    (entry,) = [one for one in city.said if isinstance(one, ShiftEntry)]
    assert (entry.person, entry.open) == ("dora", (city.warning.id,))
    city.ticks(2, 3)
    assert city.pages(PageReason.DRAFT_REMINDER) == [(2, ("dora",))]
    assert "not among the people" in city.gives(3, CommandAction.HANDOVER, person="mallory", note="x").text


def test_extending_what_is_calm_is_refused() -> None:
    city = released(2)
    city.moves(10, NORMAL, 0)
    refused = city.gives(11, CommandAction.EXTEND, until=NOON + timedelta(hours=8), note="to be sure")
    assert (refused.done, "not extended but cleared" in refused.text) == (False, True)


def test_gauges_that_die_in_the_calm_do_not_keep_a_warning_for_ever() -> None:
    """People look, say what they saw, and the time to the all-clear begins."""
    city = released(2)
    city.moves(20, NORMAL, 0)
    city.moves(40, NO_DATA, 0, reason=Reason.GAUGE_LOST)
    city.ticks(41, 200)
    refused = city.gives(200, CLEAR)
    assert (refused.done, "give it again with what you saw" in refused.text) == (False, True)
    looked = city.gives(201, CLEAR, note="the Wupper is back in its bed")
    assert "counts as normal from now on" in looked.text
    assert Change.ALL_CLEAR not in {change for _, change, _ in city.revisions}
    city.ticks(202, 265)
    assert city.gives(265, CLEAR).done
    assert city.revisions[-1][1:] == (Change.ALL_CLEAR, 2)


def test_a_gauge_that_comes_back_takes_back_what_people_said() -> None:
    city = released(2)
    city.moves(20, NORMAL, 0)
    city.moves(40, NO_DATA, 0, reason=Reason.GAUGE_LOST)
    city.tick(41)
    city.gives(41, CLEAR, note="looks dry")
    city.moves(50, ACTIVE, 2, reason=Reason.GAUGE_BACK)
    city.ticks(51, 200)
    assert city.row.normal_since is None
    assert not city.gives(200, CLEAR, note="looks dry").done


def test_a_warning_whose_rule_or_catchment_left_the_configuration_is_ended_by_people() -> None:
    """It lives by any clock, is prolonged, and waits for somebody who has looked."""
    city = City(conditions=frozenset({"beyenburg/river-flood"}), catchments=frozenset({"ruhr"}))
    city.moves(0, ACTIVE, 3)
    for minute in range(1, 200):
        city.take(Tick("ruhr", to_ms(NOON + timedelta(minutes=minute))))
    assert (175, Change.EXTENDED, 3) in city.revisions
    assert "counts as normal" in city.gives(200, CLEAR, note="the gauge was given up; the river is low").text
    for minute in range(201, 270):
        city.take(Tick("ruhr", to_ms(NOON + timedelta(minutes=minute))))
    assert city.revisions[-1][1] is Change.ALL_CLEAR


def test_the_control_room_confirms_the_revision_it_has_set() -> None:
    city = released(2)
    city.moves(1, ACTIVE, 3)
    city.gives(1, APPROVE)
    wrong = city.gives(2, CommandAction.SHEET_SET, "carl", revision=1)
    assert (wrong.done, "the last revision is 2" in wrong.text) == (False, True)
    assert city.gives(3, CommandAction.SHEET_SET, "carl", revision=2).done


def test_who_comes_on_duty_may_release() -> None:
    city = released(2)
    refused = city.gives(1, CommandAction.HANDOVER, "carl", person="vera", note="yours")
    assert (refused.done, "has to be an approver" in refused.text) == (False, True)


def test_words_for_a_level_that_has_fallen_do_not_hold_up_its_lowering() -> None:
    city = released(3)
    city.ticks(1, 12)
    city.gives(12, CommandAction.UPDATE, "carl", words={"de": Words("Neu", "Neu.")}, note="more exact")
    city.moves(13, ACTIVE, 1)
    city.tick(14)
    assert (city.row.proposed_level, city.row.words) == (1, {})
