"""The live desk says what is due and what it does not know: nothing looks calm that is not."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from notifiers.revision import Change
from sensors.times import to_utc
from tests.browser.chromium import opened_page
from tests.browser.live_desk import built, focused, opened, violations
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed
from warning.messages import Ack, DeskRow, WarningState

pytestmark = pytest.mark.asyncio

AT = to_utc(seed.NOW)
MINUTE = timedelta(minutes=1)
CALM = "Nichts wartet auf jemanden."
LIST = "document.querySelector('.list').innerText"


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    built()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """One warning in force that everybody has seen, and readings that come."""
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    seed.say(tmp_path, standing(), seed.revision(1, 1, AT - MINUTE, Change.ISSUED))
    server = Served(tmp_path)
    yield server
    server.kill()


def standing(state: WarningState = WarningState.RELEASED, **more: object) -> DeskRow:
    seen = (Ack("anna", 3, AT),)
    row = replace(seed.desk_row(state, 2, AT - MINUTE), revision=1, acks=seen, expires=AT + 300 * MINUTE)
    return replace(row, **more)


def say(served: Served, row: DeskRow) -> None:
    """Put a row there, and let pages hear of it."""
    seed.say(served.folder, row)
    with seed.history_of(served.folder) as history:
        history.write(seed.tick())


async def test_nothing_waits_only_where_nothing_is_due(served: Served) -> None:
    """What is over stands among what is open as long as something of it is due; an end that is near is named."""
    async with opened_page() as page:
        await opened(page, served)
        await page.becomes(f"{LIST}.includes('{CALM}')")
        for row, due in (
            (standing(sheet_due=AT + 5 * MINUTE), "MoWaS-Blatt: Bestätigung fällig 18:35 Uhr"),
            (standing(WarningState.ALL_CLEAR, sheet_due=AT), "MoWaS-Blatt: Bestätigung fällig 18:30 Uhr"),
            (standing(released_alone_by="berta", countersign_due=AT + 60 * MINUTE), "Gegenzeichnung fällig bis 19:30"),
            (standing(WarningState.EXPIRED, expires=AT), "Abgelaufen, ohne dass Entwarnung kam"),
            (standing(expires=AT + 30 * MINUTE), "Läuft aus 19:00 Uhr"),
        ):
            say(served, row)
            await page.becomes(f"{LIST}.includes({due!r})")
            assert CALM not in await page.text(), due
            assert await page.value("document.querySelector('#row-w1').checkVisibility()")
        say(served, standing(WarningState.CLOSED, sheet_due=AT))
        await page.becomes(f"{LIST}.includes('{CALM}')")


async def test_nothing_is_called_well_that_nobody_has_told_of(served: Served) -> None:
    """The history is away, and dispatch has never reported; the intake of readings is named among all that is bad."""
    async with opened_page() as page:
        await opened(page, served)
        strip = "document.querySelector('.system').innerText"
        await page.becomes(f"/Wege\\s+unbekannt/.test({strip})")
        assert "Annahme + 3" in await page.value(strip)
        await page.becomes(f"/Still\\s+keine/.test({strip})")
        await asyncio.to_thread(served.kill)
        for file in served.folder.glob("history.db*"):
            file.unlink()
        await asyncio.to_thread(served.start)
        await page.becomes(f"/Still\\s+unbekannt/.test({strip})")
        assert CALM not in await page.text()


async def test_the_sheets_are_one_key_away_and_a_badge_has_its_number(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        assert "(2)" in await page.value("document.querySelector('.list .badge').innerText")
        await page.press("b")
        await page.becomes("document.activeElement.id === 'papers'")
        links = await page.value("[...document.querySelectorAll('.papers a')].map(one => one.getAttribute('href'))")
        assert links == [
            "/desk/w1/1/sheet",
            "/desk/w1/1/siren",
            "/desk/w1/1/hotline",
            "/de/warning/w1",
            "/desk/w1",
        ]
        for link in links:
            assert await page.value(f"fetch('{link}').then((answer) => answer.status)") == 200, link
        assert await violations(page, colours=False) == []
        await page.press("Enter")
        await page.becomes("location.pathname === '/desk/w1/1/sheet'")


async def test_it_says_whom_the_next_call_is_for_and_when_one_is_enough(served: Served) -> None:
    """Two are needed since a minute; then carl rewords it, and people are called all the same."""
    waits = seed.desk_row(WarningState.AWAITING, 0, AT - MINUTE, warning="w2", zone="beyenburg", proposed=3)
    waits = replace(waits, draft="5d41402a", needed=2)
    say(served, waits)
    async with opened_page() as page:
        await opened(page, served)
        item = "document.querySelector('#row-w2').closest('li').innerText"
        await page.becomes("document.querySelector('#row-w2') !== null")
        on_call = await page.value("document.querySelector('.duty .people li').innerText")
        assert f"Nächster Ruf 18:31 Uhr: {on_call}" in await page.value(item)
        await page.press("f")
        assert await focused(page) == "approve-level"
        alone = "document.querySelector('label[for=approve-alone]')"
        assert "möglich ab 18:32:00" in await page.value(f"{alone}.innerText")
        say(served, replace(waits, submitted=False, author="carl", state=WarningState.DRAFT))
        await page.becomes(f"{item}.includes('wird von Carl')")
        assert f"Nächster Ruf 18:31 Uhr: {on_call}" in await page.value(item)
        say(served, replace(waits, needed=1))
        await page.becomes("document.querySelector('.c-approve') !== null")
        assert await page.value(f"{alone} === null")
