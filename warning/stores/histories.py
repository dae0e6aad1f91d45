"""From the URL in config.yaml to a history."""

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from warning.stores.history import History
from warning.stores.sqlite_history import SqliteHistory

EXAMPLES = (
    "sqlite:///path/to/history.db or influxdb://host:8086/ORGANISATION/BUCKET?token_env=FLOODBELL_INFLUX_TOKEN "
    "(influxdbs:// with TLS)"
)
A_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class InfluxUrl(NamedTuple):
    """Where an InfluxDB bucket is; the token stands in the environment variable ``token_env`` and nowhere else."""

    server: str  # http://host:8086
    organisation: str
    bucket: str
    token_env: str


def parse_history_url(url: str) -> Path | InfluxUrl:
    """The file of SQLite, or the bucket.

    Raises:
        ValueError: in the operator's words.
    """
    scheme = url.partition("://")[0]
    if scheme in {"influxdb", "influxdbs"}:
        return _influx(url)
    path = url.removeprefix("sqlite:///")
    if scheme != "sqlite" or not path or path == url:
        raise ValueError(f"history {url}: must be {EXAMPLES}")
    return Path(path)


def _influx(url: str) -> InfluxUrl:
    parts, shown = urlsplit(url), f"history {url.partition('?')[0]}"
    if "@" in parts.netloc:
        raise ValueError("history influxdb://…@…: no secret in the URL; name the variable that holds it with token_env")
    try:
        port, query = parts.port or 8086, parse_qs(parts.query, strict_parsing=True)
    except ValueError:
        raise ValueError(f"{shown}: must be {EXAMPLES}") from None  # its words may repeat a token
    if unknown := sorted(query.keys() - {"token_env"}):
        raise ValueError(f"{shown}: unknown option {unknown[0]!r}; must be {EXAMPLES}")
    variables, places = query.get("token_env", []), [unquote(part) for part in parts.path.split("/")[1:]]
    if not parts.hostname or len(places) != 2 or not all(places) or len(variables) != 1:
        raise ValueError(f"{shown}: must be {EXAMPLES}")
    if not A_VARIABLE.fullmatch(variables[0]):
        raise ValueError(f"{shown}: token_env is the name of an environment variable, not the token")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    kind = "https" if parts.scheme == "influxdbs" else "http"
    return InfluxUrl(f"{kind}://{host}:{port}", places[0], places[1], variables[0])


def require_token(url: str) -> None:
    """Refuse to start where the history could never be opened.

    Raises:
        ValueError: an unknown kind of URL, or no token in the environment, where none can appear later.
    """
    place = parse_history_url(url)
    if isinstance(place, InfluxUrl) and not os.environ.get(place.token_env):
        raise ValueError(f"the environment variable {place.token_env} with the token of InfluxDB is not set")


def open_history(url: str, *, read_only: bool = False) -> History:
    """The history behind a URL of config.yaml; it is reached for on first use.

    Raises:
        ValueError: a kind of URL that this version does not know.
    """
    place = parse_history_url(url)
    if isinstance(place, Path):
        return SqliteHistory(place, read_only=read_only)
    from warning.stores.influx_history import InfluxHistory  # noqa: PLC0415 - takes half a second

    return InfluxHistory(place.server, place.organisation, place.bucket, place.token_env, read_only=read_only)
