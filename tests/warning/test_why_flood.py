"""``why`` on the evening of 14 July 2021, from the record role's own history.

The text is agreed: a changed line is reviewed by somebody who knows the river. After that,
``python -m tests.warning.test_why_flood`` writes it anew.
"""

import asyncio
import io
import json
import re
import tempfile
from functools import cache
from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner

from rules.spec import RuleSpec
from sensors.records import open_record
from simulations.cli import app
from simulations.exercise import DEMO
from simulations.inprocess import Laboratory
from simulations.play import Play, play_of
from simulations.synthetic import moment
from tests.floods.golden import WUPPERTAL
from tests.records import FLOODS, needs_record
from tests.warning.test_record import opened_log, recording
from warning.config.load import load
from warning.log.api import Message
from warning.log.stage import Output
from warning.log.topics import ASSESSMENTS, EVENTS
from warning.stores.histories import open_history
from warning.why import why
from warning.why_facts import Why
from warning.why_text import told

GOLDEN = Path(__file__).parent / "golden"
ASKED = {"why-unterbarmen": 120, "why-unterbarmen-80": 80, "why-kluserbruecke": 120}
AT = moment("14 15:30")
TIMES = {"level 1": "10 min", "level 2": "5 min", "level 3": "1 min"}
RULE = {
    "zone": "unterbarmen",
    "hazard": "river-flood",
    "level 1": "stage(kluserbruecke) >= flood-watch",
    "level 2": "stage(kluserbruecke) >= hq-frequent or (stage(kluserbruecke) >= 157 cm and stage(beyenburg) >= flood)"
    " or (rise(kluserbruecke, 120 min) >= 30 cm/h and stage(kluserbruecke) >= 140 cm)",
    "level 3": "stage(kluserbruecke) >= hq100",
    "staff": "silent(kluserbruecke) or suspect(kluserbruecke) or stage(leimbach) >= watch",
    "hold": TIMES,
    "clear": TIMES,
    "hysteresis": {
        "stage(kluserbruecke)": "15 cm",
        "stage(beyenburg)": "12 cm",
        "stage(leimbach)": "4 cm",
        "rise(kluserbruecke, 120 min)": "10 cm/h",
    },
}


@cache
def flood() -> Play:
    """From the day before until an hour after the time that is asked for."""
    record = open_record(FLOODS / "wupper-2021")
    city = load(WUPPERTAL, DEMO).model_copy(update={"rules": (RuleSpec.model_validate(RULE),)})
    return play_of(record, city, moment("13 00:00"), moment("14 16:30"))


async def record(folder: Path, url: str) -> None:
    """Put what the rules say on a log, and let the role write it down."""
    outputs: list[Output] = []
    laboratory = Laboratory(flood().config, outputs.append)
    for step in flood().steps():
        for _ in laboratory.take(step):
            pass
    count = {topic: sum(output.topic == topic for output in outputs) for topic in (ASSESSMENTS, EVENTS)}
    async with opened_log(folder) as log, recording(folder, log, [], url):
        await log.append([Message(output.topic, 0, output.key.encode(), output.value) for output in outputs])
        with open_history(url) as history:
            async with asyncio.timeout(90):
                while {topic: history.positions(topic).get(0) for topic in count} != count:
                    await asyncio.sleep(0.02)


def answer(url: str, name: str) -> Why:
    with open_history(url, read_only=True) as history:
        return why(history, flood().config, name, AT)


def text(found: Why, width: int) -> str:
    """As a terminal without colours shows it; the rules' version is left out, it changes with any word of them."""
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(told(found))
    return re.sub(r"Rules [0-9a-f]{8}", "Rules 00000000", out.getvalue())


def texts(url: str) -> dict[str, str]:
    return {name: text(answer(url, name.split("-")[1]), width) for name, width in ASKED.items()}


@needs_record("wupper-2021")
def test_the_answers_are_those_agreed(tmp_path: Path, history_url: str) -> None:
    asyncio.run(record(tmp_path, history_url))
    for name, said in texts(history_url).items():
        assert said == (GOLDEN / f"{name}.txt").read_text("utf-8"), name
        assert max(map(len, said.splitlines())) <= ASKED[name]
    found = answer(history_url, "unterbarmen")
    assert found.rules.same
    as_json = json.loads(msgspec.json.encode(found))
    assert as_json["zone"]["conditions"][0]["formulas"][0]["tree"]["atom"]["station"] == "kluserbruecke"


def test_a_quick_replay_keeps_a_history_that_explains_it(tmp_path: Path) -> None:
    """The same command that people give, in a pipe."""
    data = tmp_path / "kept"
    span = ("--from", "2021-07-14", "--to", "2021-07-14T17:00")
    played = CliRunner().invoke(app, ["replay", "synthetic", *span, "--config", str(WUPPERTAL), "--data", str(data)])
    assert played.exit_code == 0, played.stderr
    asked = ["why", "unterbarmen", "--world", str(data / "world.json")]
    plain = CliRunner().invoke(app, [*asked, "--at", "2021-07-14T16:30"])
    assert plain.exit_code == 0, plain.stderr
    assert "2021-07-14 16:30 UTC (18:30 CEST)" in plain.stdout
    assert "✓ true: stage(kluserbruecke) >= flood-watch" in plain.stdout
    assert "\x1b" not in plain.stdout
    local = CliRunner().invoke(app, [*asked, "--at", "2021-07-14T18:30+02:00", "--json"])
    found = json.loads(local.stdout)
    assert (found["at"], found["station"]) == ("2021-07-14T16:30:00Z", None)
    assert found["rules"]["then"] == found["rules"]["configured"]
    again = CliRunner().invoke(app, ["replay", "synthetic", *span, "--config", str(WUPPERTAL), "--data", str(data)])
    assert (again.exit_code, "is not empty" in again.stderr) == (1, True)


CONFIGURED = ("--config", str(WUPPERTAL))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--world", "nowhere.json"], "no service has run here", id="no world"),
        pytest.param(["--history", "sqlite:///none.db"], "--history needs --config", id="no configuration"),
        pytest.param([*CONFIGURED], "--config goes with --history", id="two configurations"),
        pytest.param(["--history", "sqlite:////no/none.db", *CONFIGURED], "/no/none.db: no history yet", id="none"),
        pytest.param(["--history", "influx://here", *CONFIGURED], "must be sqlite:///", id="unknown history"),
        pytest.param(["--history", "sqlite:///x.db", *CONFIGURED, "--at", "noon"], "--at: must be a time", id="time"),
        pytest.param(["--history", "sqlite:///x.db", "--config", "none.yaml"], "cannot be read", id="bad file"),
    ],
)
def test_mistakes_are_named_in_one_line(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["why", "unterbarmen", *arguments])
    assert (done.exit_code, done.stdout) == (1, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        kept = f"sqlite:///{place}/history.db"
        asyncio.run(record(Path(place), kept))
        for name, said in texts(kept).items():
            (GOLDEN / f"{name}.txt").write_text(said, "utf-8")
