"""What helps people in each zone, for programs."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from sensors.times import to_utc
from warning.messages import Topic
from warning.web.api.answers import Answer
from warning.web.api.problems import problems
from warning.web.facts.local import LocalFact, local_facts
from warning.web.facts.sources import Sources
from warning.web.render import conditional


class LocalOut(BaseModel):
    """What is said about a topic in a zone."""

    zone: str = Field(description="Its key in config.yaml, or everywhere.")
    topic: Topic
    texts: dict[str, str] = Field(description="By language; the city's first one is always there.")
    at: datetime = Field(description="When it was said.")
    until: datetime
    old: bool = Field(description="Nobody has renewed it for six hours.")


class LocalsOut(Answer):
    """Nothing that has ended is in it."""

    local: list[LocalOut]


def local_api(sources: Sources) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/api/v1", tags=["facts"], responses=problems(503))

    @router.get("/local", response_model=LocalsOut)
    def local(request: Request) -> Response:
        """Closed roads, shelters, the citizens' phone and the like, per zone."""
        now = sources.now_if_known()
        body = LocalsOut(
            exercise=sources.exercise,
            notice=sources.config.texts.exercise[sources.config.city.languages[0]] if sources.exercise else "",
            now=None if now is None else to_utc(now),
            local=[_out(fact) for fact in local_facts(sources).said],
        )
        return conditional(request, body.model_dump_json(), "application/json")

    return router


def _out(fact: LocalFact) -> LocalOut:
    info = fact.info
    return LocalOut(
        zone=info.zone, topic=info.topic, texts=dict(info.texts), at=info.at, until=info.until, old=fact.old
    )
