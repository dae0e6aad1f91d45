"""A city whose gauges speak the language of a network server can be exercised like any other."""

import asyncio
from pathlib import Path

from ruamel.yaml import YAML

from sensors.stations import series_by_topic
from simulations.exercise import exercise_world
from simulations.play import play_of
from simulations.replay import replay_for_real, replay_in_process
from simulations.synthetic import moment, synthetic
from warning.config.load import load

CONFIG = Path(__file__).parents[2] / "config.yaml"
TOPIC = "application/1/device/00000000000000b1/event/up"


def test_a_replay_reaches_gauges_that_share_one_uplink(tmp_path: Path) -> None:
    """Level and rain of Beyenburg travel in one ChirpStack uplink; the exercise gives each its own topic."""
    yaml = YAML(typ="safe", pure=True)
    tree = yaml.load(CONFIG.read_text(encoding="utf-8"))
    sensors = tree["stations"]["beyenburg"]["sensors"]
    for parameter, field, unit in (("stage", "level", "cm"), ("rain", "rain", "mm")):
        payload = {"format": "chirpstack", "field": field, "unit": unit, "measures": "value"}
        sensors[parameter] |= {"topic": TOPIC, "payload": payload}
    config = tmp_path / "config.yaml"
    with config.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    play = play_of(synthetic(), load(config), moment("14 12:00"), moment("14 12:30"))
    world = exercise_world(play, config, tmp_path / "world")
    topics = series_by_topic(world.configuration().stations)
    assert len(topics) == sum(len(station.sensors) for station in load(config).stations.values())
    outcome = asyncio.run(replay_for_real(play, world, 1e9))
    assert outcome.rejected == 0
    assert outcome.transitions == replay_in_process(play).transitions
