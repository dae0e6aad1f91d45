"""A flood at the live desk of the service as it runs, by keyboard alone: two desks, each in a browser of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sensors.readings import Reading, Series
from sensors.records.record import Arrival, Record, record_of_arrivals
from sensors.units import HOUR_MS, MINUTE_MS
from simulations.exercise import exercise_world
from simulations.pace import Pace
from simulations.play import play_of
from simulations.replay import Outcome, driving
from simulations.synthetic import LAG_MS, STEP_MS, moment, synthetic
from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import LISTENING, built, focused, open_desk
from tests.services.ports import free_port
from tests.warning.test_approval import CONFIG
from tests.warning.web.floods import ROLES, Served
from warning.config.load import load
from warning.messages import WarningState
from warning.supervisor import Supervisor

pytestmark = pytest.mark.asyncio

BEFORE, RISEN, END = moment("14 09:00"), moment("14 16:05"), moment("15 01:30")
FALLING_MS = 2 * HOUR_MS
CALM = {"kluserbruecke": 80.0, "beyenburg": 90.0, "leimbach": 8.0}
PATIENCE_S = 60


class Held(Pace):
    """As fast as it goes, up to a time until which it may; then it waits for the next one."""

    def __init__(self, until: int) -> None:
        super().__init__(until, 1e9)
        self._may = until
        self._changed = asyncio.Event()
        self.waits = asyncio.Event()

    def go_on(self, until: int) -> None:
        self._may = until
        self.waits.clear()
        self._changed.set()

    async def until(self, at: int) -> None:
        while at > self._may:
            self._changed.clear()
            self.waits.set()
            await self._changed.wait()


def wave() -> Record:
    """The synthetic flood until level 2 is passed; then, unlike it, everything falls and stays low."""
    rising = [arrival for arrival in synthetic().arrivals if BEFORE - 6 * HOUR_MS <= arrival.reading.at <= RISEN]
    return record_of_arrivals("wave", [*rising, *_ebb({one.reading.series: one.reading.value for one in rising})])


def _ebb(last: dict[Series, float | None]) -> Iterator[Arrival]:
    for at in range(RISEN + STEP_MS - RISEN % STEP_MS, END, STEP_MS):
        left = max(0.0, 1 - (at - RISEN) / FALLING_MS)
        for series, value in last.items():
            low = CALM.get(series.station, 0.0) if series.parameter == "stage" else 17.0
            fallen = low + left * ((value or 0.0) - low) + 0.1 * (at // STEP_MS % 3)  # no gauge stands quite still
            yield Arrival(at + LAG_MS, Reading(series, at, 0.0 if series.parameter == "rain" else round(fallen, 1)))


@asynccontextmanager
async def served(folder: Path, pace: Held) -> AsyncIterator[Served]:
    """The service with its pages, while the wave is played as far as ``pace`` lets it."""
    play = play_of(wave(), load(CONFIG), BEFORE, END, 5 * MINUTE_MS)
    world = exercise_world(play, CONFIG, folder, None).model_copy(update={"web_port": free_port()})
    outcome = Outcome()
    async with (
        Supervisor(world, ROLES, logs=folder / "logs") as supervisor,
        driving(play, supervisor.world, outcome.take) as (driver, _),
    ):
        playing = asyncio.create_task(driver.run(pace, lambda _: None))
        async with asyncio.timeout(PATIENCE_S):
            await pace.waits.wait()
        yield Served(supervisor.world, supervisor.world_file, outcome)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


async def choose(page: Page, warning: str) -> None:
    """By keys: up to the first one, then down."""
    count = await page.value("document.querySelectorAll('.list .head').length")
    await page.press(*["k"] * count)
    for _ in range(count):
        if await focused(page) == f"row-{warning}":
            return
        await page.press("j")
    assert await focused(page) == f"row-{warning}"


async def read_back(page: Page, served: Served, warning: str, zone: str) -> None:
    """Fill in what the draft says, field by field, and stop on the button."""
    await choose(page, warning)
    row = served.row(zone)
    await page.press("f")
    assert await focused(page) == "approve-level"
    zones = list(served.world.configuration().zones)
    await page.press(*["ArrowDown"] * row.proposed_level, "Tab", *["ArrowDown"] * (zones.index(zone) + 1), "Tab")
    assert await focused(page) == "approve-recipients"
    await page.press(*str(served.recipients(row)), "Tab")
    while await page.value("document.activeElement.tagName") != "BUTTON":
        await page.press("Tab")
    assert await page.value("document.activeElement.closest('form').className") == "command c-approve"


def outcome_of(warning: str) -> str:
    return f"document.querySelector('.detail .outcome[data-about=\"{warning}\"]')?.textContent ?? ''"


async def test_from_the_flood_to_the_all_clear(tmp_path: Path) -> None:
    """It sounds, one takes note, another releases, both see whom it reached; two at once give one result; all-clear."""
    built()
    pace = Held(BEFORE + 10 * MINUTE_MS)
    async with served(tmp_path, pace) as world, opened_page() as anna, opened_page() as berta:
        for page, person in ((anna, "anna"), (berta, "berta")):
            await page.resize(1280, 800)
            await open_desk(page, world.address, world.token(person))
            await page.becomes("document.querySelector('.list').textContent.includes('Es gibt keine Warnungen')")
        await it_sounds(anna, world, pace)
        await one_takes_note_for_all(anna, berta, world)
        await another_releases(anna, berta, world)
        await two_at_once(anna, berta, world)
        await all_clear(anna, berta, world, pace)


async def it_sounds(anna: Page, world: Served, pace: Held) -> None:
    await anna.press("m", "m")  # the browser lets a page sound that somebody has touched
    await anna.becomes("document.body.dataset.sound === 'running'")
    assert await anna.value("document.body.dataset.played") == "0"
    await anna.value(LISTENING)
    pace.go_on(RISEN)
    await anna.becomes("document.body.dataset.alarm >= 2")
    await anna.becomes("Number(document.body.dataset.played) >= 1")
    async with asyncio.timeout(PATIENCE_S):
        await pace.waits.wait()
    await anna.becomes("document.querySelector('.list').textContent.includes('Unterbarmen')")
    await anna.becomes("heard.some(([how, text]) => how === 'polite' && text.includes('Hochwasser'))")


async def one_takes_note_for_all(anna: Page, berta: Page, world: Served) -> None:
    warning = world.row("unterbarmen").warning
    await anna.becomes(f"document.querySelector('#row-{warning}') !== null")
    await choose(anna, warning)
    await anna.press("a")
    await anna.becomes(f"({outcome_of(warning)}).startsWith('Erledigt')")
    for page in (anna, berta):
        await page.becomes(
            f"document.querySelector('#row-{warning}').closest('li').textContent.includes('Anna Beispiel')"
        )
    assert [one.person for one in world.row("unterbarmen").acks] == ["anna"]


async def another_releases(anna: Page, berta: Page, world: Served) -> None:
    row = world.row("unterbarmen")
    await read_back(berta, world, row.warning, "unterbarmen")
    await berta.press("Enter")
    await berta.becomes(f"({outcome_of(row.warning)}).startsWith('Erledigt')")
    await choose(anna, row.warning)
    for page in (anna, berta):
        await page.becomes("document.querySelector('.detail .decision') === null")
        await page.becomes(f"document.querySelector('.delivery h3').textContent.includes('{row.revision + 1}')")
        await page.becomes("Number(document.querySelector('.delivery progress').value) > 0")
    assert [one.released_by for one in world.outcome.revisions if one.warning == row.warning].count("berta") == 1


async def two_at_once(anna: Page, berta: Page, world: Served) -> None:
    """Both have read it back and press: it goes out once, and each reads one sentence that says so."""
    row = world.row("beyenburg")
    assert row.proposed_level == 2
    for page in (anna, berta):
        await read_back(page, world, row.warning, "beyenburg")
    await asyncio.gather(anna.press("Enter"), berta.press("Enter"))
    said = []
    for page in (anna, berta):
        await page.becomes(f"/^(Erledigt|Schon freigegeben)/.test({outcome_of(row.warning)})")
        said.append(str(await page.value(outcome_of(row.warning))))
    assert sorted(text.split()[0] for text in said) == ["Erledigt:", "Schon"]
    (late,) = [text for text in said if text.startswith("Schon")]
    assert "Ihre Freigabe war nicht mehr nötig" in late
    released = [one for one in world.outcome.revisions if one.warning == row.warning and one.level == 2]
    assert len(released) == 1
    assert ("Berta" if released[0].released_by == "berta" else "Anna") in late


async def all_clear(anna: Page, berta: Page, world: Served, pace: Held) -> None:
    """Who was reached by it is told after the end too."""
    warning = world.row("unterbarmen").warning
    pace.go_on(END)
    async with asyncio.timeout(300):
        while world.row("unterbarmen").proposed_change != "all-clear":
            await asyncio.sleep(0.2)
    await berta.becomes(f"document.querySelector('#row-{warning}').closest('li').textContent.includes('Entwarnung')")
    await read_back(berta, world, warning, "unterbarmen")
    await berta.press("Enter")
    await berta.becomes(f"({outcome_of(warning)}).startsWith('Erledigt')")
    for page in (anna, berta):
        item = f"document.querySelector('#row-{warning}').closest('li').textContent"
        await page.becomes(f"{item}.includes('Entwarnung gegeben')")
    number = world.row("unterbarmen").revision
    await berta.becomes(f"document.querySelector('.delivery h3')?.textContent.includes('{number}')")
    await berta.becomes("Number(document.querySelector('.delivery progress').value) > 0")
    assert world.row("unterbarmen").state is WarningState.ALL_CLEAR
