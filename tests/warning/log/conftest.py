"""Every contract test runs on both transports, and on each in a world of its own."""

from pathlib import Path
from uuid import uuid4

import pytest

pytest.register_assert_rewrite("tests.warning.log.bench")


@pytest.fixture(params=["sqlite", "kafka"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty log."""
    if request.param == "sqlite":
        return f"sqlite-log://{tmp_path}/log.db"
    return kafka_url(request.getfixturevalue("kafka"))


def kafka_url(address: str) -> str:
    """A world of its own on a Kafka that others use too."""
    return f"kafka://{address}?prefix={uuid4().hex[:8]}."
