"""A tick worked through: what the clock alone brings about."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rules.books import ConditionBook
from rules.conditions import NO_DATA, Condition, by_rules, confirmed, quiet, raised
from rules.instructions import back_in_service
from rules.messages import NoteReason
from rules.notes import note
from rules.rising import tell_rises
from rules.signals.layout import NEVER
from rules.signals.silence import overdue, settle
from rules.work import Work


def tick(work: Work, at: int) -> None:
    """Let silence and timers act at the clock's time ``at``, ms."""
    work.clock = at
    settle(work.arrays.cursors, work.arrays.gaps, at)
    ended = _end_what_is_over(work, at)
    silent = _fallen_silent(work, at)
    for key in _to_be_judged(work, ended, silent):
        rules = work.rules_of(key)
        fell = [silent[each] for each in {atom.series for atom in rules.atoms.values()} if each in silent]
        work.judge(rules, at, at, silent_at=max(fell, default=at))
        if fell or key in ended:
            work.show_changes(key, at, silent)
    tell_rises(work.book, work.arrays, work.conditions, at, work.notes)


def _to_be_judged(work: Work, ended: set[str], fell: Mapping[str, int]) -> list[str]:
    """Conditions that are not settled, of which something has ended, or that look at a silent series."""
    touched = work.awake | ended
    for key in fell:
        touched.update(work.book.series[key].conditions)
    numbered = list(work.book.series.values())
    for number in np.flatnonzero(work.arrays.cursors["silent"]).tolist():
        for key in numbered[number].conditions:
            if work.conditions[key].standing.state is not NO_DATA:
                touched.add(key)
    return [key for key in work.conditions if key in touched]


def _fallen_silent(work: Work, at: int) -> dict[str, int]:
    """Series that are silent from now on, with their deadlines in ms; staff hear of steps missed where it matters."""
    plan = work.book.plan
    deadlines = np.zeros(len(plan.series), np.int64)
    lonely, watched = _who_matters(work)
    silent: dict[str, int] = {}
    if overdue(plan.series, work.arrays.cursors, work.arrays.gaps, lonely, watched, at, deadlines):
        for book in work.book.series.values():
            if deadlines[book.number] < 0:
                work.notes.append(note(work.book, NoteReason.GAUGE_SILENT, at, at, series=book.series))
            elif deadlines[book.number]:
                silent[book.key] = int(deadlines[book.number])
    return silent


def _end_what_is_over(work: Work, at: int) -> set[str]:
    """Times out of service and reports that have run out; both want a word to staff. Gives the conditions touched."""
    touched: set[str] = set()
    for book in work.book.series.values():
        cursor = work.arrays.cursors[book.number]
        until = int(cursor["out_until"])
        if until != NEVER and until <= at:
            back_in_service(work.book, book, work.arrays, work.condition)
            touched.update(book.conditions)
            work.notes.append(note(work.book, NoteReason.SERVICE_ENDED, until, at, series=book.series))
    left = []
    for report in work.reports:
        if report.until is None or report.until > at:
            left.append(report)
            continue
        about, ended = (report.zone, report.hazard), NoteReason.REPORT_ENDED
        work.notes.append(
            note(
                work.book,
                ended,
                report.until,
                at,
                series=report.series,
                about=about,
                level=report.level,
                value=report.value,
                text=report.note,
                origin=report.id,
            )
        )
        touched.update(work.book.conditions)
    work.reports = tuple(left)
    return touched


def _who_matters(work: Work) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Series on whose one reading something new rests, and series that staff miss at once.

    Those are all of a condition that is not calm, and all of a catchment in which a level stands: water on
    its way matters to every gauge along it.
    """
    lonely, watched = np.zeros_like(work.hot), np.zeros_like(work.hot)
    for key, book in work.book.conditions.items():
        condition = work.conditions[key]
        if quiet(condition):
            continue
        if confirmed(by_rules(condition)):
            watched[:] = 1
        for atom in book.atoms.values():
            watched[work.book.series[atom.series].number] = 1
        for series in _resting_on_one_reading(book, condition):
            lonely[work.book.series[series].number] = 1
    return lonely, watched


def _resting_on_one_reading(book: ConditionBook, condition: Condition) -> set[str]:
    floor = raised(condition)
    return {
        book.by_key[key].series
        for level, timer in condition.levels.items()
        if level > floor and timer.true_since is not None and timer.readings == 1
        for key in timer.evidence
        if key in book.by_key
    }
