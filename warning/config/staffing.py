"""Mistakes about people and groups: nobody to release, nobody to call, names that mean nobody."""

from collections.abc import Iterator, Set

from sensors.problems import Problem, did_you_mean
from warning.config.model import Config

_RELEASE = ("approver", "administrator")


def staff_problems(config: Config, channels: Set[str]) -> Iterator[Problem]:
    """What is wrong with people and the rota, and releases that nobody could give."""
    releasing = [person.id for person in config.people if person.role in _RELEASE]
    for level in (1, 2, 3):
        needed = config.warnings.release.needed(level)
        if config.issuer is not None and needed > len(releasing):
            said = f"takes {needed} people who may release, and `people` has {len(releasing)}"
            yield Problem(("warnings", "release", f"level {level}"), said)
    yield from _people(config, channels)
    yield from _groups(config)
    yield from _rota(config, set(releasing))


def _people(config: Config, channels: Set[str]) -> Iterator[Problem]:
    taken = {one.id for one in config.hearers}
    for place, person in enumerate(config.people):
        if person.id in taken:
            yield Problem(("people", place, "id"), f"a second person, recipient or institution called {person.id}")
        taken.add(person.id)
        if not person.addresses and person.role in _RELEASE:
            yield Problem(("people", place), "cannot be called: addresses is empty")
        for number, address in enumerate(person.addresses):
            if address.channel not in channels:
                hint = did_you_mean(address.channel, channels)
                yield Problem(
                    ("people", place, "addresses", number, "channel"), f"no such channel: {address.channel}{hint}"
                )


def _groups(config: Config) -> Iterator[Problem]:
    known = {person.id for person in config.people}
    for group, people in config.groups.items():
        if group in known:
            yield Problem(("groups", group), f"a person is called {group} too")
        for place, name in enumerate(people):
            if name not in known:
                yield Problem(("groups", group, place), f"no such person: {name}{did_you_mean(name, known)}")


def _rota(config: Config, releasing: set[str]) -> Iterator[Problem]:
    if config.on_call is None:
        return
    turns = [(("on_call", "rota", place, "people"), turn.people) for place, turn in enumerate(config.on_call.rota)]
    turns += [
        (("on_call", "overrides", place, "people"), one.people) for place, one in enumerate(config.on_call.overrides)
    ]
    known = {person.id for person in config.people}
    for path, named in turns:
        for name in named:
            if name not in known and name not in config.groups:
                hint = did_you_mean(name, known | set(config.groups))
                yield Problem(path, f"no such person or group: {name}{hint}")
            for one in config.groups.get(name, (name,)):
                if one in known - releasing:
                    yield Problem(path, f"{one} is called and may not release: the role has to be approver")
