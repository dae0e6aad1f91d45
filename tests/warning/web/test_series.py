"""Readings to be drawn: bounded, thinned without losing what stands out, and never joined over a gap."""

from pathlib import Path

import httpx
import pytest

from sensors.doubts import Doubt
from sensors.readings import Flag
from tests.warning.web import seed
from tests.warning.web.seed import NOW, STEP
from tests.warning.web.test_pages import client, sources
from warning.stores.history import Point
from warning.web.facts.curve import MOST, curve

__all__ = ["client", "sources"]

STAGE = "/api/v1/series/kluserbruecke/stage"


def points(values: list[float | None], flags: dict[int, Flag] | None = None) -> list[Point]:
    marked = flags or {}
    return [
        Point(place * STEP, value, marked.get(place, Flag.MISSING if value is None else Flag.PASS), {})
        for place, value in enumerate(values)
    ]


def test_few_readings_stay_as_they_are() -> None:
    made = points([1.0, 2.0, 3.0])
    found = curve(made, STEP)
    assert (found.points, found.apart, found.thinned) == (tuple(made), (False, False, False), False)


def test_extremes_and_doubts_survive_thinning() -> None:
    values: list[float | None] = [50.0 + place % 7 for place in range(9000)]
    values[4321], values[77], values[6000] = 300.0, -5.0, None
    found = curve(points(values, {8000: Flag.SUSPECT, 5000: Flag.FAIL}), STEP)
    assert len(found.points) <= MOST
    assert (found.thinned, found.count) == (True, 9000)
    kept = {point.at // STEP: point.flag for point in found.points}
    assert {4321, 77} <= kept.keys()
    assert (kept[8000], kept[5000], kept[6000]) == (Flag.SUSPECT, Flag.FAIL, Flag.MISSING)
    assert [point.at for point in found.points] == sorted(point.at for point in found.points)


@pytest.mark.parametrize("count", [20, 9000])
def test_no_line_goes_over_a_gap(count: int) -> None:
    made = points([60.0] * count)
    silent = [*made[: count // 2], *(made[count // 2 + 6 :])]
    found = curve(silent, STEP)
    across = [place for place in range(1, len(found.points)) if found.apart[place]]
    (place,) = across
    assert found.points[place - 1].at < count // 2 * STEP < found.points[place].at


def test_what_cannot_be_used_stands_alone() -> None:
    found = curve(points([60.0, 61.0, 500.0, 62.0, 63.0], {2: Flag.FAIL}), STEP)
    assert found.apart == (False, False, True, True, False)


@pytest.mark.asyncio
async def test_a_day_up_to_now_with_marks_and_flags(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    with seed.history_of(tmp_path) as history:
        history.write(seed.doubted("kluserbruecke", 480.0, Doubt.SPIKE, Flag.FAIL))
    answer = await client.get(STAGE)
    said = answer.json()
    assert (said["exercise"], said["unit"], said["step_minutes"], said["thinned"]) == (True, "cm", 5, False)
    assert len(said["at"]) == len(said["value"]) == len(said["flag"]) == len(said["apart"]) == said["readings"]
    assert (said["flag"][-1], said["apart"][-1]) == (4, True)
    assert {"name": "hq-frequent", "value": 224, "band": 2} in said["marks"]
    assert (said["since"], said["until"]) == ("2021-07-13T16:30:00Z", "2021-07-14T16:30:00Z")
    again = await client.get(STAGE, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.asyncio
async def test_from_and_to_are_kept_and_the_past_knows_of_nothing_later(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    seed.flood(tmp_path)
    asked = {"from": "2021-07-14T14:00Z", "to": "2021-07-14T17:00+02:00"}
    said = (await client.get(STAGE, params=asked)).json()
    assert (said["at"][0], said["at"][-1]) == ("2021-07-14T14:01:00Z", "2021-07-14T14:56:00Z")
    then = await client.get(STAGE, params=asked | {"at": "2021-07-14T14:30Z"})
    assert (then.json()["at"][-1], then.json()["now"]) == ("2021-07-14T14:26:00Z", "2021-07-14T14:30:00Z")
    station = (await client.get("/api/v1/stations/kluserbruecke?at=2021-07-14T14:30Z")).json()
    assert station["series"][0]["at"] == "2021-07-14T14:26:00Z"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"from": "yesterday"}, id="no time"),
        pytest.param({"to": "2021-07-14T16:10"}, id="of no time zone"),
        pytest.param({"from": ""}, id="nothing"),
        pytest.param({"from": "2021-07-14T16:00Z", "to": "2021-07-14T16:00Z"}, id="no length"),
        pytest.param({"from": "2021-07-15T16:00Z", "to": "2021-07-14T16:00Z"}, id="turned"),
        pytest.param({"from": "2021-06-13T15:59Z", "to": "2021-07-14T16:00Z"}, id="longer than 31 days"),
        pytest.param({"from": "0001-01-01T00:00+14:00"}, id="before all time"),
        pytest.param({"from": "9999-12-31T00:00-12:00", "to": "9999-12-31T23:00-12:00"}, id="after all time"),
        pytest.param({"to": "9" * 5000}, id="long"),
        pytest.param({"at": "2021-07-14T16:31Z"}, id="has not come"),
    ],
)
async def test_what_is_no_time_is_refused(client: httpx.AsyncClient, tmp_path: Path, asked: dict[str, str]) -> None:
    seed.flood(tmp_path)
    answer = await client.get(STAGE, params=asked)
    assert (answer.status_code, answer.json()["exercise"]) == (422, True)


@pytest.mark.asyncio
async def test_31_days_are_no_day_too_many(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    asked = {"from": "2021-06-13T16:00Z", "to": "2021-07-14T16:00Z"}
    assert (await client.get(STAGE, params=asked)).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["nowhere/stage", "kluserbruecke/rain", "kluserbruecke/mood"])
async def test_no_series_where_nothing_is_measured(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/api/v1/series/{path}")).status_code == 404


@pytest.mark.asyncio
async def test_a_world_without_a_clock_has_no_readings(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", [60.0], last=NOW))
    said = (await client.get(STAGE)).json()
    assert (said["now"], said["at"]) == (None, [])
