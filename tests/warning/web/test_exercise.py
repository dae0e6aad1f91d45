"""ÜBUNG stands on everything that an exercise shows or says: every address, every text, every CAP message."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree, html

from notifiers.cap.message import NAMESPACE, to_cap
from notifiers.ledger import record
from notifiers.ledger.database import open_ledger
from notifiers.revision import Change, Status
from notifiers.texts import render
from sensors.times import to_utc
from tests.notifiers.samples import CONTENT, flood
from tests.warning.audit.chains import fill, opened, trail_of
from tests.warning.web import seed
from tests.warning.web.test_pages import KEY, NoLog, client, log_in, sources
from warning.stores.tokens import issue
from warning.web.app import create_app
from warning.web.facts.sources import Sources
from warning.web.live import Changes
from warning.web.staff.staffed import staffed

__all__ = ["client", "sources"]

MARK = "ÜBUNG"
#: Addresses without a text of their own: a redirection, files of the program, the stream that says "look again".
SILENT = {"/", "/static", "/events", "/sw.js"}
#: What stands for each part of an address; a new part is a new line here.
PARTS = {
    "zone": "unterbarmen",
    "name": "w1",
    "warning": "w1",
    "number": "7",
    "parameter": "stage",
    "token": "no-such-token",
}
OF_STATIONS = ("/{language}/station/{name}", "/api/v1/stations/{name}", "/api/v1/series/{name}")
PART_OF = {start: {"name": "kluserbruecke"} for start in OF_STATIONS}


def addresses(sources: Sources) -> Iterator[str]:
    """Every address that the application answers, in every language."""
    log = NoLog()
    app = create_app(sources, log, Changes(), staffed(sources, log, sources.book, KEY))  # type: ignore[arg-type]
    for path in paths(app.routes):
        if path in SILENT:
            continue
        own = next((parts for start, parts in PART_OF.items() if path.startswith(start)), {})
        for language in ("de", "en") if "{language}" in path else ("",):
            yield path.format(**PARTS | own | {"language": language})


def paths(routes: list[Any]) -> Iterator[str]:
    for route in routes:
        if hasattr(route, "path"):
            if "GET" in (getattr(route, "methods", None) or {"GET"}):
                yield route.path
        else:
            yield from paths(route.original_router.routes)


@pytest.mark.asyncio
async def test_every_address_says_so(client: httpx.AsyncClient, sources: Sources, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        last = seed.revision(7, 2, to_utc(seed.NOW), Change.UPDATED)
        ledger.write_now(lambda c: record.record(c, last, to_cap(last, CONTENT)))
    with opened(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        fill(ledger, trail_of(tmp_path), 1)
    client = await log_in(client, tmp_path)
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        token = ledger.write_now(lambda connection: issue(connection, "anna", seed.NOW))
    walked = [*addresses(sources), "/de/no-page", "/api/v1/no-such"]
    assert len(walked) > 20
    assert {"/desk", "/desk/shift", "/api/v1/desk"} <= set(walked)
    for address in walked:
        answer = await client.get(address, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code != 404 or "no-" in address, address
        assert marked(answer), f"{address}: {answer.text[:300]}"


def marked(answer: httpx.Response) -> bool:
    match answer.headers["content-type"].partition(";")[0]:
        case "text/html":
            page = html.fromstring(answer.text)
            (note,) = page.xpath("//body//p[@class='exercise']")
            return MARK in note.text_content() and MARK in page.findtext(".//title")
        case "application/cap+xml":
            return cap_is_marked(answer.content)
        case "application/atom+xml" | "application/rss+xml":
            titles = etree.fromstring(answer.content).xpath("//*[local-name()='title']")
            return len(titles) > 1 and all(MARK in title.text for title in titles)
        case "application/json" | "application/manifest+json":
            said = answer.json()
            title = said.get("name") or said.get("info", {}).get("title", "")
            return MARK in title or MARK in said.get("notice", "") or said.get("exercise") is True
        case "text/csv":
            return MARK in answer.text.splitlines()[0]
    return False


def cap_is_marked(xml: bytes) -> bool:
    alert = etree.fromstring(xml)
    texts = [alert.findtext(f"{{{NAMESPACE}}}note")]
    for info in alert.iter(f"{{{NAMESPACE}}}info"):
        texts += [info.findtext(f"{{{NAMESPACE}}}{name}") for name in ("headline", "description", "instruction")]
    return alert.findtext(f"{{{NAMESPACE}}}status") == "Exercise" and all(MARK in (text or "") for text in texts)


@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_every_message_says_so_in_every_part_of_it(change: Change, level: int) -> None:
    revision = flood(2, status=Status.EXERCISE, change=change, level=level)
    for language in CONTENT.languages:
        message = render(revision, language, CONTENT)
        assert message.title.lstrip("\u2068").startswith(MARK)  # held apart in Arabic
        assert all(MARK in text for text in (message.description, message.instruction, message.body))
    assert cap_is_marked(to_cap(revision, CONTENT))


def test_a_real_message_does_not() -> None:
    """So that the tests above could fail."""
    revision = flood()
    assert MARK not in "".join(str(render(revision, language, CONTENT)) for language in CONTENT.languages)
    assert not cap_is_marked(to_cap(revision, CONTENT))
