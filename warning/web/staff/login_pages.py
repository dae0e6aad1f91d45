"""Logging in at the desk with a password and a code, or with a token, and out again."""

import asyncio
from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from warning.stores import sessions
from warning.web.render import Renderer
from warning.web.staff.accounts import NotLongerGood, Proven
from warning.web.staff.forms import (
    ACCOUNT,
    LOGIN,
    ToAccount,
    ToLogin,
    after_login,
    any_session_of,
    checked,
    fields_of,
    to_login,
)
from warning.web.staff.staffed import Staffed, private
from warning.web.staff.who import Unknown

CODE = f"{LOGIN}/code"


def login_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    pages = _Pages(render, staff)

    @router.get(LOGIN)
    def login_form(next: str = "/desk") -> Response:  # noqa: A002 - name in the address
        return pages.form(next)

    @router.post(LOGIN)
    async def login(request: Request) -> Response:
        return await pages.first(request, await fields_of(request))

    @router.get(CODE)
    def from_the_start() -> Response:
        return pages.form("/desk")

    @router.post(CODE)
    async def code(request: Request) -> Response:
        return await pages.second(request, await fields_of(request))

    @router.post("/desk/logout")
    async def logout(request: Request) -> Response:
        session = await asyncio.to_thread(any_session_of, staff.door, request)
        checked(staff.door, session, await fields_of(request))
        await asyncio.to_thread(staff.staff.change, partial(sessions.end, hashed=session.id))
        response = RedirectResponse(LOGIN, 303)
        staff.door.cookies.forget(request, response)
        return response

    return router


class _Pages:
    """The two steps."""

    def __init__(self, render: Renderer, staff: Staffed) -> None:
        self.render, self.accounts = render, staff.accounts
        self.language = render.sources.config.city.languages[0]

    async def first(self, request: Request, fields: Mapping[str, str]) -> Response:
        """A password or a token was sent."""
        person, token = fields.get("person", ""), fields.get("token", "").strip()
        try:
            if token:
                proven = await self.accounts.by_token(request, token)
            else:
                proven = await self.accounts.by_password(request, person, fields.get("password", ""))
            if await self.accounts.needs_code(proven):
                return self.code_form(self.accounts.ticket(proven), fields.get("next", ""))
            return await self._entered(request, proven, fields)
        except Unknown as error:
            return self.form(fields.get("next", ""), error, "token" if token else "password", person)
        except NotLongerGood:
            return self.form(fields.get("next", ""), Unknown(), "password", person)

    async def second(self, request: Request, fields: Mapping[str, str]) -> Response:
        """A code was sent."""
        ticket = fields.get("ticket", "")
        try:
            proven = await self.accounts.by_code(request, ticket, fields.get("code", ""))
            return await self._entered(request, proven, fields)
        except Unknown as error:
            return self.code_form(ticket, fields.get("next", ""), error)
        except NotLongerGood:
            return self.form(fields.get("next", ""), Unknown(), "step")

    async def _entered(self, request: Request, proven: Proven, fields: Mapping[str, str]) -> Response:
        response = RedirectResponse(after_login(fields.get("next", "")), 303)
        await self.accounts.enter(request, response, proven)
        return response

    def form(self, then: str, error: Unknown | None = None, what: str = "", person: str = "") -> Response:
        return self._page("login.html", then, error, what, person=person, what=what)

    def code_form(self, ticket: str, then: str, error: Unknown | None = None) -> Response:
        return self._page("login_code.html", then, error, "code", ticket=ticket)

    def _page(self, template: str, then: str, error: Unknown | None, about: str, **facts: object) -> Response:
        status, headers, problem = 200, {}, ""
        if error is not None:
            status, headers = error.status_code, dict(error.headers or {})
            key = "login_429" if status == 429 else f"login_401_{about}"
            problem = self.render.words[self.language].say(key, wait=_wait(headers.get("Retry-After", "")))
        facts |= {"then": after_login(then), "problem": problem, "live": False}
        response = private(self.render.html(LOGIN, self.language, template, **facts), status)
        response.headers.update(headers if status == 429 else {})
        return response


def _wait(seconds: str) -> str:
    """For people: seconds as long as they can be counted, then minutes."""
    count = int(seconds or 0)
    return f"{count} s" if count < 120 else f"{-(-count // 60)} min"


def add_login(app: FastAPI) -> None:
    """Who is not logged in is asked to, and comes back to the page that was asked for."""

    @app.exception_handler(ToLogin)
    async def not_logged_in(_request: Request, error: ToLogin) -> Response:
        return to_login(error.path)

    @app.exception_handler(ToAccount)
    async def not_ready(_request: Request, _error: ToAccount) -> Response:
        return RedirectResponse(ACCOUNT, 303)
