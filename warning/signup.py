"""What residents ask of the service: signing up, confirming, changing, signing off. Addresses pass through, sealed."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hmac import compare_digest
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection

from notifiers.ledger import asking, residents
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.residents import Resident
from notifiers.revision import Status
from notifiers.subscriptions.contacts import Contact, admit, canonical, contact_of, same
from notifiers.subscriptions.letters import Purpose, letter
from notifiers.subscriptions.links import CONFIRM, MINE, NotOurs, ResidentLinks
from notifiers.subscriptions.wish import LETTERS, Consent, Wish
from sensors.times import to_ms
from warning.config.model import Config, SubscriptionSpec
from warning.contacts import contacts_of

REF = "ref"
HOUR = timedelta(hours=1)
T = TypeVar("T")


class Busy(Exception):
    """More have asked than letters can be sent for beside warnings; later there is room again."""


class Asked(NamedTuple):
    """What came of signing up."""

    ref: str  # with it a code can be typed in
    contact: Contact
    resident: Resident  # a browser is confirmed; of others nothing may be told to who asked


class SignUps:
    """One city's residents. Every method may raise LedgerUnavailable or LedgerUnusable."""

    def __init__(
        self, config: Config, spec: SubscriptionSpec, links: ResidentLinks, ledger: str, now: Callable[[], datetime]
    ) -> None:
        self.links = links
        self.channels: Mapping[str, Contact] = contacts_of(config)
        self._config = config
        self._spec = spec
        self._url = ledger
        self._now = now
        self._opened: Ledger | None = None
        self._opening = asyncio.Lock()

    async def sign_up(self, channel: str, address: str, wish: Wish, consent: Consent) -> Asked:
        """Keep a wish, and ask at the address whether it was its owner's; a browser has shown that by itself.

        What comes back is the same whether or not the address was known: nobody learns who has signed up.

        Raises:
            NoContact: the address is none of its kind, or none that is written to here.
            Busy: too many wait to be confirmed.
        """
        contact = self.channels[channel]
        told = canonical(contact, address, self._spec.region)
        admit(contact, told, self._config.channels[channel], self._spec.countries or (self._spec.region,))
        lookup = self.links.seal.lookup(same(contact, told), channel)
        seal = partial(self._sealed, told, channel)
        found, number = await self._write(partial(self._sign_up, channel, lookup, seal, wish, consent))
        return Asked(self.links.token(REF, found.id, str(number)), contact, found)

    def _sign_up(
        self, channel: str, lookup: str, seal: residents.SealFor, wish: Wish, consent: Consent, connection: Connection
    ) -> tuple[Resident, int]:
        """With the number of the letter that goes out; 0 where none does, and then nothing is changed either."""
        now = self._now()
        push = self.channels[channel] is Contact.PUSH
        if not push and asking.recent(connection, channel, to_ms(now - HOUR)) >= self._spec.per_hour:
            raise Busy
        found = residents.sign_up(connection, channel, lookup, seal, wish, consent, now)
        if push:
            if not residents.confirm(connection, found.id, now):
                residents.change(connection, found.id, wish)
            return replace(found, wish=wish, confirmed=True), 0
        number = asking.may_write(connection, found.id, now)
        if number:
            found = residents.ask_again(connection, found, wish, consent, now)
            self._post(connection, found, Purpose.KNOWN if found.confirmed else Purpose.CONFIRM)
        return found, number

    async def confirm(self, token: str) -> Resident:
        """By the link in a letter. Raises NotOurs."""
        return await self._write(partial(self._confirm, name=ResidentLinks.of(token), token=token))

    async def confirm_code(self, ref: str, code: str) -> Resident:
        """By the code in a letter, which only the owner of the address knows. Raises NotOurs."""
        number = self._letter_of(ref)
        name = ResidentLinks.of(ref)
        found = await self._write(partial(self._try, name=name, number=number, code="".join(code.split())))
        if found is None:
            raise NotOurs
        return found

    def _letter_of(self, ref: str) -> int:
        """Which letter was sent when it was given out, told to nobody: it says whether others have asked before."""
        for number in range(LETTERS + 1):
            with suppress(NotOurs):
                self.links.read(REF, ref, str(number))
                return number
        raise NotOurs

    def _try(self, connection: Connection, name: str, number: int, code: str) -> Resident | None:
        """None for a wrong code, which counts: it must be written down, so nothing is raised here."""
        found = residents.resident(connection, name)
        if found is None or not asking.may_try(connection, name, number):
            return None
        if not compare_digest(code.encode(), self.links.code(name, found.asked_ms).encode()):
            return None
        return self._confirmed(connection, found)

    def _confirm(self, connection: Connection, name: str, token: str) -> Resident:
        return self._confirmed(connection, self._asked(connection, name, token))

    def _asked(self, connection: Connection, name: str, token: str) -> Resident:
        found = residents.resident(connection, name)
        if found is None:
            raise NotOurs
        self.links.read(CONFIRM, token, str(found.asked_ms))
        return found

    def _confirmed(self, connection: Connection, found: Resident) -> Resident:
        if residents.confirm(connection, found.id, self._now()):
            self._post(connection, found, Purpose.WELCOME)
        return found

    async def asked(self, token: str) -> Resident:
        """Who would confirm by a link. Raises NotOurs."""
        return await self._read(partial(self._asked, name=ResidentLinks.of(token), token=token))

    async def mine(self, token: str) -> Resident:
        """Whose page it is. Raises NotOurs, also for who has signed off."""
        name = self.links.read(MINE, token)
        found = await self._read(partial(residents.resident, name=name))
        if found is None:
            raise NotOurs
        return found

    def contact(self, found: Resident) -> Contact | None:
        """What somebody has given; None where the city has no such channel any more, and tells them nothing."""
        spec = self._config.channels.get(found.channel)
        return None if spec is None else contact_of(spec)

    async def change(self, token: str, wish: Wish) -> None:
        """Another wish. Raises NotOurs."""
        name = self.links.read(MINE, token)
        if not await self._write(partial(residents.change, name=name, wish=wish)):
            raise NotOurs

    async def renew(self, endpoint: str, address: str) -> None:
        """A browser is written to at another address, shown by the one before, which only it and its push service know.

        Raises NotOurs, also for who has signed off; NoContact.
        """
        told = canonical(Contact.PUSH, address, self._spec.region)
        for channel in (name for name, contact in self.channels.items() if contact is Contact.PUSH):
            admit(Contact.PUSH, told, self._config.channels[channel], ())
            old, new = (self.links.seal.lookup(one, channel) for one in (endpoint, same(Contact.PUSH, told)))
            seal = partial(self._sealed, told, channel)
            if await self._write(partial(residents.move, channel=channel, old=old, new=new, seal=seal)):
                return
        raise NotOurs

    def _sealed(self, address: str, channel: str, name: str) -> bytes:
        return self.links.seal.close(address, name, channel)

    async def leave(self, token: str) -> bool:
        """Forget the owner of a link at once; False where that was done before. Raises NotOurs."""
        return await self._write(partial(residents.leave, name=self.links.read(MINE, token)))

    async def test(self, token: str) -> bool:
        """Send a test; False where there were enough for today. Raises NotOurs."""
        return await self._write(partial(self._test, found=await self.mine(token)))

    def _test(self, connection: Connection, found: Resident) -> bool:
        if not asking.may_write(connection, found.id, self._now()):
            return False
        self._post(connection, found, Purpose.TEST)
        return True

    def _post(self, connection: Connection, to: Resident, purpose: Purpose) -> None:
        said = letter(self._config.city.id, Status.ACTUAL, purpose, self._now(), to.asked_ms, to.wish.zones)
        asking.post(connection, said, to)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await (await self._ledger()).write(work)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        return await (await self._ledger()).read(work)

    async def _ledger(self) -> Ledger:
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(open_ledger, self._url)
        return self._opened

    def close(self) -> None:
        """Let the ledger go."""
        if self._opened is not None:
            self._opened.close()
