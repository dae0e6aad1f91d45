"""States at full size: written, killed, read back."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.warning.log.bench import bench
from tests.warning.log.counting import KEYS, Faults

STATE_BYTES = 500_000


@pytest.mark.asyncio
async def test_large_states_come_back_after_a_kill(
    url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """All keys at the limit; the next worker reads them back and goes on."""
    faults = Faults(ballast_bytes=STATE_BYTES)
    async with bench(url, tmp_path) as place:
        worker = place.start(faults)
        await place.feed(600)
        await place.check()
        worker.kill()
        began = time.monotonic()
        place.start(faults)
        await place.feed(1)
        await place.check()
        record_property("back_after_s", round(time.monotonic() - began, 1))
        assert {len(state.ballast) for state in (await place.states()).values()} == {STATE_BYTES}
        assert len(KEYS) == len(await place.states())
