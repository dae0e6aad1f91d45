"""Atom and RSS of warnings in force and of those that ended lately, one feed per language."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from notifiers import texts
from notifiers.content import ContentError
from notifiers.feeds import atom, rss
from notifiers.feeds.feed import Category, Feed, Item, Standing
from notifiers.languages import Language
from notifiers.texts import clean
from warning.content import content_of, place_of
from warning.web.facts.published import Published, published
from warning.web.render import Renderer, conditional
from warning.web.words import Words

STANDING, LEVEL, HAZARD = "urn:floodbell:standing", "urn:floodbell:level", "urn:floodbell:hazard"


def feed_pages(render: Renderer) -> APIRouter:
    """The routes of all feeds."""
    router = APIRouter(include_in_schema=False)

    def answer(request: Request, language: str, kind: str, write: Callable[[Feed], str]) -> Response:
        spoken = render.spoken(language)
        path = f"{spoken}/warnings.{kind}"
        body = write(feed_of(render, spoken, path))
        return conditional(request, body, atom.MEDIA_TYPE if kind == "atom" else rss.MEDIA_TYPE)

    @router.get("/{language}/warnings.atom")
    def atom_feed(request: Request, language: str) -> Response:
        return answer(request, language, "atom", atom.atom)

    @router.get("/{language}/warnings.rss")
    def rss_feed(request: Request, language: str) -> Response:
        return answer(request, language, "rss", rss.rss)

    return router


def feed_of(render: Renderer, language: Language, path: str) -> Feed:
    """What a feed says in a language. Raises BookUnavailable."""
    sources, words = render.sources, render.words[language]
    config = sources.config
    name = words.say("title" if config.issuer else "title_measured", city=config.city.name)
    mark = f"{words.say('exercise_title')}: " if sources.exercise else ""
    return Feed(
        title=clean(f"{mark}{name}"),
        subtitle=clean(f"{mark}{words.say('feed_subtitle')}"),
        language=language,
        author=clean(config.issuer.authority if config.issuer else config.city.name),
        address=f"{config.city.page}{path}",
        page=f"{config.city.page}{language}/",
        items=[_item(render, words, one, mark) for one in published(sources)],
    )


def _item(render: Renderer, words: Words, one: Published, mark: str) -> Item:
    page, revision = render.sources.config.city.page, one.revision
    title, summary = _said(render, words, one, mark)
    label = words.say(f"change_{revision.change.value}")
    if one.standing in (Standing.IN_FORCE, Standing.EXPIRED):
        label = words.say(f"state_{one.row.state.value}")
    zones = render.sources.config.zones
    level = f"{words.word(revision.level)}, {words.step(revision.level)}"
    return Item(
        title=title,
        summary=summary,
        sent=revision.sent,
        changed=one.changed,
        page=f"{page}{words.language}/warning/{revision.warning}",
        cap=f"{page}{one.cap}",
        cap_bytes=len(one.message),
        categories=(
            Category(STANDING, one.standing.value, clean(label)),
            Category(LEVEL, str(revision.level), clean(level)),
            Category(HAZARD, revision.hazard, clean(words.hazard(revision.hazard))),
        ),
        outline=place_of(zones[revision.zone]).outline if revision.zone in zones else (),
    )


def _said(render: Renderer, words: Words, one: Published, mark: str) -> tuple[str, str]:
    """Title and summary; where the configuration has lost the words, what the warning is about."""
    try:
        message = texts.render(one.revision, words.language, content_of(render.sources.config))
    except ContentError:
        about = f"{words.place(one.revision.zone)}: {words.hazard(one.revision.hazard)}"
        return clean(f"{mark}{about}"), clean(f"{mark}{words.say('no_text')}")
    return message.title, f"{message.description} {message.instruction}"
