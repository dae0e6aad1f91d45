"""A condition's view of readings: what its formulas are worth, and what that rests on."""

from collections.abc import Mapping

from rules.atoms import near
from rules.book import AtomBook, CatchmentBook, ConditionBook
from rules.conditions import LevelView, Moment, confirmed
from rules.formula import Atom, Formula, Truth, agreed, evaluate, hinges, support
from rules.spec import LEVELS
from rules.state import AtomState, Condition, SeriesState

#: values are multiples of the resolution; this much of it is more than one multiple
MORE_THAN_NOISE = 1.5

_ABSENT = LevelView(truth=False, clear=True)


class Scene:
    """What one condition is judged by: the rules, its series and its atoms."""

    def __init__(
        self,
        book: CatchmentBook,
        condition: ConditionBook,
        series: Mapping[str, SeriesState],
        atoms: Mapping[str, AtomState],
    ) -> None:
        self.book = book
        self.condition = condition
        self.series = series
        self.silent = {atom for atom, each in condition.atoms.items() if series[each.series].silent}
        self.truths: dict[Atom, Truth] = {
            atom: None if atom in self.silent else atoms[each.key].truth for atom, each in condition.atoms.items()
        }


def moment(scene: Scene, condition: Condition, at: int, reading_of: str | None) -> Moment:
    """What the condition sees at ``at``; ``reading_of`` is the series of a new reading in order."""
    levels = {level: _view(scene, condition, level, reading_of) for level in LEVELS}
    evidence = {key for level in LEVELS for key in condition.levels[level].evidence}
    rising = reading_of is not None and any(_rises(scene, scene.condition.by_key[key]) for key in evidence)
    return Moment(at, in_order=reading_of is not None, rising=rising, levels=levels)


def _view(scene: Scene, condition: Condition, level: int, reading_of: str | None) -> LevelView:
    formula = scene.condition.formulas.get(level)
    if formula is None:
        return _ABSENT
    truth = evaluate(formula, scene.truths)
    if truth is True:
        return _true(scene, formula, reading_of, raised=level <= confirmed(condition.standing))
    evidence = [scene.condition.by_key[key] for key in condition.levels[level].evidence]
    times = [newest for each in evidence for newest in scene.series[each.series].times[-1:]]
    return LevelView(
        truth=truth,
        clear=all(scene.truths[each.atom] is False for each in evidence),
        lost=(truth is None and hinges(formula, scene.truths, scene.silent))
        or any(each.atom in scene.silent for each in evidence),
        newest=max(times, default=None),
        covered=min(times, default=None),
    )


def _true(scene: Scene, formula: Formula, reading_of: str | None, *, raised: bool) -> LevelView:
    books = [scene.condition.atoms[atom] for atom in support(formula, scene.truths)]
    keys = tuple(dict.fromkeys(each.key for each in books))
    counts = any(each.series == reading_of for each in books)
    if raised:  # it only has to go on
        return LevelView(truth=True, clear=False, support=keys, counts=counts)
    atoms = scene.condition.atoms.items()
    before = {atom: near(each, scene.series[each.series].before[each.slot]) for atom, each in atoms}
    return LevelView(
        truth=True,
        clear=False,
        support=keys,
        counts=counts,
        agreed=agreed(formula, scene.truths),
        near_before=evaluate(formula, before) is True,
        step_ms=min(scene.book.series[each.series].step_ms for each in books),
    )


def _rises(scene: Scene, atom: AtomBook) -> bool:
    """Whether the water, or the sum of the rain, went up by more than the noise at the newest reading."""
    state, book = scene.series[atom.series], scene.book.series[atom.series]
    slot = atom.slot if book.series.parameter == "rain" else 0
    now, before = state.now[slot].amount, state.before[slot].amount
    if now is None or before is None:
        return False
    return now - before > MORE_THAN_NOISE * book.resolution
