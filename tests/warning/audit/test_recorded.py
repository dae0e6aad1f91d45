"""What dispatch writes into the audit, through crashes and beside a second one."""

import asyncio
import json
import random
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from notifiers.ledger.positions import Hole, next_offsets
from notifiers.revision import Status
from sensors.readings import Tick
from sensors.times import to_ms
from tests.notifiers.samples import CONFIG, NOON, flood
from tests.warning.audit.chains import opened, trail_of
from tests.warning.audit.recorded import bodies, chain_of, command, happen, kill, note, once, places, start, until
from tests.warning.dispatching import dispatching, log_of, say, until_states
from tests.warning.test_dispatch import ROW
from warning.accounts.events import KIND, AccountEvent, Did
from warning.audit.check import Broken
from warning.audit.head import head_of
from warning.auditing import HEAD_FILE
from warning.log.topics import EVENTS, WARNINGS
from warning.messages import Answer, CommandAction
from warning.stores import accounts
from warning.stores.audit_events import Span, take_over
from warning.world import World, exercise

pytestmark = pytest.mark.asyncio

TICK = Tick("wupper", to_ms(NOON))
KILLS = 3


@pytest.fixture
def world(tmp_path: Path) -> World:
    return exercise(CONFIG, tmp_path / "exercise", None, clock="ticks")


def drill(number: int = 1, **fields: object) -> object:
    return flood(number, **{"status": Status.EXERCISE, "level": 3} | fields)


async def test_everything_but_the_clock_and_views_is_recorded_as_it_stands_on_the_log(world: World) -> None:
    answer = Answer("c1", "w1", CommandAction.NOTE, "anna", NOON, True, "written down")
    foreign = b'{"kind": "from a later version",  "spaced": [1, 2.50]}'
    async with log_of(world) as log, dispatching(world, log):
        await happen(log, note("n1"), TICK, command("c1"), b"no JSON\n", partition=0)
        await happen(log, TICK, foreign, partition=2)
        await say(log, drill(), TICK, ROW, msgspec.json.encode(answer))  # type: ignore[arg-type]
        await until(lambda: len(places(world)) == 6)
    kinds = {(entry.kind, place[:2]) for entry, place in zip(recorded(world), places(world), strict=True)}
    assert kinds == {
        ("note", (EVENTS, 0)),
        ("command", (EVENTS, 0)),
        ("unreadable", (EVENTS, 0)),
        ("from a later version", (EVENTS, 2)),
        ("revision", (WARNINGS, 0)),
        ("answer", (WARNINGS, 0)),
    }
    (said,) = [entry for entry in chain_of(world) if entry.kind == "from a later version"]
    assert foreign in said.body
    assert msgspec.json.encode(note("n1")) in next(entry.body for entry in chain_of(world) if entry.kind == "note")
    assert bodies(world, "unreadable")[0]["base64"] == "bm8gSlNPTgo="


def recorded(world: World) -> list[object]:
    return [entry for entry in chain_of(world) if "offset" in json.loads(entry.body)]


async def test_the_chain_says_whose_it_is_and_its_head_is_published(world: World) -> None:
    async with log_of(world) as log, dispatching(world, log):
        await happen(log, note("n1"))
        await until((world.data / HEAD_FILE).exists)
    (begin,) = bodies(world, "begin")
    assert (begin["tenant"], begin["status"]) == ("wuppertal-exercise", "Exercise")
    head = head_of((world.data / HEAD_FILE).read_bytes())
    assert head.key.hex() == begin["key"]
    assert any((entry.seq, entry.hash) == (head.seq, head.hash) for entry in chain_of(world))
    assert (world.data / "audit.key").stat().st_mode & 0o777 == 0o600


async def test_what_became_of_a_revision_is_recorded_once_it_is_known(world: World) -> None:
    async with log_of(world) as log, dispatching(world, log):
        await say(log, drill(), Tick("wupper", to_ms(NOON + timedelta(seconds=5))))  # type: ignore[arg-type]
        await until_states(world, *["ACCEPTED"] * 3)
        await until(lambda: len(bodies(world, "delivered")) == 1)
    (told,) = bodies(world, "delivered")
    assert (told["revision"], told["warning"], told["number"]) == ("r1", "w1", 1)
    assert {name: (each["rows"], each["states"]) for name, each in told["channels"].items()} == {
        "email": (1, {"ACCEPTED": 1}),
        "push": (2, {"ACCEPTED": 2}),
    }


async def test_a_spoilt_key_stops_no_warning_and_is_found(world: World) -> None:
    async with log_of(world) as log:
        async with dispatching(world, log):
            await happen(log, note("n1"))
            await until(lambda: len(places(world)) == 1)
        (world.data / "audit.key").write_text("spoilt")
        async with dispatching(world, log):
            await say(log, drill())  # type: ignore[arg-type]
            await until_states(world, *["ACCEPTED"] * 3)
    with pytest.raises(Broken, match="not signed by the key of this audit"):
        chain_of(world)


async def test_events_that_the_log_has_lost_are_recorded_as_lost(world: World, tmp_path: Path) -> None:
    """The log was cut: what is written at the same numbers afterwards is recorded all the same."""
    async with log_of(world) as log, dispatching(world, log):
        await happen(log, note("n0"), note("n1"), note("n2"))
        await until(lambda: len(places(world)) == 3)
    cut = world.model_copy(update={"log": f"sqlite-log:///{tmp_path}/cut.db"})
    async with log_of(cut) as log:
        await happen(log, note("n0"))
        async with dispatching(cut, log):
            await until(lambda: len(bodies(cut, "gap")) == 1)
            await happen(log, note("other"))
            await until(lambda: len(bodies(cut, "note")) == 4)
    (gap,) = bodies(cut, "gap")
    assert (gap["topic"], gap["partition"], gap["first"], gap["last"]) == (EVENTS, 0, 1, 2)


async def test_ticks_alone_are_not_written_for_but_their_position_is_kept_now_and_then(world: World) -> None:
    async with log_of(world) as log:
        for _ in range(3):
            await happen(log, *[TICK] * 400)
        await happen(log, note("n1"))
        async with dispatching(world, log):
            await until(lambda: len(places(world)) == 1)
        async with dispatching(world, log):
            await happen(log, TICK, note("n2"))
            await until(lambda: len(places(world)) == 2)
    assert places(world) == [(EVENTS, 0, 1200), (EVENTS, 0, 1202)]


async def test_kill_9_between_events_loses_none_and_doubles_none(world: World, tmp_path: Path) -> None:
    dice = random.Random(11)
    happened = 0
    async with log_of(world) as log:
        for round_ in range(KILLS):
            process = await start(tmp_path, world)
            stop_at = happened + dice.randrange(1, 40)
            writing = asyncio.create_task(_write(log, round_))
            await until(lambda stop_at=stop_at: len(places(world)) >= stop_at, process)
            await kill(process)
            happened += await writing
        process = await start(tmp_path, world)
        await until(lambda: len(places(world)) >= happened, process)
        await happen(log, note("last"))
        await until(lambda: len(places(world)) == happened + 1, process)
        await kill(process)
    found = places(world)
    assert once(found)
    per_partition = {place[:2]: [each[2] for each in found if each[:2] == place[:2]] for place in found}
    assert all(offsets == sorted(offsets) for offsets in per_partition.values())


async def _write(log: object, round_: int) -> int:
    """Forty messages, ticks among them; gives how many are to be recorded."""
    for number in range(20):
        name = f"{round_}-{number}"
        await happen(log, TICK, note(name), partition=number % 3)  # type: ignore[arg-type]
        await say(log, TICK, drill(1, identifier=f"r{name}", warning=f"w{name}"))  # type: ignore[arg-type]
        await asyncio.sleep(0.005)
    return 40


async def test_two_dispatch_processes_make_one_chain_with_everything_once(world: World, tmp_path: Path) -> None:
    async with log_of(world) as log:
        processes = [await start(tmp_path, world), await start(tmp_path, world)]
        happened = sum([await _write(log, round_) for round_ in range(3)])
        await until(lambda: len(places(world)) >= happened, *processes)
        await happen(log, note("last"))
        await until(lambda: len(places(world)) > happened, *processes)
        await kill(*processes)
    assert once(places(world))
    assert len(places(world)) == happened + 1


async def test_a_hole_is_never_jumped_over(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        trail = trail_of(tmp_path)
        for span in (Span(0, 4), Span(3, 6)):
            ledger.write_now(partial(take_over, trail=trail, spans={1: span}, items=(), at_ms=0))
        with pytest.raises(Hole):
            ledger.write_now(partial(take_over, trail=trail, spans={1: Span(8, 9)}, items=(), at_ms=0))
        assert ledger.read_now(partial(next_offsets, topic=EVENTS)) == {1: 7}


async def test_what_happens_to_accounts_is_taken_over_once(world: World) -> None:
    """In the order in which it happened, also what was noted while nobody recorded."""
    with opened(world.ledger) as ledger:
        for at_ms in (1, 2):
            ledger.write_now(partial(accounts.note, event=AccountEvent(Did.LOGIN, "anna", at_ms, how="password")))
        async with log_of(world) as log, dispatching(world, log):
            await until(lambda: len(bodies(world, KIND)) == 2)
            ledger.write_now(partial(accounts.note, event=AccountEvent(Did.FAILURES, "anna", 3, count=5)))
            await until(lambda: len(bodies(world, KIND)) == 3)
        assert not ledger.read_now(accounts.noted)
    assert [(body["what"], body["at_ms"]) for body in bodies(world, KIND)] == [
        ("login", 1),
        ("login", 2),
        ("failures", 3),
    ]
