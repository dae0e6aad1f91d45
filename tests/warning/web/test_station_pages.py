"""A station's page: how it stands, what that means, what is wrong with it, and how it may go on."""

from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import pytest

from notifiers.revision import Status
from rules.forecasts.model import Model
from rules.forecasts.parts import Data, Lead, Score, Spread, Trend
from sensors.doubts import Doubt
from sensors.readings import Flag, Series
from sensors.units import HOUR_MS, MINUTE_MS
from tests.warning.web import seed
from tests.warning.web.seed import NOW, STEP
from tests.warning.web.test_pages import client, client_of, page, said, sources
from warning.stores.history import Batch
from warning.web.facts.outlook import outlook, quantile
from warning.web.facts.sources import Sources

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

RISING = [60.0 + 3 * i for i in range(40)]  # cm, every five minutes; the last one is 177 cm
SCORE = Score(n=1, rmse_cm=1.0, persistence_rmse_cm=2.0, pi=0.75)
LEAD = Lead(
    HOUR_MS,
    0.0,
    (),
    Spread(rising=((0.05, -10.0), (0.1, -8.0), (0.9, 12.0), (0.95, 20.0)), falling=((0.1, -1.0), (0.9, 1.0))),
    all_steps=SCORE,
    event_steps=SCORE,
    brier=(),
)
REFUSED = msgspec.structs.replace(LEAD, lead_ms=2 * HOUR_MS, refused=True, reason="no better than persistence")
MODEL = Model(
    v=1,
    kind="damped",
    station="kluserbruecke",
    step_ms=STEP,
    floor_cm=-50.0,
    fitted_at="2022-01-01",
    data=Data("test", "2020-01-01", "2021-01-01", readings=1, sha256="", event_cm=100.0, events=11),
    dropped=(),
    trend=Trend(q=100.0, sigma_cm=1.0, phi=0.7, memory_ms=3 * HOUR_MS),
    leads=(LEAD, REFUSED),
)


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/history.db"


def forecasting(sources: Sources) -> Sources:
    return replace(sources, config=sources.config.model_copy(update={"forecasts": {"kluserbruecke": MODEL}}))


@pytest.mark.parametrize(
    ("batches", "words", "badge"),
    [
        pytest.param([], "Von dieser Messstelle kam noch nie ein Wert.", "noch nie gemeldet", id="never"),
        pytest.param(
            [seed.readings("leimbach", [12.0], last=NOW - 90 * MINUTE_MS)],
            "Seit 17:00 Uhr kommt kein Messwert mehr.",
            "keine aktuellen Daten",
            id="silent",
        ),
        pytest.param(
            [seed.readings("leimbach", [12.0], last=NOW + 90 * MINUTE_MS)],
            "Die Uhr der Messstelle geht falsch.",
            "Uhr geht falsch",
            id="a clock ahead",
        ),
        pytest.param(
            [seed.doubted("leimbach", 999.0, Doubt.SPAN, Flag.FAIL)],
            "ihre Werte können nicht stimmen (außerhalb dessen, was der Sensor messen kann)",
            "gestört",
            id="out of order",
        ),
        pytest.param(
            [seed.doubted("leimbach", 12.0, Doubt.OUT_OF_SERVICE, Flag.FAIL)],
            "Diese Messstelle ist vorübergehend außer Betrieb genommen",
            "außer Betrieb",
            id="out of service",
        ),
        pytest.param([seed.readings("leimbach", [None])], "dass sie nicht messen kann", "ohne Messwert", id="a gap"),
    ],
)
async def test_what_is_wrong_with_a_station_has_words_of_its_own(
    client: httpx.AsyncClient, tmp_path: Path, batches: list[Batch], words: str, badge: str
) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.tick())
        for batch in batches:
            history.write(batch)
    (stage,) = (await page(client, "/de/station/leimbach")).xpath("//article")
    assert words in said(stage)
    assert badge in said(stage.xpath(".//h2")[0])
    assert "unter allen Marken" not in said(stage)
    assert ("gestört" in said(stage)) is (badge == "gestört")


async def test_a_rain_gauge_speaks_of_rain(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.tick())
    found = said(await page(client, "/de/station/barmen"))
    assert "Wie viel Regen jetzt fällt, ist nicht bekannt." in found
    assert "Wie hoch das Wasser" not in found


@pytest.mark.parametrize(
    ("flag", "doubt", "words"),
    [
        pytest.param(Flag.SUSPECT, Doubt.SPIKE, "Dieser Wert ist auffällig", id="odd: wrong, or the flood"),
        pytest.param(Flag.FAIL, Doubt.SPAN, "Hier steht der letzte, der stimmen kann.", id="the one before counts"),
    ],
)
async def test_a_bad_newest_value_does_not_hide_how_the_river_stands(
    client: httpx.AsyncClient, tmp_path: Path, flag: Flag, doubt: Doubt, words: str
) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        history.write(seed.doubted("leimbach", 13.0, doubt, flag))
    (stage,) = (await page(client, "/de/station/leimbach")).xpath("//article")
    assert words in said(stage)
    assert "unter allen Marken" in said(stage.xpath(".//h2")[0])


async def test_what_is_reached_now_and_what_was_today(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", [60.0, 230.0, 225.0, *[224.0] * 5, *[130.0] * 20]))
        history.write(seed.tick())
    found = (await page(client, "/de/station/kluserbruecke")).xpath("//ol[@class='effects']/li")
    assert [one.get("class") for one in found] == ["", "lately", "reached"]
    assert "jetzt erreicht" in said(found[2])
    assert "in den letzten 24 Stunden erreicht" in said(found[1])
    assert "Beispiel" in said(found[0])


async def test_of_a_silent_station_nobody_knows_what_is_reached(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", [300.0], last=NOW - 2 * HOUR_MS))
        history.write(seed.tick())
    found = await page(client, "/de/station/kluserbruecke")
    assert found.find_class("reached") == []
    assert len(found.find_class("lately")) == 3
    assert "Was davon jetzt zutrifft, ist nicht bekannt" in said(found)


async def test_the_way_up_and_down_the_river(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = said(await page(client, "/de/station/kluserbruecke"))
    assert "Das Wasser kommt von Beyenburg (Laufzeit etwa 2 h, Quelle: Beispiel" in found
    assert "Das Wasser kommt von Leimbach (Laufzeit etwa 45 min" in found
    assert "Danach wird gewarnt in: Unterbarmen, Leimbachtal" in found
    assert "Das Wasser fließt nach Kluserbrücke" in said(await page(client, "/de/station/beyenburg"))


async def test_a_forecast_says_its_range_and_its_method(sources: Sources, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", RISING))
        history.write(seed.tick())
    async with client_of(forecasting(sources)) as client:
        found = await page(client, "/de/station/kluserbruecke")
        answer = (await client.get("/api/v1/stations/kluserbruecke")).json()["outlook"]
    (line,) = [said(one) for one in found.xpath("//ul[@class='outlook']/li")]  # the refused lead is not shown
    assert line.startswith("19:26 Uhr: etwa 2")
    assert "(gedämpfter Trend). Geprüft an 11 Hochwassern" in said(found)
    assert len(found.xpath("//*[@class='may']")) == len(found.xpath("//*[@class='ahead']")) == 1
    (stage,) = answer["stages"]
    assert stage["high"] - stage["value"] == pytest.approx(12.0)
    assert stage["low"] - stage["value"] == pytest.approx(-8.0)
    assert stage["value"] > RISING[-1]


async def test_a_forecast_without_its_readings_is_hidden_and_says_so(sources: Sources, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", RISING, last=NOW - 2 * HOUR_MS))
        history.write(seed.tick())
    async with client_of(forecasting(sources)) as client:
        found = await page(client, "/de/station/kluserbruecke")
    assert "Zurzeit gibt es keine Vorhersage" in said(found)
    assert found.find_class("may") == found.find_class("outlook") == []


async def test_without_a_model_nothing_is_said_of_the_future(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    assert "Vorhersage" not in said(await page(client, "/de/station/kluserbruecke"))


async def test_a_forecast_of_then_knows_nothing_of_what_came(sources: Sources, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", [*[60.0] * 40, 160.0, 260.0], last=NOW))
        history.write(seed.tick())
    async with client_of(forecasting(replace(sources, status=Status.ACTUAL))) as client:
        found = said(await page(client, "/de/station/kluserbruecke?at=2021-07-14T16:20Z"))
    assert "19:20 Uhr: etwa 60 cm" in found


async def test_rain_has_no_forecast_of_stage(sources: Sources, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    (fact,) = sources.station("barmen")
    assert fact.series == Series("barmen", "rain")
    assert outlook(sources.history, fact, MODEL) is None


@pytest.mark.parametrize(("probability", "cm"), [(0.01, -10.0), (0.1, -8.0), (0.5, 2.0), (0.9, 12.0), (0.99, 20.0)])
async def test_quantiles_lie_on_lines_between_those_known(probability: float, cm: float) -> None:
    assert quantile(LEAD.spread.rising, probability) == pytest.approx(cm)
