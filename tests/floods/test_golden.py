"""Recorded floods give the agreed warnings."""

import pytest

from simulations.replay import replay_in_process
from tests.floods.golden import PLAYS, agreed, lines
from tests.records import needs_record


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs_record(name)) for name in PLAYS])
def test_flood_gives_the_agreed_warnings(name: str) -> None:
    assert lines(replay_in_process(PLAYS[name]())) == agreed(name)
