"""From a leased row to a message with an address on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import SecretStr

from notifiers.channels.api import DeliveryError, Outgoing
from notifiers.content import Content, ContentError
from notifiers.ledger.outbox import Leased
from notifiers.spec import Language, Recipient
from notifiers.texts import render


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Writes messages; addresses stay in memory and out of the ledger."""

    content: Content
    addresses: Mapping[tuple[str, str], SecretStr]  # by recipient and channel

    def __call__(self, leased: Leased) -> Outgoing:
        """Raises DeliveryError, not to be retried, where nothing can be written or nobody is there."""
        address = self.addresses.get((leased.recipient, leased.channel))
        if address is None:
            raise DeliveryError(leased.channel, "not among the recipients any more", retryable=False)
        revision = leased.revision
        try:
            message = render(revision, cast("Language", leased.language), self.content)
        except (ContentError, KeyError) as error:
            raise DeliveryError(leased.channel, f"no text: {error}", retryable=False) from error
        return Outgoing(
            id=f"{revision.identifier}-{leased.id}",
            warning=revision.warning,
            status=revision.status,
            change=revision.change,
            level=revision.level,
            recipient=leased.recipient,
            channel=leased.channel,
            language=leased.language,
            to=address.get_secret_value(),
            title=message.title,
            body=f"{message.body}\n{self.content.web}",
            sent=revision.sent,
        )


def envelopes(content: Content, recipients: Sequence[Recipient]) -> Envelopes:
    """For the recipients of a configuration."""
    addresses = {
        (recipient.id, address.channel): address.to for recipient in recipients for address in recipient.addresses
    }
    return Envelopes(content, addresses)
