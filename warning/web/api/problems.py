"""What the interface answers where it cannot do as it was asked: one form for every status."""

from typing import Any

from pydantic import BaseModel, Field

Responses = dict[int | str, dict[str, Any]]


class Problem(BaseModel):
    """What is wrong."""

    error: int = Field(description="The status.")
    text: str = Field("", description="For people.")
    problem: str = Field("", description="For programs, of subscriptions.")
    exercise: bool = Field(description="Nothing in it is true.")


_MEANS = {
    401: "No token, or one that is not, or no longer, of this world.",
    403: "A login did not show its form, or has something else to do first.",
    404: "There is no such thing.",
    413: "Too long.",
    422: "Not understood; the text names the fields. So it is for a body that is no JSON.",
    429: "Too many of this kind; wait as long as Retry-After says.",
    503: "The data cannot be read, or the log or the ledger is away. Nothing was changed; try again.",
    504: "Sent, but not confirmed in time: it will be followed. Ask again with the same key.",
}


def problems(*statuses: int) -> Responses:
    """How they stand in the OpenAPI document."""
    return {status: {"model": Problem, "description": _MEANS[status]} for status in statuses}


#: Of whatever only staff may read.
READING = problems(401, 403, 422, 429, 503)
