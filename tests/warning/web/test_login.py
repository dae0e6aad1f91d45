"""Logging in by password and code, on both databases."""

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import structlog
from argon2 import PasswordHasher
from lxml import html
from sqlalchemy import select

from notifiers.ledger.database import claim, open_ledger
from notifiers.revision import Status
from sensors.units import HOUR_MS, MINUTE_MS
from tests.warning.audit.chains import trail_of
from tests.warning.web.logins import GOOD, OTHER, Town, hidden, said
from warning.accounts.hashing import is_outdated
from warning.audit.check import Seals, check
from warning.stores import accounts, sessions
from warning.stores.accounts import Password
from warning.stores.audit import entries, head_in
from warning.stores.book import LedgerBook
from warning.stores.histories import open_history
from warning.stores.tables import account_events
from warning.stores.tokens import revoke
from warning.web.styled import STYLE, STYLE_HASH

pytestmark = pytest.mark.asyncio

STEP_MS = 30_000


@pytest.fixture
def needing() -> tuple[str, ...]:
    """Roles that need a second factor."""
    return ()


@pytest.fixture
def town(tmp_path: Path, ledger_url: str, needing: tuple[str, ...]) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path}/history.db"
    open_history(url).close()
    with open_history(url, read_only=True) as history, LedgerBook(ledger_url) as book:
        yield Town(ledger_url, history, book, needing)


async def test_a_password_opens_the_desk_and_nothing_else_does(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser:
        for person, password in (("anna", OTHER), ("nobody", GOOD), ("berta", GOOD), ("", ""), ("anna", "")):
            refused = await browser.log_in(person, password)
            assert (refused.status_code, "Kürzel oder Passwort stimmt nicht" in said(refused)) == (401, True)
            assert "set-cookie" not in refused.headers
        assert not await browser.is_in()
        came = await browser.log_in(" Anna ")
        assert (came.status_code, came.headers["location"]) == (303, "/desk")
        assert await browser.is_in()


async def test_over_tls_no_neighbour_can_set_our_cookies(town: Town) -> None:
    town.knows("anna")
    async with town.browser(base="https://flut.example") as browser:
        cookies = (await browser.log_in()).headers.get_list("set-cookie")
        assert len(cookies) == 2
        for cookie in cookies:
            assert cookie.startswith("__Host-floodbell_")
            assert {"HttpOnly", "SameSite=strict", "Secure", "Path=/"} <= set(cookie.split("; "))
            assert "Domain" not in cookie
        assert await browser.is_in()
        out = await browser.send("/desk/logout", "/desk")
        assert out.headers["set-cookie"].startswith("__Host-floodbell_")
        assert not await browser.is_in()


async def test_logging_out_ends_it_on_the_server(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser, town.browser() as thief:
        await browser.log_in()
        thief.client.cookies.update(browser.client.cookies)
        assert await thief.is_in()
        await browser.send("/desk/logout", "/desk")
        assert not await thief.is_in()


async def test_a_login_ends_after_twelve_hours_or_with_its_token_or_its_person(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser, town.browser() as other:
        await browser.log_in()
        await other.with_token(town.token("berta"))
        town.now_ms += 12 * HOUR_MS - 1
        assert await browser.is_in()
        assert await other.is_in()
        town.write(lambda connection: revoke(connection, "berta", town.now_ms))
        assert not await other.is_in()
        town.now_ms += 1
        assert not await browser.is_in()
        await browser.log_in()
        rows = town.read(partial(sessions.of_person, person="anna", now_ms=town.now_ms))
        assert [row.since_ms for row in rows] == [town.now_ms]
        town.staff.door.people.pop("anna")  # type: ignore[attr-defined]
        assert not await browser.is_in()


async def test_an_initial_password_is_good_once_and_has_to_be_changed(town: Town) -> None:
    town.knows("anna", OTHER, until_ms=town.now_ms + HOUR_MS)
    async with town.browser() as browser, town.browser() as second:
        await browser.log_in(password=OTHER)
        for path in ("/desk", "/desk/shift"):
            assert (await browser.get(path)).headers["location"] == "/desk/account"
        assert "Bitte wählen Sie jetzt ein eigenes" in said(await browser.get())
        assert (await second.log_in(password=OTHER)).status_code == 401
        same = await browser.send("/desk/account/password", current=OTHER, new=OTHER, again=OTHER)
        assert "ist das jetzige" in said(same)
        changed = await browser.send("/desk/account/password", current=OTHER, new=GOOD, again=GOOD)
        assert changed.status_code == 303
        assert await browser.is_in()
        assert (await second.log_in()).status_code == 303


async def test_an_initial_password_runs_out(town: Town) -> None:
    town.knows("anna", OTHER, until_ms=town.now_ms + HOUR_MS)
    town.now_ms += HOUR_MS
    async with town.browser() as browser:
        assert (await browser.log_in(password=OTHER)).status_code == 401


async def test_a_new_password_has_to_be_good_and_ends_all_other_logins(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser, town.browser() as other:
        await browser.log_in()
        await other.log_in()
        for fields, why in (
            ({"current": OTHER, "new": OTHER, "again": OTHER}, "Das jetzige Passwort stimmt nicht"),
            ({"current": GOOD, "new": OTHER, "again": "anders"}, "nicht gleich"),
            ({"current": GOOD, "new": "kurz", "again": "kurz"}, "zu kurz: mindestens 15 Zeichen"),
            ({"current": GOOD, "new": "Anna-Wuppertal-1", "again": "Anna-Wuppertal-1"}, "zu leicht zu erraten"),
        ):
            refused = await browser.send("/desk/account/password", **fields)
            assert (refused.status_code, why in said(refused)) == (422, True), why
        assert await other.is_in()
        done = await browser.send("/desk/account/password", current=GOOD, new=OTHER, again=OTHER)
        assert "Das Passwort ist gesetzt" in said(await browser.get(done.headers["location"]))
        assert await browser.is_in()
        assert not await other.is_in()
        assert (await other.log_in()).status_code == 401
        assert (await other.log_in(password=OTHER)).status_code == 303


async def test_who_came_with_a_token_sets_the_first_password(town: Town) -> None:
    async with town.browser() as browser:
        await browser.with_token(town.token("anna"))
        assert await browser.is_in()
        done = await browser.send("/desk/account/password", new=GOOD, again=GOOD)
        assert done.status_code == 303
        assert (await browser.log_in()).status_code == 303


async def test_a_phone_is_set_up_and_asked_from_then_on(town: Town) -> None:
    """Also with a token; no code is good twice, and each code for need once."""
    town.knows("anna")
    async with town.browser() as browser, town.browser() as other:
        await browser.log_in()
        shown = await browser.set_up()
        assert (shown.status_code, len(browser.needs)) == (200, 10)
        assert shown.headers["cache-control"] == "no-store"
        asked = await other.log_in()
        assert "set-cookie" not in asked.headers
        used = await other.with_code(asked, browser.code())
        assert (used.status_code, "Jeder gilt nur einmal" in said(used)) == (401, True)
        town.now_ms += STEP_MS
        assert (await other.with_code(asked, browser.code())).status_code == 303
        assert await other.is_in()

        asked = await other.with_token(town.token("anna"))
        assert (await other.with_code(asked, browser.code())).status_code == 401
        assert (await other.with_code(asked, browser.needs[3].upper())).status_code == 303
        assert "Noch 9 Notfallcodes" in said(await other.get())
        asked = await other.log_in()
        assert (await other.with_code(asked, browser.needs[3])).status_code == 401


async def test_the_step_between_cannot_be_kept_or_forged(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.knows("anna")
    async with town.browser() as browser, town.browser() as other:
        await browser.log_in()
        await browser.set_up()
        asked = await other.log_in()
        assert GOOD not in asked.text
        forged = await other.client.post("/desk/login/code", data={"ticket": "WyJhbm5hIl0.x.y", "code": browser.code()})
        assert (forged.status_code, "von vorn" in said(forged)) == (401, True)
        town.now_ms += STEP_MS
        town.knows("anna", OTHER)
        late = await other.with_code(asked, browser.code())
        assert (late.status_code, "von vorn" in said(late)) == (401, True)
        asked = await other.log_in(password=OTHER)
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + 301)
        assert (await other.with_code(asked, browser.code())).status_code == 401


async def test_a_phone_is_taken_off_by_a_code_alone(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser:
        await browser.log_in()
        refused = await browser.send("/desk/account/factor", current=OTHER)
        assert "Das jetzige Passwort stimmt nicht" in said(refused)
        await browser.set_up()
        town.now_ms += STEP_MS
        wrong = await browser.send("/desk/account/factor/off", code="000000")
        assert (wrong.status_code, "Dieser Code gilt nicht" in said(wrong)) == (422, True)
        before = browser.needs
        renewed = await browser.send("/desk/account/codes", code=browser.code())
        assert not any(code in renewed.text for code in before)
        assert (await browser.send("/desk/account/factor/off", code=before[0])).status_code == 422
        town.now_ms += STEP_MS
        assert (await browser.send("/desk/account/factor/off", code=browser.code())).status_code == 303
        assert (await browser.log_in()).status_code == 303


async def test_a_first_code_has_to_fit(town: Town) -> None:
    async with town.browser() as browser:
        await browser.with_token(town.token("anna"))
        await browser.send("/desk/account/factor")
        wrong = await browser.send("/desk/account/factor/on", "/desk/account/factor", code="000000")
        assert (wrong.status_code, "Dieser Code gilt nicht" in said(wrong)) == (422, True)
        assert (await browser.with_token(town.token("anna"))).status_code == 303


@pytest.mark.parametrize("needing", [("approver", "administrator")])
async def test_a_role_may_need_a_phone_before_anything_else(town: Town) -> None:
    """Commands as well as pages; anna is an approver and carl is none."""
    town.knows("anna")
    town.knows("carl")
    async with town.browser() as anna, town.browser() as carl:
        await carl.log_in("carl")
        assert await carl.is_in()
        await anna.log_in()
        assert (await anna.get("/desk")).headers["location"] == "/desk/account"
        assert (await anna.client.post("/desk/shift/note", data={"text": "x"})).headers["location"] == "/desk/account"
        assert "Bitte richten Sie ihn jetzt ein" in said(await anna.get())
        await anna.set_up()
        assert await anna.is_in()


async def test_logins_are_listed_and_ended(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser, town.browser() as second, town.browser() as third, town.browser() as berta:
        for number, one in enumerate((second, third, browser)):
            town.now_ms += MINUTE_MS
            one.client.headers["user-agent"] = f"Mozilla/5.0 (X11; Linux x86_64; rv:{number}) Firefox/140.0"
            await one.log_in()
        await berta.with_token(town.token("berta"))
        page = said(await browser.get())
        assert page.count("Firefox, Linux") == 3
        rows = town.read(partial(sessions.of_person, person="anna", now_ms=town.now_ms))
        theirs = town.read(partial(sessions.of_person, person="berta", now_ms=town.now_ms))
        await browser.send("/desk/account/end", session=rows[-1].hash)
        await browser.send("/desk/account/end", session=theirs[0].hash)
        assert [await one.is_in() for one in (second, third, browser, berta)] == [False, True, True, True]
        await browser.send("/desk/account/end", session="others")
        assert [await one.is_in() for one in (second, third, browser, berta)] == [False, False, True, True]


async def test_forms_of_other_sites_and_other_logins_change_nothing(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser, town.browser() as berta:
        await browser.log_in()
        await berta.with_token(town.token("berta"))
        (form, *_) = html.fromstring((await berta.get()).text).xpath('//form[@action="/desk/account/password"]')
        theirs = hidden(form)["form"]
        for path in ("password", "factor", "factor/on", "factor/off", "codes", "end"):
            address = f"/desk/account/{path}"
            for fields in ({}, {"form": "x.y.z"}, {"form": theirs}):
                assert (await browser.client.post(address, data=fields)).status_code == 403
            async with town.browser() as stranger:
                assert (await stranger.client.post(address)).headers["location"].startswith("/desk/login")


async def test_a_stolen_list_of_logins_opens_nothing(town: Town) -> None:
    """What the ledger and the pages hold of a login is its hash."""
    town.knows("anna")
    async with town.browser() as browser, town.browser() as thief:
        await browser.log_in()
        (row,) = town.read(partial(sessions.of_person, person="anna", now_ms=town.now_ms))
        (name,) = [name for name in browser.client.cookies if "known" not in name]
        assert browser.client.cookies[name] != row.hash
        thief.client.cookies.set(name, row.hash)
        assert not await thief.is_in()


async def test_guessing_is_bounded_and_who_is_attacked_still_gets_in(town: Town) -> None:
    """A hundred at once from as many networks: five are looked at. Staff see it."""
    town.knows("anna")
    town.knows("berta")
    async with town.browser("198.51.100.1") as anna, town.browser("198.51.100.2") as berta:
        await anna.log_in()
        await anna.send("/desk/logout", "/desk")
        await berta.log_in("berta")

        async def guess(number: int) -> int:
            async with town.browser(f"10.0.{number}.1") as attacker:
                return (await attacker.log_in("anna", f"guess number {number}")).status_code

        answers = await asyncio.gather(*(guess(number) for number in range(100)))
        assert sorted(set(answers)) == [401, 429]
        assert answers.count(401) <= 5
        assert "anna" not in said(await berta.get("/desk"))
        for number in range(5):
            town.waited_s += 900
            await guess(number)
        assert "Jemand probiert Passwörter für anna aus: 10 Fehlversuche" in said(await berta.get("/desk"))
        assert (await anna.log_in()).status_code == 303
        async with town.browser("198.51.100.3") as new:
            assert (await new.with_token(town.token("anna"))).status_code == 303


async def test_waiting_is_said_and_nothing_is_looked_at_meanwhile(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser:
        for _ in range(12):
            assert (await browser.log_in(password=OTHER)).status_code == 401
            town.waited_s += 128
        await browser.log_in(password=OTHER)
        refused = await browser.log_in()
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "256")
        assert "Bitte 5 min warten" in said(refused)
        town.waited_s += 256
        assert (await browser.log_in()).status_code == 303


async def test_codes_cannot_be_guessed_either(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser, town.browser("203.0.113.9") as thief:
        await browser.log_in()
        await browser.set_up()
        asked = await thief.log_in()
        answers = [(await thief.with_code(asked, f"{number:06d}")).status_code for number in range(12)]
        assert answers == [401] * 5 + [429] * 7


async def test_it_takes_as_long_for_nobody(town: Town) -> None:
    town.knows("anna")
    await town.staff.accounts.hashing.matches(None, "", known=False)
    took = {}
    async with town.browser() as browser:
        for person in ("anna", "nobody"):
            begun = time.process_time()
            assert (await browser.log_in(person, OTHER)).status_code == 401
            took[person] = time.process_time() - begun
    assert 0.5 < took["anna"] / took["nobody"] < 2


async def test_a_hash_of_before_is_made_anew_at_the_next_login(town: Town) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    town.write(partial(accounts.put_password, person="anna", new=Password(weak, 1, None)))
    async with town.browser() as browser:
        await browser.log_in()
        found = town.read(partial(accounts.password_of, person="anna"))
        assert (is_outdated(weak), is_outdated(found.hash), found.set_ms) == (True, False, 1)
        assert (await browser.log_in()).status_code == 303


async def test_what_happened_is_audited_and_no_secret_is_anywhere(town: Town, tmp_path: Path) -> None:
    """In no log line, in no row of the ledger, in no entry of the audit."""
    town.knows("anna")
    with structlog.testing.capture_logs() as lines:
        async with town.browser() as browser, town.browser("10.0.0.1") as other:
            await browser.log_in()
            for number in range(7):
                await other.log_in("anna", f"falsches passwort {number}")
                await other.log_in("mein passwort als name", GOOD)
            await browser.set_up()
            await browser.send("/desk/account/password", current=GOOD, new=OTHER, again=OTHER)
            session = dict(browser.client.cookies)
    with open_ledger(town.ledger) as ledger:
        ledger.write_now(lambda connection: claim(connection, Status.EXERCISE))
        noted = b"\n".join(ledger.read_now(lambda c: list(c.execute(select(account_events.c.body)).scalars())))
        trail = trail_of(tmp_path)
        for _ in range(2):
            ledger.write_now(partial(accounts.take_over, trail=trail, at_ms=town.now_ms))
        assert not ledger.read_now(accounts.noted)
        chain = ledger.read_now(lambda connection: list(entries(connection)))
        own = trail.key.public_key().public_bytes_raw()
        assert ledger.read_now(lambda c: check(entries(c), Seals(own, head_in(c), ()))).entries == len(chain)
    bodies = b"\n".join(entry.body for entry in chain if entry.kind == "account")
    assert bodies == noted
    for words in (
        b'"what":"login","person":"anna"', b'"how":"password"', b'"what":"factor-on"', b'"what":"password"',
        b'"what":"failures","person":"anna"', b'"what":"failures","person":""', b'"count":5',
    ):  # fmt: skip
        assert words in bodies, words
    assert bodies.count(b"failures") == 2
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("*") if file.is_file())
    secrets = [
        GOOD,
        OTHER,
        "falsches passwort",
        "mein passwort als name",
        *browser.needs,
        "10.0.0.1",
        *session.values(),
    ]
    secrets.append(browser.secret.hex())
    for secret in secrets:
        assert secret not in str(lines)
        assert secret.encode() not in bodies + kept
    assert browser.secret not in kept
    assert [line["event"] for line in lines] == ["logins_fail", "logins_fail"]


async def test_pages_have_nothing_inline(town: Town) -> None:
    town.knows("anna")
    async with town.browser() as browser:
        await browser.log_in()
        pages = [await browser.get("/desk/login"), await browser.get()]
        await browser.send("/desk/account/factor", current=GOOD)
        pages += [await browser.get("/desk/account/factor"), await browser.set_up(), await browser.log_in()]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert STYLE_HASH in policy
        text = page.text.replace(f"<style>{STYLE}</style>", "")
        assert not [mark for mark in (" style=", "<style", "<script>", " onclick=", "javascript:") if mark in text]


async def test_setting_a_phone_up_ends_logins_that_have_shown_no_code(town: Town) -> None:
    """Who has stolen a password waits before the door of the account, and must not slip in behind its owner."""
    town.knows("anna")
    async with town.browser() as owner, town.browser() as thief:
        await owner.log_in()
        await thief.log_in()
        await owner.send("/desk/account/factor", current=GOOD)
        assert not await thief.is_in()
        await thief.log_in()
        assert (
            'class="qr"' not in (await thief.get("/desk/account/factor")).text
        )  # nothing of the owner's is left to see
        await owner.log_in()
        await owner.send("/desk/account/factor", current=GOOD)
        await owner.set_up()
        assert not await thief.is_in()
        assert await owner.is_in()
