"""What the devices' own counters say about losses on the way.

A broker may acknowledge a reading and lose it, and its "duplicate" mark is not reliable, so the
device's number is the only witness. Counted since the start of this process.
"""

from collections import Counter
from typing import NamedTuple

from sensors.payloads import Frame
from sensors.readings import Reading, Series


class Last(NamedTuple):
    """Of one series: the number and event time (ms) that its counting stands at."""

    sequence: int
    at: int


class Sequences:
    """Gaps, repeats and restarts per series; readings without a number are not looked at."""

    def __init__(self) -> None:
        self.missing: Counter[Series] = Counter()  # readings that never came
        self.repeats = 0
        self.restarts = 0
        self._last: dict[Series, Last] = {}

    def see(self, reading: Reading) -> None:
        """Count one reading, in the order of arrival."""
        sequence = reading.sequence
        if sequence is None:
            return
        last = self._last.get(reading.series)
        if last is not None and sequence != last.sequence + 1:
            if sequence > last.sequence:
                self.missing[reading.series] += sequence - last.sequence - 1
            elif reading.at > last.at:  # counting from the start again, with newer readings
                self.restarts += 1
            else:
                self.repeats += 1
                return
        self._last[reading.series] = Last(sequence, reading.at)

    def resent(self, device: Series, frame: Frame, within_ms: int) -> bool:
        """Count one radio frame of a device, in the order of arrival; True if it came before.

        Several gateways, and devices that miss the acknowledgement, bring the same number again, and
        the network stamps it anew. A device comes to its number again later, after a restart: its
        readings are ``within_ms`` apart at least, and must not be lost.
        """
        last = self._last.get(device)
        if last is not None and frame.number == last.sequence and abs(frame.at - last.at) < within_ms:
            self.repeats += 1
            return True
        self.see(Reading(device, frame.at, None, frame.number))
        return False

    def counters(self) -> dict[str, int]:
        """Totals over all series."""
        return {
            "sequence_gaps": self.missing.total(),
            "sequence_repeats": self.repeats,
            "sequence_restarts": self.restarts,
        }

    def worst(self, most: int) -> str:
        """The series that lost most, as a text: "leimbach/stage lost 3"."""
        return ", ".join(f"{'/'.join(series)} lost {count}" for series, count in self.missing.most_common(most))
