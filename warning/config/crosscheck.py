"""Mistakes that only show when two parts of the configuration are seen together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from notifiers.channel_specs import WebPushChannel
from notifiers.claims import claims
from notifiers.completing import must_be_written
from notifiers.languages import PLAIN
from notifiers.subscriptions.contacts import contact_of
from rules.checks import check as check_rules
from sensors.problems import Problem, did_you_mean
from sensors.stations import Sensor, may_share
from warning.config.bounds import unbelievable
from warning.config.complete import completed, spoken
from warning.config.hearers import hearer_problems
from warning.config.model import Config
from warning.config.rivers import impact_problems, river_problems
from warning.config.staffing import staff_problems
from warning.content import text_problems


def cross_check(config: Config, tree: Mapping[str, Any]) -> list[Problem]:
    """Broken references and unusable rules; names are looked up in the file as written.

    A part that is faulty by itself may be missing from ``config``; it still counts as there, so one
    mistake is reported once, and checks that need the part are left out.
    """
    names = {section: set(tree.get(section) or {}) for section in ("zones", "channels")}
    checks: dict[tuple[str, ...], Callable[[], Iterable[Problem]]] = {
        ("rules", "texts"): lambda: _rules(config, names["zones"]),
        ("rules", "stations"): lambda: _formulas(config, tree),
        ("forecasts", "stations"): lambda: _forecasts(config),
        ("stations",): lambda: [*_topics(config), *river_problems(config, tree)],
        ("impacts", "stations"): lambda: impact_problems(config, tree),
        ("rules", "service", "stations", "warnings"): lambda: unbelievable(config),
        ("recipients", "rules"): lambda: _unheard(config),
        ("texts", "warnings"): lambda: _all_clears(config),
        ("recipients",): lambda: _hearers(config, names),
        ("channels", "city", "people", "recipients"): lambda: hearer_problems(config),
        ("channels", "subscriptions"): lambda: _subscriptions(config, names["channels"]),
        ("places",): lambda: _places(config, names["zones"]),
        ("warnings",): lambda: staff_problems(config, names["channels"]),
        ("city", "recipients", "texts", "zones"): lambda: [*_languages(config)] or text_problems(completed(config)),
        ("texts",): lambda: [] if "issuer" in tree else claims({"texts": config.texts.model_dump(by_alias=True)}),
        ("zones",): lambda: [] if "issuer" in tree else _zone_claims(config),
    }
    return [
        problem for needed, check in checks.items() if config.model_fields_set >= set(needed) for problem in check()
    ]


def _topics(config: Config) -> Iterator[Problem]:
    """A topic belongs to one series, or to several of one station that its messages tell apart."""
    taken: dict[str, list[tuple[str, Sensor]]] = {}
    for name, station in config.stations.items():
        for parameter, sensor in station.sensors.items():
            path = ("stations", name, "sensors", parameter, "topic")
            neighbours = taken.setdefault(sensor.topic, [])
            if any(owner != name for owner, _ in neighbours):
                yield Problem(path, f"{sensor.topic} already belongs to {neighbours[0][0]}")
            elif not all(may_share(sensor, neighbour) for _, neighbour in neighbours):
                yield Problem(path, f"{sensor.topic} already belongs to {name}: its payloads name no different fields")
            neighbours.append((name, sensor))


def _rules(config: Config, zones: set[str]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for place, rule in enumerate(config.rules):
        if rule.zone not in zones:
            yield Problem(("rules", place, "zone"), f"no such zone: {rule.zone}{did_you_mean(rule.zone, zones)}")
        hazards = config.texts.hazards
        if rule.hazard not in hazards:
            hint = did_you_mean(rule.hazard, hazards)
            yield Problem(("rules", place, "hazard"), f"no texts for hazard: {rule.hazard}{hint}")
        if (rule.zone, rule.hazard) in seen:
            yield Problem(("rules", place), f"a second rule for {rule.zone} and {rule.hazard}")
        seen.add((rule.zone, rule.hazard))


def _formulas(config: Config, tree: Mapping[str, Any]) -> Iterator[Problem]:
    """What the rules room refuses; rules wait while one of them is faulty, as their numbers would shift."""
    rules = tree.get("rules") or []
    if len(config.rules) != len(rules):
        return
    unread = tree.get("forecasts") and "forecasts" not in config.model_fields_set
    models = None if unread else config.forecasts
    absent = set(tree.get("stations") or {}) - set(config.stations)
    for problem in check_rules(config.stations, config.rules, absent, models):
        yield problem._replace(column=problem.column + _value_column(rules, problem.path))


def _forecasts(config: Config) -> Iterator[Problem]:
    for name, model in config.forecasts.items():
        if name not in config.stations:
            hint = did_you_mean(name, config.stations)
            yield Problem(("forecasts", name), f"no such station: {name}{hint}")
        elif model.station != name:
            yield Problem(("forecasts", name), f"the model forecasts {model.station}")


def _value_column(rules: Any, path: tuple[str | int, ...]) -> int:
    """How far after its key a formula starts, where both stand in one line."""
    formula = str(path[-1]) == "staff" or str(path[-1]).startswith("level ")
    if len(path) != len(("rules", 0, "level 1")) or not formula:
        return 0
    places = getattr(getattr(rules[path[1]], "lc", None), "data", None) or {}
    key_line, key_column, line, column = places.get(path[-1], (0, 0, 1, 0))
    return int(column - key_column) if line == key_line else 0


def _all_clears(config: Config) -> Iterator[Problem]:
    """Every hazard that can begin has to be able to end."""
    timed = set(config.warnings.all_clear)
    for hazard in sorted(set(config.texts.hazards) - timed):
        yield Problem(("warnings", "all_clear"), f"has no time for hazard {hazard}{did_you_mean(hazard, timed)}")


def _hearers(config: Config, names: Mapping[str, set[str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    numbered = [("recipients", place, one) for place, one in enumerate(config.recipients)]
    for section, place, recipient in (*numbered, *(("institutions", *one) for one in enumerate(config.institutions))):
        path = (section, place)
        if recipient.id in seen:
            yield Problem((*path, "id"), f"a second recipient or institution called {recipient.id}")
        seen.add(recipient.id)
        for number, zone in enumerate(recipient.zones):
            if zone not in names["zones"]:
                hint = did_you_mean(zone, names["zones"])
                yield Problem((*path, "zones", number), f"no such zone: {zone}{hint}")
        for number, address in enumerate(recipient.addresses):
            if address.channel not in names["channels"]:
                hint = did_you_mean(address.channel, names["channels"])
                yield Problem((*path, "addresses", number, "channel"), f"no such channel: {address.channel}{hint}")


def _subscriptions(config: Config, channels: set[str]) -> Iterator[Problem]:
    spec = config.subscriptions
    for number, name in enumerate(spec.channels if spec else ()):
        path = ("subscriptions", "channels", number)
        if name not in channels:
            yield Problem(path, f"no such channel: {name}{did_you_mean(name, channels)}")
        elif name in config.channels and contact_of(config.channels[name]) is None:
            yield Problem(path, f"{name} is not for residents: of Apprise's services those with resident_env are")
        elif (
            name in config.channels
            and isinstance(push := config.channels[name], WebPushChannel)
            and not push.public_key
        ):
            yield Problem(path, f"browsers cannot sign up without channels.{name}.public_key")


def _places(config: Config, zones: set[str]) -> Iterator[Problem]:
    for place, named in config.places.items():
        for number, zone in enumerate(named):
            if zone not in zones:
                yield Problem(("places", place, number), f"no such zone: {zone}{did_you_mean(zone, zones)}")


def _unheard(config: Config) -> Iterator[Problem]:
    """A zone that is watched, and nobody would be told."""
    told = {zone for recipient in config.hearers for zone in recipient.zones}
    for place, rule in enumerate(config.rules):
        if rule.zone not in told:
            yield Problem(("rules", place, "zone"), f"nobody would be told: no recipient has the zone {rule.zone}")


def _languages(config: Config) -> Iterator[Problem]:
    """What the city writes itself must be there; catalogues stand in for other languages, and names are names."""
    wanted = must_be_written(spoken(config))
    for path, texts in _texts(config):
        for language in sorted(wanted - set(texts)):
            yield Problem(path, f"is missing in language {language}")
    for path, names in _names(config):
        for language in sorted(wanted - PLAIN - set(names)):
            yield Problem(path, f"is missing in language {language}")


def _zone_claims(config: Config) -> Iterator[Problem]:
    for name, zone in config.zones.items():
        yield from claims({"name": zone.name, "area": zone.area}, ("zones", name))


def _texts(config: Config) -> Iterator[tuple[tuple[str | int, ...], Mapping[Any, Any]]]:
    texts = config.texts
    for name in ("step", "measured", "rising", "falling", "steady", "gauge_lost", "lowered", "exercise"):
        yield ("texts", name), getattr(texts, name)
    for level in (1, 2, 3):
        yield ("texts", "levels", str(level)), texts.levels.get(level, {})
    for name, hazard in texts.hazards.items():
        path = ("texts", "hazards", name)
        yield (*path, "level 1"), hazard.level_1
        yield (*path, "level 2"), hazard.level_2
        yield (*path, "level 3"), hazard.level_3
        yield (*path, "all_clear"), hazard.all_clear
    for name, impacts in config.impacts.items():
        for place, impact in enumerate(impacts):
            yield ("impacts", name, place, "text"), impact.text


def _names(config: Config) -> Iterator[tuple[tuple[str, ...], Mapping[Any, Any]]]:
    for name, hazard in config.texts.hazards.items():
        yield ("texts", "hazards", name, "name"), hazard.name
    for name, zone in config.zones.items():
        yield ("zones", name, "name"), zone.name
        yield ("zones", name, "area"), zone.area
