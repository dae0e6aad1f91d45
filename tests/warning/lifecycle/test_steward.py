"""The steward: what is said, when, and by whom it is let out."""

from datetime import timedelta

import pytest

from notifiers.notice import Page
from notifiers.revision import Change, Revision
from rules.messages import Reason, Standing
from sensors.readings import Tick
from tests.warning.lifecycle.city import (
    ACTIVE,
    BY_PEOPLE,
    NO_DATA,
    NOON,
    NORMAL,
    NOTHING_BY_ITSELF,
    PENDING,
    RECOVERING,
    STALE,
    City,
    transition,
)
from warning.messages import DeskRow, WarningState


def test_a_flood_from_first_warning_to_all_clear() -> None:
    """Each worsening is said at once, the lowering too once the quiet time is over."""
    city = City()
    city.moves(0, PENDING, 1)
    city.moves(10, ACTIVE, 1)
    city.moves(12, ACTIVE, 3)
    city.moves(60, RECOVERING, 3)
    city.moves(120, ACTIVE, 2)
    city.moves(150, NORMAL, 0)
    for minute in range(151, 212):
        city.tick(minute)
    assert city.revisions == [
        (10, Change.ISSUED, 1),
        (12, Change.UPDATED, 3),
        (120, Change.UPDATED, 2),
        (150, Change.UPDATED, 1),  # normal: not over yet, but nothing to flee from
        (210, Change.ALL_CLEAR, 3),
    ]
    assert city.row.state is WarningState.ALL_CLEAR


def test_every_revision_refers_to_all_unexpired_ones() -> None:
    """CAP: an update names what it replaces; identifiers are new, the warning stays the same."""
    city = City()
    city.moves(0, ACTIVE, 1)
    city.moves(5, ACTIVE, 2)
    city.moves(6, ACTIVE, 3)
    first, second, third = (one for one in city.said if isinstance(one, Revision))
    assert [reference.identifier for reference in third.references] == [first.identifier, second.identifier]
    assert len({first.identifier, second.identifier, third.identifier}) == 3
    assert first.warning == second.warning == third.warning


def test_getting_better_waits_for_the_quiet_time_and_getting_worse_does_not() -> None:
    """Lowered five minutes after a revision: said at ten. Raised meanwhile: never said."""
    city = City()
    city.moves(0, ACTIVE, 2)
    city.moves(5, ACTIVE, 1)
    city.tick(9)
    assert city.revisions == [(0, Change.ISSUED, 2)]
    city.moves(9, ACTIVE, 2)
    city.tick(30)
    assert city.revisions == [(0, Change.ISSUED, 2)]


def test_levels_two_and_three_wait_for_one_person() -> None:
    """The draft worsens in place; an approval of what it was is refused and says so."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.moves(3, ACTIVE, 3)
    assert city.revisions == []
    assert (city.row.state, city.row.proposed_level) == (WarningState.AWAITING, 3)
    city.approves(4, revision=1, level=2, change=Change.ISSUED)
    assert city.revisions == []
    assert "the draft has changed" in city.answer
    city.approves(5, revision=1, level=3, change=Change.ISSUED)
    assert city.revisions == [(5, Change.ISSUED, 3)]
    city.approves(6, revision=1, level=3, change=Change.ISSUED)
    assert city.revisions == [(5, Change.ISSUED, 3)]
    assert city.answer == "nothing waits for release"


def test_a_flood_that_races_to_level_three_is_not_met_with_silence() -> None:
    """Level 1 needs nobody: it is said at once while the draft of level 3 waits for a person."""
    city = City(BY_PEOPLE)
    city.moves(0, ACTIVE, 3)
    assert city.revisions == [(0, Change.ISSUED, 1)]
    assert (city.row.level, city.row.proposed_level, city.row.revision) == (1, 3, 1)
    city.tick(30)
    assert city.revisions == [(0, Change.ISSUED, 1)]
    city.approves(31, revision=2, level=3)
    assert city.revisions == [(0, Change.ISSUED, 1), (30, Change.UPDATED, 3)]


def test_an_approval_names_the_kind_of_change() -> None:
    """Who agreed to an update of level 1 has not agreed to the all-clear that took its place."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 1)
    city.approves(1, revision=1, level=1, change=Change.ISSUED)
    city.moves(10, STALE, 1, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    city.tick(20)
    assert (city.row.proposed_change, city.row.proposed_level) == ("updated", 1)
    city.moves(30, NORMAL, 0, reason=Reason.GAUGE_BACK)
    city.tick(90)
    assert (city.row.proposed_change, city.row.proposed_level) == ("all-clear", 1)
    city.approves(91, revision=2, level=1)
    assert "the draft has changed" in city.answer
    city.approves(92, revision=2, level=1, change=Change.ALL_CLEAR)
    assert city.revisions[-1] == (90, Change.ALL_CLEAR, 1)


def test_a_lone_spike_is_never_said_by_itself_when_the_gauge_comes_back_calm() -> None:
    """One high reading, silence, then a normal one: the draft is withdrawn, nobody was told."""
    city = City()
    city.moves(0, PENDING, 1)
    city.moves(20, STALE, 1, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    city.moves(30, RECOVERING, 1, reason=Reason.GAUGE_BACK)
    city.tick(40)
    assert city.revisions == []
    city.moves(45, NORMAL, 0, reason=Reason.HELD_BELOW)
    assert city.revisions == []
    assert city.row.state is WarningState.WITHDRAWN


def test_a_hazard_that_was_dropped_stops_nothing_else() -> None:
    """Its warning stays until people end it; the clock of the catchment goes on for the others."""
    city = City()
    city.moves(0, ACTIVE, 1, zone="barmen", hazard="heavy-rain")
    city.moves(5, NORMAL, 0, zone="barmen", hazard="heavy-rain")
    city.moves(10, ACTIVE, 1)
    outputs = city.tick(2000)
    assert isinstance(outputs[-1], Tick)
    assert {one.change for one in city.said if isinstance(one, Revision)} == {Change.ISSUED, Change.EXTENDED}


def test_a_draft_nobody_released_is_withdrawn_only_when_it_is_known_to_be_over() -> None:
    """Losing sight of the danger takes no draft back; seeing it gone does."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.moves(20, STALE, 2, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    assert (city.row.state, city.row.gauge_lost) == (WarningState.AWAITING, ("Kluserbrücke",))
    city.moves(60, ACTIVE, 2, reason=Reason.GAUGE_BACK)
    city.moves(90, NORMAL, 0, reason=Reason.HELD_BELOW)
    assert city.row.state is WarningState.WITHDRAWN


def test_a_lost_gauge_keeps_the_warning_and_is_told() -> None:
    """Silence at the crest: the level stays, the update says so, and nothing ever clears it."""
    city = City()
    city.moves(0, ACTIVE, 3)
    city.moves(15, STALE, 3, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    for minute in range(16, 34 * 60, 10):
        city.tick(minute)
    changes = {change for _, change, _ in city.revisions}
    assert changes == {Change.ISSUED, Change.UPDATED, Change.EXTENDED}
    assert {level for _, _, level in city.revisions} == {3}
    assert all(one.gauge_lost == ("Kluserbrücke",) for one in city.said[2:] if isinstance(one, Revision))


def test_one_reading_and_then_silence_is_for_people_to_decide() -> None:
    """Even where everything is automatic."""
    city = City()
    city.moves(0, PENDING, 3)
    city.moves(15, STALE, 3, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    city.tick(60)
    assert city.revisions == []
    assert (city.row.state, city.row.proposed_level) == (WarningState.AWAITING, 3)


def test_one_higher_reading_and_then_silence_is_for_people_too() -> None:
    """Level 1 was said; level 3 rests on one reading before the gauge was lost: a draft beside it."""
    city = City()
    city.moves(0, ACTIVE, 1)
    city.moves(20, STALE, 3, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    city.tick(60)
    assert city.revisions == [(0, Change.ISSUED, 1)]
    assert (city.row.level, city.row.proposed_level) == (1, 3)
    city.approves(61, revision=2, level=3)
    assert city.revisions[-1] == (60, Change.UPDATED, 3)  # by the city's clock, the last tick


def test_a_warning_is_prolonged_before_it_expires_while_the_danger_lasts() -> None:
    """Level 3 lasts 3 h: five minutes before, the same words get a later end."""
    city = City()
    city.moves(0, ACTIVE, 3)
    for minute in range(1, 181):
        city.tick(minute)
    assert city.revisions == [(0, Change.ISSUED, 3), (175, Change.EXTENDED, 3)]


def test_no_all_clear_while_the_gauge_is_silent() -> None:
    """Normal, then no data within the hour: the hour begins anew when data are back."""
    city = City()
    city.moves(0, ACTIVE, 1)
    city.moves(100, NORMAL, 0)
    city.moves(120, NO_DATA, 0, reason=Reason.GAUGE_LOST)
    city.tick(300)
    assert city.revisions == [(0, Change.ISSUED, 1)]
    city.moves(310, NORMAL, 0, reason=Reason.GAUGE_BACK)
    city.tick(369)
    assert len(city.revisions) == 1
    city.tick(370)
    assert city.revisions[-1] == (370, Change.ALL_CLEAR, 1)


@pytest.mark.parametrize("repeats", [1, 3])
def test_repeats_after_a_crash_say_nothing(repeats: int) -> None:
    """The worker computes the last second again: same ids, no second message."""
    once, again = City(), City()
    events = [
        transition(0, Standing(NORMAL, 0), Standing(ACTIVE, 1)),
        transition(3, Standing(ACTIVE, 1), Standing(ACTIVE, 2)),
        transition(9, Standing(ACTIVE, 2), Standing(ACTIVE, 3)),
    ]
    for event in events:
        once.take(event)
    for event in events * (1 + repeats):
        again.take(event)
    assert again.said == once.said
    assert again.state == once.state


def test_a_tick_is_echoed_once_and_after_what_it_caused() -> None:
    """Who reads the echo knows that everything before it has been decided."""
    city = City()
    city.moves(0, ACTIVE, 2)
    city.moves(1, ACTIVE, 1)
    kinds = [type(one) for one in city.tick(10)]
    assert kinds == [Revision, Page, DeskRow, Tick]  # the page: nobody has set level 2 in MoWaS for ten minutes
    assert city.tick(10) == []
    assert city.tick(9) == []


def test_after_the_all_clear_the_same_flood_keeps_its_incident() -> None:
    """A second wave within hours is a new warning of the same incident."""
    city = City()
    city.moves(0, ACTIVE, 1)
    city.moves(60, NORMAL, 0)
    city.tick(120)
    city.moves(200, ACTIVE, 2)
    revisions = [one for one in city.said if isinstance(one, Revision)]
    assert [one.change for one in revisions] == [Change.ISSUED, Change.ALL_CLEAR, Change.ISSUED]
    assert revisions[2].incident == revisions[0].incident
    assert revisions[2].warning != revisions[0].warning


def test_one_flood_one_thread_and_one_end() -> None:
    """Zones of a catchment share the incident; none gets its all-clear while another is in danger."""
    city = City()
    city.moves(0, ACTIVE, 1, zone="leimbachtal")
    city.moves(10, ACTIVE, 2)
    city.moves(30, NORMAL, 0, zone="leimbachtal")
    for minute in range(31, 200):
        city.tick(minute)
    assert [change for _, change, _ in city.revisions if change is not Change.EXTENDED] == [Change.ISSUED] * 2
    city.moves(200, NORMAL, 0)
    city.tick(259)
    assert Change.ALL_CLEAR not in {change for _, change, _ in city.revisions}
    city.tick(260)
    assert [one[:2] for one in city.revisions[-2:]] == [(260, Change.ALL_CLEAR)] * 2
    assert len({one.incident for one in city.said if isinstance(one, Revision)}) == 1


def test_a_person_may_say_that_it_is_over_where_the_gauge_is_lost() -> None:
    """STALE to NO_DATA by a person's word counts as normal: the all-clear follows after its time."""
    city = City()
    city.moves(0, ACTIVE, 1)
    city.moves(10, STALE, 1, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    city.moves(40, NO_DATA, 0, reason=Reason.CONFIRMED_OVER)
    city.tick(99)
    assert Change.ALL_CLEAR not in {change for _, change, _ in city.revisions}
    city.tick(100)
    assert city.revisions[-1] == (100, Change.ALL_CLEAR, 1)


def test_silence_holds_back_everything_but_a_rise() -> None:
    """A lost gauge and a lower level wait for the end of the silence; worsening does not."""
    city = City()
    until = NOON + timedelta(minutes=60)
    city.moves(0, ACTIVE, 2)
    city.moves(20, STALE, 2, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST, silenced_until=until)
    city.moves(30, ACTIVE, 1, silenced_until=until)
    city.tick(59)
    assert city.revisions == [(0, Change.ISSUED, 2)]
    city.tick(60)
    assert city.revisions[-1] == (60, Change.UPDATED, 1)
    city.moves(70, ACTIVE, 1, silenced_until=NOON + timedelta(minutes=120))
    city.moves(71, ACTIVE, 3)  # the rules void a silence at any rise
    assert city.revisions[-1] == (71, Change.UPDATED, 3)
