"""Who tries passwords at the desk is told to the city's administrators: a note, of which the steward makes a page."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec
import structlog

from rules.messages import Note, NoteReason
from sensors.times import to_utc
from warning.accounts.alarm import Alarm
from warning.lifecycle.state import hashed
from warning.log.api import Log, LogUnavailable, Message, partition_of
from warning.log.topics import EVENTS
from warning.web.facts.sources import Sources

logger = structlog.get_logger()


@dataclass(frozen=True)
class Attacked:
    """Calls at most once an hour."""

    sources: Sources
    log: Log
    alarm: Alarm = field(default_factory=Alarm)

    async def failed(self, person: str) -> None:
        """Somebody could not log in; ``person`` is empty for names that nobody here has."""
        counts = self.alarm.failed(person)
        if counts is None:
            return
        config = self.sources.config
        note = note_of(counts, config.city.id, self._now_ms())
        partition = partition_of(config.city.id, config.service.partitions)
        try:
            await self.log.append([Message(EVENTS, partition, config.city.id.encode(), msgspec.json.encode(note))])
        except LogUnavailable as error:
            self.alarm.unheard()
            logger.warning("attack_not_told", reason=str(error))

    def _now_ms(self) -> int:
        """Of this world; of the machine while nobody knows it."""
        now_ms = self.sources.now_if_known()
        return self.sources.wall_ms() if now_ms is None else now_ms


def note_of(counts: Counter[str], city: str, at_ms: int) -> Note:
    """What the administrators read: whose passwords are tried, and how often."""
    named = ", ".join(f"{person or 'unknown names'} {count}" for person, count in counts.most_common())
    at = to_utc(at_ms)
    return Note(
        id=hashed(city, "logins-fail", at_ms),
        city=city,
        catchment="",
        reason=NoteReason.LOGINS_FAIL,
        at=at,
        decided_at=at,
        rules_version="",
        text=f"failed logins within an hour: {named}",
    )
