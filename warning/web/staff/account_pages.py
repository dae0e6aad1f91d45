"""The page where people of the staff change what they log in with, and see where they are logged in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from hmac import compare_digest

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from warning.accounts import codes
from warning.accounts.passwords import SHORTEST, normal
from warning.stores.account_changes import account_of, end_logins
from warning.web.render import Renderer
from warning.web.staff.forms import ACCOUNT, any_session_of, checked, fields_of
from warning.web.staff.staffed import Staffed, private, private_page
from warning.web.staff.who import Session, Unknown

FACTOR = f"{ACCOUNT}/factor"
Form = Callable[[Request, Session, Mapping[str, str]], Awaitable[Response]]


def account_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    pages = _Pages(render, staff)

    @router.get(ACCOUNT)
    def account(request: Request, said: str = "") -> Response:
        return pages.account(request, any_session_of(staff.door, request), said if said in _SAID else "")

    @router.get(FACTOR)
    def factor(request: Request) -> Response:
        return pages.factor(request, any_session_of(staff.door, request))

    forms: Mapping[str, Form] = {
        f"{ACCOUNT}/password": pages.password,
        FACTOR: pages.begin,
        f"{FACTOR}/on": pages.confirm,
        f"{FACTOR}/off": pages.remove,
        f"{ACCOUNT}/codes": pages.renew,
        f"{ACCOUNT}/end": pages.end,
    }
    for path, form in forms.items():
        router.add_api_route(path, _sent(staff, pages, form), methods=["POST"])
    return router


_SAID = ("account_changed", "account_factor_off", "account_ended")


def _sent(staff: Staffed, pages: "_Pages", form: Form) -> Callable[[Request], Awaitable[Response]]:
    """A form of who has logged in, made for this login."""

    async def answer(request: Request) -> Response:
        session = await asyncio.to_thread(any_session_of, staff.door, request)
        fields = checked(staff.door, session, await fields_of(request))
        try:
            return await form(request, session, fields)
        except Unknown as error:
            said = "account_wait" if error.status_code == 429 else "account_wrong_code"
            refused = partial(
                pages.account, request, session, said, error.status_code if error.status_code == 429 else 422
            )
            return await asyncio.to_thread(refused)

    return answer


class _Pages:
    """What is shown, and what the forms do."""

    def __init__(self, render: Renderer, staff: Staffed) -> None:
        self.render, self.staff, self.accounts = render, staff, staff.accounts

    def account(self, request: Request, session: Session, said: str = "", status: int = 200) -> Response:
        now, door = self.staff.door.now_ms(), self.staff.door
        has_password, logins = self.staff.staff.ask(partial(account_of, person=session.person, now_ms=now))
        person, factor = door.people[session.person], self.accounts.factors.how(session.person)
        facts = {
            "who": person, "must": session.must, "has_password": has_password, "factor": factor,
            "needed": person.role in door.needing, "logins": logins, "own": session.id, "shortest": SHORTEST,
            "said": said, "good": said in _SAID, "now_ms": now,
        }  # fmt: skip
        return self._page(request, session, "account.html", status, **facts)

    def factor(self, request: Request, session: Session, said: str = "", status: int = 200) -> Response:
        """The secret, as a picture and to type in, until its first code was shown."""
        secret = self.accounts.factors.waiting(session.person)
        if secret is None:
            return self.account(request, session)
        address = codes.address_of(secret, session.person, f"Floodbell {self.staff.door.city.name}")
        picture = segno.make(address, error="m", micro=False).svg_inline(
            scale=1, border=4, omitsize=True, svgclass="qr", lineclass=None
        )
        facts = {"picture": Markup(picture), "spelled": codes.spelled(secret), "said": said}  # noqa: S704 - the library's
        return self._page(request, session, "account_factor.html", status, **facts)

    async def password(self, request: Request, session: Session, fields: Mapping[str, str]) -> Response:
        new = fields.get("new", "")
        said = ""
        if not compare_digest(normal(new).encode(), normal(fields.get("again", "")).encode()):
            said = "account_not_the_same"
        elif not await self.accounts.confirms(request, session.person, fields.get("current", "")):
            said = "account_wrong_password"
        elif compare_digest(normal(new).encode(), normal(fields.get("current", "")).encode()):
            said = "account_same"
        elif (weak := await self.accounts.change(session, new)) is not None:
            said = f"account_{weak.value}"
        if said:
            return await asyncio.to_thread(self.account, request, session, said, 422)
        return RedirectResponse(f"{ACCOUNT}?said=account_changed", 303)

    async def begin(self, request: Request, session: Session, fields: Mapping[str, str]) -> Response:
        if not await self.accounts.confirms(request, session.person, fields.get("current", "")):
            return await asyncio.to_thread(self.account, request, session, "account_wrong_password", 422)
        await asyncio.to_thread(self.accounts.factors.begin, session.person, session.id)
        return RedirectResponse(FACTOR, 303)

    async def confirm(self, request: Request, session: Session, fields: Mapping[str, str]) -> Response:
        code = fields.get("code", "")
        made = await asyncio.to_thread(self.accounts.factors.confirm, session.person, code, session.id)
        if not made:
            return await asyncio.to_thread(self.factor, request, session, "account_wrong_code", 422)
        return await asyncio.to_thread(self._codes, request, session, made)

    async def remove(self, request: Request, session: Session, fields: Mapping[str, str]) -> Response:
        await self.accounts.code(request, session.person, fields.get("code", ""))
        await asyncio.to_thread(self.accounts.factors.remove, session.person)
        return RedirectResponse(f"{ACCOUNT}?said=account_factor_off", 303)

    async def renew(self, request: Request, session: Session, fields: Mapping[str, str]) -> Response:
        await self.accounts.code(request, session.person, fields.get("code", ""))
        made = await asyncio.to_thread(self.accounts.factors.renew, session.person)
        return await asyncio.to_thread(self._codes, request, session, made)

    async def end(self, _request: Request, session: Session, fields: Mapping[str, str]) -> Response:
        named, now = fields.get("session", ""), self.staff.door.now_ms()
        work = partial(end_logins, person=session.person, own=session.id, named=named, now_ms=now)
        await asyncio.to_thread(self.staff.staff.change, work)
        return RedirectResponse(f"{ACCOUNT}?said=account_ended", 303)

    def _codes(self, request: Request, session: Session, made: list[str]) -> Response:
        return self._page(request, session, "account_codes.html", 200, codes=made)

    def _page(self, request: Request, session: Session, template: str, status: int, **facts: object) -> Response:
        return private(private_page(self.render, self.staff, request, session, template, live=False, **facts), status)
