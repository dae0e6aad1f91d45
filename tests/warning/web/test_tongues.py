"""The residents' pages in every language: what each says of itself, and what it says in another language."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from lxml import html

from notifiers.languages import LANGUAGES, Language
from tests.warning.web import seed
from tests.warning.web.test_about import STATED, history_url
from tests.warning.web.test_pages import client, client_of, page, said, sources
from warning.web.facts.sources import Sources
from warning.web.preferred import preferred
from warning.web.saying import AROUND
from warning.web.tongues import Tongues
from warning.web.words import words_of

__all__ = ["client", "history_url", "sources"]

PATHS = (
    "", "zone/unterbarmen", "station/kluserbruecke", "warning/w1", "find", "about", "emergency", "accessibility",
    "report", "offline", "widget", "widget/unterbarmen", "warning/w1/2/poster", "no-page",
)  # fmt: skip
MARKED = "\u2068[Deutsch] Gehen Sie nach <oben>.\u2069"


@pytest.mark.asyncio
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_stands_in_every_language(
    client: httpx.AsyncClient, tmp_path: Path, language: Language
) -> None:
    seed.flood(tmp_path)
    for path in PATHS:
        response = await client.get(f"/{language}/{path}")
        assert response.status_code == (404 if path == "no-page" else 200), path
        found = html.fromstring(response.text)
        assert (found.get("lang"), found.get("dir")) == (language, "rtl" if language == "ar" else "ltr")
        assert len(response.text.partition('<svg class="chart"')[0].encode()) < 50_000
        assert "[Deutsch]" not in response.text
        assert found.findtext(".//title", "").startswith("ÜBUNG"), path


@pytest.mark.asyncio
async def test_a_page_leads_to_itself_in_every_other_language(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = await page(client, "/tr/zone/unterbarmen")
    others = [one for one in LANGUAGES if one != "tr"]
    chosen = found.xpath("//header/nav/a")
    assert [(one.get("lang"), one.get("href")) for one in chosen] == [
        (one, f"/{one}/zone/unterbarmen") for one in others
    ]
    assert {one.get("lang"): one.get("dir") for one in chosen}["ar"] == "rtl"
    assert said(chosen[others.index("ar")]) == "العربية"
    alternates = found.xpath("//head/link[@hreflang]")
    assert [(one.get("hreflang"), one.get("href")) for one in alternates] == [
        (one, f"/{one}/zone/unterbarmen") for one in LANGUAGES
    ]
    assert (await page(client, "/tr/no-page")).xpath("//head/link[@hreflang]") == []


@pytest.mark.asyncio
async def test_what_staff_read_stands_in_the_languages_of_the_staff(client: httpx.AsyncClient) -> None:
    links = (await page(client, "/ar/about")).xpath("//footer//a/@href")
    assert {"/de/health", "/de/notices", "/ar/emergency"} <= set(links)
    assert (await client.get("/ar/health")).status_code == 404
    others = (await page(client, "/en/health")).xpath("//header/nav/a/@hreflang")
    assert set(others) == AROUND.keys() - {"en"}


@pytest.mark.asyncio
async def test_the_citys_own_words_are_tagged_and_remarked_upon(sources: Sources, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    config = sources.config.model_copy(update={"accessibility": STATED})
    async with client_of(replace(sources, config=config)) as client:
        effect = (await page(client, "/tr/station/kluserbruecke")).xpath("//ol[@class='effects']/li")[0]
        assert effect.xpath("./span[@lang='de' and @dir='ltr']")
        assert "(Bu metnin dili: Deutsch)" in said(effect)
        (gap,) = (await page(client, "/ar/accessibility")).xpath("//main//li")
        assert (gap[0].get("lang"), gap[0].get("dir"), said(gap[0])) == ("de", "ltr", "Der Film fehlt.")
        assert "Deutsch" in said(gap[1])
        table = (await page(client, "/tr/station/kluserbruecke")).xpath("//table[@class='stack']//span[@lang='de']")
        assert {"Pegelnullpunkt", "Stadt Wuppertal, Hilfetext der Hochwassergefahrenkarte: HQ100"} <= set(
            map(said, table)
        )
        german = (await page(client, "/de/station/kluserbruecke")).xpath("//ol[@class='effects']/li")[0]
        assert not german.xpath("./span")


def tongues(language: Language) -> Tongues:
    return Tongues(words_of(seed.config(), language))


def test_a_marked_piece_ends_where_it_ends() -> None:
    assert tongues("tr").pieced(f"Önce. {MARKED} Sonra & gerisi.") == (
        'Önce. <span lang="de" dir="ltr">Gehen Sie nach &lt;oben&gt;.</span> <small>(Bu metnin dili: Deutsch)</small> '
        "Sonra &amp; gerisi."
    )
    filled = "\u2068[Deutsch] Gehen Sie nach \u2068Barmen\u2069.\u2069"
    assert ">Gehen Sie nach \u2068Barmen\u2069.</span>" in tongues("ar").pieced(filled)


def test_einfache_sprache_is_german_as_well() -> None:
    assert tongues("de-simple").pieced(MARKED) == "Gehen Sie nach &lt;oben&gt;."


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        pytest.param("ar", "ar", id="one"),
        pytest.param("fr-FR,fr;q=0.9,tr-TR;q=0.8,en;q=0.7", "tr", id="the-best-that-is-spoken"),
        pytest.param("en;q=0.2, UK", "uk", id="one-without-a-weight-weighs-most"),
        pytest.param("de;q=0,pl;q=0.1", "pl", id="not-at-all"),
        pytest.param("ru;q=much", None, id="unreadable"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_browser_is_told_in_the_language_it_asks_for(asked: str, chosen: Language | None) -> None:
    assert preferred(asked, LANGUAGES) == chosen


@pytest.mark.asyncio
async def test_the_start_page_follows_the_browser(client: httpx.AsyncClient) -> None:
    response = await client.get("/", headers={"Accept-Language": "ro-RO,ro;q=0.9"})
    assert (response.headers["location"], response.headers["vary"]) == ("/ro/", "Accept-Language")
