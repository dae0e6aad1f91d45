"""Residents' own limits on a gauge, held against every reading as it is assessed.

A limit that is passed and the place on the log are one transaction. Readings that changed nothing are read again
after a crash, and change nothing again.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
import structlog
from sqlalchemy import Connection

from notifiers.ledger.database import Ledger
from notifiers.ledger.limits import Risen, concerned, tell
from notifiers.ledger.positions import Place, begin_anew, held, keep, next_offsets
from notifiers.revision import Measurement, Status
from rules.messages import Assessment
from sensors.readings import Flag
from sensors.times import to_ms, to_utc
from sensors.units import UNIT_OF
from warning.away import Away, for_ever
from warning.config.model import Config
from warning.log.api import Log, OutsideLog, Record
from warning.log.topics import ASSESSMENTS

logger = structlog.get_logger()

RETRY_S = 1.0
KEEP_S = 60.0  # so much is read again after a crash
#: What was measured longer ago is history: nobody is woken by it.
FRESH = timedelta(hours=1)
PARAMETER = "stage"
#: What is surely wrong tells nobody; what is in doubt does, as it says itself that nobody has checked it.
_WRONG = frozenset({Flag.FAIL, Flag.MISSING})

_ASSESSMENT = msgspec.json.Decoder(Assessment)


class Limits:
    """Tells residents when their own limits are passed."""

    def __init__(self, config: Config, status: Status, log: Log, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._config = config
        self._status = status
        self._log = log
        self._ledger = ledger
        self._now = now
        self._kept_s = 0.0

    async def for_ever(self, away: Away) -> None:
        """Follow the assessments; where the log has forgotten some, from what it still has."""
        await for_ever(self._turn, away, RETRY_S)

    async def _turn(self) -> None:
        try:
            await self._follow()
        except OutsideLog as error:
            logger.warning("limits_missed_readings", reason=str(error))
            place = Place(ASSESSMENTS, error.partition, error.start - 1)
            await self._ledger.write(partial(begin_anew, place=place))

    async def _follow(self) -> None:
        positions = await self._ledger.read(partial(next_offsets, topic=ASSESSMENTS))
        ends = await self._log.ends(ASSESSMENTS)
        if fresh := {partition: end for partition, end in ends.items() if partition not in positions}:
            await self._keep(
                {partition: end - 1 for partition, end in fresh.items()}
            )  # what was measured before anybody could sign up concerns nobody
            positions |= fresh
        async with contextlib.aclosing(self._log.read(ASSESSMENTS, positions)) as batches:  # type: ignore[type-var]
            async for records in batches:
                await self.take(records)

    async def take(self, records: Sequence[Record]) -> None:
        """Hold some readings against all limits."""
        seen = list(self._risen(records))
        touched = await self._ledger.read(partial(concerned, seen=seen)) if seen else False
        if touched:
            await self._ledger.write(partial(self._tell, records=records))
        elif (now_s := asyncio.get_running_loop().time()) - self._kept_s >= KEEP_S:
            self._kept_s = now_s
            await self._keep(_last(records))

    def _tell(self, connection: Connection, records: Sequence[Record]) -> None:
        """What another dispatcher has looked at is told by that one; an old fall would arm again what it has told."""
        places = held(connection, ASSESSMENTS)
        news = [record for record in records if record.offset >= places.get(record.partition, 0)]
        tell(connection, self._config.city.id, self._status, list(self._risen(news)), self._now())
        keep(connection, ASSESSMENTS, _last(news))

    async def _keep(self, looked_at: Mapping[int, int]) -> None:
        await self._ledger.write(partial(keep, topic=ASSESSMENTS, offsets=looked_at))

    def _risen(self, records: Sequence[Record]) -> Iterator[Risen]:
        """Per gauge the highest and the last of its fresh readings."""
        oldest = to_ms(self._now() - FRESH)
        found: dict[str, list[tuple[int, float]]] = {}
        for record in records:
            try:
                assessment = _ASSESSMENT.decode(record.value)
            except msgspec.MsgspecError as error:
                logger.warning("assessment_unreadable", reason=str(error))
                continue
            for station, at, value in _readings(assessment):
                if at >= oldest and station in self._config.stations:
                    found.setdefault(station, []).append((at, value))
        for station, readings in found.items():
            at, value = max(readings, key=lambda one: one[1])
            name = self._config.stations[station].name
            highest = Measurement(station, name, PARAMETER, value, UNIT_OF[PARAMETER], to_utc(at))
            yield Risen(highest, max(readings)[1])


def _last(records: Sequence[Record]) -> dict[int, int]:
    return {record.partition: record.offset for record in records}


def _readings(assessment: Assessment) -> Iterator[tuple[str, int, float]]:
    """Station, time and value of every new reading of a stage; corrections of earlier ones are no news."""
    new = len(assessment.index) - assessment.corrected
    for place in range(new):
        series = assessment.series[assessment.index[place]]
        value = assessment.value[place]
        if series.parameter == PARAMETER and value is not None and assessment.flag[place] not in _WRONG:
            yield series.station, assessment.at[place], value
