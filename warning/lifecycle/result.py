"""What becomes of a command."""

from typing import NamedTuple

from warning.lifecycle.scene import Output
from warning.lifecycle.state import CityState, WarningNow


class Refused(Exception):
    """A command that cannot be followed; the text says why, and what can be done instead."""


class Result(NamedTuple):
    """What a command has brought about."""

    text: str
    warnings: tuple[WarningNow, ...] = ()  # as they are now
    outputs: tuple[Output, ...] = ()
    state: CityState | None = None  # where more than warnings has changed
