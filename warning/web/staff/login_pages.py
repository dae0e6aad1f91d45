"""Logging in at the desk with a token, and out again."""

import asyncio

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from warning.web.render import Renderer
from warning.web.staff.forms import LOGIN, ToLogin, after_login, checked, fields_of, session_of, to_login
from warning.web.staff.staffed import Staffed, private
from warning.web.staff.who import Unknown


def login_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    language = render.sources.config.city.languages[0]

    def form(path: str, then: str, status: int = 200, problem: str = "") -> Response:
        said = render.words[language].say(problem) if problem else ""
        facts = {"then": after_login(then), "problem": said, "live": False}
        return private(render.html(path, language, "login.html", **facts), status)

    @router.get(LOGIN)
    def login_form(request: Request, next: str = "/desk") -> Response:  # noqa: A002 - name in the address
        return form(request.url.path, next)

    @router.post(LOGIN)
    async def login(request: Request) -> Response:
        fields = await fields_of(request)
        then = after_login(fields.get("next", ""))
        try:
            session = await asyncio.to_thread(staff.door.owner, request, fields.get("token", "").strip())
        except Unknown as error:
            return form(request.url.path, then, error.status_code, f"login_{error.status_code}")
        response = RedirectResponse(then, 303)
        staff.door.remember(request, response, session)
        return response

    @router.post("/desk/logout")
    async def logout(request: Request) -> Response:
        session = await asyncio.to_thread(session_of, staff.door, request)
        checked(staff.door, session, await fields_of(request))
        response = RedirectResponse(LOGIN, 303)
        staff.door.forget(response)
        return response

    return router


def add_login(app: FastAPI) -> None:
    """Who is not logged in is asked to, and comes back to the page that was asked for."""

    @app.exception_handler(ToLogin)
    async def not_logged_in(_request: Request, error: ToLogin) -> Response:
        return to_login(error.path)
