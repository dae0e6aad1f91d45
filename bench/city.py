"""A city of many gauges for load: the shipped configuration with other stations, zones and rules."""

from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
CATCHMENTS = ("amsel", "birke", "dachs", "erle")


def write_city(path: Path, gauges: int) -> list[str]:
    """Write a configuration with that many gauges in four catchments; returns their topics."""
    names = [f"gauge-{number:04d}" for number in range(gauges)]
    rules = {
        f"zone-{name}": {
            "level 1": f"stage({name}) >= one",
            "level 2": f"stage({name}) >= two or (rise({name}, 60 min) >= 60 cm/h and stage({name}) >= one)",
            "hysteresis": {f"stage({name})": "15 cm", f"rise({name}, 60 min)": "10 cm/h"},
        }
        for name in names
    }
    return _write(
        path, {name: CATCHMENTS[number % len(CATCHMENTS)] for number, name in enumerate(names)}, rules, "1 min"
    )


def write_pairs(path: Path, zones: int, catchments: int, step: str) -> list[tuple[str, str]]:
    """Write a configuration whose zones are each watched by two gauges that have to agree; returns those pairs.

    Two gauges that agree raise a level at once: no hold time stands between a reading and what it decides.
    """
    pairs = {f"zone-{number:04d}": (f"gauge-{number:04d}-a", f"gauge-{number:04d}-b") for number in range(zones)}
    rules = {
        zone: {
            "level 1": f"stage({a}) >= one and stage({b}) >= one",
            "level 2": f"stage({a}) >= two and stage({b}) >= two",
            "hysteresis": {f"stage({a})": "15 cm", f"stage({b})": "15 cm"},
        }
        for zone, (a, b) in pairs.items()
    }
    homes = {gauge: f"river-{number % catchments:02d}" for number, pair in enumerate(pairs.values()) for gauge in pair}
    _write(path, homes, rules, step)
    return list(pairs.values())


def _write(path: Path, homes: Mapping[str, str], rules: Mapping[str, Mapping[str, object]], step: str) -> list[str]:
    """Stations with their catchments, and what the rules say of each zone, in place of those that are shipped.

    What is alike stands in the file once, and there is one hazard and one language: every process reads the
    whole file at its start and writes every text of every zone once.
    """
    yaml = YAML(typ="safe", pure=True)
    tree = yaml.load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    mark = {"datum": "gauge zero", "source": "bench", "valid_from": "2021-01-01"}
    marks = {"one": mark | {"value": "120 cm"}, "two": mark | {"value": "220 cm"}}
    levels, span = list(marks), ["-50 cm", "700 cm"]
    sensor = {"step": step, "resolution": "0.1 cm", "span": span}
    tree["stations"] = {
        name: {
            "name": name,
            "catchment": catchment,
            "sensors": {"stage": sensor | {"topic": f"gauges/{name}/stage"}},
            "marks": marks,
            "levels": levels,
        }
        for name, catchment in homes.items()
    }
    text = {"de": "Zone", "en": "zone"}
    zone_text = {"name": text, "area": text}
    tree["zones"] = dict.fromkeys(rules, zone_text)
    times = {key: dict(tree["rules"][0][key]) for key in ("hold", "clear")}
    tree["rules"] = [{"zone": zone, "hazard": "river-flood", **times, **said} for zone, said in rules.items()]
    tree["city"]["languages"] = ["de"]
    tree["texts"]["hazards"] = {"river-flood": tree["texts"]["hazards"]["river-flood"]}
    zones = list(rules)
    for recipient in tree["recipients"]:
        recipient |= {"zones": zones, "language": "de"}
    for named_zones in ("institutions", "places", "subscriptions"):
        tree.pop(named_zones, None)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    return [f"gauges/{name}/stage" for name in homes]
