"""The live desk in a real Chromium: every state is accessible, keys do everything, and what is stale looks stale."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from notifiers.ledger.database import open_ledger
from sensors.times import to_utc
from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import LISTENING, built, draft, focused, illegible, open_desk, served, violations
from tests.browser.test_pages_in_chromium import SERVER, Served
from tests.warning.web import seed
from tests.warning.web.test_staff_pages import token_of
from warning.messages import Ack, CommandAction, DeskRow, ShiftEntry
from warning.stores.desk import record_shift
from warning.web.saying import phrases

__all__ = ["served"]
pytestmark = pytest.mark.asyncio

AT = to_utc(seed.NOW)
MINUTE = timedelta(minutes=1)
IN_EARNEST = SERVER.replace("seed.world(folder)", "seed.world(folder, Status.ACTUAL)").replace(
    "import asyncio, sys", "import asyncio, sys\nfrom notifiers.revision import Status"
)
SOURCES = Path(__file__).parents[2] / "warning" / "web" / "desk" / "src"
HATCHED = "getComputedStyle(document.body, '::after').borderImageSource.includes('repeating-linear-gradient')"


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    built()


@pytest.fixture
def calm(tmp_path: Path) -> Iterator[Served]:
    """In earnest, and nothing is the matter."""
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    server = Served(tmp_path, IN_EARNEST)
    yield server
    server.kill()


async def opened(page: Page, served: Served) -> None:
    await open_desk(page, served.address, token_of(served.folder, "anna"))


async def test_every_phrase_that_the_script_says_exists() -> None:
    code = "\n".join(file.read_text("utf-8") for file in SOURCES.glob("*.ts*"))
    said = set(re.findall(r'say\(\s*"([\w-]+)"', code)) | set(re.findall(r'"((?:live|key)_[a-z_]+)"', code))
    assert len(said) > 100
    assert said <= phrases("de").keys()


async def test_no_state_has_a_fault_that_axe_finds(served: Served) -> None:
    """Level 3 in an exercise with its texts open, light and dark; a help dialog; paused; stale."""
    found: dict[str, list[str]] = {}
    async with opened_page() as page:
        await opened(page, served)
        for size in ((390, 844), (1280, 800)):
            await page.resize(*size)
            for scheme in ("dark", "light"):
                await page.ask(
                    "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
                )
                found[f"level 3, {scheme}, {size[0]}"] = await violations(page)
        await page.press("t")
        await page.becomes("document.querySelectorAll('.form').length === 7")
        found["texts"] = await violations(page)
        await page.press("?")
        await page.becomes("document.querySelector('dialog').open")
        found["help"] = await violations(page)
        await page.press("Escape", "p")
        await page.becomes("document.querySelector('#paused') !== null")
        found["paused"] = await violations(page)
        await asyncio.to_thread(served.kill)
        await page.becomes("document.body.dataset.connection === 'lost'")
        found["stale"] = await violations(page)
    assert {state: faults for state, faults in found.items() if faults} == {}


async def test_calm_in_earnest_has_no_fault_and_no_word_of_an_exercise(calm: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, calm)
        assert await violations(page) == []
        text = await page.text()
        assert "ÜBUNG" not in text
        assert "0 nicht bestätigt" in text
        assert await page.value("document.body.dataset.alarm") == "0"


async def test_a_lost_connection_cannot_be_overlooked_and_heals_by_itself(served: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        assert not await page.value(HATCHED)
        await asyncio.to_thread(served.kill)
        await page.becomes("document.body.classList.contains('is-stale')")
        banner = "document.querySelector('#stale[role=alert]')"
        assert (await page.value(f"{banner}.innerText")).startswith("Keine Verbindung. Stand 18:30")
        assert await page.value(f"getComputedStyle({banner}).position") == "fixed"
        assert await page.value(HATCHED)
        for scheme in ("light", "dark"):
            await page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            assert await illegible(page) == []
        place = "JSON.stringify(document.querySelector('#stale').getBoundingClientRect())"
        before = await page.value(place)
        await page.value("document.querySelectorAll('.panel').forEach(one => one.scrollTo(0, 9999)); scrollTo(0, 9999)")
        assert await page.value(place) == before
        await page.press("a")
        await page.becomes("document.querySelector('.outcome .alarm') !== null")
        assert "Keine klare Antwort: Vielleicht ist es geschehen, vielleicht nicht." in await page.text()
        await asyncio.to_thread(served.start)
        await page.becomes("document.body.dataset.connection === 'live'")
        assert "Keine Verbindung. Stand" not in await page.text()


async def test_keys_do_everything_and_write_in_fields(served: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        await page.press("j")
        second = await focused(page)
        await page.press("k")
        assert (await focused(page), second.startswith("row-")) == ("row-w2", True)
        await page.press("Enter")
        await page.becomes("document.activeElement.id === 'detail-heading'")
        await page.press("f")
        assert await focused(page) == "approve-level"
        await page.press("Escape", "n")
        assert await focused(page) == "note-text"
        await page.press("p", "?", "a")
        assert await page.value("document.activeElement.value") == "p?a"
        await page.press("Escape", "p")
        await page.becomes("document.querySelector('#paused') !== null")
        await page.press("p", "?")
        await page.becomes("document.querySelector('dialog').open")
        await page.value("document.getElementById('single').click()")
        await page.press("Escape")
        await page.becomes("!document.querySelector('dialog').open")
        await page.press("p")
        assert await page.value("document.querySelector('#paused')") is None  # single keys are off


async def test_a_draft_that_changes_while_it_is_read_back_takes_no_key_for_a_command(served: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        await page.press("f", "ArrowDown")
        seed.say(served.folder, replace(draft(), draft="another1"))
        with seed.history_of(served.folder) as history:
            history.write(seed.tick(seed.NOW + 1000))
        await page.becomes("document.querySelector('.detail .outcome').textContent.includes('ein anderer')")
        assert await page.value("document.getElementById('approve-level').value") == ""
        await page.press("p")
        assert await page.value("document.querySelector('#paused')") is None
        await page.press("Escape", "p")
        await page.becomes("document.querySelector('#paused') !== null")


async def test_a_paused_desk_keeps_still_and_its_alarm_goes_on(served: Served) -> None:
    seed.say(served.folder, draft(Ack("berta", 3, AT)))
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        await page.becomes("document.body.dataset.alarm === '2'")
        await page.press("p")
        await page.becomes("document.querySelector('#paused') !== null")
        seed.say(served.folder, draft())
        with seed.history_of(served.folder) as history:
            history.write(seed.tick(seed.NOW + 1000))
        await page.becomes("document.body.dataset.alarm === '3'")
        assert "Seitdem geänderte Warnungen: 1" in await page.text()
        assert await page.value("document.querySelector('#row-w2').closest('li').classList.contains('unseen')") is False
        await page.press("p")
        await page.becomes("document.querySelector('#row-w2').closest('li').classList.contains('unseen')")


async def test_what_counts_up_while_paused_is_not_read_again_and_again(served: Served) -> None:
    """Warnings that have changed are counted, not readings; the region that is read aloud keeps its words."""
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        await page.press("p")
        await page.becomes("document.querySelector('#paused') !== null")
        await page.value(
            "globalThis.read = []; new MutationObserver(() => read.push(1)).observe("
            "document.querySelector('.doubts [role=status]'), {childList: true, characterData: true, subtree: true})"
        )
        rows = [draft(Ack("berta", 3, AT)), draft(Ack("berta", 3, AT), Ack("anna", 3, AT))]
        rows.append(replace(rows[0], warning="w4", zone="barmen"))
        for second, (row, count) in enumerate(zip(rows, (1, 1, 2), strict=True), 1):
            seed.say(served.folder, row)
            with seed.history_of(served.folder) as history:
                history.write(seed.readings("kluserbruecke", [230.0 + second], last=seed.NOW - 1000))
                history.write(seed.tick(seed.NOW + 1000 * second))
            told = f"document.querySelector('.clock').textContent.includes('18:30:0{second}')"
            await page.becomes(told)
            assert await page.value("document.querySelector('#missed').textContent") == (
                f"Seitdem geänderte Warnungen: {count}"
            )
        assert await page.value("read") == []


@pytest.mark.parametrize("key", ["?", "w"])
async def test_an_open_dialog_hides_neither_a_level_nor_the_banner(served: Served, key: str) -> None:
    """Beside it everything is silent to screen readers and dimmed to eyes: it says both itself, and nothing twice."""
    seed.say(served.folder, draft(Ack("berta", 3, AT)))
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        await page.press(key)
        told = "document.querySelector('dialog[open] [role=alert].assertive')"
        await page.becomes(f"{told} !== null")
        assert await page.value(f"{told}.textContent") == ""
        seed.say(served.folder, replace(draft(), warning="w4", zone="barmen"))
        with seed.history_of(served.folder) as history:
            history.write(seed.tick(seed.NOW + 1000))
        await page.becomes(f"{told}.textContent.startsWith('Barmen: Hochwasser – Extreme Gefahr, Stufe 3')")
        await page.press("Escape", key)
        await page.becomes(f"{told}?.textContent === ''")
        await asyncio.to_thread(served.kill)
        await page.becomes("document.querySelector('dialog[open] #stale[role=alert]') !== null")
        assert await page.value("document.querySelectorAll('#stale').length") == 1
        lit = "(({left, top, width, height}) => document.elementFromPoint(left + width / 2, top + height / 2))"
        place = "document.getElementById('stale').getBoundingClientRect()"
        assert await page.value(f"{lit}({place}).closest('#stale') !== null")
        under = "document.querySelector('dialog[open]').getBoundingClientRect().bottom"
        assert await page.value(f"{under} <= {place}.top")
        assert await violations(page) == []
        await page.press("Escape")
        await page.becomes("document.querySelector('#desk > #stale') !== null")


async def test_levels_are_told_once_and_values_never(served: Served) -> None:
    seed.say(served.folder, replace(draft(), proposed_level=2))
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        regions = [
            await page.value(f"['role', 'textContent'].map((one) => document.querySelector('#{name}')[one])")
            for name in ("polite", "assertive")
        ]
        assert regions == [["status", ""], ["alert", ""]]
        await page.value(LISTENING)
        with seed.history_of(served.folder) as history:
            history.write(seed.readings("kluserbruecke", [230.0], last=seed.NOW - 1000))
        await page.becomes("document.querySelector('.strip').textContent.includes('230')")
        assert await page.value("heard") == []

        async def told(row: DeskRow, sign: str, second: int) -> None:
            seed.say(served.folder, row)
            with seed.history_of(served.folder) as history:
                history.write(seed.tick(seed.NOW + 1000 * second))
            await page.becomes(f"document.querySelector('.list').textContent.includes({sign!r})")

        lower = replace(draft(), warning="w4", zone="barmen", proposed_level=1, draft="b")
        await told(lower, "Barmen", 1)
        await told(draft(), "Extreme Gefahr, Stufe 3", 2)
        await told(draft(Ack("berta", 3, AT)), "Berta Beispiel", 3)  # who has seen it is told to nobody's ears
        assert await page.value("heard") == [
            ["polite", "Barmen: Hochwasser – Gefahreninformation, Stufe 1 von 3, wartet auf Freigabe"],
            ["assertive", "Beyenburg: Hochwasser – Extreme Gefahr, Stufe 3 von 3, wartet auf Freigabe"],
        ]


async def test_the_river_says_when_its_water_comes_to_the_next_gauge(calm: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, calm)
        assert "bis Kluserbrücke etwa 2 h" in await page.text()
        assert "dort gegen" not in await page.text()
        with seed.history_of(calm.folder) as history:
            history.write(seed.readings("beyenburg", [60.0 + 3 * i for i in range(13)], last=seed.NOW))
            history.write(seed.tick(seed.NOW + 1000))
        await page.becomes("document.querySelector('.next strong')?.textContent === 'dort gegen 20:30 Uhr'")


async def test_the_browsers_silence_is_named_and_broken_by_a_key(served: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        assert await page.value("document.body.dataset.sound") == "blocked"
        assert "Alarmton gesperrt: Taste drücken oder klicken." in await page.text()
        await page.press("j")
        await page.becomes("document.body.dataset.sound === 'running'")
        await page.becomes("Number(document.body.dataset.played) >= 1")
        assert "Alarmton gesperrt: Taste drücken oder klicken." not in await page.text()
        await page.press("m")
        await page.becomes("document.body.dataset.sound === 'off'")


async def test_a_sound_that_is_off_is_named_and_a_test_switches_it_on(served: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        await page.press("m")
        await page.go(f"{served.address}/desk/live")  # the next shift
        await page.becomes("document.querySelector('#silent') !== null")
        assert "Der Alarmton ist aus: Neue Warnungen bleiben stumm" in await page.text()
        assert await page.value("document.querySelector('#silent').closest('[role=status]') !== null")
        await page.press("s")
        await page.becomes("document.body.dataset.sound === 'running' && document.querySelector('#silent') === null")
        await page.becomes("document.body.dataset.leads === 'yes' && Number(document.body.dataset.played) >= 1")


async def test_all_tabs_of_a_browser_share_one_stream(served: Served) -> None:
    """A browser has six connections per server only, and a desk stays open for twelve hours."""
    async with opened_page() as page:
        await opened(page, served)
        await page.ask("Target.createTarget", url=f"{served.address}/desk/live")
        loaded = "performance.getEntriesByName(location.origin + '/events').length"
        async with asyncio.timeout(60):
            while await tabs(page, "page") != 2 or not await tabs(page, "shared_worker"):
                await asyncio.sleep(0.05)
        assert await tabs(page, "shared_worker") == 1
        assert await page.value(loaded) == 0


async def tabs(page: Page, kind: str) -> int:
    found = (await page.ask("Target.getTargets"))["targetInfos"]
    return sum(1 for one in found if one["type"] == kind and "/desk/" in one["url"])


async def test_without_shared_workers_a_page_listens_by_itself(served: Served) -> None:
    async with opened_page() as page:
        await page.ask("Page.addScriptToEvaluateOnNewDocument", source="delete globalThis.SharedWorker")
        await opened(page, served)
        seed.say(served.folder, draft(Ack("berta", 3, AT)))
        with seed.history_of(served.folder) as history:
            history.write(seed.tick(seed.NOW + 1000))
        await page.becomes("document.querySelector('#row-w2').closest('li').textContent.includes('Berta Beispiel')")


SIZES = [(320, 640), (390, 844), (820, 1180), (1280, 800), (1920, 1080), (2560, 1440)]
STRIPED = "getComputedStyle(document.{0}).backgroundImage.includes('repeating-linear-gradient')"


async def test_every_size_has_room_and_shows_an_exercise_all_over(served: Served) -> None:
    """Nothing is wider than the screen; stripes, frame and word stand on every one, and all can be read on them."""
    async with opened_page() as page:
        await opened(page, served)
        assert (await page.value("document.title")).partition(" ")[2].startswith("ÜBUNG: ")
        for size in SIZES:
            await page.resize(*size)
            for wall in ("no", "yes"):
                await page.becomes(f"document.documentElement.dataset.wall === '{wall}'")
                assert await page.value("document.documentElement.scrollWidth") <= size[0], (size, wall)
                assert "ÜBUNG" in await page.text()
                assert await page.value(STRIPED.format("body"))
                assert await page.value("getComputedStyle(document.body, '::before').borderLeftStyle") == "solid"
                assert await illegible(page) == [], (size, wall)
                await page.press("g")


async def test_what_waits_is_in_sight_at_once(served: Served) -> None:
    """On a laptop all that stands above takes 96 px at most, the word of the exercise included."""
    async with opened_page() as page:
        await page.resize(1280, 800)
        await opened(page, served)
        await page.press("k")
        await page.becomes("document.body.dataset.sound === 'running'")
        top = "Math.round(document.querySelector('.top').getBoundingClientRect().bottom)"
        await page.becomes("document.querySelector('#blocked') === null")
        assert await page.value(top) <= 96
        seen = "document.querySelector('{0}').getBoundingClientRect().bottom < innerHeight"
        for part in (".item:nth-child(2) .ack", ".decision h3", ".decision .read"):
            assert await page.value(seen.format(part)), part
        await page.press("i")
        await page.becomes("document.activeElement.id === 'details'")
        details = await page.value("document.getElementById('details').innerText")
        assert "Auswertung: gestört" in details
        assert "Leimbach (Wasserstand): vor 50 Minuten" in details


async def test_a_wall_is_read_from_three_metres(served: Served) -> None:
    """28 px of 1,080 lines, on a screen 65 inches wide, are 21 mm: more than the 3 m / 200 that signs are made by."""
    with open_ledger(f"sqlite:///{served.folder}/ledger.db") as ledger:
        entry = ShiftEntry("c1", "wuppertal", CommandAction.NOTE, "anna", AT, "Pegel quillt")
        ledger.write_now(lambda connection: record_shift(connection, entry))
    async with opened_page() as page:
        await page.resize(1920, 1080)
        await opened(page, served)
        await page.go(f"{served.address}/desk/live?wall")
        await page.becomes("document.querySelector('.list .name') !== null")
        for part in (".list .name", ".river .n", ".river .place"):
            size = f"parseFloat(getComputedStyle(document.querySelector({part!r})).fontSize)"
            assert await page.value(size) >= 27, part
            assert await page.value(f"document.querySelector({part!r}).checkVisibility()")
        assert not await page.value("document.querySelector('.shift').checkVisibility()")
        assert await page.value("document.querySelector('.lately li').checkVisibility()")
        assert "Pegel quillt" in await page.value("document.querySelector('.lately').innerText")
        sent = await page.value("document.querySelector('#row-w1').closest('li').querySelector('.sent').innerText")
        assert re.fullmatch(r"Zustellung: \d+ von \d+(, \d+ gescheitert)?", sent)
        assert await page.value("document.querySelector('.list .beyond').hidden")
        zones = [name for name in seed.config().zones if name not in {"unterbarmen", "beyenburg"}]
        for place in range(12):
            more = replace(draft(), warning=f"v{place}", zone=zones[place % len(zones)], draft=f"{place}")
            seed.say(served.folder, more)
        with seed.history_of(served.folder) as history:
            history.write(seed.tick(seed.NOW + 1000))
        note = "document.querySelector('.list .beyond')"
        await page.becomes(f"!{note}.hidden")
        items = "[...document.querySelectorAll('.list .item')].filter((one) => one.checkVisibility())"
        inside = f"(one) => one.getBoundingClientRect().bottom <= {note}.getBoundingClientRect().top"
        whole, counted = await page.value(f"[{items}.map({inside}), {note}.textContent]")
        assert (counted, len(whole)) == (f"+{whole.count(False)} weitere", 15)
        assert whole[0]
        assert await page.value(f"{note}.getBoundingClientRect().bottom <= innerHeight")
        await page.press("3")
        await page.becomes(
            "document.querySelector('.list').checkVisibility() && document.querySelector('#plan') !== null"
        )


async def test_the_plain_desk_leads_on_where_scripts_run_and_stays_where_not(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        await page.ask("Page.navigate", url=f"{served.address}/desk")
        await page.becomes("location.pathname === '/desk/live'")
        await page.go(f"{served.address}/desk?plain=1")
        assert "Laufendes Lagepult" in await page.text()
        await page.ask("Emulation.setScriptExecutionDisabled", value=True)
        await page.go(f"{served.address}/desk")
        assert "Beyenburg: Hochwasser" in await page.text()


async def test_nobody_comes_in_without_a_login(served: Served) -> None:
    answer = httpx.get(f"{served.address}/desk/live")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/login?next=%2Fdesk%2Flive")
