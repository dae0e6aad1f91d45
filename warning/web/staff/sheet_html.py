"""A sheet for the control room as a page: served with its own files, or whole in one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from notifiers import speech
from notifiers.content import Content
from notifiers.languages import Language
from notifiers.revision import Revision
from notifiers.sheet_words import LABELS
from notifiers.sheets import Sheet
from warning.config.model import Config
from warning.stores.book import Book

HERE = Path(__file__).parent.parent
SHEET_ROWS = ("hand_set",)
SIREN_ROWS = ("hand_asked", "hand_confirmed")

Link = tuple[str, str]  # address and name


@dataclass(frozen=True, slots=True)
class SheetState:
    """Whether the control room has set a revision in MoWaS."""

    set_at: datetime | None = None
    set_by: str = ""
    due: datetime | None = None  # None: at no time, as at level 1

    def told(self, revision: Revision, content: Content, language: Language) -> str:
        """In words, the day only where it is another one; empty where it is neither set nor due."""
        label, at = LABELS[language], self.due if self.set_at is None else self.set_at
        if at is None:
            return ""
        said = speech.moment(at, content.zone, language, beside=revision.sent)
        if self.set_at is None:
            return label["due"].format(time=said)
        return label["set_by" if self.set_by else "set"].format(time=said, by=self.set_by)


def state_in(book: Book, config: Config, revision: Revision) -> SheetState:
    """As the ledger has it, with the person's name. Raises BookUnavailable."""
    row = book.sheet(revision.identifier)
    if row is None:
        return SheetState()
    names = {str(person.id): person.name for person in config.people}
    return SheetState(row.set_at, names.get(row.set_by, row.set_by), row.due)


def served(sheet: Sheet, state: str, by_hand: Sequence[str], links: Sequence[Link]) -> str:
    """The page as the service gives it, with style and script in files of their own."""
    return _page(sheet, state, by_hand, links, style=None, script=None)


def whole(sheet: Sheet, state: str, by_hand: Sequence[str]) -> str:
    """The page in one file, to keep, to send and to open where no service runs."""
    style, script = (Markup((HERE / "static" / name).read_text("utf-8")) for name in ("sheet.css", "copy.js"))  # noqa: S704 - our own files
    return _page(sheet, state, by_hand, (), style=style, script=script)


def _page(
    sheet: Sheet,
    state: str,
    by_hand: Sequence[str],
    links: Sequence[Link],
    *,
    style: Markup | None,
    script: Markup | None,
) -> str:
    facts = {"sheet": sheet, "state": state, "by_hand": by_hand, "links": links, "label": LABELS[sheet.language]}
    return _environment().get_template("sheet.html").render(**facts, style=style, script=script)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
