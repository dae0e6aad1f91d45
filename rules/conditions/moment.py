"""A reading or a tick, as one condition sees it."""

import msgspec

from rules.formula import Truth


class LevelView(msgspec.Struct, frozen=True):
    """What is known of one level's formula at one moment."""

    truth: Truth
    clear: bool  # known false beyond its hysteresis; what is unknown outside the evidence counts as false
    lost: bool = False  # not true, and that hangs on a silent series
    suspect: bool = False  # true only thanks to suspect readings
    support: tuple[str, ...] = ()  # keys of the atoms that make it true
    counts: bool = False  # the reading at hand is from a series of the support
    agreed: bool = False  # two independent sensors say so
    near_before: bool = False  # at the readings before, it was true but for the hysteresis
    latched: bool = False  # true only because it was lately: that keeps a level up and raises none
    reported: bool = False  # true by what people reported alone: there is no next reading to wait for
    step_ms: int = 0  # of the quickest series of the support; 0 without series
    newest: int | None = None  # event time of the newest reading of the evidence, ms; None without series
    covered: int | None = None  # event time up to which every series of the evidence was read, ms


class Moment(msgspec.Struct, frozen=True):
    """What a condition is judged by, once."""

    at: int  # event time of the reading, or the tick's time, ms
    in_order: bool  # a new reading, later than those before of its series; else a tick or a late one
    rising: bool  # a series of the evidence went up by more than its noise
    levels: dict[int, LevelView]
    known: bool = True  # of any formula
    good: bool = True  # the reading at hand is not suspect: only such a one lowers
    step_ms: int = 0  # of the condition's quickest series; 0 without series
    in_service: bool = True  # any of its series is; what people report is none
    staff: Truth = False  # of the formula that only staff hear of


class Times(msgspec.Struct, frozen=True):
    """How long a formula must hold or be clear, ms per level."""

    hold: dict[int, int]
    clear: dict[int, int]
