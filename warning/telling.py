"""A person's word on its way to the rules of a catchment, and the answer."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import msgspec

from rules.messages import Action, Instruction, Note, NoteReason
from rules.ruled import ruled_series
from sensors.problems import did_you_mean
from sensors.readings import Series
from warning.config.model import Config
from warning.lifecycle.people import Role
from warning.log.api import Log, Message, partition_of
from warning.log.topics import EVENTS, OBSERVATIONS
from warning.log.urls import open_log
from warning.messages import EVENT, DeskRow
from warning.replies import reply
from warning.stores.histories import open_history
from warning.stores.history import HistoryUnavailable
from warning.ticks import wall_clock_ms
from warning.world import World

ANSWER_WITHIN_S = 30.0


class Refused(ValueError):
    """The rules did not follow; the text says why."""


class Unconfirmed(Exception):
    """No answer in time. The word is durable and is followed as soon as a worker reads it."""


def catchment_of(config: Config, about: Mapping[str, object]) -> str:
    """Where a word has to go: the catchment of its station or of its zone's rule, else the first one.

    ``about`` may hold ``series``, ``zone`` with ``hazard``, or ``place``, which is either.

    Raises:
        ValueError: no such station, zone or hazard.
    """
    series, zone, hazard = about.get("series"), about.get("zone"), about.get("hazard")
    place = about.get("place") or (series.station if isinstance(series, Series) else None)
    if place in config.stations:
        return config.stations[str(place)].catchment
    zone = zone or place
    if zone not in config.zones:
        known = [*config.stations, *config.zones]
        raise ValueError(f"there is no {'place' if place else 'zone'} {zone}{did_you_mean(str(zone), known)}")
    if hazard is not None and hazard not in config.texts.hazards:
        raise ValueError(f"there are no texts for hazard {hazard}{did_you_mean(str(hazard), config.texts.hazards)}")
    for rule in config.rules:
        if rule.zone == zone and hazard in (None, rule.hazard):
            return config.stations[ruled_series(rule)[0].station].catchment
    return min(station.catchment for station in config.stations.values())


def let_go(config: Config, row: DeskRow, actor: str, reason: str, at_ms: int) -> Instruction:
    """The word that belongs to a retraction of what a hand holds: nobody holds it any more."""
    return Instruction(
        id=f"let-go-{row.warning[:8]}-{row.revision}",
        catchment=catchment_of(config, {"zone": row.zone, "hazard": row.hazard}),
        action=Action.RELEASE,
        actor=actor,
        at=at_ms,
        note=reason,
        zone=row.zone,
        hazard=row.hazard,
    )


def may_tell(config: Config, instruction: Instruction) -> None:
    """Raises Refused where a person of this role may not say this."""
    roles = {person.id: Role[person.role.upper()] for person in config.people}
    for name in filter(None, (instruction.actor, instruction.second)):
        if name not in roles:
            raise Refused(reply("person-unknown", who=name))
        if roles[name] < Role.AUTHOR:
            raise Refused(reply("words-role-too-low", who=name, role=roles[name].name.lower()))
    if instruction.second is not None and instruction.second == instruction.actor:
        raise Refused(reply("second-is-same"))


async def tell(world: World, instruction: Instruction) -> Note:
    """Send a person's word and wait for what the rules make of it.

    Raises:
        Refused: it cannot be followed.
        Unconfirmed: nobody answered within 30 s.
    """
    async with open_log(world.log) as log:
        note = await tell_to(log, world.configuration(), instruction)
    if note.reason is NoteReason.REFUSED:
        raise Refused(note.text)
    return note


async def tell_to(log: Log, config: Config, instruction: Instruction) -> Note:
    """The same on a log that is open; what the rules refuse comes back as their note.

    Raises:
        Refused: this person may not say it.
        Unconfirmed: nobody answered within 30 s.
    """
    may_tell(config, instruction)
    partition = partition_of(instruction.catchment, config.service.partitions)
    answers = partition_of(config.city.id, config.service.partitions)
    start = (await log.ends(EVENTS))[answers]
    message = Message(OBSERVATIONS, partition, instruction.catchment.encode(), msgspec.json.encode(instruction))
    await log.append([message])
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            return await _answer(log, answers, start, instruction.id)
    except TimeoutError:
        raise Unconfirmed("sent, but not confirmed within 30 s: the worker may be down") from None


async def _answer(log: Log, partition: int, start: int, instruction: str) -> Note:
    async for records in log.read(EVENTS, {partition: start}):
        for record in records:
            event = EVENT.decode(record.value)
            if isinstance(event, Note) and event.origin == instruction:
                return event
    raise Unconfirmed("the log has ended")


def now_ms(world: World) -> int:
    """When a person speaks: by the wall clock, in an exercise by its ticks."""
    if world.clock == "ticks":
        with suppress(HistoryUnavailable), open_history(world.history, read_only=True) as history:
            tick = history.last_tick()
            if tick is not None:
                return tick
    return wall_clock_ms()
