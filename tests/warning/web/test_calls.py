"""When the desk says that people are called, against when the steward calls them."""

from datetime import timedelta
from typing import Any

import pytest

from notifiers.notice import PageReason
from notifiers.revision import Words
from tests.warning.lifecycle.city import ACTIVE, NOON, NORMAL, NOTHING_BY_ITSELF, City, terms
from warning.config.people import AloneSpec, EscalationSpec
from warning.messages import CommandAction
from warning.web.staff.calls import Call, Whom, alone_from, next_call

MINUTE = timedelta(minutes=1)
CALLED = (PageReason.DRAFT_WAITS, PageReason.DRAFT_REMINDER, PageReason.DRAFT_NEXT, PageReason.DRAFT_EVERYONE)
WORDS = {"de": Words("Hochwasser an der Kita", "Abholen.")}


def waiting(**more: Any) -> City:
    """Level 2 waits for people since noon."""
    city = City(NOTHING_BY_ITSELF, **more)
    city.moves(0, ACTIVE, 2)
    return city


def people(whom: Whom) -> tuple[str, ...]:
    """Of the rota, as the desk names them."""
    return {"first": ("anna",), "next": ("anna", "berta"), "everyone": tuple(terms().people)}[whom]


def told(city: City, minute: int) -> Call | None:
    return next_call(city.row, EscalationSpec(), NOON + minute * MINUTE)


@pytest.mark.parametrize("reworded", [False, True])
def test_the_desk_foretells_every_call(reworded: bool) -> None:
    """Also while somebody rewords what gets worse: it is not forgotten over that."""
    city = waiting()
    if reworded:
        city.gives(1, CommandAction.UPDATE, "carl", words=WORDS, note="more exact")
        assert not city.row.submitted
    foretold = []
    minute = 1
    while minute < 200:
        call = told(city, minute)
        assert call is not None
        minute = int((call.at - NOON) / MINUTE)
        foretold.append((minute, people(call.whom)))
    city.ticks(1, minute + 1)
    assert city.pages(*CALLED)[1:] == foretold


def test_nobody_is_called_while_somebody_writes_what_can_wait() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.holds(0, 1)
    assert not city.row.submitted
    assert told(city, 1) is None
    city.ticks(1, 70)
    assert city.pages(*CALLED) == []


def test_an_all_clear_calls_the_one_on_call_every_hour() -> None:
    city = waiting()
    city.gives(1, CommandAction.APPROVE)
    city.moves(2, NORMAL, 0)
    city.gives(15, CommandAction.REJECT, note="wait for the all-clear")
    city.ticks(16, 71)
    assert (city.row.proposed_change, city.row.waiting_since) == ("all-clear", NOON + 62 * MINUTE)
    assert told(city, 70) == Call(NOON + 122 * MINUTE, "first")
    assert told(city, 130) == Call(NOON + 182 * MINUTE, "first")


@pytest.mark.parametrize(("level", "after"), [(2, 5), (3, 3)])
def test_from_when_on_one_may_release_alone(level: int, after: int) -> None:
    """To the minute as the steward has it."""
    city = City((2, 2, 2))
    city.moves(0, ACTIVE, level)
    assert alone_from(city.row, AloneSpec()) == NOON + after * MINUTE
    early = city.gives(after - 1, CommandAction.APPROVE, alone=True, note="nobody else")
    city.tick(after)
    late = city.gives(after, CommandAction.APPROVE, alone=True, note="nobody else")
    assert (early.done, late.done) == (False, True)


def test_alone_is_no_matter_where_one_is_enough_or_nothing_gets_worse() -> None:
    assert alone_from(waiting().row, AloneSpec()) is None
    lone = City((2, 2, 2))
    lone.moves(0, ACTIVE, 1)
    assert alone_from(lone.row, AloneSpec()) is None
