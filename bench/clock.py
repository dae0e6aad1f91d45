"""Time of one process: other programs on the machine do not count, all threads of this one do."""

import statistics
import time
from collections.abc import Callable


def cpu_s(call: Callable[[], object], repeats: int = 3) -> float:
    """Median processor time of a call, s, after a first one that warms up."""
    call()
    return statistics.median(once_s(call) for _ in range(repeats))


def once_s(call: Callable[[], object]) -> float:
    """Processor time of a call, s."""
    began = time.process_time()
    call()
    return time.process_time() - began
