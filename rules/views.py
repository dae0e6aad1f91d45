"""A condition's view of readings: what its formulas are worth, and what that rests on."""

from collections.abc import Mapping, Sequence

from rules.books import AtomBook, CatchmentBook, ConditionBook
from rules.conditions import Condition, LevelView, Moment, by_rules, confirmed, raised
from rules.formula import (
    Atom,
    Formula,
    Truth,
    agreed,
    atoms_of,
    cleared,
    evaluate,
    hinges,
    rising_atoms,
    support,
    without,
)
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
        self.reports = [each for each in reports if each.value is None and _is_about(each, condition)]  # of a level
        self.reported = _values(reports, condition, book)
        keys = {atom.series for atom in condition.atoms.values()}
        cursors = {key: arrays.cursors[book.series[key].number] for key in keys}
        self.out = {key for key, cursor in cursors.items() if cursor["out_until"] != NEVER}
        quiet = {key for key, cursor in cursors.items() if cursor["silent"]} - self.out
        atoms = condition.atoms.items()
        out = {atom for atom, each in atoms if each.series in self.out and atom.signal.function != "silent"}
        self._out = frozenset(out)
        self.gone = self._out - self.reported.keys()
        self.silent = {atom for atom, each in atoms if each.series in quiet and not atom.is_truth_function}
        self.suspect: set[Atom] = set()
        self.measured = {atom: None if atom in out else self._measured(atom, each, quiet) for atom, each in atoms}
        self.certain = {atom: None if atom in self.suspect else known for atom, known in self.measured.items()}
        told: dict[Atom, Truth] = dict.fromkeys(self.reported, True)
        self.truths = {**self.measured, **told}
        self.good = {**self.certain, **told}
        self.formulas = {level: self.in_service(formula) for level, formula in condition.formulas.items()}

    def _measured(self, atom: Atom, book: AtomBook, quiet: set[str]) -> Truth:
        if atom.is_truth_function and self.end(book.series) is None:
            return None  # never heard: it cannot have fallen silent
        if atom.is_truth_function:
            silent = atom.signal.function == "silent"
            return book.series in quiet if silent else bool(self.doubt(book.series) & SUSPECTS)
        if atom in self.silent:
            return None
        known = self.arrays.truths[book.number]
        if known["suspect"] and known["truth"] == 1:
            self.suspect.add(atom)
        return _KNOWN[int(known["truth"])]

    def doubt(self, key: str) -> int:
        """Bits of ``sensors.doubts.Doubt`` of a series' newest reading."""
        end = self.end(key)
        return 0 if end is None else int(self.arrays.ring_doubt[end - 1])

    def known_by(self, atom: AtomBook) -> str:
        """What is known of an atom by anything but readings: a report, or why there are none."""
        report = self.reported.get(atom.atom)
        if report is not None:
            return report.id
        return "gone" if atom.atom in self.gone else "silent" if atom.atom in self.silent else ""

    def in_service(self, formula: Formula) -> Formula | None:
        """A formula without what is out of service and not reported; None where nothing that measures is left."""
        return _measuring(formula, self.gone)

    @property
    def sensors_in_service(self) -> bool:
        """Whether any sensor is, reports left aside; so too where no rule asks for one."""
        formulas = self.condition.formulas.values()
        return not formulas or any(_measuring(each, self._out) is not None for each in formulas)

    def only_latched(self, atom: AtomBook) -> bool:
        """Whether an atom is true only because it was lately: a reading that keeps up and confirms nothing."""
        now = self.value(atom.series, atom.slot) if atom.latch_ms else None
        return now is not None and now < atom.off

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


def _measuring(formula: Formula, gone: frozenset[Atom]) -> Formula | None:
    if not gone.intersection(atoms_of(formula)):
        return formula
    left = without(formula, gone)
    speaking = () if left is None else rising_atoms(left)  # what is left under a ``not`` alone says no danger
    return left if any(not atom.is_truth_function for atom in speaking) else None


def _is_about(report: Instruction, condition: ConditionBook) -> bool:
    return (report.zone, report.hazard) == (condition.zone, condition.hazard)


def _values(reports: Sequence[Instruction], condition: ConditionBook, book: CatchmentBook) -> dict[Atom, Instruction]:
    """The atoms that are true by a reported value, with the newest such report."""
    return {
        atom: report
        for report in reports
        if report.value is not None
        for atom, each in condition.atoms.items()
        if _says(report, each, book)
    }


def _says(report: Instruction, atom: AtomBook, book: CatchmentBook) -> bool:
    """Whether a reported value is beyond an atom's limit; reports speak of what is measured, not of signals."""
    if atom.atom.is_truth_function or atom.slot != 0 or book.series[atom.series].series != report.series:
        return False
    if report.value is None:
        return False
    return report.value > atom.limit or (report.value == atom.limit and atom.atom.comparison == ">=")


def moment(scene: Scene, condition: Condition, at: int, reading_of: str | None) -> Moment:
    """What the condition sees at ``at``; ``reading_of`` is the series of a new reading in order."""
    levels = {level: _view(scene, condition, level, reading_of) for level in LEVELS}
    evidence = {key for level in LEVELS for key in condition.levels[level].evidence}
    atoms = [each for key in evidence if (each := scene.condition.by_key.get(key)) and each.series not in scene.out]
    rising = reading_of is not None and any(rises(scene, atom) for atom in atoms)
    steps = [scene.book.series[atom.series].step_ms for atom in scene.condition.atoms.values()]
    staff = None if scene.condition.staff is None else scene.in_service(scene.condition.staff)
    return Moment(
        at,
        in_order=reading_of is not None,
        rising=rising,
        levels=levels,
        known=not scene.formulas or any(view.truth is not None for view in levels.values() if view is not _ABSENT),
        staff=None if staff is None else evaluate(staff, scene.truths),
        good=reading_of is None or not scene.doubt(reading_of) & SUSPECTS,
        step_ms=min(steps, default=0),
        in_service=scene.sensors_in_service,
    )


def _view(scene: Scene, condition: Condition, level: int, reading_of: str | None) -> LevelView:
    formula = scene.formulas.get(level)
    told = tuple(f"{REPORT}{each.id}" for each in scene.reports if (each.level or 0) >= level)
    if formula is None and told:
        return LevelView(truth=True, clear=False, support=told, reported=True)
    if formula is None and level in scene.formulas:  # all of it is out of service: that is no all-clear
        stands = level <= confirmed(by_rules(condition))
        return LevelView(truth=None if stands else False, clear=False, lost=stands)
    if formula is None:
        return _ABSENT
    found = _making_true(scene, formula)
    if told or found is not None:
        standing = level <= raised(condition)
        return _true(scene, formula, scene.truths if found is None else found, reading_of, told, standing=standing)
    # what is suspect or only reported never lowers, not even by turning something under a "not" true
    truth = evaluate(formula, scene.certain)
    keys = condition.levels[level].evidence
    evidence = [each for key in keys if (each := scene.condition.by_key.get(key)) and each.series not in scene.out]
    times = [newest for each in evidence if (newest := scene.newest(each.series)) is not None]
    lost = any(each.atom in scene.silent for each in evidence)
    clear = not lost and cleared(formula, scene.certain, {each.atom for each in evidence})
    return LevelView(
        truth=truth,
        clear=clear,
        lost=lost or (truth is None and hinges(formula, scene.certain, scene.silent)),
        newest=max(times, default=None),
        covered=min(times, default=None),
    )


def _making_true(scene: Scene, formula: Formula) -> Mapping[Atom, Truth] | None:
    """What makes a formula true: readings and reports together, or readings alone; None where neither does."""
    if evaluate(formula, scene.truths) is True:
        return scene.truths
    return scene.measured if scene.reported and evaluate(formula, scene.measured) is True else None


def _true(
    scene: Scene,
    formula: Formula,
    truths: Mapping[Atom, Truth],
    reading_of: str | None,
    told: tuple[str, ...],
    *,
    standing: bool,
) -> LevelView:
    level_told = bool(told)
    atoms = support(formula, truths)
    books = [scene.condition.atoms[atom] for atom in atoms]
    told = (*told, *sorted({f"{REPORT}{scene.reported[atom].id}" for atom in atoms if atom in scene.reported}))
    keys = (*told, *dict.fromkeys(each.key for each in books))
    counts = any(
        each.series == reading_of and each.atom not in scene.reported and not scene.only_latched(each) for each in books
    )
    sure = scene.certain if truths is scene.measured else scene.good
    suspect = bool(scene.suspect) and not level_told and evaluate(formula, sure) is not True
    latched = {each.atom for each in books if scene.only_latched(each)}
    if standing:  # it only has to go on
        return LevelView(truth=True, clear=False, support=keys, counts=counts, suspect=suspect)
    return LevelView(
        truth=True,
        clear=False,
        support=keys,
        counts=counts,
        suspect=suspect,
        agreed=agreed(formula, truths),
        latched=bool(latched)
        and not level_told
        and evaluate(formula, {atom: known and atom not in latched for atom, known in truths.items()}) is not True,
        reported=bool(told),
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
