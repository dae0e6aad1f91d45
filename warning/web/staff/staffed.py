"""What the pages of the staff are made with."""

from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from notifiers.languages import Language
from notifiers.revision import Status
from notifiers.subscriptions.seal import Seal
from warning.accounts.guard import Guard
from warning.accounts.hashing import Hashing
from warning.links import AckLinks
from warning.log.api import Log
from warning.seen_links import SeenLinks
from warning.stores.book import LedgerBook
from warning.stores.second_factors import SecondFactors
from warning.stores.staff import StaffBook
from warning.web.facts.sources import Sources
from warning.web.render import Renderer
from warning.web.residents.barriers import Barriers
from warning.web.staff.accounts import Accounts
from warning.web.staff.attacked import Attacked
from warning.web.staff.deciding import Deciding
from warning.web.staff.forms import session_of
from warning.web.staff.who import Door, Session


@dataclass(frozen=True)
class Staffed:
    """How people of one world are known, heard and answered."""

    deciding: Deciding
    door: Door
    accounts: Accounts
    links: AckLinks
    seen_links: SeenLinks
    barriers: Barriers

    @property
    def staff(self) -> StaffBook:
        return self.door.staff

    def guard(self, request: Request) -> None:
        """What stands before a page of the staff. Raises ToLogin, BookUnavailable."""
        session_of(self.door, request)

    def language_of(self, person: str) -> Language:
        """The language of a person, where the city speaks it."""
        spoken = self.deciding.sources.config.city.languages
        own = next((one.language for one in self.deciding.sources.config.people if one.id == person), spoken[0])
        return own if own in spoken else spoken[0]


def staffed(sources: Sources, log: Log, book: LedgerBook, key: bytes) -> Staffed:
    """The staff's side of a world; ``key`` is its secret."""
    staff = StaffBook(book)
    page = sources.config.city.page
    people = {one.id: one for one in sources.config.people}
    # An exercise has a ledger of its own: nobody sets a phone up once more for that.
    needing = sources.config.login.totp if sources.status is Status.ACTUAL else ()
    door = Door(staff, key, people, sources.config.city, sources.wall_ms, needing)
    factors, attacked = SecondFactors(staff, key, sources.wall_ms), Attacked(sources, log)
    accounts = Accounts(door, factors, Guard(people), Hashing(), attacked)
    barriers = Barriers(book, Seal(key), lambda: sources.now_ms() or 0)
    return Staffed(Deciding(sources, log, staff), door, accounts, AckLinks(key, page), SeenLinks(key, page), barriers)


def private_page(
    render: Renderer, staff: Staffed, request: Request, session: Session, template: str, **facts: object
) -> str:
    """A page for one person, in that person's language."""
    return render.html(
        request.url.path,
        staff.language_of(session.person),
        template,
        person=session.person,
        form=staff.door.form_token(session),
        attacks=staff.accounts.guard.attacks(),
        **facts,
    )


def private(body: str, status: int = 200) -> Response:
    """A page that nobody else may see; no cache keeps it."""
    return HTMLResponse(body, status, headers={"Cache-Control": "no-store"})
