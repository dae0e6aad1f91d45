"""When what is killed: all of it drawn from one seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

#: Seconds after the step has begun: usually while it is being worked on ...
SOON_S = 0.12
#: ... and sometimes later, which is while others are still starting after the kill before.
LATER_S, LATER_SHARE = 4.0, 0.2
#: A kill aimed at deliveries waits until so many messages more were taken, at most.
MOST_IN_FLIGHT = 40
#: After this share of the steps nothing is killed any more: the rest shows that all is well again.
LAST_SHARE = 0.97
DOWN_S = 1.5  # servers stay away for so long at most


@dataclass(frozen=True)
class Kill:
    """One kill."""

    target: str
    step: int  # of the play, counted from 0
    delay_s: float  # after that step's beginning
    messages: int  # so many more must have been taken by the receivers; 0: do not wait for any
    down_s: float


def drawn(random: Random, targets: Sequence[str], kills: int, steps: int) -> list[Kill]:
    """So many kills in order of time; every target has nearly as many as the others."""
    victims: list[str] = []
    while len(victims) < kills:
        victims += random.sample(targets, len(targets))
    places = sorted(random.randrange(int(steps * LAST_SHARE)) for _ in range(kills))
    return [_kill(random, victim, place) for victim, place in zip(victims, places, strict=False)]


def aimed(random: Random, kills: int, steps: int) -> list[Kill]:
    """Kills of who delivers, each while messages are on their way."""
    places = sorted(random.randrange(int(steps * LAST_SHARE)) for _ in range(kills))
    return [Kill("dispatch", place, 0.0, random.randint(1, MOST_IN_FLIGHT), 0.0) for place in places]


def _kill(random: Random, target: str, step: int) -> Kill:
    late = random.random() < LATER_SHARE
    delay = random.uniform(0.0, LATER_S if late else SOON_S)
    return Kill(target, step, delay, 0, random.uniform(0.0, DOWN_S))
