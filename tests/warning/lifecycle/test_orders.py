"""Orders of events that nobody plans for: each has once kept silent about a danger, or told a lie."""

from dataclasses import replace
from datetime import timedelta

import msgspec

from notifiers.notice import PageReason
from notifiers.revision import Change, Words
from rules.messages import Reason
from tests.warning.lifecycle.city import ACTIVE, BY_PEOPLE, NO_DATA, NORMAL, NOTHING_BY_ITSELF, STALE, City
from tests.warning.lifecycle.test_awaiting import two_edges
from warning.lifecycle.people import OnCall, Turn
from warning.lifecycle.state import read_state
from warning.messages import CommandAction, WarningState

REJECT, APPROVE, UPDATE = CommandAction.REJECT, CommandAction.APPROVE, CommandAction.UPDATE
WORDS = {"de": Words("Hochwasser an der Kita", "Abholen.")}


def test_a_rejected_all_clear_holds_back_no_second_wave() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.gives(1, APPROVE)
    city.moves(30, NORMAL, 0)
    city.ticks(31, 95)
    assert city.row.proposed_change == Change.ALL_CLEAR
    assert city.gives(95, REJECT, note="the dam still spills").done
    city.ticks(96, 100)
    city.moves(100, ACTIVE, 1)  # said already, as level 2
    city.ticks(101, 300)  # prolonged, the lowering to level 1 is released
    if city.warning.draft is not None:
        city.gives(300, APPROVE)
    city.moves(301, NORMAL, 0)
    city.ticks(302, 365)
    city.gives(365, REJECT, note="the dam still spills")
    assert city.warning.level == 1
    city.moves(366, ACTIVE, 2)
    assert (city.row.proposed_change, city.row.proposed_level) == (Change.UPDATED, 2)


def test_what_fell_after_its_rejection_and_rises_again_is_put_forward_again() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 3)
    city.gives(1, REJECT, note="debris")
    city.moves(60, ACTIVE, 1)
    city.ticks(61, 65)
    assert city.row.proposed_level == 0  # less than what was decided against
    city.moves(65, ACTIVE, 3)
    assert (city.row.state, city.row.proposed_level) == (WarningState.AWAITING, 3)


def test_a_danger_that_somebody_rewords_and_forgets_calls_people_all_the_same() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 3)
    city.ticks(1, 2)
    city.gives(1, UPDATE, "carl", words=WORDS, note="more exact")
    city.ticks(2, 9)
    assert city.pages(PageReason.DRAFT_NEXT) == [(5, ("anna", "berta"))]
    city.gives(9, CommandAction.SUBMIT, "carl")
    assert city.pages(PageReason.DRAFT_WAITS)[1:] == [(8, ("anna",))]  # now it can be released
    city.ticks(9, 12)
    assert [minute for minute, _ in city.pages(PageReason.DRAFT_EVERYONE)] == [10]
    assert city.notices == [(10, 3)]  # writing resets no clock


def test_what_a_person_still_writes_at_level_one_calls_nobody() -> None:
    city = City(BY_PEOPLE)
    city.holds(0, 1, zone="barmen", hazard="smoke")
    city.ticks(1, 30)
    assert city.pages(*PageReason) == []


def test_a_hand_over_sensors_is_not_discarded_together_with_what_they_measure() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.holds(1, 3, "carl", spoken_for=2)
    refused = city.gives(2, CommandAction.DISCARD, "carl", note="too much")
    assert not refused.done
    assert "sensors speak for it too: unterbarmen: ACTIVE level 3" in refused.text
    city.moves(3, ACTIVE, 2)  # the hand lets go
    assert (city.row.state, city.row.proposed_level, city.row.author) == (WarningState.AWAITING, 2, "rules")


def test_who_is_on_call_alone_and_has_agreed_is_not_the_second_who_is_called() -> None:
    city = City((2, 2, 2), on_call=OnCall((Turn(0, ("anna",)),)))
    city.moves(0, ACTIVE, 3)
    city.gives(1, APPROVE, "anna")
    assert city.pages(PageReason.SECOND_NEEDED) == [(1, ("berta", "dora"))]


def test_who_has_left_the_staff_while_on_duty_is_not_the_only_one_who_is_called() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 1)
    city.ticks(1, 3)
    assert city.gives(3, CommandAction.HANDOVER, "anna", person="dora", note="night").done
    city.terms = replace(city.terms, people={name: role for name, role in city.terms.people.items() if name != "dora"})
    city.moves(4, ACTIVE, 3)
    assert city.pages(PageReason.DRAFT_WAITS)[-1] == (4, ("anna",))


def test_a_level_held_by_hand_does_not_go_out_by_itself_on_what_sensors_say_of_a_lower_one() -> None:
    city = City(NOTHING_BY_ITSELF, preauthorised_after=timedelta(minutes=3))
    city.moves(0, ACTIVE, 2, edges=two_edges(), evidence=("e", "f"))
    city.holds(1, 3, "carl")
    city.ticks(2, 30)
    assert city.revisions == []
    city.moves(30, ACTIVE, 3, edges=two_edges(), evidence=("e", "f"))  # the sensors say so themselves
    assert city.revisions == [(30, Change.ISSUED, 3)]


def test_a_retracted_zone_whose_gauge_is_out_is_remembered_while_its_neighbour_waits_for_the_all_clear() -> None:
    city = City()
    city.moves(0, ACTIVE, 2)
    city.moves(0, ACTIVE, 2, zone="beyenburg")
    retracted, standing = city.state.warnings.values()
    city.moves(1, STALE, 2, reason=Reason.OUT_OF_SERVICE)
    city.moves(2, NORMAL, 0, zone="beyenburg")
    assert city.gives(3, CommandAction.RETRACT, warning=retracted.id, note="debris").done
    city.ticks(4, 7 * 60 + 10)
    assert Change.ALL_CLEAR not in [change for _, change, _ in city.revisions]
    city.moves(7 * 60 + 10, NO_DATA, 0, reason=Reason.CONFIRMED_OVER)
    city.ticks(7 * 60 + 11, 9 * 60)
    assert [change for _, change, _ in city.revisions].count(Change.ALL_CLEAR) == 1
    assert standing.id not in {one.id for one in city.state.warnings.values() if one.stands}


def test_what_was_released_does_not_vanish_with_the_issuer() -> None:
    """Nothing more can be released; staff are told when it has run out without an all-clear."""
    city = City()
    city.moves(0, ACTIVE, 2)
    city.terms = replace(city.terms, official=False)
    city.moves(10, NORMAL, 0)
    city.ticks(11, 6 * 60 + 5)
    assert city.warning.state is WarningState.EXPIRED
    assert city.pages(PageReason.EXPIRED_UNSAID) == [(360, ("anna", "berta", "dora"))]


def test_what_the_first_version_kept_of_a_danger_is_not_retracted_in_the_belief_that_nothing_speaks_for_it() -> None:
    city = City()
    city.moves(0, ACTIVE, 2)
    city.tick(1)
    told = msgspec.to_builtins(city.state)
    (now,) = told["warnings"].values()
    of_old = ("id", "incident", "zone", "hazard", "catchment", "condition", "state", "at", "changed_at", "reason")
    of_old += ("measurements", "confirmed", "level", "highest", "number", "sent", "expires", "references")
    kept = {name: now[name] for name in of_old}
    first = {"warnings": {"unterbarmen/river-flood": kept}, "seen": told["seen"], "ticks": told["ticks"], "v": 1}
    city.state = read_state(msgspec.msgpack.encode(first))
    assert "sensors in service speak for it" in city.gives(2, CommandAction.RETRACT, note="no water here").text
    assert read_state(msgspec.msgpack.encode(city.state)) == city.state


def test_a_new_wave_closes_no_warning_that_has_to_be_countersigned_in_silence() -> None:
    city = City((0, 0, 2))
    city.moves(0, ACTIVE, 3)
    city.ticks(1, 5)
    assert city.gives(5, APPROVE, "anna", alone=True, note="nobody is here").done
    city.moves(8, NORMAL, 0)
    city.ticks(9, 70)
    city.gives(70, CommandAction.CLEAR, "anna")
    assert city.gives(70, CommandAction.CLEAR, "berta").done
    city.moves(80, ACTIVE, 1)
    assert city.pages(PageReason.COUNTERSIGN_OVERDUE) == [(80, ("anna", "berta", "dora"))]


def test_a_rise_that_comes_in_late_opens_what_was_rejected_before_it_came() -> None:
    """A gauge that sends every 15 minutes, and a city whose other catchments are ahead."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.ticks(1, 11)
    assert city.gives(10, REJECT, note="debris").done
    city.rises(8, 240.0)
    assert city.row.proposed_level == 2


def test_an_all_clear_that_was_rejected_may_be_given_at_any_time_after_all() -> None:
    """Also where the warning had been lowered: the desk shows the level that is in force."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.gives(1, APPROVE)
    city.moves(20, ACTIVE, 1)
    city.ticks(21, 23)
    city.gives(23, APPROVE)
    city.moves(30, NORMAL, 0)
    city.ticks(31, 92)
    assert city.gives(92, REJECT, note="the dam still spills").done
    meant = {"revision": 3, "change": Change.ALL_CLEAR.value, "level": city.row.level}
    assert city.gives(93, CommandAction.CLEAR, **meant).done
    assert city.revisions[-1][1:] == (Change.ALL_CLEAR, 2)


def test_no_all_clear_between_the_danger_of_a_neighbour_and_the_next_tick() -> None:
    for action in (CommandAction.CLEAR, APPROVE):
        city = City(NOTHING_BY_ITSELF)
        city.moves(0, ACTIVE, 2, zone="beyenburg")
        city.gives(1, APPROVE)
        city.moves(10, NORMAL, 0, zone="beyenburg")
        city.ticks(11, 71)
        (beyenburg,) = city.state.warnings.values()
        assert city.row.proposed_change == Change.ALL_CLEAR
        draft = {"warning": beyenburg.id, "revision": 2, "change": Change.ALL_CLEAR.value, "level": 2, "draft": ""}
        city.moves(71, ACTIVE, 1)
        refused = city.gives(71, action, **draft)
        assert not refused.done
        assert "not everything of this incident is normal: unterbarmen: ACTIVE level 1" in refused.text


def test_two_may_clear_what_was_rejected_or_is_of_a_hazard_that_the_city_has_dropped() -> None:
    for all_clear in ({"river-flood": timedelta(minutes=60)}, {}):
        city = City((0, 0, 2), all_clear=all_clear)
        city.moves(0, ACTIVE, 3)
        city.ticks(1, 2)
        city.gives(1, APPROVE, "anna")
        city.gives(1, APPROVE, "berta")
        city.moves(10, NORMAL, 0)
        city.ticks(11, 75)
        if all_clear:
            assert city.gives(75, REJECT, note="the dam still spills").done
        meant = {"revision": city.warning.number + 1, "change": Change.ALL_CLEAR.value, "level": 3, "draft": ""}
        assert city.gives(76, CommandAction.CLEAR, "anna", **meant).done
        city.ticks(76, 80)
        assert city.gives(80, CommandAction.CLEAR, "berta", **meant).done
        assert city.revisions[-1][1:] == (Change.ALL_CLEAR, 3)
