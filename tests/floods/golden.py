"""Agreed outcomes of recorded floods, as JSON lines.

A changed line is a changed warning: it is reviewed by somebody who knows the river, and the commit
says why. After that, ``python -m tests.floods.golden`` writes the files anew.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from sensors.records import Record, open_record
from sensors.times import to_ms
from simulations.exercise import DEMO
from simulations.play import Play, play_of
from simulations.replay import Outcome, replay_in_process
from tests.records import FLOODS
from warning.config.load import load

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
WUPPERTAL = HERE.parents[1] / "config.yaml"
GUADALUPE = HERE / "guadalupe-2025.yaml"
LEEDS = HERE / "leeds.yaml"
ELLICOTT = HERE / "ellicott.yaml"
DEADRUN = HERE / "deadrun.yaml"


def ms(text: str) -> int:
    """A UTC time as people write it, in ms."""
    return to_ms(datetime.fromisoformat(f"{text}+00:00"))


@cache
def recorded(name: str, lag_ms: int = 0, retrieved: str | None = None) -> Record:
    """A record, read once."""
    return open_record(FLOODS / name, lag_ms, retrieved=retrieved)


def played(record: Record, city: Path, start: str, until: str) -> Play:
    """A span of a record against a city."""
    return play_of(record, load(city, DEMO), ms(start), ms(until))


def wupper_2021(lag_ms: int = 0) -> Play:
    """The flood at Wuppertal, 13 to 17 July: until the all-clear."""
    return played(recorded("wupper-2021", lag_ms), WUPPERTAL, "2021-07-13T00:00", "2021-07-18T00:00")


def cloudburst_2021() -> Play:
    """8 July: the creek rises, half an hour later the Wupper, and no flood comes of it."""
    return played(recorded("wupper-2021"), WUPPERTAL, "2021-07-08T12:00", "2021-07-09T00:00")


def false_jump_2021() -> Play:
    """30 October: the creek's gauge stands 47 cm too high for an hour, and nothing follows."""
    return played(recorded("wupper-2021"), WUPPERTAL, "2021-10-30T00:00", "2021-10-30T14:00")


def guadalupe_2025(lag_ms: int = 0) -> Play:
    """The flood of 4 July, until the gauge at Hunt was repaired and the water gone."""
    return played(recorded("guadalupe-2025", lag_ms), GUADALUPE, "2025-07-03T00:00", "2025-07-07T00:00")


def guadalupe_2025_first() -> Play:
    """The same flood as it was given out on 5 July: another crest, and gauges that end with the retrieval.

    At Bear Creek every other reading is that of ten minutes before, so level 2 comes later; level 3 does
    not come at all, for its crest was put in afterwards.
    """
    record = recorded("guadalupe-2025", retrieved="2025-07-05")
    return played(record, GUADALUPE, "2025-07-03T00:00", "2025-07-05T18:00")


def leeds_aire_2025() -> Play:
    """The highest water of a feed that is late, irregular and says many things twice."""
    return played(recorded("leeds-aire-2025"), LEEDS, "2025-09-20T00:00", "2025-09-24T00:00")


def ellicott_2018() -> Play:
    """From dry to three metres higher in an hour and a half, with one reading off the grid at the crest."""
    return played(recorded("ellicott-2018"), ELLICOTT, "2018-05-27T05:00", "2018-05-29T00:00")


def deadrun_2018() -> Play:
    """Seven steep rises in eleven days, none of them a flood."""
    return played(recorded("deadrun-2018"), DEADRUN, "2018-06-01T04:00", "2018-06-12T00:00")


class Flood(NamedTuple):
    """What is played, and the record that it needs."""

    record: str
    play: Callable[[], Play]


PLAYS = {
    "wupper-2021": Flood("wupper-2021", wupper_2021),
    "wupper-2021-cloudburst": Flood("wupper-2021", cloudburst_2021),
    "wupper-2021-false-jump": Flood("wupper-2021", false_jump_2021),
    "guadalupe-2025": Flood("guadalupe-2025", guadalupe_2025),
    "guadalupe-2025-first": Flood("guadalupe-2025", guadalupe_2025_first),
    "leeds-aire-2025": Flood("leeds-aire-2025", leeds_aire_2025),
    "ellicott-2018": Flood("ellicott-2018", ellicott_2018),
    "deadrun-2018": Flood("deadrun-2018", deadrun_2018),
}


def lines(outcome: Outcome) -> list[str]:
    """Transitions and notes, then revisions. The rules' version is left out: it changes with any word of them."""
    events = [msgspec.structs.replace(one, rules_version="") for one in outcome.events]
    return [msgspec.json.encode(said).decode() for said in (*events, *outcome.revisions)]


def agreed(name: str) -> list[str]:
    """What was agreed."""
    return (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


def write() -> None:
    """Write all files anew."""
    for name, flood in PLAYS.items():
        text = "".join(f"{line}\n" for line in lines(replay_in_process(flood.play())))
        (GOLDEN / f"{name}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
