"""Whether warnings have helped, for programs of the staff."""

import asyncio

from fastapi import APIRouter, Response
from pydantic import BaseModel

from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import WarningId, reading
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door


class FeedbackOut(BaseModel):
    """How many said that a revision has helped them, or not."""

    revision: int
    yes: int
    no: int


class FeedbacksOut(BaseModel):
    """By revision; those that nobody said anything about are absent."""

    exercise: bool
    warning: str
    feedback: list[FeedbackOut]


def feedback_api(deciding: Deciding, door: Door) -> APIRouter:
    """The route."""
    router = reading(door)

    @router.get("/warnings/{warning}/feedback", response_model=FeedbacksOut)
    async def feedback(response: Response, warning: WarningId) -> FeedbacksOut:
        """What residents answered when they were asked whether it helped."""
        response.headers.update(PRIVATE)
        found = await asyncio.to_thread(deciding.staff.feedback, warning)
        told = [FeedbackOut(revision=one.number, yes=one.yes, no=one.no) for one in found]
        return FeedbacksOut(exercise=deciding.sources.exercise, warning=warning, feedback=told)

    return router
