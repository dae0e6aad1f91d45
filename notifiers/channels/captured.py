"""The channels of a world that reaches nobody. Nothing here can open a connection."""

from collections.abc import Iterable
from pathlib import Path

from notifiers.channels.api import Channel
from notifiers.channels.capture import CaptureChannel

CAPTURES = "captures.jsonl"


def capture_channels(names: Iterable[str], folder: Path) -> dict[str, Channel]:
    """Every channel of a configuration, each writing into one file of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return {name: CaptureChannel(folder / CAPTURES) for name in names}
