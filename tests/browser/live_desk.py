"""The live desk built from its sources, with axe-core beside it, and people who open it."""

from datetime import timedelta
from functools import cache
from typing import Any

import httpx
from msgspec.structs import replace

from sensors.times import to_utc
from tests.browser.chromium import Page
from tests.warning.web import seed
from warning.messages import Ack, DeskRow, WarningState
from warning.web.desk.build import PACKAGES, ensure

ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@cache
def built() -> str:
    """Build the desk once; the source of axe-core, which comes from the same lock."""
    ensure(development=True)
    return (PACKAGES / "axe-core" / "axe.min.js").read_text("utf-8")


def draft(*acks: Ack) -> DeskRow:
    """A draft of level 3 that waits since four minutes."""
    since = to_utc(seed.NOW) - timedelta(minutes=4)
    waiting = seed.desk_row(WarningState.AWAITING, 0, since, warning="w2", zone="beyenburg", proposed=3)
    return replace(waiting, draft="5d41402a", needed=1, acks=acks)


async def open_desk(page: Page, address: str, token: str, ready: str = ".panel.list") -> None:
    """Log in and wait until the desk shows what there is."""
    answer = httpx.post(f"{address}/desk/login", data={"token": token}, timeout=30)
    for name, value in answer.cookies.items():
        await page.ask("Network.setCookie", name=name, value=value, url=address)
    await page.go(f"{address}/desk/live")
    await page.becomes(f"document.querySelector({ready!r}) !== null")


async def violations(page: Page, *, colours: bool = True) -> list[str]:
    """What axe-core finds: rule and where, by all of WCAG 2.2 AA and the best practices.

    ``colours`` is whether it looks at those too, which takes it longer than all the rest.
    """
    await page.value(f"{built()}; undefined")
    left_out = "" if colours else "'color-contrast': {enabled: false}"
    options = f"{{runOnly: {list(ALL)}, resultTypes: ['violations'], rules: {{{left_out}}}}}"
    found: list[dict[str, Any]] = await page.value(
        f"axe.run(document, {options}).then(result => result.violations.map("
        "one => ({id: one.id, nodes: one.nodes.map(node => node.html.slice(0, 160))})))"
    )
    return [f"{one['id']}: {node}" for one in found for node in one["nodes"]]


async def focused(page: Page) -> str:
    """Id of what has the focus."""
    return str(await page.value("document.activeElement.id"))
