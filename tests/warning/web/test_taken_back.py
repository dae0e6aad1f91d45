"""What residents read of warnings that were errors, of drafts nobody released, and where nobody may warn."""

from dataclasses import replace as with_
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from lxml import html
from msgspec.structs import replace

from notifiers.revision import Change
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client, client_of, said, sources, zone
from warning.messages import WarningState
from warning.web.facts.sources import Sources

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

AT, MINUTE = to_utc(NOW), timedelta(minutes=1)
ZONE = "unterbarmen-river-flood"


def calm(folder: Path) -> None:
    with seed.history_of(folder) as history:
        seed.calm(history)


async def test_a_retracted_warning_is_an_error_and_no_calm(client: httpx.AsyncClient, tmp_path: Path) -> None:
    calm(tmp_path)
    back = replace(seed.revision(2, 2, AT - 5 * MINUTE, Change.RETRACTED), said_at=AT - 25 * MINUTE)
    row = seed.desk_row(WarningState.RETRACTED, 2, AT - 5 * MINUTE)
    seed.say(tmp_path, row, seed.revision(1, 2, AT - 25 * MINUTE, Change.ISSUED), back)
    found = await zone(client, ZONE)
    assert found.startswith("Zurückgenommen")
    assert "Die Warnung von 18:05 Uhr war ein Fehler. Das ist keine Entwarnung" in found
    for words in ("Keine Warnung", "keine Gefahr", "Verlassen Sie"):
        assert words not in found
    page = said(html.fromstring((await client.get("/de/warning/w1")).text))
    assert "– Zurückgenommen, zurückgenommen: sie war ein Fehler 18:25 Uhr" in page


@pytest.mark.parametrize("state", [WarningState.REJECTED, WarningState.DRAFT, WarningState.AWAITING])
async def test_danger_that_nobody_released_is_measured_and_never_calm(
    client: httpx.AsyncClient, tmp_path: Path, state: WarningState
) -> None:
    calm(tmp_path)
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", [226.0] * 12))
        history.write(seed.moved("unterbarmen", "ACTIVE", 2, NOW - 1_800_000))
    seed.say(tmp_path, replace(seed.desk_row(state, 0, AT), rejected="a stuck log", rejected_by="anna"))
    found = await zone(client, ZONE)
    assert "seit 18:00 Uhr – die Stadt prüft. Marke: 224 cm an der Messstelle Kluserbrücke." in found
    assert "Keine Warnung" not in found
    assert "stuck" not in found  # why staff rejected it is theirs


async def test_the_mark_of_another_gauge_is_not_the_zones(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)  # the creek's own gauge is lost, the Wupper stands above a mark
    found = await zone(client, "leimbachtal-river-flood")
    assert "die Stadt prüft" in found
    assert "Marke: " not in found


async def test_what_is_normal_again_waits_for_its_all_clear(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """Also where the warning has run out meanwhile."""
    calm(tmp_path)
    with seed.history_of(tmp_path) as history:
        history.write(seed.moved("unterbarmen", "NORMAL", 0, NOW - 1_800_000))
    for state in (WarningState.UPDATED, WarningState.EXPIRED):
        row = replace(seed.desk_row(state, 2, AT - 90 * MINUTE), changed_at=AT - 30 * MINUTE)
        seed.say(tmp_path, row, seed.revision(1, 2, AT - 90 * MINUTE, Change.ISSUED))
        found = await zone(client, ZONE)
        assert found.startswith("Gefahr Stufe 2 von 3")
        assert "Unterbarmen: Hochwasser seit 17:00 Uhr." in found
        assert "Unter der Marke seit 18:00 Uhr. Entwarnung folgt." in found


async def test_without_an_issuer_pages_speak_of_measured_values_only(sources: Sources, tmp_path: Path) -> None:
    calm(tmp_path)
    with seed.history_of(tmp_path) as history:
        history.write(seed.moved("unterbarmen", "ACTIVE", 2, NOW - 1_800_000))
    seed.say(tmp_path, seed.desk_row(WarningState.AWAITING, 0, AT, proposed=2))
    nobody = with_(sources, config=sources.config.model_copy(update={"issuer": None}))
    async with client_of(nobody) as pages:
        for path in ("/de/", "/en/", "/de/station/kluserbruecke"):
            text = said(html.fromstring((await pages.get(path)).text))
            for words in ("amtlich", "Warnung der Stadt", "official", "Hochwasserwarnungen", "die Stadt prüft"):
                assert words not in text
        text = said(html.fromstring((await pages.get("/de/")).text))
    assert "Wasserstände Wuppertal" in text
    assert "Messwert über der Marke für „Gefahr“ (Stufe 2 von 3) seit 18:00 Uhr, ungeprüft." in text
    assert "Sie sind ungeprüft." in text
