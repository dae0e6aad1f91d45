"""Evidence, notes and corrections: nothing twice, nothing backwards, and what stood at any time can be asked."""

import sqlite3
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.messages import Assessment, Evidence, Note, NoteReason
from sensors.doubts import Doubt
from sensors.readings import Series, Tick
from sensors.times import to_utc
from tests.warning.test_history import KLUSE, MINUTE, START, assessed, batch, moved, values
from warning.stores import sqlite_schema
from warning.stores.history import Batch, History, HistoryUnavailable, Stood
from warning.stores.sqlite_history import SqliteHistory

ATOM = "stage(kluserbruecke) >= hq100"
ABOUT = ("unterbarmen", "river-flood")


def told(
    *changes: tuple[int, bool | None, float | None],
    received: int = START,
    rules: str = "v1",
    doubt: int = 0,
    by_clock: bool = False,
) -> Assessment:
    """Changes of one atom as (minutes after START, truth, cm), by a reading of long ago or by the clock."""
    edges = (Evidence(*ABOUT, ATOM, START + minute * MINUTE, *rest, 1, doubt) for minute, *rest in changes)
    plain = assessed(received=received) if by_clock else assessed((-999, 1.0), received=received)
    return msgspec.structs.replace(plain, edges=tuple(edges), rules_version=rules)


def noted(name: str, minute: int, zone: str | None = None, station: str | None = None) -> Note:
    at = to_utc(START + minute * MINUTE)
    reason = NoteReason.GAUGE_SILENT if station else NoteReason.STALE_TOO_LONG
    return Note(name, "wuppertal", "wupper", reason, at, at, "v1", zone=zone, station=station)


def stood(history: History, minute: int) -> Stood:
    return history.evidence(*ABOUT, START + minute * MINUTE)[ATOM]


def minutes(*evidence: Evidence | None) -> list[int | None]:
    return [None if each is None else (each.at - START) // MINUTE for each in evidence]


def test_an_atom_is_told_as_it_stood_at_any_time(history: History) -> None:
    history.write(batch(told((0, False, 250.0)), told((30, True, 266.0)), told((90, None, None))))
    assert history.evidence(*ABOUT, START - 1) == {}
    assert (stood(history, 29).now.truth, stood(history, 29).before) == (False, None)
    at_30 = stood(history, 30)
    assert (at_30.now.truth, at_30.now.value, at_30.before.truth) == (True, 266.0, False)
    assert stood(history, 500).now.truth is None
    assert history.evidence("unterbarmen", "heavy-rain", START + 90 * MINUTE) == {}


def test_a_truth_stands_since_it_first_did_and_not_since_it_was_confirmed(history: History) -> None:
    suspect = told((10, True, 300.0), doubt=Doubt.GROSS)
    history.write(batch(told((0, False, 250.0)), suspect, told((15, True, 301.0)), told((20, True, 302.0))))
    found = stood(history, 60)
    assert minutes(found.now, found.first, found.before) == [20, 10, 0]
    assert (found.first.doubt, found.now.doubt) == (Doubt.GROSS, 0)


def test_what_a_late_reading_shows_of_the_past_changes_nothing_after_it(history: History) -> None:
    history.write(batch(told((0, False, 100.0)), told((30, True, 270.0))))
    history.write(batch(told((10, True, 266.0), (15, False, 120.0), received=START + 40)))
    assert [stood(history, minute).now.truth for minute in (9, 10, 15, 29, 30, 60)] == [
        False, True, False, False, True, True,
    ]  # fmt: skip


def test_a_silence_ends_with_a_reading_that_was_on_its_way_before_it(history: History) -> None:
    silent = told((20, None, None), received=START + 20, by_clock=True)
    history.write(batch(told((0, False, 100.0)), silent, told((15, False, 101.0), received=START + 25)))
    found = stood(history, 20)
    assert (found.now.truth, minutes(found.now, found.before)) == (False, [15, 20])
    assert stood(history, 14).now.value == 100.0


def test_a_later_word_about_the_same_time_counts_and_the_earlier_is_kept(history: History) -> None:
    history.write(batch(told((0, True, 270.0)), told((0, False, 100.0), received=START + 5)))
    found = stood(history, 0)
    assert (found.now.truth, found.known_at, found.before.truth) == (False, START + 5, True)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from([True, False, None])), min_size=1, max_size=8), st.data())
def test_whatever_is_repeated_after_a_crash_is_there_once(
    changes: list[tuple[int, bool | None]], data: st.DataObject
) -> None:
    said = [told((minute, truth, None), received=START + place) for place, (minute, truth) in enumerate(changes)]
    again = data.draw(st.integers(0, len(said)))
    with (
        tempfile.TemporaryDirectory() as folder,
        SqliteHistory(Path(folder, "once")) as once,
        SqliteHistory(Path(folder, "twice")) as twice,
    ):
        once.write(batch(*said))
        twice.write(batch(*said))
        twice.write(batch(*said[again:]))
        for minute in range(7):
            until = START + minute * MINUTE
            assert once.evidence(*ABOUT, until) == twice.evidence(*ABOUT, until)


def test_rules_in_force_are_known_for_any_time_also_when_old_ones_come_back(history: History) -> None:
    times = {"v1": (0, 10), "v2": (20, 30), "v1 ": (40, 50)}
    for version, ends in times.items():
        for minute in ends:
            history.write(batch(told(received=START + minute * MINUTE, rules=version.strip())))
    in_force = [history.rules_version(START + minute * MINUTE) for minute in (-1, 0, 10, 25, 30, 45, 99)]
    assert in_force == [None, "v1", "v1", "v2", "v2", "v1", "v1"]


def test_an_assessment_may_have_no_readings(history: History) -> None:
    history.write(batch(told((0, True, 270.0), by_clock=True)))
    assert (values(history), dict(history.stations_now())) == ([], {})


def corrected(*rows: tuple[int, float, int], received: int) -> Assessment:
    """Earlier readings once more: (minutes after START, cm, doubt)."""
    plain = assessed(*((minute, value) for minute, value, _ in rows), received=received)
    doubts = tuple(doubt for _, _, doubt in rows)
    flags = tuple(3 if doubt else 1 for doubt in doubts)
    return msgspec.structs.replace(plain, doubt=doubts, flag=flags, corrected=len(rows))


def test_a_correction_changes_the_curve_and_never_what_is_latest(history: History) -> None:
    history.write(batch(assessed((0, 100.0), (5, 160.0), (10, 101.0))))
    history.write(batch(corrected((5, 160.0, Doubt.SPIKE), (10, 101.0, 0), received=START + 99)))
    spike = history.series(KLUSE, START, START + 5 * MINUTE)[0]
    assert (spike.flag, spike.doubt) == (3, Doubt.SPIKE)
    now = history.stations_now()[KLUSE]
    assert (now.point.value, now.point.flag, now.received_at) == (101.0, 1, START)


def test_a_correction_of_the_latest_reading_shows_its_doubt_and_keeps_its_arrival(history: History) -> None:
    history.write(batch(assessed((0, 100.0), (5, 160.0))))
    history.write(batch(corrected((0, 100.0, 0), (5, 160.0, Doubt.RATE), received=START + 99)))
    now = history.stations_now()[KLUSE]
    assert (now.point.value, now.point.flag, now.point.doubt) == (160.0, 3, Doubt.RATE)
    assert now.received_at == START


def test_a_late_reading_and_what_it_corrects_travel_together(history: History) -> None:
    history.write(batch(assessed((0, 100.0), (10, 120.0))))
    both = assessed((5, 110.0), (10, 120.0), received=START + 99)
    history.write(batch(msgspec.structs.replace(both, doubt=(0, Doubt.CORROBORATED), corrected=1)))
    assert values(history) == [(0, 100.0), (5, 110.0), (10, 120.0)]
    now = history.stations_now()[KLUSE]
    assert (now.point.at, now.point.doubt, now.received_at) == (START + 10 * MINUTE, Doubt.CORROBORATED, START)


def test_the_newest_readings_are_found_however_old(history: History) -> None:
    history.write(batch(assessed((0, 1.0), (5, 2.0), (10, 3.0))))
    found = history.newest(KLUSE, START + 9_000 * MINUTE, 2)
    assert [point.value for point in found] == [3.0, 2.0]
    assert [point.value for point in history.newest(KLUSE, START + 7 * MINUTE, 1)] == [2.0]
    assert history.newest(Series("leimbach", "stage"), START, 1) == []


def test_transitions_are_found_by_their_own_time(history: History) -> None:
    history.write(batch(moved("a", 0, ("NORMAL", 0), ("ACTIVE", 1)), moved("b", 30, ("ACTIVE", 1), ("ACTIVE", 2))))
    until = [START + minute * MINUTE for minute in (-1, 0, 29, 30)]
    assert [[one.id for one in history.transitions_until("unterbarmen", at, 9)] for at in until] == [
        [],
        ["a"],
        ["a"],
        ["b", "a"],
    ]
    assert history.transitions_until("barmen", START, 9) == []


def test_notes_are_kept_once_and_found_by_time_zone_and_station(history: History) -> None:
    first, second = noted("n1", 0, zone="unterbarmen"), noted("n2", 10, station="leimbach")
    history.write(Batch((), notes=(first, second)))
    history.write(Batch((), notes=(first,)))
    assert list(history.notes(9)) == [second, first]
    assert list(history.notes(1)) == [second]
    assert list(history.notes(9, since=START + 1)) == [second]
    assert list(history.notes(9, until=START + MINUTE)) == [first]
    assert list(history.notes(9, zone="unterbarmen")) == [first]
    assert list(history.notes(9, station="leimbach")) == [second]


def version_1(path: Path) -> None:
    """A file as the version before this one left it."""
    with sqlite3.connect(path) as old:
        old.executescript(sqlite_schema.SCHEMA_1)
        text = msgspec.json.encode(moved("a", 7, ("NORMAL", 0), ("ACTIVE", 1))).decode()
        old.execute("INSERT INTO series VALUES (1, 'kluserbruecke', 'stage')")
        old.execute("INSERT INTO readings VALUES (1, ?, -3.5, 1, '{}')", (START,))
        old.execute("INSERT INTO station_now VALUES (1, ?, -3.5, 1, '{}', ?)", (START, START + 9))
        old.execute("INSERT INTO transitions (id, zone, message) VALUES ('a', 'unterbarmen', ?)", (text,))
        old.execute("INSERT INTO positions VALUES ('events', 0, 17)")
        old.execute("PRAGMA user_version = 1")
    old.close()


def test_a_file_of_version_1_goes_on_as_version_2(tmp_path: Path) -> None:
    version_1(tmp_path / "history.db")
    with SqliteHistory(tmp_path / "history.db") as history:
        assert values(history) == [(0, -3.5)]
        assert history.stations_now()[KLUSE].received_at == START + 9
        assert history.positions("events") == {0: 17}
        assert [one.id for one in history.transitions_until("unterbarmen", START + 7 * MINUTE, 9)] == ["a"]
        assert history.transitions_until("unterbarmen", START + 6 * MINUTE, 9) == []
        history.write(batch(told((0, True, 270.0)), Tick("wupper", START)))
        assert stood(history, 0).now.truth is True
    with SqliteHistory(tmp_path / "history.db", read_only=True) as reader:
        assert reader.last_tick() == START


def test_a_migration_that_fails_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    version_1(tmp_path / "history.db")
    with sqlite3.connect(tmp_path / "history.db") as old:
        old.execute("CREATE TABLE notes (other TEXT)")
    old.close()
    with SqliteHistory(tmp_path / "history.db") as history, pytest.raises(HistoryUnavailable, match="notes"):
        history.version()
    with sqlite3.connect(tmp_path / "history.db") as old:
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
        assert "doubt" not in [row[1] for row in old.execute("PRAGMA table_info(readings)")]
    old.close()


def test_a_reader_waits_until_the_service_has_brought_an_old_file_up(tmp_path: Path) -> None:
    version_1(tmp_path / "history.db")
    with SqliteHistory(tmp_path / "history.db", read_only=True) as reader:
        with pytest.raises(HistoryUnavailable, match="version 1, this program needs 2; the service brings"):
            reader.version()
        with SqliteHistory(tmp_path / "history.db") as history:
            history.write(batch())
        assert reader.version() == 1
