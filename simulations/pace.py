"""How fast virtual time may go."""

import asyncio


class Pace:
    """Not faster than ``speed`` times real time; slower when the service needs longer."""

    def __init__(self, start: int, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._began: float | None = None

    async def until(self, at: int) -> None:
        """Return when virtual time may be ``at``, in ms. Real time counts from the first call."""
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
        due = self._began + (at - self._start) / 1000 / self._speed
        if due > now:
            await asyncio.sleep(due - now)
