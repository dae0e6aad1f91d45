"""Where there is little room, and where readings cannot be had: nothing worse is left out, nothing false is said."""

from dataclasses import replace as with_
from pathlib import Path

import httpx
import pytest
from lxml import html

from notifiers.revision import Change
from sensors.times import to_utc
from sensors.units import HOUR_MS
from tests.warning.web import seed
from tests.warning.web.seed import MINUTE, NOW
from tests.warning.web.test_pages import client, client_of, page, said, sources, zone
from warning.messages import WarningState
from warning.web.facts.sources import Sources

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

AT = to_utc(NOW)
WIDGET = "/de/widget/unterbarmen"


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/history.db"


def warned(folder: Path, level: int) -> None:
    """For an hour."""
    told = seed.revision(1, level, AT - 60 * MINUTE, Change.ISSUED)
    seed.say(folder, seed.desk_row(WarningState.RELEASED, level, told.sent), told)


async def brief(client: httpx.AsyncClient) -> tuple[str, str]:
    """Unterbarmen for other sites, and as who looks for it finds it."""
    found = html.fromstring((await client.post("/de/find", data={"place": "Unterbarmen"})).text)
    (answer,) = found.xpath("//*[@role='status']")
    return said((await page(client, WIDGET)).xpath("//main")[0]), said(answer)


async def test_what_is_worse_stands_beside_what_was_said(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        history.write(seed.moved("unterbarmen", "ACTIVE", 3, NOW - 600_000))
    warned(tmp_path, 1)
    for found in await brief(client):
        assert "Stufe 1 von 3 – Hochwasser, seit 17:30 Uhr" in found
        assert "Messwert über Marke Stufe 3 von 3, Messwert, ungeprüft – Hochwasser, seit 18:20 Uhr" in found


async def test_what_was_an_error_is_said_in_little_room_too(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    told = seed.revision(1, 2, AT - 60 * MINUTE, Change.ISSUED)
    back = seed.revision(2, 2, AT - 5 * MINUTE, Change.RETRACTED)
    seed.say(tmp_path, seed.desk_row(WarningState.RETRACTED, 2, back.sent), told, back)
    for found in await brief(client):
        assert "Zurückgenommen Hochwasser Unterbarmen: Die Warnung von 18:25 Uhr war ein Fehler." in found
        assert "Das ist keine Entwarnung" in found
        assert "Keine Warnung" not in found


async def test_water_that_falls_and_gauges_that_are_lost_stand_there_as_well(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        history.write(seed.moved("unterbarmen", "RECOVERING", 2, NOW - 600_000))
    warned(tmp_path, 2)
    for found in await brief(client):
        assert "Wieder unter der Marke seit 18:20 Uhr. Noch keine Entwarnung." in found
    with seed.history_of(tmp_path) as history:
        history.write(seed.moved("unterbarmen", "STALE", 2, NOW - 300_000, lost=("kluserbruecke",)))
    for found in await brief(client):
        assert "Ausgefallen: Kluserbrücke." in found
        assert "Die Warnung bleibt bestehen." in found


async def test_an_all_clear_in_little_room(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    told = [seed.revision(1, 2, AT - 600 * MINUTE, Change.ISSUED), seed.revision(2, 2, AT, Change.ALL_CLEAR)]
    seed.say(tmp_path, seed.desk_row(WarningState.ALL_CLEAR, 2, AT), *told)
    for found in await brief(client):
        assert "Entwarnung Hochwasser, seit 18:30 Uhr" in found
        assert "Keine Warnung" not in found


async def test_what_is_in_force_keeps_its_words_where_the_history_cannot_be_read(
    sources: Sources, tmp_path: Path
) -> None:
    warned(tmp_path, 3)  # and there is no history
    async with client_of(with_(sources, clock="system")) as client:
        whole = [await zone(client, "unterbarmen-river-flood"), said(await page(client, "/de/zone/unterbarmen"))]
        for found in whole:
            assert "Stufe 3 von 3: Unterbarmen, Hochwasser" in found
            assert "Unterbarmen: Hochwasser seit 17:30 Uhr." in found
        for path in ("/de/", "/de/zone/unterbarmen"):
            assert (await page(client, path)).find_class("acts"), path
        for found in (*whole, *await brief(client)):
            assert "Stufe 3 von 3" in found
            assert "Keine Warnung" not in found
        widget, answer = await brief(client)
        for found in (*whole, widget):
            assert "Jetzt tun: " in found
        assert "Das bedeutet keine Entwarnung" in answer
        other = said(await page(client, "/de/widget/beyenburg"))
        assert "Unbekannt Hochwasser" in other
        for found in (widget, other):
            assert "kein Messwert ausgewertet" not in found


async def test_an_all_clear_stands_where_the_history_cannot_be_read_and_is_no_calm(
    sources: Sources, tmp_path: Path
) -> None:
    told = [seed.revision(1, 2, AT - 600 * MINUTE, Change.ISSUED), seed.revision(2, 2, AT, Change.ALL_CLEAR)]
    seed.say(tmp_path, seed.desk_row(WarningState.ALL_CLEAR, 2, AT), *told)
    for hours, words in ((1, "Entwarnung"), (25, "Unbekannt")):
        later = with_(sources, clock="system", wall_ms=lambda hours=hours: NOW + hours * HOUR_MS)
        async with client_of(later) as client:
            assert (await zone(client, "unterbarmen-river-flood")).startswith(words)


async def test_nothing_at_all_can_be_read(client: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    for path in ("/de/", "/de/zone/unterbarmen", WIDGET):
        answer = await client.get(path)
        found = said(html.fromstring(answer.text))
        assert answer.status_code == 200
        assert "Unbekannt" in found
        assert "Keine Warnung" not in found
