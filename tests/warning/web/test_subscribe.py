"""Residents' sign-up as a browser without scripts gets it, and as programs do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from lxml import html
from sqlalchemy import select

from notifiers.channel_specs import AppriseChannel, Key, WebPushChannel
from notifiers.ledger import residents
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.tables import notices
from notifiers.ledger.tables import residents as table
from notifiers.revision import Status
from notifiers.subscriptions.push import subscription_of
from notifiers.subscriptions.wish import Consent
from sensors.times import to_utc
from tests.notifiers.residents import LINKS, wish
from tests.services.push import Browser
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import KEY, NoLog, said, sources
from warning.config.model import SubscriptionSpec
from warning.signup import SignUps
from warning.web.app import create_app
from warning.web.facts.sources import Sources
from warning.web.live import Changes
from warning.web.residents.subscribing import ASKED
from warning.web.staff.staffed import staffed

__all__ = ["sources"]
pytestmark = pytest.mark.asyncio

ANNA = "anna@people.example"
PUSH = Browser().subscription("https://fcm.googleapis.com")
FORM = {"zone_unterbarmen": "on", "channel": "email", "address": ANNA, "from_level": "1", "language": "de"}
CONSENT = {"consent": "on"}
CHANNELS = {
    "browser": WebPushChannel(kind="webpush", key=Key(env="K"), contact="a@b.example", public_key="B" * 87),
    "call": AppriseChannel(kind="apprise", voice=True, resident_env="CALL"),
    "text": AppriseChannel(kind="apprise", parts=1, resident_env="TEXT"),
}


@dataclass
class Desk:
    """The pages, and the ledger behind them."""

    client: httpx.AsyncClient
    ledger: Ledger
    at: list[int]
    transport: httpx.ASGITransport

    async def post(self, path: str, **fields: str) -> tuple[int, str]:
        answer = await self.client.post(path, data=fields)
        return answer.status_code, said(html.fromstring(answer.text).xpath("//main")[0])

    def everybody(self) -> list[residents.Resident]:
        names = self.ledger.read_now(lambda connection: connection.execute(select(table.c.id)).scalars().all())
        found = [self.ledger.read_now(partial(residents.resident, name=name)) for name in names]
        return [one for one in found if one is not None]

    def letters(self) -> list[str]:
        query = select(notices.c.reason).where(notices.c.kind == "letter").order_by(notices.c.sent_ms)
        return list(self.ledger.read_now(lambda connection: connection.execute(query).scalars().all()))


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    """Residents have nothing to do with the history: one kind is enough."""
    return f"sqlite:///{tmp_path}/history.db"


@pytest_asyncio.fixture
async def desk(sources: Sources, tmp_path: Path) -> AsyncIterator[Desk]:
    seed.flood(tmp_path)
    spec = SubscriptionSpec(channels=("email", "browser", "call", "text"), per_hour=25)
    config = sources.config.model_copy(update={"channels": sources.config.channels | CHANNELS, "subscriptions": spec})
    at = [NOW]
    actual = replace(sources, status=Status.ACTUAL, config=config)
    url = f"sqlite:///{tmp_path}/ledger.db"
    sign_ups = SignUps(config, spec, LINKS, url, lambda: to_utc(at[0]))
    staff = staffed(actual, NoLog(), actual.book, KEY)  # type: ignore[arg-type]
    app = create_app(actual, NoLog(), Changes(), staff, sign_ups)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    with open_ledger(url) as ledger:
        async with httpx.AsyncClient(transport=transport, base_url="http://floodbell") as client:
            yield Desk(client, ledger, at, transport)
    sign_ups.close()


async def test_the_form_says_what_no_sign_up_may_hide(desk: Desk) -> None:
    for language, honest in (("de", "weckt Sie nachts vielleicht nicht"), ("en", "may not wake you at night")):
        page = (await desk.client.get(f"/{language}/subscribe")).text
        assert honest in page
    assert "Ihre Eingabe wird nicht gespeichert" in (await desk.client.get("/de/subscribe")).text
    assert 'href="/de/subscribe"' in (await desk.client.get("/de/")).text


async def test_who_comes_from_a_zone_finds_it_ticked(desk: Desk) -> None:
    page = html.fromstring((await desk.client.get("/de/zone/beyenburg")).text)
    (address,) = set(page.xpath("//a[contains(@href, '/subscribe')]/@href"))
    ticked = "//input[@type='checkbox' and @checked]/@name"
    assert html.fromstring((await desk.client.get(address)).text).xpath(ticked) == ["zone_beyenburg"]
    for other in ("", "?zone=", "?zone=nowhere"):
        answer = await desk.client.get(f"/de/subscribe{other}")
        assert (answer.status_code, html.fromstring(answer.text).xpath(ticked)) == (200, [])


async def test_a_street_leads_to_its_zone_and_is_kept_nowhere(desk: Desk, tmp_path: Path) -> None:
    answer = await desk.client.post("/de/subscribe", data={"find": "1", "place": "Hünefeldstr. 63a"})
    page = html.fromstring(answer.text)
    assert page.xpath("//input[@type='checkbox' and @checked]/@name") == ["zone_unterbarmen"]
    assert "Hünefeldstraße: Unterbarmen" in said(page)
    assert answer.headers["cache-control"] == "no-store"
    kept = [file for file in tmp_path.rglob("*") if file.is_file() and b"nefeldstr" in file.read_bytes()]
    assert kept == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("beyenburger freiheit", "Beyenburger Freiheit: Beyenburg"),
        ("Friedrich-Engels-Alle", "Friedrich-Engels-Allee: Unterbarmen"),  # a small mistake
        ("Langerfeld", "Langerfeld: liegt in keinem Warngebiet"),
        ("leimbachtal", "Leimbachtal: Leimbachtal"),
        ("Xyz", "Dazu ist nichts eingetragen"),
    ],
)
async def test_what_is_found(desk: Desk, place: str, text: str) -> None:
    assert text in (await desk.post("/de/subscribe", find="1", place=place))[1]


async def test_signing_up_by_code(desk: Desk) -> None:
    answer = await desk.client.post("/de/subscribe", data=FORM | CONSENT | {"limit_kluserbruecke": "180,5"})
    (anna,) = desk.everybody()
    assert not anna.confirmed
    assert anna.wish.limits == {"kluserbruecke": 180.5}
    assert ANNA not in answer.text
    page = html.fromstring(answer.text)
    (ref,) = page.xpath("//input[@name='ref']/@value")
    wrong = await desk.post("/de/subscribe/code", ref=ref, contact="email", code="000000")
    assert wrong[0] == 422
    code = LINKS.code(anna.id, anna.asked_ms)
    status, text = await desk.post("/de/subscribe/code", ref=ref, contact="email", code=f"{code[:3]} {code[3:]}")
    assert (status, "Sie sind angemeldet." in text) == (200, True)
    assert desk.everybody()[0].confirmed
    assert desk.letters() == ["confirm", "welcome"]


async def test_signing_up_by_link_needs_more_than_a_look(desk: Desk) -> None:
    await desk.post("/en/subscribe", **FORM | CONSENT)
    (anna,) = desk.everybody()
    path = LINKS.confirm(anna.id, anna.asked_ms).removeprefix("https://warn.example")
    assert "Wollen Sie diese Warnungen bekommen?" in (await desk.client.get(path)).text
    assert not desk.everybody()[0].confirmed
    assert (await desk.client.post(path)).status_code == 200
    assert desk.everybody()[0].confirmed
    assert (await desk.client.post(path)).status_code == 200  # once more changes nothing
    assert desk.letters() == ["confirm", "welcome"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"address": "anna"}, "keine E-Mail-Adresse"),
        ({"channel": "text", "address": "0900 1234567"}, "Nummern, die Geld kosten"),
        ({"channel": "text", "address": "0202 5630"}, "kann keine SMS bekommen"),
        ({"channel": "text", "address": "+43 664 1234567"}, "An Nummern aus diesem Land schreibt die Stadt nicht"),
        ({"channel": "call", "address": "0202 5630", "cannot_hear": "on"}, "kein sicherer Weg"),
        ({"zone_unterbarmen": None}, "mindestens ein Gebiet"),
        ({"consent": None}, "Ohne Ihr Einverständnis"),
        ({"language": "fr"}, "In dieser Sprache"),
        ({"limit_kluserbruecke": "viel"}, "Zahl in Zentimetern"),
        ({"limit_kluserbruecke": "nan"}, "Zahl in Zentimetern"),
        ({"limit_kluserbruecke": "99999"}, "Zahl in Zentimetern"),
        ({"limit_nowhere": "5"}, "Zahl in Zentimetern"),
        ({"channel": "browser"}, "Weg aus der Liste"),
        ({"channel": "nowhere"}, "Weg aus der Liste"),
    ],
)
async def test_what_cannot_be_used_is_said_and_nothing_typed_is_lost(
    desk: Desk, fields: dict[str, str | None], text: str
) -> None:
    form = {name: value for name, value in (FORM | CONSENT | fields).items() if value is not None}
    answer = await desk.client.post("/de/subscribe", data=form)
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert text in said(page.xpath("//main//*[@role='alert']")[0])
    assert page.xpath("//input[@name='address']/@value") == [form["address"]]
    assert desk.everybody() == []


async def test_a_landline_is_called(desk: Desk) -> None:
    answer = await desk.post("/de/subscribe", **FORM | CONSENT | {"channel": "call", "address": "0202 5630"})
    assert "Wir rufen Sie gleich an" in answer[1]
    (one,) = desk.everybody()
    assert one.channel == "call"


async def test_nobody_learns_who_has_signed_up(desk: Desk) -> None:
    first = await desk.post("/de/subscribe", **FORM | CONSENT)
    (anna,) = desk.everybody()
    desk.ledger.write_now(partial(residents.confirm, name=anna.id, at=to_utc(NOW)))
    again = await desk.post("/de/subscribe", **FORM | CONSENT | {"zone_barmen": "on"})
    assert again == first
    assert desk.letters() == ["confirm", "known"]
    assert desk.everybody()[0].wish.zones == ("unterbarmen",)


async def test_wrong_codes_end_the_guessing(desk: Desk) -> None:
    ref = await asked_for(desk)
    for _ in range(5):
        assert (await desk.post("/de/subscribe/code", ref=ref, code="999999x"))[0] == 422
    (anna,) = desk.everybody()
    right = LINKS.code(anna.id, anna.asked_ms)
    assert (await desk.post("/de/subscribe/code", ref=ref, code=right))[0] == 422
    path = LINKS.confirm(anna.id, anna.asked_ms).removeprefix("https://warn.example")
    assert (await desk.client.post(path)).status_code == 200


async def test_a_stranger_who_guesses_locks_nobody_out(desk: Desk) -> None:
    mine, theirs = await asked_for(desk), await asked_for(desk)
    assert len(mine) == len(theirs)
    for _ in range(5):
        assert (await desk.post("/de/subscribe/code", ref=theirs, code="999999x"))[0] == 422
    (anna,) = desk.everybody()
    right = LINKS.code(anna.id, anna.asked_ms)
    assert (await desk.post("/de/subscribe/code", ref=theirs, code=right))[0] == 422
    assert (await desk.post("/de/subscribe/code", ref=mine, code=right))[0] == 200


async def test_asking_more_often_than_we_write_changes_nothing(desk: Desk) -> None:
    """The letters that have gone out stay good, and the day that an address is kept for does not begin anew."""
    ref = await asked_for(desk)
    (anna,) = desk.everybody()
    for hour in range(1, 8):
        desk.at[0] = NOW + hour * 3_600_000
        await asked_for(desk, zone_unterbarmen="", zone_barmen="on")
    assert desk.letters() == ["confirm"] * 5
    desk.at[0] = NOW + 9 * 3_600_000
    last = await asked_for(desk, zone_beyenburg="on")
    assert [(one.id, one.asked_ms, one.wish.zones) for one in desk.everybody()] == [
        (anna.id, anna.asked_ms, ("barmen",))
    ]
    code = LINKS.code(anna.id, anna.asked_ms)
    assert (await desk.post("/de/subscribe/code", ref=last, code="000000"))[0] == 422
    assert (await desk.post("/de/subscribe/code", ref=ref, code=code))[0] == 200


async def asked_for(desk: Desk, **fields: str) -> str:
    """What comes with the form for the code."""
    form = {name: text for name, text in (FORM | CONSENT | fields).items() if text}
    answer = await desk.client.post("/de/subscribe", data=form)
    (ref,) = html.fromstring(answer.text).xpath("//input[@name='ref']/@value")
    return str(ref)


async def test_one_page_to_change_try_and_end_it(desk: Desk) -> None:
    await desk.post("/de/subscribe", **FORM | CONSENT)
    (anna,) = desk.everybody()
    desk.ledger.write_now(partial(residents.confirm, name=anna.id, at=to_utc(NOW)))
    path = LINKS.mine(anna.id).removeprefix("https://warn.example")
    page = html.fromstring((await desk.client.get(path)).text)
    assert page.xpath("//input[@type='checkbox' and @checked]/@name") == ["zone_unterbarmen"]
    assert ANNA not in said(page)
    assert (await desk.post(path, zone_barmen="on", language="en", from_level="2"))[0] == 200
    changed = desk.everybody()[0].wish
    assert (changed.zones, changed.language, changed.from_level) == (("barmen",), "en", 2)
    assert (await desk.post(path, language="en"))[0] == 422
    assert "A test is on its way" in (await desk.post(f"{path}/test"))[1]
    assert desk.letters() == ["confirm", "test"]
    assert (await desk.client.get(f"{path}/leave")).status_code == 200  # looking ends nothing
    assert len(desk.everybody()) == 1
    assert "Sie sind abgemeldet" in (await desk.post(f"{path}/leave"))[1]
    assert desk.everybody() == []
    assert (await desk.post(f"{path}/leave"))[0] == 200
    assert (await desk.client.get(path)).status_code == 404


async def test_who_chose_a_way_that_is_gone_is_told_so(desk: Desk) -> None:
    consent = Consent("Ich will gewarnt werden.")
    signing = partial(residents.sign_up, lookup="x", seal=lambda _: b"", wish=wish(), consent=consent, at=to_utc(NOW))
    gone = desk.ledger.write_now(partial(signing, channel="pigeon"))
    path = LINKS.mine(gone.id).removeprefix("https://warn.example")
    page = html.fromstring((await desk.client.get(path)).text)
    assert "warnt die Stadt nicht mehr: Sie bekommen nichts" in said(page.xpath("//main//p[@class='alarm']")[0])
    assert page.xpath("//form[contains(@action, '/test')]") == []
    assert page.xpath("//form[contains(@action, '/leave')]")
    assert (await desk.client.get(f"/api/v1/subscriptions{path.removeprefix('/mine')}")).json()["contact"] is None


async def test_a_mail_program_signs_off_in_one_step(desk: Desk) -> None:
    await desk.post("/de/subscribe", **FORM | CONSENT)
    (anna,) = desk.everybody()
    address = LINKS.unsubscribe(anna.id).removeprefix("https://warn.example")
    answer = await desk.client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert desk.everybody() == []


async def test_tests_have_an_end(desk: Desk) -> None:
    await desk.post("/de/subscribe", **FORM | CONSENT)
    (anna,) = desk.everybody()
    path = LINKS.mine(anna.id).removeprefix("https://warn.example")
    statuses = [(await desk.post(f"{path}/test"))[0] for _ in range(5)]
    assert statuses == [200] * 4 + [429]


async def test_forged_links_lead_nowhere(desk: Desk) -> None:
    await desk.post("/de/subscribe", **FORM | CONSENT)
    (anna,) = desk.everybody()
    token = LINKS.mine(anna.id).rpartition("/")[2]
    for forged in (token[:-1], token + "0", LINKS.token("ref", anna.id), "x"):
        for path in (f"/mine/{forged}", f"/mine/{forged}/confirm"):
            assert (await desk.client.get(path)).status_code in (404, 422)
        for path in (f"/mine/{forged}", f"/mine/{forged}/leave", f"/mine/{forged}/test", f"/mine/{forged}/confirm"):
            assert (await desk.client.post(path)).status_code in (404, 422)
    assert len(desk.everybody()) == 1


async def test_other_sites_cannot_send_the_forms(desk: Desk) -> None:
    answer = await desk.client.post("/de/subscribe", data=FORM | CONSENT, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert desk.everybody() == []


async def test_one_address_of_the_net_cannot_ask_for_ever(desk: Desk) -> None:
    statuses = [
        (await desk.post("/de/subscribe", **FORM | CONSENT | {"address": f"a{number}@x.example"}))[0]
        for number in range(ASKED + 2)
    ]
    assert statuses == [200] * ASKED + [429] * 2


async def test_one_connection_with_many_addresses_asks_no_more_often(desk: Desk) -> None:
    statuses = []
    for number in range(ASKED + 1):
        desk.transport.client = (f"2001:db8:1:2::{number:x}", 50_000)
        statuses.append((await desk.post("/de/subscribe", **FORM | CONSENT))[0])
    desk.transport.client = ("2001:db8:1:3::1", 50_000)
    statuses.append((await desk.post("/de/subscribe", **FORM | CONSENT))[0])
    assert statuses == [200] * ASKED + [429, 200]


async def test_letters_leave_room_for_warnings(desk: Desk) -> None:
    """Where they are used up by made-up addresses, whoever needs none signs up, and so does who needs others."""
    for number in range(26):
        desk.transport.client = (f"192.0.2.{number}", 50_000)
        answer = await desk.client.post("/api/v1/subscriptions", json=program(address=f"a{number}@x.example"))
    assert (answer.status_code, answer.json()["problem"]) == (503, "busy")
    assert len(desk.everybody()) == len(desk.letters()) == 25
    browser = await desk.client.post("/api/v1/subscriptions", json=program(channel="browser", address=PUSH))
    text = await desk.client.post("/api/v1/subscriptions", json=program(channel="text", address="0151 23456789"))
    assert (browser.status_code, text.status_code) == (201, 202)
    desk.at[0] += 3_600_001
    assert (await desk.post("/de/subscribe", **FORM | CONSENT))[0] == 200


def program(**fields: object) -> dict[str, object]:
    asked = {"channel": "email", "address": ANNA, "zones": ["unterbarmen"], "language": "de", "words": "de"}
    return asked | {"consent": True} | fields


async def test_a_browser_is_signed_up_at_once_and_once(desk: Desk) -> None:
    first = await desk.client.post("/api/v1/subscriptions", json=program(channel="browser", address=PUSH))
    assert first.status_code == 201
    assert desk.everybody()[0].confirmed
    again = program(channel="browser", address=PUSH, zones=["barmen"], limits={"kluserbruecke": 180})
    second = await desk.client.post("/api/v1/subscriptions", json=again)
    assert second.json()["mine"] == first.json()["mine"]
    assert second.json()["zones"] == ["barmen"]
    (one,) = desk.everybody()
    assert one.wish.limits == {"kluserbruecke": 180.0}
    assert desk.letters() == []


async def test_what_no_browser_gives_is_signed_up_for_nothing(desk: Desk) -> None:
    made_up = '{"endpoint":"http://evil.example/x","keys":{"p256dh":"x","auth":"y"}}'
    for address in (
        made_up,
        Browser().subscription("https://evil.example"),
        Browser().subscription("https://10.0.0.1"),
    ):
        answer = await desk.client.post("/api/v1/subscriptions", json=program(channel="browser", address=address))
        assert (answer.status_code, answer.json()["problem"]) == (422, "no_push")
    assert desk.everybody() == []


async def test_browsers_count_for_the_address_of_the_net_too(desk: Desk) -> None:
    statuses = []
    for _ in range(ASKED + 1):
        asked = program(channel="browser", address=Browser().subscription("https://fcm.googleapis.com"))
        statuses.append((await desk.client.post("/api/v1/subscriptions", json=asked)).status_code)
    assert statuses == [201] * ASKED + [429]


async def test_a_browser_with_another_address_stays_signed_up(desk: Desk) -> None:
    await desk.client.post("/api/v1/subscriptions", json=program(channel="browser", address=PUSH))
    (before,) = desk.everybody()
    renewed = Browser().subscription("https://fcm.googleapis.com")
    old, new = (subscription_of(one).endpoint for one in (PUSH, renewed))
    asked = {"old": old, "address": renewed}
    for _ in range(2):  # once more, where the answer was lost
        assert (await desk.client.post("/api/v1/subscriptions/renew", json=asked)).status_code == 204
    assert desk.everybody() == [before]
    sealed = desk.ledger.read_now(partial(residents.sealed_of, names=[before.id]))[before.id]
    assert subscription_of(LINKS.seal.open(sealed, before.id, "browser")).endpoint == new
    await desk.client.post("/api/v1/subscriptions", json=program(channel="browser", address=PUSH))
    assert (await desk.client.post("/api/v1/subscriptions/renew", json=asked)).status_code == 204
    assert desk.everybody() == [before]  # one browser, signed up once


async def test_nobody_else_moves_a_subscription(desk: Desk) -> None:
    await desk.client.post("/api/v1/subscriptions", json=program(channel="browser", address=PUSH))
    stranger = Browser().subscription("https://fcm.googleapis.com")
    for old, address, problem in (
        ("https://fcm.googleapis.com/x", stranger, "mine_unknown"),
        (subscription_of(PUSH).endpoint, Browser().subscription("https://evil.example"), "no_push"),
    ):
        answer = await desk.client.post("/api/v1/subscriptions/renew", json={"old": old, "address": address})
        assert answer.json()["problem"] == problem
    (one,) = desk.everybody()
    sealed = desk.ledger.read_now(partial(residents.sealed_of, names=[one.id]))[one.id]
    assert LINKS.seal.open(sealed, one.id, "browser").find(subscription_of(PUSH).endpoint) > 0


async def test_programs_confirm_change_and_end(desk: Desk) -> None:
    begun = await desk.client.post("/api/v1/subscriptions", json=program())
    assert (begun.status_code, begun.json()["exercise"]) == (202, False)
    (anna,) = desk.everybody()
    code = {"ref": begun.json()["ref"], "code": LINKS.code(anna.id, anna.asked_ms)}
    wrong = await desk.client.post("/api/v1/subscriptions/confirm", json=code | {"code": "1"})
    assert (wrong.status_code, wrong.json()["problem"]) == (422, "code_wrong")
    mine = (await desk.client.post("/api/v1/subscriptions/confirm", json=code)).json()
    assert mine["zones"] == ["unterbarmen"]
    path = f"/api/v1/subscriptions/{mine['mine'].rpartition('/')[2]}"
    assert (await desk.client.get(path)).json() == mine
    changed = await desk.client.put(path, json={"zones": ["barmen"], "language": "en"})
    assert changed.json()["zones"] == ["barmen"]
    assert (await desk.client.put(path, json={"language": "en"})).json()["problem"] == "no_zone"
    assert (await desk.client.delete(path)).status_code == 204
    assert (await desk.client.get(path)).json()["problem"] == "mine_unknown"
    assert desk.everybody() == []


@pytest.mark.parametrize(
    "wrong",
    [{"consent": False}, {"channel": "nowhere"}, {"zones": []}, {"zones": ["nowhere"]}, {"address": "x"}, {"more": 1}],
)
async def test_what_programs_get_wrong(desk: Desk, wrong: dict[str, object]) -> None:
    answer = await desk.client.post("/api/v1/subscriptions", json=program(**wrong))
    assert answer.status_code == 422
    assert answer.json()["text"]
    assert desk.everybody() == []


async def test_the_offer_says_all_that_has_to_be_shown(desk: Desk) -> None:
    offer = (await desk.client.get("/api/v1/subscriptions/offer")).json()
    assert [one["contact"] for one in offer["channels"]] == ["email", "push", "voice", "phone"]
    assert offer["channels"][1]["push_key"] == "B" * 87
    assert all("NINA" in text for one in offer["channels"] for text in one["consent"].values())
    assert "Browser-Hersteller" in offer["channels"][1]["consent"]["de"]
    assert offer["gauges"][0] == {"station": "beyenburg", "name": "Beyenburg", "lowest_cm": -50, "highest_cm": 600}


async def test_in_an_exercise_nobody_can_sign_up(sources: Sources) -> None:
    staff = staffed(sources, NoLog(), sources.book, KEY)  # type: ignore[arg-type]
    app = create_app(sources, NoLog(), Changes(), staff)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://floodbell") as client:
        assert (await client.get("/de/subscribe")).status_code == 404
        assert "/de/subscribe" not in (await client.get("/de/no-page")).text
