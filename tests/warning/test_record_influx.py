"""The record role beside a server that is killed, away, full or spoilt: everything is there once, nothing is lost."""

import asyncio
import resource
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from sensors.readings import Series
from tests.services.influxdb import Influx
from tests.warning.test_history import KLUSE, MINUTE, START, assessed, moved
from tests.warning.test_history_evidence import ABOUT, ATOM, noted, told
from tests.warning.test_history_influx import spoil
from tests.warning.test_record import opened_log, recorded, recording, saying
from tests.warning.test_record import until as within
from warning.log.api import Message
from warning.log.stage import DeadLetter
from warning.log.topics import ASSESSMENTS, DEAD_LETTERS, EVENTS
from warning.stores.histories import open_history
from warning.stores.history import HistoryUnavailable

pytestmark = pytest.mark.asyncio

until = partial(within, within_s=90)  # a server starts, and waits between attempts grow to 10 s
MESSAGES, IN_EACH = 2_000, 10
STATIONS = 4


def many(number: int) -> Message:
    """A message of ten readings, each with a value of its own."""
    first = number * IN_EACH
    rows = [(minute, float(minute)) for minute in range(first, first + IN_EACH)]
    made = replace(assessed(*rows, received=START + first * MINUTE), series=(station(number),))
    edges = told((first, bool(number // 2 % 2), float(first)), received=START + first * MINUTE).edges
    return saying(ASSESSMENTS, replace(made, edges=() if number % 2 else edges), partition=number % 2)


def station(number: int) -> Series:
    return Series(f"gauge{number % STATIONS}", "stage")


def told_of(number: int) -> Message:
    name = f"{number:04}"
    if number % 2:
        return saying(EVENTS, noted(name, number, zone="unterbarmen"))
    return saying(EVENTS, moved(name, number, ("NORMAL", 0), ("ACTIVE", 1 + number // 2 % 2)))


def positions(url: str) -> dict[str, Mapping[int, int]]:
    """Where recording stands; nowhere while the server is away."""
    with open_history(url, read_only=True) as history:
        try:
            return {topic: history.positions(topic) for topic in (ASSESSMENTS, EVENTS)}
        except HistoryUnavailable:
            return {ASSESSMENTS: {}, EVENTS: {}}


async def test_a_server_killed_in_the_middle_has_everything_once_when_it_is_back(
    tmp_path: Path, mortal_influxd: Influx
) -> None:
    """Three kills among 20,000 readings and 400 events, at whatever is being written then."""
    url, reports = mortal_influxd.url(), list[tuple[bool, str]]()
    async with opened_log(tmp_path) as log, recording(tmp_path, log, reports, url):
        for part in range(4):
            for number in range(part * 100, part * 100 + 100):
                await log.append([many(place) for place in range(number * 5, number * 5 + 5)])
                await log.append([told_of(number)])
            if part < 3:
                await until(lambda part=part: positions(url)[ASSESSMENTS].get(0, 0) > 60 + part * 250)
                mortal_influxd.kill()
                mortal_influxd.start()
        expected = {ASSESSMENTS: {0: MESSAGES // 2, 1: MESSAGES // 2}, EVENTS: {0: 400}}
        await until(lambda: positions(url) == expected)
    with open_history(url, read_only=True) as history:
        found = [history.series(station(number), 0, START * 2) for number in range(STATIONS)]
        assert sorted(point.value for points in found for point in points) == list(range(MESSAGES * IN_EACH))
        assert all(point.at == START + point.value * MINUTE for points in found for point in points)
        said = [f"{number:04}" for number in range(399, -1, -1)]
        assert [one.id for one in history.transitions(1000)] == [name for name in said if int(name) % 2 == 0]
        assert [one.id for one in history.notes(1000)] == [name for name in said if int(name) % 2]
        atom = history.evidence(*ABOUT, START * 2)[ATOM]
        assert (atom.now.value, atom.before.value) == (19_980.0, 19_960.0)


async def test_a_server_that_is_away_is_waited_for_and_reported(tmp_path: Path, mortal_influxd: Influx) -> None:
    """The data wait on the log: while nothing can be written, at most one portion is held."""
    url, reports = mortal_influxd.url(), list[tuple[bool, str]]()
    mortal_influxd.kill()
    async with opened_log(tmp_path) as log:
        await log.append([saying(ASSESSMENTS, assessed((minute, float(minute)))) for minute in range(300)])
        async with recording(tmp_path, log, reports, url):
            await until(lambda: any(not ok and "cannot be reached" in text for ok, text in reports))
            mortal_influxd.start()
            await until(lambda: recorded(url) == [float(minute) for minute in range(300)])
            await until(lambda: reports[-1] == (True, ""))


async def test_a_full_disk_is_reported_and_nothing_is_lost(tmp_path: Path, mortal_influxd: Influx) -> None:
    """The server's files may not grow any more, as on a full disk; it goes on after it is started again."""
    url, reports = mortal_influxd.url(), list[tuple[bool, str]]()
    async with opened_log(tmp_path) as log, recording(tmp_path, log, reports, url):
        await log.append([saying(ASSESSMENTS, assessed((0, 0.0)))])
        await until(lambda: recorded(url) == [0.0])
        pid = mortal_influxd.process.pid
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        await log.append([saying(ASSESSMENTS, assessed((minute, float(minute)))) for minute in range(1, 200)])
        await until(lambda: any(not ok and "answers 500: " in text for ok, text in reports))
        mortal_influxd.kill()
        mortal_influxd.start()
        await until(lambda: recorded(url) == [float(minute) for minute in range(200)])
        await until(lambda: positions(url)[ASSESSMENTS] == {0: 200})


async def test_a_reading_that_can_never_be_written_goes_to_the_dead_letters_alone(
    tmp_path: Path, influxd: Influx
) -> None:
    """A stamp in the year 2300, which only this kind of history has no room for."""
    url = influxd.url()
    async with opened_log(tmp_path) as log:
        good = [saying(ASSESSMENTS, assessed((minute, float(minute)))) for minute in range(9)]
        far = saying(ASSESSMENTS, replace(assessed((0, 1.0)), at=(10_413_792_000_000,)))
        await log.append([*good[:5], far, *good[5:], far])
        async with recording(tmp_path, log, [], url):
            await until(lambda: positions(url)[ASSESSMENTS] == {0: 11})
        assert recorded(url) == [float(minute) for minute in range(9)]
        letters = await _letters(log)
        assert [(letter.offset, "1678 and 2261" in letter.reason) for letter in letters] == [(5, True), (10, True)]


async def test_what_the_server_refuses_goes_to_the_dead_letters_with_its_reason(
    tmp_path: Path, influxd: Influx
) -> None:
    """Somebody wrote a text where values go, in the week of one reading."""
    bucket = influxd.bucket()
    spoil(influxd, bucket, f'readings,station=other,parameter=stage value="high" {START * 1_000_000}')
    later = 60 * 24 * 30
    async with opened_log(tmp_path) as log:
        await log.append([saying(ASSESSMENTS, assessed((minute, 1.0))) for minute in (later, 0, later + 1)])
        async with recording(tmp_path, log, [], url := influxd.url(bucket)):
            await until(lambda: positions(url)[ASSESSMENTS] == {0: 3})
        with open_history(url, read_only=True) as history:
            assert [point.at for point in history.series(KLUSE, START + MINUTE, START * 2)] == [
                START + minute * MINUTE for minute in (later, later + 1)
            ]
        (letter,) = await _letters(log)
        assert letter.offset == 1
        assert "field type conflict" in letter.reason


async def _letters(log: object) -> list[DeadLetter]:
    async with asyncio.timeout(60):
        async for records in log.read(DEAD_LETTERS, {}):
            return [msgspec.json.decode(record.value, type=DeadLetter) for record in records]
    return []
