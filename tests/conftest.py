"""Fixtures every test may ask for: real servers."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.services.kafka",
    "tests.services.postgres",
    "tests.services.ledgers",
    "tests.services.influxdb",
    "tests.histories",
]

# A loaded machine is no mistake.
settings.register_profile("loaded", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("loaded")


@pytest.fixture(autouse=True)
def logs_go_where_they_went() -> Iterator[None]:
    """A command that is called within a test sets up the logs of a process; the next test shall not notice."""
    yield
    structlog.reset_defaults()
