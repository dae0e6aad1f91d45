"""What a resident asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from notifiers.languages import Language

#: Nobody has confirmed it by then: it is forgotten. Who looks comes once an hour, so that no entry gets 24 hours old.
UNCONFIRMED = timedelta(hours=22)
#: Codes after each letter; then another letter, or the link in it, is the only way.
TRIES = 5
#: Letters to one address in a day that anybody could have made us send.
LETTERS, LETTERS_WITHIN = 5, timedelta(hours=24)
MOST_ZONES, MOST_LIMITS = 20, 10


@dataclass(frozen=True, slots=True)
class Wish:
    """Which warnings, in which language, and from which level."""

    language: Language
    zones: tuple[str, ...]
    from_level: int
    limits: Mapping[str, float]  # by station, cm


@dataclass(frozen=True, slots=True)
class Consent:
    """The words somebody agreed to."""

    text: str

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()[:32]
