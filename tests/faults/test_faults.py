"""The short form of ``make faults``: nothing lost, nothing twice, whatever is killed."""

from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from tests.faults.forms import SHORT
from tests.faults.judge import judge
from tests.faults.left import Fate, Left, Told
from tests.faults.plan import drawn
from tests.faults.report import Report

SEED = 2021


@pytest.mark.asyncio
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("log", "history"), [("sqlite", "sqlite"), ("kafka", "influxdb")], ids=["files", "servers"])
async def test_the_service_is_killed_in_the_flood(log: str, history: str, tmp_path: Path) -> None:
    """Everything at least once on files of SQLite; Kafka, PostgreSQL and InfluxDB where they are used.

    ``history`` tells who collects the tests that this one needs an InfluxDB.
    """
    report = Report(Console(), SEED)
    await report.judge_all(SHORT[log], tmp_path, log)
    assert report.end(), "see the differences above"


def left(**changes: object) -> Left:
    """What two readings, one warning and one delivery leave behind."""
    fields: dict[str, object] = {
        "revisions": {"r1": (1, "issued", 2, "12:00")},
        "decided": {"t1": {"to": "ACTIVE"}},
        "desk": {"w1": {"state": "RELEASED"}},
        "history": {("beyenburg", "stage", 1): 1, ("beyenburg", "stage", 2): 1},
        "fates": {Told("r1", "anna", "email"): Fate("ACCEPTED", 0, 1)},
        "strangers": 0,
    }
    return Left(**fields | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "lost", "repeated", "different", "unknown"),
    [
        pytest.param(left(), 0, 0, 0, 0, id="as undisturbed"),
        pytest.param(left(revisions={}), 1, 0, 0, 0, id="a warning is missing"),
        pytest.param(left(revisions={**left().revisions, "r2": ()}), 0, 1, 0, 0, id="a warning too many"),
        pytest.param(left(desk={"w1": {"state": "ALL_CLEAR"}}), 0, 0, 1, 0, id="another end"),
        pytest.param(left(history={("beyenburg", "stage", 1): 1}), 1, 0, 0, 0, id="a reading is missing"),
        pytest.param(left(fates={}), 1, 0, 0, 0, id="nobody was told"),
        pytest.param(left(fates={Told("r1", "anna", "email"): Fate("ACCEPTED", 0, 0)}), 1, 0, 0, 0, id="never arrived"),
        pytest.param(left(fates={Told("r1", "anna", "email"): Fate("ACCEPTED", 0, 2)}), 0, 1, 0, 0, id="told twice"),
        pytest.param(left(fates={Told("r1", "anna", "email"): Fate("ACCEPTED", 1, 2)}), 0, 0, 0, 1, id="in doubt"),
        pytest.param(left(fates={Told("r1", "anna", "email"): Fate("ACCEPTED", 1, 3)}), 0, 1, 0, 1, id="one too many"),
        pytest.param(left(strangers=1), 0, 1, 0, 0, id="a message of nobody"),
    ],
)
def test_the_judge_sees(found: Left, lost: int, repeated: int, different: int, unknown: int) -> None:
    verdict = judge(left(), found, 1)
    counted = (len(verdict.lost), len(verdict.repeated), len(verdict.different), verdict.unknown)
    assert counted == (lost, repeated, different, unknown)
    assert verdict.good == (not lost and not repeated and not different)


def test_the_same_seed_kills_the_same_at_the_same_moments() -> None:
    targets = ("dispatch", "power", "worker")
    kills = drawn(Random(7), targets, 30, 100)
    assert kills == drawn(Random(7), targets, 30, 100)
    assert kills != drawn(Random(8), targets, 30, 100)
    assert [kill.step for kill in kills] == sorted(kill.step for kill in kills)
    assert {target: sum(kill.target == target for kill in kills) for target in targets} == dict.fromkeys(targets, 10)


def test_what_a_newer_one_took_the_place_of_may_have_arrived_once() -> None:
    """A page that was superseded here and sent there is no repeat, and none the other way round is lost."""
    told = Told("r1", "anna", "email")
    superseded, sent, twice = (left(fates={told: fate}) for fate in (
        Fate("SUPERSEDED", 0, 0), Fate("ACCEPTED", 0, 1), Fate("ACCEPTED", 0, 2)
    ))  # fmt: skip
    assert judge(superseded, sent, 1).good
    assert judge(sent, superseded, 1).good
    assert len(judge(superseded, twice, 1).repeated) == 1


def test_another_channel_may_have_taken_over_but_somebody_must_have() -> None:
    first, second = Told("r1", "anna", "email"), Told("r1", "anna", "push")
    by_mail = left(fates={first: Fate("ACCEPTED", 0, 1), second: Fate("SPARED", 0, 0)})
    by_push = left(fates={first: Fate("FALLBACK", 0, 0), second: Fate("ACCEPTED", 0, 1)})
    by_none = left(fates={first: Fate("FALLBACK", 0, 0), second: Fate("SPARED", 0, 0)})
    assert judge(by_mail, by_push, 1).good
    assert len(judge(by_mail, by_none, 1).lost) == 1
