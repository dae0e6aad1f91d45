"""Whether an atom is true: the limit upwards, the limit less its hysteresis downwards."""

from rules.book import AtomBook
from rules.signals.plan import Value
from rules.state import AtomState


def judged(book: AtomBook, state: AtomState, value: Value, at: int) -> AtomState:
    """What is known of an atom after its signal has this value at event time ``at``.

    An unknown value makes it unknown, and a lower bound never makes it false; what it was is
    remembered, so that a value within the hysteresis finds it as it was. A latched atom stays true.
    """
    amount = value.amount
    latched = state.on and at - state.since < book.latch_ms
    if amount is None:
        return _known(state, truth=True if latched else None)
    if amount > book.limit or (amount == book.limit and book.atom.comparison == ">="):
        return _known(state, truth=True) if state.on else AtomState(truth=True, on=True, since=at)
    if latched or (state.on and amount >= book.off):
        return _known(state, truth=True)
    if value.at_least:
        return _known(state, truth=None)
    return _FALSE


def near(book: AtomBook, value: Value) -> bool:
    """Whether a value is at least at the limit less hysteresis."""
    return value.amount is not None and value.amount >= book.off


_FALSE = AtomState(truth=False)


def _known(state: AtomState, *, truth: bool | None) -> AtomState:
    return state if state.truth is truth else AtomState(truth, state.on, state.since)
