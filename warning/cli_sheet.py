"""``floodbell sheet``: what the control room needs for MoWaS, on the terminal or as a page to print."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from notifiers.content import Content, ContentError
from notifiers.languages import Language
from notifiers.revision import Revision
from notifiers.sheet_words import LABELS
from notifiers.sheets import as_text, sheet_of
from notifiers.sirens import siren_request_of
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.config.model import Config
from warning.content import content_of
from warning.stores.book import BookUnavailable, LedgerBook
from warning.web.staff.sheet_html import SHEET_ROWS, SIREN_ROWS, SheetState, state_in, whole
from warning.world import World


def sheet_command(
    warning: Annotated[str, typer.Argument(help="The warning's id, as `floodbell warnings` shows it.")],
    revision: Annotated[int | None, typer.Option(min=1, help="Which one; the last when left out.")] = None,
    siren: Annotated[bool, typer.Option("--siren", help="The request for sirens instead.")] = False,
    language: Annotated[str, typer.Option(help="de or en.")] = "de",
    html: Annotated[Path | None, typer.Option(help="Write a page for the printer into this file.")] = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Show the sheet of a revision for the control room: MoWaS, or a request for sirens."""
    place = world_at(world)
    config = configuration_of(place)
    content = content_of(config)
    said, state = _released(place, config, warning, revision)
    spoken, make = _spoken(language, content), siren_request_of if siren else sheet_of
    try:
        sheet = make(said, content, spoken)
    except ContentError as error:
        raise refuse(f"{warning}: {error}") from error
    stands = "" if siren else state.told(said, content, spoken)
    if html is None:
        _print("\n\n".join(filter(None, [as_text(sheet), stands])))
        return
    try:
        html.write_text(whole(sheet, stands, SIREN_ROWS if siren else SHEET_ROWS), encoding="utf-8")
    except OSError as error:
        raise refuse(f"{html}: cannot be written: {error.strerror}") from error
    _print(f"{html}: {sheet.title}, {sheet['reference']}")


def _released(place: World, config: Config, warning: str, number: int | None) -> tuple[Revision, SheetState]:
    """A revision that went out, for only what is released is set in MoWaS; and whether it is set."""
    try:
        with LedgerBook(place.ledger) as book:
            said = {revision.number: revision for revision in book.revisions([warning]).get(warning, ())}
            if not said:
                raise refuse(f"{warning}: nothing was released under this id; see `floodbell warnings`")
            if number is not None and number not in said:
                raise refuse(f"{warning}: there is no revision {number}; the last one is {max(said)}")
            revision = said[max(said) if number is None else number]
            return revision, state_in(book, config, revision)
    except BookUnavailable as error:
        raise refuse(str(error), code=2) from error


def _print(text: str) -> None:
    Console().print(text, highlight=False, markup=False, soft_wrap=True)


def _spoken(language: str, content: Content) -> Language:
    printed = [known for known in content.languages if known in LABELS]
    for known in printed:
        if known == language:
            return known
    raise refuse(f"{language}: sheets of this city are in {', '.join(printed) or 'no language'}")
