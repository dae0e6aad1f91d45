"""Two workers share the flood and are killed in the middle of it: the same warnings, each once."""

import json
from pathlib import Path

import pytest

from sensors.units import MINUTE_MS
from simulations.replay import replay_in_process
from simulations.synthetic import moment
from tests.floods.failover import Servers, flood, released, with_kills
from tests.services.mosquitto import mosquitto
from warning.log.api import partition_of


def test_the_four_catchments_lie_on_four_partitions() -> None:
    config = flood("14 15:00", "14 16:00", MINUTE_MS).config
    homes = {station.catchment for station in config.stations.values()}
    assert {partition_of(name, config.service.partitions) for name in homes} == {0, 1, 2, 3}


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_killed_workers_neither_lose_nor_repeat_a_warning(kafka: str, tmp_path: Path) -> None:
    # Either of the two owns the flooded catchment, and later the other one: both are killed.
    play = flood("14 15:00", "14 17:10", 5 * MINUTE_MS)
    kills = {"worker": moment("14 16:00"), "worker-2": moment("14 16:35")}
    with mosquitto(tmp_path, {"replay": "flood"}) as port:
        outside = Servers(f"kafka://{kafka}", f"mqtt://replay:flood@127.0.0.1:{port}")
        outcome = await with_kills(play, tmp_path / "world", outside, 1e9, kills)
    assert outcome.rejected == 0
    expected = released(replay_in_process(play))
    assert released(outcome) == expected
    captures = (tmp_path / "world" / "captures.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line)["id"] for line in captures]
    assert told
    assert len(set(told)) == len(told)  # nobody is told twice
