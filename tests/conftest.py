"""Fixtures every test may ask for: real servers."""

pytest_plugins = [
    "tests.services.kafka",
    "tests.services.postgres",
    "tests.services.ledgers",
    "tests.services.influxdb",
    "tests.histories",
]
