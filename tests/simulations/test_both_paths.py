"""The real path and the in-process one say the same, word for word."""

from pathlib import Path

import pytest

from sensors.records import Record, open_record
from sensors.units import MINUTE_MS
from simulations.exercise import DEMO, exercise_world
from simulations.play import Play, play_of
from simulations.replay import replay_for_real, replay_in_process
from simulations.synthetic import moment, synthetic
from tests.records import FLOODS, needs_record
from warning.config.load import load

CONFIG = Path(__file__).parents[2] / "config.yaml"
AS_FAST_AS_IT_GOES = 1e9
TICK_MS = 5 * MINUTE_MS  # each tick is a round trip; readings come between them


def piece(record: Record, start: str, until: str) -> Play:
    return play_of(record, load(CONFIG, DEMO), moment(start), moment(until), tick_ms=TICK_MS)


async def check(play: Play, folder: Path) -> None:
    world = exercise_world(play, CONFIG, folder)
    real = await replay_for_real(play, world, AS_FAST_AS_IT_GOES)
    fast = replay_in_process(play)
    assert real.transitions == fast.transitions
    assert real.revisions == fast.revisions
    assert (real.repeats, real.rejected) == (0, 0)
    assert fast.revisions


@pytest.mark.asyncio
async def test_the_synthetic_flood_up_to_the_loss_of_a_gauge(tmp_path: Path) -> None:
    await check(piece(synthetic(), "14 13:00", "14 17:00"), tmp_path)


@needs_record("wupper-2021")
@pytest.mark.asyncio
async def test_the_recorded_flood(tmp_path: Path) -> None:
    await check(piece(open_record(FLOODS / "wupper-2021"), "14 11:00", "14 18:00"), tmp_path)
