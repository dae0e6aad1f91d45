"""What is overwritten in place, read: where series, conditions, rules, clocks and recording stand now.

All of it lies at one time, in one shard, and is written in one request: it changes together or not at all.
"""

import msgspec

from rules.messages import ConditionState, Reason
from warning.stores import influx_flux as flux
from warning.stores.history import HistoryUnavailable, ZoneNow
from warning.stores.influx_lines import named
from warning.stores.influx_readings import read_latest
from warning.stores.influx_server import InfluxServer
from warning.stores.influx_state import KINDS, LAYOUT, State, began
from warning.stores.standing import Span

_NAMES = msgspec.json.Decoder(tuple[str, ...])


def read_written(server: InfluxServer) -> State | None:
    """How far the history is, without where things stand; None in an empty bucket.

    Raises:
        HistoryUnavailable: a later version of this program writes there.
    """
    query = _state(server, "written") + flux.rows("layout", "version", *(f"next_{kind}" for kind in KINDS))
    for row in server.ask(query):
        if int(row["layout"]) != LAYOUT:
            raise HistoryUnavailable(f"{server.name}: history has version {row['layout']}, this program needs {LAYOUT}")
        numbers = {kind: int(row.get(f"next_{kind}") or 0) for kind in KINDS}
        return State(int(row.get("version") or 0), numbers)
    return None


def read_state(server: InfluxServer) -> State:
    """Everything the writer has to know."""
    state = read_written(server)
    if state is None:
        server.write_at_once([began()])
        return State()
    state.stations = read_latest(server)
    state.zones = {(zone.zone, zone.hazard): zone for zone in read_zones(server)}
    state.rules = read_rules(server)
    state.ticks = read_ticks(server)
    return state


def read_zones(server: InfluxServer) -> list[ZoneNow]:
    """Where every condition stands."""
    columns = ("zone", "hazard", "state", "level", "since", "changed_at", "reason", "gauge_lost", "transition")
    found = [
        ZoneNow(
            zone=named(row["zone"]),
            hazard=named(row["hazard"]),
            state=ConditionState(row["state"]),
            level=int(row["level"]),
            since=int(row["since"]),
            changed_at=int(row["changed_at"]),
            reason=Reason(row["reason"]),
            gauge_lost=_NAMES.decode(row["gauge_lost"]),
            transition=row["transition"],
        )
        for row in server.ask(_state(server, "zone_now") + flux.rows(*columns))
    ]
    return sorted(found, key=lambda zone: (zone.zone, zone.hazard))


def read_rules(server: InfluxServer) -> dict[str, Span]:
    """When each version of the rules was in force, in the order in which they were first seen."""
    query = _state(server, "rules") + flux.rows("_time", "version", "first_at", "last_at") + flux.sort("_time")
    return {row["version"]: Span(int(row["first_at"]), int(row["last_at"])) for row in server.ask(query)}


def read_ticks(server: InfluxServer) -> dict[str, int]:
    """The newest tick of each catchment."""
    query = _state(server, "ticks") + flux.rows("catchment", "at")
    return {named(row["catchment"]): int(row["at"]) for row in server.ask(query)}


def read_positions(server: InfluxServer, topic: str) -> dict[int, int]:
    """The next offset of each partition."""
    query = flux.points(server.bucket, "positions", (flux.STATE_FROM, flux.STATE_UNTIL), topic=topic)
    return {
        int(row["partition"]): int(row["next_offset"])
        for row in server.ask(query + flux.rows("partition", "next_offset"))
    }


def _state(server: InfluxServer, measurement: str) -> str:
    return flux.points(server.bucket, measurement, (flux.STATE_FROM, flux.STATE_UNTIL))
