"""Messages held against each other."""

from datetime import timedelta

import pytest

from notifiers.cap.judge import judge
from notifiers.cap.message import to_cap
from notifiers.revision import Change, Reference, Revision
from tests.notifiers.samples import CONTENT, FLOOD, NOON, flood

SENDER = CONTENT.sender


def named(*numbers: int) -> tuple[Reference, ...]:
    """References to revisions, as ``flood`` makes them."""
    return tuple(
        Reference(SENDER, f"r{number}", NOON + timedelta(minutes=number - 1), FLOOD.expires) for number in numbers
    )


def rules(*revisions: Revision) -> list[list[str]]:
    judged = judge([(each.identifier, to_cap(each, CONTENT)) for each in revisions])
    return [[found.rule for found in each.findings] for each in judged]


FIRST, SECOND = flood(1), flood(2, references=named(1))


def test_all_that_stand_are_named() -> None:
    assert rules(FIRST, SECOND, flood(3, references=named(1, 2))) == [[], [], []]
    assert rules(flood(3, references=named(1, 2)), SECOND, FIRST) == [[], [], []]


def test_one_that_stands_and_is_not_named_is_found() -> None:
    assert rules(FIRST, SECOND, flood(3, references=named(2))) == [[], [], ["references-incomplete"]]


def test_what_is_not_among_the_messages_is_not_missed() -> None:
    assert rules(FIRST, flood(3, references=named(2))) == [[], []]


def test_what_has_expired_need_not_be_named() -> None:
    brief = flood(1, expires=NOON + timedelta(seconds=90))
    assert rules(brief, SECOND, flood(3, references=named(2))) == [[], [], []]


def test_what_was_cancelled_need_not_be_named() -> None:
    retracted = flood(3, change=Change.RETRACTED, said_at=NOON, references=named(1, 2))
    anew = flood(4, change=Change.REINSTATED, references=())
    assert rules(FIRST, SECOND, retracted, anew, flood(5, references=named(4))) == [[], [], [], [], []]
    late = flood(5, references=(*named(4), *named(3)))
    assert rules(FIRST, SECOND, retracted, anew, late) == [[], [], [], [], []]


def test_a_reference_by_another_time_finds_nobody() -> None:
    wrong = Reference(SENDER, "r1", NOON - timedelta(seconds=1), FLOOD.expires)
    assert rules(FIRST, flood(2, references=(wrong,))) == [[], ["references-sent"]]


def test_the_same_moment_in_another_offset_is_the_same() -> None:
    (good, follower) = (to_cap(each, CONTENT) for each in (FIRST, SECOND))
    moved = follower.replace(b"r1,2021-07-14T18:00:00+02:00", b"r1,2021-07-14T16:00:00-00:00")
    assert moved != follower
    assert [each.findings for each in judge([("a", good), ("b", moved)])] == [(), ()]


def test_messages_that_follow_each_other_in_a_circle_are_found() -> None:
    at = {"sent": NOON, "change": Change.UPDATED}
    one, other = (
        flood(number, references=(Reference(SENDER, f"r{3 - number}", NOON, FLOOD.expires),), **at) for number in (1, 2)
    )
    assert rules(one, other) == [["references-circular"], ["references-circular"]]


@pytest.mark.parametrize("broken", [b"<alert", b"<other/>", b""])
def test_what_cannot_be_read_stands_beside_the_rest(broken: bytes) -> None:
    first, second, third = judge([("a", to_cap(FIRST, CONTENT)), ("b", broken), ("c", to_cap(SECOND, CONTENT))])
    assert (first.findings, third.findings) == ((), ())
    assert not second.valid
