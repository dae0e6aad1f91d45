"""What the forms of the staff's pages send: read, told from forms of other sites, and understood as a request."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from warning.web.api.asked import Asked, Inform, Update
from warning.web.staff.who import Door, Session

FIELDS = 60
LOGIN = "/desk/login"
ACCOUNT = "/desk/account"


class ToLogin(Exception):
    """Nobody has logged in; afterwards ``path`` is shown."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class ToAccount(Exception):
    """Who has logged in has to do something there before anything else."""


class NotUnderstood(Exception):
    """A field that says nothing; the text names it."""


async def fields_of(request: Request, most: int = FIELDS) -> dict[str, str]:
    """The fields of a form, at most so many. Raises HTTPException(422), and (403) for a form of another site."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    try:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=most))
    except ValueError as error:
        raise HTTPException(422) from error


def session_of(door: Door, request: Request) -> Session:
    """Who has logged in, and may use the desk. Raises ToLogin, ToAccount, BookUnavailable."""
    session = any_session_of(door, request)
    if session.must is not None:
        raise ToAccount
    return session


def any_session_of(door: Door, request: Request) -> Session:
    """Who has logged in, whatever is still to be done. Raises ToLogin, BookUnavailable."""
    session = door.session(request)
    if session is None:
        raise ToLogin(request.url.path if request.method == "GET" else "/desk")
    return session


def checked(door: Door, session: Session, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that was made for this session. Raises HTTPException(403) for any other."""
    if not door.form_is_ours(session, fields.get("form", "")):
        raise HTTPException(403)
    return {name: text for name, text in fields.items() if name != "form"}


def to_login(path: str) -> Response:
    """Where to log in, and then to come back."""
    return RedirectResponse(f"{LOGIN}?{urlencode({'next': path})}", 303)


def after_login(path: str) -> str:
    """A page of the desk, whatever an address asked for."""
    ours = path == "/desk" or path.startswith("/desk/")
    return path if ours and "//" not in path and "\\" not in path and path.isprintable() else "/desk"


def understood(model: type[Asked], fields: Mapping[str, str]) -> Asked:
    """The request that the fields of a form make; what was left empty is left out. Raises NotUnderstood."""
    given: dict[str, object] = {
        name: text.strip()
        for name, text in fields.items()
        if text.strip() and name != "key" and not name.startswith(("headline_", "instruction_", "short_", "text_"))
    }
    if model is Update:
        given["words"] = _words(fields)
    if model is Inform:
        texts = {name.removeprefix("text_"): text.strip() for name, text in fields.items() if name.startswith("text_")}
        given["texts"] = {language: text for language, text in texts.items() if text}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
        raise NotUnderstood(said) from error


def _words(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """By language; one that was left empty altogether keeps the words of the template."""
    words: dict[str, dict[str, str]] = {}
    for name, text in fields.items():
        part, _, language = name.partition("_")
        if part in ("headline", "instruction", "short") and language and text.strip():
            words.setdefault(language, {})[part] = text.strip()
    return words
