"""A person's command on its way from the pages or the interface to the steward, with one answer however often."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, TypeVar
from uuid import uuid4

from notifiers.revision import Change, Revision
from sensors.times import to_utc
from warning.commanding import about_draft, give_to, read_rightly
from warning.lifecycle.commands import ROLES
from warning.lifecycle.people import Role
from warning.links import Seen
from warning.log.api import Log, LogUnavailable
from warning.messages import Answer, Command, CommandAction, DeskRow
from warning.replies import reply
from warning.stores.staff import StaffBook
from warning.telling import Refused, Unconfirmed, let_go, tell_to
from warning.web.api import asked
from warning.web.api.asked import Asked
from warning.web.facts.sources import Sources
from warning.web.replied import Replies

#: What it takes to tell the rules something.
TELLS = Role.AUTHOR
ABOUT_NO_WARNING = frozenset({CommandAction.REARM, CommandAction.INFORM, CommandAction.SHOW, CommandAction.HIDE})
LOOK_S = 0.25  # between two looks into the ledger for an answer that may be there already

T = TypeVar("T")


class NotAsked(Exception):
    """Refused before the steward was asked; the text, a sentence of ``REPLIES``, says why."""

    def __init__(self, code: str, **slots: object) -> None:
        super().__init__(reply(code, **slots))


class KeyTaken(Exception):
    """The key was used for something else before."""


class Given(NamedTuple):
    """An answer, and whether it had been given before."""

    answer: Answer
    again: bool


@dataclass(frozen=True)
class Deciding:
    """Gives the commands of one world's people."""

    sources: Sources
    log: Log
    staff: StaffBook

    @cached_property
    def replies(self) -> Replies:
        """Says to each person what became of it."""
        return Replies(self.sources.config)

    def may(self, person: str, action: CommandAction) -> bool:
        """Whether the role of a person is enough; the steward is asked all the same, and says the same."""
        roles = {one.id: Role[one.role.upper()] for one in self.sources.config.people}
        return person in roles and roles[person] >= ROLES[action]

    async def decide(self, person: str, action: CommandAction, warning: str, body: Asked, key: str = "") -> Given:
        """Give a command about a warning, or about none where ``warning`` is empty.

        The same ``key`` of the same person gives the same answer again and changes nothing.

        Raises:
            NotAsked, KeyTaken, Unconfirmed, LogUnavailable, BookUnavailable: it was not done.
        """
        ident = ident_of(person, key)
        known = await asyncio.to_thread(self.staff.answer, ident) if key else None
        if known is not None:
            return _again(known, action, warning)
        try:
            about = await asyncio.to_thread(self._about, warning, body)
        except NotAsked:
            known = await asyncio.to_thread(self.staff.answer, ident) if key else None
            if known is None:
                raise
            return _again(known, action, warning)  # followed meanwhile: the draft is gone for that reason
        answer = await self._given(self._command(ident, action, person, about))
        if action is CommandAction.RETRACT and answer.done:
            await self._let_go(warning, person, str(about["note"]))
        return Given(answer, again=False)

    async def _let_go(self, warning: str, person: str, reason: str) -> None:
        """A hand that held what is retracted holds it no more; where that fails, the desk goes on showing it."""
        row = await asyncio.to_thread(self.staff.row, warning)
        if row is None or not row.held_by:
            return
        config = self.sources.config
        word = let_go(config, row, person, reason, self.sources.now_ms() or self.sources.wall_ms())
        with contextlib.suppress(Refused, Unconfirmed, LogUnavailable):
            await tell_to(self.log, config, word)

    async def acknowledge(self, seen: Seen) -> Given:
        """Take note of a warning as its message told it; a link counts once. Raises as ``decide`` does."""
        known = await asyncio.to_thread(self.staff.answer, seen.command)
        if known is not None:
            return _again(known, CommandAction.ACK, seen.warning)
        about = {"warning": seen.warning, "shown_level": seen.level}
        command = self._command(seen.command, CommandAction.ACK, seen.person, about)
        return Given(await self._given(command), again=False)

    async def seen(self, institution: str, revision: Revision, ident: str, note: str) -> Given:
        """An institution knows of a revision, under an id that counts once. Raises as ``decide`` does."""
        known = await asyncio.to_thread(self.staff.answer, ident)
        if known is not None:
            return _again(known, CommandAction.SEEN, revision.warning)
        about = {"warning": revision.warning, "revision": revision.number, "note": note}
        return Given(await self._given(self._command(ident, CommandAction.SEEN, institution, about)), again=False)

    def _command(self, ident: str, action: CommandAction, person: str, about: Mapping[str, object]) -> Command:
        now, city = datetime.now(UTC), self.sources.config.city.id
        return Command(id=ident, city=city, action=action, actor=person, at=now, **about)  # type: ignore[arg-type]

    async def _given(self, command: Command) -> Answer:
        """From the log, or from the ledger where the same command came twice at the same time."""
        partitions = self.sources.config.service.partitions
        return await first_of(give_to(self.log, partitions, command), appears(lambda: self.staff.answer(command.id)))

    def _about(self, warning: str, body: Asked) -> dict[str, object]:
        """The fields of a command; a draft is named as the desk shows it now. Raises NotAsked, BookUnavailable."""
        about: dict[str, object] = {"warning": warning, "note": getattr(body, "reason", "")}
        match body:
            case asked.Note() | asked.Handover():
                about |= {"note": body.text} | _given_only(person=getattr(body, "to", None))
            case asked.Approve():
                row = self._draft(warning)
                self._read_back(row, body.recipients)
                named = {"level": body.level, "zone": body.zone, "recipients": body.recipients, "draft": body.draft}
                about |= about_draft(row) | named | {"alone": body.alone}
            case asked.Reject():
                about |= about_draft(self._draft(warning)) | _given_only(draft=body.draft)
            case asked.Clear():
                about |= self._all_clear(self._row(warning), body)
            case asked.Update():
                about |= {"words": self._words(body)} | _given_only(draft=body.draft)
            case asked.Extend():
                about |= {"until": self._until(body.lasting)}
            case asked.Acknowledge():
                about |= _given_only(shown_level=body.level)
            case asked.Reached():
                about |= {"person": body.institution}
            case asked.Rearm() | asked.Inform() | asked.ShowReport() | asked.HideReport():
                about |= {"warning": ""} | self._about_no_warning(warning, body)
        return about

    def _about_no_warning(self, name: str, body: Asked) -> dict[str, object]:
        """About a zone, or about a report of a resident."""
        match body:
            case asked.Inform():
                said = {"topic": body.topic, "texts": dict(body.texts), "until": self._until(body.lasting)}
                return {"zone": name, **said}
            case asked.ShowReport():
                return {"report": self._report(name), "zone": body.zone, "accepted": body.accepted}
            case asked.HideReport():
                return {"report": self._report(name)}
        return {"zone": name}

    def _report(self, name: str) -> str:
        if name not in {one.report.id for one in self.staff.book.reports(0)}:
            raise NotAsked("report-gone")
        return name

    def _row(self, warning: str) -> DeskRow:
        row = self.staff.row(warning)
        if row is None:
            raise NotAsked("warning-none")
        return row

    def _draft(self, warning: str) -> DeskRow:
        row = self.staff.row(warning)
        if row is None or not row.proposed_change:
            raise NotAsked("draft-none-here")
        return row

    def _read_back(self, row: DeskRow, recipients: int) -> None:
        told = self.staff.recipients(row)
        if not read_rightly(recipients, told):
            raise NotAsked("draft-other-count", count=told, meant=recipients)

    def _all_clear(self, row: DeskRow, body: asked.Clear) -> dict[str, object]:
        if body.recipients is not None:
            self._read_back(row, body.recipients)
        waits = row.proposed_change == Change.ALL_CLEAR
        after = {"warning": row.warning, "revision": row.revision + 1, "change": "all-clear", "level": row.level}
        named: dict[str, object] = about_draft(row) if waits else dict(after)
        return named | _given_only(zone=body.zone, recipients=body.recipients, draft=body.draft)

    def _words(self, body: asked.Update) -> dict[str, object]:
        languages = set(self.sources.config.city.languages)
        if not body.words.keys() <= languages:
            raise NotAsked("other-languages", languages=", ".join(sorted(languages)))
        return dict(asked.words_of(body))

    def _until(self, lasting_ms: int) -> datetime:
        now_ms = self.sources.now_ms()
        if now_ms is None:
            raise NotAsked("clock-not-begun")
        return to_utc(now_ms) + timedelta(milliseconds=lasting_ms)


def may_say(sources: Sources, person: str) -> bool:
    """Whether the role of a person is enough to tell the rules what people know."""
    return any(one.id == person and Role[one.role.upper()] >= TELLS for one in sources.config.people)


def ident_of(person: str, key: str) -> str:
    """Id of a command: nobody can use up the keys of somebody else."""
    return sha256(f"{person}\n{key}".encode()).hexdigest()[:32] if key else uuid4().hex


def _given_only(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _again(known: Answer, action: CommandAction, warning: str) -> Given:
    meant = "" if action in ABOUT_NO_WARNING else warning
    if (known.action, known.warning) != (action, meant):
        raise KeyTaken(reply("key-taken", what=f"{known.action.value} {known.warning}".strip()))
    return Given(known, again=True)


async def appears(look: Callable[[], T | None]) -> T:
    """Look again and again until there is something."""
    while True:
        await asyncio.sleep(LOOK_S)
        found = await asyncio.to_thread(look)
        if found is not None:
            return found


async def first_of(asking: Awaitable[T], looking: Awaitable[T]) -> T:
    """What comes first; the other one is ended. An error of the first one counts, for it has a limit."""
    tasks = [asyncio.ensure_future(asking), asyncio.ensure_future(looking)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        done = [task for task in tasks if task.done()]
        good = [task for task in done if task.exception() is None]
        if good:
            return good[0].result()
        return await tasks[0]  # the ledger may be away while the log is not
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
