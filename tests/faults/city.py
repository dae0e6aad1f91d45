"""The city whose service is killed: the shipped one, live, with its people behind servers on loopback.

It is a world that reaches people, not an exercise, so everything runs as it will in a flood: real
channels, and release by people for levels 2 and 3. Only its clock is the replay's.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from simulations.play import Play
from tests.faults.receivers import Receivers
from warning.world import World, live

WUPPERTAL = Path(__file__).parents[2] / "config.yaml"
SESSION_TIMEOUT_S = 6.0  # a killed worker's partitions stay with it for so long, on Kafka
LEASE_S = 6.0


class Places(NamedTuple):
    """Where the parts are that the service does not bring along."""

    mqtt: str = "embedded"
    log: str = ""  # these three: "" for SQLite
    ledger: str = ""
    history: str = ""


def people(count: int, receivers: Receivers, zones: list[str]) -> list[dict[str, Any]]:
    """Recipients of all zones and levels; every one of them is reached in two ways."""
    return [
        {
            "id": f"p{number}",
            "language": ("de", "en")[number % 2],
            "zones": zones,
            "from_level": 1,
            "addresses": [
                {"channel": "email", "to": f"p{number}@people.example"},
                {"channel": "push", "to": f"json://127.0.0.1:{receivers.http_port}/p{number}"},
            ],
        }
        for number in range(count)
    ]


def world_of(play: Play, folder: Path, places: Places, receivers: Receivers, count: int) -> World:
    """A world in a folder, with ``count`` people to be told."""
    yaml = YAML()
    tree = yaml.load(WUPPERTAL)
    tree["service"]["mqtt"]["url"] = places.mqtt
    tree["service"]["web"] = {"host": "127.0.0.1", "port": 0}
    tree["service"] |= _given(places)
    tree["channels"]["email"]["port"] = receivers.smtp_port
    tree["recipients"] = people(count, receivers, list(tree["zones"]))
    del tree["institutions"]
    config = folder / "config.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    with config.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    steps = {"/".join(series): step for series, step in play.record_steps.items() if step > 0}
    ours = {"clock": "ticks", "steps": steps, "session_timeout_s": SESSION_TIMEOUT_S, "lease_s": LEASE_S}
    return live(config).model_copy(update=ours)


def _given(places: Places) -> Mapping[str, str]:
    return {
        key: url for key, url in (("log", places.log), ("ledger", places.ledger), ("history", places.history)) if url
    }
