"""``floodbell preview``: every kind of channel's text side by side, of a warning or of the templates."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from notifiers.content import Content, ContentError
from notifiers.languages import LANGUAGES, Language
from notifiers.revision import Change, Revision
from sensors.problems import did_you_mean
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.commanding import row_of
from warning.config.load import ConfigError, load
from warning.config.model import Config
from warning.content import content_of, revision_of_draft
from warning.preview import Preview, example, previews
from warning.preview_text import show
from warning.stores.book import BookUnavailable, LedgerBook
from warning.world import World

DEFAULT_CONFIG = Path("config.yaml")


def preview_command(  # noqa: PLR0913, PLR0917 - one per option
    warning: Annotated[
        str, typer.Argument(help="A warning's id: its draft, else what is in force. Left out: the templates.")
    ] = "",
    zone: Annotated[str, typer.Option(help="The zone's key.")] = "",
    hazard: Annotated[str, typer.Option(help="The hazard's key in texts.hazards.")] = "",
    level: Annotated[int, typer.Option(min=1, max=3, help="1, 2 or 3.")] = 2,
    change: Annotated[Change, typer.Option(help="What the revision does.")] = Change.ISSUED,
    language: Annotated[list[str] | None, typer.Option(help="Only these; the city's when left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    config: Annotated[Path, typer.Option("--config", "-c", help="Whose templates.")] = DEFAULT_CONFIG,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Show what every kind of channel would be given, how long it is, and what keeps it from going out."""
    if warning:
        place = world_at(world)
        city = configuration_of(place)
        revision = _of_warning(place, warning)
    else:
        city = _city(config)
        revision = _of_templates(city, zone, hazard, level, change)
    content = content_of(city)
    try:
        found = previews(revision, _spoken(language, content), content)
    except ContentError as error:
        raise refuse(f"no message can be written: {error}") from error
    if as_json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))  # noqa: T201 - for machines
    else:
        show(found, Console(highlight=False))
    if any(one.findings for one in found):
        raise typer.Exit(1)


def _city(path: Path) -> Config:
    try:
        return load(path)
    except ConfigError as error:
        raise refuse(str(error)) from error


def _of_templates(city: Config, zone: str, hazard: str, level: int, change: Change) -> Revision:
    """Whatever is left out is the first there is."""
    zone, hazard = zone or next(iter(city.zones)), hazard or next(iter(city.texts.hazards))
    for named, known in ((zone, city.zones), (hazard, city.texts.hazards)):
        if named not in known:
            raise refuse(f"{named}: there is no such {'zone' if known is city.zones else 'hazard'}"
                         f"{did_you_mean(named, known)}")  # fmt: skip
    return example(city, zone, hazard, level, change, _now())


def _now() -> datetime:
    return datetime.now(UTC)


def _of_warning(place: World, warning: str) -> Revision:
    """The draft on the desk with the measurements of the last revision, else that revision."""
    row, last = row_of(place, warning), _last(place, warning)
    if row is not None and row.proposed_change:
        return revision_of_draft(row, place.status)
    if last is None:
        raise refuse(f"{warning}: there is no such warning; see `floodbell warnings`")
    return last


def _last(place: World, warning: str) -> Revision | None:
    try:
        with LedgerBook(place.ledger) as book:
            return max(book.revisions([warning]).get(warning, ()), key=lambda one: one.number, default=None)
    except BookUnavailable as error:
        raise refuse(str(error), code=2) from error


def _spoken(wanted: list[str] | None, content: Content) -> tuple[Language, ...]:
    if not wanted:
        return content.languages
    unknown = [name for name in wanted if name not in content.languages]
    if unknown:
        hint = "; put it into city.languages" if unknown[0] in LANGUAGES else ""
        raise refuse(f"{unknown[0]}: the city speaks {', '.join(content.languages)}{hint}")
    return tuple(known for known in content.languages if known in wanted)


def _plain(found: Preview) -> dict[str, object]:
    return {
        "language": found.language,
        "reviewed": found.reviewed,
        "borrowed": list(found.borrowed),
        "forms": [
            {
                "kind": form.kind.value,
                "title": form.title,
                "text": form.text,
                "fits": form.fits,
                "sizes": [
                    {"length": size.length, "limit": size.limit, "unit": size.unit, "parts": size.parts}
                    for size in form.sizes
                ],
                "components": sorted(component.value for component in form.components),
            }
            for form in found.forms
        ],
        "findings": [str(finding) for finding in found.findings],
    }
