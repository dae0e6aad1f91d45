"""The running service answers as its document says, whatever it is asked, to strangers as to the staff."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from lxml import html
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.warning.web.floods import Served, flood_served
from warning.web.staff.who import FORM_HEADER

#: 503 and 504 are described; where nothing is described, as of 500, the status is none that may come.
AGREED = [
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
    begun, over = threading.Event(), threading.Event()
    found: list[Served] = []

    async def run() -> None:
        async with flood_served(tmp_path_factory.mktemp("flood")) as one:
            found.append(one)
            begun.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert begun.wait(300)
    yield found[0]
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
