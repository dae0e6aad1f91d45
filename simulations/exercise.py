"""The world in which a replay or the demo plays: an exercise with everything of its own."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sensors.stations import Station
from simulations.play import Play
from warning.config.load import load
from warning.world import World, exercise

#: releases everything by itself
DEMO = Path(__file__).with_name("demo.yaml")


def exercise_world(
    play: Play,
    config: Path,
    data: Path,
    release: Path | None = DEMO,
    *,
    log: str | None = None,
    mqtt: str | None = None,
) -> World:
    """A world in the folder ``data`` for this play.

    ``release`` is laid over the configuration; None leaves the release to people, as configured.
    ``log`` and ``mqtt`` are servers outside; then topics, client id and the log's prefix are this
    run's own, so that runs, and a live service on the same servers, do not meet. Gauges that send
    anything but our own JSON get topics of their own too: a replay speaks our own JSON only.
    """
    run = f"exercise-{secrets.token_hex(4)}"
    layers: dict[str, Any] = {} if release is None else dict(YAML(typ="safe").load(release.read_text(encoding="utf-8")))
    if mqtt is not None or _foreign(load(config, release).stations):
        _lay_over(layers, _own_topics(config, release, run))
    data.mkdir(parents=True, exist_ok=True)
    overlay = data / "overlay.yaml"
    with overlay.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(layers, file)
    world = exercise(config, data, overlay, clock="ticks")
    steps = {"/".join(series): step for series, step in play.record_steps.items() if step > 0}
    update: dict[str, object] = {"steps": steps}
    if log is not None:
        update["log"] = f"{log}?prefix={run}."
    if mqtt is not None:
        update["mqtt"] = mqtt
    return world.model_copy(update=update)


def _foreign(stations: Mapping[str, Station]) -> bool:
    """Whether a gauge sends anything but our own JSON, which is what a replay sends."""
    return any(sensor.foreign is not None for station in stations.values() for sensor in station.sensors.values())


def _own_topics(config: Path, release: Path | None, run: str) -> dict[str, Any]:
    stations = load(config, release).stations
    return {
        "service": {"mqtt": {"client_id": run}},
        "stations": {
            name: {
                "sensors": {
                    parameter: {"topic": f"{run}/{name}/{parameter}", "payload": None} for parameter in station.sensors
                }
            }
            for name, station in stations.items()
        },
    }


def _lay_over(base: dict[str, Any], over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(base.get(key), dict):
            _lay_over(base[key], value)
        else:
            base[key] = value
