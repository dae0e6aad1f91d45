"""Recorded floods give the agreed warnings."""

import pytest

from simulations.replay import replay_in_process, unwritable
from tests.floods.golden import PLAYS, agreed, lines
from tests.records import needs_record


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs_record(flood.record)) for name, flood in PLAYS.items()]
)
def test_flood_gives_the_agreed_warnings(name: str) -> None:
    play = PLAYS[name].play()
    outcome = replay_in_process(play)
    assert lines(outcome) == agreed(name)
    assert unwritable(play, outcome) == []
