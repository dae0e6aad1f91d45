"""From a leased row to a message with an address on it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, cast

from pydantic import SecretStr

from notifiers.channel_specs import AppriseChannel, ChannelSpec
from notifiers.channels.api import DeliveryError, Outgoing
from notifiers.content import Content, ContentError
from notifiers.forms import form_of
from notifiers.hypertext import closed, linked, opened
from notifiers.institutions import FROM_LEVEL, Institution
from notifiers.languages import Language
from notifiers.ledger.outbox import Leased, Said
from notifiers.ledger.tables import RESIDENT, About
from notifiers.notice import GaugeNotice, Page
from notifiers.notice_forms import notice_form_of
from notifiers.pages import render_page, seen_line, told
from notifiers.revision import ENDING, Change, Revision
from notifiers.sizes import FormKind, with_room
from notifiers.spec import Person, Recipient
from notifiers.subscriptions.letters import Letter
from notifiers.subscriptions.links import ResidentLinks
from notifiers.subscriptions.seal import WrongKey
from notifiers.subscriptions.words import SIGN_OFF, letter_words

Addresses = Mapping[tuple[str, str], SecretStr]  # by recipient and channel
#: The address at which a person says to have seen a page; empty where there is none.
Link = Callable[[Page, str], str]
#: The address at which an institution says to know of a revision.
SeenLink = Callable[[Revision, str], str]

KEPT = 64
SHORT = frozenset({FormKind.SMS, FormKind.SIGN, FormKind.VOICE})
#: What has no place for an address.
LINKLESS = frozenset({FormKind.SIGN, FormKind.VOICE})
#: Proves an id of a message to be ours, where mail servers report about it later.
Mark = Callable[[str], str]
NO_CHANNELS: Mapping[str, ChannelSpec] = {}
#: Which text each kind of channel carries; where people read at leisure, all of it.
_FORMS = {"webpush": FormKind.PUSH, "smpp": FormKind.SMS, "mqtt-sign": FormKind.SIGN}


def form_kind(spec: ChannelSpec) -> FormKind:
    """Which text a channel carries."""
    if isinstance(spec, AppriseChannel):
        return FormKind.VOICE if spec.voice else FormKind.SMS if spec.parts else FormKind.EMAIL
    return _FORMS.get(spec.kind, FormKind.EMAIL)


class Mine(NamedTuple):
    """What belongs to one resident."""

    to: str
    name: str  # the pseudonym
    links: ResidentLinks


class Written(NamedTuple):
    """A text for one kind of channel; ``short`` where the channel has room for little, and is then all it says."""

    title: str
    body: str
    short: str = ""
    html: str = ""  # without its end: one recipient's own lines may follow


def no_link(_page: Page, _person: str) -> str:
    """For who has nobody to ask."""
    return ""


def no_mark(_identifier: str) -> str:
    """For who hears no reports."""
    return ""


@dataclass(frozen=True, slots=True)
class Links:
    """What proves later who has answered to what."""

    page: Link = no_link
    seen: SeenLink | None = None
    residents: ResidentLinks | None = None  # None: there are none, or their key is not here
    mark: Mark = no_mark


NO_LINKS = Links()


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Writes messages; addresses stay in memory and out of the ledger."""

    content: Content
    public: Addresses
    staff: Addresses = field(default_factory=dict)
    kinds: Mapping[str, FormKind] = field(default_factory=dict)  # by channel
    institutions: Collection[str] = frozenset()  # ids
    links: Links = NO_LINKS
    written: dict[tuple[str, str, FormKind], Written] = field(default_factory=dict)  # lately

    def __call__(self, leased: Leased) -> Outgoing:
        """Raises DeliveryError, not to be retried, where nothing can be written or nobody is there."""
        mine = self._of_resident(leased) if leased.recipient.startswith(RESIDENT) else None
        to = self._configured(leased) if mine is None else mine.to
        message = leased.message
        try:
            said = self._told(leased, cast("Language", leased.language), mine)
        except (ContentError, KeyError) as error:
            raise DeliveryError(leased.channel, f"no text: {error}", retryable=False) from error
        identifier = f"{message.identifier}-{leased.id}"
        return Outgoing(
            id=identifier,
            mark=self.links.mark(identifier),
            warning=message.warning,
            zone=message.zone,
            status=message.status,
            change=message.change if isinstance(message, Revision) else None,
            level=message.level,
            recipient=leased.recipient,
            channel=leased.channel,
            language=leased.language,
            to=to,
            title=said.title,
            body=said.body,
            short=said.short,
            html=closed(said.html),
            unsubscribe=mine.links.unsubscribe(mine.name) if mine else "",
            sent=message.sent,
            expires=message.expires,
            silent=_silent(message),
        )

    def _configured(self, leased: Leased) -> str:
        addresses = self.staff if leased.about is About.PAGE else self.public
        address = addresses.get((leased.recipient, leased.channel))
        if address is None:
            raise DeliveryError(leased.channel, "not among the recipients any more", retryable=False)
        return address.get_secret_value()

    def _of_resident(self, leased: Leased) -> Mine:
        """What is told to one resident alone. While the key is missing nothing is lost: it is tried again."""
        if leased.sealed is None:
            raise DeliveryError(leased.channel, "signed off", retryable=False, gone=True)
        links = self.links.residents
        if links is None:
            raise DeliveryError(leased.channel, "residents' addresses cannot be read: no key", retryable=True)
        try:
            to = links.seal.open(leased.sealed, leased.recipient, leased.channel)
        except WrongKey as error:
            raise DeliveryError(leased.channel, f"a resident's address is {error}", retryable=True) from error
        return Mine(to, leased.recipient, links)

    def _told(self, leased: Leased, language: Language, mine: Mine | None) -> Written:
        message, kind = leased.message, self.kinds.get(leased.channel, FormKind.EMAIL)
        if mine is None:
            return self._written(leased, language, kind)
        if isinstance(message, Letter):  # says itself how to sign off
            slots = mine.links.slots(mine.name, message.asked_ms)
            return Written(*letter_words(message, language, self.content, kind, slots))
        written = self._written(leased, language, kind)
        if kind is not FormKind.EMAIL:
            return written
        last = told(SIGN_OFF, language).format(mine=mine.links.mine(mine.name))
        return written._replace(body=f"{written.body}\n\n{last}", html=_beside(written.html, last, language))

    def _written(self, leased: Leased, language: Language, kind: FormKind) -> Written:
        message = leased.message
        if isinstance(message, Letter):
            raise ContentError("a letter about a subscription to somebody who has none")
        if isinstance(message, Page):
            page = render_page(message, language, self.content, self.links.page(message, leased.recipient))
            return Written(page.title, page.body)
        key = message.identifier, language, kind
        if key not in self.written:
            if len(self.written) >= KEPT:
                self.written.clear()
            self.written[key] = self._in_some_language(message, language, kind)
        return self._with_link(self.written[key], leased, language, kind)

    def _with_link(self, told: Written, leased: Leased, language: Language, kind: FormKind) -> Written:
        """An institution has to acknowledge, each by an address of its own; others have room for that of the page."""
        message = leased.message
        if not isinstance(message, Revision):
            return told
        if self.links.seen is None or not self._asked(leased, message, kind):
            page = self.content.page_of(message.zone, language)
            return told._replace(short=with_room(told.short, page, language)) if kind is FormKind.SMS else told
        line = seen_line(self.links.seen(message, leased.recipient), language)
        short = f"{told.short}\n{line}" if told.short else ""
        return Written(told.title, f"{told.body}\n{line}", short, _beside(told.html, line, language))

    def _asked(self, leased: Leased, message: Revision, kind: FormKind) -> bool:
        """Whether somebody has to acknowledge a revision."""
        mine = leased.recipient in self.institutions and kind not in LINKLESS
        return mine and message.level >= FROM_LEVEL and message.change not in ENDING

    def _in_some_language(self, message: Revision | GaugeNotice, language: Language, kind: FormKind) -> Written:
        """The city's own where the recipient's cannot be written: nobody goes unwarned because of one slot."""
        try:
            return self._to_all(message, language, kind)
        except (ContentError, KeyError):
            if language == self.content.languages[0]:
                raise
            return self._to_all(message, self.content.languages[0], kind)

    def _to_all(self, message: Revision | GaugeNotice, language: Language, kind: FormKind) -> Written:
        """What is the same for everybody: written once, and not once per recipient."""
        make = form_of if isinstance(message, Revision) else notice_form_of
        whole = make(message, language, self.content, FormKind.EMAIL)  # type: ignore[arg-type]
        last = f"\n{self.content.page_of(message.zone, language)}" if isinstance(message, Revision) else ""
        if kind is FormKind.EMAIL:
            text = f"{whole.text}{last}"
            return Written(whole.title, text, html=opened(message, replace(whole, text=text), self.content))
        form = make(message, language, self.content, kind)  # type: ignore[arg-type]
        if kind in SHORT:
            return Written(whole.title, f"{whole.text}{last}", form.text)
        return Written(form.title or whole.title, form.text)


def _beside(html: str, line: str, language: Language) -> str:
    return html and html + linked(line, language)


def _silent(said: Said) -> bool:
    """An extension takes the place of what was told before, and wakes nobody."""
    return said.change is Change.EXTENDED if isinstance(said, Revision) else isinstance(said, Page) and said.silent


def envelopes(
    content: Content,
    recipients: Sequence[Recipient],
    people: Sequence[Person] = (),
    channels: Mapping[str, ChannelSpec] = NO_CHANNELS,
    links: Links = NO_LINKS,
) -> Envelopes:
    """For the recipients, institutions among them, the staff of a configuration, and residents whose key is here."""
    kinds = {name: form_kind(spec) for name, spec in channels.items()}
    asked = frozenset(one.id for one in recipients if isinstance(one, Institution))
    return Envelopes(content, _addresses(recipients), _addresses(people), kinds, asked, links)


def _addresses(whose: Sequence[Recipient] | Sequence[Person]) -> Addresses:
    return {(one.id, address.channel): address.to for one in whose for address in one.addresses}
