"""Since when something is said: as the steward says it, and as a past moment tells it later."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from notifiers.revision import Change
from tests.warning.lifecycle.city import ACTIVE, NORMAL, NOTHING_BY_ITSELF, RECOVERING, City
from tests.warning.web import seed
from tests.warning.web.seed import MINUTE
from tests.warning.web.steered import Steered, minute_ms
from tests.warning.web.test_pages import client, page, said, sources, zone
from warning.messages import CommandAction, WarningState
from warning.web.facts.notices import level_since
from warning.web.render import stamp

__all__ = ["client", "sources"]

ZONE, DAY = "unterbarmen-river-flood", 24 * 60
SHIPPED = {"all_clear": {"river-flood": timedelta(hours=6)}}


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/history.db"


async def then(client: httpx.AsyncClient, minute: int) -> str:
    """What a page says later of the zone at a minute."""
    (found,) = (await page(client, f"/de/?at={stamp(minute_ms(minute))}")).xpath(f"//*[@id='{ZONE}']")
    return said(found)


@pytest.mark.asyncio
async def test_an_all_clear_is_of_when_it_was_given_and_stays_a_day(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """Normal at 15:30, all-clear after six quiet hours at 21:30, closed six hours after that."""
    flood = Steered(tmp_path, City(**SHIPPED))
    flood.city.moves(0, ACTIVE, 2)
    flood.until(89)
    flood.city.moves(90, NORMAL, 0)
    flood.until(450)
    assert flood.city.revisions[-1] == (450, Change.ALL_CLEAR, 2)
    seen = {450: await zone(client, ZONE)}
    assert "Unterbarmen: Entwarnung für Hochwasser seit 21:30 Uhr." in seen[450]
    assert "seit 21:30 Uhr" in said(await page(client, "/de/widget/unterbarmen"))
    for minute, shown in ((450 + 6 * 60, True), (450 + DAY, True), (451 + DAY, False)):
        flood.until(minute)
        assert flood.city.row.state is WarningState.CLOSED
        seen[minute] = await zone(client, ZONE)
        assert seen[minute].startswith("Entwarnung" if shown else "Keine Warnung")
    for minute, words in seen.items():
        assert shortened(await then(client, minute)) == shortened(words)


def shortened(words: str) -> str:
    """Without the list of stations: their values are those of another moment."""
    return words.partition("Kluserbrücke")[0].removesuffix("Mehr über Unterbarmen").strip()


@pytest.mark.asyncio
async def test_a_warning_in_force_is_of_when_it_was_said_whatever_the_water_did_since(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    flood = Steered(tmp_path, City(NOTHING_BY_ITSELF, **SHIPPED))
    flood.city.moves(0, ACTIVE, 2)
    flood.until(5)
    flood.city.gives(5, CommandAction.APPROVE)
    flood.until(59)
    seen = {}
    moves = {60: (ACTIVE, 3), 120: (RECOVERING, 3), 180: (ACTIVE, 1), 240: (NORMAL, 0)}
    for minute, (state, level) in moves.items():
        flood.city.moves(minute, state, level)
        flood.until(minute + 10)
        seen[minute + 10] = await zone(client, ZONE)
        assert seen[minute + 10].startswith("Gefahr Stufe 2 von 3")
        assert "Unterbarmen: Hochwasser seit 14:05 Uhr." in seen[minute + 10]
        answer = (await client.get("/api/v1/zones")).json()["zones"]
        (told,) = [one for one in answer if (one["zone"], one["hazard"]) == ("unterbarmen", "river-flood")]
        worse = level > 2
        assert told["released_since"] == "2021-07-14T12:05:00Z"
        assert told["since"] == ("2021-07-14T13:00:00Z" if worse else "2021-07-14T12:05:00Z")
    assert "Unter der Marke seit 18:00 Uhr. Entwarnung folgt." in seen[250]
    flood.until(DAY)  # nobody gives the all-clear, and the warning was prolonged until all was normal
    assert flood.city.row.state is WarningState.EXPIRED
    assert "Unterbarmen: Hochwasser seit 14.07.2021, 14:05 Uhr." in await zone(client, ZONE)
    for minute in (190, 250):
        assert "Unterbarmen: Hochwasser seit 14:05 Uhr." in await then(client, minute)


@pytest.mark.asyncio
async def test_readings_that_stood_there_before_anybody_warned_count(client: httpx.AsyncClient, tmp_path: Path) -> None:
    flood = Steered(tmp_path, City(NOTHING_BY_ITSELF))
    flood.city.moves(0, ACTIVE, 2)
    flood.until(25)
    flood.city.gives(25, CommandAction.APPROVE)
    flood.until(30)
    assert "Unterbarmen: Hochwasser seit 14:00 Uhr." in await zone(client, ZONE)


@pytest.mark.asyncio
async def test_an_error_is_taken_back_when_it_was_and_stays_one(client: httpx.AsyncClient, tmp_path: Path) -> None:
    flood = Steered(tmp_path, City(NOTHING_BY_ITSELF))
    flood.city.holds(0, 2)
    flood.until(5)
    flood.city.gives(5, CommandAction.APPROVE)
    flood.until(40)
    flood.city.gives(40, CommandAction.RETRACT, note="a stuck log")
    flood.city.moves(41, NORMAL, 0)
    address, seen = f"/de/warning/{flood.city.warning.id}", {}
    for minute, shown in ((41, True), (399, True), (400, False)):
        flood.until(minute)
        seen[minute] = await zone(client, ZONE)
        assert seen[minute].startswith("Zurückgenommen" if shown else "Keine Warnung")
        heading = said(await page(client, address))
        assert "– Zurückgenommen, zurückgenommen: sie war ein Fehler 14:40 Uhr" in heading
        assert "Die Warnung von 14:05 Uhr war ein Fehler." in heading
    assert flood.city.row.state is WarningState.CLOSED
    assert "abgeschlossen" not in said(await page(client, "/de/"))
    for minute, words in seen.items():
        assert shortened(await then(client, minute)) == shortened(words)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        pytest.param([(Change.ISSUED, 1), (Change.UPDATED, 2), (Change.UPDATED, 2)], 1, id="other words"),
        pytest.param([(Change.ISSUED, 2), (Change.EXTENDED, 2)], 0, id="a later end"),
        pytest.param([(Change.ISSUED, 2), (Change.UPDATED, 3), (Change.UPDATED, 2)], 2, id="the last run"),
        pytest.param([(Change.ISSUED, 2), (Change.RETRACTED, 2), (Change.REINSTATED, 2)], 2, id="said once more"),
        pytest.param([(Change.ISSUED, 2), (Change.ALL_CLEAR, 2)], None, id="over"),
        pytest.param([], None, id="never said"),
    ],
)
def test_since_when_a_level_is_said(changes: list[tuple[Change, int]], place: int | None) -> None:
    told = [
        seed.revision(number, level, seed.to_utc(seed.NOW) + number * MINUTE, change)
        for number, (change, level) in enumerate(changes, 1)
    ]
    assert level_since(told) == (None if place is None else told[place].sent)
