"""What it is about, calls for help without a voice, and how accessible the pages are."""

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from notifiers.languages import Language
from notifiers.spec import Pictogram
from tests.warning.web import seed
from tests.warning.web.test_pages import KEY, NoLog, client, client_of, page, said, sources
from warning.check import advice_of, problems_of
from warning.cli import app
from warning.config.access import AccessibilitySpec
from warning.web.app import create_app
from warning.web.facts.sources import Sources
from warning.web.live import Changes
from warning.web.saying import FOLDER, phrases
from warning.web.staff.staffed import staffed
from warning.world import live

__all__ = ["client", "sources"]
SHIPPED = Path(__file__).parents[3] / "config.yaml"
STATED = AccessibilitySpec(
    body="Stadt Wuppertal, Johannes-Rau-Platz 1",
    law="BGG NRW",
    conforms="partly",
    gaps=({"de": "Der Film fehlt."},),
    assessed="by others",
    stated=date(2026, 11, 1),
    contact="barrierefrei@wuppertal.example",
    arbitration="Ombudsstelle, Düsseldorf",
)


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    """None of it has to do with the history: one kind is enough."""
    return f"sqlite:///{tmp_path}/history.db"


@pytest.mark.asyncio
async def test_every_page_leads_to_help_without_a_voice(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    for path in ("/de/", "/en/station/kluserbruecke", "/de/no-page", "/de/report"):
        language = path[1:3]
        links = (await page(client, path)).xpath("//footer//a/@href")
        assert {f"/{language}/{name}" for name in ("emergency", "about", "accessibility", "report")} <= set(links)
    for language in ("de", "en", "de-simple"):
        found = await page(client, f"/{language}/emergency")
        assert found.xpath("//main//a/@href")[0] == "tel:112"
        text = said(found.xpath("//main")[0])
        assert all(way in text for way in ("nora", "Fax", "Tess", "nora-notruf.de", "tess-relay-dienste.de"))


@pytest.mark.asyncio
async def test_the_statement_says_what_the_law_asks(sources: Sources) -> None:
    config = sources.config.model_copy(update={"accessibility": STATED})
    async with client_of(replace(sources, config=config)) as client:
        found = await page(client, "/de/accessibility")
        text = said(found.xpath("//main")[0])
        for part in (
            STATED.body,
            STATED.law,
            "teilweise vereinbar",
            "Der Film fehlt.",
            "01.11.2026",
            STATED.arbitration,
        ):
            assert part in text
        assert "01.11.2026" in text
        assert "Andere haben die Seiten im Auftrag der Stadt bewertet." in text
        assert "mailto:barrierefrei@wuppertal.example" in found.xpath("//main//a/@href")
        (gap,) = (await page(client, "/en/accessibility")).xpath("//main//li")
        assert gap.find("span").get("lang") == "de"


@pytest.mark.asyncio
async def test_a_city_that_has_stated_nothing_says_so(sources: Sources) -> None:
    config = sources.config.model_copy(update={"accessibility": None})
    async with client_of(replace(sources, config=config)) as client:
        text = said((await page(client, "/de/accessibility")).xpath("//main")[0])
    assert "Die Stadt Wuppertal hat noch keine Erklärung zur Barrierefreiheit eingetragen." in text
    assert config.city.contact in text


def test_the_check_advises_to_state_it(tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8")
    assert advice_of(SHIPPED) == []
    path = tmp_path / "config.yaml"
    path.write_text(re.sub(r"\naccessibility:\n(  .*\n)+", "\n", text), "utf-8")
    done = CliRunner().invoke(app, ["check", str(path)])
    assert (done.exit_code, f"{path}: good" in done.output.replace("\n", "")) == (0, True)
    assert "accessibility: is missing" in done.output


def test_a_film_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = SHIPPED.read_text("utf-8").replace("  stated: 2026", "  video: films/what.mp4\n  stated: 2026")
    path.write_text(text, "utf-8")
    assert problems_of(path) == [f"{path}: accessibility.video: {tmp_path}/films/what.mp4: there is no such file"]
    (tmp_path / "films").mkdir()
    (tmp_path / "films/what.mp4").write_bytes(b"film")
    assert (problems_of(path), live(path).video) == ([], tmp_path / "films/what.mp4")


def test_a_film_is_one_that_browsers_show() -> None:
    with pytest.raises(ValidationError, match=r"\.mp4 or \.webm"):
        AccessibilitySpec.model_validate(STATED.model_dump() | {"video": "https://tube.example/x"})


@pytest.mark.asyncio
async def test_the_film_comes_from_here_in_parts(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "what.mp4").write_bytes(b"0123456789")
    staff = staffed(sources, NoLog(), sources.book, KEY)  # type: ignore[arg-type]
    made = create_app(sources, NoLog(), Changes(), staff, video=tmp_path / "what.mp4")  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=made)
    async with httpx.AsyncClient(transport=transport, base_url="http://floodbell") as client:
        (film,) = (await page(client, "/de/about")).xpath("//video")
        assert (film.get("src"), film.get("preload")) == ("/video", "none")
        part = await client.get("/video", headers={"Range": "bytes=2-4"})
        assert (part.status_code, part.content, part.headers["content-type"]) == (206, b"234", "video/mp4")
        assert "media-src 'self'" in part.headers["content-security-policy"]
        assert "Film in Gebärdensprache gibt es hier" not in said(
            (await page(client, "/de/accessibility")).xpath("//main")[0]
        )
    async with client_of(sources) as client:
        assert not (await page(client, "/de/about")).xpath("//video")
        assert (await client.get("/video", follow_redirects=True)).status_code == 404


@pytest.mark.asyncio
async def test_pictures_stand_beside_words_that_say_the_same(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    (acts,) = (await page(client, "/de/")).xpath("//article[@id='unterbarmen-river-flood']//ul[@class='acts']")
    assert [said(one) for one in acts] == ["Raus aus dem Keller", "Nicht in Unterführungen"]
    drawn = acts.xpath(".//svg")
    assert all(one.get("aria-hidden") == "true" and len(one) for one in drawn)
    poster = await page(client, "/de/warning/w1/2/poster")
    assert len(poster.xpath("//ul[@class='acts']/li")) == 2


def test_every_picture_is_drawn_and_named() -> None:
    template = (FOLDER.parent / "templates/_pictograms.html").read_text("utf-8")
    for name in Pictogram.__args__:  # type: ignore[attr-defined]
        assert f'act == "{name}"' in template
        assert all(phrases(language)[f"act_{name}"] for language in ("de", "en"))


def sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?:])\s+", text) if one]


@pytest.mark.parametrize("language", ["de", "en", "de-simple"])
def test_what_explains_is_said_in_short_sentences(language: Language) -> None:
    said = {key: text for key, text in phrases(language).items() if key.startswith("about_")}
    assert len(said) > 10
    long = {key: one for key, text in said.items() for one in sentences(text) if len(one.split()) > 12}
    assert long == {}


def test_simple_phrases_replace_german_ones_and_are_short() -> None:
    simple = tomllib.loads((FOLDER / "de-simple.toml").read_text("utf-8"))
    german = phrases("de")
    assert simple.keys() <= german.keys()
    assert phrases("de-simple") == german | simple
    slots = {key: set(re.findall(r"{(\w+)}", text)) for key, text in simple.items()}
    assert slots == {key: set(re.findall(r"{(\w+)}", german[key])) for key in simple}
    read = tomllib.loads((FOLDER / "de.toml").read_text("utf-8")) | simple  # all that residents' pages say
    said = [(key, form) for key, text in read.items() for form in ([text] if type(text) is str else text.values())]
    assert [(key, one) for key, text in said for one in sentences(text) if len(one.split()) > 12] == []
