"""What the configuration says about rivers: where water goes, and what it does."""

from pathlib import Path

import pytest

from tests.warning.config.test_load import SHIPPED, broken, place
from warning.config.load import load

TRAVEL = "downstream: {station: kluserbruecke, travel: 2 h,"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(TRAVEL, TRAVEL.replace("brue", "bru"), "no such station: kluserbrucke (did you", id="nowhere"),
        pytest.param(TRAVEL, TRAVEL.replace("kluserbruecke", "beyenburg"), "flow in a circle", id="a circle"),
        pytest.param(TRAVEL, TRAVEL.replace("2 h", "0 min"), "must be longer than 0", id="at once"),
        pytest.param("    - value: 224 cm", "    - value: 100 cm", "must be higher than the one before", id="order"),
        pytest.param("    - value: 224 cm", "    - value: 224 mm", "nothing at kluserbruecke is measured", id="unit"),
        pytest.param("impacts:\n  kluser", "impacts:\n  kloser", "no such station: kloserbruecke", id="no station"),
    ],
)
def test_a_mistake_is_said_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    (line,) = broken(tmp_path, (old, new))
    assert said in line


def test_the_place_is_that_of_the_name(tmp_path: Path) -> None:
    (line,) = broken(tmp_path, (TRAVEL, TRAVEL.replace("brue", "bru")))
    assert line.startswith(place("station: kluserbruecke, travel: 2 h"))


def test_an_impact_is_written_in_every_language_that_the_city_writes(tmp_path: Path) -> None:
    (line,) = broken(tmp_path, (', de-simple: "Beispiel: Keller am Fluss laufen voll."', ""))
    assert "missing in language de-simple" in line


def test_the_shipped_examples_are_called_examples() -> None:
    config = load(SHIPPED)
    assert all("Beispiel" in impact.source for impacts in config.impacts.values() for impact in impacts)
    assert all("Beispiel" in one.downstream.source for one in config.stations.values() if one.downstream)
