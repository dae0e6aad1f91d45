"""From the log to people: one transaction, one world, one clock."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from notifiers.ledger.database import WrongWorld, open_ledger
from notifiers.ledger.positions import next_offsets
from notifiers.revision import Change, Status
from sensors.readings import Tick
from sensors.times import to_ms, to_utc
from tests.notifiers.samples import NOON, flood
from tests.services.smtp import smtp_server
from tests.warning.dispatching import (
    Home,
    dispatching,
    live_world,
    log_of,
    now_flood,
    say,
    states,
    trouble,
    until_states,
)
from warning.log.topics import WARNINGS
from warning.messages import DeskRow, WarningState
from warning.status import counted, reporter
from warning.stores.desk import Desk
from warning.ticks import Beat
from warning.world import World
from warning.world_clock import WorldClock, start_ms

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]

ROW = DeskRow(
    city="wuppertal",
    warning="w1",
    incident="i1",
    zone="unterbarmen",
    hazard="river-flood",
    state=WarningState.RELEASED,
    level=2,
    proposed_level=0,
    proposed_change="",
    revision=1,
    waiting_since=None,
    changed_at=NOON,
    gauge_lost=(),
)


@pytest.fixture
def home(tmp_path: Path, ledger_url: str) -> Home:
    return Home(tmp_path, ledger_url)


def drill(number: int = 1, **fields: object) -> object:
    """At level 3 everybody hears of it on every channel at once."""
    return flood(number, **{"status": Status.EXERCISE, "level": 3} | fields)


def captured(world: World) -> list[dict[str, object]]:
    file = world.data / "captures.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def test_a_live_world_reaches_people(home: Home) -> None:
    with smtp_server() as server:
        world = home.live(server.port, "anna", "ben")
        async with log_of(world) as log, dispatching(world, log):
            await say(log, now_flood("w1"))
            await until_states(world, "ACCEPTED", "ACCEPTED")
    assert sorted(server.mailbox.recipients) == ["anna@people.example", "ben@people.example"]


async def test_the_public_report_has_numbers_and_names_nobody(home: Home) -> None:
    """Reasons of servers may hold addresses and secret topics; they are for staff."""
    with smtp_server() as server:
        server.mailbox.answers["RCPT"] = "550 no anna@people.example here, topic s3cret"
        world = home.live(server.port, "anna", "ben")
        async with log_of(world) as log:
            async with dispatching(world, log):
                await say(log, now_flood("w1"), now_flood("s3cret", hazard="volcano"))
                await until_states(world, *["DEAD"] * 4)
            async with dispatching(world, log) as said:
                async with asyncio.timeout(60):
                    while not said:
                        await asyncio.sleep(0.02)
    ok, text = said[0]
    assert not ok
    assert text == "1 refused; 4 by email could not be delivered"
    assert "anna" in trouble(world)
    assert "s3cret" in trouble(world)


async def test_an_exercise_is_captured_word_for_word(home: Home) -> None:
    world = home.training()
    async with log_of(world) as log, dispatching(world, log):
        await say(log, drill())  # type: ignore[arg-type]
        await until_states(world, *["ACCEPTED"] * 3)
    lines = captured(world)
    assert {(line["recipient"], line["channel"]) for line in lines} == {
        ("control-room", "email"),
        ("control-room", "push"),
        ("residents-unterbarmen", "push"),
    }
    assert all(str(line["title"]).startswith("ÜBUNG") for line in lines)
    assert all("to" not in line for line in lines)


@pytest.mark.parametrize(("mine", "other"), [(Status.EXERCISE, Status.ACTUAL), (Status.ACTUAL, Status.EXERCISE)])
async def test_a_revision_of_another_world_is_refused_and_seen(home: Home, mine: Status, other: Status) -> None:
    with smtp_server() as server:
        world = home.training() if mine is Status.EXERCISE else home.live(server.port, "anna")
        async with log_of(world) as log, dispatching(world, log) as said:
            await say(log, now_flood("wrong", status=other), now_flood("right", status=mine, level=3))
            await until_states(world, *["ACCEPTED"] * (3 if mine is Status.EXERCISE else 1))
    assert said[0] == (True, "")
    assert trouble(world) == f"refused: wrong-1: {other} in a world of status {mine}"
    assert all(line["warning"] == "right" for line in captured(world))
    assert all("wrong" not in str(letter["Message-ID"]) for letter in server.mailbox.letters)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b"not json", id="garbage"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b'{"kind":"revision","identifier":"x"}', id="incomplete"),
        pytest.param(b'{"kind":"block"}', id="another kind"),
    ],
)
async def test_what_cannot_be_read_is_kept_and_the_next_goes_out(home: Home, bad: bytes) -> None:
    world = home.training()
    async with log_of(world) as log, dispatching(world, log):
        await say(log, bad, drill())  # type: ignore[arg-type]
        await until_states(world, *["ACCEPTED"] * 3)
    assert trouble(world).startswith("refused: ")


async def test_a_revision_without_its_texts_is_recorded_and_staff_hear_of_it(home: Home) -> None:
    world = home.training()
    async with log_of(world) as log, dispatching(world, log):
        await say(log, drill(hazard="volcano"))  # type: ignore[arg-type]
        await until_states(world, "FALLBACK", "DEAD", "DEAD")  # of the control room one channel is enough to say so
    assert "no CAP message: no texts for hazard: volcano" in trouble(world)


async def test_a_restart_goes_on_where_the_ledger_stands(home: Home) -> None:
    world = home.training()
    async with log_of(world) as log:
        async with dispatching(world, log):
            await say(log, drill())  # type: ignore[arg-type]
            await until_states(world, *["ACCEPTED"] * 3)
        await say(log, drill(2))  # type: ignore[arg-type]
        async with dispatching(world, log):
            await until_states(world, *["ACCEPTED"] * 6)
    assert len(captured(world)) == 6


async def test_ticks_are_the_clock(home: Home) -> None:
    world = home.training()
    late = Tick("wuppertal", to_ms(NOON + timedelta(hours=7)))
    async with log_of(world) as log:
        await say(log, drill(), late)  # type: ignore[arg-type]
        async with dispatching(world, log):
            await until_states(world, *["EXPIRED"] * 3)
    assert captured(world) == []


async def test_a_live_world_lives_by_its_ticks(home: Home) -> None:
    """The machine started two days behind, and its wall clock was set right since: nothing is too late at birth."""
    with smtp_server() as server:
        world = home.live(server.port, "anna")
        then = datetime.now(UTC) - timedelta(days=2)
        times = {"sent": then, "onset": then, "expires": then + timedelta(hours=3)}
        async with log_of(world) as log:
            await reporter(log, "worker")(True, counted(Beat(to_ms(then), 2 * 86_400_000)))
            async with dispatching(world, log):
                await say(log, now_flood("w1", **times))
                await until_states(world, "ACCEPTED")


async def test_a_tick_sets_a_live_clock_that_started_wrong(home: Home) -> None:
    """The wall clock was two days ahead when dispatch started, and no worker had said anything yet."""
    with smtp_server() as server:
        world = home.live(server.port, "anna")
        then = datetime.now(UTC) - timedelta(days=2)
        times = {"sent": then, "onset": then, "expires": then + timedelta(hours=3)}
        async with log_of(world) as log, dispatching(world, log) as said:
            async with asyncio.timeout(60):
                while not said:
                    await asyncio.sleep(0.02)
            await say(log, Tick("wupper", to_ms(then)))
            with open_ledger(world.ledger) as ledger:
                async with asyncio.timeout(60):
                    while not await ledger.read(partial(next_offsets, topic=WARNINGS)):
                        await asyncio.sleep(0.02)
            await say(log, now_flood("w1", **times))
            await until_states(world, "ACCEPTED")


def live_clock(folder: Path, *, at_s: int) -> tuple[WorldClock, list[float]]:
    """The clock of a live world, and a monotonic one to be set."""
    monotonic = [0.0]
    return WorldClock(live_world(folder, 25, "anna"), at_s * 1000, lambda: monotonic[0]), monotonic


async def test_a_live_clock_goes_on_from_the_last_tick_when_none_comes(tmp_path: Path) -> None:
    clock, monotonic = live_clock(tmp_path, at_s=1000)
    monotonic[0] += 10
    assert clock.now() == to_utc(1_010_000)
    clock.see(to_utc(5_000_000), new=False)
    monotonic[0] += 7200
    assert clock.now() == to_utc(12_200_000)


@pytest.mark.parametrize(
    ("seen_s", "new", "expected_s"),
    [
        pytest.param(100, True, 100, id="the clock was ahead"),
        pytest.param(100, False, 1000, id="a backlog is read"),
        pytest.param(990, True, 1000, id="the log takes its time"),
    ],
)
async def test_earlier_ticks(tmp_path: Path, seen_s: int, new: bool, expected_s: int) -> None:
    clock, _ = live_clock(tmp_path, at_s=1000)
    clock.see(to_utc(seen_s * 1000), new=new)
    assert clock.now() == to_utc(expected_s * 1000)


@pytest.mark.parametrize(
    ("stored", "known", "wall", "expected"),
    [
        pytest.param(0, Beat(0, 0), 9000, 9000, id="nothing is known"),
        pytest.param(5000, Beat(5000, 0), 9000, 9000, id="the service was away"),
        pytest.param(5000, Beat(5000, 3000), 9000, 6000, id="the wall clock has jumped forward"),
        pytest.param(5000, Beat(5000, -4000), 1500, 5500, id="the wall clock has jumped back"),
        pytest.param(5000, Beat(0, 0), 1000, 5000, id="the wall clock is behind"),
    ],
)
async def test_the_time_before_the_first_tick(
    tmp_path: Path, stored: int, known: Beat, wall: int, expected: int
) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/ledger.db")
    assert start_ms(home.live(25, "anna"), stored, known, wall) == expected
    assert start_ms(home.training(), stored, known, wall) == stored


async def test_an_exercise_cannot_use_the_ledger_of_real_warnings(home: Home) -> None:
    with smtp_server() as server:
        world = home.live(server.port, "anna")
        async with log_of(world) as log, dispatching(world, log):
            await say(log, now_flood("w1"))
            await until_states(world, "ACCEPTED")
    mixed = home.training().model_copy(update={"ledger": world.ledger})
    async with log_of(mixed) as log:
        with pytest.raises(WrongWorld):
            async with dispatching(mixed, log):
                await say(log, drill())  # type: ignore[arg-type]


async def test_the_desk(home: Home) -> None:
    world = home.training()
    waiting = replace(ROW, warning="w2", state=WarningState.AWAITING, level=0, revision=0, proposed_change="issued")
    over = replace(ROW, warning="w3", state=WarningState.ALL_CLEAR)
    later = replace(ROW, proposed_level=3, proposed_change="updated", changed_at=NOON + timedelta(minutes=1))
    async with log_of(world) as log, dispatching(world, log):
        await say(log, ROW, waiting, over, later, drill(), drill(2, change=Change.EXTENDED))  # type: ignore[arg-type]
        await until_states(world, *["ACCEPTED"] * 3)
    desk = Desk.open(world.ledger)
    assert desk.warnings_in_force() == [later]
    assert desk.awaiting() == [later, waiting]
    assert desk.past_warnings() == [over]
    assert [(count.channel, count.state, count.deliveries) for count in desk.deliveries_of("w1")] == [
        ("email", "ACCEPTED", 1),
        ("push", "ACCEPTED", 2),
    ]
    assert [revision.number for revision in desk.revisions_of("w1")] == [1, 2]


async def test_a_desk_of_a_new_world_is_empty(home: Home) -> None:
    desk = Desk.open(home.training().ledger)
    assert desk.rows() == []
    assert states(home.training()) == []
