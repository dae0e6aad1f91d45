"""However an arrival sequence is cut into blocks, everything that comes of it is the same to the byte."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.advance import advance, dump, initial, load
from rules.messages import Assessment
from sensors.readings import Block, Reading, Series, Tick, block_of
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import RAIN, STAGE, START, History, Message, block, book_of, station, tell, write
from tests.rules.ruling import ruled

B = Series("b", "stage")
RULE = ruled(
    {
        "level 1": "stage(a) >= 50 cm or rain(a, 60 min) >= 20 mm",
        "level 2": "rise(a, 60 min) >= 30 cm/h or trend(a) >= 90 cm/h or stage(b) >= 80 cm",
        "level 3": "max(a, 60 min) >= 300 cm and mean(a, 30 min) >= 100 cm or rise_low(a, 60 min) >= 60 cm/h",
    },
    {"stage(a)": "10 cm", "stage(b)": "10 cm"},
)
TESTED: dict[str, Any] = {"stage": {"spike": "20 cm", "rate": "600 cm/h"}, "filter": {"wander": 100, "noise": "0.5 cm"}}
SLOW = book_of({"a": station("5 min", **TESTED), "b": station("5 min", **TESTED)}, RULE)
QUICK = book_of({"a": station("10 s", **TESTED), "b": station("5 min", **TESTED)}, RULE)
BOOKS = {"slow": (SLOW, 5 * MINUTE_MS), "quick": (QUICK, 10_000)}

Step = tuple[Series, int, int, float | None, bool]
#: series, step forward, how late in steps, value, whether the clock ticks afterwards
arrivals = st.lists(
    st.tuples(
        st.sampled_from([STAGE, STAGE, STAGE, B, RAIN, Series("x", "stage")]),
        st.sampled_from([0, 1, 1, 1, 2, 30]),
        st.sampled_from([0, 0, 0, 0, 1, 2, 5, 40, -1, -300]),
        st.one_of(st.sampled_from([None, float("nan"), -9999.0, 5000.0]), st.integers(-300, 4000), st.integers(0, 9)),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=60,
)


def cut(steps: list[Step], step: int, places: random.Random) -> list[Message]:
    """The arrivals as messages: blocks end at ticks, where the clock of arrival moves, and anywhere else."""
    log: list[Message] = []
    waiting: list[Reading] = []
    now = START
    for series, forward, late, value, ticks in steps:
        if waiting and (forward or places.random() < 0.4):
            log.append(block_of("wupper", now, "test", waiting))
            waiting = []
        now += forward * step
        amount = value / 10 if isinstance(value, int) else value
        waiting.append(Reading(series, now - late * step, amount))
        if ticks:
            log += [block_of("wupper", now, "test", waiting), Tick("wupper", now + 1)]
            waiting = []
    return [*log, block_of("wupper", now, "test", waiting)] if waiting else log


@pytest.mark.parametrize("kind", BOOKS)
@settings(deadline=None, max_examples=100)
@given(arrivals, st.randoms(use_true_random=False))
def test_any_cut_gives_the_same_decisions_state_and_history(
    kind: str, steps: list[Step], places: random.Random
) -> None:
    book, step = BOOKS[kind]
    one, other = tell(book, cut(steps, step, places)), tell(book, cut(steps, step, places))
    assert one.decisions == other.decisions
    assert dump(one.state) == dump(other.state)
    assert one.history == other.history
    edges = [[edge for each in told.assessments for edge in each.edges] for told in (one, other)]
    assert edges[0] == edges[1]


@settings(deadline=None, max_examples=40)
@given(arrivals, st.randoms(use_true_random=False))
def test_a_state_at_rest_between_messages_changes_nothing(steps: list[Step], places: random.Random) -> None:
    messages = cut(steps, 5 * MINUTE_MS, places)
    state = initial(SLOW)
    history: History = {}
    for message in messages:
        state, outputs = advance(SLOW, load(SLOW, dump(state)), message)
        for each in outputs:
            if isinstance(each, Assessment):
                write(history, each)
    whole = tell(SLOW, messages)
    assert dump(whole.state) == dump(state)
    assert whole.history == history


def test_series_do_not_disturb_each_other() -> None:
    """What one gauge sends is worth the same with and without the others in between."""
    rng = random.Random(5)
    mixed = [(rng.choice([STAGE, B, RAIN]), (place * 60_000, round(rng.uniform(0, 90), 1))) for place in range(400)]
    far = 10 * HOUR_MS
    together = tell(SLOW, [block(mixed, far)]).history
    for series in (STAGE, B, RAIN):
        alone = tell(SLOW, [block([each for each in mixed if each[0] == series], far)]).history
        assert alone == {key: row for key, row in together.items() if key[0] == series}


def test_a_block_may_be_empty() -> None:
    told = tell(SLOW, [Block("wupper", START, "test", (), (), (), ())])
    assert (told.history, told.decisions) == ({}, [])
