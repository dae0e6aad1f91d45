"""15,071 blips and 125 floods of New York's streets, by the rule of docs/how-to/street-sensors.md."""

import numpy as np
import pytest

from rules.advance import advance, initial
from rules.messages import Transition
from sensors.readings import Block, Reading, Series, Tick, block_of
from sensors.records import Label
from simulations.street import course
from tests.floods.floodnet import (
    HALVES,
    HARSH,
    LIKELY,
    PROVED,
    SEED,
    TUNED,
    Manner,
    Settings,
    city,
    detections,
    found_of,
    minutes,
    of,
    played,
    public,
    ticks,
    told,
)
from tests.records import needs_record

STREET = Series("street", "stage")

pytestmark = needs_record("floodnet-nyc-events")


@pytest.mark.parametrize(
    ("which", "manner"),
    [
        pytest.param(TUNED, LIKELY, id="likely, where it was chosen"),
        pytest.param(PROVED, LIKELY, id="likely, elsewhere"),
        pytest.param(PROVED, HARSH, id="harsh, elsewhere"),
    ],
)
def test_of_a_thousand_blips_two_become_public_at_most(which: int, manner: Manner) -> None:
    blips = told(Label.BLIP, which, manner=manner)
    assert len(blips) == (8911, 6160)[which]
    assert len(public(blips)) <= 0.002 * len(blips)


@pytest.mark.parametrize("which", HALVES)
def test_no_flood_is_missed_and_each_ends(which: int) -> None:
    floods = told(Label.FLOOD, which)
    assert len(floods) == (84, 41)[which]
    assert len(public(floods)) == len(floods)
    assert all(each.ended for each in floods)


@pytest.mark.parametrize("which", HALVES)
def test_a_flood_becomes_public_soon_after_it_reaches_the_limit(which: int) -> None:
    """Four readings: a minute apart at most places, four minutes at the one that floods most often."""
    delays = minutes(told(Label.FLOOD, which), since_limit=True)
    assert np.median(delays) <= 8.0
    assert np.quantile(delays, 0.9) <= 20.0


def test_at_5_cm_the_floods_that_hardly_reach_it_stay_quiet() -> None:
    floods = told(Label.FLOOD, TUNED, Settings(limit_cm=5.0))
    missed = {each.detection.processed_mm for each in floods if each.public_at is None}
    assert {38, 44, 45} <= missed <= {38, 44, 45, 50, 52}


@pytest.mark.parametrize(
    ("settings", "manner", "more_than"),
    [
        pytest.param(Settings(hold_min=5, quality=""), LIKELY, 0.01, id="hold alone"),
        pytest.param(Settings(hold_min=5, quality=""), HARSH, 0.30, id="hold alone, harsh"),
        pytest.param(Settings(hold_min=5, quality="60 cm/h"), HARSH, 0.03, id="rate, harsh"),
    ],
)
def test_what_other_settings_would_do(settings: Settings, manner: Manner, more_than: float) -> None:
    """Of every tenth blip: it is the rule that is quiet, not the generator."""
    book = city(settings)
    found = [found_of(book, each, settings, manner) for each in of(Label.BLIP, PROVED)[::10]]
    assert len(public(found)) > more_than * len(found)


@pytest.mark.parametrize("label", [Label.FLOOD, Label.BLIP, Label.NOISE])
def test_the_door_of_the_rules_says_the_same(label: Label) -> None:
    """``advance`` with a block per reading and ticks between them all."""
    book = city()
    deep = next(each for each in of(label, PROVED) if each.raw_mm >= 100)
    readings = course(deep, SEED)
    state, said = initial(book), []
    for place, (at, stage_cm) in enumerate(zip(readings.at.tolist(), readings.stage_cm.tolist(), strict=True)):
        messages: list[Block | Tick] = [Tick("streets", each) for each in (ticks(readings, place) if place else ())]
        for message in (*messages, block_of("streets", at, "test", [Reading(STREET, at, stage_cm)])):
            state, outputs = advance(book, state, message)
            said += [each for each in outputs if isinstance(each, Transition)]
    assert len(said) > 1
    assert [(each.to, each.decided_at) for each in said] == [
        (each.to, each.decided_at) for each in played(book, readings, to_the_end=True)
    ]


def test_a_course_keeps_what_was_recorded() -> None:
    """Times, number and greatest depth of every hundredth detection; of all floods the mean depth too."""
    for each in (*detections()[::100], *of(Label.FLOOD, TUNED), *of(Label.FLOOD, PROVED)):
        readings = course(each, SEED)
        during = slice(readings.first, readings.after)
        assert (readings.at[readings.first], readings.at[readings.after - 1]) == (each.start, each.end)
        assert len(readings.at[during]) == each.messages
        assert (np.diff(readings.at) > 0).all()
        flood = each.label is Label.FLOOD
        assert readings.stage_cm[during].max() == round(each.processed_mm if flood else each.raw_mm) / 10
        if flood:
            assert readings.stage_cm[during].mean() == pytest.approx(each.mean_mm / 10, abs=0.3)


def test_a_course_is_the_same_whatever_else_there_is() -> None:
    one, other = of(Label.BLIP, PROVED)[:2]
    first = course(one, SEED)
    course(other, SEED)
    again = course(one, SEED)
    assert (first.at == again.at).all()
    assert (first.stage_cm == again.stage_cm).all()
    assert not np.array_equal(first.stage_cm, course(one, SEED + 1).stage_cm)
