"""What the log says while a replay runs, and how far the steward has come."""

import asyncio
from collections.abc import Callable, Iterable

from notifiers.revision import Revision
from rules.messages import Note, Transition
from sensors.readings import Tick
from simulations.inprocess import Said
from warning.log.api import Log
from warning.log.topics import EVENTS, WARNINGS
from warning.messages import EVENT, SAID, DeskRow


class Listener:
    """Tails events and warnings from their start. Repeats after a crash are counted, not handed on."""

    def __init__(self, log: Log, catchments: Iterable[str], on_said: Callable[[Said], None]) -> None:
        self._log = log
        self._on_said = on_said
        self._echoed = dict.fromkeys(catchments, -1)
        self._changed = asyncio.Event()
        self._seen: set[str] = set()
        self.repeats = 0
        self.warnings_read: dict[int, int] = {}  # next offset per partition of the warnings

    async def follow_events(self) -> None:
        """Hand on transitions and notes, for ever."""
        async for records in self._log.read(EVENTS, {}):
            for record in records:
                event = EVENT.decode(record.value)
                if isinstance(event, Transition | Note) and self._is_new(event.id):
                    self._on_said(event)

    async def follow_warnings(self) -> None:
        """Hand on revisions and desk rows, and note the echoed ticks, for ever."""
        async for records in self._log.read(WARNINGS, {}):
            for record in records:
                said = SAID.decode(record.value)
                if isinstance(said, Tick):
                    self._echoed[said.catchment] = said.at
                elif isinstance(said, DeskRow) or (isinstance(said, Revision) and self._is_new(said.identifier)):
                    self._on_said(said)
                self.warnings_read[record.partition] = record.offset + 1
            self._changed.set()

    def has_echoed(self, at: int) -> bool:
        """Whether the steward has decided everything up to a time, in every catchment."""
        return min(self._echoed.values()) >= at

    async def change(self) -> None:
        """Return after the next news from the steward."""
        await self._changed.wait()
        self._changed.clear()

    def _is_new(self, ident: str) -> bool:
        new = ident not in self._seen
        self._seen.add(ident)
        self.repeats += not new
        return new
