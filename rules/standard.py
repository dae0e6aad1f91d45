"""Which signals a series has: those of the rules, and those that pages show of every series."""

from collections.abc import Iterable

from rules.formula import Signal
from rules.language import WITHOUT_WINDOW
from rules.signals.plan import Wanted
from rules.signals.slope import FEWEST_POINTS
from sensors.units import HOUR_MS

_ORDER = ("rise", "max", "mean", "rain")


def enough_steps(window_ms: int, step_ms: int) -> bool:
    """Whether a slope over the window can be known at this step."""
    return window_ms >= FEWEST_POINTS * step_ms


def wanted(parameter: str, step_ms: int, signals: Iterable[Signal]) -> tuple[Wanted, ...]:
    """Signals to compute at each reading of a series."""
    used = {Wanted(each.function, each.window_ms) for each in signals if each.function not in WITHOUT_WINDOW}
    if parameter == "rain":
        used.add(Wanted("rain", HOUR_MS))
    if parameter == "stage":
        used |= {Wanted("max", HOUR_MS), Wanted("mean", HOUR_MS)}
        shown = {Wanted("rise", HOUR_MS), Wanted("rise", 2 * HOUR_MS)}
        if trend(used, step_ms) is None and (rise := trend(shown, step_ms)):
            used.add(rise)
    return tuple(sorted(used, key=lambda each: (_ORDER.index(each.function), each.window_ms)))


def trend(used: Iterable[Wanted], step_ms: int) -> Wanted | None:
    """The rise that texts and pages speak of: the shortest one that can be known."""
    rises = [each for each in used if each.function == "rise" and enough_steps(each.window_ms, step_ms)]
    return min(rises, key=lambda each: each.window_ms, default=None)
