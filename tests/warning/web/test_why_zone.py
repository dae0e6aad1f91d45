"""Why a zone stands or stood where it does: the interface tells what the command line tells, to staff alone."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from rules.messages import Action, Overlay, Reason
from sensors.doubts import Doubt
from sensors.readings import Flag
from sensors.times import to_utc
from tests.warning.town import Town, city, ms
from tests.warning.web.test_pages import client_of, sources
from tests.warning.web.test_staff_pages import token_of
from warning.stores.histories import open_history
from warning.web.facts.sources import Sources
from warning.web.saying import phrases
from warning.why_facts import Lack, Why

__all__ = ["sources"]

pytestmark = pytest.mark.asyncio

PATH = "/api/v1/zones/unterbarmen/why"
LAST = 140
#: Told in words by the command line alone, or the same for all.
LEFT_OUT = {"name", "unknown", "rules_version", "doubts"}


@pytest.fixture
def town(tmp_path: Path, history_url: str) -> Iterator[Town]:
    """Calm, then above a mark with a suspect reading between, a gauge that is taken out of service, and silence."""
    with open_history(history_url) as history:
        town = Town(history)
        for minute in range(0, 61, 5):
            town.ticks(minute).says(minute, 80.0)
        for minute, cm in ((65, 126.0), (70, 131.0), (75, 320.0), (80, 133.0), (85, 240.0), (90, 245.0)):
            town.ticks(minute).says(minute, cm)
        town.tells(95, Action.REPORT, zone="unterbarmen", hazard="river-flood", level=3, until=ms(600))
        yield town.ticks(100).ticks(LAST)


@pytest_asyncio.fixture
async def staff(sources: Sources, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(replace(sources, config=city(), wall_ms=lambda: ms(LAST))) as client:
        client.headers["Authorization"] = f"Bearer {token_of(tmp_path, 'vera')}"
        yield client


def asked(minute: int) -> dict[str, str]:
    return {"at": f"{to_utc(ms(minute)):%Y-%m-%dT%H:%M:%SZ}"}


def same(told: Any, fact: Any, path: str = "") -> None:
    """Everything that is told is the fact's; what is not told there has its default."""
    if isinstance(told, dict):
        for name in told.keys() - LEFT_OUT:
            if name in fact or told[name] not in (None, [], True):
                same(told[name], fact[name], f"{path}.{name}")
    elif isinstance(told, list):
        assert len(told) == len(fact), path
        for place, one in enumerate(told):
            same(one, fact[place], f"{path}[{place}]")
    else:
        assert told == fact, path


def builtins(answer: Why) -> Any:
    return json.loads(msgspec.json.encode(answer.zone.conditions))


async def test_it_is_what_the_command_line_says(staff: httpx.AsyncClient, town: Town) -> None:
    for minute in (-1, 0, 62, 66, 76, 88, 120, None):
        answer = await staff.get(PATH, params={} if minute is None else asked(minute))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
        body = answer.json()
        same(body["conditions"], builtins(town.why(minute)))
        (condition,) = body["conditions"]
        assert [one["key"] for one in condition["formulas"]] == ["level 1", "level 2", "staff"]
        assert (body["zone"], body["rules"]["same"], body["exercise"]) == ("unterbarmen", True, True)


async def test_truth_doubt_and_lack_are_codes(staff: httpx.AsyncClient, town: Town) -> None:
    def leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
        return [node["atom"]] if node["atom"] else [leaf for part in node["parts"] for leaf in leaves(part)]

    async def at(minute: int) -> dict[str, dict[str, Any]]:
        body = (await staff.get(PATH, params=asked(minute))).json()
        return {atom["atom"]: atom for one in body["conditions"][0]["formulas"] for atom in leaves(one["tree"])}

    assert (await at(-1))["stage(kluserbruecke) >= flood-watch"]["lack"] == "no-data"
    odd = (await at(76))["suspect(kluserbruecke)"]
    assert (odd["truth"], odd["newest"]["doubts"][0]) == (True, "GROSS")
    lost = (await at(LAST))["stage(kluserbruecke) >= flood-watch"]
    assert (lost["truth"], lost["lack"], lost["before"]["truth"]) == (None, "silent", True)


async def test_by_other_rules_it_tells_what_is_stored(sources: Sources, tmp_path: Path, town: Town) -> None:
    changed = city(**{"level 1": "stage(kluserbruecke) >= 100 cm"})
    async with client_of(replace(sources, config=changed)) as client:
        client.headers["Authorization"] = f"Bearer {token_of(tmp_path, 'vera')}"
        body = (await client.get(PATH)).json()
    (condition,) = body["conditions"]
    assert (body["rules"]["same"], condition["formulas"]) == (False, [])
    assert "stage(kluserbruecke) >= flood-watch" in {atom["atom"] for atom in condition["stored"]}


async def test_strangers_other_places_and_what_has_not_come_get_nothing(staff: httpx.AsyncClient, town: Town) -> None:
    assert (await staff.get(PATH, headers={"Authorization": ""})).status_code == 401
    assert (await staff.get("/api/v1/zones/kluserbruecke/why")).status_code == 404
    assert (await staff.get(PATH, params={"at": "2031-07-14T18:00Z"})).status_code == 422
    assert (await staff.get(PATH, params={"at": "yesterday"})).status_code == 422


async def test_before_anything_was_assessed_there_is_nothing_to_tell(staff: httpx.AsyncClient) -> None:
    assert (await staff.get(PATH)).status_code in {404, 503}  # a server is there before its first tick, a file is not


async def test_every_code_has_its_words_in_both_languages() -> None:
    codes = {f"lack_{one}" for one in Lack} | {f"overlay_{one}" for one in Overlay} | {f"why_{one}" for one in Reason}
    codes |= {f"doubt_{bit.name}" for bit in Doubt} | {f"flag_{int(flag)}" for flag in Flag}
    for language in ("de", "en"):
        assert codes <= phrases(language).keys()
