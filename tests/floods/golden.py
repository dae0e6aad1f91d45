"""Agreed outcomes of recorded floods, as JSON lines.

A changed line is a changed warning: it is reviewed by somebody who knows the river, and the commit
says why. After that, ``python -m tests.floods.golden`` writes the files anew.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from sensors.records import open_record
from sensors.times import to_ms
from simulations.cli import DEMO
from simulations.play import Play, play_of
from simulations.replay import Outcome, replay_in_process
from tests.records import FLOODS
from warning.config.load import load

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
WUPPERTAL = HERE.parents[1] / "config.yaml"
GUADALUPE = HERE / "guadalupe-2025.yaml"


def ms(text: str) -> int:
    """A UTC time as people write it, in ms."""
    return to_ms(datetime.fromisoformat(f"{text}+00:00"))


def wupper_2021(lag_ms: int = 0) -> Play:
    """The flood at Wuppertal, 13 to 17 July: until the all-clear."""
    record = open_record(FLOODS / "wupper-2021", lag_ms)
    return play_of(record, load(WUPPERTAL, DEMO), ms("2021-07-13T00:00"), ms("2021-07-18T00:00"))


def guadalupe_2025(lag_ms: int = 0) -> Play:
    """The flood of 4 July, until the gauge at Hunt was repaired and the water gone."""
    record = open_record(FLOODS / "guadalupe-2025", lag_ms)
    return play_of(record, load(GUADALUPE, DEMO), ms("2025-07-03T00:00"), ms("2025-07-07T00:00"))


PLAYS: dict[str, Callable[[], Play]] = {"wupper-2021": wupper_2021, "guadalupe-2025": guadalupe_2025}


def lines(outcome: Outcome) -> list[str]:
    """Transitions, then revisions. The rules' version is left out: it changes with any word of them."""
    transitions = [msgspec.structs.replace(one, rules_version="") for one in outcome.transitions]
    return [msgspec.json.encode(said).decode() for said in (*transitions, *outcome.revisions)]


def agreed(name: str) -> list[str]:
    """What was agreed."""
    return (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


def write() -> None:
    """Write all files anew."""
    for name, play in PLAYS.items():
        text = "".join(f"{line}\n" for line in lines(replay_in_process(play())))
        (GOLDEN / f"{name}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
