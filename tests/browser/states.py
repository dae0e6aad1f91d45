"""What a city can look like on its pages: calm, each level, over, blind, standing still, in an exercise, unofficial."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import replace as made_of
from datetime import timedelta
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from notifiers.ledger.database import open_ledger
from notifiers.revision import Change, Status
from sensors.doubts import Doubt
from sensors.readings import Flag
from sensors.times import to_utc
from sensors.units import HOUR_MS, MINUTE_MS
from tests.warning.web import seed
from tests.warning.web.seed import MINUTE, NOW
from tests.warning.web.test_local import CLOSED, tell
from tests.warning.web.test_reports import KNEE, SHOWN
from warning.messages import EVERYWHERE, Ack, CommandAction, ShiftEntry, Topic, WarningState
from warning.stores import desk, reports

AT = to_utc(NOW)
#: Beside German and English, the languages of a city get none: their readers see a text marked as another language's.
TOLD = {
    Topic.ROADS: {
        "de": "Unterführung Kluse gesperrt: https://wuppertal.example/kluse",
        "en": "Underpass Kluse closed.",
    },
    Topic.SHELTERS: {"de": "Turnhalle der Gesamtschule Barmen, Unterdörnen 1."},
}


@dataclass(frozen=True)
class State:
    """How one city stands, and by which clock its pages look at it."""

    fill: Callable[[Path], None]
    status: Status = Status.ACTUAL
    late_ms: int = 0  # so long after its last tick it is looked at
    official: bool = True


def calm(folder: Path) -> None:
    with seed.history_of(folder) as history:
        seed.calm(history)


def warned(folder: Path, level: int, status: Status = Status.ACTUAL) -> None:
    """Unterbarmen is warned at a level, and water is high enough for it; Leimbachtal's draft waits."""
    calm(folder)
    zone, heights = "unterbarmen", {1: 140.0, 2: 231.0, 3: 280.0}
    with seed.history_of(folder) as history:
        history.write(seed.readings("kluserbruecke", [heights[level] - 30 + i for i in range(31)]))
        history.write(seed.moved(zone, "ACTIVE", level, NOW - 30 * MINUTE_MS))
        history.write(seed.moved("leimbachtal", "ACTIVE", level, NOW - 5 * MINUTE_MS))
    said = [
        replace(seed.revision(number, each, AT - (40 - 6 * number) * MINUTE, change), status=status)
        for number, (each, change) in enumerate(
            [(max(1, level - 1), Change.ISSUED), (level, Change.UPDATED), (level, Change.EXTENDED)], 1
        )
    ]
    seed.say(folder, replace(seed.desk_row(WarningState.EXTENDED, level, said[-1].sent), revision=3), *said)
    draft = seed.desk_row(WarningState.AWAITING, 0, AT - 4 * MINUTE, warning="w2", zone="leimbachtal", proposed=level)
    seed.say(folder, replace(draft, draft="5d41402a", needed=2, approved_by=("berta",), acks=(Ack("anna", 1, AT),)))
    noted(folder)


def highest(folder: Path) -> None:
    """Level 3, with institutions that have to be called."""
    warned(folder, 3)
    seed.uncalled(folder)
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        entry = ShiftEntry(
            "s1", "wuppertal", CommandAction.NOTE, "anna", AT - 9 * MINUTE, "Feuerwehr ist vor Ort.", "w1"
        )
        ledger.write_now(lambda connection: desk.record_shift(connection, entry))


def over(folder: Path) -> None:
    """Unterbarmen's warning ended with an all-clear, Beyenburg's was taken back."""
    calm(folder)
    ended = [
        replace(seed.revision(1, 2, AT - 600 * MINUTE, Change.ISSUED), status=Status.ACTUAL),
        replace(seed.revision(2, 2, AT - 20 * MINUTE, Change.ALL_CLEAR), status=Status.ACTUAL),
    ]
    seed.say(folder, seed.desk_row(WarningState.ALL_CLEAR, 2, ended[-1].sent), *ended)
    erred = [
        replace(
            seed.revision(1, 1, AT - 90 * MINUTE, Change.ISSUED, warning="w2", zone="beyenburg"), status=Status.ACTUAL
        ),
        replace(
            seed.revision(2, 1, AT - 80 * MINUTE, Change.RETRACTED, warning="w2", zone="beyenburg"),
            status=Status.ACTUAL,
        ),
    ]
    seed.say(folder, seed.desk_row(WarningState.RETRACTED, 1, erred[-1].sent, warning="w2", zone="beyenburg"), *erred)


def blind(folder: Path) -> None:
    """A warning is in force, and no station can be relied on: odd, wrong, without a value, and silent for an hour."""
    with seed.history_of(folder) as history:
        seed.calm(history, leimbach_last=NOW - HOUR_MS)
        history.write(seed.readings("kluserbruecke", [*range(200, 226), None]))
        history.write(seed.doubted("beyenburg", 500.0, Doubt.SPIKE, Flag.SUSPECT))
        history.write(seed.readings("barmen", [0.1] * 20, parameter="rain", last=NOW - 20_000, flag=int(Flag.FAIL)))
        history.write(seed.moved("unterbarmen", "STALE", 2, NOW - 15 * MINUTE_MS, lost=("kluserbruecke",)))
        history.write(seed.moved("leimbachtal", "NO_DATA", 0, NOW - 15 * MINUTE_MS))
    said = replace(seed.revision(1, 2, AT - 28 * MINUTE, Change.ISSUED), status=Status.ACTUAL)
    row = replace(seed.desk_row(WarningState.RELEASED, 2, said.sent), revision=1, gauge_lost=("kluserbruecke",))
    seed.say(folder, row, said)


def exercise(folder: Path) -> None:
    """A flood of every level at once, with all there is to be told."""
    seed.flood(folder)
    seed.uncalled(folder)
    noted(folder)


def noted(folder: Path) -> None:
    """What helps, what residents report, and notes to staff."""
    own = [replace(CLOSED, topic=topic, texts=texts, at=AT - 9 * MINUTE) for topic, texts in TOLD.items()]
    old = replace(CLOSED, zone=EVERYWHERE, topic=Topic.PHONE, texts={"de": "0202 5630"}, at=AT - timedelta(hours=7))
    tell(folder, *own, old)
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        assert ledger.write_now(lambda connection: reports.receive(connection, KNEE))
        ledger.write_now(lambda connection: reports.moderate(connection, SHOWN))
        unseen = made_of(KNEE, id="9z8y7x")
        ledger.write_now(lambda connection: reports.receive(connection, unseen))


STATES: Mapping[str, State] = {
    "calm": State(calm),
    "level 1": State(partial(warned, level=1)),
    "level 2": State(partial(warned, level=2)),
    "level 3": State(highest),
    "all-clear": State(over),
    "blind": State(blind),
    "standing still": State(partial(warned, level=2), late_ms=40 * MINUTE_MS),
    "exercise": State(exercise, Status.EXERCISE),
    "unofficial": State(partial(warned, level=2), official=False),
}
