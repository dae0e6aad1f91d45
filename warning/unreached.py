"""Whom a warning of level 2 or 3 did not reach is told to staff: a note, of which the steward makes a page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import msgspec

from notifiers.ledger.database import Ledger
from notifiers.ledger.reach import GivenUp, given_up
from rules.messages import Note, NoteReason
from sensors.times import to_ms
from warning.away import Away, for_ever
from warning.lifecycle.state import hashed
from warning.log.api import Log, Message, partition_of
from warning.log.topics import EVENTS

FROM_LEVEL = 2
LOOK_S = 5.0
LATELY = timedelta(hours=24)


class Unreached:
    """Tells each revision once, and again whenever the number of people has doubled."""

    def __init__(self, city: str, partitions: int, log: Log, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._city = city
        self._partition = partition_of(city, partitions)
        self._log = log
        self._ledger = ledger
        self._now = now
        self._told: set[str] = set()

    async def for_ever(self, away: Away) -> None:
        """Look every few seconds."""
        await for_ever(self.tell, away, LOOK_S)

    async def tell(self) -> None:
        """Append a note for what is new. After a crash the same note comes again, under the same id."""
        since_ms = to_ms(self._now() - LATELY)
        found = await self._ledger.read(partial(given_up, from_level=FROM_LEVEL, since_ms=since_ms))
        notes = [note for one in found if (note := note_of(one, self._city, self._now())).id not in self._told]
        if not notes:
            return
        key = self._city.encode()
        await self._log.append([Message(EVENTS, self._partition, key, msgspec.json.encode(note)) for note in notes])
        self._told |= {note.id for note in notes}


def note_of(one: GivenUp, city: str, now: datetime) -> Note:
    """In numbers: names stand in the ledger, which `floodbell reach` shows."""
    revision = one.revision
    channels = ", ".join(f"{number} by {channel}" for channel, number in sorted(one.by_channel.items()))
    return Note(
        id=hashed(city, "unreached", revision.identifier, one.number.bit_length()),
        city=city,
        catchment="",
        reason=NoteReason.UNREACHED,
        at=now,
        decided_at=now,
        rules_version="",
        zone=revision.zone,
        hazard=revision.hazard,
        level=revision.level,
        text=f"warning {revision.warning}, revision {revision.number}: {channels}",
    )
