"""What becomes of a command."""

from typing import NamedTuple

from warning.lifecycle.scene import Output
from warning.lifecycle.state import CityState, WarningNow
from warning.replies import reply


class Refused(Exception):
    """A command that cannot be followed; the text says why, and what can be done instead."""

    def __init__(self, code: str, **slots: object) -> None:
        super().__init__(reply(code, **slots))


class Result(NamedTuple):
    """What a command has brought about."""

    text: str  # a sentence of ``REPLIES``
    warnings: tuple[WarningNow, ...] = ()  # as they are now
    outputs: tuple[Output, ...] = ()
    state: CityState | None = None  # where more than warnings has changed
