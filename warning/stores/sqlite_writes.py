"""How a batch gets into the tables of the embedded history; each function within the caller's transaction."""

import sqlite3
from collections.abc import Callable, Sequence

import msgspec

from rules.messages import Assessment, Evidence, Note, Transition
from sensors.readings import FUTURE_MS, Series
from sensors.times import to_ms
from warning.stores.standing import zone_after

READINGS = """
INSERT INTO readings (series, at, value, flag, doubt, signals) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (series, at) DO UPDATE SET
    value = excluded.value, flag = excluded.flag, doubt = excluded.doubt, signals = excluded.signals
"""
STATION_NOW = """
INSERT INTO station_now (series, at, value, flag, doubt, signals, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (series) DO UPDATE SET at = excluded.at, value = excluded.value, flag = excluded.flag,
    doubt = excluded.doubt, signals = excluded.signals, received_at = excluded.received_at
WHERE excluded.at >= station_now.at
"""
CORRECTED_NOW = """
UPDATE station_now SET value = ?, flag = ?, doubt = ?, signals = ? WHERE series = ? AND at = ?
"""
ZONE_NOW = """
INSERT OR REPLACE INTO zone_now (zone, hazard, state, level, since, changed_at, reason, gauge_lost, transition_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
EVIDENCE = """
INSERT OR IGNORE INTO evidence
    (zone, hazard, atom, at, known_at, by_clock, place, truth, value, flag, doubt, rules_version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
RULES = """
INSERT INTO rules (version, first_at, last_at) VALUES (?, ?, ?)
ON CONFLICT (version) DO UPDATE
SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)
"""

#: series, event time, value, flag, doubt, signals as JSON
Row = tuple[int, int, float | None, int, int, str]


def write_readings(connection: sqlite3.Connection, assessment: Assessment, number: Callable[[Series], int]) -> None:
    """Keep readings; ``number`` is the series' number in the tables.

    Corrections of earlier readings change what is kept of those and never what counts as the latest one
    or when that arrived.
    """
    rows = _rows(assessment, [number(series) for series in assessment.series])
    connection.executemany(READINGS, rows)
    fresh = len(rows) - assessment.corrected
    latest_sane = assessment.received_at + FUTURE_MS
    newest = {row[0]: row for row in sorted(rows[:fresh], key=lambda row: row[1]) if row[1] <= latest_sane}
    connection.executemany(STATION_NOW, [(*row, assessment.received_at) for row in newest.values()])
    connection.executemany(CORRECTED_NOW, [(*row[2:], *row[:2]) for row in rows[fresh:]])


def _rows(assessment: Assessment, numbers: Sequence[int]) -> list[Row]:
    doubts = assessment.doubt or (0,) * len(assessment.index)
    columns = (assessment.index, assessment.at, assessment.value, assessment.flag, doubts, assessment.signals)
    return [
        (numbers[index], at, value, flag, doubt, _signals(assessment.signal_names[index], signals))
        for index, at, value, flag, doubt, signals in zip(*columns, strict=True)
    ]


def _signals(names: tuple[str, ...], values: tuple[float | None, ...]) -> str:
    return msgspec.json.encode(dict(zip(names, values, strict=True))).decode()


def write_evidence(connection: sqlite3.Connection, assessment: Assessment) -> None:
    """Keep how atoms stood from when on, and by which rules; a repeated assessment changes nothing."""
    when, version = (assessment.received_at, not assessment.index), assessment.rules_version
    rows = [
        (*_about(each), *when, place, each.truth, each.value, each.flag, each.doubt, version)
        for place, each in enumerate(assessment.edges)
    ]
    connection.executemany(EVIDENCE, rows)


def _about(evidence: Evidence) -> tuple[str, str, str, int]:
    return evidence.zone, evidence.hazard, evidence.atom, evidence.at


def write_rules(connection: sqlite3.Connection, assessments: Sequence[Assessment]) -> None:
    """Keep which rules were in force when."""
    spans: dict[str, tuple[int, int]] = {}
    for each in assessments:
        if each.rules_version:
            first, last = spans.get(each.rules_version, (each.received_at, each.received_at))
            spans[each.rules_version] = min(first, each.received_at), max(last, each.received_at)
    connection.executemany(RULES, [(version, *span) for version, span in spans.items()])


def write_transition(connection: sqlite3.Connection, transition: Transition) -> None:
    """Keep a transition once: a repeat after a crash has the same id and must not turn the clock back."""
    text = msgspec.json.encode(transition).decode()
    query = "INSERT OR IGNORE INTO transitions (id, zone, at, message) VALUES (?, ?, ?, ?)"
    if connection.execute(query, (transition.id, transition.zone, to_ms(transition.at), text)).rowcount == 0:
        return
    query = "SELECT level, since FROM zone_now WHERE zone = ? AND hazard = ?"
    before = connection.execute(query, (transition.zone, transition.hazard)).fetchone()
    now = zone_after(before, transition)
    row = (now.zone, now.hazard, now.state, now.level, now.since, now.changed_at, now.reason)
    connection.execute(ZONE_NOW, (*row, msgspec.json.encode(now.gauge_lost).decode(), now.transition))


def write_note(connection: sqlite3.Connection, note: Note) -> None:
    """Keep a note once; a repeat has the same id."""
    query = "INSERT OR IGNORE INTO notes (id, at, zone, station, message) VALUES (?, ?, ?, ?, ?)"
    text = msgspec.json.encode(note).decode()
    connection.execute(query, (note.id, to_ms(note.at), note.zone, note.station, text))
