"""One tap: did it help? Numbers and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from notifiers.ledger.database import Ledger, open_ledger
from tests.warning.web import seed
from tests.warning.web.test_pages import client, log_in, page, said, sources
from tests.warning.web.test_staff_pages import token_of
from warning.stores import feedback
from warning.stores.feedback import Feedback, Helped
from warning.web.residents.feedback_pages import ANSWERED

__all__ = ["client", "sources"]


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    """It has nothing to do with the history: one kind is enough."""
    return f"sqlite:///{tmp_path}/history.db"


async def tap(client: httpx.AsyncClient, answer: str, number: str = "2", warning: str = "w1") -> httpx.Response:
    return await client.post(f"/de/warning/{warning}/feedback", data={"number": number, "answer": answer})


@pytest.mark.asyncio
async def test_one_tap_without_a_cookie_is_counted_and_shown_to_staff(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    seed.flood(tmp_path)
    form = (await page(client, "/de/warning/w1")).xpath("//section[@id='feedback']/form")[0]
    assert form.xpath(".//button/@value") == ["yes", "no"]
    hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
    assert hidden == {"number": "2"}  # the newest revision, and nothing that tells who
    done = await client.post(form.get("action"), data=hidden | {"answer": "yes"})
    assert (done.status_code, "set-cookie" in done.headers) == (303, False)
    thanks = await page(client, done.headers["location"])
    assert "Danke für Ihre Antwort." in said(thanks.xpath("//section[@id='feedback']")[0])
    assert not thanks.xpath("//section[@id='feedback']/form")
    for answer in ("yes", "no"):
        await tap(client, answer)
    token = token_of(tmp_path, "anna")
    path = "/api/v1/warnings/w1/feedback"
    answer = (await client.get(path, headers={"Authorization": f"Bearer {token}"})).json()
    assert answer["feedback"] == [{"revision": 2, "yes": 2, "no": 1}]
    assert (await client.get(path)).status_code == 401
    client = await log_in(client, tmp_path)
    assert "Fassung 2: 2 Ja, 1 Nein" in said(await page(client, "/desk/w1"))


@pytest.mark.asyncio
async def test_what_was_never_said_is_not_counted(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    assert (await tap(client, "perhaps")).status_code == 422
    assert (await tap(client, "yes", "9")).status_code == 404
    assert (await tap(client, "yes", "2", "w9")).status_code == 404
    foreign = await client.post("/de/warning/w1/feedback", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


@pytest.mark.asyncio
async def test_one_address_answers_a_few_times_an_hour(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    answers = [(await tap(client, "no")).status_code for _ in range(ANSWERED + 1)]
    assert answers == [303] * ANSWERED + [429]


def test_many_at_once_are_all_counted(ledger_url: str) -> None:
    def say(ledger: Ledger, answer: Helped) -> None:
        ledger.write_now(lambda connection: feedback.count(connection, "w1", 1, answer))

    with open_ledger(ledger_url) as one, open_ledger(ledger_url) as other, ThreadPoolExecutor(4) as pool:
        answers = [Helped.YES] * 10 + [Helped.NO] * 5
        list(pool.map(say, [one, other, one] * 5, answers))
        assert one.read_now(lambda connection: feedback.counted(connection, "w1")) == [Feedback(1, 10, 5)]
