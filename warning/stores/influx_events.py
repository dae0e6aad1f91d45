"""What happened once and is kept in the order in which it was found out: transitions, notes, evidence.

Each has its own event time, and a number that gives the order. Several of one millisecond lie a nanosecond
apart. Which numbers have been given out is written with the positions, last of all: numbers from there on
belong to a portion that was cut off, and are given again to the same things when that is written anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from rules.messages import Assessment, Evidence, Note, Transition
from sensors.times import to_ms
from warning.stores import influx_flux as flux
from warning.stores.influx_lines import NS_PER_MS, Value, line, named, ns_of
from warning.stores.influx_server import InfluxServer

TRANSITIONS, NOTES, EVIDENCE = "transitions", "notes", "evidence"

#: atom, at, truth, value, flag, doubt, rules version, known at, whether the clock told it
_ROW = msgspec.json.Decoder(tuple[bool | None, float | None, int, int, str, int, bool])


class Event(NamedTuple):
    """One thing that happened; tags, time and id say which."""

    tags: tuple[tuple[str, str | None], ...]
    at: int
    id: str
    message: str
    more: tuple[tuple[str, Value], ...] = ()  # for dashboards; we read none of it

    @property
    def key(self) -> tuple[object, ...]:
        """What it is known by."""
        return *(value or "" for _, value in self.tags), self.at, self.id


class Place(NamedTuple):
    """Where an event stands in the history."""

    at_ns: int
    number: int


class Numbered(NamedTuple):
    """Events on their way into the history."""

    lines: tuple[str, ...]
    fresh: tuple[Event, ...]  # those that were not there before
    following: int  # the next number


def of_transition(transition: Transition) -> Event:
    """A transition as it is kept."""
    tags = (("zone", transition.zone), ("hazard", transition.hazard))
    more = (("state", str(transition.to.state)), ("level", transition.to.level), ("reason", str(transition.reason)))
    return Event(tags, to_ms(transition.at), transition.id, msgspec.json.encode(transition).decode(), more)


def of_note(note: Note) -> Event:
    """A note as it is kept."""
    tags = (("zone", note.zone), ("station", note.station))
    text = msgspec.json.encode(note).decode()
    return Event(tags, to_ms(note.at), note.id, text, (("reason", str(note.reason)),))


def of_evidence(assessment: Assessment) -> list[Event]:
    """The atoms that an assessment tells of; the same atom and time may be told of more than once."""
    known_at, by_clock, version = assessment.received_at, not assessment.index, assessment.rules_version

    def event(place: int, told: Evidence) -> Event:
        tags = (("zone", told.zone), ("hazard", told.hazard), ("atom", told.atom))
        row = (told.truth, told.value, told.flag, told.doubt, version, known_at, by_clock)
        return Event(tags, told.at, f"{known_at}/{place}", msgspec.json.encode(row).decode())

    return [event(place, told) for place, told in enumerate(assessment.edges)]


def evidence_row(row: Mapping[str, str]) -> tuple[object, ...]:
    """Evidence as ``standing.stood`` takes it."""
    return named(row["atom"]), ns_of(row["_time"]) // NS_PER_MS, *_ROW.decode(row["message"])


def numbered(kind: str, events: Sequence[Event], there: Mapping[tuple[object, ...], Place], following: int) -> Numbered:
    """Give each new event a number and a nanosecond; what was there before ``following`` stays as it is."""
    taken = {place.at_ns for place in there.values()}
    fresh: dict[tuple[object, ...], Event] = {}
    lines: list[str] = []
    for event in events:
        place = there.get(event.key)
        if event.key in fresh or (place is not None and place.number < following):
            continue
        at_ns = event.at * NS_PER_MS if place is None else place.at_ns
        while place is None and at_ns in taken:
            at_ns += 1
        taken.add(at_ns)
        fields = {"number": following + len(fresh), "id": event.id, "message": event.message, **dict(event.more)}
        lines.append(line(kind, dict(event.tags), fields, at_ns))
        fresh[event.key] = event
    return Numbered(tuple(lines), tuple(fresh.values()), following + len(fresh))


def there_already(server: InfluxServer, kind: str, events: Sequence[Event]) -> dict[tuple[object, ...], Place]:
    """What the history has of the times of these events."""
    if not events:
        return {}
    tags = [name for name, _ in events[0].tags]
    times = [event.at for event in events]
    query = flux.points(server.bucket, kind, (min(times), max(times) + 1)) + flux.only("number", "id")
    found: Iterable[Mapping[str, str]] = server.ask(query + flux.rows("_time", "number", "id", *tags))
    return {
        (*(named(row.get(name, "")) for name in tags), at_ns // NS_PER_MS, row["id"]): Place(at_ns, int(row["number"]))
        for row in found
        for at_ns in [ns_of(row["_time"])]
    }
