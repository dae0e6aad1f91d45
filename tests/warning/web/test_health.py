"""Whether the service is well: every part must have said so lately."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from notifiers.standing import ProviderStanding
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import sources
from warning.log.api import LogUnavailable
from warning.log.topics import ASSESSMENTS
from warning.messages import StatusReport
from warning.stores.history import Batch, Position
from warning.web.facts.health import REPORTS, Health, health, version_of
from warning.web.facts.sources import Sources
from warning.web.live import PARTS

__all__ = ["sources"]

pytestmark = pytest.mark.asyncio


class Ends:
    """A log that only knows how long it is."""

    def __init__(self, end: int) -> None:
        self._end = end

    async def ends(self, topic: str) -> dict[int, int]:
        return {0: self._end if topic == ASSESSMENTS else 0}


class Away:
    """A log that cannot be reached."""

    async def ends(self, topic: str) -> dict[int, int]:
        raise LogUnavailable("no disk")


def reported(
    sources: Sources, *, age_s: float = 3, ok: bool = True, roles: tuple[str, ...] = (), instance: str = "one"
) -> None:
    for role in roles or REPORTS.values():
        at = to_utc(NOW) - timedelta(seconds=age_s)
        sources.statuses.take(StatusReport(role, instance, at, ok, {"seen": 7}, "" if ok else "trouble"))


def troubled(found: Health) -> set[str]:
    return {part.name for part in found.parts if not part.ok}


@pytest.fixture
def world(sources: Sources, tmp_path: Path) -> Sources:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        history.write(Batch((Position(ASSESSMENTS, 0, 3),)))
    return sources


async def test_all_is_well_when_every_part_said_so_lately(world: Sources) -> None:
    reported(world)
    found = await health(world, Ends(5))
    assert (found.ok, troubled(found)) == (True, set())
    counters = {part.name: part.counters for part in found.parts}
    assert counters["record"]["lag"] == 2
    assert counters["ledger"] | {"queued": 0, "dead": 0, "seen": 7} == counters["ledger"]


async def test_a_part_that_never_reported_is_not_well(world: Sources) -> None:
    assert troubled(await health(world, Ends(3))) == {"broker", "worker", "ledger", "record"}


@pytest.mark.parametrize(
    ("age_s", "ok", "well"), [(30, True, True), (31, True, False), (-31, True, False), (1, False, False)]
)
async def test_silence_and_trouble_are_not_well(world: Sources, age_s: float, ok: bool, well: bool) -> None:
    reported(world)
    reported(world, age_s=age_s, ok=ok, roles=("worker",))
    assert (await health(world, Ends(3))).ok is well


async def test_pages_hear_of_trouble_at_once_and_of_reports_that_say_the_same_never(world: Sources) -> None:
    reported(world)
    well = version_of(world)
    reported(world, age_s=1)
    assert version_of(world) == well
    reported(world, ok=False, roles=("ingest",))
    broken = version_of(world)
    assert [part for part in PARTS if broken[part] != well[part]] == ["service"]
    reported(world, roles=("ingest",))
    assert version_of(world) == well
    for reports in world.statuses.reports.values():
        assert len(reports) == 1
    later = replace(world, wall_ms=lambda: NOW + 60_000)
    assert version_of(later)["service"] != well["service"]  # nobody says anything any more
    failing = ProviderStanding("sms", failed_at=to_utc(NOW), failing_since=to_utc(NOW - 60_000))
    world.statuses.take(StatusReport("dispatch", "one", to_utc(NOW), True, {}, channels=(failing,)))
    assert version_of(world)["service"] == ("channel sms",)


@pytest.mark.parametrize(("late_s", "text"), [(61, "last tick 61 s ago"), (-61, "last tick 61 s ahead")])
async def test_a_worker_whose_ticks_are_not_of_now_is_not_well(world: Sources, late_s: int, text: str) -> None:
    later = replace(world, clock="system", wall_ms=lambda: NOW + 1000 * late_s)
    reported(world, age_s=-late_s)
    found = await health(later, Ends(3))
    assert troubled(found) == {"worker"}
    assert [part.text for part in found.parts if part.name == "worker"] == [text]


async def test_one_worker_in_trouble_is_not_hidden_by_another(world: Sources) -> None:
    reported(world)
    reported(world, roles=("worker",), instance="two", ok=False, age_s=4)
    reported(world, roles=("worker",), age_s=1)
    found = await health(world, Ends(3))
    assert troubled(found) == {"worker"}
    assert [part.text for part in found.parts if part.name == "worker"] == ["trouble"]


@pytest.mark.parametrize(("age_s", "well"), [(121, False), (122, True)])
async def test_the_trouble_of_a_process_that_was_replaced_ends(world: Sources, age_s: float, well: bool) -> None:
    reported(world, roles=("worker",), instance="gone", ok=False, age_s=age_s)
    reported(world, age_s=1)
    assert (await health(world, Ends(3))).ok is well


async def test_the_former_processes_of_a_role_do_not_stand_in_for_it(world: Sources) -> None:
    reported(world, age_s=1)
    reported(world, roles=("worker",), instance="two", age_s=40)
    reported(world, roles=("worker",), age_s=35)
    assert troubled(await health(world, Ends(3))) == {"worker"}


async def test_a_log_out_of_reach_is_not_well(world: Sources) -> None:
    reported(world)
    found = await health(world, Away())
    assert troubled(found) == {"log"}
    assert [part.text for part in found.parts if part.name == "log"] == ["no disk"]


async def test_stores_out_of_reach_are_not_well(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    reported(sources)
    assert troubled(await health(sources, Ends(0))) == {"ledger", "record"}


async def test_a_log_that_takes_no_writes_is_not_well(world: Sources) -> None:
    """Nobody else's report comes either, so the pages themselves say it."""
    reported(world)
    world.statuses.unwritable = "log.db: database or disk is full"
    found = await health(world, Ends(3))
    assert [(part.name, part.text) for part in found.parts if not part.ok] == [
        ("log", "log.db: database or disk is full")
    ]


def dispatched(sources: Sources, *standings: ProviderStanding) -> None:
    """Two deliverers: one has seen nothing, the other these."""
    for instance, channels in (("one", ()), ("two", standings)):
        at = to_utc(NOW) - timedelta(seconds=2)
        sources.statuses.take(StatusReport("dispatch", instance, at, True, {}, channels=channels))


async def test_a_provider_that_fails_for_long_is_trouble_and_why_is_not_told_to_everybody(world: Sources) -> None:
    reported(world)
    at = to_utc(NOW) - timedelta(minutes=5)
    good = ProviderStanding("sms", waiting=3).heard(at, None)
    once = ProviderStanding("push").heard(at, "no answer")
    lasting = ProviderStanding("email").heard(at, "login refused").heard(at + timedelta(minutes=1), "login refused")
    dispatched(world, good, once)
    assert (await health(world, Ends(5))).ok
    dispatched(world, good, once, lasting)
    found = await health(world, Ends(5))
    assert not found.ok
    assert troubled(found) == set()
    assert {one.name: (one.ok, one.waiting) for one in found.channels} == {
        "email": (False, 0), "push": (True, 0), "sms": (True, 3)
    }  # fmt: skip
    assert "login refused" not in found.model_dump_json()


async def test_a_provider_that_is_left_alone_is_trouble(world: Sources) -> None:
    reported(world)
    dispatched(world, ProviderStanding("email", left_alone=True))
    assert not (await health(world, Ends(5))).ok
