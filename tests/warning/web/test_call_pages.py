"""Call lists, the hotline's script and the institutions' own page, as a browser without scripts gets them."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from lxml import html

from notifiers.revision import Change
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.test_pages import KEY, client, log_in, page, said, sources
from warning.messages import WarningState
from warning.seen_links import SeenLinks

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

SENT = to_utc(seed.NOW) - 10 * seed.MINUTE


@pytest_asyncio.fixture
async def anna(client: httpx.AsyncClient, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A flood, and a warning of level 3 that two institutions of three have not acknowledged."""
    seed.flood(tmp_path)
    seed.uncalled(tmp_path)
    yield await log_in(client, tmp_path)


def link(warning: str = "w3", name: str = "care-home-beyenburg", key: bytes = KEY) -> str:
    revision = seed.revision(1, 3, SENT, Change.ISSUED, warning=warning, zone="beyenburg")
    return SeenLinks(key, "/").link(revision, name)


async def test_most_people_in_need_come_first_with_number_and_channels(anna: httpx.AsyncClient) -> None:
    found = await page(anna, "/desk/w3/calls")
    rows = [said(row) for row in found.xpath("//table//tbody/tr")]
    assert len(rows) == 2
    assert rows[0].startswith("Pflegeheim Beyenburg Pflegeheim Frau Beispiel, Pflegedienstleitung +49 202 5550101 64")
    assert "Angenommen: email, push. Seit 18:20 Uhr" in rows[0]
    assert "Nicht zugestellt: email." in rows[1]
    assert found.xpath("//a[@class='phone']/@href") == ["tel:+492025550101", "tel:+492025550103"]
    assert "Nicht bestätigt: 2. Dort brauchen 76 Menschen Hilfe." in said(found)
    assert "Kita an der Wupper · 18:21 Uhr · selbst: Herr Beispiel" in said(found)
    assert {label.get("for") for label in found.xpath("//label")} == set(found.xpath("//form//input[@id]/@id"))


async def test_the_desk_counts_it_and_leads_there(anna: httpx.AsyncClient) -> None:
    for path in ("/desk", "/desk/w3"):
        found = await page(anna, path)
        assert "Einrichtungen: 1 von 3 haben bestätigt – 2 anzurufen" in said(found)
        assert found.xpath("//a[@href='/desk/w3/calls']")
    assert "Einrichtungen:" not in said(await page(anna, "/desk/w1"))
    assert (await page(anna, "/desk/w3")).xpath("//a[@href='/desk/w3/1/hotline']")


async def test_the_same_as_a_table(anna: httpx.AsyncClient) -> None:
    answer = await anna.get("/desk/w3/calls.csv")
    first, second = csv.DictReader(io.StringIO(answer.text))
    assert (first["ÜBUNG"], first["name"], first["people_in_need"], first["took"]) == (
        "ÜBUNG", "Pflegeheim Beyenburg", "64", "email; push",
    )  # fmt: skip
    assert (second["refused"], second["phone"]) == ("email", "+49 202 5550103")


async def test_where_nobody_is_to_be_called_it_says_so(anna: httpx.AsyncClient) -> None:
    assert "Niemand ist anzurufen." in said(await page(anna, "/desk/w1/calls"))
    assert (await anna.get("/desk/w9/calls")).status_code == 404


async def test_nobody_sees_any_of_it_without_logging_in(anna: httpx.AsyncClient, tmp_path: Path) -> None:
    anna.cookies.clear()
    for path in ("/desk/w3/calls", "/desk/w3/calls.csv", "/desk/w3/1/hotline"):
        assert (await anna.get(path)).status_code == 303
    for path in ("/api/v1/warnings/w3/calls", "/api/v1/warnings/w3/1/hotline"):
        assert (await anna.get(path)).status_code == 401
    assert (await anna.post("/desk/w3/reached", data={"institution": "care-home-beyenburg"})).status_code == 303


async def test_what_cannot_be_understood_is_said_on_the_list(anna: httpx.AsyncClient) -> None:
    form = (await page(anna, "/desk/w3/calls")).xpath("//form")[0]
    hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    assert hidden["institution"] == "care-home-beyenburg"
    missing = await anna.post("/desk/w3/reached", data={**hidden, "reason": "\x00Frau B."})
    assert (missing.status_code, "Nicht verständlich: reason" in missing.text) == (422, True)
    field = html.fromstring(missing.text).get_element_by_id("reason-care-home-beyenburg")
    assert field.get("value").endswith("Frau B.")
    assert (await anna.post("/desk/w3/reached", data={**hidden, "form": "of another"})).status_code == 403


async def test_the_script_in_every_language_of_the_city(anna: httpx.AsyncClient) -> None:
    found = await page(anna, "/desk/w3/1/hotline")
    assert found.xpath("//section/div/@lang") == list(seed.config().city.languages)
    assert "Gehen Sie sofort nach oben." in said(found)
    assert "alles vorgelesen:" in said(found)
    assert (await anna.get("/desk/w3/9/hotline")).status_code == 404


async def test_an_institution_sees_its_warning_and_one_button(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    seed.uncalled(tmp_path)
    found = await page(client, link())
    assert "Pflegeheim Beyenburg" in said(found.xpath("//h1")[0])
    assert "Gehen Sie sofort nach oben." in said(found)
    assert [said(button) for button in found.xpath("//button")] == ["Wir wissen Bescheid"]
    english = await page(client, link(name="camp-site-beyenburg"))
    assert [said(button) for button in english.xpath("//button")] == ["We know of it"]
    for wrong in (link(key=b"x" * 32), link(name="residents-unterbarmen"), link(warning="w9"), "/seen/x"):
        refused = await client.get(wrong)
        assert (refused.status_code, "gilt hier nicht" in refused.text, "<button" in refused.text) == (404, True, False)


async def test_a_link_of_long_ago_has_expired(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    old = SENT - 8 * 24 * 60 * seed.MINUTE
    revision = seed.revision(1, 3, old, Change.ISSUED, warning="w4", zone="beyenburg")
    seed.say(tmp_path, seed.desk_row(WarningState.ALL_CLEAR, 3, old, warning="w4", zone="beyenburg"), revision)
    answer = await client.get(link("w4"))
    assert (answer.status_code, "abgelaufen" in answer.text) == (410, True)
