"""The staff's pages as a browser without scripts gets them: who may see them, what they say, what they send."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from lxml import html
from msgspec.structs import replace

from notifiers.ledger.database import open_ledger
from notifiers.revision import Status, Words
from notifiers.standing import ProviderStanding
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client, client_of, said, sources
from warning.messages import Ack, Answer, CommandAction, ShiftEntry, StatusReport, WarningState
from warning.stores import desk
from warning.stores.tokens import issue, listed, revoke
from warning.web.facts.sources import Sources
from warning.web.staff.forms import after_login

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

AT = to_utc(NOW)
MINUTE = timedelta(minutes=1)


def token_of(folder: Path, person: str) -> str:
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        return ledger.write_now(lambda connection: issue(connection, person, NOW))


@pytest.fixture
def token(tmp_path: Path) -> str:
    """A flood with a draft that waits, and the token of anna."""
    seed.flood(tmp_path)
    waiting = seed.desk_row(WarningState.AWAITING, 0, AT - 4 * MINUTE, warning="w2", zone="beyenburg", proposed=2)
    acks = (Ack("anna", 2, AT - 4 * MINUTE),)
    seed.say(tmp_path, replace(waiting, draft="5d41402a", needed=2, approved_by=("berta",), acks=acks))
    return token_of(tmp_path, "anna")


@pytest_asyncio.fixture
async def anna(client: httpx.AsyncClient, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """Logged in, on this machine itself: elsewhere the cookie keeps to TLS."""
    client.base_url = "http://127.0.0.1"
    response = await client.post("/desk/login", data={"token": token, "next": "/desk/w2"})
    assert (response.status_code, response.headers["location"]) == (303, "/desk/w2")
    client.cookies.update(response.cookies)
    yield client


async def form_of(client: httpx.AsyncClient, path: str, action: str) -> dict[str, str]:
    """The hidden fields of a form, as a browser sends them back."""
    page = html.fromstring((await client.get(path)).text)
    (form,) = page.xpath(f'//form[@action="{action}"]')
    return {field.get("name"): field.get("value") for field in form.xpath('.//input[@type="hidden"]')}


async def test_nobody_sees_the_desk_without_logging_in(client: httpx.AsyncClient, token: str) -> None:
    for path in ("/desk", "/desk/w2", "/desk/shift"):
        response = await client.get(path)
        assert (response.status_code, response.headers["location"]) == (
            303,
            f"/desk/login?next={path.replace('/', '%2F')}",
        )
    wrong = await client.post("/desk/login", data={"token": "guessed", "next": "/desk"})
    assert (wrong.status_code, "Dieses Token gilt hier nicht" in wrong.text) == (401, True)
    assert "set-cookie" not in wrong.headers


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: httpx.AsyncClient, token: str) -> None:
    """Secure everywhere but on this machine itself; it ends after 12 hours."""
    for base, secure in (("http://127.0.0.1:8080", False), ("http://floodbell", True), ("https://localhost", True)):
        client.base_url = base
        cookie = (await client.post("/desk/login", data={"token": token})).headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict", "Max-Age=43200"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) is secure
        assert token not in cookie


async def test_a_login_leads_to_pages_of_the_desk_only() -> None:
    assert after_login("/desk/w1") == "/desk/w1"
    for path in ("https://evil.example", "//evil.example", "/desk//evil.example", "/deskx", "/desk\\evil", "", "/de/"):
        assert after_login(path) == "/desk"


async def test_the_desk_says_what_waits_who_has_seen_it_and_who_is_called_next(anna: httpx.AsyncClient) -> None:
    page = html.fromstring((await anna.get("/desk")).text)
    first, second, *_ = page.xpath("//article")
    text = said(first)
    for words in (
        "Beyenburg: Hochwasser wartet auf Freigabe",
        "Gefahr, Stufe 2 von 3, neu – wartet seit 18:26 Uhr (vor 4 Minuten)",
        "2 Freigaben nötig; zugestimmt: berta",
        "Nächster Ruf 18:31 Uhr",
        "Gesehen von: anna vor 4 Minuten (Gefahr)",
    ):
        assert words in text
    assert "Unterbarmen: Hochwasser geändert" in said(second)
    assert "ÜBUNG" in said(page)


async def test_every_field_has_its_label_and_every_command_its_form(anna: httpx.AsyncClient) -> None:
    page = html.fromstring((await anna.get("/desk/w2")).text)
    labelled = {label.get("for") for label in page.xpath("//label")}
    fields = page.xpath('//main//*[self::input[not(@type="hidden")] or self::select or self::textarea]')
    ids = [field.get("id") for field in fields]
    assert set(ids) <= labelled
    assert len(ids) == len(set(ids))
    sent = {form.get("action").rsplit("/", 1)[1] for form in page.xpath("//main//form")}
    alone = {CommandAction.REARM, CommandAction.NOTE, CommandAction.HANDOVER, CommandAction.SEEN, CommandAction.REACHED}
    alone |= {CommandAction.INFORM, CommandAction.SHOW, CommandAction.HIDE}  # about no warning
    assert sent == {action.value for action in set(CommandAction) - alone}
    assert page.xpath('//dt[text()="Empfänger"]/following-sibling::dd[1]')[0].text == "4"


async def test_a_form_of_another_site_changes_nothing(anna: httpx.AsyncClient) -> None:
    bare = await anna.post("/desk/w2/ack", data={"key": "k"})
    forged = await anna.post("/desk/w2/ack", data={"form": "IiI.x.y", "key": "k"})
    hidden = await form_of(anna, "/desk/w2", "/desk/w2/ack")
    foreign = await anna.post("/desk/w2/ack", data=hidden, headers={"Sec-Fetch-Site": "cross-site"})
    assert [one.status_code for one in (bare, forged, foreign)] == [403, 403, 403]


async def test_what_cannot_be_sent_is_said_on_the_page(anna: httpx.AsyncClient) -> None:
    """Misread recipients, an empty field; what was typed stays."""
    hidden = await form_of(anna, "/desk/w2", "/desk/w2/approve")
    assert hidden["draft"] == "5d41402a"
    read = {"level": "2", "zone": "beyenburg", "recipients": "7"}
    wrong = await anna.post("/desk/w2/approve", data={**hidden, **read})
    assert (
        wrong.status_code,
        "Nicht ausgeführt: benachrichtigt würden 4, nicht 7; bitte noch einmal lesen" in wrong.text,
    ) == (409, True)
    assert 'value="2" selected' in wrong.text
    empty = await anna.post("/desk/w2/approve", data=hidden)
    assert (empty.status_code, "level: Field required" in empty.text) == (422, True)
    huge = await anna.post("/desk/w2/reject", data={**hidden, "reason": "x" * 70_000})
    assert huge.status_code == 413


async def test_a_revoked_token_ends_its_login(anna: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await anna.get("/desk")).status_code == 200
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        (one,) = ledger.read_now(listed)
        assert (one.person, one.revoked_ms) == ("anna", None)
        assert ledger.write_now(lambda connection: revoke(connection, one.name, NOW)) == ["anna"]
        assert ledger.write_now(lambda connection: revoke(connection, "anna", NOW)) == []
    assert (await anna.get("/desk")).status_code == 303


async def test_logging_out_forgets_the_cookie(anna: httpx.AsyncClient) -> None:
    hidden = await form_of(anna, "/desk", "/desk/logout")
    response = await anna.post("/desk/logout", data=hidden)
    assert "Max-Age=0" in response.headers["set-cookie"]


async def test_a_token_of_one_world_opens_no_other(client: httpx.AsyncClient, token: str, tmp_path: Path) -> None:
    """Each world has its own ledger."""
    other = token_of(tmp_path / "other", "anna")
    for one, status in ((token, 200), (other, 401)):
        response = await client.get("/api/v1/desk", headers={"Authorization": f"Bearer {one}"})
        assert response.status_code == status


async def test_the_ledger_knows_no_token(token: str, tmp_path: Path) -> None:
    for file in tmp_path.glob("ledger.db*"):
        assert token.encode() not in file.read_bytes()


async def test_the_shift_log_shows_who_said_what_and_what_is_open(anna: httpx.AsyncClient, tmp_path: Path) -> None:
    entry = ShiftEntry(
        "e1", "wuppertal", CommandAction.HANDOVER, "anna", AT, "Scheitel um 22 Uhr", "", "berta", ("w2",)
    )
    answer = Answer("c1", "w2", CommandAction.ACK, "anna", AT, True, "taken note of at level 2")
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        ledger.write_now(lambda connection: desk.record_shift(connection, entry))
        ledger.write_now(lambda connection: desk.record_answer(connection, answer))
    text = said(html.fromstring((await anna.get("/desk/shift")).text))
    for words in ("18:30 Uhr – anna, Übergabe an berta", "Scheitel um 22 Uhr", "Offen: w2"):
        assert words in text
    assert "None" not in text
    shown = (await anna.get("/desk/w2?answer=c1")).text
    assert "Erledigt: bestätigt für Stufe 2" in shown


async def test_words_that_a_person_wrote_are_escaped(anna: httpx.AsyncClient, tmp_path: Path) -> None:
    row = seed.desk_row(WarningState.DRAFT, 0, AT, warning="w2", zone="beyenburg", proposed=1)
    words = {"de": Words("<script>alert(1)</script>", '"><b>x')}
    seed.say(tmp_path, replace(row, author="carl", submitted=False, words=words))
    page = await anna.get("/desk/w2")
    assert "<script>alert" not in page.text
    assert html.fromstring(page.text).xpath('//main//b[text()="x"]') == []
    assert "wird von carl geschrieben" in page.text


async def test_a_live_world_says_nothing_of_an_exercise(sources: Sources, token: str) -> None:
    from dataclasses import replace as with_  # noqa: PLC0415 - msgspec's is the other one

    async with client_of(with_(sources, status=Status.ACTUAL)) as live:
        assert "ÜBUNG" not in (await live.get("/desk/login")).text


async def test_the_page_of_a_warning_says_whom_it_has_reached(anna: httpx.AsyncClient) -> None:
    """In a part of its own, which is made fresh while somebody types below."""
    page = html.fromstring((await anna.get("/desk/w1")).text)
    (part,) = page.xpath('//section[@id="fresh"]')
    heads = [said(cell) for cell in part.xpath(".//thead//th")]
    assert heads[:5] == ["Fassung", "Gebiet", "Weg", "wartet", "angenommen"]
    rows = [[said(cell) for cell in row] for row in part.xpath(".//tbody/tr")]
    assert rows
    assert all(row[1] == "Unterbarmen" for row in rows)
    assert not part.xpath(".//form")
    assert page.xpath('//script[@src="/static/live.js"]')
    (empty,) = html.fromstring((await anna.get("/desk/w2")).text).xpath('//section[@id="fresh"]')
    assert "Noch keine Fassung ist hinausgegangen." in said(empty)


async def test_the_desk_says_which_provider_fails_and_why(
    anna: httpx.AsyncClient, sources: Sources, token: str
) -> None:
    since = AT - 5 * MINUTE
    failing = ProviderStanding("email", waiting=7).heard(since, "login refused").heard(since + MINUTE, "login refused")
    report = StatusReport(
        "dispatch", "one", AT, True, {}, channels=(failing, ProviderStanding("push").heard(since, None))
    )
    sources.statuses.take(report)
    (table,) = html.fromstring((await anna.get("/desk")).text).xpath('//*[@id="channels"]/following::table[1]')
    assert [[said(cell) for cell in row] for row in table.xpath(".//tbody/tr")] == [
        ["email", "gestört", "–", "18:26 Uhr", "login refused", "7"],
        ["push", "in Ordnung", "18:25 Uhr", "–", "", "0"],
    ]
    told = (await anna.get("/api/v1/channels", headers={"Authorization": f"Bearer {token}"})).json()
    assert [(one["channel"], one["kind"], one["ok"], one["reason"]) for one in told["channels"]] == [
        ("email", "smtp", False, "login refused"),
        ("push", "apprise", True, ""),
    ]
    public = (await anna.get("/de/health")).text
    assert "email" in public
    assert "login refused" not in public
