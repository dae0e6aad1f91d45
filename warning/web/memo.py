"""Pages made once for all who ask for them at the same time."""

import threading
import time
from collections.abc import Callable

from warning.web.live import LOOK_S, Changes


class Memo:
    """Keeps what was made until somebody noticed a change, and never longer than the looks are apart.

    Where nobody looks for changes, nothing is kept.
    """

    def __init__(self, changes: Changes, clock: Callable[[], float] = time.monotonic) -> None:
        self._changes = changes
        self._clock = clock
        self._turn = threading.Lock()
        self._number = 0
        self._kept: dict[str, tuple[float, str]] = {}

    def get(self, path: str, make: Callable[[], str]) -> str:
        """The page at a path; one caller makes it while the others wait for it."""
        if self._changes.number == 0:
            return make()
        with self._turn:
            if self._number != self._changes.number:
                self._number, self._kept = self._changes.number, {}
            made_at, body = self._kept.get(path, (0.0, ""))
            if not body or self._clock() - made_at > LOOK_S:
                made_at, body = self._clock(), make()
                self._kept[path] = (made_at, body)
            return body
