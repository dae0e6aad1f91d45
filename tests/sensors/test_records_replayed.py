"""Every record can be played against a city whose stations are called as the reader calls them."""

from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from sensors.records import open_record
from sensors.records.values import instant
from simulations.exercise import DEMO
from simulations.outcome import episodes
from simulations.play import play_of
from simulations.replay import replay_in_process
from tests.records import FLOODS, needs_record
from warning.config.load import load

GUADALUPE = Path(__file__).parents[1] / "floods" / "guadalupe-2025.yaml"


class Case(NamedTuple):
    """A record, the gauge that is looked at, with marks of the test's own, and the days."""

    record: str
    station: str
    marks_cm: tuple[int, int, int]
    start: str
    until: str


def city(folder: Path, case: Case) -> Path:
    """The city of the Guadalupe tests, with one gauge alone and other marks."""
    station = case.station
    yaml = YAML(typ="safe", pure=True)
    plan = yaml.load(GUADALUPE.read_text(encoding="utf-8"))
    gauge = next(iter(plan["stations"].values()))
    gauge["sensors"]["stage"]["topic"] = f"gauges/{station}/stage"
    for mark, value in zip(gauge["levels"], case.marks_cm, strict=True):
        gauge["marks"][mark]["value"] = f"{value} cm"
    rule = {
        **plan["rules"][0],
        **{f"level {level}": f"stage({station}) >= {mark}" for level, mark in enumerate(gauge["levels"], start=1)},
        "hysteresis": {f"stage({station})": "10 cm"},
    }
    zone = rule["zone"]
    plan |= {"stations": {station: gauge}, "zones": {zone: plan["zones"][zone]}, "rules": [rule]}
    plan["recipients"][0]["zones"] = [zone]
    path = folder / "city.yaml"
    with path.open("w", encoding="utf-8") as out:
        yaml.dump(plan, out)
    return path


@pytest.mark.parametrize(
    ("case", "highest_cm"),
    [
        pytest.param(
            Case("leeds-aire-2025", "aire-l1602", (80, 120, 150), "2025-09-20", "2025-09-23"),
            162,
            id="aire",
            marks=needs_record("leeds-aire-2025"),
        ),
        pytest.param(
            Case("ellicott-2018", "usgs-01589025", (450, 600, 750), "2018-05-27", "2018-05-29"),
            828,
            id="patapsco",
            marks=needs_record("ellicott-2018"),
        ),
        pytest.param(
            Case("deadrun-2018", "usgs-01589330", (60, 90, 120), "2018-06-03", "2018-06-05"),
            188,
            id="dead run",
            marks=needs_record("deadrun-2018"),
        ),
    ],
)
def test_a_flood_is_seen(tmp_path: Path, case: Case, highest_cm: int) -> None:
    start, until = (instant(f"{day}T00:00Z") for day in (case.start, case.until))
    play = play_of(open_record(FLOODS / case.record), load(city(tmp_path, case), DEMO), start, until)
    seen = list(episodes(play, replay_in_process(play).transitions))
    assert {episode.level for episode in seen} == {1, 2, 3}
    assert max(round(peak.value) for episode in seen for peak in episode.peaks) == highest_cm
