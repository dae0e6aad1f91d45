"""Two workers on Kafka, one of which is always about to be killed."""

import os
import random
import time
from pathlib import Path

import pytest

from tests.warning.log.bench import bench
from tests.warning.log.conftest import kafka_url
from tests.warning.log.counting import Faults

CRASHES = int(os.environ.get("FLOODBELL_CRASHES", "50"))  # fewer for a quick look
PER_CRASH = 200


@pytest.mark.asyncio
@pytest.mark.timeout(60 + 20 * CRASHES)
async def test_random_crashes_with_rebalances_between_them(kafka: str, tmp_path: Path) -> None:
    """Every total is exact in the end, and nobody stands still for long."""
    dice = random.Random(2021)
    faults = Faults(session_timeout_s=2.0)
    async with bench(kafka_url(kafka), tmp_path) as place:
        workers = [place.start(faults), place.start(faults)]
        waited = []
        for _ in range(CRASHES):
            await place.feed(PER_CRASH)
            began = time.monotonic()
            await place.new_events(dice.randrange(1, PER_CRASH))
            waited.append(time.monotonic() - began)
            victim = dice.randrange(2)
            workers[victim].kill()
            workers[victim] = place.start(faults)
        await place.feed(PER_CRASH)
        await place.check()
    print(f"kills {CRASHES}, standing still {sorted(waited)[CRASHES // 2]:.1f} s (median), {max(waited):.1f} s at most")  # noqa: T201
