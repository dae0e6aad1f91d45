"""What a change of a condition is as a message: why, on which evidence, under which id."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from rules.books import AtomBook
from rules.conditions import ACTIVE, NO_DATA, NORMAL, PENDING, RECOVERING, STALE, Condition, spoken_for
from rules.formula import support
from rules.messages import Edge, Evidence, Instruction, Overlay, Reason, Standing, Transition
from rules.views import REPORT, Scene
from sensors.doubts import Doubt, flag_of
from sensors.readings import Flag
from sensors.times import to_utc


def transition(  # noqa: PLR0913, PLR0917 - a change, in all its parts
    scene: Scene,
    change: tuple[Condition, Condition],
    at: int,
    decided_at: int,
    overlays: Sequence[Overlay] = (),
    why: Reason | None = None,
    repeat: int = 0,
    word: Instruction | None = None,
) -> Transition:
    """The message for a condition that went from one standing to another, times in ms.

    ``word`` is what a person said, where that brought it about. ``repeat`` tells apart changes that are alike
    down to their time.
    """
    old, new = (each.standing for each in change)
    book = scene.condition
    deciding = _deciding(scene, new)
    spoken = spoken_for(change[1])
    levels = dict.fromkeys((max(old.level, new.level), spoken if change[1].beneath is not None else 0))
    keys = [key for level in levels if level for each in reversed(change) for key in each.levels[level].evidence]
    evidence = [book.by_key[key] for key in keys if key in book.by_key]
    said = list({each.key: each for each in [*deciding, *evidence]}.values())
    edges = tuple(edge for each in said if (edge := _edge(scene, each)) is not None)
    reported = tuple(key.removeprefix(REPORT) for key in dict.fromkeys(keys) if key.startswith(REPORT))
    lost = sorted({atom.signal.station for atom in scene.silent}) if new.state in (STALE, NO_DATA) else ()
    standings = (old.state, old.level, new.state, new.level)
    actor, note = _whose(change[1], word)
    reason = why or _reason(scene, old, new, deciding, reported=bool(reported))
    return Transition(
        id=identifier(scene.book.city, book.zone, book.hazard, *standings, at, *([repeat] if repeat else ())),
        city=scene.book.city,
        catchment=scene.book.catchment,
        zone=book.zone,
        hazard=book.hazard,
        from_=old,
        to=new,
        at=to_utc(at),
        decided_at=to_utc(decided_at),
        reason=reason,
        evidence=(*(edge.id for edge in edges), *reported),
        edges=edges,
        rules_version=scene.book.version,
        gauge_lost=tuple(lost),
        overlays=tuple(overlays),
        silenced_until=_end_of_silence(change[1], overlays),
        expected_at=_expected(scene, deciding) if reason is Reason.ARRIVING else None,
        actor=actor,
        note=note,
        spoken_for=spoken,
    )


def _whose(condition: Condition, word: Instruction | None) -> tuple[str, str]:
    """Who stands behind a change, and with which reason; nobody where the rules alone do."""
    said = word or (condition.hand if condition.beneath is not None else None)
    return ("", "") if said is None else (said.actor, said.note)


def _end_of_silence(condition: Condition, overlays: Sequence[Overlay]) -> datetime | None:
    if condition.silence is None or Overlay.SILENCED not in overlays:
        return None
    return to_utc(condition.silence.until)


def identifier(*parts: str | int) -> str:
    """A short name for these names and integers, the same on any machine."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def _deciding(scene: Scene, new: Standing) -> list[AtomBook]:
    """What makes the level's formula true now, the atom that turned true last in front."""
    formula = scene.formulas.get(new.level)
    if formula is None or new.state not in (PENDING, ACTIVE):
        return []
    books = [scene.condition.atoms[atom] for atom in support(formula, scene.truths)]
    return sorted(books, key=lambda each: -int(scene.arrays.truths[each.number]["since"]) if each.number >= 0 else 0)


def _reason(scene: Scene, old: Standing, new: Standing, deciding: list[AtomBook], *, reported: bool) -> Reason:
    if new.state in (STALE, NO_DATA):
        return Reason.GAUGE_LOST
    calm_again = old.state is NO_DATA and new.state is NORMAL
    if calm_again or (old.state is STALE and new.level == old.level and not (scene.silent and deciding)):
        return Reason.GAUGE_BACK
    if old.state is RECOVERING and new.level < old.level:
        return Reason.HELD_BELOW
    falls = new.state is PENDING and old.state is PENDING and new.level < old.level
    if falls or new.state in (NORMAL, RECOVERING) or not (deciding or reported):
        return Reason.BELOW
    if not deciding or any(each.atom in scene.reported for each in deciding):
        return Reason.REPORTED
    return deciding[0].reason


def _expected(scene: Scene, deciding: Sequence[AtomBook]) -> datetime | None:
    """When the water arrives: the time at which it passed the limit upstream, and its travel time."""
    times = [
        int(scene.arrays.truths[each.number]["since"]) + each.atom.signal.window_ms
        for each in deciding
        if each.atom.signal.function == "arriving"
    ]
    return to_utc(min(times)) if times else None


def _edge(scene: Scene, atom: AtomBook) -> Edge | None:
    """An atom with its signal's newest value, or the one reported; none where its series never had any."""
    book = scene.book.series[atom.series]
    station, parameter = book.series
    report = scene.reported.get(atom.atom)
    if report is not None:
        return Edge(
            id=identifier(scene.book.city, station, parameter, str(atom.atom), report.id),
            station=station,
            parameter=parameter,
            atom=str(atom.atom),
            at=to_utc(report.at),
            value=report.value,
            unit=atom.unit,
            flag=int(Flag.NOT_EVALUATED),
        )
    at = scene.newest(atom.series)
    if at is None:
        return None
    return Edge(
        id=identifier(scene.book.city, station, parameter, str(atom.atom), at),
        station=station,
        parameter=parameter,
        atom=str(atom.atom),
        at=to_utc(at),
        value=scene.value(atom.series, atom.slot),
        unit=atom.unit,
        flag=int(flag_of(scene.doubt(atom.series))),
        rise_cm_per_h=None if book.trend is None else scene.value(atom.series, book.trend),
    )


def evidence_of(scene: Scene, atom: AtomBook, at: int) -> Evidence:
    """How an atom stands from event time ``at`` (ms) on, for ``why``."""
    value, doubt = scene.value(atom.series, atom.slot), scene.doubt(atom.series)
    flag = flag_of(doubt)
    if atom.atom in scene.gone:
        flag, doubt = Flag.FAIL, int(Doubt.OUT_OF_SERVICE)
    elif atom.atom in scene.reported:
        value, flag, doubt = scene.reported[atom.atom].value, Flag.NOT_EVALUATED, 0
    elif atom.atom in scene.silent:
        flag, doubt = Flag.MISSING, 0
    return Evidence(
        zone=scene.condition.zone,
        hazard=scene.condition.hazard,
        atom=str(atom.atom),
        at=at,
        truth=scene.truths[atom.atom],
        value=value,
        flag=int(flag),
        doubt=doubt,
    )
