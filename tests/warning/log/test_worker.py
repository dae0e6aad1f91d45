"""Nothing is lost, whatever stops a worker; every test ends with exact totals."""

import signal
from pathlib import Path

import pytest

from tests.warning.log.bench import bench
from tests.warning.log.counting import Faults

EXIT_FAILED = 70


@pytest.mark.asyncio
async def test_a_hundred_thousand_messages(url: str, tmp_path: Path) -> None:
    """All of them count, in the order of their partition."""
    async with bench(url, tmp_path) as place:
        place.start()
        await place.feed(100_000)
        await place.check()


@pytest.mark.asyncio
async def test_a_message_that_cannot_be_assessed(url: str, tmp_path: Path) -> None:
    """It goes to the dead letters, and those after it are assessed."""
    async with bench(url, tmp_path) as place:
        place.start(Faults(poison_every=777))
        await place.feed(5_000)
        await place.check(poison_every=777)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "faults", [Faults(fail_outputs_at=3), Faults(fail_changelog_at=3)], ids=["outputs", "changelog"]
)
async def test_a_failing_log_ends_the_worker(url: str, tmp_path: Path, faults: Faults) -> None:
    """It does not go on with states whose outputs or checkpoints are not on the log."""
    async with bench(url, tmp_path) as place:
        worker = place.start(faults)
        await place.feed(5_000)
        assert await worker.ended() == EXIT_FAILED
        place.start()
        await place.feed(500)
        await place.check()


@pytest.mark.asyncio
async def test_cancelled_in_the_middle_of_a_batch(url: str, tmp_path: Path) -> None:
    """The batch is computed again, by this worker or the next."""
    async with bench(url, tmp_path) as place:
        place.start(Faults(cancel_outputs_at=3))
        await place.feed(5_000)
        await place.check()


@pytest.mark.asyncio
async def test_a_slow_changelog(url: str, tmp_path: Path) -> None:
    """It delays, and loses nothing."""
    async with bench(url, tmp_path) as place:
        place.start(Faults(slow_changelog_s=0.3))
        await place.feed(20_000)
        await place.check()


@pytest.mark.asyncio
async def test_sigterm(url: str, tmp_path: Path) -> None:
    """A worker told to stop ends with status 0, and the next goes on."""
    async with bench(url, tmp_path) as place:
        worker = place.start()
        await place.feed(20_000)
        await place.events(3_000)
        worker.send(signal.SIGTERM)
        assert await worker.ended() == 0
        place.start()
        await place.feed(500)
        await place.check()


@pytest.mark.asyncio
async def test_sigkill(url: str, tmp_path: Path) -> None:
    """A worker killed in the middle of a batch is replaced by the next."""
    async with bench(url, tmp_path) as place:
        worker = place.start()
        await place.feed(20_000)
        await place.events(3_000)
        worker.kill()
        place.start()
        await place.feed(500)
        await place.check()


@pytest.mark.asyncio
async def test_paused_and_awake_again(url: str, tmp_path: Path) -> None:
    """A worker paused in the middle of a batch goes on; on Kafka another has its partitions meanwhile."""
    async with bench(url, tmp_path) as place:
        paused = place.start()
        await place.feed(20_000)
        await place.events(3_000)
        paused.send(signal.SIGSTOP)
        other = place.start()
        if url.startswith("kafka"):
            await place.feed(5_000)
            await place.check()
        paused.send(signal.SIGCONT)
        await place.feed(5_000)
        await place.check()
        other.kill()
        paused.kill()
        place.start()
        await place.feed(500)
        await place.check()


@pytest.mark.asyncio
async def test_the_other_worker_takes_over(url: str, tmp_path: Path) -> None:
    """Nobody starts a third one: the survivor gets what the dead one had."""
    async with bench(url, tmp_path) as place:
        first = place.start()
        await place.feed(2_000)
        await place.check()
        place.start()
        await place.feed(2_000)
        await place.check()
        first.kill()
        await place.feed(2_000)
        await place.check()
