"""A draft that waits: who is called when, what takes its place, who may let it out."""

import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from notifiers.notice import PageReason
from notifiers.revision import Change, Revision, Words
from rules.messages import Reason, Standing
from tests.warning.lifecycle.city import ACTIVE, BY_PEOPLE, NORMAL, NOTHING_BY_ITSELF, PEOPLE, STALE, City, transition
from warning.lifecycle.people import Role
from warning.messages import Command, CommandAction, WarningState

TWO = (0, 1, 2)
APPROVE, REJECT = CommandAction.APPROVE, CommandAction.REJECT


def test_a_waiting_draft_calls_more_and_more_people() -> None:
    """At once, after 2, 5 and 10 minutes; everyone by voice; again every ten minutes, five times, then every hour."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 3)
    city.ticks(1, 190)
    assert city.pages(PageReason.DRAFT_WAITS) == [(0, ("anna",))]
    assert city.pages(PageReason.DRAFT_REMINDER) == [(2, ("anna",))]
    assert city.pages(PageReason.DRAFT_NEXT) == [(5, ("anna", "berta"))]
    everyone = ("anna", "berta", "carl", "dora", "vera")
    minutes = (10, 20, 30, 40, 50, 60, 120, 180)
    assert city.pages(PageReason.DRAFT_EVERYONE) == [(minute, everyone) for minute in minutes]
    assert all(one.voice for one in city.said if getattr(one, "reason", None) is PageReason.DRAFT_EVERYONE)
    assert city.revisions == []


def test_worsening_takes_the_drafts_place_and_never_resets_the_calls() -> None:
    """Level 2 at 0, level 3 at 4: told at once to who was called before; the next one still comes at 5."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.ticks(1, 4)
    city.moves(4, ACTIVE, 3)
    city.ticks(5, 11)
    assert city.pages(PageReason.DRAFT_WAITS) == [(0, ("anna",)), (4, ("anna",))]
    assert city.pages(PageReason.DRAFT_NEXT) == [(5, ("anna", "berta"))]
    assert [minute for minute, _ in city.pages(PageReason.DRAFT_EVERYONE)] == [10]


def test_danger_after_a_harmless_draft_begins_the_calls_anew() -> None:
    """A lowering that nobody has released for an hour must not have used up the calls."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.gives(1, APPROVE)
    city.moves(20, ACTIVE, 1)
    city.ticks(21, 90)
    assert city.row.proposed_level == 1
    assert city.pages(PageReason.DRAFT_EVERYONE) == []
    city.moves(90, ACTIVE, 3)
    city.ticks(91, 101)
    assert [minute for minute, _ in city.pages(PageReason.DRAFT_EVERYONE)] == [100]


def test_who_has_taken_note_is_not_reminded_and_the_others_are_called_all_the_same() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.gives(1, CommandAction.ACK)
    city.ticks(2, 6)
    assert city.pages(PageReason.DRAFT_REMINDER) == []
    assert city.pages(PageReason.DRAFT_NEXT) == [(5, ("anna", "berta"))]


def test_an_unreleased_draft_is_passed_on_as_a_measured_value_after_ten_minutes() -> None:
    """Once per level; level 1 never."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 1)
    city.ticks(1, 20)
    assert city.notices == []
    city.moves(20, ACTIVE, 2)
    city.ticks(21, 60)
    assert city.notices == [(20, 2)]  # the draft has waited since 0
    city.moves(60, ACTIVE, 3)
    city.ticks(61, 120)
    assert city.notices == [(20, 2), (60, 3)]


def test_what_is_held_by_hand_has_nothing_measured_to_pass_on() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.holds(0, 3)
    city.ticks(1, 30)
    assert city.notices == []
    assert city.pages(PageReason.DRAFT_EVERYONE) != []


def test_two_people_release_level_three_and_nobody_counts_twice() -> None:
    city = City(TWO)
    city.moves(0, ACTIVE, 3)
    first = city.gives(1, APPROVE, "anna")
    assert first.done
    assert "a second person is needed" in first.text
    assert city.pages(PageReason.SECOND_NEEDED) == [(1, ("berta",))]
    again = city.gives(2, APPROVE, "anna")
    assert (again.done, "has agreed already" in again.text) == (False, True)
    assert city.gives(2, APPROVE, "berta").done
    assert city.revisions[-1] == (2, Change.UPDATED, 3) or city.revisions[-1][1:] == (Change.UPDATED, 3)
    (released,) = [one for one in city.said if isinstance(one, Revision) and one.level == 3]
    assert released.released_by == "anna and berta"


def test_an_agreement_is_lost_when_the_draft_worsens() -> None:
    """Who agreed to level 2 has not agreed to level 3; the difference is named."""
    city = City((2, 2, 2))
    city.moves(0, ACTIVE, 2)
    city.gives(1, APPROVE, "anna")
    assert city.row.approved_by == ("anna",)
    city.moves(2, ACTIVE, 3)
    assert city.row.approved_by == ()
    old = city.gives(3, APPROVE, "berta", level=2)
    assert (old.done, "it is now revision 1, issued, level 3" in old.text) == (False, True)


@pytest.mark.parametrize(("level", "after"), [pytest.param(2, 5, id="level 2"), pytest.param(3, 3, id="level 3")])
def test_one_may_release_alone_when_no_second_acts(level: int, after: int) -> None:
    """Not before its time, not without a reason; all approvers are called, a countersignature is due in 12 h."""
    city = City((0, 2, 2), all_clear={})
    city.moves(0, ACTIVE, level)
    city.gives(1, APPROVE)
    city.ticks(1, after)
    early = city.gives(after - 1, APPROVE, alone=True, note="nobody answers")
    assert (early.done, "not alone yet" in early.text) == (False, True)
    city.tick(after)
    bare = city.gives(after, APPROVE, alone=True)
    assert (bare.done, "reason is missing" in bare.text) == (False, True)
    assert city.gives(after, APPROVE, alone=True, note="nobody answers").done
    assert city.revisions[-1][1:] == (Change.UPDATED, level)
    assert city.pages(PageReason.RELEASED_ALONE) == [(after, ("anna", "berta", "dora"))]
    assert not city.gives(after + 1, CommandAction.COUNTERSIGN, "anna").done
    city.ticks(after + 1, after + 12 * 60 + 5)
    assert [minute for minute, _ in city.pages(PageReason.COUNTERSIGN_OVERDUE)] == [after + 12 * 60]
    assert city.gives(after + 12 * 60 + 6, CommandAction.COUNTERSIGN, "berta").done
    assert city.row.countersign_due is None


def test_a_second_one_released_alone_puts_off_no_countersignature() -> None:
    city = City((0, 2, 2), all_clear={})
    city.moves(0, ACTIVE, 2)
    city.ticks(1, 6)
    assert city.gives(6, APPROVE, alone=True, note="nobody answers").done
    due = city.row.countersign_due
    city.moves(60, ACTIVE, 3)
    city.ticks(61, 64)
    assert city.gives(64, APPROVE, "berta", alone=True, note="nobody answers").done
    assert city.row.countersign_due == due


def test_who_may_not_release_any_more_has_not_agreed() -> None:
    city = City((0, 2, 2))
    city.moves(0, ACTIVE, 2)
    city.gives(1, APPROVE)
    city.terms = dataclasses.replace(city.terms, people={**PEOPLE, "anna": Role.VIEWER})
    assert "second person" in city.gives(2, APPROVE, "berta").text
    assert city.gives(3, APPROVE, "dora").done
    assert city.revisions[-1][1:] == (Change.UPDATED, 2)


def test_level_three_on_two_sensors_goes_out_by_itself_only_where_that_was_laid_down() -> None:
    edges = {"edges": two_edges(), "evidence": ("e", "f")}
    off, on = City(NOTHING_BY_ITSELF), City(NOTHING_BY_ITSELF, preauthorised_after=timedelta(minutes=3))
    lone = City(NOTHING_BY_ITSELF, preauthorised_after=timedelta(minutes=3))
    off.moves(0, ACTIVE, 3, **edges)
    on.moves(0, ACTIVE, 3, **edges)
    lone.moves(0, ACTIVE, 3)
    (edge,) = transition(0, Standing(NORMAL, 0), Standing(ACTIVE, 3)).edges
    twice = City(NOTHING_BY_ITSELF, preauthorised_after=timedelta(minutes=3))
    twice.moves(0, ACTIVE, 3, edges=(edge, replace(edge, id="f", parameter="discharge")), evidence=("e", "f"))
    for city in (off, on, lone, twice):
        city.ticks(1, 10)
    assert off.revisions == []
    assert on.revisions == [(3, Change.ISSUED, 3)]
    assert lone.revisions == []
    assert twice.revisions == []  # stage and discharge of one gauge fail together


def two_edges() -> tuple[object, ...]:
    """Two gauges above their limits."""
    (edge,) = transition(0, Standing(NORMAL, 0), Standing(ACTIVE, 3)).edges
    return edge, replace(edge, id="f", station="beyenburg")


def test_a_rejected_draft_opens_again_when_it_gets_worse() -> None:
    """On a higher level, a second sensor, or a further rise; otherwise one silent reminder after two hours."""
    for event in (
        lambda city: city.moves(30, ACTIVE, 3),
        lambda city: city.moves(30, ACTIVE, 2, edges=two_edges(), reason=Reason.RAIN_ABOVE),
        lambda city: city.rises(30, 240.0),
    ):
        city = City(NOTHING_BY_ITSELF)
        city.moves(0, ACTIVE, 2)
        assert city.gives(1, REJECT, note="debris under the sensor").done
        assert city.row.state is WarningState.REJECTED
        city.ticks(2, 30)
        assert city.row.proposed_level == 0
        event(city)
        assert city.row.state is WarningState.AWAITING
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.gives(1, REJECT, note="debris")
    city.ticks(2, 60)
    city.gives(60, CommandAction.HANDOVER, person="berta", note="nothing but the debris", warning="")
    city.ticks(61, 400)
    assert city.pages(PageReason.STILL_REJECTED) == [(121, ("anna", "berta"))]
    assert city.row.state is WarningState.REJECTED
    city.moves(400, NORMAL, 0)
    assert city.row.state is WarningState.WITHDRAWN


def test_a_rejection_needs_a_reason_and_a_role() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    assert "reason is missing" in city.gives(1, REJECT).text
    assert "carl is author" in city.gives(1, REJECT, "carl", note="x").text
    assert "not among the people" in city.gives(1, REJECT, "mallory", note="x").text
    assert city.row.state is WarningState.AWAITING


def test_a_person_writes_a_warning_without_any_gauge() -> None:
    """Level 1 waits until it is submitted; nobody releases what he has written himself."""
    city = City(BY_PEOPLE)
    city.holds(0, 1, actor="anna", zone="barmen", hazard="smoke")
    city.tick(1)
    assert (city.row.state, city.revisions) == (WarningState.DRAFT, [])
    words = {"de": Words("Rauch über Barmen", "Fenster zu.")}
    assert city.gives(2, CommandAction.UPDATE, "anna", words=words, note="as the fire service says").done
    assert city.gives(3, CommandAction.SUBMIT, "anna").done
    assert city.revisions == [(1, Change.ISSUED, 1)]  # the clock is the city's last tick
    (said,) = [one for one in city.said if isinstance(one, Revision)]
    assert said.words == words


def test_an_author_does_not_release_his_own_warning() -> None:
    city = City(BY_PEOPLE)
    city.holds(0, 2, actor="anna")
    city.ticks(1, 3)
    assert city.row.state is WarningState.AWAITING  # level 2 is put forward by itself
    assert "another person" in city.gives(3, APPROVE, "anna").text
    assert city.gives(4, APPROVE, "berta").done


def test_an_edit_goes_back_to_draft_and_worsening_does_not_wait_for_it() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    words = {"de": Words("Hochwasser an der Kita", "Abholen.")}
    assert city.gives(1, CommandAction.UPDATE, "carl", words=words, note="more exact").done
    assert (city.row.state, city.row.submitted) == (WarningState.DRAFT, False)
    assert "still being written by carl" in city.gives(2, APPROVE).text
    city.tick(3)
    assert city.row.words == words  # a tick does not undo it
    city.moves(4, ACTIVE, 3)
    assert (city.row.state, city.row.proposed_level, city.row.words) == (WarningState.AWAITING, 3, {})


def test_words_that_changed_meanwhile_are_not_what_was_approved() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    seen = city.row.draft
    words = {"de": Words("Anders", "Anders.")}
    city.gives(1, CommandAction.UPDATE, "carl", words=words, note="more exact")
    city.gives(2, CommandAction.SUBMIT, "carl")
    refused = city.gives(3, APPROVE, draft=seen)
    assert (refused.done, "the words have changed: de: Anders" in refused.text) == (False, True)
    assert city.gives(4, APPROVE).done


def test_two_who_write_at_once_do_not_overwrite_each_other() -> None:
    """Whoever names the draft that was read is told of another one, the first draft after a revision among them."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    seen, more = city.row.draft, {"note": "more exact"}
    first, second = {"de": Words("Kita", "Abholen.")}, {"de": Words("Schule", "Abholen.")}
    assert city.gives(1, CommandAction.UPDATE, "carl", words=first, draft=seen, **more).done
    late = city.gives(1, CommandAction.UPDATE, "berta", words=second, draft=seen, **more)
    assert (late.done, late.text) == (False, "the draft has changed meanwhile: de: Kita; look at it again")
    assert city.row.words == first
    assert city.gives(2, CommandAction.UPDATE, "berta", words=second, draft=city.row.draft, **more).done
    city.gives(3, CommandAction.SUBMIT, "berta")
    city.gives(4, APPROVE)
    gone = city.gives(5, CommandAction.UPDATE, "carl", words=first, draft=seen, **more)
    assert (gone.done, "none waits any more" in gone.text) == (False, True)
    assert city.gives(5, CommandAction.UPDATE, "carl", words=first, draft="-", **more).done
    assert not city.gives(5, CommandAction.UPDATE, "berta", words=second, draft="-", **more).done


def test_what_does_not_worsen_keeps_ten_minutes_apart_whoever_writes_it() -> None:
    city = City(BY_PEOPLE)
    city.moves(0, ACTIVE, 2)
    city.tick(1)
    city.gives(1, APPROVE)
    city.gives(2, CommandAction.UPDATE, "carl", words={"de": Words("Neu", "Neu.")}, note="more exact")
    city.gives(2, CommandAction.SUBMIT, "carl")
    city.tick(3)
    assert "apart: at 12:11 UTC" in city.gives(3, APPROVE).text
    city.tick(11)
    assert city.gives(11, APPROVE).done


def test_a_repeated_command_changes_nothing() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.gives(1, APPROVE)
    state, said = city.state, list(city.said)
    city.commands -= 1
    warning = city.warning
    command = Command("c1", "wuppertal", APPROVE, "anna", warning.at, warning=warning.id)
    assert city.take(command) == []
    assert (city.state, city.said) == (state, said)


def test_without_an_issuer_only_measured_values_are_passed_on() -> None:
    city = City(BY_PEOPLE, official=False)
    city.moves(0, ACTIVE, 1)
    city.moves(5, ACTIVE, 3)
    city.ticks(6, 40)
    city.moves(40, STALE, 3, gauge_lost=("kluserbruecke",), reason=Reason.GAUGE_LOST)
    assert city.revisions == []
    assert city.notices == [(0, 1), (5, 3)]
    assert city.row.proposed_change == ""
    city.moves(60, NORMAL, 0)
    assert city.row.state is WarningState.WITHDRAWN
