"""How much each channel's provider gets: places, rates and breakers."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection

from notifiers.breaker import Breaker
from notifiers.channel_specs import ChannelLimits
from notifiers.ledger.leases import Lease
from notifiers.ledger.outbox import Leased, lease
from notifiers.ledger.outcomes import Outcome
from notifiers.ledger.rates import use, within
from notifiers.ledger.tables import State
from notifiers.retries import Clock
from notifiers.standing import ProviderStanding

logger = structlog.get_logger()

NO_LIMITS = ChannelLimits()


class Providers:
    """Those of all channels, as one deliverer uses them; rates are counted by all deliverers together."""

    def __init__(self, channels: Iterable[str], limits: Mapping[str, ChannelLimits], clock: Clock) -> None:
        self._clock = clock
        self._limits = {name: limits.get(name, NO_LIMITS) for name in channels}
        self._rates = {name: limit.rate for name, limit in self._limits.items() if limit.rate is not None}
        self._breakers = {name: Breaker() for name in self._limits}
        self._standings = {name: ProviderStanding(name) for name in self._limits}

    def free(self, busy: Mapping[str, int]) -> dict[str, int]:
        """How many more messages may be on their way by channel, with so many there already; rates left aside."""
        now = self._clock.monotonic()
        return {
            name: self._breakers[name].places(limit.parallel - busy.get(name, 0), busy.get(name, 0), now)
            for name, limit in self._limits.items()
        }

    def lease(self, connection: Connection, free: Mapping[str, int], now: datetime, terms: Lease) -> list[Leased]:
        """Rows to be sent now, no more than the rates allow."""
        if not self._rates:
            return lease(connection, free, now, terms)
        now_us = self._clock.wall_us()
        leased = lease(connection, within(connection, free, self._rates, now_us), now, terms)
        sent = {name: sum(row.channel == name for row in leased) for name in self._rates}
        use(connection, sent, self._rates, now_us)
        return leased

    def standing(self, channel: str) -> ProviderStanding:
        """How its provider is doing; what waits is not counted here."""
        left_alone = self._breakers[channel].open_until is not None
        return replace(self._standings[channel], left_alone=left_alone)

    def standings(self) -> list[ProviderStanding]:
        """Of all of them."""
        return [self.standing(name) for name in self._standings]

    def greeted(self, channel: str, at: datetime, failure: str | None) -> None:
        """What came of a greeting: it opens no breaker, as nothing was given to the provider."""
        self._standings[channel] = self._standings[channel].heard(at, failure)

    def reached(self, channel: str, at: datetime, *, ends_failure: bool) -> None:
        """Its host lets us connect: neither a success nor the end of a failure of messages."""
        self._standings[channel] = self._standings[channel].reached(at, ends_failure=ends_failure)

    def heard(self, channel: str, outcome: Outcome) -> None:
        """How an attempt ended that the provider had to do with."""
        failed = outcome.state in (State.QUEUED, State.UNKNOWN) and not outcome.of_recipient
        self._standings[channel] = self._standings[channel].heard(outcome.at, outcome.reason if failed else None)
        breaker = self._breakers[channel]
        before = breaker.open_until
        breaker.ended(self._clock.monotonic(), failed=failed)
        if breaker.open_until is None and before is not None:
            logger.info("provider_back", channel=channel)
        elif breaker.open_until is not None and before is None:
            logger.warning("provider_left_alone", channel=channel, reason="most of what it was given has failed")
