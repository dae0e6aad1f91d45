"""What a replay in this process says, written to a history as the role ``record`` would."""

from types import TracebackType
from typing import Self

from warning.log.api import Record
from warning.log.stage import Output
from warning.log.topics import ASSESSMENTS, EVENTS
from warning.record import understand
from warning.stores.history import History

AT_ONCE = 2000  # messages in one transaction


class Keeper:
    """Hears every output; what it has heard is written at the latest when the context ends."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._offsets = {ASSESSMENTS: 0, EVENTS: 0}
        self._heard: list[Record] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._write()

    def hear(self, output: Output) -> None:
        """Keep a message of the topics that are recorded.

        Raises:
            HistoryUnavailable: the history cannot be written.
        """
        if output.topic not in self._offsets:
            return
        offset = self._offsets[output.topic]
        self._offsets[output.topic] += 1
        self._heard.append(Record(output.topic, 0, offset, output.key.encode(), output.value))
        if len(self._heard) >= AT_ONCE:
            self._write()

    def _write(self) -> None:
        batch, _ = understand(self._heard)
        self._history.write(batch)
        self._heard = []
