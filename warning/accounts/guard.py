"""How often one may try, with growing waits: by person, by code, by network. Known browsers are counted apart.

After OWASP's device cookies: strangers who try a person's password together have one count; a browser in which that
person has logged in before has another, so nobody can lock people out of their own browsers.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

PERSON_FREE, NETWORK_FREE = 5, 30  # tries without any wait
LONGEST_S = 900.0
PERSON_QUIET_S, NETWORK_QUIET_S = 24 * 3600.0, 3600.0  # after so long without a try all is forgotten
REMEMBERED = 4096
DEVICE_TRIES = 10  # then a known browser counts as a stranger's
ATTACK, RECENT_S = 10, 3600.0


class Attack(NamedTuple):
    """Somebody tries to log in as a person."""

    person: str
    tries: int


@dataclass(slots=True)
class Tally:
    """Tries under one name."""

    count: int = 0
    last: float = 0.0
    until: float = 0.0  # before that none is looked at


@dataclass
class Tallies:
    """Tries by name, in bounded memory; those under ``kept`` are never pushed out by others."""

    free: int
    quiet_s: float
    kept: Collection[str] = ()
    _kept: dict[str, Tally] = field(default_factory=dict)
    _others: OrderedDict[str, Tally] = field(default_factory=OrderedDict)

    def at(self, name: str, now: float) -> Tally:
        """The tally of a name, begun anew after a quiet time."""
        if name in self.kept:
            tally = self._kept.setdefault(name, Tally())
        else:
            tally = self._others.setdefault(name, Tally())
            self._others.move_to_end(name)
            while len(self._others) > REMEMBERED:
                self._others.popitem(last=False)
        if now - max(tally.last, tally.until) >= self.quiet_s:
            tally.count = 0
        return tally

    def count(self, tally: Tally, now: float) -> None:
        """One more; from the free ones on, each doubles the wait."""
        tally.count += 1
        tally.last = now
        over = tally.count - self.free
        if over >= 0:
            tally.until = now + min(2.0 ** min(over, 20), LONGEST_S)


class Try(NamedTuple):
    """One try that was let through, counted as failed until it is known to be good."""

    tallies: tuple[Tally, ...]
    wait_s: int = 0  # it was not let through

    def was_good(self) -> None:
        """Take it back."""
        for tally in self.tallies:
            tally.count = max(0, tally.count - 1)
            tally.until = 0.0

    @property
    def number(self) -> int:
        """How many tries the first name has had."""
        return self.tallies[0].count if self.tallies else 0


class Guard:
    """Counts the tries at one world's door."""

    def __init__(self, people: Collection[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._people = people
        self._clock = clock
        self._names = Tallies(PERSON_FREE, PERSON_QUIET_S, people)
        self._devices = Tallies(PERSON_FREE, PERSON_QUIET_S)
        self._networks = Tallies(NETWORK_FREE, NETWORK_QUIET_S)

    def password(self, person: str, device: str, place: str) -> Try:
        """Somebody tries a password; ``device`` is empty for strangers, ``place`` is one connection to the net."""
        if self.knows(device):
            return self._begin((self._devices, device))
        return self._begin((self._names, person), (self._networks, place))

    def code(self, person: str, device: str, place: str) -> Try:
        """Somebody who has a person's password tries a code: counted apart, so that strangers cannot use it up."""
        if self.knows(device):
            return self._begin((self._devices, f"{device} code"))
        return self._begin((self._devices, f"{person} code"), (self._networks, place))

    def knows(self, device: str) -> bool:
        """Whether a browser that the person has used still counts as that."""
        return bool(device) and self._devices.at(device, self._clock()).count < DEVICE_TRIES

    def attacks(self) -> list[Attack]:
        """Whose passwords strangers have been trying in the last hour."""
        now = self._clock()
        found = ((person, self._names.at(person, now)) for person in sorted(self._people))
        return [
            Attack(person, tally.count)
            for person, tally in found
            if tally.count >= ATTACK and now - tally.last < RECENT_S
        ]

    def _begin(self, *names: tuple[Tallies, str]) -> Try:
        now = self._clock()
        met = [(tallies, tallies.at(name, now)) for tallies, name in names]
        wait_s = max(tally.until - now for _, tally in met)
        if wait_s > 0:
            return Try((), max(1, round(wait_s)))
        for tallies, tally in met:
            tallies.count(tally, now)
        return Try(tuple(tally for _, tally in met))
