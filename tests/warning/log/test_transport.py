"""What Faust itself asks of the embedded transport, beyond what the worker uses every day."""

from pathlib import Path

import pytest
from faust.types import TP

from warning.log.api import Message, Topic
from warning.log.settings import make_app
from warning.log.sqlite import SqliteLog
from warning.log.topics import OBSERVATIONS
from warning.log.urls import parse_log_url

PARTITIONS = 2


@pytest.mark.asyncio
async def test_faust_may_send(tmp_path: Path) -> None:
    """The metadata names the offset; who sends names the partition."""
    url = f"sqlite-log://{tmp_path}/log.db?prefix=x."
    async with SqliteLog(tmp_path / "log.db", "x.") as log:
        await log.create_topics([Topic(OBSERVATIONS, PARTITIONS)])
        await log.append([Message(OBSERVATIONS, 1, b"", b"")] * 3)
        producer = make_app(url, parse_log_url(url), PARTITIONS, tmp_path, 10.0).producer
        await producer.start()
        sent = await producer.send_and_wait("x.observations", b"key", b"value", 1, None, None)
        assert (sent.topic_partition, sent.offset) == (TP("x.observations", 1), 3)
        with pytest.raises(ValueError, match="names the partition"):
            await producer.send_and_wait("x.observations", b"key", b"value", None, None, None)
        await producer.stop()
        assert await log.ends(OBSERVATIONS) == {0: 0, 1: 4}
