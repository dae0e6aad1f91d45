"""Pages as a screen reader gets them: ``python -m tests.browser.trees`` writes ``trees/*.txt`` anew.

One line per thing that is said: its role, its name, and what is said beside it (level, state, value). Towns and a
browser whose clocks stand still make the same text every time; a change is read before it is kept.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built
from tests.browser.towns import Towns
from tests.warning.web.seed import NOW

FOLDER = Path(__file__).parent / "trees"
PHONE, LAPTOP = (390, 844), (1280, 800)
#: Said as what they hold, not by themselves.
SILENT = {
    "none", "generic", "InlineTextBox", "LineBreak", "RootWebArea", "ListMarker", "paragraph", "strong", "emphasis",
    "time", "code", "LabelText", "Legend", "MenuListPopup", "rowgroup",
}  # fmt: skip
#: What a screen reader says after the name.
TOLD = (
    "level", "checked", "pressed", "expanded", "selected", "disabled", "required", "invalid", "busy", "live",
    "hasPopup", "modal", "readonly", "orientation", "valuetext",
)  # fmt: skip
UNSAID = {"false", "off", "", "none"}
STILL = f"""(() => {{
  const Then = Date;
  globalThis.Date = class extends Then {{
    constructor(...given) {{ super(...(given.length ? given : [{NOW}])); }}
    static now() {{ return {NOW}; }}
  }};
}})()"""


class Tree(NamedTuple):
    """One page of one state."""

    name: str
    state: str
    path: str
    person: str = ""
    ready: str = "true"


TREES = (
    Tree("start-calm", "calm", "/de/"),
    Tree("start-level-3", "level 3", "/de/"),
    Tree("zone-level-3", "level 3", "/de/zone/unterbarmen"),
    Tree("station-level-3", "level 3", "/de/station/kluserbruecke"),
    Tree("zone-level-3-arabic", "level 3", "/ar/zone/unterbarmen"),
    Tree("station-blind", "blind", "/de/station/beyenburg"),
    Tree("warning-level-3", "level 3", "/de/warning/w1"),
    Tree("subscribe", "calm", "/de/subscribe"),
    Tree("live-desk", "level 3", "/desk/live", "anna", "document.querySelector('.panel.list') !== null"),
)
STATES = tuple(dict.fromkeys(tree.state for tree in TREES))
Node = Mapping[str, Any]


async def text_of(page: Page, towns: Towns, tree: Tree) -> str:
    """The tree of a page as text."""
    await page.resize(*(LAPTOP if tree.person else PHONE))
    await page.ask("Page.enable")  # or the next has no effect
    await page.ask("Page.addScriptToEvaluateOnNewDocument", source=STILL)
    if tree.person:
        await towns.log_in(page, tree.state, tree.person)
    await page.go(f"{towns.address(tree.state)}{tree.path}")
    await page.becomes(tree.ready)
    nodes = (await page.ask("Accessibility.getFullAXTree"))["nodes"]
    known = {node["nodeId"]: node for node in nodes}
    (root,) = (node for node in nodes if "parentId" not in node)
    title = f"page {_value(root, 'name')!r}"
    return "\n".join([title, *_lines(root, known, 1, "")]) + "\n"


def _lines(node: Node, known: Mapping[str, Node], depth: int, around: str) -> Iterator[str]:
    """What is said of a node and of all below it; what only repeats the name of what it stands in is left out."""
    role, name = _value(node, "role"), " ".join(_value(node, "name").split())
    said = not node["ignored"] and role not in SILENT and not (role == "StaticText" and (not name or name in around))
    if said:
        yield "  " * depth + " ".join([_called(role), *([f'"{name}"'] if name else []), *_beside(node)])
    for child in node.get("childIds", []):
        if child in known:
            yield from _lines(known[child], known, depth + said, name if said and name else around)


def _called(role: str) -> str:
    return "text" if role == "StaticText" else role


def _beside(node: Node) -> list[str]:
    properties = {one["name"]: str(one["value"].get("value", "")) for one in node.get("properties", [])}
    told = [(key, properties.get(key, "").lower()) for key in TOLD]
    if _value(node, "role") != "heading":
        told = [(key, said) for key, said in told if key != "level"]
    value, why = _value(node, "value"), _value(node, "description")
    more = ([f"= {value!r}"] if value else []) + ([f"({why})"] if why else [])
    return more + [f"[{key}]" if said == "true" else f"[{key} {said}]" for key, said in told if said not in UNSAID]


def _value(node: Node, key: str) -> str:
    return str(node.get(key, {}).get("value", ""))


async def write(folder: Path) -> None:
    """Write all trees into a folder."""
    built()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        towns = Towns(Path(home), *STATES)
        try:
            for tree in TREES:
                async with opened_page() as page:
                    (folder / f"{tree.name}.txt").write_text(await text_of(page, towns, tree), "utf-8")
        finally:
            towns.kill()


if __name__ == "__main__":
    asyncio.run(write(FOLDER))
