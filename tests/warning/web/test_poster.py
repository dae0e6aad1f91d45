"""A revision on paper, for a notice board."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from lxml import html
from msgspec.structs import replace

from notifiers.revision import Change
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.test_pages import client, said, sources
from warning.messages import WarningState

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

AT, MINUTE = to_utc(seed.NOW), timedelta(minutes=1)
ISSUED = seed.revision(1, 2, AT - 25 * MINUTE, Change.ISSUED)
UPDATED = seed.revision(2, 3, AT - 5 * MINUTE, Change.UPDATED)


@pytest.fixture(autouse=True)
def flood(tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    seed.say(tmp_path, seed.desk_row(WarningState.UPDATED, 3, AT), ISSUED, UPDATED)


async def poster(client: httpx.AsyncClient, number: int, language: str = "de") -> html.HtmlElement:
    reply = await client.get(f"/{language}/warning/w1/{number}/poster")
    assert reply.status_code == 200
    return html.fromstring(reply.text)


async def test_what_to_do_stands_before_what_is_measured(client: httpx.AsyncClient) -> None:
    page = await poster(client, 2)
    [title] = page.xpath("//h1")
    assert "Stufe 3 von 3" in said(title)
    first, *_ = page.xpath("//section")
    kinds = [child.get("class") or child.tag for child in first]
    assert kinds == ["h1", "do", "acts", "p"]
    assert "112" in said(page)
    assert "gültig bis" in said(page)


async def test_plain_words_stand_below_german_and_only_there(client: httpx.AsyncClient) -> None:
    assert [each.get("lang") for each in (await poster(client, 2)).xpath("//section")] == ["de", "de-simple"]
    assert [each.get("lang") for each in (await poster(client, 2, "en")).xpath("//section")] == ["en"]


async def test_the_code_leads_to_the_zone_and_the_address_stands_beside_it(client: httpx.AsyncClient) -> None:
    page = await poster(client, 2)
    [code] = page.xpath("//footer/*[local-name()='svg']")
    assert code.xpath("*[local-name()='path']")
    assert "/de/zone/unterbarmen" in said(page)


async def test_an_older_one_says_that_it_is(client: httpx.AsyncClient) -> None:
    assert "neuere Fassung" in said(await poster(client, 1))
    assert "neuere Fassung" not in said(await poster(client, 2))


async def test_an_extension_has_a_notice_to_hang_up_and_the_older_one_leads_to_it(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    longer = seed.revision(3, 3, AT + 180 * MINUTE, Change.EXTENDED)
    seed.say(tmp_path, seed.desk_row(WarningState.EXTENDED, 3, AT), longer)
    for path in ("/de/", "/de/zone/unterbarmen", "/de/warning/w1"):
        assert "/de/warning/w1/3/poster" in html.fromstring((await client.get(path)).text).xpath("//a/@href"), path
    assert (await poster(client, 2)).xpath("//*[@class='old']/a/@href") == ["/de/warning/w1/3/poster"]
    assert "gültig bis 15.07.2021, 03:30 Uhr" in said(await poster(client, 3))


async def test_an_all_clear_asks_to_be_taken_down(client: httpx.AsyncClient, tmp_path: Path) -> None:
    over = seed.revision(3, 3, AT, Change.ALL_CLEAR)
    seed.say(tmp_path, replace(seed.desk_row(WarningState.ALL_CLEAR, 3, AT)), over)
    page = said(await poster(client, 3))
    assert "abnehmen" in page
    assert "gültig bis" not in page


async def test_an_exercise_is_one_on_paper_too(client: httpx.AsyncClient) -> None:
    page = await poster(client, 2)
    assert "ÜBUNG" in said(page.xpath("//p[@class='exercise']")[0])
    assert page.xpath("//title")[0].text.startswith("ÜBUNG")


@pytest.mark.parametrize("path", ["w1/9/poster", "w9/1/poster", "w1/x/poster"])
async def test_what_is_not_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/de/warning/{path}")).status_code in {404, 422}
