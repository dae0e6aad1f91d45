"""A condition's view of readings: what its formulas are worth, and what that rests on."""

from collections.abc import Mapping, Sequence

from rules.books import AtomBook, CatchmentBook, ConditionBook
from rules.conditions import Condition, LevelView, Moment, raised
from rules.formula import Atom, Formula, Truth, agreed, cleared, evaluate, hinges, support, without
from rules.messages import Instruction
from rules.signals.layout import NEVER, State
from rules.spec import LEVELS
from sensors.doubts import SUSPECTS

#: values are multiples of the resolution; this much of it is more than one multiple
MORE_THAN_NOISE = 1.5
_KNOWN: dict[int, Truth] = {1: True, 0: False, -1: None}
#: how a report stands in the evidence
REPORT = "report:"

_ABSENT = LevelView(truth=False, clear=True)


class Scene:
    """What one condition is judged by: the rules, its series, its atoms and what people reported."""

    def __init__(
        self, book: CatchmentBook, condition: ConditionBook, arrays: State, reports: Sequence[Instruction]
    ) -> None:
        self.book = book
        self.condition = condition
        self.arrays = arrays
        self.reports = [
            each for each in reports if each.series is not None or (each.zone, each.hazard) == _about(condition)
        ]
        keys = {atom.series for atom in condition.atoms.values()}
        cursors = {key: arrays.cursors[book.series[key].number] for key in keys}
        self.out = {key for key, cursor in cursors.items() if cursor["out_until"] != NEVER}
        quiet = {key for key, cursor in cursors.items() if cursor["silent"]} - self.out
        atoms = condition.atoms.items()
        self.gone = {atom for atom, each in atoms if each.series in self.out and atom.signal.function != "silent"}
        self.silent = {atom for atom, each in atoms if each.series in quiet and not atom.is_truth_function}
        self.suspect: set[Atom] = set()
        self.reported: set[Atom] = set()
        self.truths: dict[Atom, Truth] = {atom: self._truth(atom, each, quiet) for atom, each in atoms}
        self.good = {atom: None if atom in self.suspect else known for atom, known in self.truths.items()}
        self.measured = {atom: None if atom in self.reported else known for atom, known in self.truths.items()}
        self.formulas = {level: self._in_service(formula) for level, formula in condition.formulas.items()}

    def _truth(self, atom: Atom, book: AtomBook, quiet: set[str]) -> Truth:
        if atom.is_truth_function:
            return book.series in quiet if atom.signal.function == "silent" else self._newest_is_suspect(book.series)
        if any(_says(report, book, self.book) for report in self.reports):
            self.reported.add(atom)
            return True
        if atom in self.silent:
            return None
        known = self.arrays.truths[book.number]
        if known["suspect"] and known["truth"] == 1:
            self.suspect.add(atom)
        return _KNOWN[int(known["truth"])]

    def _newest_is_suspect(self, key: str) -> Truth:
        return None if self.end(key) is None else bool(self.doubt(key) & SUSPECTS)

    def doubt(self, key: str) -> int:
        """Bits of ``sensors.doubts.Doubt`` of a series' newest reading."""
        end = self.end(key)
        return 0 if end is None else int(self.arrays.ring_doubt[end - 1])

    def _in_service(self, formula: Formula) -> Formula | None:
        return without(formula, self.gone) if self.gone else formula

    def end(self, key: str) -> int | None:
        """Place after a series' newest reading in the ring; None where there is none."""
        number = self.book.series[key].number
        cursor = self.arrays.cursors[number]
        if not cursor["count"]:
            return None
        return int(self.book.plan.series[number]["ring"] + cursor["first"] + cursor["count"])

    def newest(self, key: str) -> int | None:
        """Event time of a series' newest reading, ms."""
        end = self.end(key)
        if end is None:
            return None
        return int(self.arrays.cursors[self.book.series[key].number]["base"] + self.arrays.ring_at[end - 1])

    def value(self, key: str, slot: int, *, before: bool = False) -> float | None:
        """A slot at the newest reading or the one before; None where unknown."""
        start = int(self.book.plan.series[self.book.series[key].number]["slot"])
        found = float((self.arrays.before if before else self.arrays.now)[start + slot])
        return None if found != found else found  # noqa: PLR0124 - only NaN differs from itself


def _about(condition: ConditionBook) -> tuple[str, str]:
    return condition.zone, condition.hazard


def _says(report: Instruction, atom: AtomBook, book: CatchmentBook) -> bool:
    """Whether a reported value is beyond an atom's limit; reports speak of what is measured, not of signals."""
    if (
        report.series is None
        or report.value is None
        or atom.slot != 0
        or book.series[atom.series].series != report.series
    ):
        return False
    return report.value > atom.limit or (report.value == atom.limit and atom.atom.comparison == ">=")


def moment(scene: Scene, condition: Condition, at: int, reading_of: str | None) -> Moment:
    """What the condition sees at ``at``; ``reading_of`` is the series of a new reading in order."""
    levels = {level: _view(scene, condition, level, reading_of) for level in LEVELS}
    evidence = {key for level in LEVELS for key in condition.levels[level].evidence}
    atoms = [scene.condition.by_key[key] for key in evidence if key in scene.condition.by_key]
    rising = reading_of is not None and any(rises(scene, atom) for atom in atoms)
    steps = [scene.book.series[atom.series].step_ms for atom in scene.condition.atoms.values()]
    staff = scene.condition.staff
    return Moment(
        at,
        in_order=reading_of is not None,
        rising=rising,
        levels=levels,
        staff=None if staff is None else evaluate(staff, scene.truths),
        good=reading_of is None or not scene.doubt(reading_of) & SUSPECTS,
        step_ms=min(steps, default=0),
        in_service=not scene.formulas or any(formula is not None for formula in scene.formulas.values()),
    )


def _view(scene: Scene, condition: Condition, level: int, reading_of: str | None) -> LevelView:
    formula = scene.formulas.get(level)
    told = tuple(f"{REPORT}{each.id}" for each in scene.reports if each.series is None and (each.level or 0) >= level)
    if formula is None and told:
        return LevelView(truth=True, clear=False, support=told, reported=True)
    if formula is None and level in scene.formulas:  # all of it is out of service: that is no all-clear
        return LevelView(truth=None, clear=False, lost=level <= raised(condition))
    if formula is None:
        return _ABSENT
    truth = True if told else evaluate(formula, scene.truths)
    if truth is True:
        return _true(scene, formula, reading_of, told, standing=level <= raised(condition))
    keys = condition.levels[level].evidence
    evidence = [each for key in keys if (each := scene.condition.by_key.get(key)) and each.series not in scene.out]
    times = [newest for each in evidence if (newest := scene.newest(each.series)) is not None]
    lost = any(each.atom in scene.silent for each in evidence)
    clear = not lost and cleared(formula, scene.truths, {each.atom for each in evidence})
    return LevelView(
        truth=truth,
        clear=clear,
        lost=lost or (truth is None and hinges(formula, scene.truths, scene.silent)),
        newest=max(times, default=None),
        covered=min(times, default=None),
    )


def _true(
    scene: Scene, formula: Formula, reading_of: str | None, told: tuple[str, ...], *, standing: bool
) -> LevelView:
    books = [scene.condition.atoms[atom] for atom in support(formula, scene.truths)]
    keys = (*told, *dict.fromkeys(each.key for each in books))
    counts = any(each.series == reading_of for each in books)
    suspect = not told and bool(scene.suspect) and evaluate(formula, scene.good) is not True
    if standing:  # it only has to go on
        return LevelView(truth=True, clear=False, support=keys, counts=counts, suspect=suspect)
    reported = bool(told) if not scene.reported else evaluate(formula, scene.measured) is not True
    return LevelView(
        truth=True,
        clear=False,
        support=keys,
        counts=counts,
        suspect=suspect,
        agreed=agreed(formula, scene.truths),
        reported=reported,
        near_before=evaluate(formula, _near_before(scene)) is True,
        step_ms=min((scene.book.series[each.series].step_ms for each in books), default=0),
    )


def _near_before(scene: Scene) -> Mapping[Atom, Truth]:
    """Which atoms were at least within their hysteresis at the reading before."""
    near: dict[Atom, Truth] = {}
    for atom, each in scene.condition.atoms.items():
        before = None if atom.is_truth_function else scene.value(each.series, each.slot, before=True)
        near[atom] = before is not None and before >= each.off
    return near


def rises(scene: Scene, atom: AtomBook) -> bool:
    """Whether the water, or the sum of the rain, went up by more than the noise at the newest reading."""
    book = scene.book.series[atom.series]
    slot = atom.slot if book.series.parameter == "rain" else 0
    now, before = scene.value(atom.series, slot), scene.value(atom.series, slot, before=True)
    if now is None or before is None:
        return False
    return now - before > MORE_THAN_NOISE * book.resolution
