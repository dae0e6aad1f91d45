"""The way to warnings that were over long ago."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection

from notifiers.ledger import record
from notifiers.ledger.database import open_ledger
from notifiers.revision import Change
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client, page, said, sources
from warning.messages import WarningState
from warning.stores import desk
from warning.web.facts.notices import PAST_SHOWN

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

AT, DAY = to_utc(NOW), timedelta(days=1)
COUNT = 2 * PAST_SHOWN + 2


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/history.db"


@pytest.fixture
def years(tmp_path: Path) -> None:
    """A warning every other day, in turn of two zones; some end in the same moment."""
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        ledger.write_now(lambda connection: [one_of_them(connection, number) for number in range(COUNT)])


def one_of_them(connection: Connection, number: int) -> None:
    name, zone = f"w{number:02}", ("unterbarmen", "beyenburg")[number % 2]
    end = AT - (2 + number // 2) * 2 * DAY
    desk.replace(connection, seed.desk_row(WarningState.CLOSED, 1, end, warning=name, zone=zone))
    for place, (at, change) in enumerate([(end - DAY, Change.ISSUED), (end, Change.ALL_CLEAR)], 1):
        record.record(connection, seed.revision(place, 1, at, change, warning=name, zone=zone), b"")


async def walk(client: httpx.AsyncClient, path: str) -> tuple[list[list[str]], str]:
    """The warnings that a page lists, then those of the older ones it leads to; and where the last page is."""
    found: list[list[str]] = []
    while True:
        read = await page(client, path)
        found.append(
            [link.rpartition("/")[2].partition("?")[0] for link in read.xpath("//ul[@class='notices']/li/a/@href")]
        )
        older = read.xpath("//a[text()='Ältere Warnungen']/@href")
        if not older:
            return found, path
        (path,) = older


def flat(pages: list[list[str]]) -> list[str]:
    return [name for one in pages for name in one]


@pytest.mark.usefixtures("years")
async def test_older_warnings_are_found_page_by_page(client: httpx.AsyncClient) -> None:
    pages, last = await walk(client, "/de/")
    assert [len(one) for one in pages] == [PAST_SHOWN, PAST_SHOWN, 2]
    assert sorted(flat(pages)) == [f"w{number:02}" for number in range(COUNT)]
    read = await page(client, last)
    assert "Entwarnung" in said(read)  # every revision
    assert read.xpath("//h3/text()") == ["Beendet"]


@pytest.mark.usefixtures("years")
async def test_those_of_a_zone_stay_with_it(client: httpx.AsyncClient) -> None:
    pages, _ = await walk(client, "/de/zone/unterbarmen")
    assert flat(pages) == [f"w{number:02}" for number in range(0, COUNT, 2)]
    all_of_it, _ = await walk(client, "/de/warnings?zone=unterbarmen")
    assert all_of_it == pages


@pytest.mark.usefixtures("years")
async def test_those_of_a_past_moment_stay_in_it(client: httpx.AsyncClient) -> None:
    then = "at=2021-07-07T10:00Z"
    pages, last = await walk(client, f"/de/?{then}")
    assert pages[0][0] == "w04"  # those before had not ended
    assert then in last
    assert (await page(client, last)).find_class("then")


@pytest.mark.usefixtures("years")
async def test_programs_get_them_too(client: httpx.AsyncClient) -> None:
    found: list[str] = []
    after = None
    while after or not found:
        answer = (await client.get("/api/v1/warnings", params={"after": after} if after else {})).json()
        found += [one["warning"] for one in answer["warnings"]]
        after = answer["older_after"]
    assert sorted(found) == [f"w{number:02}" for number in range(COUNT)]


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize(
    "path",
    ["/de/warnings?after=w99", "/de/warnings?zone=atlantis", "/de/warnings?zone=beyenburg&after=w00", "/fr/warnings"],
)
async def test_what_there_is_not_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
    assert (await client.get("/api/v1/warnings?after=w99")).status_code == 404


async def test_without_older_ones_nothing_leads_there(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    assert "Ältere Warnungen" not in said(await page(client, "/de/"))
