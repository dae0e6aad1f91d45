"""From a leased row to a message with an address on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from pydantic import SecretStr

from notifiers.channels.api import DeliveryError, Outgoing
from notifiers.content import Content, ContentError
from notifiers.languages import Language
from notifiers.ledger.outbox import Leased
from notifiers.ledger.tables import About
from notifiers.notice import GaugeNotice, Page
from notifiers.pages import Told, render_gauge_notice, render_page
from notifiers.revision import Revision
from notifiers.spec import Person, Recipient
from notifiers.texts import render

Addresses = Mapping[tuple[str, str], SecretStr]  # by recipient and channel
#: The address at which a person says to have seen a page; empty where there is none.
Link = Callable[[Page, str], str]

KEPT = 64


def no_link(_page: Page, _person: str) -> str:
    """For who has nobody to ask."""
    return ""


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Writes messages; addresses stay in memory and out of the ledger."""

    content: Content
    public: Addresses
    staff: Addresses = field(default_factory=dict)
    link: Link = no_link
    written: dict[tuple[str, str], Told] = field(default_factory=dict)  # lately, by message and language

    def __call__(self, leased: Leased) -> Outgoing:
        """Raises DeliveryError, not to be retried, where nothing can be written or nobody is there."""
        addresses = self.staff if leased.about is About.PAGE else self.public
        address = addresses.get((leased.recipient, leased.channel))
        if address is None:
            raise DeliveryError(leased.channel, "not among the recipients any more", retryable=False)
        message = leased.message
        try:
            told = self._told(message, cast("Language", leased.language), leased.recipient)
        except (ContentError, KeyError) as error:
            raise DeliveryError(leased.channel, f"no text: {error}", retryable=False) from error
        return Outgoing(
            id=f"{message.identifier}-{leased.id}",
            warning=message.warning,
            status=message.status,
            change=message.change if isinstance(message, Revision) else None,
            level=message.level,
            recipient=leased.recipient,
            channel=leased.channel,
            language=leased.language,
            to=address.get_secret_value(),
            title=told.title,
            body=told.body,
            sent=message.sent,
            expires=message.expires,
            silent=isinstance(message, Page) and message.silent,
        )

    def _told(self, message: Revision | Page | GaugeNotice, language: Language, recipient: str) -> Told:
        if isinstance(message, Page):
            return render_page(message, language, self.content, self.link(message, recipient))
        key = message.identifier, language
        told = self.written.get(key)
        if told is None:
            if len(self.written) >= KEPT:
                self.written.clear()
            told = self.written[key] = self._to_all(message, language)
        return told

    def _to_all(self, message: Revision | GaugeNotice, language: Language) -> Told:
        """What is the same for everybody: written once, and not once per recipient."""
        if isinstance(message, GaugeNotice):
            return render_gauge_notice(message, language, self.content)
        written = render(message, language, self.content)
        return Told(written.title, f"{written.body}\n{self.content.web}")


def envelopes(
    content: Content, recipients: Sequence[Recipient], people: Sequence[Person] = (), link: Link = no_link
) -> Envelopes:
    """For the recipients and the staff of a configuration."""
    return Envelopes(content, _addresses(recipients), _addresses(people), link)


def _addresses(whose: Sequence[Recipient] | Sequence[Person]) -> Addresses:
    return {(one.id, address.channel): address.to for one in whose for address in one.addresses}
