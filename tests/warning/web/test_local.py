"""What helps people in a zone, as residents, staff and programs get it."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from lxml import html
from msgspec.structs import replace

from notifiers.ledger.database import open_ledger
from notifiers.revision import Status
from sensors.times import to_utc
from tests.warning.test_approval import floodbell
from tests.warning.web import seed
from tests.warning.web.floods import flood_served
from tests.warning.web.seed import NOW
from tests.warning.web.test_commands import becomes
from tests.warning.web.test_pages import client, log_in, page, said, sources, zone
from warning.messages import EVERYWHERE, LocalInfo, Topic
from warning.stores import local

__all__ = ["client", "sources"]
pytestmark = pytest.mark.asyncio

AT = to_utc(NOW)
MINUTE = timedelta(minutes=1)
CLOSED = LocalInfo(
    "wuppertal",
    "unterbarmen",
    Topic.ROADS,
    {"de": "Unterführung Kluse gesperrt: <b>https://wuppertal.example/kluse.</b>", "en": "Underpass Kluse closed."},
    "carl",
    AT - 12 * MINUTE,
    AT + 60 * MINUTE,
)


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    """It has nothing to do with the history: one kind is enough."""
    return f"sqlite:///{tmp_path}/history.db"


def tell(folder: Path, *infos: LocalInfo) -> None:
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        for info in infos:
            ledger.write_now(lambda connection, info=info: local.replace(connection, info))


async def test_it_is_shown_with_its_age_beside_its_zone(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    tell(tmp_path, CLOSED)
    found = await zone(client, "unterbarmen-river-flood")
    assert "Gesperrte Straßen und Unterführungen Unterführung Kluse gesperrt: <b>https://wuppertal.example" in found
    assert "Stand 18:18 Uhr, vor 12 Minuten" in found
    assert "Unterführung Kluse" not in await zone(client, "beyenburg-river-flood")
    (link,) = (await page(client, "/de/")).xpath("//dd//a/@href")
    assert link == "https://wuppertal.example/kluse"  # without the full stop; the marks are no marks
    assert "Underpass Kluse closed." in said(await page(client, "/en/"))


async def test_what_is_old_says_so_and_what_has_ended_is_gone(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    old = replace(CLOSED, topic=Topic.SHELTERS, at=AT - 361 * MINUTE, texts={"de": "Turnhalle"})
    ended = replace(CLOSED, topic=Topic.SANDBAGS, until=AT, texts={"de": "Betriebshof"})
    removed = replace(CLOSED, topic=Topic.SUPPLY, texts={})
    tell(tmp_path, CLOSED, old, ended, removed)
    found = await zone(client, "unterbarmen-river-flood")
    assert "Turnhalle Älter als 6 Stunden, vielleicht überholt. Stand 12:29 Uhr, vor 6 Stunden" in found
    assert found.count("Älter als") == 1
    assert "Betriebshof" not in found
    assert "Strom und Wasser" not in found


async def test_a_missing_language_is_stood_in_for_and_marked(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    tell(tmp_path, replace(CLOSED, zone=EVERYWHERE, texts={"de": "Die Turnhalle ist offen."}))
    (text,) = (await page(client, "/en/")).xpath("//dd/span")
    assert (text.get("lang"), said(text)) == ("de", "Die Turnhalle ist offen.")
    (own,) = (await page(client, "/de/")).xpath("//dd/span")
    assert own.get("lang") is None


async def test_it_stands_on_the_notice_for_boards(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    elsewhere = replace(CLOSED, zone="beyenburg", texts={"de": "Anderswo"})
    tell(tmp_path, CLOSED, replace(CLOSED, zone=EVERYWHERE, topic=Topic.PHONE, texts={"de": "0202 1234"}), elsewhere)
    sheet = said(await page(client, "/de/warning/w1/2/poster"))
    assert "Unterführung Kluse gesperrt" in sheet
    assert "Bürgertelefon 0202 1234" in sheet
    assert "Stand 14.07.2021, 18:18 Uhr" in sheet  # what is on paper has no age
    assert "vor 12 Minuten" not in sheet
    assert "Anderswo" not in sheet


async def test_programs_get_the_same_and_no_name(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    tell(tmp_path, CLOSED)
    answer = (await client.get("/api/v1/local")).json()
    (found,) = answer["local"]
    assert answer["exercise"]
    assert (found["zone"], found["topic"], found["old"]) == ("unterbarmen", "roads", False)
    assert found["texts"] == CLOSED.texts
    assert "carl" not in str(answer)


async def test_the_desk_has_a_form_for_each_topic(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    tell(tmp_path, CLOSED)
    client = await log_in(client, tmp_path)
    assert "Unterführung Kluse gesperrt" in said(await page(client, "/desk/local"))
    found = await page(client, "/desk/local/unterbarmen")
    assert len(found.xpath("//form[@class='command']")) == len(Topic)
    (text,) = found.xpath("//form[@id='roads']//textarea[@name='text_en']")
    assert text.text == "Underpass Kluse closed."
    fields = found.xpath('//main//*[self::input[not(@type="hidden")] or self::select or self::textarea]')
    ids = [field.get("id") for field in fields]
    assert set(ids) <= {label.get("for") for label in found.xpath("//label")}
    assert len(ids) == len(set(ids))
    assert (await client.get("/desk/local/atlantis")).status_code == 404


async def test_said_in_three_forms_by_one_person(tmp_path: Path) -> None:
    """Typed, sent by a program, filled in at the desk; each takes the place of what was said before."""
    async with flood_served(tmp_path) as served:
        assert served.world.status is Status.EXERCISE

        def shown() -> str:
            return said(html.fromstring(httpx.get(f"{served.address}/de/").text))

        asked = ("inform", "unterbarmen", "roads", "--actor", "carl", "--world", str(served.file))
        typed = floodbell(*asked, "--text", "de:Kluse gesperrt.", "--for", "6 h")
        assert (typed.returncode, "unterbarmen, roads: until" in typed.stdout) == (0, True), typed.stderr
        await becomes(lambda: "Kluse gesperrt." in shown(), "what was typed")
        assert "ÜBUNG" in shown()
        assert floodbell(*asked).stderr.startswith("say what, with --text, or --remove")

        async with served.client(served.token("carl")) as carl:
            body = {"topic": "roads", "texts": {"de": "Kluse wieder frei."}, "lasting": "2 h"}
            sent = await carl.post("/api/v1/zones/unterbarmen/inform", json=body)
            assert (sent.status_code, sent.json()["action"]) == (200, "inform")
            await becomes(lambda: "Kluse wieder frei." in shown(), "what was sent")
            assert "Kluse gesperrt." not in shown()
            refused = await carl.post("/api/v1/zones/unterbarmen/inform", json=body | {"texts": {"en": "Open."}})
            assert (refused.status_code, refused.json()["text"][:12]) == (409, "say it in de")

        async with served.client() as desk:
            await desk.post("/desk/login", data={"token": served.token("carl")})
            (form,) = html.fromstring((await desk.get("/desk/local/unterbarmen")).text).xpath("//form[@id='phone']")
            hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
            filled = hidden | {"text_de": "Bürgertelefon 0202 1234", "text_en": "", "lasting": "24 h"}
            done = await desk.post("/desk/local/unterbarmen", data=filled, follow_redirects=True)
            assert "0202 1234" in done.text
            assert "Erledigt" in done.text
            await becomes(lambda: "Bürgertelefon 0202 1234" in shown(), "what was filled in")

        assert floodbell(*asked, "--remove").returncode == 0
        await becomes(lambda: "Kluse wieder frei." not in shown(), "what was taken away")


async def test_it_is_told_while_the_readings_cannot_be_read(client: httpx.AsyncClient, tmp_path: Path) -> None:
    tell(tmp_path, replace(CLOSED, zone=EVERYWHERE))
    assert (await client.get("/api/v1/stations")).status_code == 503
    answer = await client.get("/api/v1/local")
    assert (answer.status_code, len(answer.json()["local"])) == (200, 1)
    start = await client.get("/de/")
    assert (start.status_code, "Unterführung Kluse" in start.text) == (200, True)
