"""What only a history on a server can get wrong: it is away, cut off in the middle, spoilt or not ours."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rules.messages import Note, Transition
from sensors.readings import Series, Tick
from tests.services.influxdb import Influx
from tests.warning.test_history import KLUSE, MINUTE, START, assessed, batch, moved, values
from tests.warning.test_history_evidence import ABOUT, corrected, noted, told
from warning.stores import influx_server
from warning.stores.histories import open_history
from warning.stores.history import Batch, History, HistoryRefused, HistoryUnavailable, Position
from warning.stores.influx_lines import line, named, ns_of, plain
from warning.stores.sqlite_history import SqliteHistory

AGAIN = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def influx(influxd: Influx) -> Iterator[History]:
    with open_history(influxd.url()) as opened:
        yield opened


MINUTES = st.integers(0, 6)
READINGS = st.lists(st.tuples(MINUTES, st.sampled_from([None, 0.0, -3.5, 120.0])), min_size=1, max_size=4)
STANDINGS = st.tuples(st.sampled_from(["PENDING", "ACTIVE", "STALE"]), st.integers(0, 2))


@st.composite
def batches(draw: st.DrawFn) -> list[Batch]:
    """Portions of a log: every kind of message, late, corrected and repeated."""
    made: list[Batch] = []
    for place in range(draw(st.integers(1, 4))):
        received = START + draw(MINUTES) * MINUTE
        readings = [assessed(*rows, received=received) for rows in draw(st.lists(READINGS, max_size=2))]
        doubted = [(minute, 1.0, draw(st.integers(0, 1))) for minute in draw(st.lists(MINUTES, max_size=2))]
        edges = draw(st.lists(st.tuples(MINUTES, st.sampled_from([True, False, None]), st.none()), max_size=2))
        atoms = [
            told(*edges, received=received, rules=draw(st.sampled_from(["v1", "v2"])), by_clock=draw(st.booleans()))
        ]
        made.append(
            Batch(
                (Position("events", draw(st.integers(0, 1)), place + 1),),
                (*readings, *([corrected(*doubted, received=received)] if doubted else []), *atoms),
                tuple(_moved(draw(MINUTES), draw(STANDINGS)) for _ in range(draw(st.integers(0, 2)))),
                tuple(Tick("wupper", START + minute) for minute in draw(st.lists(MINUTES, max_size=2))),
                tuple(_noted(draw(MINUTES)) for _ in range(draw(st.integers(0, 2)))),
            )
        )
    return [*made, *draw(st.lists(st.sampled_from(made), max_size=2))]


def _moved(minute: int, to: tuple[str, int]) -> Transition:
    return moved(f"{minute}-{to}", minute, ("NORMAL", 0), to, gauge_lost=("kluserbruecke",))


def _noted(minute: int) -> Note:
    return noted(f"n{minute}", minute, zone="unterbarmen" if minute % 2 else None, station=None if minute % 2 else "k")


def everything(history: History) -> list[object]:
    """All that can be asked."""
    times = [START + minute * MINUTE for minute in (-1, 0, 3, 6)]
    return [
        list(history.series(KLUSE, START - 1000 * MINUTE, START + 9 * MINUTE)),
        [list(history.newest(KLUSE, at, 2)) for at in times],
        dict(history.stations_now()),
        list(history.zones_now()),
        list(history.transitions(9)),
        list(history.transitions(2, zone="unterbarmen")),
        [list(history.transitions_until("unterbarmen", at, 3)) for at in times],
        [dict(history.evidence(*ABOUT, at)) for at in times],
        [list(history.notes(limit)) for limit in (1, 9)],
        [list(history.notes(9, since=START, until=at, zone="unterbarmen")) for at in times],
        list(history.notes(9, station="k")),
        history.last_tick(),
        dict(history.positions("events")),
    ]


@AGAIN
@given(batches())
def test_both_kinds_of_history_answer_alike(influxd: Influx, tmp_path: Path, made: list[Batch]) -> None:
    place = tmp_path / f"{os.urandom(8).hex()}.db"
    with SqliteHistory(place) as plain_file, open_history(influxd.url()) as served:
        for each in made:
            plain_file.write(each)
            served.write(each)
        assert everything(served) == everything(plain_file)
        assert served.version() == plain_file.version() == len(made)


@AGAIN
@given(batches(), st.data())
def test_wherever_writing_is_cut_off_writing_it_again_is_as_if_nothing_had_been(
    influxd: Influx, tmp_path: Path, made: list[Batch], data: st.DataObject
) -> None:
    """Before any request and after any; what was cut off comes again in other portions."""
    place = tmp_path / f"{os.urandom(8).hex()}.db"
    with SqliteHistory(place) as plain_file, open_history(influxd.url()) as served:
        for each in made:
            plain_file.write(each)
            lasts, done, before = data.draw(st.integers(0, 2)), data.draw(st.booleans()), served.version()
            with pytest.MonkeyPatch.context() as patch, _cut(patch, lasts, answered=done):
                try:
                    served.write(each)
                    continue
                except HistoryUnavailable:
                    pass
            if served.version() == before:  # else it was written, and only the answer got lost
                for portion in _portions(each) if data.draw(st.booleans()) else [each]:
                    served.write(portion)
        assert everything(served) == everything(plain_file)


class _cut:  # noqa: N801 - reads as a verb
    """The connection breaks at a request, before the server has it or before its answer is here."""

    def __init__(self, patch: pytest.MonkeyPatch, lasts: int, *, answered: bool) -> None:
        left, post = [lasts], influx_server.InfluxServer._post

        def broken(server: influx_server.InfluxServer, body: bytes) -> None:
            left[0] -= 1
            if left[0] >= 0 or answered:
                post(server, body)
            if left[0] < 0:
                raise ConnectionResetError("cut off")

        patch.setattr(influx_server.InfluxServer, "_post", broken)

    def __enter__(self) -> None: ...

    def __exit__(self, *exc: object) -> None: ...


def _portions(whole: Batch) -> Sequence[Batch]:
    """The same in smaller writes, as another read of the log may give it."""
    return [
        *(Batch((), assessments=(each,)) for each in whole.assessments),
        *(Batch((), transitions=(each,)) for each in whole.transitions),
        *(Batch((), ticks=(each,)) for each in whole.ticks),
        *(Batch((), notes=(each,)) for each in whole.notes),
        Batch(whole.positions),
    ]


def test_a_value_that_becomes_missing_is_missing(influx: History) -> None:
    """A field that is not written again would keep what it had."""
    influx.write(batch(assessed((0, 120.0))))
    influx.write(batch(assessed((0, None))))
    assert values(influx) == [(0, None)]
    assert influx.stations_now()[KLUSE].point.value is None


def test_old_readings_are_found_behind_long_silence(influx: History) -> None:
    influx.write(batch(assessed((-1_000_000, 1.0), (-999_995, 2.0), (0, 3.0))))
    assert [point.value for point in influx.newest(KLUSE, START, 3)] == [3.0, 2.0, 1.0]


@pytest.mark.parametrize("name", ["mühle, oben", 'a"b', "c\\", "${d}", "50 %", "e=f", "line\nbreak", "%41"])
def test_any_name_comes_back_as_it_was(influx: History, name: str) -> None:
    made = assessed((0, 1.0))
    influx.write(batch(type(made)(**{**_fields(made), "series": (Series(name, "stage"),)})))
    assert list(influx.stations_now()) == [Series(name, "stage")]
    assert [point.value for point in influx.series(Series(name, "stage"), START - 1, START)] == [1.0]
    assert named(plain(name)) == name


def _fields(made: object) -> dict[str, object]:
    return {name: getattr(made, name) for name in type(made).__struct_fields__}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2021-07-14T15:00:00.5Z", 1_626_274_800_500_000_000),
        ("1969-12-31T23:59:59.999000001Z", -999_999),
        ("2021-07-14T15:00:00.000000007Z", 1_626_274_800_000_000_007),
    ],
)
def test_times_are_read_to_the_nanosecond(text: str, ns: int) -> None:
    assert ns_of(text) == ns


@pytest.mark.parametrize("at", [2**63, 9_300_000_000_000, -9_300_000_000_000])
def test_a_time_that_no_point_can_have_is_refused_and_nothing_of_its_batch_is_written(influx: History, at: int) -> None:
    influx.write(batch(assessed((0, 1.0))))
    made = assessed((5, 2.0), (6, 3.0))
    broken = type(made)(**{**_fields(made), "at": (START + 5 * MINUTE, at)})
    with pytest.raises(HistoryRefused):
        influx.write(batch(broken, offset=7))
    assert (values(influx), influx.positions("assessments")) == ([(0, 1.0)], {0: 1})


def test_a_point_of_another_type_is_refused_by_the_server_in_its_words(influxd: Influx) -> None:
    """Somebody else has written a text where the values go."""
    bucket = influxd.bucket()
    spoil(influxd, bucket, 'readings,station=other,parameter=stage value="high" 1626274800000000000')
    with open_history(influxd.url(bucket)) as history:
        with pytest.raises(HistoryRefused, match="field type conflict"):
            history.write(batch(assessed((0, 1.0)), offset=7))
        assert history.positions("assessments") == {}
        history.write(Batch((Position("assessments", 0, 7),)))
        assert history.positions("assessments") == {0: 7}


def spoil(influxd: Influx, bucket: str, text: str) -> None:
    influxd.ask("POST", f"/api/v2/write?org=floodbell&bucket={bucket}&precision=ns", content=text)


def test_series_do_not_grow_with_what_happens(influxd: Influx) -> None:
    """Ids are no tags: 40 transitions, notes and positions later there are as many series as after the first."""
    bucket = influxd.bucket()
    with open_history(influxd.url(bucket)) as history:
        counts = []
        for number in range(40):
            transition, note = (
                moved(f"t{number}", number, ("NORMAL", 0), ("ACTIVE", 1)),
                noted(f"n{number}", number, "z"),
            )
            atom = told((number, bool(number % 2), 1.0), received=START + number, rules=f"v{number}")
            history.write(Batch((Position("events", 0, number),), (atom,), (transition,), notes=(note,)))
            counts.append(_cardinality(influxd, bucket))
    assert counts[-1] == counts[0] > 0


def _cardinality(influxd: Influx, bucket: str) -> int:
    flux = f'import "influxdata/influxdb" influxdb.cardinality(bucket: "{bucket}", start: 1678-01-01T00:00:00Z)'
    headers = {"query": flux, "type": "flux"}
    answer = influxd.ask("POST", "/api/v2/query?org=floodbell", json=headers)
    return int(answer.text.splitlines()[1].rsplit(",", 1)[1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bucket": "no-such"}, "there is no bucket no-such .*influx bucket create --org floodbell --name no-such"),
        ({"organisation": "nobody"}, 'answers 404: .*organization name "nobody" not found'),
        ({"token_env": "NOT_SET"}, "environment variable NOT_SET with the token is not set"),
        ({"token_env": "WRONG"}, "does not accept the token of WRONG"),
    ],
)
def test_what_is_missing_is_said_in_the_operators_words(
    influxd: Influx, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], said: str
) -> None:
    monkeypatch.setenv("WRONG", "some-secret-token")
    url = influxd.url(**{"bucket": "first"} | change)
    with open_history(url, read_only=True) as history, pytest.raises(HistoryUnavailable, match=said) as wrong:
        history.version()
    assert "some-secret" not in str(wrong.value)


def test_a_token_that_may_only_read_says_so_when_it_has_to_write(
    influxd: Influx, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = influxd.bucket()
    found = influxd.ask("GET", f"/api/v2/buckets?name={bucket}").json()["buckets"][0]
    resource = {"type": "buckets", "id": found["id"], "orgID": influxd.organisation_id}
    wanted = {"orgID": influxd.organisation_id, "permissions": [{"action": "read", "resource": resource}]}
    monkeypatch.setenv("READER", influxd.ask("POST", "/api/v2/authorizations", json=wanted).json()["token"])
    with open_history(influxd.url(bucket)) as history:
        history.write(batch(assessed((0, 1.0))))
    with open_history(influxd.url(bucket, token_env="READER"), read_only=True) as reader:
        assert values(reader) == [(0, 1.0)]
    with open_history(influxd.url(bucket, token_env="READER")) as writer, pytest.raises(HistoryUnavailable) as wrong:
        writer.write(batch(assessed((5, 1.0))))
    assert not isinstance(wrong.value, HistoryRefused)
    assert "READER may not write" in str(wrong.value)


def test_a_bucket_that_forgets_is_refused(influxd: Influx) -> None:
    url = influxd.url(influxd.bucket(retention_s=86_400))
    with open_history(url) as history, pytest.raises(HistoryUnavailable, match=r"forgets old data.*--retention 0"):
        history.version()


def test_a_later_versions_history_is_refused(influxd: Influx) -> None:
    bucket = influxd.bucket()
    spoil(influxd, bucket, "written layout=99i 0")
    with open_history(influxd.url(bucket)) as history, pytest.raises(HistoryUnavailable, match="version 99"):
        history.write(batch())


def test_what_is_not_said_is_left_out_of_a_line() -> None:
    assert line(
        "notes", {"zone": None, "station": "a b"}, {"a": None, "b": 'x"\\', "c": True, "d": 0.0, "e": 3}, 7
    ) == ('notes,station=a\\ b b="x\\"\\\\",c=true,d=0.0,e=3i 7')


def test_a_server_that_is_away_is_said_to_be_and_reached_when_it_is_back(mortal_influxd: Influx) -> None:
    with open_history(mortal_influxd.url()) as history:
        history.write(batch(assessed((0, 1.0))))
        mortal_influxd.kill()
        with pytest.raises(HistoryUnavailable, match="cannot be reached"):
            history.write(batch(assessed((5, 2.0)), offset=2))
        mortal_influxd.start()
        assert history.positions("assessments") == {0: 1}
        history.write(batch(assessed((5, 2.0)), offset=2))
        assert values(history) == [(0, 1.0), (5, 2.0)]
