"""How a channel's provider is doing, as one deliverer has seen it, and all of them together."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce

import msgspec


class ProviderStanding(msgspec.Struct, frozen=True):
    """Of one channel. A refusal of one recipient is a success of the provider: it answers."""

    channel: str
    waiting: int = 0  # messages to be sent, now or later, or being sent
    left_alone: bool = False  # most of what it was given has failed: it gets nothing for a while
    succeeded_at: datetime | None = None
    reached_at: datetime | None = None  # its host let us connect, which says nothing of messages
    failed_at: datetime | None = None
    failing_since: datetime | None = None  # None: its last word was none of failure
    reason: str = ""  # of the last failure, without anything that tells a person

    def heard(self, at: datetime, failure: str | None) -> "ProviderStanding":
        """After a message, or a greeting; ``failure`` says why it came to nothing."""
        if failure is None:
            return msgspec.structs.replace(self, succeeded_at=at, failing_since=None)
        since = self.failing_since or at
        return msgspec.structs.replace(self, failed_at=at, failing_since=since, reason=failure)

    def reached(self, at: datetime, *, ends_failure: bool) -> "ProviderStanding":
        """It could be connected to; that ends a failure only where that was all that failed."""
        since = None if ends_failure else self.failing_since
        return msgspec.structs.replace(self, reached_at=at, failing_since=since)


def together(standings: Iterable[ProviderStanding]) -> list[ProviderStanding]:
    """What several deliverers say, by channel; each counts the same waiting messages."""
    by_channel: dict[str, list[ProviderStanding]] = {}
    for one in standings:
        by_channel.setdefault(one.channel, []).append(one)
    return [reduce(_both, by_channel[name]) for name in sorted(by_channel)]


def _both(one: ProviderStanding, other: ProviderStanding) -> ProviderStanding:
    """A success that is later than the other's failure ends that."""
    last = max((one, other), key=lambda standing: standing.failed_at.timestamp() if standing.failed_at else 0.0)
    succeeded = max(filter(None, (one.succeeded_at, other.succeeded_at)), default=None)
    reached = max(filter(None, (one.reached_at, other.reached_at)), default=None)
    failing = min(filter(None, (one.failing_since, other.failing_since)), default=None)
    if succeeded is not None and last.failed_at is not None and succeeded > last.failed_at:
        failing = None
    return ProviderStanding(
        one.channel,
        max(one.waiting, other.waiting),
        one.left_alone or other.left_alone,
        succeeded,
        reached,
        last.failed_at,
        failing,
        last.reason,
    )
