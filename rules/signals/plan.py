"""Which signals a series has, and their values at one moment."""

from collections.abc import Sequence
from typing import NamedTuple

from rules.formula import window_name
from rules.signals.rain import depth
from rules.signals.rolling import maximum, mean
from rules.signals.slope import rise_cm_per_h

#: derived values keep this many digits, so that 150 tips of 0.1 mm are 15 mm
DIGITS = 6


class Wanted(NamedTuple):
    """A signal over a window, as ``("rise", 7_200_000)``."""

    function: str
    window_ms: int


class Value(NamedTuple):
    """What a signal is worth; ``at_least`` where it is only a lower bound."""

    amount: float | None
    at_least: bool = False


UNKNOWN = Value(None)


def columns(wanted: Sequence[Wanted]) -> tuple[str, ...]:
    """Names of the numbers published per reading: ``rise_120min``; rain says its coverage too."""
    names = []
    for function, window_ms in wanted:
        name = f"{function}_{window_name(window_ms)}"
        names += [name, f"{name}_coverage"] if function == "rain" else [name]
    return tuple(names)


def values_at(
    wanted: Sequence[Wanted], times: list[int], values: list[float], now: int, step_ms: int
) -> tuple[list[Value], list[float | None]]:
    """Value of each signal at event time ``now``, and the numbers to publish, as ``columns`` names them."""
    found: list[Value] = []
    published: list[float | None] = []
    for function, window_ms in wanted:
        if function == "rain":
            rain = depth(times, values, now, window_ms, step_ms)
            found.append(Value(round(rain.mm, DIGITS), rain.at_least))
            published += [found[-1].amount, round(rain.covered, DIGITS)]
            continue
        if function == "rise":
            amount = rise_cm_per_h(times, values, now, window_ms, step_ms)
        elif function == "mean":
            amount = mean(times, values, now, window_ms, step_ms)
        else:
            amount = maximum(times, values, now, window_ms)
        found.append(Value(amount if amount is None else round(amount, DIGITS)))
        published.append(found[-1].amount)
    return found, published
