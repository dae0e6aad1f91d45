"""What follows from rows in the order in which they were found out; the same for every kind of history."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from rules.messages import ConditionState, Evidence, Transition
from sensors.times import to_ms
from warning.stores.history import Stood, ZoneNow

UNRESOLVED = (ConditionState.STALE, ConditionState.NO_DATA)


class Span(NamedTuple):
    """When rules were seen in force, by the clock."""

    first_at: int
    last_at: int


def stood(zone: str, hazard: str, found: Iterable[tuple[Any, ...]]) -> dict[str, Stood]:
    """How each atom stands after rows of evidence, which come in the order in which they were found out.

    A row: atom, at, truth, value, flag, doubt, rules version, known at, whether the clock told it. What a
    late reading shows of the past changes nothing about what was known of later times.
    """
    atoms: dict[str, Stood] = {}
    clocked: dict[str, bool] = {}
    for atom, at, truth, value, flag, doubt, version, known_at, by_clock in found:
        new = Evidence(zone, hazard, atom, at, None if truth is None else bool(truth), value, flag, doubt)
        old = atoms.get(atom)
        if old is not None and at < old.now.at and not by_clock and not clocked[atom]:
            continue
        clocked[atom] = bool(by_clock)
        if old is not None and old.now.truth is new.truth:
            atoms[atom] = Stood(new, old.first, old.before, version, known_at)
        else:
            atoms[atom] = Stood(new, new, None if old is None else old.now, version, known_at)
    return atoms


def zone_after(before: tuple[int, int] | None, transition: Transition) -> ZoneNow:
    """Where a condition stands after a transition; ``before`` is its level and since when."""
    at = to_ms(transition.at)
    return ZoneNow(
        zone=transition.zone,
        hazard=transition.hazard,
        state=transition.to.state,
        level=transition.to.level,
        since=before[1] if before is not None and before[0] == transition.to.level else at,
        changed_at=at,
        reason=transition.reason,
        gauge_lost=transition.gauge_lost if transition.to.state in UNRESOLVED else (),
        transition=transition.id,
    )


def in_force(spans: Mapping[str, Span], at: int) -> str | None:
    """The rules of a time; of rules that came back after others, the last time counts."""
    begun = {version: span for version, span in spans.items() if span.first_at <= at}

    def nearness(version: str) -> tuple[bool, int]:
        first, last = begun[version]
        return last >= at, first if last >= at else last

    return max(begun, key=nearness, default=None)
