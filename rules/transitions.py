"""A change of a condition as a message: why, on which evidence, under which id."""

import hashlib
from collections.abc import Mapping

from rules.book import AtomBook
from rules.conditions import ACTIVE, NO_DATA, NORMAL, PENDING, RECOVERING, STALE
from rules.formula import support
from rules.messages import Edge, Reason, Standing, Transition
from rules.state import AtomState, Condition
from rules.views import Scene
from sensors.readings import Flag
from sensors.times import to_utc


def transition(
    scene: Scene, atoms: Mapping[str, AtomState], change: tuple[Condition, Condition], at: int, decided_at: int
) -> Transition:
    """The message for a condition that went from one standing to another, times in ms."""
    old, new = (each.standing for each in change)
    book = scene.condition
    deciding = _deciding(scene, atoms, new)
    reason = _reason(old, new, deciding, anything_silent=bool(scene.silent))
    level = max(old.level, new.level)
    evidence = [book.by_key[key] for each in reversed(change) for key in each.levels[level].evidence] if level else []
    said = list({each.key: each for each in [*deciding, *evidence]}.values())
    edges = tuple(edge for each in said if (edge := _edge(scene, each)) is not None)
    lost = sorted({atom.signal.station for atom in scene.silent}) if new.state in (STALE, NO_DATA) else ()
    standings = (old.state, old.level, new.state, new.level)
    return Transition(
        id=identifier(scene.book.city, book.zone, book.hazard, *standings, at),
        city=scene.book.city,
        catchment=scene.book.catchment,
        zone=book.zone,
        hazard=book.hazard,
        from_=old,
        to=new,
        at=to_utc(at),
        decided_at=to_utc(decided_at),
        reason=reason,
        evidence=tuple(edge.id for edge in edges),
        edges=edges,
        rules_version=scene.book.version,
        gauge_lost=tuple(lost),
    )


def identifier(*parts: str | int) -> str:
    """A short name for these names and integers, the same on any machine."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def _deciding(scene: Scene, atoms: Mapping[str, AtomState], new: Standing) -> list[AtomBook]:
    """What makes the level's formula true now, the atom that turned true last in front."""
    formula = scene.condition.formulas.get(new.level)
    if formula is None or new.state not in (PENDING, ACTIVE):
        return []
    books = [scene.condition.atoms[atom] for atom in support(formula, scene.truths)]
    return sorted(books, key=lambda each: -atoms[each.key].since)


def _reason(old: Standing, new: Standing, deciding: list[AtomBook], *, anything_silent: bool) -> Reason:
    if new.state in (STALE, NO_DATA):
        return Reason.GAUGE_LOST
    if old.state is NO_DATA and new.state is NORMAL:
        return Reason.GAUGE_BACK
    if old.state is STALE and new.level == old.level and not (anything_silent and deciding):
        return Reason.GAUGE_BACK
    if old.state is RECOVERING and new.level < old.level:
        return Reason.HELD_BELOW
    falls = new.state is PENDING and old.state is PENDING and new.level < old.level
    if falls or new.state in (NORMAL, RECOVERING) or not deciding:
        return Reason.BELOW
    return deciding[0].reason


def _edge(scene: Scene, atom: AtomBook) -> Edge | None:
    """An atom with its signal's newest value; none where its series never had a reading."""
    book, state = scene.book.series[atom.series], scene.series[atom.series]
    if not state.times:
        return None
    station, parameter = book.series
    at = state.times[-1]
    return Edge(
        id=identifier(scene.book.city, station, parameter, str(atom.atom), at),
        station=station,
        parameter=parameter,
        atom=str(atom.atom),
        at=to_utc(at),
        value=state.now[atom.slot].amount,
        unit=atom.unit,
        flag=int(Flag.PASS),  # whatever is worse never gets into a window
        rise_cm_per_h=None if book.trend is None else state.now[book.trend].amount,
    )
