"""The history in one bucket of InfluxDB 2: one process writes, any number read.

There are no transactions. A batch is written in three steps, each of which may be repeated: readings, under
their series and time; what happened, under a number that a repeat gives it again; and last, in one request,
where everything stands with the positions in the log. Until then the batch counts as not written.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

import msgspec

from rules.messages import Assessment, Note, NoteReason, Transition
from sensors.readings import Series
from warning.stores import influx_events as events
from warning.stores import influx_flux as flux
from warning.stores import influx_now as now
from warning.stores.history import Batch, HistoryUnavailable, Point, StationNow, Stood, ZoneNow
from warning.stores.influx_lines import NEWEST_MS, OLDEST_MS
from warning.stores.influx_readings import read_latest, read_series, reading_line, rows_of
from warning.stores.influx_server import InfluxServer
from warning.stores.influx_state import State
from warning.stores.standing import in_force, stood

DAY_MS = 86_400_000
WIDER = 16  # how much further back each further look for old readings goes

_TRANSITION = msgspec.json.Decoder(Transition)
_NOTE = msgspec.json.Decoder(Note)


class InfluxHistory:
    """A ``History`` on a server, for any thread; writes one at a time.

    The server is reached for on first use and again after a failure. The token is in the environment
    variable ``token_env``.
    """

    def __init__(self, server: str, organisation: str, bucket: str, token_env: str, *, read_only: bool = False) -> None:
        self._address = (server, organisation, bucket, token_env)
        self._read_only = read_only
        self._server: InfluxServer | None = None
        self._state: State | None = None
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the server go; the next call reaches for it again."""
        with self._turn:
            if self._server is not None:
                self._server.close()
            self._server = self._state = None

    def write(self, batch: Batch) -> None:
        with self._turn, self._open() as server:
            state = self._known(server)
            readings = _take_readings(state, batch.assessments)
            evidence = [each for assessment in batch.assessments for each in events.of_evidence(assessment)]
            said = {events.of_transition(each).key: each for each in reversed(batch.transitions)}
            kinds = {
                events.EVIDENCE: evidence,
                events.TRANSITIONS: [events.of_transition(each) for each in batch.transitions],
                events.NOTES: [events.of_note(note) for note in batch.notes],
            }
            happened = {kind: self._number(server, state, kind, found) for kind, found in kinds.items()}
            for event in happened[events.TRANSITIONS].fresh:
                state.take_transition(said[event.key])
            for tick in batch.ticks:
                state.take_tick(tick)
            state.version += 1
            positions = list(state.lines(batch.positions))
            server.write([*readings, *(one for each in happened.values() for one in each.lines)])
            server.write_at_once(positions)
            state.changed.clear()

    def positions(self, topic: str) -> Mapping[int, int]:
        with self._open() as server:
            return now.read_positions(server, topic)

    def series(self, series: Series, after: int, until: int) -> Sequence[Point]:
        with self._open() as server:
            return read_series(server, series, (after + 1, until + 1))

    def newest(self, series: Series, until: int, limit: int) -> Sequence[Point]:
        span, until = DAY_MS, min(max(until, OLDEST_MS), NEWEST_MS)
        with self._open() as server:
            while True:
                found = read_series(server, series, (until + 1 - span, until + 1), limit)
                if len(found) >= limit or until - span < OLDEST_MS:
                    return found[::-1]
                span *= WIDER

    def stations_now(self) -> Mapping[Series, StationNow]:
        with self._open() as server:
            return read_latest(server)

    def zones_now(self) -> Sequence[ZoneNow]:
        with self._open() as server:
            return now.read_zones(server)

    def transitions(self, limit: int, zone: str | None = None) -> Sequence[Transition]:
        with self._open() as server:
            found = self._messages(server, events.TRANSITIONS, (OLDEST_MS, NEWEST_MS), limit, zone=zone)
            return [_TRANSITION.decode(text) for text in found]

    def last_transitions(self) -> Sequence[Transition]:
        with self._open() as server:
            return [one for zone in now.read_zones(server) for one in self._last_of(server, zone)]

    def _last_of(self, server: InfluxServer, zone: ZoneNow) -> list[Transition]:
        """Of several at one millisecond it is the last that was found out."""
        span, about = (zone.changed_at, zone.changed_at + 1), {"zone": zone.zone, "hazard": zone.hazard}
        found = self._messages(server, events.TRANSITIONS, span, 1, **about)
        return [_TRANSITION.decode(text) for text in found]

    def transitions_until(self, zone: str, at: int, limit: int) -> Sequence[Transition]:
        with self._open() as server:
            found = self._messages(server, events.TRANSITIONS, (OLDEST_MS, at + 1), limit, zone=zone)
            return [_TRANSITION.decode(text) for text in found]

    def evidence(self, zone: str, hazard: str, until: int) -> Mapping[str, Stood]:
        with self._open() as server:
            query = flux.points(server.bucket, events.EVIDENCE, (OLDEST_MS, until + 1), zone=zone, hazard=hazard)
            columns = flux.rows("_time", "atom", "number", "message")
            found = server.ask(query + flux.only("number", "message") + columns + flux.sort("number"))
            return stood(zone, hazard, [events.evidence_row(row) for row in found])

    def notes(
        self,
        limit: int,
        *,
        since: int | None = None,
        until: int | None = None,
        zone: str | None = None,
        station: str | None = None,
        reason: NoteReason | None = None,
    ) -> Sequence[Note]:
        span = (OLDEST_MS if since is None else since, NEWEST_MS if until is None else until + 1)
        with self._open() as server:
            found = self._messages(server, events.NOTES, span, limit, reason, zone=zone, station=station)
            return [_NOTE.decode(text) for text in found]

    def rules_version(self, at: int) -> str | None:
        with self._open() as server:
            return in_force(now.read_rules(server), at)

    def last_tick(self) -> int | None:
        with self._open() as server:
            return max(now.read_ticks(server).values(), default=None)

    def version(self) -> int:
        with self._open() as server:
            found = now.read_written(server)
            return 0 if found is None else found.version

    def _messages(
        self,
        server: InfluxServer,
        kind: str,
        span: tuple[int, int],
        limit: int,
        reason: str | None = None,
        **tags: str | None,
    ) -> list[str]:
        fields = ("number", "message") if reason is None else ("number", "message", "reason")
        query = flux.points(server.bucket, kind, span, **tags) + flux.only(*fields) + flux.rows(*fields)
        wanted = "" if reason is None else flux.having("reason", reason)
        order = flux.sort("number", descending=True, limit=limit)
        return [row["message"] for row in server.ask(query + wanted + order)]

    def _number(self, server: InfluxServer, state: State, kind: str, found: Sequence[events.Event]) -> events.Numbered:
        """Give numbers to what is new of a kind."""
        there = events.there_already(server, kind, found)
        numbered = events.numbered(kind, found, there, state.following[kind])
        state.following[kind] = numbered.following
        return numbered

    def _known(self, server: InfluxServer) -> State:
        """The state before a write, read anew where somebody else has written meanwhile."""
        found = now.read_written(server)
        if self._state is None or found is None or found.version != self._state.version:
            self._state = now.read_state(server)
        return self._state

    @contextmanager
    def _open(self) -> Iterator[InfluxServer]:
        """The server; whatever goes wrong, what is known of it is asked for again."""
        try:
            yield self._reached()
        except BaseException:
            self.close()
            raise

    def _reached(self) -> InfluxServer:
        with self._turn:
            if self._server is not None:
                return self._server
            server = InfluxServer(*self._address)
            try:
                self._state = self._state_of(server)
            except BaseException:
                server.close()
                raise
            self._server = server
            return server

    def _state_of(self, server: InfluxServer) -> State | None:
        """What the writer has to know; a reader only looks whether there is anything to read."""
        if not self._read_only:
            return now.read_state(server)
        if now.read_written(server) is None:
            raise HistoryUnavailable(f"{server.name}: nothing is recorded yet")
        return None


def _take_readings(state: State, assessments: Sequence[Assessment]) -> list[str]:
    """Lines of readings; of several for one series and time the last arrival."""
    newest: dict[tuple[Series, int], Point] = {}
    for assessment in assessments:
        rows = rows_of(assessment)
        newest.update({(series, point.at): point for series, point in rows})
        state.take_readings(assessment, rows)
        state.take_rules(assessment)
    return [reading_line(series, point) for (series, _), point in newest.items()]
