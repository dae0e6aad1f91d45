"""The clock of the machine against what the service has seen of it."""

import ctypes
import os
from datetime import datetime
from zoneinfo import ZoneInfo

from sensors.times import to_utc
from warning.doctor.finding import Finding, failed, good, warning

MOST_OFF_MS = 60_000
SET_IT = "set the clock (timedatectl, chronyc makestep); ticks follow softly, nothing expires by the step"
_ERROR = 5  # of adjtimex: no time server has a say
_ROOM = 512  # more than struct timex needs on any platform


def against_tick(wall_ms: int, tick_ms: int, running: bool) -> Finding:
    """``tick_ms`` is the last one that a worker has told of, 0 for none. A stopped service is behind by nature."""
    if not tick_ms:
        return good("clock", f"{_at(wall_ms)}; no tick is known yet")
    ahead = wall_ms - tick_ms
    if ahead < -MOST_OFF_MS or (running and ahead > MOST_OFF_MS):
        side = "ahead of" if ahead > 0 else "behind"
        told = f"{_at(wall_ms)} is {abs(ahead) // 1000} s {side} the last tick, {_at(tick_ms)}"
        return warning("clock", told, SET_IT)
    return good("clock", f"{_at(wall_ms)}, last tick {_at(tick_ms)}")


def against_files(wall_ms: int, newest_ms: int) -> Finding:
    """A file from the future was written before the clock went back."""
    if newest_ms - wall_ms > MOST_OFF_MS:
        told = f"{_at(wall_ms)} is {(newest_ms - wall_ms) // 1000} s behind the newest file, {_at(newest_ms)}"
        return warning("clock", told, SET_IT)
    return good("clock", "no file is from the future")


def time_zone(name: str) -> Finding:
    """Whether the machine knows the city's time zone."""
    try:
        at = datetime.now(ZoneInfo(name))
    except (KeyError, ValueError, OSError) as error:
        return failed("time zone", f"{name}: {error}", "install the time zone data (tzdata)")
    return good("time zone", f"{name}: {at:%Y-%m-%d %H:%M}")


def time_server(state: int | None) -> Finding:
    """``state`` is what the kernel answers (``kernel_state``)."""
    if state is None or state < 0:
        return good("time server", "unknown: the kernel does not say")
    if state == _ERROR:
        return warning("time server", "none keeps this clock, says the kernel", "set up chrony or systemd-timesyncd")
    return good("time server", "the kernel's clock is kept by one")


def kernel_state() -> int | None:
    """What adjtimex answers to a question that changes nothing; None where there is no such call."""
    try:
        call = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    return int(call(ctypes.create_string_buffer(_ROOM))) if os.name == "posix" else None


def _at(ms: int) -> str:
    return f"{to_utc(ms):%Y-%m-%d %H:%M:%S} UTC"
