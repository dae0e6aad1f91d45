"""The interface to be read by people: a list of its operations, which a script makes a page to try them on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from notifiers.languages import Language
from warning.web.desk.built import mark, there
from warning.web.render import Renderer

METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for."""

    method: str
    path: str
    text: str
    answers: str  # statuses


def docs_page(render: Renderer, built: Callable[[], bool] = there) -> APIRouter:
    """The route. Without what ``make desk`` builds, and without scripts, it is the list alone."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/docs")
    def docs(request: Request) -> Response:
        return render.page(
            request,
            _language(render),
            "docs.html",
            groups=grouped(request.app.openapi()["paths"]),
            mark=mark() if built() else "",
            now_ms=None,
        )

    return router


def _language(render: Renderer) -> Language:
    """What is described is English."""
    return "en" if "en" in render.words else next(iter(render.words))


def grouped(paths: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Operations by their tag, in the order in which they are described."""
    found: dict[str, list[Operation]] = {}
    for tag, operation in _operations(paths):
        found.setdefault(tag, []).append(operation)
    return found


def _operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, ways in paths.items():
        for method in METHODS:
            if said := ways.get(method):
                text = said.get("description") or said["summary"]
                yield said["tags"][0], Operation(method.upper(), path, text, ", ".join(said["responses"]))
