"""The staff's desk, plain and without scripts: what waits, one warning with all its commands, the shift log."""

from collections.abc import Mapping
from secrets import token_urlsafe

from fastapi import APIRouter, HTTPException, Request, Response

from notifiers.ledger.reach import Reached
from sensors.times import to_utc
from warning.messages import Answer, CommandAction, DeskRow
from warning.web.api.asked import ABOUT_A_WARNING, Asked, Handover, Note, Rearm
from warning.web.desk.built import there
from warning.web.facts.health import fails, providers
from warning.web.render import Renderer
from warning.web.staff.calls import by_urgency
from warning.web.staff.desk_facts import ORDER, DeskFact, desk_fact
from warning.web.staff.doing import Doing
from warning.web.staff.forms import session_of
from warning.web.staff.staffed import Staffed, private, private_page
from warning.web.staff.who import Session
from warning.web.words import Words

ENTRIES = 50
COUNTED = Reached._fields[5:]  # the numbers of a channel
_LOG: Mapping[str, tuple[CommandAction, type[Asked]]] = {
    "note": (CommandAction.NOTE, Note),
    "handover": (CommandAction.HANDOVER, Handover),
}


def desk_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    pages = DeskPages(render, staff)

    @router.get("/desk")
    def desk(request: Request, plain: str = "") -> Response:
        return pages.desk(request, session_of(staff.door, request), plain=bool(plain))

    @router.get("/desk/shift")
    def shift(request: Request, answer: str = "") -> Response:
        return pages.shift(request, session_of(staff.door, request), answer=answer)

    @router.post("/desk/shift/{kind}")
    async def write(request: Request, kind: str) -> Response:
        action, model = _known(_LOG, kind)
        return await Doing(staff, pages.words, request, action, model, "", "/desk/shift").done(pages.shift)

    @router.post("/desk/zones/{zone}/rearm")
    async def rearm(request: Request, zone: str) -> Response:
        return await Doing(staff, pages.words, request, CommandAction.REARM, Rearm, zone, "/desk").done(pages.desk)

    @router.get("/desk/{warning}")
    def warning(request: Request, warning: str, answer: str = "") -> Response:
        return pages.warning(request, session_of(staff.door, request), name=warning, answer=answer)

    @router.post("/desk/{warning}/{action}")
    async def command(request: Request, warning: str, action: str) -> Response:
        chosen, model = _known({one.value: (one, model) for one, model in ABOUT_A_WARNING.items()}, action)

        def again(request: Request, session: Session, **facts: object) -> Response:
            return pages.warning(request, session, name=warning, **facts)  # type: ignore[arg-type]

        return await Doing(staff, pages.words, request, chosen, model, warning, f"/desk/{warning}").done(again)

    return router


def _known(kinds: Mapping[str, tuple[CommandAction, type[Asked]]], name: str) -> tuple[CommandAction, type[Asked]]:
    if name not in kinds:
        raise HTTPException(404)
    return kinds[name]


class DeskPages:
    """The pages, made for who has logged in."""

    def __init__(self, render: Renderer, staff: Staffed) -> None:
        self.render, self.staff = render, staff

    def words(self, session: Session) -> Words:
        return self.render.words[self.staff.language_of(session.person)]

    def desk(
        self, request: Request, session: Session, *, said: str = "", status: int = 200, plain: bool = True
    ) -> Response:
        rows = by_urgency(list(self.staff.staff.rows()))
        facts = [self._fact(row) for row in rows]
        disarmed = sorted({row.zone for row in rows if not row.armed})
        return self._page(
            request,
            session,
            "desk.html",
            status,
            facts=facts,
            disarmed=disarmed,
            said=said,
            live=not said,
            built=there(),
            plain=plain,
            providers=providers(self.render.sources),
            fails=fails,
        )

    def warning(  # noqa: PLR0913 - what is shown again after a refusal
        self,
        request: Request,
        session: Session,
        *,
        name: str,
        answer: str = "",
        said: str = "",
        typed: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        row = self.staff.staff.row(name)
        if row is None:
            raise HTTPException(404)
        fact = self._fact(row)
        reached, unreached = self.staff.staff.reach(name)
        return self._page(
            request,
            session,
            "desk_warning.html",
            status,
            fact=fact,
            reached=[one._asdict() for one in reached],
            unreached=unreached,
            counted=COUNTED,
            feedback=self.staff.staff.feedback(name),
            answer=self._answer(session, answer),
            said=said,
            typed=typed or {},
            wanted=[action for action in ORDER if fact.fits(action)],
            others=[action for action in ORDER if not fact.fits(action)],
            live=not said,
        )

    def shift(
        self, request: Request, session: Session, *, answer: str = "", said: str = "",
        typed: Mapping[str, str] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        entries = self.staff.staff.shift(ENTRIES)
        shown = self._answer(session, answer)
        return self._page(
            request,
            session,
            "shift.html",
            status,
            entries=entries,
            answer=shown,
            said=said,
            typed=typed or {},
            live=False,
        )

    def _page(self, request: Request, session: Session, template: str, status: int, **facts: object) -> Response:
        config = self.render.sources.config
        shared = {
            "people": config.people,
            "groups": config.groups,
            "zones": list(config.zones),
            "key": token_urlsafe(12),
        }
        return private(private_page(self.render, self.staff, request, session, template, **shared, **facts), status)

    def _fact(self, row: DeskRow) -> DeskFact:
        sources = self.render.sources
        now_ms = sources.now_ms()
        recipients = self.staff.staff.recipients(row) if row.proposed_change else 0
        return desk_fact(row, sources.config, sources.status, recipients, None if now_ms is None else to_utc(now_ms))

    def _answer(self, session: Session, ident: str) -> Answer | None:
        """What became of a command of this person."""
        found = self.staff.staff.answer(ident) if ident else None
        return found if found is not None and found.actor == session.person else None
