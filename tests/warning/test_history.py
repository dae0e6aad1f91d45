"""What the history promises: newest arrival wins, nothing twice, nothing by halves."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from rules.messages import Assessment, ConditionState, Note, NoteReason, Reason, Standing, Transition
from sensors.readings import Series, Tick
from sensors.times import to_utc
from warning.stores.histories import InfluxUrl, open_history, parse_history_url
from warning.stores.history import Batch, History, HistoryUnavailable, Position
from warning.stores.sqlite_history import SqliteHistory

START = 1_626_274_800_000
MINUTE = 60_000
KLUSE = Series("kluserbruecke", "stage")


def assessed(*readings: tuple[int, float | None], received: int = START, flag: int = 1) -> Assessment:
    """Readings of Kluserbrücke given as (minutes after START, cm)."""
    return Assessment(
        catchment="wupper",
        received_at=received,
        series=(KLUSE,),
        index=(0,) * len(readings),
        at=tuple(START + minute * MINUTE for minute, _ in readings),
        value=tuple(value for _, value in readings),
        flag=tuple(9 if value is None else flag for _, value in readings),
        signal_names=(("rise_60min",),),
        signals=tuple((None if value is None else 12.5,) for _, value in readings),
    )


def moved(name: str, minute: int, before: tuple[str, int], after: tuple[str, int], **more: object) -> Transition:
    at = to_utc(START + minute * MINUTE)
    return Transition(
        id=name,
        city="wuppertal",
        catchment="wupper",
        zone="unterbarmen",
        hazard="river-flood",
        from_=Standing(ConditionState(before[0]), before[1]),
        to=Standing(ConditionState(after[0]), after[1]),
        at=at,
        decided_at=at + timedelta(seconds=3),
        reason=Reason(more.pop("reason", "STAGE_ABOVE")),
        evidence=(),
        edges=(),
        rules_version="1",
        **more,
    )


def batch(*messages: Assessment | Transition | Tick, offset: int = 1) -> Batch:
    return Batch(
        (Position("assessments", 0, offset),),
        tuple(m for m in messages if isinstance(m, Assessment)),
        tuple(m for m in messages if isinstance(m, Transition)),
        tuple(m for m in messages if isinstance(m, Tick)),
    )


def values(history: History) -> list[tuple[int, float | None]]:
    points = history.series(KLUSE, START - 1, START + 24 * 60 * MINUTE)
    return [((point.at - START) // MINUTE, point.value) for point in points]


def test_a_series_is_read_back_in_order_of_time_with_zero_negative_and_missing_kept_apart(
    history: History,
) -> None:
    history.write(batch(assessed((5, 0.0), (0, -3.5), (10, None))))
    assert values(history) == [(0, -3.5), (5, 0.0), (10, None)]
    first, _, missing = history.series(KLUSE, START - 1, START + 10 * MINUTE)
    assert first.signals == {"rise_60min": 12.5}
    assert (missing.flag, missing.signals) == (9, {"rise_60min": None})


def test_a_window_is_open_before_and_closed_after(history: History) -> None:
    history.write(batch(assessed((0, 1.0), (5, 2.0), (10, 3.0))))
    assert [point.value for point in history.series(KLUSE, START, START + 5 * MINUTE)] == [2.0]


def test_the_newest_arrival_for_a_time_wins(history: History) -> None:
    history.write(batch(assessed((0, 1.0), (0, 2.0))))
    history.write(batch(assessed((0, 3.0), flag=3), offset=2))
    assert values(history) == [(0, 3.0)]
    assert history.stations_now()[KLUSE].point.flag == 3


def test_a_late_reading_does_not_become_the_latest(history: History) -> None:
    history.write(batch(assessed((10, 2.0))))
    history.write(batch(assessed((5, 9.0), received=START + 1), offset=2))
    now = history.stations_now()[KLUSE]
    assert (now.point.at, now.point.value, now.received_at) == (START + 10 * MINUTE, 2.0, START)


def test_a_batch_is_written_whole_or_not_at_all(history: History) -> None:
    history.write(batch(assessed((0, 1.0))))
    broken = Batch((Position("assessments", 0, 7),), (assessed((5, 2.0)),), (), (Tick("wupper", "noon"),))  # type: ignore[arg-type]
    with pytest.raises(HistoryUnavailable):
        history.write(broken)
    assert values(history) == [(0, 1.0)]
    assert history.positions("assessments") == {0: 1}


def test_the_level_keeps_its_beginning_while_the_state_changes(history: History) -> None:
    history.write(batch(moved("a", 0, ("NORMAL", 0), ("PENDING", 1))))
    history.write(batch(moved("b", 10, ("PENDING", 1), ("ACTIVE", 1)), offset=2))
    (zone,) = history.zones_now()
    assert (zone.state, zone.level, zone.since, zone.changed_at) == ("ACTIVE", 1, START, START + 10 * MINUTE)


def test_a_repeated_transition_does_not_turn_the_clock_back(history: History) -> None:
    first = moved("a", 0, ("NORMAL", 0), ("ACTIVE", 1))
    second = moved("b", 30, ("ACTIVE", 1), ("ACTIVE", 2))
    history.write(batch(first, second))
    history.write(batch(first, offset=2))
    assert [zone.level for zone in history.zones_now()] == [2]
    assert [transition.id for transition in history.transitions(10)] == ["b", "a"]
    assert history.transitions(10, zone="barmen") == []


def test_a_lost_gauge_is_named_until_it_is_back(history: History) -> None:
    lost = ("kluserbruecke",)
    stale = moved("a", 0, ("ACTIVE", 2), ("STALE", 2), reason="GAUGE_LOST", gauge_lost=lost)
    history.write(batch(stale))
    assert history.zones_now()[0].gauge_lost == lost
    back = moved("b", 5, ("STALE", 2), ("ACTIVE", 2), reason="GAUGE_BACK", gauge_lost=lost)
    history.write(batch(back, offset=2))
    assert history.zones_now()[0].gauge_lost == ()


def test_the_last_change_of_every_condition_is_found_behind_many_of_others(history: History) -> None:
    """Of two at one time it is the one that was found out last, and a repeat of an older one changes nothing."""
    old = moved("old", 0, ("NORMAL", 0), ("ACTIVE", 1))
    other = [replace(moved(f"t{n}", n // 2, ("NORMAL", 0), ("ACTIVE", 2)), zone="barmen") for n in range(30)]
    history.write(batch(old, *other))
    history.write(batch(other[0]))
    assert {(one.zone, one.id) for one in history.last_transitions()} == {("unterbarmen", "old"), ("barmen", "t29")}


def test_notes_of_one_reason_are_found_behind_many_of_others(history: History) -> None:
    def note(name: str, reason: NoteReason) -> Note:
        at = to_utc(START)
        return Note(name, "wuppertal", "wupper", reason, at, at, "1", zone="barmen")

    risen = [note(f"n{n}", NoteReason.RISEN) for n in range(9)]
    history.write(Batch((), notes=(note("word", NoteReason.FOLLOWED), *risen)))
    assert [one.id for one in history.notes(3, reason=NoteReason.FOLLOWED)] == ["word"]
    assert [one.id for one in history.notes(2)] == ["n8", "n7"]


def test_now_is_the_newest_tick(history: History) -> None:
    history.write(batch())
    assert history.last_tick() is None
    history.write(batch(Tick("wupper", START + 10), Tick("wupper", START), Tick("ruhr", START + 5)))
    assert history.last_tick() == START + 10


def test_a_reader_in_another_process_sees_what_was_written(history: History, history_url: str) -> None:
    with open_history(history_url, read_only=True) as reader:
        with pytest.raises(HistoryUnavailable, match=r"history\.db|127\.0\.0\.1:.*: nothing is recorded yet"):
            reader.version()
        history.write(batch(assessed((0, 1.0))))
        before = reader.version()
        history.write(batch(assessed((5, 1.0))))
        assert reader.version() != before


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "history.db") as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with SqliteHistory(tmp_path / "history.db") as history, pytest.raises(HistoryUnavailable, match="version 99"):
        history.write(batch())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://localhost", "must be sqlite:///"),
        ("sqlite:///", "must be sqlite:///"),
        ("influxdb://localhost", "must be sqlite:///"),
        ("influxdb://localhost/city?token_env=T", "must be sqlite:///"),
        ("influxdb://localhost/city/floods", "must be sqlite:///"),
        ("influxdb://localhost/city/floods?token_env=T&gzip=1", "unknown option 'gzip'"),
        ("influxdb://localhost:port/city/floods?token_env=T", "must be sqlite:///"),
        ("influxdb://me:secret@localhost/city/floods?token_env=T", "no secret in the URL"),
        ("influxdb://localhost/city/floods?token_env=abc-def==", "not the token"),
    ],
)
def test_a_url_that_names_no_history_is_refused_and_no_secret_is_repeated(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        open_history(url)
    assert "secret@" not in str(refused.value)
    assert "abc-def" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "server", "place"),
    [
        ("influxdb://db:8087/city/floods?token_env=T", "http://db:8087", ("city", "floods")),
        ("influxdbs://db/The%20City/a%2Fb?token_env=T", "https://db:8086", ("The City", "a/b")),
    ],
)
def test_a_bucket_is_named_by_its_url(url: str, server: str, place: tuple[str, str]) -> None:
    assert parse_history_url(url) == InfluxUrl(server, *place, "T")
