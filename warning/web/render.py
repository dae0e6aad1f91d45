"""From facts and words to a page."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from notifiers.languages import NAMES, Language, direction
from sensors.times import to_ms, to_utc
from sensors.units import MINUTE_MS
from warning.web.facts.sources import Sources
from warning.web.replied import replied
from warning.web.saying import AROUND
from warning.web.styled import STYLE
from warning.web.tongues import Tongues, told
from warning.web.words import DAY_MS, Words, words_of

CACHE = "public, max-age=10"
CACHE_PAST = "public, max-age=86400"
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Renderer:
    """Renders the templates of one world."""

    sources: Sources
    environment: Environment
    words: Mapping[Language, Words]
    signing_up: bool = False  # whether residents may
    past_ms: int | None = None  # the moment that the pages show, where it is not the present
    past_age_ms: int = 0

    def spoken(self, language: str) -> Language:
        """The language of an address. Raises HTTPException(404) for one the city does not speak."""
        for known in self.words:
            if known == language:
                return known
        raise HTTPException(404)

    def spoken_by_staff(self, language: str) -> Language:
        """The language of an address of the staff's pages. Raises HTTPException(404) for one they do not have."""
        found = self.spoken(language)
        if found not in AROUND:
            raise HTTPException(404)
        return found

    @property
    def staff_languages(self) -> tuple[Language, ...]:
        """Those of the staff's pages."""
        return tuple(language for language in self.words if language in AROUND)

    def page(self, request: Request, language: Language, template: str, **facts: object) -> Response:
        """A page in a language, or "unchanged" where the reader has it already."""
        return conditional(request, self.html(request.url.path, language, template, **facts), cache=self.cache)

    @property
    def cache(self) -> str:
        """How long a page may be kept."""
        return cache_of(self.past_age_ms)

    def html(self, path: str, language: Language, template: str, **facts: object) -> str:
        """The page itself; ``path`` begins with its language."""
        words = self.words[language]
        tongues = Tongues(words)
        now_ms = facts.pop("now_ms") if "now_ms" in facts else self.sources.now_if_known()
        shared = {
            "words": words,
            "say": words.say,
            "replied": partial(replied, words),
            "city": words.city,
            "tagged": tongues.tagged,
            "citys": tongues.citys,
            "area": tongues.area,
            "remark": tongues.remark,
            "runs": direction,
            "languages": tuple(self.words),
            "called": NAMES,
            "elsewhere": path.startswith(f"/{language}/"),  # the same page stands in every language
            "exercise": self.sources.exercise,
            "path": path.removeprefix(f"/{language}"),
            "now_ms": now_ms,
            "as_of": words.clock(now_ms, now_ms) if isinstance(now_ms, int) else "",
            "ms": to_ms,
            "live": self.past_ms is None,
            "past_ms": self.past_ms,
            "at": "" if self.past_ms is None else f"?at={stamp(self.past_ms)}",
            "stamp": stamp,
            "style": Markup(STYLE),  # noqa: S704 - a file of ours
            "signing_up": self.signing_up,
            "reporting": bool(self.sources.config.people),
            "official": self.sources.config.issuer is not None,
        }
        return self.environment.get_template(template).render({**shared, **facts})


def cache_of(age_ms: int) -> str:
    """What is over for a day does not change any more."""
    return CACHE if age_ms < DAY_MS else CACHE_PAST


def renderer(sources: Sources, *, signing_up: bool = False) -> Renderer:
    """Templates that escape everything and refuse an unknown name."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["told"] = told
    words = {language: words_of(sources.config, language) for language in sources.config.city.languages}
    return Renderer(sources, environment, words, signing_up)


def stamp(ms: int) -> str:
    """A moment as it stands in an address: UTC, to the minute where that is all of it."""
    at = to_utc(ms).isoformat(timespec="minutes" if ms % MINUTE_MS == 0 else "seconds")
    return at.replace("+00:00", "Z")


def conditional(request: Request, body: str, media_type: str = "text/html", *, cache: str = CACHE) -> Response:
    """A response that need not be sent again while it stays the same, compressed or not."""
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
    headers = {"ETag": f"W/{etag}", "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if media_type == "text/html":
        return HTMLResponse(body, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
