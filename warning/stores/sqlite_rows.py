"""What is asked of the embedded history, and what its rows are."""

from typing import Any

import msgspec

from rules.messages import ConditionState, Note, Reason, Transition
from sensors.readings import Flag
from warning.stores.history import Point, ZoneNow

TRANSITION = msgspec.json.Decoder(Transition)
NOTE = msgspec.json.Decoder(Note)
_SIGNALS = msgspec.json.Decoder(dict[str, float | None])
_NAMES = msgspec.json.Decoder(tuple[str, ...])

POINTS = """
SELECT at, value, flag, doubt, signals FROM readings JOIN series ON series.id = readings.series
WHERE station = ? AND parameter = ?
"""
STATIONS = """
SELECT station, parameter, at, value, flag, doubt, signals, received_at FROM station_now
JOIN series ON series.id = station_now.series
"""
ZONES = """
SELECT zone, hazard, state, level, since, changed_at, reason, gauge_lost, transition_id FROM zone_now
ORDER BY zone, hazard
"""
NOTES = """
SELECT message FROM notes
WHERE (:since IS NULL OR at >= :since) AND (:until IS NULL OR at <= :until)
    AND (:zone IS NULL OR zone = :zone) AND (:station IS NULL OR station = :station)
    AND (:reason IS NULL OR json_extract(message, '$.reason') = :reason)
ORDER BY number DESC LIMIT :limit
"""
EVIDENCE = """
SELECT atom, at, truth, value, flag, doubt, rules_version, known_at, by_clock FROM evidence
WHERE zone = ? AND hazard = ? AND at <= ? ORDER BY number
"""
#: of rules that came back after others, the last time counts
IN_FORCE = """
SELECT version FROM rules WHERE first_at <= :at
ORDER BY last_at >= :at DESC, CASE WHEN last_at >= :at THEN first_at ELSE last_at END DESC LIMIT 1
"""


def point(at: int, value: float | None, flag: int, doubt: int, signals: str) -> Point:
    """A reading."""
    return Point(at, value, Flag(flag), _SIGNALS.decode(signals), doubt)


def zone_now(row: tuple[Any, ...]) -> ZoneNow:
    """Where a condition stands."""
    zone, hazard, state, level, since, changed_at, reason, lost, transition = row
    state, reason = ConditionState(state), Reason(reason)
    return ZoneNow(zone, hazard, state, level, since, changed_at, reason, _NAMES.decode(lost), transition)
