"""Residents for tests: what they ask for, and the key to their addresses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from notifiers.ledger import residents
from notifiers.ledger.database import Ledger
from notifiers.ledger.residents import Resident
from notifiers.subscriptions.contacts import Contact, same
from notifiers.subscriptions.links import ResidentLinks
from notifiers.subscriptions.seal import Seal
from notifiers.subscriptions.wish import Consent, Wish
from tests.notifiers.samples import NOON

SEAL = Seal(b"k" * 32)
LINKS = ResidentLinks(SEAL, "https://warn.example/")
CONSENT = Consent("Ich will gewarnt werden.")


def wish(*zones: str, level: int = 1, limits: Mapping[str, float] | None = None, language: str = "de") -> Wish:
    """Asked for at the place of the flood unless said otherwise."""
    return Wish(language, zones or ("unterbarmen",), level, limits or {})  # type: ignore[arg-type]


def asked(ledger: Ledger, address: str, wanted: Wish | None = None, **how: object) -> Resident:
    """Somebody has asked, and not confirmed."""
    return ledger.write_now(asking_for(address, wanted, **how))  # type: ignore[arg-type]


def asking_for(
    address: str,
    wanted: Wish | None = None,
    channel: str = "email",
    contact: Contact = Contact.EMAIL,
    at: datetime = NOON,
) -> Callable[[Connection], Resident]:
    """What is written when somebody asks."""
    return partial(
        residents.sign_up,
        channel=channel,
        lookup=SEAL.lookup(same(contact, address), channel),
        seal=lambda name: SEAL.close(address, name, channel),
        wish=wanted or wish(),
        consent=CONSENT,
        at=at,
    )


def signed_up(ledger: Ledger, address: str, wanted: Wish | None = None, **how: object) -> Resident:
    """Somebody who has confirmed too."""
    found = asked(ledger, address, wanted, **how)  # type: ignore[arg-type]
    assert ledger.write_now(partial(residents.confirm, name=found.id, at=NOON))
    return found
