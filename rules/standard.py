"""Which signals a series has: those of the rules, and those that pages show of every series."""

from collections.abc import Iterable
from typing import NamedTuple

from rules.formula import Signal, window_name
from rules.functions import FUNCTIONS
from rules.language import WITHOUT_WINDOW
from rules.signals.rate import FEWEST_POINTS
from sensors.units import HOUR_MS, Quantity

_ORDER = tuple(FUNCTIONS)
#: functions whose second number is the share of the window that was measured
COVERED = ("rain", "return_period", "guidance", "max", "arriving")


class Wanted(NamedTuple):
    """A signal to compute at each reading of a series, as ``("rise", 7_200_000)``."""

    function: str
    window_ms: int
    limit: Quantity | str | None = None

    @property
    def column(self) -> str:
        """Name under which it is published: ``rise_120min``."""
        parts = [self.function]
        if self.window_ms:
            parts.append(window_name(self.window_ms))
        if self.limit is not None:
            parts.append(self.limit if isinstance(self.limit, str) else f"{self.limit.amount:.12g}{self.limit.unit}")
        return "_".join(parts)

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything it publishes; rain says its coverage too."""
        return (self.column, f"{self.column}_coverage") if self.function in COVERED else (self.column,)


def enough_steps(window_ms: int, step_ms: int) -> bool:
    """Whether a slope over the window can be known at this step."""
    return window_ms >= FEWEST_POINTS * step_ms


def wanted(parameter: str, step_ms: int, signals: Iterable[Signal]) -> tuple[Wanted, ...]:
    """Signals to compute at each reading of a series; rises over the same window stand together."""
    used = {
        Wanted(each.function, each.window_ms, each.limit)
        for each in signals
        if each.function not in WITHOUT_WINDOW and not FUNCTIONS[each.function].is_truth
    }
    if parameter == "rain":
        used.add(Wanted("rain", HOUR_MS))
    if parameter == "stage":
        shown = {Wanted("rise", HOUR_MS), Wanted("rise", 2 * HOUR_MS)}
        if trend(used, step_ms) is None and (rise := trend(shown, step_ms)):
            used.add(rise)
    return tuple(sorted(used, key=_place))


def _place(each: Wanted) -> tuple[bool, int, int, str]:
    sloped = each.function in ("rise", "rise_low")
    order = _ORDER.index(each.function)
    first, second = (each.window_ms, order) if sloped else (order, each.window_ms)
    return not sloped, first, second, each.column


def trend(used: Iterable[Wanted], step_ms: int) -> Wanted | None:
    """The rise that texts and pages speak of: the shortest one that can be known."""
    rises = [each for each in used if each.function == "rise" and enough_steps(each.window_ms, step_ms)]
    return min(rises, key=lambda each: each.window_ms, default=None)
