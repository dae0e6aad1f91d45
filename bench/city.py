"""A city of many gauges for load: the shipped configuration with other stations, zones and rules."""

from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
CATCHMENTS = ("amsel", "birke", "dachs", "erle")


def write_city(path: Path, gauges: int) -> list[str]:
    """Write a configuration with that many gauges in four catchments; returns their topics."""
    yaml = YAML(typ="safe", pure=True)
    tree = yaml.load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    names = [f"gauge-{number:04d}" for number in range(gauges)]
    mark = {"datum": "gauge zero", "source": "bench", "valid_from": "2021-01-01"}
    sensor = {"step": "1 min", "resolution": "0.1 cm", "span": ["-50 cm", "700 cm"]}
    tree["stations"] = {
        name: {
            "name": name,
            "catchment": CATCHMENTS[number % len(CATCHMENTS)],
            "sensors": {"stage": sensor | {"topic": f"gauges/{name}/stage"}},
            "marks": {"one": mark | {"value": "120 cm"}, "two": mark | {"value": "220 cm"}},
            "levels": ["one", "two"],
        }
        for number, name in enumerate(names)
    }
    text = {"de": "Zone", "en": "zone"}
    tree["zones"] = {f"zone-{name}": {"name": text, "area": text} for name in names}
    times = tree["rules"][0]
    tree["rules"] = [
        {
            "zone": f"zone-{name}",
            "hazard": "river-flood",
            "level 1": f"stage({name}) >= one",
            "level 2": f"stage({name}) >= two or (rise({name}, 60 min) >= 60 cm/h and stage({name}) >= one)",
            "hold": dict(times["hold"]),
            "clear": dict(times["clear"]),
            "hysteresis": {f"stage({name})": "15 cm", f"rise({name}, 60 min)": "10 cm/h"},
        }
        for name in names
    ]
    for recipient in tree["recipients"]:
        recipient["zones"] = [f"zone-{name}" for name in names]
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    return [f"gauges/{name}/stage" for name in names]
