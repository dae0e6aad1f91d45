"""What the pages and the interface for residents are made with."""

from dataclasses import dataclass, field

from notifiers.languages import Language
from notifiers.ledger.residents import Resident
from notifiers.pages import told
from notifiers.subscriptions.contacts import Contact
from notifiers.subscriptions.wish import Consent
from notifiers.subscriptions.words import HONEST
from warning.places import Places
from warning.signup import SignUps
from warning.web.often import Bounds, Often
from warning.web.render import Renderer

HOUR_S = 3600.0
#: What one place on the net may ask for in an hour: enough for a family behind one router, or a help desk.
ASKED, TRIED = 20, 30
TOGETHER, MINUTE_S = 600, 60.0


@dataclass(frozen=True)
class Subscribing:
    """Residents' side of a city."""

    render: Renderer
    sign_ups: SignUps
    places: Places
    asking: Bounds = field(default_factory=lambda: Bounds(Often(ASKED, HOUR_S), Often(TOGETHER, MINUTE_S)))
    trying: Bounds = field(default_factory=lambda: Bounds(Often(TRIED, HOUR_S), Often(TOGETHER, MINUTE_S)))

    def language_of(self, resident: Resident) -> Language:
        """The pages in a resident's language, as far as they are written in it."""
        return resident.wish.language if resident.wish.language in self.render.words else self.first

    @property
    def first(self) -> Language:
        return self.render.sources.config.city.languages[0]

    def consent(self, contact: Contact, language: Language) -> Consent:
        """The words that somebody agrees to who signs up in a language."""
        return Consent(f"{self.consent_shown(contact, language)} {self.honest(language)}")

    def consent_shown(self, contact: Contact, language: Language) -> str:
        """The part of them that stands where it is agreed to; the other one stands above."""
        words = self.render.words[language]
        key = "consent_push" if contact is Contact.PUSH else "consent_address"
        return words.say(key, city=words.city.name)

    @staticmethod
    def honest(language: Language) -> str:
        """What no sign-up may keep to itself."""
        return told(HONEST, language)
