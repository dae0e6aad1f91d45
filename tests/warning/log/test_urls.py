"""From the URL in config.yaml to a log: errors in the operator's words."""

from pathlib import Path

import pytest

from warning.log.urls import LogUrl, parse_log_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite-log:///var/lib/log.db", LogUrl("sqlite-log", "", Path("/var/lib/log.db"), "")),
        ("sqlite-log:///a%20b/log.db?prefix=exercise.", LogUrl("sqlite-log", "", Path("/a b/log.db"), "exercise.")),
        ("kafka://one:9092,two:9092?prefix=x.", LogUrl("kafka", "one:9092,two:9092", Path(), "x.")),
    ],
)
def test_a_good_url(url: str, expected: LogUrl) -> None:
    """Scheme, place and prefix."""
    assert parse_log_url(url) == expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("redis://host", "unknown kind 'redis'", id="another log"),
        pytest.param("sqlite-log://log.db", "needs an absolute path", id="relative"),
        pytest.param("sqlite-log:///", "needs an absolute path", id="no file"),
        pytest.param("kafka:///topic", "needs host:port", id="no host"),
        pytest.param("kafka://host:9092/topic", "needs host:port", id="a topic"),
        pytest.param("kafka://host:9092?retention=1", "unknown option 'retention'", id="unknown option"),
    ],
)
def test_a_bad_url(url: str, reason: str) -> None:
    """Says what is wrong and shows how it should look."""
    with pytest.raises(ValueError, match=reason) as raised:
        parse_log_url(url)
    assert "sqlite-log:///var/lib/floodbell/log.db" in str(raised.value)
