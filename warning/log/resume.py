"""Faust's consumer of Kafka, which reads where it is told to: where our checkpoints end."""

from collections.abc import Mapping
from typing import Any, ClassVar

from faust.transport.consumer import RecordMap
from faust.transport.drivers import aiokafka
from faust.types import TP


class Unread(dict[TP, int | None]):
    """What Faust has read of a partition, as far as it may know: nothing.

    It notes each record here and drops what lies below. With one record from before a seek still in its
    hands it dropped all that had been sought, and the partition stood still until it was sought again.
    """

    def __getitem__(self, tp: TP) -> None:
        return None


class Consumer(aiokafka.Consumer):
    """What it commits tells operators how far a group is; nobody reads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = Unread()

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> RecordMap:
        """With a set of its own: Faust empties this one meanwhile, and nothing is everything to aiokafka.

        What it then fetched of partitions that do not flow yet, Faust threw away.
        """
        return await super()._getmany(active_partitions and set(active_partitions), timeout)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Nothing: who takes partitions over has sought already."""
        return {}


class Transport(aiokafka.Transport):
    """What Faust looks up under the scheme ``kafka-log``."""

    Consumer: ClassVar[type[Consumer]] = Consumer
