"""What can be doubted about a value, and the flag that follows from it.

Flags are those of QARTOD (Manual for Real-Time Quality Control of Water Level Data, version 2.1, 2021).
What no sensor can have measured fails and leaves the alarm path; what is merely unlikely is suspect at
most, because a real flood is unlikely too.
"""

from enum import IntFlag

from sensors.readings import Flag


class Doubt(IntFlag):
    """What a test found, one bit each; all bits of one value fit into four bytes."""

    # no measurement at all
    MISSING = 1 << 0
    SENTINEL = 1 << 1
    SPAN = 1 << 2
    FUTURE = 1 << 3
    OUT_OF_SERVICE = 1 << 4
    STUCK = 1 << 5
    # unlikely
    GROSS = 1 << 8
    SPIKE = 1 << 9
    RATE = 1 << 10
    FLAT = 1 << 11
    ATTENUATED = 1 << 12
    NEIGHBOUR = 1 << 13
    CLOGGED = 1 << 14
    INTENSE = 1 << 15
    DOUBLE_TIP = 1 << 16
    DRIP = 1 << 17
    # cannot be judged
    SNOW = 1 << 20
    # good to know
    GAP = 1 << 24
    CORROBORATED = 1 << 25
    FILTERED = 1 << 26


#: Masks for compiled code, which knows no enumerations.
MISSES = int(Doubt.MISSING)
FAILS = int(Doubt.SENTINEL | Doubt.SPAN | Doubt.FUTURE | Doubt.OUT_OF_SERVICE | Doubt.STUCK)
SUSPECTS = int(
    Doubt.GROSS | Doubt.SPIKE | Doubt.RATE | Doubt.FLAT | Doubt.ATTENUATED | Doubt.NEIGHBOUR
    | Doubt.CLOGGED | Doubt.INTENSE | Doubt.DOUBLE_TIP | Doubt.DRIP
)  # fmt: skip
UNJUDGED = int(Doubt.SNOW)

PHRASES = {
    Doubt.MISSING: "no value",
    Doubt.SENTINEL: "a number that stands for no value",
    Doubt.SPAN: "outside what the sensor can measure",
    Doubt.FUTURE: "stamped in the future",
    Doubt.OUT_OF_SERVICE: "sensor out of service",
    Doubt.STUCK: "stuck: unchanged for far too long",
    Doubt.GROSS: "outside the expected range",
    Doubt.SPIKE: "a jump that was gone with the next reading",
    Doubt.RATE: "changed faster than expected",
    Doubt.FLAT: "unchanged for a long time",
    Doubt.ATTENUATED: "hardly moved for a day",
    Doubt.NEIGHBOUR: "does not fit the gauge upstream",
    Doubt.CLOGGED: "far less rain than around it",
    Doubt.INTENSE: "more rain than expected in so short a time",
    Doubt.DOUBLE_TIP: "the bucket tipped twice at once",
    Doubt.DRIP: "drips long after the rain",
    Doubt.SNOW: "may be snow, or snow that melts",
    Doubt.GAP: "the first after a gap",
    Doubt.CORROBORATED: "confirms the jump before it",
    Doubt.FILTERED: "the trend waits for a second reading like it",
}


def flag_code(doubt: int) -> int:
    """The QARTOD flag as a number; plain arithmetic, so that compiled code can share it."""
    if doubt & MISSES:
        return 9
    if doubt & FAILS:
        return 4
    if doubt & SUSPECTS:
        return 3
    if doubt & UNJUDGED:
        return 2
    return 1


def flag_of(doubt: int) -> Flag:
    """The QARTOD flag of a value with these doubts: the worst of them decides."""
    return Flag(flag_code(int(doubt)))


def names(doubt: int) -> tuple[str, ...]:
    """What is to be said of each bit, gravest first."""
    return tuple(phrase for bit, phrase in PHRASES.items() if int(doubt) & bit)
