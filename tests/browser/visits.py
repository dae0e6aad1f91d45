"""Every page that people can come to, in every state of a city: addresses, and what is filled in where a form leads on.

Languages, zones, stations and warnings are those of the city's own configuration and ledger: one more is a page more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from notifiers.ledger.database import open_ledger
from notifiers.notice import Page as Call
from notifiers.notice import PageReason
from notifiers.revision import Revision, Status
from sensors.times import to_utc
from tests.browser.states import STATES
from tests.notifiers.residents import LINKS, asked, signed_up
from tests.warning.web import seed
from tests.warning.web.logins import GOOD
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import KEY
from warning.links import AckLinks
from warning.seen_links import SeenLinks
from warning.stores.book import LedgerBook

#: German everywhere; another two in each state, so that each language is looked at in some, and Arabic, from right to
#: left, at danger and at rest.
FIRST, *OTHERS = seed.config().city.languages
BESIDE = {
    state: {OTHERS[number % len(OTHERS)], OTHERS[(number + len(OTHERS) // 2) % len(OTHERS)]}
    for number, state in enumerate(STATES)
} | {"calm": {"ar", "en"}, "level 3": {"ar", "de-simple"}}
#: whose staff pages are all looked at; of the others the desk and its warnings
STAFFED = ("calm", "level 3", "exercise")
ALONE = (
    "find", "widget", "warnings", "about", "emergency", "accessibility", "offline", "report", "notices", "health",
    "no-page",
)  # fmt: skip
#: where the layout of a language shows
MAIN = ("", "zone/unterbarmen", "station/kluserbruecke", "subscribe", "report", "emergency", "widget/unterbarmen")
PAST = f"?at={to_utc(NOW - 600_000):%Y-%m-%dT%H:%MZ}"
FREE = "document.querySelectorAll('[required]').forEach(one => { one.required = false; }); "
PLACE = "document.getElementById('place').value = '{}'; "
CLICK = "document.querySelector('{}').click(); "


@dataclass(frozen=True)
class Visit:
    """An address, as whom it is looked at, and what leads on from there to the page that is meant."""

    path: str
    person: str = ""  # empty: a resident
    fill: str = ""  # a script that fills in a form and sends it
    arrives: str = "main"  # what is found on the page that is meant

    @property
    def name(self) -> str:
        return f"{self.path} → {self.arrives}" if self.fill else self.path


def visits(state: str, folder: Path) -> list[Visit]:
    """All pages of a state whose files are in a folder."""
    with LedgerBook(f"sqlite:///{folder}/ledger.db") as book:
        warnings = [row.warning for row in book.rows()]
        said = [revision for revisions in book.revisions(warnings).values() for revision in revisions]
    found = list(_residents(FIRST, said))
    if STATES[state].status is Status.ACTUAL:
        found += _signing_up(FIRST, folder)
    main = (f"warning/{said[-1].warning}",) if said else ()
    found += [Visit(f"/{language}/{path}") for language in sorted(BESIDE[state]) for path in (*MAIN, *main)]
    if state not in STAFFED:
        desk = ("?plain=1", *(f"/{warning}" for warning in warnings))
        return [*found, *(Visit(f"/desk{path}", "anna") for path in desk)]
    for person in ("anna", "berta"):  # who reads German, and who reads English
        found += _staff(person, warnings, said)
    return [*found, *_logging_in(), *_linked(said)]


def _residents(language: str, said: Sequence[Revision]) -> Iterator[Visit]:
    city, start = seed.config(), f"/{language}/"
    places = [f"zone/{zone}" for zone in city.zones] + [f"station/{station}" for station in city.stations]
    places += [f"widget/{zone}" for zone in city.zones]
    warnings = sorted({f"warning/{one.warning}" for one in said})
    posters = [f"warning/{one.warning}/{one.number}/poster" for one in said]
    past = [f"{path}{PAST}" for path in ("", "zone/unterbarmen", "station/leimbach")]
    for path in ("", *ALONE, *places, *warnings, *posters, *past, *(f"{one}?thanks=1" for one in warnings[:1])):
        yield Visit(f"{start}{path}")
    for place in ("Hünefeldstraße", "Langerfeld", "nowhere"):
        yield Visit(f"{start}find", fill=PLACE.format(place) + CLICK.format(".find button"), arrives="[role=status]")
    wet, send = FREE + CLICK.format("#knee"), CLICK.format("main form > p:last-of-type button")
    yield Visit(f"{start}report", fill=PLACE.format("Hünef") + CLICK.format("[name=find]"), arrives="[role=status]")
    yield Visit(f"{start}report", fill=wet + send, arrives="[role=alert]")
    yield Visit(f"{start}report", fill=PLACE.format("Kluse") + wet + send, arrives=".good")
    barrier, what = f"{start}accessibility/report", "document.getElementById('what').value = 'Der Film.'; "
    yield Visit(barrier)
    yield Visit(barrier, fill=FREE + CLICK.format("main form button"), arrives="[role=alert]")
    yield Visit(barrier, fill=what + CLICK.format("main form button"), arrives=".good")


def _signing_up(language: str, folder: Path) -> Iterator[Visit]:
    start = f"/{language}/subscribe"
    send = CLICK.format("#wish fieldset:last-of-type > p:last-of-type button")
    mail = f"document.getElementById('address').value = '{language}@people.example'; "
    whole = CLICK.format("#zone_unterbarmen") + CLICK.format("#consent") + mail
    yield Visit(start)
    yield Visit(f"{start}?zone=beyenburg")
    yield Visit(start, fill=PLACE.format("Hünef") + CLICK.format("[name=find]"), arrives="[role=status] ul")
    yield Visit(start, fill=FREE + send, arrives="[role=alert]")
    yield Visit(start, fill=whole + send, arrives="#code")
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        new = asked(ledger, f"{language}1@people.example", at=to_utc(NOW))
        known = signed_up(ledger, f"{language}2@people.example", at=to_utc(NOW))
    yield Visit(urlsplit(LINKS.confirm(new.id, new.asked_ms)).path)
    yield Visit(f"/mine/{LINKS.token('mine', known.id)}")
    yield Visit("/mine/nobody")


def _staff(person: str, warnings: Sequence[str], said: Sequence[Revision]) -> Iterator[Visit]:
    pages = ["?plain=1", "/shift", "/local", "/local/unterbarmen", "/local/everywhere", "/reports", "/account"]
    pages += [f"/{warning}" for warning in warnings] + [f"/{warning}/calls" for warning in warnings]
    pages += [f"/{one.warning}/{one.number}/{kind}" for one in said for kind in ("hotline", "sheet", "siren")]
    yield from (Visit(f"/desk{path}", person) for path in pages)
    yield Visit("/desk/live", person, arrives=".panel.list")


def _logging_in() -> Iterator[Visit]:
    yield Visit("/desk/login")
    wrong = "document.getElementById('token').value = 'guessed'; document.getElementById('token').form.submit(); "
    yield Visit("/desk/login", fill=wrong, arrives="[role=alert]")
    typed = f"document.getElementById('person').value = 'dora'; document.getElementById('password').value = '{GOOD}'; "
    yield Visit("/desk/login", fill=typed + CLICK.format("main form button"), arrives="#code")
    begin = f"document.getElementById('factor-current').value = '{GOOD}'; "
    yield Visit("/desk/account", "anna", fill=begin + CLICK.format("[action$=factor] button"), arrives=".code svg")


def _linked(said: Sequence[Revision]) -> Iterator[Visit]:
    """Pages behind links in messages."""
    at = to_utc(NOW)
    call = Call(
        "p1", "wuppertal", Status.ACTUAL, PageReason.DRAFT_WAITS, ("anna",), False, False, at, at + timedelta(hours=1),
        2, "w2",
    )  # fmt: skip
    yield Visit(urlsplit(AckLinks(KEY, "http://city/").link(call, "anna")).path)
    yield Visit("/ack/nobody")
    yield Visit("/seen/nobody")
    for revision in said[-1:]:
        for name in ("care-home-beyenburg", "camp-site-beyenburg"):
            yield Visit(urlsplit(SeenLinks(KEY, "http://city/").link(revision, name)).path)
