"""A state in the making: what one message changes, what it shows and what is to be said of it."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rules.books import AtomBook, CatchmentBook, ConditionBook
from rules.conditions import ACTIVE, NORMAL, Condition, Times, by_rules, called, overlays, settled, spoken_for, step
from rules.messages import Assessment, Evidence, Instruction, Note, NoteReason, Reason, Standing, Transition
from rules.notes import note
from rules.rising import with_values_told
from rules.signals.layout import State
from rules.spec import LEVELS
from rules.state import CatchmentState, Said, fresh
from rules.transitions import evidence_of, transition
from rules.views import Scene, moment


class Unassessable(ValueError):
    """A message that cannot be assessed; the state given stays good."""


class Work:
    """Changes its own copy of a state, and collects what is to be said."""

    def __init__(self, book: CatchmentBook, state: CatchmentState) -> None:
        self.book = book
        self.before = state
        self.clock = state.clock
        self.arrays: State = state.arrays.copied()
        self.conditions = dict(state.conditions)
        self.reports: tuple[Instruction, ...] = state.reports
        self.heard = state.heard
        self.transitions: list[Transition] = []
        self.notes: list[Note] = []
        self.evidence: list[Evidence] = []
        self.hot: NDArray[np.uint8] = np.zeros(len(book.plan.series), np.uint8)
        self._said = dict(state.said)
        # these turn with any reading, whatever their atoms do
        self._never_calm = {each.number for each in book.doubted}
        self.hot[list(self._never_calm)] = 1
        self.awake = set(state.awake)  # hardly any: asking all the calm ones would cost more than the readings
        for key in state.awake:
            self._heat(key)

    def result(self) -> CatchmentState:
        """The new state."""
        before = self.before
        return CatchmentState(
            before.catchment,
            before.rules_version,
            self.clock,
            before.layout,
            self.arrays,
            self.conditions,
            self.reports,
            self.heard,
            self._said,
            frozenset(self.awake),
        )

    def rules_of(self, key: str) -> ConditionBook:
        """What the rules say of a condition; nothing of one that only a hand holds."""
        book = self.book.conditions.get(key)
        if book is not None:
            return book
        zone, _, hazard = key.partition("/")
        times = dict.fromkeys(LEVELS, 0)
        return ConditionBook(key, zone, hazard, {}, None, {}, {}, times, times)

    def condition(self, key: str) -> Condition:
        """A condition as it stands; one that nobody has heard of is calm where no rule could say otherwise."""
        found = self.conditions.get(key)
        if found is not None:
            return found
        return fresh() if key in self.book.conditions else fresh(Standing(NORMAL, 0))

    def scene(self, book: ConditionBook) -> Scene:
        """What a condition is judged by now."""
        return Scene(self.book, book, self.arrays, self.reports)

    def judge(  # noqa: PLR0913 - one moment, in all its parts
        self,
        book: ConditionBook,
        at: int,
        decided_at: int,
        *,
        reading_of: str | None = None,
        silent_at: int | None = None,
        before: Condition | None = None,
        why: Reason | None = None,
        changed: Iterable[AtomBook] = (),
        word: Instruction | None = None,
    ) -> None:
        """One condition at one moment; at a tick, ``silent_at`` is when the last series fell silent.

        ``changed`` are atoms that are known to differ from before; ``word`` is what a person said
        that it follows from.
        """
        now = self.condition(book.key)
        old = now if before is None else before
        scene = self.scene(book)
        seen = moment(scene, now, at, reading_of)
        new = step(now, seen, Times(book.hold_ms, book.clear_ms))
        if new.standing != old.standing or by_rules(new) != by_rules(old):
            new = with_values_told(self.book, book, self.arrays, new)
        self.conditions[book.key] = new
        if settled(new) == (book.key in self.awake):
            self.awake ^= {book.key}
            self._heat(book.key)
        self.evidence += [evidence_of(scene, atom, at) for atom in changed]
        self._call(book, old, new, at, decided_at, "" if word is None else word.id)
        asked = word is not None and new.silence != old.silence  # the steward has to hear of silence and of its end
        behind = spoken_for(new) != spoken_for(old)  # whoever would take a warning back has to know
        if new.standing == old.standing and not asked and not behind:
            return
        if new.standing == old.standing and behind and new.beneath is not None:
            why = Reason.BY_HAND
        if silent_at is not None:
            at = min(at, _deadline(book, new, at) if new.standing.state is ACTIVE else silent_at)
        over = overlays(new, decided_at)
        repeat = self._repeat(book.key, at)
        self.transitions.append(transition(scene, (old, new), at, decided_at, over, why, repeat, word))

    def _repeat(self, key: str, at: int) -> int:
        """0 for a change later than all before it; else a number of its own, as it may be one of them once more."""
        said = self._said.get(key, Said(at - 1, 0))
        later = at > said.newest
        self._said[key] = Said(max(at, said.newest), said.repeats + (not later))
        return 0 if later else said.repeats + 1

    def _call(self, book: ConditionBook, old: Condition, new: Condition, at: int, decided_at: int, origin: str) -> None:
        for reason in called(old, new):
            text = str(book.staff) if reason is NoteReason.STAFF_RULE else ""
            about, level = (book.zone, book.hazard), new.standing.level
            self.notes.append(
                note(self.book, reason, at, decided_at, about=about, level=level, text=text, origin=origin)
            )

    def show_changes(self, key: str, at: int, silent: dict[str, int] | None = None) -> None:
        """Evidence of all atoms that stand otherwise than before the message; ``silent`` says since when a series is.

        For ticks and instructions: a block's readings show theirs one by one.
        """
        book = self.rules_of(key)
        old = Scene(self.book, book, self.before.arrays, self.before.reports)
        new = self.scene(book)
        for atom in book.atoms.values():
            if new.truths[atom.atom] is not old.truths[atom.atom] or new.known_by(atom) != old.known_by(atom):
                self.evidence.append(evidence_of(new, atom, (silent or {}).get(atom.series, at)))

    def evidence_alone(self, at: int) -> list[Assessment]:
        """An assessment without readings, where atoms changed at a tick or by a person's word."""
        if not self.evidence:
            return []
        nothing: tuple[()] = ()
        return [
            Assessment(
                catchment=self.book.catchment,
                received_at=at,
                series=nothing,
                index=nothing,
                at=nothing,
                value=nothing,
                flag=nothing,
                signal_names=nothing,
                signals=nothing,
                edges=tuple(self.evidence),
                rules_version=self.book.version,
            )
        ]

    def _heat(self, key: str) -> None:
        """Keep the marks of series that must be looked at with every reading."""
        for atom in self.rules_of(key).atoms.values():
            book = self.book.series[atom.series]
            calm = self.awake.isdisjoint(book.conditions)
            self.hot[book.number] = not calm or book.number in self._never_calm


def _deadline(book: ConditionBook, condition: Condition, at: int) -> int:
    """When the hold of the level that was raised ran out; ``at`` where no hold was running."""
    level = condition.standing.level
    since = condition.levels[level].true_since
    return at if since is None else since + book.hold_ms[level]
