"""A small flood in a history and a ledger, for looking at pages."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import update

from notifiers.ledger import record as ledger_record
from notifiers.ledger.database import open_ledger
from notifiers.ledger.subscribers import synchronise
from notifiers.ledger.tables import deliveries
from notifiers.revision import Change, Measurement, Reference, Revision, Status
from rules.messages import Assessment, ConditionState, Note, NoteReason, Reason, Standing, Transition
from sensors.doubts import Doubt
from sensors.readings import Flag, Series, Tick
from sensors.times import to_ms, to_utc
from warning.config.load import load
from warning.config.model import Config
from warning.messages import OVER, Calls, DeskRow, Heard, SheetSet, WarningState
from warning.stores import desk
from warning.stores.histories import open_history
from warning.stores.history import Batch, History
from warning.world import World, exercise

CONFIG = Path(__file__).parents[3] / "config.yaml"
NOW = 1_626_280_200_000  # 14 July 2021, 18:30 in Wuppertal
STEP = 300_000
MINUTE = timedelta(minutes=1)
QUIET = timedelta(hours=6)  # before an all-clear, as shipped


@cache
def config() -> Config:
    """The city of the repository; reading and checking it takes a second."""
    return load(CONFIG)


def world(folder: Path, status: Status = Status.EXERCISE) -> World:
    """A world in a folder that lives by ticks."""
    made = exercise(CONFIG, folder, None, clock="ticks")
    return made.model_copy(update={"status": status, "web_port": 0})


def history_url(folder: Path) -> str:
    """Where the history of ``world(folder)`` is: in the folder, unless a file there names a server."""
    named = folder / "history.url"
    return named.read_text() if named.exists() else f"sqlite:///{folder}/history.db"


def history_of(folder: Path) -> History:
    """The history of ``world(folder)``, for writing."""
    return open_history(history_url(folder))


def readings(
    station: str, values: Sequence[float | None], *, parameter: str = "stage", last: int = NOW - 240_000, flag: int = 1
) -> Batch:
    """Values every five minutes, the last one at ``last``."""
    count = len(values)
    assessment = Assessment(
        catchment="wupper",
        received_at=last + 20_000,
        series=(Series(station, parameter),),
        index=(0,) * count,
        at=tuple(last - (count - 1 - place) * STEP for place in range(count)),
        value=tuple(values),
        flag=tuple(9 if value is None else flag for value in values),
        signal_names=((),),
        signals=((),) * count,
    )
    return Batch((), (assessment,))


def doubted(station: str, value: float, doubt: Doubt, flag: Flag) -> Batch:
    """A newest reading with something against it."""
    (assessment,) = readings(station, [value], last=NOW - 30_000, flag=int(flag)).assessments
    return Batch((), (replace(assessment, doubt=(int(doubt),)),))


def noted(name: str, reason: NoteReason, **about: Any) -> Batch:
    """A note to staff."""
    at = to_utc(NOW)
    return Batch((), notes=(Note(name, "wuppertal", "wupper", reason, at, at, "1", **about),))


def moved(
    zone: str, state: str, level: int, at: int, *, hazard: str = "river-flood", lost: tuple[str, ...] = ()
) -> Batch:
    """A condition that came to a state at a time."""
    transition = Transition(
        id=f"{zone}-{state}-{level}-{at}",
        city="wuppertal",
        catchment="wupper",
        zone=zone,
        hazard=hazard,
        from_=Standing(ConditionState.NORMAL, 0),
        to=Standing(ConditionState(state), level),
        at=to_utc(at),
        decided_at=to_utc(at),
        reason=Reason.GAUGE_LOST if lost else Reason.STAGE_ABOVE,
        evidence=(),
        edges=(),
        rules_version="1",
        gauge_lost=lost,
    )
    return Batch((), (), (transition,))


def tick(at: int = NOW) -> Batch:
    """The clock."""
    return Batch((), (), (), (Tick("wupper", at),))


def calm(history: History, leimbach_last: int | None = None, now: int = NOW) -> None:
    """Every series sends, and nothing is above a mark."""
    usual = now - 240_000
    for station, level in (("beyenburg", 62.0), ("leimbach", 12.0), ("kluserbruecke", 70.0)):
        last = leimbach_last if station == "leimbach" and leimbach_last is not None else usual
        history.write(readings(station, [level + math.sin(i / 9) for i in range(280)], last=last))
    history.write(readings("beyenburg", [8.0] * 12, parameter="discharge", last=usual))
    for station in ("beyenburg", "barmen"):
        history.write(readings(station, [0.0] * 280, parameter="rain", last=usual))
    history.write(tick(now))


def revision(
    number: int, level: int, at: datetime, change: Change, *, warning: str = "w1", zone: str = "unterbarmen"
) -> Revision:
    """A released revision of a warning."""
    before = tuple(
        Reference("floodbell@wuppertal.example", f"{warning}-{earlier}", at - MINUTE, at + 300 * MINUTE)
        for earlier in range(1, number)
    )
    measured = Measurement("kluserbruecke", "Kluserbrücke", "stage", 226.1, "cm", at - MINUTE, 32.0)
    return Revision(
        identifier=f"{warning}-{number}",
        city="wuppertal",
        warning=warning,
        incident="i1",
        number=number,
        zone=zone,
        hazard="river-flood",
        status=Status.EXERCISE,
        change=change,
        level=level,
        previous_level=max(0, level - 1),
        sent=at,
        onset=at - MINUTE,
        expires=at + timedelta(hours=6),
        reason="STAGE_ABOVE",
        released_by="automatic" if level == 1 else "anna",
        references=before,
        measurements=(measured,),
    )


def desk_row(
    state: WarningState, level: int, at: datetime, *, warning: str = "w1", zone: str = "unterbarmen", proposed: int = 0
) -> DeskRow:
    """The standing of a warning whose last word, or whose draft, is of ``at``; what ends comes long after its cause."""
    over = state in OVER and level > 0
    change = "" if not proposed else Change.UPDATED.value if level else Change.ISSUED.value
    return DeskRow(
        city="wuppertal",
        warning=warning,
        incident="i1",
        zone=zone,
        hazard="river-flood",
        state=state,
        level=level,
        proposed_level=proposed,
        proposed_change=change,
        revision=2 if level else 0,
        waiting_since=at if proposed else None,
        changed_at=at - QUIET if over else at,
        gauge_lost=(),
        sent=at if level else None,
        expires=at + timedelta(hours=6) if level else None,
        retracted_at=at if state is WarningState.RETRACTED else None,
    )


def say(folder: Path, row: DeskRow, *revisions: Revision) -> None:
    """Put a warning with its revisions into the ledger of ``world(folder)``."""
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        ledger.write_now(lambda connection: synchronise(connection, config().hearers))
        ledger.write_now(lambda connection: desk.replace(connection, row))
        for one in revisions:
            ledger.write_now(lambda connection, one=one: ledger_record.record(connection, one, b"<alert/>"))


def sheet(folder: Path, revision: Revision, due: datetime | None, done: SheetSet | None = None) -> None:
    """The control room has to set a revision, and has where ``done`` says so."""
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        due_ms = None if due is None else to_ms(due)
        ledger.write_now(lambda connection: desk.record_sheets(connection, revision, due_ms))
        if done is not None:
            ledger.write_now(lambda connection: desk.record_sheet_set(connection, done))


def deliver(folder: Path, revision_id: str, states: Mapping[str, str]) -> None:
    """Say what became of a revision's deliveries, by recipient."""
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        for recipient, state in states.items():
            to = (deliveries.c.said == revision_id) & (deliveries.c.recipient == recipient)
            changed = update(deliveries).where(to).values(state=state, due_ms=None)
            ledger.write_now(lambda connection, changed=changed: connection.execute(changed))


def flood(folder: Path) -> None:
    """Unterbarmen is warned, Beyenburg waits for its release, Leimbach's gauge is gone, Barmen is calm."""
    with history_of(folder) as history:
        calm(history, leimbach_last=NOW - 3_000_000)
        rise = [70 + 157 / (1 + math.exp(-(i - 250) / 12)) + 12 * math.sin(i / 30) for i in range(281)]
        history.write(readings("kluserbruecke", [*rise[:60], *[None] * 12, *rise[72:]]))
        history.write(readings("beyenburg", [60 + 125 * max(0, i - 180) / 100 for i in range(281)]))
        history.write(
            readings("barmen", [max(0.0, 3 * math.sin((i - 200) / 20)) for i in range(281)], parameter="rain")
        )
        history.write(moved("unterbarmen", "ACTIVE", 2, NOW - 1_800_000))
        history.write(moved("beyenburg", "ACTIVE", 2, NOW - 600_000))
        history.write(moved("leimbachtal", "STALE", 1, NOW - 900_000, lost=("leimbach",)))
    at = to_utc(NOW)
    said = [revision(1, 1, at - 60 * MINUTE, Change.ISSUED), revision(2, 2, at - 28 * MINUTE, Change.UPDATED)]
    say(folder, desk_row(WarningState.UPDATED, 2, said[-1].sent), *said)
    waiting = desk_row(WarningState.AWAITING, 0, at - 10 * MINUTE, warning="w2", zone="beyenburg", proposed=2)
    say(folder, waiting)
    old = at - timedelta(days=3)
    over = [
        revision(1, 1, old, Change.ISSUED, warning="w0", zone="leimbachtal"),
        revision(2, 1, old + 300 * MINUTE, Change.ALL_CLEAR, warning="w0", zone="leimbachtal"),
    ]
    say(folder, desk_row(WarningState.ALL_CLEAR, 1, over[-1].sent, warning="w0", zone="leimbachtal"), *over)


def uncalled(folder: Path) -> None:
    """Beyenburg was warned at level 3 ten minutes ago: one channel refused, one institution knows."""
    sent = to_utc(NOW) - 10 * MINUTE
    said = revision(1, 3, sent, Change.ISSUED, warning="w3", zone="beyenburg")
    knows = Heard("kindergarten-beyenburg", "kindergarten-beyenburg", sent + MINUTE, "Herr Beispiel")
    calls = Calls(1, 3, sent, sent + 5 * MINUTE, (knows,))
    row = desk_row(WarningState.RELEASED, 3, sent, warning="w3", zone="beyenburg")
    say(folder, replace(row, revision=1, calls=calls, sent=sent), said)
    deliver(folder, "w3-1", {"care-home-beyenburg": "ACCEPTED", "camp-site-beyenburg": "DEAD"})
