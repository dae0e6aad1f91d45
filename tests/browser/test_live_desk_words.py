"""Everything that staff can say, said at the live desk of the service as it runs, by keyboard alone."""

from pathlib import Path

import pytest

from rules.messages import Action
from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built, open_desk, violations
from tests.warning.web.floods import Served, flood_served
from warning.messages import CommandAction, WarningState
from warning.web.staff.live_forms import forms, wording
from warning.web.words import phrases

pytestmark = pytest.mark.asyncio

OPEN = "document.querySelector('#ask').open"
TOLD = "document.querySelector('.told').innerText"


async def test_every_command_has_a_form_with_words_for_all_of_it() -> None:
    """What the interface takes and the desk does not offer would show here."""
    made, said = forms(), phrases("de").keys()
    elsewhere = {CommandAction.SEEN, CommandAction.SHOW, CommandAction.HIDE}  # by a link; on /desk/reports
    assert made.keys() >= {one.value for one in CommandAction if one not in elsewhere}
    assert {form.says["action"] for form in made.values() if form.says} == {one.value for one in Action}
    assert {f"do_{name}" for name in made} <= said
    unasked = {"reason", "draft", "parameter", "place", "words", "texts"}
    fields = {field["name"] for form in made.values() for field in form.fields} | {one["name"] for one in wording()}
    assert {f"field_{name}" for name in fields - unasked} <= said


async def say(page: Page, name: str, **fields: str) -> None:
    """Open a form from the list of all, fill it in and send it."""
    await page.press("w")
    await page.becomes(OPEN)
    await tab_to(page, f"#ask button.c-{name}")
    await page.press("Enter")
    await fill(page, name, **fields)
    await page.press("Enter")


async def fill(page: Page, form: str, **fields: str) -> None:
    """Field by field as they stand; the first one has the focus. Ends in the last one, where Enter sends."""
    await page.becomes(f"document.activeElement.closest('form.c-{form}') !== null")
    for name, text in fields.items():
        await tab_to(page, f"#{form}-{name}")
        if await page.value("document.activeElement.tagName") != "SELECT":
            await page.press(*text)
            continue
        options = await page.value("[...document.activeElement.options].map((one) => one.value)")
        chosen = await page.value("document.activeElement.selectedIndex")
        steps = options.index(text) - chosen
        await page.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))


async def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        if await page.value(f"document.activeElement.matches({selector!r})"):
            return
        await page.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


async def closes(page: Page) -> None:
    """It was done: the dialog is gone, and the focus is where it was opened or near."""
    await page.becomes(f"!{OPEN}")
    await page.becomes("document.activeElement !== document.body")


async def test_all_that_people_know_is_said_by_keys(tmp_path: Path) -> None:
    built()
    async with flood_served(tmp_path) as world, opened_page() as anna:
        await anna.resize(1280, 800)
        await open_desk(anna, world.address, world.token("anna"))
        await anna.becomes("document.querySelector('.list .head') !== null")
        await anna.press("j")
        await a_sensor_out_and_back(anna)
        await a_silence_with_its_end(anna)
        await refused_where_it_was_asked(anna)
        await a_report_withdrawn(anna)
        await a_value_as_people_write_it(anna)
        await a_shift_handed_over(anna)
        warning = await a_warning_without_a_gauge(anna, world)
        await other_words(anna, world)
        await a_draft_rejected(anna, world, warning)


async def a_sensor_out_and_back(anna: Page) -> None:
    await say(anna, "out-of-service", station="leimbach stage", lasting="4 h", reason="debris")
    await closes(anna)
    await anna.becomes(f"{TOLD}.includes('Außer Betrieb: Leimbach, Wasserstand – debris, bis')")
    await tab_to(anna, ".told .c-in-service")
    await anna.press("Enter")
    await fill(anna, "in-service", reason="clean")  # which one stands there already
    assert await anna.value("document.querySelector('#in-service-station').value") == "leimbach stage"
    await anna.press("Enter")
    await closes(anna)
    await anna.becomes(f"!{TOLD}.includes('Außer Betrieb')")


async def ended_by(anna: Page, word: str, told: str, reason: str) -> None:
    """By the button beside what stands, after which it does not."""
    await tab_to(anna, f".told .c-{word}")
    await anna.press("Enter")
    await fill(anna, word, reason=reason)
    await anna.press("Enter")
    await closes(anna)
    await anna.becomes(f"!{TOLD}.includes('{told}')")


async def a_silence_with_its_end(anna: Page) -> None:
    await say(anna, "silence", zone="unterbarmen", hazard="river-flood", lasting="2 h", reason="known")
    await closes(anna)
    await anna.becomes(f"/Stillen: Unterbarmen, Hochwasser, bis .*Anna Beispiel/.test({TOLD})")
    assert await anna.value("[...document.querySelectorAll('.told .c-unsilence')].length") == 1
    await ended_by(anna, "unsilence", "Stillen", "over")


async def refused_where_it_was_asked(anna: Page) -> None:
    """The reason stands in the dialog, which keeps what was typed; Escape leads back."""
    await say(anna, "release", zone="barmen", hazard="river-flood", reason="not held")
    await anna.becomes(
        "/^Nicht ausgeführt.*gibt es keine Regel/.test(document.querySelector('#ask .outcome').textContent)"
    )
    assert await anna.value(OPEN)
    assert await anna.value("document.querySelector('#release-reason').value") == "not held"
    assert await violations(anna) == []
    await anna.press("Escape")
    await closes(anna)


async def a_report_withdrawn(anna: Page) -> None:
    await say(anna, "report-level", zone="beyenburg", hazard="river-flood", level="1", lasting="1 h", reason="dam")
    await closes(anna)
    await anna.becomes(f"/Gemeldet: Beyenburg: .*dam/.test({TOLD})")
    await ended_by(anna, "withdraw", "Gemeldet", "error")


async def a_value_as_people_write_it(anna: Page) -> None:
    await say(anna, "report", station="leimbach stage", value="0,31 m", lasting="1 h", reason="staff gauge")
    await closes(anna)
    await anna.becomes(f"{TOLD}.includes('Gemeldet: Leimbach, Wasserstand: 31 cm – staff gauge')")
    await ended_by(anna, "withdraw", "Gemeldet", "error")


async def a_shift_handed_over(anna: Page) -> None:
    await say(anna, "handover", to="berta", text="crest at 22")
    await tab_to(anna, ".c-handover button")
    await anna.press("Enter")
    await closes(anna)
    await anna.becomes("document.querySelector('.duty li').textContent === 'Berta Beispiel'")
    await anna.becomes("document.querySelector('.duty').textContent.includes('statt des Dienstplans')")
    await anna.becomes("document.querySelector('.entries').textContent.includes('crest at 22')")
    await tab_to(anna, ".duty .c-handover ~ .c-handover")
    await anna.press("Enter")
    await anna.becomes(OPEN)
    assert await anna.value("document.querySelector('#handover-to').value") == "anna"  # to take over
    await anna.press("Escape")
    await closes(anna)


async def a_warning_without_a_gauge(anna: Page, world: Served) -> str:
    await say(anna, "warn", zone="barmen", hazard="bomb-disposal", level="2", reason="find at Werth")
    await closes(anna)
    await anna.becomes("document.querySelector('#detail-heading').textContent.includes('Barmen: ')")
    await anna.becomes("document.querySelector('.decision .title') !== null")  # from the template
    await anna.becomes(f"{TOLD}.includes('Von Hand gehalten: Barmen')")
    row = world.row("barmen", "bomb-disposal")
    assert (row.proposed_level, row.held_by) == (2, "anna")
    return row.warning


async def other_words(anna: Page, world: Served) -> None:
    await tab_to(anna, ".detail .c-update")
    await anna.press("Enter")
    texts = {"headline-de": "Fund", "instruction-de": "Bleiben Sie fern."}
    await fill(anna, "update", **texts, reason="clearer")
    await anna.press("Enter")
    await closes(anna)
    await anna.becomes("document.querySelector('.detail .c-submit') !== null")
    assert world.row("barmen", "bomb-disposal").words["de"].headline == "Fund"


async def a_draft_rejected(anna: Page, world: Served, warning: str) -> None:
    await anna.press("Escape", "x")
    await fill(anna, "reject", reason="a dud")
    await anna.press("Enter")
    await closes(anna)
    await anna.becomes(f"!document.querySelector('#row-{warning}')?.closest('li').textContent.includes('Entwurf:')")
    assert world.row("barmen", "bomb-disposal").state in (WarningState.REJECTED, WarningState.CLOSED)
