"""From the URL in config.yaml to a log."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from warning.log.api import Log
from warning.log.kafka import KafkaLog
from warning.log.sqlite import SqliteLog

EXAMPLES = "sqlite-log:///var/lib/floodbell/log.db or kafka://broker:9092, both with an optional ?prefix=exercise."


class LogUrl(NamedTuple):
    """A log's address; ``prefix`` goes before every topic name, so that worlds share nothing."""

    scheme: str
    servers: str  # host:port,host:port of Kafka
    path: Path  # the file of SQLite
    prefix: str


def parse_log_url(url: str) -> LogUrl:
    """Raises ``ValueError`` in the operator's words."""
    parts = urlsplit(url)
    query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if unknown := sorted(query.keys() - {"prefix"}):
        raise ValueError(f"log {url}: unknown option {unknown[0]!r}; use {EXAMPLES}")
    path = Path(unquote(parts.path))
    match parts.scheme:
        case "sqlite-log" if parts.netloc or not path.name:
            raise ValueError(f"log {url}: needs an absolute path, as in {EXAMPLES}")
        case "kafka" if not parts.netloc or parts.path.strip("/"):
            raise ValueError(f"log {url}: needs host:port and no path, as in {EXAMPLES}")
        case "sqlite-log" | "kafka":
            return LogUrl(parts.scheme, parts.netloc, path, query.get("prefix", [""])[0])
    raise ValueError(f"log {url}: unknown kind {parts.scheme!r}; use {EXAMPLES}")


def open_log(url: str) -> Log:
    """The log behind a URL, to be entered with ``async with``."""
    address = parse_log_url(url)
    if address.scheme == "sqlite-log":
        return SqliteLog(address.path, address.prefix)
    return KafkaLog(address.servers, address.prefix)
