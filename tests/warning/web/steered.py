"""A flood as the steward takes it, for looking at pages: what is said in the ledger, conditions in the history."""

from pathlib import Path

from notifiers.revision import Revision
from rules.messages import Transition
from sensors.times import to_ms
from tests.warning.lifecycle.city import NOON, City
from tests.warning.web import seed
from tests.warning.web.seed import MINUTE
from warning.messages import DeskRow
from warning.stores.history import Batch


def minute_ms(minute: int) -> int:
    """The city's minutes begin at 14:00 in Wuppertal."""
    return to_ms(NOON + minute * MINUTE)


class Steered:
    """A city whose pages can be looked at in every minute; all gauges send, and stand below their marks."""

    def __init__(self, folder: Path, city: City) -> None:
        self.folder, self.city = folder, city
        self._ticked, self._said, self._seen = 0, 0, 0

    def until(self, minute: int) -> None:
        """Let time pass, and write down what came of it."""
        self.city.ticks(self._ticked, minute + 1)
        self._ticked = minute + 1
        said, self._said = self.city.said[self._said :], len(self.city.said)
        for row in {one.warning: one for one in said if isinstance(one, DeskRow)}.values():
            own = [one for one in said if isinstance(one, Revision) and one.warning == row.warning]
            seed.say(self.folder, row, *own)
        events, self._seen = self.city.events[self._seen :], len(self.city.events)
        with seed.history_of(self.folder) as history:
            history.write(Batch((), (), tuple(one for one in events if isinstance(one, Transition))))
            seed.calm(history, now=minute_ms(minute))
