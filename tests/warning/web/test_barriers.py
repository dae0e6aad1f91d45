"""Whoever cannot use something on the pages says so, without a script; staff deal with it, and it is gone."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from notifiers.ledger.database import open_ledger
from notifiers.subscriptions.seal import Seal
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client, log_in, page, said, sources
from tests.warning.web.test_staff_pages import token_of
from warning.stores import barriers
from warning.stores.barriers import Barrier
from warning.web.facts.sources import Sources
from warning.web.residents.barriers import REPORTED, Barriers
from warning.web.residents.reporting import TRAP

__all__ = ["client", "sources"]
pytestmark = pytest.mark.asyncio

FORM = {
    "what": "Die Karte\r\nkann niemand vorlesen.",
    "place": "/de/station/kluserbruecke",
    "contact": "eva@example.org",
}
PATH = "/de/accessibility/report"


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    """It has nothing to do with the history: one kind is enough."""
    return f"sqlite:///{tmp_path}/history.db"


@pytest.fixture(autouse=True)
def _flood(tmp_path: Path) -> None:
    seed.flood(tmp_path)


def kept(folder: Path) -> list[Barrier]:
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        return ledger.read_now(barriers.listed)


async def test_the_statement_leads_to_the_form_in_every_language(client: httpx.AsyncClient) -> None:
    for language in ("de", "en", "de-simple"):
        link = f"/{language}/accessibility/report"
        assert link in (await page(client, f"/{language}/accessibility")).xpath("//main//a/@href")
        form = (await page(client, link)).xpath("//main//form")[0]
        assert form.xpath(".//*[@required]/@name") == ["what"]
        named = {one.get("id") for one in form.xpath(".//input|.//textarea")}
        assert named == set(form.xpath(".//label/@for"))


async def test_a_report_is_kept_with_a_sealed_contact_and_shown_to_staff_alone(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    answer = await client.post(PATH, data=FORM)
    assert (answer.status_code, "Danke. Die Stadt hat Ihre Meldung." in answer.text) == (200, True)
    (one,) = kept(tmp_path)
    assert (one.place, one.what, one.at_ms) == (FORM["place"], FORM["what"], NOW)
    assert b"eva@example.org" not in b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))
    assert (await client.get("/api/v1/desk/barriers")).status_code == 401
    headers = {"Authorization": f"Bearer {token_of(tmp_path, 'anna')}"}
    (told,) = (await client.get("/api/v1/desk/barriers", headers=headers)).json()["barriers"]
    assert told == {"id": one.id, "at": "2021-07-14T16:30:00Z"} | FORM
    client = await log_in(client, tmp_path)
    text = said(await page(client, "/desk/reports"))
    assert all(
        words in text for words in ("Die Karte kann niemand vorlesen.", "eva@example.org", "Gemeldete Barrieren")
    )


async def test_what_is_dealt_with_is_deleted(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await client.post(PATH, data=FORM)
    client = await log_in(client, tmp_path)
    form = (await page(client, "/desk/reports")).xpath("//form[contains(@action, '/barriers/')]")[0]
    assert (await client.post(form.get("action"))).status_code == 403  # not from the page
    fields = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
    done = await client.post(form.get("action"), data=fields)
    assert (done.status_code, kept(tmp_path)) == (303, [])
    assert "Gemeldete Barrieren" not in said(await page(client, "/desk/reports"))


async def test_programs_report_and_deal_with_them_too(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.post("/api/v1/barriers", json={"what": "The chart."})).status_code == 202
    (one,) = kept(tmp_path)
    assert one.sealed is None
    path, headers = f"/api/v1/desk/barriers/{one.id}", {"Authorization": f"Bearer {token_of(tmp_path, 'anna')}"}
    assert [(await client.delete(path, headers=headers)).status_code for _ in range(2)] == [204, 404]
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"what": " "}, "was nicht geht, in höchstens 2000 Zeichen"),
        ({"what": "x" * 2001}, "was nicht geht, in höchstens 2000 Zeichen"),
        ({"what": "a\u0000b"}, "was nicht geht, in höchstens 2000 Zeichen"),
        ({"place": "x" * 201}, "die Seite in höchstens 200 Zeichen"),
        ({"contact": "x" * 201}, "höchstens 200 Zeichen, wie wir Sie erreichen"),
    ],
)
async def test_what_is_wrong_is_told_and_not_kept(
    client: httpx.AsyncClient, tmp_path: Path, wrong: dict[str, str], why: str
) -> None:
    answer = await client.post(PATH, data=FORM | wrong)
    assert (answer.status_code, why in answer.text, kept(tmp_path)) == (422, True, [])


async def test_programs_that_fill_in_everything_and_other_sites_leave_nothing(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    assert (await client.post(PATH, data=FORM | {TRAP: "x"})).status_code == 200
    assert (await client.post(PATH, data=FORM, headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert kept(tmp_path) == []


async def test_one_address_reports_a_few_times_an_hour(client: httpx.AsyncClient, tmp_path: Path) -> None:
    answers = [(await client.post(PATH, data=FORM)).status_code for _ in range(REPORTED + 1)]
    assert (answers, len(kept(tmp_path))) == ([200] * REPORTED + [429], REPORTED)


async def test_too_many_at_once_are_refused_and_old_ones_forgotten(client: httpx.AsyncClient, tmp_path: Path) -> None:
    old = Barrier("0", NOW - barriers.KEPT_MS - 1, "", "old", None)
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        for number in range(barriers.MOST):
            ledger.write_now(lambda c, name=f"{number}": barriers.receive(c, replace(old, id=name)))  # type: ignore[misc]
        assert (await client.post(PATH, data=FORM)).status_code == 503
        ledger.write_now(lambda connection: barriers.forget(connection, NOW - barriers.KEPT_MS))
    assert (await client.post(PATH, data=FORM)).status_code == 200


async def test_a_contact_of_another_key_is_told_as_such(sources: Sources) -> None:
    first, other = (Barriers(sources.book, Seal(key * 32), lambda: NOW) for key in (b"a", b"b"))  # type: ignore[arg-type]
    first.receive("", "The chart.", "eva@example.org")
    assert [one.contact for one in first.waiting()] == ["eva@example.org"]
    assert [one.contact for one in other.waiting()] == [None]
