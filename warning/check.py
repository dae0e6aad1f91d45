"""Everything `floodbell check` looks at beyond the file's own form."""

from pathlib import Path

from warning.config.load import load
from warning.log.urls import parse_log_url
from warning.world import live


def problems_of(path: Path) -> list[str]:
    """What is wrong with a readable configuration; empty when nothing is.

    Raises:
        ConfigError: the file itself has mistakes; the text names them all.
    """
    load(path)
    try:
        parse_log_url(live(path).log)
    except ValueError as error:
        return [f"{path}: service.log: {error}"]
    return []
