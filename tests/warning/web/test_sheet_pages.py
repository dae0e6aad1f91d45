"""Sheets for the control room, as a browser without scripts gets them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import Depends, FastAPI, HTTPException
from lxml import html
from msgspec import structs

from notifiers.revision import Change, Status, Words
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client_of, log_in
from tests.warning.web.test_pages import sources as sources  # noqa: PLC0414 - a fixture
from warning.messages import SheetSet, WarningState
from warning.web.facts.sources import Sources
from warning.web.render import renderer
from warning.web.staff.sheet_html import SheetState
from warning.web.staff.sheet_pages import sheet_pages

pytestmark = pytest.mark.asyncio
AT = to_utc(NOW)
MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def client(sources: Sources, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A warning with two revisions; the control room has to set the second by 18:35."""
    said = [seed.revision(1, 1, AT - 60 * MINUTE, Change.ISSUED), seed.revision(2, 2, AT, Change.UPDATED)]
    seed.say(tmp_path, seed.desk_row(WarningState.UPDATED, 2, AT), *said)
    seed.sheet(tmp_path, said[0], None)
    seed.sheet(tmp_path, said[1], AT + 5 * MINUTE)
    async with client_of(sources) as opened:
        yield await log_in(opened, tmp_path)


def text_of(response: httpx.Response) -> str:
    return " ".join(html.fromstring(response.text).text_content().split())


async def test_a_sheet_is_complete_and_readable_without_scripts(client: httpx.AsyncClient) -> None:
    response = await client.get("/desk/w1/2/sheet")
    page = html.fromstring(response.text)
    assert response.status_code == 200
    labels = [" ".join(label.text.split()) for label in page.xpath("//dt")]
    assert labels[:5] == ["Art", "Warnstufe", "Überschrift", "Text", "Handlungsempfehlung"]
    assert page.xpath("//dd[@id='field-level']")[0].text == "Gefahr (MoWaS-Stufe 2)"
    assert "Fällig bis 18:35 Uhr." in text_of(response)
    assert page.xpath("//button[not(@hidden)]") == []  # a button that would do nothing is not shown
    assert [th.text for th in page.xpath("//th")] == ["Uhrzeit", "Name", "Unterschrift", "In MoWaS gesetzt"]


async def test_every_copy_button_copies_a_field_that_is_there(client: httpx.AsyncClient) -> None:
    page = html.fromstring((await client.get("/desk/w1/2/sheet")).text)
    copied = page.xpath("//button/@data-copies")
    assert {"field-headline", "field-text", "field-instruction", "field-area"} <= set(copied)
    assert all(len(page.xpath(f"//*[@id='{name}']")) == 1 for name in copied)


@pytest.mark.parametrize("kind", ["sheet", "siren"])
async def test_an_exercise_is_marked_on_top_at_the_end_and_behind(client: httpx.AsyncClient, kind: str) -> None:
    page = html.fromstring((await client.get(f"/desk/w1/2/{kind}")).text)
    assert [mark.text for mark in page.xpath("//p[contains(@class, 'exercise')]")] == [
        "ÜBUNG – keine echte Warnung"
    ] * 2
    assert [mark.text for mark in page.xpath("//p[@class='behind']")] == ["ÜBUNG"]
    assert page.xpath("//title")[0].text.startswith("ÜBUNG")


async def test_a_real_sheet_says_nothing_of_an_exercise(client: httpx.AsyncClient, tmp_path: Path) -> None:
    real = structs.replace(seed.revision(1, 2, AT, Change.ISSUED, warning="w5"), status=Status.ACTUAL)
    seed.say(tmp_path, seed.desk_row(WarningState.RELEASED, 2, AT, warning="w5"), real)
    for kind in ("sheet", "siren"):
        assert "ÜBUNG" not in (await client.get(f"/desk/w5/1/{kind}")).text


async def test_a_siren_request_has_signal_words_and_room_for_a_signature(client: httpx.AsyncClient) -> None:
    said = text_of(await client.get("/desk/w1/2/siren"))
    for words in (
        "Sirenen-Anforderung",
        "Probe: 1 Minute Dauerton",
        "Hier ist Stadt Wuppertal",
        "Nur über die Leitstelle",
    ):
        assert words in said
    assert "Uhrzeit" in said
    assert "Von der Leitstelle bestätigt" in said


async def test_both_sheets_lead_to_each_other_in_the_language_that_is_read(client: httpx.AsyncClient) -> None:
    page = html.fromstring((await client.get("/desk/w1/2/sheet?language=en")).text)
    (address,) = page.xpath("//nav/a/@href")
    other = await client.get(address)
    assert "Siren request" in text_of(other)
    assert html.fromstring(other.text).xpath("//nav/a/@href") == ["/desk/w1/2/sheet?language=en"]


async def test_what_was_never_released_has_no_sheet(client: httpx.AsyncClient) -> None:
    for path in ("/desk/w1/3/sheet", "/desk/w9/1/sheet", "/desk/w9/1/siren"):
        assert (await client.get(path)).status_code == 404


async def test_no_cache_keeps_a_sheet(client: httpx.AsyncClient) -> None:
    for kind in ("sheet", "siren"):
        assert (await client.get(f"/desk/w1/2/{kind}")).headers["Cache-Control"] == "no-store"


async def test_words_of_a_person_are_text_and_no_markup(client: httpx.AsyncClient, tmp_path: Path) -> None:
    sly = structs.replace(
        seed.revision(1, 2, AT, Change.ISSUED, warning="w6"), words={"de": Words("<script>x</script>", "a & b")}
    )
    seed.say(tmp_path, seed.desk_row(WarningState.RELEASED, 2, AT, warning="w6"), sly)
    response = await client.get("/desk/w6/1/sheet")
    assert "<script>x" not in response.text
    assert "– <script>x</script>" in text_of(response)


async def test_what_the_control_room_has_set_is_told_with_who_said_so(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """By the name in the configuration; another revision is not set by it, and no hurry is none."""
    done = SheetSet("w1-2", "w1", "berta", AT + 4 * MINUTE)
    seed.sheet(tmp_path, seed.revision(2, 2, AT, Change.UPDATED), AT + 5 * MINUTE, done)
    said = text_of(await client.get("/desk/w1/2/sheet"))
    assert "In MoWaS gesetzt um 18:34 Uhr von Berta Beispiel." in said
    assert "Fällig" not in said
    earlier = text_of(await client.get("/desk/w1/1/sheet"))
    assert "gesetzt um" not in earlier
    assert "Fällig" not in earlier


def mounted(sources: Sources, **options: object) -> httpx.AsyncClient:
    """The sheets alone, with what the desk puts before them."""
    app = FastAPI()
    app.include_router(sheet_pages(renderer(sources), **options))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://floodbell")


async def test_a_login_can_stand_before_every_sheet(sources: Sources, client: httpx.AsyncClient) -> None:
    def nobody() -> None:
        raise HTTPException(401)

    async with mounted(sources, guards=[Depends(nobody)]) as guarded:
        for kind in ("sheet", "siren"):
            assert (await guarded.get(f"/desk/w1/2/{kind}")).status_code == 401
    client.cookies.clear()
    assert (await client.get("/desk/w1/2/sheet")).headers["location"] == "/desk/login?next=%2Fdesk%2Fw1%2F2%2Fsheet"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        pytest.param(SheetState(AT + 4 * MINUTE, "Berta Beispiel"), "In MoWaS gesetzt um 18:34 Uhr von Berta Beispiel.",
                     id="set"),
        pytest.param(SheetState(AT + 720 * MINUTE, "B"), "um 15.07.2021, 06:30 Uhr von B.", id="another day"),
        pytest.param(SheetState(AT), "In MoWaS gesetzt um 18:30 Uhr.", id="set by nobody knows whom"),
        pytest.param(SheetState(due=AT), "Fällig bis 18:30 Uhr.", id="due"),
    ],
)  # fmt: skip
async def test_whether_it_is_set(sources: Sources, client: httpx.AsyncClient, state: SheetState, said: str) -> None:
    async with mounted(sources, state_of=lambda _: state) as desk:
        assert said in text_of(await desk.get("/desk/w1/2/sheet"))


async def test_without_an_issuer_there_is_no_sheet(sources: Sources, client: httpx.AsyncClient) -> None:
    nobody = replace(sources, config=sources.config.model_copy(update={"issuer": None}))
    async with mounted(nobody) as desk:
        assert (await desk.get("/desk/w1/2/sheet")).status_code == 404
