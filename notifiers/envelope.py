"""From a leased row to a message with an address on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from pydantic import SecretStr

from notifiers.channel_specs import AppriseChannel, ChannelSpec
from notifiers.channels.api import DeliveryError, Outgoing
from notifiers.content import Content, ContentError
from notifiers.forms import form_of
from notifiers.languages import Language
from notifiers.ledger.outbox import Leased
from notifiers.ledger.tables import About
from notifiers.notice import GaugeNotice, Page
from notifiers.notice_forms import notice_form_of
from notifiers.pages import render_page
from notifiers.revision import Revision
from notifiers.sizes import FormKind
from notifiers.spec import Person, Recipient

Addresses = Mapping[tuple[str, str], SecretStr]  # by recipient and channel
#: The address at which a person says to have seen a page; empty where there is none.
Link = Callable[[Page, str], str]

KEPT = 64
SHORT = frozenset({FormKind.SMS, FormKind.SIGN})
#: Proves an id of a message to be ours, where mail servers report about it later.
Mark = Callable[[str], str]
NO_CHANNELS: Mapping[str, ChannelSpec] = {}
#: Which text each kind of channel carries; where people read at leisure, all of it.
_FORMS = {"webpush": FormKind.PUSH, "smpp": FormKind.SMS, "mqtt-sign": FormKind.SIGN}


def form_kind(spec: ChannelSpec) -> FormKind:
    """Which text a channel carries."""
    if isinstance(spec, AppriseChannel):
        return FormKind.SMS if spec.parts else FormKind.VOICE if spec.voice else FormKind.EMAIL
    return _FORMS.get(spec.kind, FormKind.EMAIL)


class Written(NamedTuple):
    """A text for one kind of channel; ``short`` where the channel has room for little, and is then all it says."""

    title: str
    body: str
    short: str = ""


def no_link(_page: Page, _person: str) -> str:
    """For who has nobody to ask."""
    return ""


def no_mark(_identifier: str) -> str:
    """For who hears no reports."""
    return ""


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Writes messages; addresses stay in memory and out of the ledger."""

    content: Content
    public: Addresses
    staff: Addresses = field(default_factory=dict)
    link: Link = no_link
    kinds: Mapping[str, FormKind] = field(default_factory=dict)  # by channel
    mark: Mark = no_mark
    written: dict[tuple[str, str, FormKind], Written] = field(default_factory=dict)  # lately

    def __call__(self, leased: Leased) -> Outgoing:
        """Raises DeliveryError, not to be retried, where nothing can be written or nobody is there."""
        addresses = self.staff if leased.about is About.PAGE else self.public
        address = addresses.get((leased.recipient, leased.channel))
        if address is None:
            raise DeliveryError(leased.channel, "not among the recipients any more", retryable=False)
        message = leased.message
        try:
            told = self._told(leased, cast("Language", leased.language))
        except (ContentError, KeyError) as error:
            raise DeliveryError(leased.channel, f"no text: {error}", retryable=False) from error
        identifier = f"{message.identifier}-{leased.id}"
        return Outgoing(
            id=identifier,
            mark=self.mark(identifier),
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
            short=told.short,
            sent=message.sent,
            expires=message.expires,
            silent=isinstance(message, Page) and message.silent,
        )

    def _told(self, leased: Leased, language: Language) -> Written:
        message = leased.message
        if isinstance(message, Page):
            told = render_page(message, language, self.content, self.link(message, leased.recipient))
            return Written(told.title, told.body)
        key = message.identifier, language, self.kinds.get(leased.channel, FormKind.EMAIL)
        if key not in self.written:
            if len(self.written) >= KEPT:
                self.written.clear()
            self.written[key] = self._to_all(message, language, key[2])
        return self.written[key]

    def _to_all(self, message: Revision | GaugeNotice, language: Language, kind: FormKind) -> Written:
        """What is the same for everybody: written once, and not once per recipient."""
        make = form_of if isinstance(message, Revision) else notice_form_of
        whole = make(message, language, self.content, FormKind.EMAIL)  # type: ignore[arg-type]
        last = f"\n{self.content.web}" if isinstance(message, Revision) else ""
        if kind is FormKind.EMAIL:
            return Written(whole.title, f"{whole.text}{last}")
        form = make(message, language, self.content, kind)  # type: ignore[arg-type]
        if kind in SHORT:
            return Written(whole.title, f"{whole.text}{last}", form.text)
        return Written(form.title or whole.title, form.text)


def envelopes(
    content: Content,
    recipients: Sequence[Recipient],
    people: Sequence[Person] = (),
    link: Link = no_link,
    channels: Mapping[str, ChannelSpec] = NO_CHANNELS,
    mark: Mark = no_mark,
) -> Envelopes:
    """For the recipients and the staff of a configuration."""
    kinds = {name: form_kind(spec) for name, spec in channels.items()}
    return Envelopes(content, _addresses(recipients), _addresses(people), link, kinds, mark)


def _addresses(whose: Sequence[Recipient] | Sequence[Person]) -> Addresses:
    return {(one.id, address.channel): address.to for one in whose for address in one.addresses}
