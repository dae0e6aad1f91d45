"""Addresses of pages at which a resident confirms, changes or ends a subscription.

They hold the pseudonym and a proof that we wrote them; whoever has the message has the link, and nobody else.
"""

import hmac
from dataclasses import dataclass

from notifiers.subscriptions.seal import Seal

MINE, CONFIRM = "mine", "confirm"


class NotOurs(ValueError):
    """It was changed on its way, or was never one of ours."""


@dataclass(frozen=True, slots=True)
class ResidentLinks:
    """Writes and reads them."""

    seal: Seal
    base: str  # ends with a slash

    def mine(self, resident: str) -> str:
        """Where a resident changes and ends the subscription. It never runs out: signing off must always work."""
        return f"{self.base}{MINE}/{self.token(MINE, resident)}"

    def unsubscribe(self, resident: str) -> str:
        """Signs off by a POST alone, RFC 8058."""
        return f"{self.mine(resident)}/leave"

    def confirm(self, resident: str, asked_ms: int) -> str:
        """Where a resident says to have asked for it."""
        return f"{self.base}{MINE}/{self.token(CONFIRM, resident, str(asked_ms))}/confirm"

    def code(self, resident: str, asked_ms: int) -> str:
        """The same, for who cannot follow a link."""
        return self.seal.code(resident, str(asked_ms))

    def slots(self, resident: str, asked_ms: int) -> dict[str, str]:
        """All that a letter may have to hold."""
        confirm, code = self.confirm(resident, asked_ms), self.code(resident, asked_ms)
        return {"confirm": confirm, "mine": self.mine(resident), "code": code}

    def token(self, purpose: str, resident: str, *more: str) -> str:
        """The resident with a proof."""
        return f"{resident.removeprefix('~')}.{self.seal.token(purpose, resident, *more)}"

    def read(self, purpose: str, token: str, *more: str) -> str:
        """The resident of a token.

        Raises:
            NotOurs: it proves nothing.
        """
        resident = self.of(token)
        if not hmac.compare_digest(self.token(purpose, resident, *more).encode(), token.encode()):
            raise NotOurs
        return resident

    @staticmethod
    def of(token: str) -> str:
        """Whom a token speaks of, whether or not it proves anything."""
        return f"~{token.partition('.')[0]}"
