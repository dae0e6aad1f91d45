"""Readings and ticks: what counts, what does not, and what must never matter."""

import math
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.advance import Unassessable, advance, dump, initial, load
from rules.books import CatchmentBook
from rules.messages import Assessment, Reason, Transition
from sensors.readings import Block, Reading, Series, Tick, block_of
from tests.rules.bell import LEVELS, Bell, book_of, ms, rule

A = Series("a", "stage")


def flooded() -> Bell:
    """ACTIVE 1 at 110 cm, newest reading at minute 15."""
    bell = Bell()
    for place, value in enumerate([90, 105, 108, 110]):
        bell.says(5 * place, value)
    assert bell.standing == "ACTIVE 1"
    return bell


def test_nothing_is_called_calm_before_it_is_known() -> None:
    bell = Bell()
    assert bell.standing == "NO_DATA 0"
    bell.ticks(60)
    assert bell.standing == "NO_DATA 0"
    bell.says(61, 50)
    assert (bell.standing, bell.last.reason) == ("NORMAL 0", Reason.GAUGE_BACK)


def test_silence_of_a_calm_gauge_is_no_data() -> None:
    bell = Bell().says(0, 50).ticks(15)
    assert bell.standing == "NORMAL 0"
    bell.ticks(15.5)
    assert (bell.standing, bell.last.gauge_lost) == ("NO_DATA 0", ("a",))


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -50.1, 700.1])
def test_what_cannot_be_measured_is_flagged_and_decides_nothing(value: float | None) -> None:
    bell = flooded().says(20, value)
    assert bell.standing == "ACTIVE 1"
    said = bell.assessments[-1]
    assert said.flag == ((9,) if value is None or math.isnan(value) else (4,))
    assert said.signals == ((None,),)
    assert said.value == (value if value is not None and math.isfinite(value) else None,)
    for minute in range(20, 60, 5):
        bell.says(minute, value).ticks(minute + 1)
    assert bell.standing == "STALE 1"


def test_a_stamp_from_the_future_does_not_deafen_the_gauge() -> None:
    bell = Bell().says(0, 90).says(24 * 60, 90, arrives=3)
    assert bell.assessments[-1].flag == (4,)
    bell.says(5, 120).says(10, 120).says(15, 120)
    assert bell.standing == "ACTIVE 1"


def test_zero_and_negative_stages_are_readings() -> None:
    levels = {"level 1": "stage(a) >= -10 cm", "level 2": "stage(a) >= 0 cm"}
    bell = Bell(rule(levels, {"stage(a)": "5 cm"}))
    for place, value in enumerate([-30, -20, -12, -8, -4, -3, 0, 0, 0]):
        bell.says(5 * place, value)
    assert bell.standing == "ACTIVE 2"
    for place in range(9, 30):
        bell.says(5 * place, -40)
    assert bell.standing == "NORMAL 0"


def test_values_are_compared_as_the_sensor_can_tell_them() -> None:
    assert Bell().says(0, 99.96).standing == "PENDING 1"
    assert Bell().says(0, 99.94).standing == "NORMAL 0"


def test_a_repeated_reading_is_not_a_second_one() -> None:
    bell = Bell().says(0, 90).says(5, 120)
    for repeat in range(30):
        bell.says(5, 120, arrives=5 + repeat / 10).ticks(5.05 + repeat / 10)
    assert bell.standing == "PENDING 1"


def test_repeats_are_not_signs_of_life() -> None:
    bell = flooded()
    for minute in range(16, 40):
        bell.says(15, 110, arrives=minute).ticks(minute + 0.5)
    assert bell.standing == "STALE 1"


def test_hold_may_run_out_between_readings() -> None:
    bell = Bell().says(0, 90).says(5, 110).says(10, 112).ticks(14.9)
    assert bell.standing == "PENDING 1"
    bell.ticks(15.1)
    assert bell.standing == "ACTIVE 1"
    assert (bell.last.at.timestamp() * 1000, bell.last.decided_at.timestamp() * 1000) == (ms(15), ms(15.1))


def test_silence_alone_never_lowers() -> None:
    bell = flooded().says(20, 60).says(25, 60)
    assert bell.standing == "RECOVERING 1"
    for minute in range(26, 600):
        bell.ticks(minute)
    assert bell.standing == "STALE 1"


def test_a_late_reading_may_raise_and_never_lowers() -> None:
    steep = rule({"level 1": "rise(a, 60 min) >= 30 cm/h"}, {"rise(a, 60 min)": "10 cm/h"})
    bell = Bell(steep)
    for minute in (0, 5, 40):
        bell.says(minute, 100 + minute)
    assert bell.standing == "NO_DATA 0"  # three readings make no rise, and what is unknown is not calm
    bell.says(35, 135, arrives=41)
    assert bell.standing == "PENDING 1"
    for minute in (10, 15, 20, 25, 30):
        bell.says(minute, 100, arrives=42)
    assert bell.standing == "PENDING 1"


def test_a_correction_downwards_waits_for_the_next_reading() -> None:
    bell = flooded().says(15, 20)
    assert bell.standing == "ACTIVE 1"
    assert bell.says(20, 20).standing == "RECOVERING 1"
    pending = Bell().says(0, 90).says(5, 120).says(5, 20)
    assert pending.standing == "PENDING 1"
    assert pending.says(10, 20).standing == "NORMAL 0"


def test_rise_stays_on_for_an_hour() -> None:
    bell = Bell(rule({"level 1": "rise(a, 20 min) >= 30 cm/h"}, {"rise(a, 20 min)": "10 cm/h"}))
    for place in range(40):
        bell.says(5 * place, 100 + 4 * min(place, 6))
    assert bell.path[:3] == ["PENDING 1", "ACTIVE 1", "RECOVERING 1"]
    assert bell.assessments[12].signals[0][0] == 0.0
    assert bell.transitions[2].at - bell.transitions[0].at == timedelta(hours=1)


def test_two_gauges_agree_at_once() -> None:
    either = rule({"level 2": "stage(a) >= 200 cm or stage(b) >= 100 cm"}, {"stage(a)": "5 cm", "stage(b)": "5 cm"})
    bell = Bell(either).says(0, 90).says(0, 50, "b/stage").says(5, 210)
    assert bell.standing == "PENDING 2"
    bell.says(5, 110, "b/stage")
    assert bell.standing == "ACTIVE 2"
    assert {each.station for each in bell.last.edges} == {"a", "b"}


def test_another_gauge_raises_a_stale_condition_and_never_clears_it() -> None:
    both = rule(
        {"level 1": "stage(a) >= 100 cm", "level 3": "stage(b) >= 300 cm"}, {"stage(a)": "5 cm", "stage(b)": "5 cm"}
    )
    bell = Bell(both)
    for place in range(5):
        bell.says(5 * place, 110).says(5 * place, 200, "b/stage")
    for minute in range(25, 300, 5):
        bell.says(minute, 50, "b/stage").ticks(minute + 1)
    assert bell.standing == "STALE 1"
    bell.says(300, 310, "b/stage").says(305, 310, "b/stage")
    assert bell.standing == "ACTIVE 3"
    for minute in range(310, 900, 5):
        bell.says(minute, 50, "b/stage").ticks(minute + 1)
    assert bell.standing == "STALE 1"


def test_lowering_ends_in_no_data_where_a_gauge_was_silent_throughout() -> None:
    either = rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm"}, {"stage(a)": "5 cm", "stage(b)": "5 cm"})
    bell = Bell(either)
    for minute in range(0, 20, 5):
        bell.says(minute, 110)
    for minute in range(20, 60, 5):
        bell.says(minute, 50).ticks(minute + 1)
    assert bell.path[-3:] == ["RECOVERING 1", "NORMAL 0", "NO_DATA 0"]
    assert bell.last.gauge_lost == ("b",)


def test_lost_evidence_keeps_the_level_whatever_the_other_gauge_says() -> None:
    pair = rule({"level 1": "stage(a) >= 100 cm and stage(b) >= 100 cm"}, {"stage(a)": "5 cm", "stage(b)": "5 cm"})
    bell = Bell(pair)
    for minute in range(0, 20, 5):
        bell.says(minute, 110).says(minute, 110, "b/stage")
    for minute in range(20, 200, 5):
        bell.says(minute, 50, "b/stage").ticks(minute + 1)
    assert (bell.standing, bell.last.gauge_lost) == ("STALE 1", ("a",))


def test_a_new_episode_forgets_the_evidence_of_the_last_one() -> None:
    either = rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm"}, {"stage(a)": "5 cm", "stage(b)": "5 cm"})
    bell = Bell(either)
    for minute in range(0, 60, 5):
        bell.says(minute, 50).says(minute, 110 if minute < 20 else 50, "b/stage")
    assert bell.path[-1] == "NORMAL 0"
    for minute in range(60, 120, 5):  # b is silent from now on
        bell.says(minute, 110 if minute < 80 else 50).ticks(minute + 1)
    assert bell.path[-4:] == ["ACTIVE 1", "RECOVERING 1", "NORMAL 0", "NO_DATA 0"]


def test_a_gauge_that_lags_holds_the_lowering_back() -> None:
    either = rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm"}, {"stage(a)": "5 cm", "stage(b)": "5 cm"})
    bell = Bell(either)
    for minute in range(0, 20, 5):
        bell.says(minute, 110).says(minute, 110, "b/stage")
    bell.says(20, 50)
    for minute in range(20, 40, 5):
        bell.says(minute, 50, "b/stage")
    assert bell.standing == "RECOVERING 1"
    assert bell.says(35, 50).standing == "NORMAL 0"


def test_ticks_are_forwarded_last_and_old_ones_are_ignored() -> None:
    bell = Bell().says(0, 50)
    state, said = advance(bell.book, bell.state, Tick("wupper", ms(20)))
    assert [type(each) for each in said] == [Assessment, Transition, Tick]
    for old in (20, 19):
        same, nothing = advance(bell.book, state, Tick("wupper", ms(old)))
        assert (same is state, nothing) == (True, [])


def test_a_series_nobody_configured_is_shown_as_not_evaluated() -> None:
    bell = Bell().says(0, 900, "x/stage")
    assert (bell.assessments[0].flag, bell.assessments[0].signals) == ((2,), ((),))


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(Tick("rhine", ms(9)), id="another catchment"),
        pytest.param(Block("wupper", ms(9), "x", (A,), (0, 1), (1, 2), (1.0, 2.0)), id="index out of range"),
        pytest.param(Block("wupper", ms(9), "x", (A,), (0, -1), (1, 2), (1.0, 2.0)), id="negative index"),
        pytest.param(Block("wupper", ms(9), "x", (A,), (0, 0), (1,), (1.0, 2.0)), id="lengths"),
    ],
)
def test_a_contradictory_message_is_refused_and_the_state_stays(message: Block | Tick) -> None:
    bell = flooded()
    before = dump(bell.state)
    with pytest.raises(Unassessable):
        bell.takes(message)
    assert dump(bell.state) == before


def test_the_old_state_is_never_changed() -> None:
    bell = Bell()
    kept = []
    for place, value in enumerate([90, 120, 120, 120, 60, 60, 60, 60, 60]):
        kept.append((bell.state, dump(bell.state)))
        bell.says(5 * place, value).ticks(5 * place + 1)
    assert [dump(state) for state, _ in kept] == [raw for _, raw in kept]


arrivals = st.lists(
    st.tuples(
        st.sampled_from(["a/stage", "b/stage", "a/rain"]),
        st.integers(-20, 3),  # how late, min
        st.one_of(st.none(), st.integers(-60, 720), st.integers(95, 310)),
        st.sampled_from(["stay", "on", "tick", "pause"]),
    ),
    max_size=60,
)
SEVERAL = [
    rule(
        {**LEVELS, "level 2": "stage(a) >= 200 cm or (rise(a, 60 min) >= 30 cm/h and stage(b) >= 50 cm)"},
        {"stage(a)": "15 cm", "stage(b)": "5 cm", "rise(a, 60 min)": "10 cm/h"},
    ),
    rule(
        {"level 1": "rain(a, 60 min) >= 15 mm or stage(b) >= 99 cm"},
        {"rain(a, 60 min)": "5 mm", "stage(b)": "1 cm"},
        "hill",
    ),
]
BOOK = book_of(*SEVERAL).catchments["wupper"]


def messages(steps: list[tuple[str, int, int | None, str]], cut: random.Random) -> list[Block | Tick]:
    """The arrivals as log messages: what arrives at one time is cut into blocks at random."""
    log: list[Block | Tick] = []
    waiting: list[Reading] = []
    now = 0.0
    for series, late, value, then in steps:
        waiting.append(Reading(Series(*series.split("/")), ms(now + late), value))
        if then != "stay" or cut.random() < 0.3:
            log.append(block_of("wupper", ms(now), "test", waiting))
            waiting = []
        now += {"stay": 0, "on": 5, "tick": 5, "pause": 20}[then]
        if then in ("tick", "pause"):
            log.append(Tick("wupper", ms(now)))
    return [*log, block_of("wupper", ms(now), "test", waiting)]


def run(book: CatchmentBook, log: list[Block | Tick], *, rest: bool = False) -> tuple[list[Transition], bytes]:
    state = initial(book)
    said: list[Transition] = []
    for message in log:
        state, outputs = advance(book, load(book, dump(state)) if rest else state, message)
        said += [each for each in outputs if isinstance(each, Transition)]
    return said, dump(state)


@settings(max_examples=150, deadline=None)
@given(arrivals, st.integers(), st.integers())
def test_the_same_arrivals_in_any_blocks_give_the_same(
    steps: list[tuple[str, int, int | None, str]], one: int, other: int
) -> None:
    first = messages(steps, random.Random(one))
    assert run(BOOK, first) == run(BOOK, messages(steps, random.Random(other)))
    assert run(BOOK, first) == run(BOOK, first, rest=True)


@settings(max_examples=150, deadline=None)
@given(arrivals, st.integers())
def test_nothing_is_lowered_by_a_tick_and_every_step_follows_the_one_before(
    steps: list[tuple[str, int, int | None, str]], seed: int
) -> None:
    state = initial(BOOK)
    standings = {key: each.standing for key, each in state.conditions.items()}
    for message in messages(steps, random.Random(seed)):
        state, outputs = advance(BOOK, state, message)
        for each in outputs:
            if isinstance(each, Assessment):
                rows = len(each.flag) - each.corrected
                assert len(each.flag) == len(each.signals) == len(each.doubt)
                assert rows <= len(message) if isinstance(message, Block) else each.flag == ()
            if isinstance(each, Transition):
                key = f"{each.zone}/{each.hazard}"
                assert each.from_ == standings[key] != each.to
                standings[key] = each.to
                if isinstance(message, Tick) and each.from_.state != "PENDING":
                    assert each.to.level >= each.from_.level


def test_low_water_under_a_not_is_no_second_gauge_that_agrees() -> None:
    lone = rule({"level 1": "stage(a) >= 100 cm and not (stage(b) >= 50 cm)"}, {"stage(a)": "5 cm", "stage(b)": "5 cm"})
    bell = Bell(lone).says(0, 20, "b/stage").says(0, 50).says(5, 150)
    assert bell.standing == "PENDING 1"


def test_a_calm_reading_does_not_confirm_a_rise_that_only_its_latch_keeps_up() -> None:
    """It rose for two readings, less than the hold; the latch keeps it true for an hour while the water falls."""
    bell = Bell(rule({"level 1": "rise(a, 20 min) >= 30 cm/h"}, {"rise(a, 20 min)": "10 cm/h"}))
    for place, value in enumerate((100, 100, 100, 107, 112, 104, 100, 100, 100, 100, 100, 100)):
        bell.says(5 * place, value).ticks(5 * place + 1)
    assert "ACTIVE 1" not in bell.path
