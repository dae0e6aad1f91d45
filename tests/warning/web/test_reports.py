"""Residents report water without a name; staff let people read it, or not; after six hours it is gone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from dataclasses import replace as made_of
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from lxml import html
from msgspec.structs import replace

from notifiers.ledger.database import open_ledger
from sensors.times import to_utc
from sensors.units import HOUR_MS, MINUTE_MS
from tests.warning.web import seed
from tests.warning.web.floods import flood_served
from tests.warning.web.seed import NOW
from tests.warning.web.test_commands import becomes
from tests.warning.web.test_pages import client_of, log_in, page, said, sources, zone
from warning.messages import Moderated
from warning.stores import reports
from warning.stores.reports import Depth, Report
from warning.web.facts.sources import Sources
from warning.web.residents.reporting import REPORTED, TRAP

__all__ = ["sources"]
pytestmark = pytest.mark.asyncio

FORM = {"place": "Hünefeldstr. 63a", "zone": "", "depth": "knee", "minutes": "15"}
KNEE = Report("0a1b2c", NOW - 20 * MINUTE_MS, NOW - 35 * MINUTE_MS, "unterbarmen", "Hünefeldstraße", True, Depth.KNEE)
SHOWN = Moderated(KNEE.id, True, "unterbarmen", False, "carl", to_utc(NOW))


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    """Reports have nothing to do with the history: one kind is enough."""
    return f"sqlite:///{tmp_path}/history.db"


@dataclass
class Town:
    """The pages of a flood, and the ledger behind them."""

    client: httpx.AsyncClient
    folder: Path

    async def post(self, **fields: str) -> tuple[int, str]:
        answer = await self.client.post("/de/report", data=fields)
        return answer.status_code, said(html.fromstring(answer.text).xpath("//main")[0])

    def kept(self) -> list[Report]:
        with open_ledger(f"sqlite:///{self.folder}/ledger.db") as ledger:
            return [one.report for one in ledger.read_now(lambda connection: reports.listed(connection, 0))]

    def has(self, report: Report, moderated: Moderated | None = None) -> None:
        with open_ledger(f"sqlite:///{self.folder}/ledger.db") as ledger:
            assert ledger.write_now(lambda connection: reports.receive(connection, report))
            if moderated:
                ledger.write_now(lambda connection: reports.moderate(connection, moderated))


@pytest_asyncio.fixture
async def town(sources: Sources, tmp_path: Path) -> AsyncIterator[Town]:
    seed.flood(tmp_path)
    async with client_of(sources) as client:
        yield Town(client, tmp_path)


async def test_the_page_says_first_what_not_to_do(town: Town) -> None:
    for language, first in (("de", "Gehen Sie nicht ans Wasser."), ("en", "Do not go near the water.")):
        main = (await page(town.client, f"/{language}/report")).xpath("//main")[0]
        (strong,) = main.xpath("./p[1]/strong")
        assert strong.text == first
        assert "112" in main.xpath("./p[2]")[0].text_content()
        assert not main.xpath(".//input[@type='file']")
    assert 'href="/de/report"' in (await town.client.get("/de/")).text


async def test_a_report_of_a_street_is_kept_without_the_house(town: Town) -> None:
    status, text = await town.post(**FORM)
    assert (status, "Danke. Die Stadt liest Ihre Meldung." in text) == (200, True)
    (kept,) = town.kept()
    assert (kept.place, kept.known, kept.zone, kept.depth) == ("Hünefeldstraße", True, "unterbarmen", Depth.KNEE)
    assert (kept.at_ms, kept.seen_ms) == (NOW, NOW - 15 * MINUTE_MS)
    assert "Hünefeldstraße" not in await zone(town.client, "unterbarmen-river-flood")  # nobody has looked at it


async def test_a_place_is_looked_up_without_keeping_anything(town: Town) -> None:
    answer = await town.client.post("/de/report", data={"place": "Hünefeld", "find": "1"})
    found = html.fromstring(answer.text)
    assert found.xpath("//input[@name='found' and @checked]/@value") == ["Hünefeldstraße"]
    assert town.kept() == []
    await town.post(**FORM | {"place": "Hünefeld", "found": "Hünefeldstraße"})
    assert town.kept()[0].known


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"place": " "}, "wo das Wasser steht"),
        ({"place": "x" * 81}, "höchstens 80 Zeichen"),
        ({"place": "a\u202eb"}, "wo das Wasser steht"),
        ({"depth": "ocean"}, "wie hoch das Wasser steht"),
        ({"minutes": "-5"}, "wann Sie das gesehen haben"),
        ({"minutes": "²"}, "wann Sie das gesehen haben"),
    ],
)
async def test_what_is_wrong_is_told_and_not_kept(town: Town, wrong: dict[str, str], why: str) -> None:
    status, text = await town.post(**FORM | wrong)
    assert (status, why in text, town.kept()) == (422, True, [])


async def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(town: Town) -> None:
    assert (await town.post(**FORM | {TRAP: "https://spam.example"}))[0] == 200
    assert town.kept() == []


async def test_one_address_reports_a_few_times_an_hour(town: Town) -> None:
    answers = [(await town.post(**FORM))[0] for _ in range(REPORTED + 1)]
    assert answers == [200] * REPORTED + [429]
    assert len(town.kept()) == REPORTED


async def test_the_queue_has_an_end(town: Town) -> None:
    with open_ledger(f"sqlite:///{town.folder}/ledger.db") as ledger:
        many = [made_of(KNEE, id=f"r{number}") for number in range(reports.MOST_WAITING)]
        assert ledger.write_now(lambda connection: all(reports.receive(connection, one) for one in many))
    status, text = await town.post(**FORM)
    assert (status, "zu viele Meldungen" in text) == (503, True)
    with open_ledger(f"sqlite:///{town.folder}/ledger.db") as ledger:
        ledger.write_now(lambda connection: reports.moderate(connection, replace(SHOWN, report="r0", shown=False)))
    assert (await town.post(**FORM))[0] == 200


async def test_what_staff_let_people_read_says_that_nobody_has_confirmed_it(town: Town) -> None:
    town.has(KNEE, SHOWN)
    found = await zone(town.client, "unterbarmen-river-flood")
    assert "nicht bestätigt Hünefeldstraße: Wasser bis zum Knie 17:55 Uhr, vor 35 Minuten" in found
    assert "Wasser bis" not in await zone(town.client, "beyenburg-river-flood")
    answer = (await town.client.get("/api/v1/reports")).json()
    (report,) = answer["reports"]
    assert (answer["exercise"], report["place"], report["depth"]) == (True, "Hünefeldstraße", "knee")


@pytest.mark.parametrize("accepted", [False, True])
async def test_own_words_are_read_only_where_staff_agree(town: Town, accepted: bool) -> None:
    own = made_of(KNEE, place="vor <i>Meiers</i> Haus", known=False)
    town.has(own, Moderated(KNEE.id, True, "beyenburg", accepted, "carl", to_utc(NOW)))
    found = await zone(town.client, "beyenburg-river-flood")
    assert "Wasser bis zum Knie" in found
    assert ("vor <i>Meiers</i> Haus: Wasser" in found) is accepted
    assert ("Meiers" in (await town.client.get("/api/v1/reports")).text) is accepted


@pytest.mark.parametrize(
    ("report", "moderated"),
    [
        pytest.param(KNEE, None, id="nobody looked"),
        pytest.param(KNEE, Moderated(KNEE.id, False, "", False, "carl", to_utc(NOW)), id="hidden"),
        pytest.param(made_of(KNEE, at_ms=NOW - 6 * HOUR_MS), SHOWN, id="six hours old"),
    ],
)
async def test_what_is_not_to_be_read_is_nowhere(town: Town, report: Report, moderated: Moderated | None) -> None:
    town.has(report, moderated)
    assert "Wasser bis" not in (await town.client.get("/de/")).text
    assert (await town.client.get("/api/v1/reports")).json()["reports"] == []


async def test_after_thirty_days_they_are_deleted(town: Town) -> None:
    town.has(made_of(KNEE, id="old", at_ms=NOW - reports.KEPT_MS - 1))
    town.has(KNEE)
    with open_ledger(f"sqlite:///{town.folder}/ledger.db") as ledger:
        ledger.write_now(lambda connection: reports.forget(connection, NOW - reports.KEPT_MS))
    assert town.kept() == [KNEE]


async def test_the_desk_lists_what_waits_first(town: Town) -> None:
    town.has(made_of(KNEE, id="seen", place="Am Ufer"), Moderated("seen", True, "barmen", False, "carl", to_utc(NOW)))
    town.has(made_of(KNEE, place="hinter dem Haus", known=False))
    assert (await town.client.get("/desk/reports")).status_code == 303
    client = await log_in(town.client, town.folder)
    text = said(await page(client, "/desk/reports"))
    assert text.index("hinter dem Haus eigene Worte") < text.index("Am Ufer: Wasser bis zum Knie")
    assert "Wird gezeigt: Barmen: carl" in text


async def test_reported_shown_and_hidden_in_the_service_as_it_runs(tmp_path: Path) -> None:
    async with flood_served(tmp_path) as served:

        def shown() -> str:
            return said(html.fromstring(httpx.get(f"{served.address}/de/").text))

        async with served.client() as anybody, served.client(served.token("carl")) as carl:
            body = {"place": "Hünefeldstraße", "depth": "hip"}
            assert (await anybody.post("/api/v1/reports", json=body)).json() == {"received": True, "exercise": True}
            assert (await anybody.get("/api/v1/desk/reports")).status_code == 401
            (listed,) = (await carl.get("/api/v1/desk/reports")).json()["reports"]
            assert (listed["shown"], listed["zone"], listed["known"]) == (None, "unterbarmen", True)
            path = f"/api/v1/reports/{listed['id']}"
            nowhere = await carl.post(f"{path}/show", json={"zone": "atlantis"})
            assert (nowhere.status_code, nowhere.json()["text"]) == (409, "atlantis: say in which zone it is")
            unknown = await carl.post("/api/v1/reports/none/hide", json={})
            assert (unknown.status_code, unknown.json()["done"]) == (409, False)
            done = await carl.post(f"{path}/show", json={"zone": "unterbarmen"})
            assert (done.status_code, done.json()["action"]) == (200, "show")
            await becomes(lambda: "Wasser bis zur Hüfte" in shown(), "the report that is shown")
            assert (await carl.get("/api/v1/shift")).json()["entries"][0]["text"] == done.json()["text"]

        async with served.client() as desk:
            await desk.post("/desk/login", data={"token": served.token("carl")})
            found = html.fromstring((await desk.get("/desk/reports")).text)
            (form,) = found.xpath("//form[contains(@action, '/hide')]")
            hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
            answer = await desk.post(form.get("action"), data=hidden, follow_redirects=True)
            assert "Wird nicht gezeigt: carl" in said(html.fromstring(answer.text))
            await becomes(lambda: "Wasser bis zur Hüfte" not in shown(), "the report that is hidden")
        log = Path(served.world.log.removeprefix("sqlite-log://"))
        assert b"nefeldstra" not in b"".join(one.read_bytes() for one in log.parent.glob(f"{log.name}*"))
