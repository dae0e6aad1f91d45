"""The running service answers as its document says, whatever it is asked, to strangers as to the staff."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any, NamedTuple

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from lxml import html
from schemathesis import CheckContext, GenerationMode, Response
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.warning.web.floods import Served, flood_served
from warning.web.staff.who import FORM_HEADER


def never_failing(_: CheckContext, response: Response, case: schemathesis.Case) -> None:
    """Here everything is there: 500 and 503 may not come though they are described, nor 504 but of a command."""
    failures = {500, 503} if "commands" in (case.operation.tags or ()) else {500, 503, 504}
    assert response.status_code not in failures, f"it failed: {response.text}"


AGREED = [
    never_failing,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ASKED = 8  # examples of each operation, of what its document allows and of what it refuses
#: A hundred commands of each kind would take minutes: each one goes to the steward and back.
DECIDED = 3


class Face(NamedTuple):
    """Who asks."""

    headers: dict[str, str]
    cookies: dict[str, str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A flood in every role of the service, in an exercise; it runs beside the tests, which wait for answers."""
    begun, over = Future[Served](), threading.Event()

    async def run() -> None:
        try:
            async with flood_served(tmp_path_factory.mktemp("flood")) as one:
                begun.set_result(one)
                await asyncio.to_thread(over.wait)
        except BaseException as error:
            if begun.done():
                raise
            begun.set_exception(error)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        yield begun.result(300)
    finally:
        over.set()
        thread.join()


def staff_of(served: Served) -> Face:
    """Carl has logged in, and sends what a page of ours would."""
    with httpx.Client(base_url=served.address, timeout=60) as client:
        client.post("/desk/login", data={"token": served.token("carl")})
        page = html.fromstring(client.get("/desk?plain=1").text)
        return Face({FORM_HEADER: page.xpath("//input[@name='form']/@value")[0]}, dict(client.cookies))


def described(served: Served) -> schemathesis.BaseSchema:
    document = httpx.get(f"{served.address}/openapi.json", timeout=60).json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=served.address)
    schema.config.generation.update(with_security_parameters=False)  # who asks is ours to say
    return schema


def asked(operation: Any, face: Face, mode: GenerationMode) -> None:
    """Ask an operation a few things, the same ones each time."""
    few = DECIDED if operation.method == "post" and face.cookies else ASKED

    @settings(
        derandomize=True,
        database=None,
        max_examples=few,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=face.headers, cookies=face.cookies, timeout=60, checks=AGREED)

    ask()


@pytest.mark.parametrize("who", ["nobody", "staff"])
def test_every_answer_is_described(served: Served, who: str) -> None:
    face = staff_of(served) if who == "staff" else Face({}, {})
    wrong = []
    for result in described(served).get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                asked(operation, face, mode)
            except Unsatisfiable:  # there is nothing that could be wrong in it
                assert mode is GenerationMode.NEGATIVE
            except (FailureGroup, ExceptionGroup) as error:
                wrong.append(f"{operation.label} ({mode.value}): {error.exceptions}")
            except AssertionError as error:
                wrong.append(f"{operation.label} ({mode.value}): {error}")
    assert not wrong, "\n\n".join(wrong)
