"""Feeds and the index of a small flood, as programs get them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import capvalidator
import feedparser
import httpx
import pytest

from notifiers.cap.message import to_cap
from notifiers.cap.signature import sign
from notifiers.ledger import record
from notifiers.ledger.database import open_ledger
from notifiers.revision import Change, Revision, Status
from sensors.times import to_utc
from tests.notifiers.cap import keys
from tests.notifiers.samples import CONTENT
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client, client_of, sources
from warning.messages import WarningState
from warning.stores import desk
from warning.web.facts.sources import Sources

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

FEEDS = ("/de/warnings.atom", "/de/warnings.rss", "/en/warnings.atom", "/en/warnings.rss")
EVERYTHING = (*FEEDS, "/api/v1/cap")
AT = to_utc(NOW)


def said(folder: Path, state: WarningState, *revisions: Revision) -> None:
    """A warning with its messages, as dispatch writes them: signed."""
    last = revisions[-1]
    row = seed.desk_row(state, last.level, last.sent, warning=last.warning, zone=last.zone)
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        ledger.write_now(lambda connection: desk.replace(connection, row))
        for one in revisions:
            message = sign(to_cap(one, CONTENT), keys.city())
            ledger.write_now(lambda connection, one=one, cap=message: record.record(connection, one, cap))


def flood(folder: Path) -> None:
    """One warning in force, one that has run out, one all-clear, one retracted, one that ended long ago."""
    with seed.history_of(folder) as history:
        history.write(seed.tick())
    hour = timedelta(hours=1)
    one, two = seed.revision(1, 1, AT - hour, Change.ISSUED), seed.revision(2, 2, AT, Change.UPDATED)
    said(folder, WarningState.UPDATED, one, two)
    said(folder, WarningState.EXPIRED, seed.revision(1, 2, AT - 9 * hour, Change.ISSUED, warning="w2", zone="barmen"))
    ended = [(1, Change.ISSUED, AT - 30 * hour), (2, Change.ALL_CLEAR, AT - 20 * hour)]
    said(folder, WarningState.CLOSED, *(seed.revision(n, 1, at, how, warning="w3") for n, how, at in ended))
    wrong = [(1, Change.ISSUED, AT - 6 * hour), (2, Change.RETRACTED, AT - 5 * hour)]
    said(folder, WarningState.RETRACTED, *(seed.revision(n, 3, at, how, warning="w4") for n, how, at in wrong))
    old = seed.revision(1, 1, AT - timedelta(days=8), Change.ALL_CLEAR, warning="w5")
    said(folder, WarningState.CLOSED, old)


async def index(client: httpx.AsyncClient) -> dict[str, dict[str, object]]:
    answer = await client.get("/api/v1/cap")
    return {one["warning"]: one for one in answer.json()["messages"]}


@pytest.mark.parametrize("path", FEEDS)
async def test_a_feed_reader_reads_the_last_word_of_every_warning(
    client: httpx.AsyncClient, tmp_path: Path, path: str
) -> None:
    flood(tmp_path)
    answer = await client.get(path)
    read = feedparser.parse(answer.content, response_headers=dict(answer.headers))
    assert (read.bozo, read.encoding) == (False, "utf-8")
    assert read.version == ("atom10" if path.endswith("atom") else "rss20")
    assert answer.headers["content-type"].startswith("application/atom" if path.endswith("atom") else "application/rss")
    assert [urlsplit(entry.id).path for entry in read.entries] == [
        "/warning/w1/2.cap",
        "/warning/w4/2.cap",
        "/warning/w2/1.cap",
        "/warning/w3/2.cap",
    ]
    assert all(entry.title.startswith("ÜBUNG") for entry in read.entries)


async def test_what_has_ended_is_marked_and_says_how(client: httpx.AsyncClient, tmp_path: Path) -> None:
    flood(tmp_path)
    entries = feedparser.parse((await client.get("/de/warnings.atom")).content).entries
    told = {entry.id.split("/")[-2]: (entry.tags[0].term, entry.tags[0].label, entry.title) for entry in entries}
    assert told["w1"][:2] == ("in-force", "geändert")
    assert told["w2"][:2] == ("expired", "gilt weiter, bis Entwarnung kommt")
    assert told["w3"][:2] == ("all-clear", "Entwarnung")
    assert told["w4"][:2] == ("retracted", "zurückgenommen")
    assert "Entwarnung" in told["w3"][2]
    assert "war ein Fehler" in told["w4"][2]
    assert "Gefahr, Stufe 2 von 3" in told["w1"][2]
    (ran_out,) = [entry for entry in entries if entry.id.split("/")[-2] == "w2"]
    assert ran_out.updated == (AT - timedelta(hours=3)).isoformat()


async def test_an_entry_leads_to_its_page_and_its_signed_message(client: httpx.AsyncClient, tmp_path: Path) -> None:
    flood(tmp_path)
    entry = feedparser.parse((await client.get("/en/warnings.atom")).content).entries[0]
    links = {link.type: urlsplit(link.href).path for link in entry.links}
    assert (await client.get(links["text/html"])).status_code == 200
    message = await client.get(links["application/cap+xml"])
    assert message.headers["content-type"] == "application/cap+xml"
    assert capvalidator.validate_cap_message(message.content).passed
    enclosure = feedparser.parse((await client.get("/en/warnings.rss")).content).entries[0].enclosures[0]
    assert (urlsplit(enclosure.href).path, int(enclosure.length)) == (
        links["application/cap+xml"],
        len(message.content),
    )


async def test_the_index_tells_programs_the_same(client: httpx.AsyncClient, tmp_path: Path) -> None:
    flood(tmp_path)
    found = await index(client)
    standings = {name: (one["standing"], one["change"], one["signed"]) for name, one in found.items()}
    assert standings == {
        "w1": ("in-force", "updated", True),
        "w4": ("retracted", "retracted", True),
        "w2": ("expired", "issued", True),
        "w3": ("all-clear", "all-clear", True),
    }
    assert found["w1"]["references"] == ["w1-1"]
    answer = (await client.get("/api/v1/cap")).json()
    assert (answer["exercise"], answer["sender"]) == (True, "floodbell@wuppertal.example")
    for address in answer["feeds"]["en"].values():
        assert (await client.get(urlsplit(address).path)).status_code == 200


async def test_a_message_that_could_not_be_written_or_signed_is_told(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        for name, cap in (("w1", b""), ("w2", b"<alert/>")):
            one = seed.revision(1, 2, AT, Change.ISSUED, warning=name)
            row = seed.desk_row(WarningState.RELEASED, 2, AT, warning=name)
            ledger.write_now(lambda connection, row=row: desk.replace(connection, row))
            ledger.write_now(lambda connection, one=one, cap=cap: record.record(connection, one, cap))
    found = await index(client)
    assert (found["w1"]["cap"], found["w1"]["signed"]) == ("", False)
    assert (bool(found["w2"]["cap"]), found["w2"]["signed"]) == (True, False)
    assert len(feedparser.parse((await client.get("/de/warnings.atom")).content).entries) == 2


@pytest.mark.parametrize("path", [*EVERYTHING, "/warning/w1/2.cap"])
async def test_what_has_not_changed_is_not_sent_again(sources: Sources, tmp_path: Path, path: str) -> None:
    flood(tmp_path)
    async with client_of(sources) as client:
        first = await client.get(path)
        assert first.headers["cache-control"] == "public, max-age=10"
        known = {"If-None-Match": first.headers["etag"]}
        again = await client.get(path, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    async with client_of(replace(sources, clock="system", wall_ms=lambda: NOW + 3_600_000)) as later:
        assert (await later.get(path, headers=known)).status_code == 304
    said(tmp_path, WarningState.UPDATED, seed.revision(3, 3, AT + timedelta(minutes=1), Change.UPDATED))
    async with client_of(sources) as client:
        changed = await client.get(path, headers=known)
        assert changed.status_code == (304 if path.endswith(".cap") else 200)


@pytest.mark.parametrize("path", EVERYTHING)
async def test_a_ledger_that_cannot_be_read_gives_no_empty_feed(
    client: httpx.AsyncClient, tmp_path: Path, path: str
) -> None:
    (tmp_path / "ledger.db").write_text("this is not a database, and it is long enough to be told from one")
    answer = await client.get(path)
    assert answer.status_code == 503
    assert answer.headers.get("cache-control") != "public, max-age=10"


async def test_without_a_clock_what_has_ended_stays(client: httpx.AsyncClient, tmp_path: Path) -> None:
    old = seed.revision(1, 1, AT - timedelta(days=8), Change.ALL_CLEAR, warning="w5")
    said(tmp_path, WarningState.CLOSED, old)
    assert list(await index(client)) == ["w5"]


async def test_lost_words_leave_the_message(sources: Sources, tmp_path: Path) -> None:
    flood(tmp_path)
    bare = sources.config.texts.model_copy(update={"hazards": {}})
    without = replace(sources, config=sources.config.model_copy(update={"texts": bare}))
    async with client_of(without) as client:
        entry = feedparser.parse((await client.get("/de/warnings.atom")).content).entries[0]
    assert entry.title == "ÜBUNG: Unterbarmen: river-flood"
    assert entry.summary == "ÜBUNG: Der Text dieser Fassung ist nicht mehr lesbar."


async def test_a_real_feed_is_not_marked_and_other_languages_have_none(sources: Sources, tmp_path: Path) -> None:
    flood(tmp_path)
    async with client_of(replace(sources, status=Status.ACTUAL)) as client:
        assert (
            feedparser.parse((await client.get("/de/warnings.atom")).content).feed.title
            == "Hochwasserwarnungen Wuppertal"
        )
        assert (await client.get("/fr/warnings.atom")).status_code == 404


async def test_pages_lead_to_the_feeds(client: httpx.AsyncClient, tmp_path: Path) -> None:
    flood(tmp_path)
    text = (await client.get("/de/")).text
    assert text.count('href="/de/warnings.atom"') == text.count('href="/de/warnings.rss"') == 2
