"""Whatever programs send, they get an answer that says what is wrong with it, and never a failure of ours."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifiers.revision import Status, Words
from tests.warning.web import seed
from tests.warning.web.test_pages import NoLog
from tests.warning.web.test_staff_pages import token_of
from warning.log.api import LogUnavailable
from warning.messages import CommandAction
from warning.stores.book import LedgerBook
from warning.stores.sqlite_history import SqliteHistory
from warning.web.api.asked import (
    ABOUT_A_WARNING,
    Handover,
    HideReport,
    Inform,
    Note,
    Rearm,
    ShowReport,
    Update,
    words_of,
)
from warning.web.app import create_app
from warning.web.facts.picture import watched_by
from warning.web.facts.sources import Sources, Statuses
from warning.web.live import Changes
from warning.web.staff.forms import understood
from warning.web.staff.staffed import staffed

MODELS = {f"/api/v1/warnings/w2/{action.value}": model for action, model in ABOUT_A_WARNING.items()} | {
    "/api/v1/zones/beyenburg/rearm": Rearm,
    "/api/v1/zones/beyenburg/inform": Inform,
    "/api/v1/reports/0a1b2c/show": ShowReport,
    "/api/v1/reports/0a1b2c/hide": HideReport,
    "/api/v1/shift/note": Note,
    "/api/v1/shift/handover": Handover,
}
ACTIONS = (
    "silence",
    "unsilence",
    "hold",
    "release",
    "report",
    "withdraw",
    "out-of-service",
    "in-service",
    "confirm-over",
)
WORDS = (
    "action",
    "zone",
    "hazard",
    "level",
    "lasting",
    "reason",
    "station",
    "parameter",
    "value",
    "place",
    "report",
    "second_token",
)
ANSWERS = {200, 401, 403, 404, 405, 409, 413, 422, 503, 504}

texts = st.text(max_size=30) | st.sampled_from(
    ["", "\x00", "\ud800", "6 h", "1e400 m", "99999999999 d", "x" * 3000, "beyenburg", "2.5 m"]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)


class AwayLog(NoLog):
    """A log that cannot be reached: every command gets as far as it can."""

    async def ends(self, topic: str) -> dict[int, int]:
        raise LogUnavailable("away")


def likely(name: str) -> st.SearchStrategy[Any]:
    """What a field takes, or nearly."""
    lasting = ["6 h", "0 h", "9 d", "99999999999 d"]
    words = st.fixed_dictionaries({"headline": texts, "instruction": texts})
    known: dict[str, st.SearchStrategy[Any]] = {
        "level": st.integers(-1, 5),
        "recipients": st.integers(-1, 5),
        "lasting": st.sampled_from(lasting),
        "zone": st.sampled_from(["beyenburg", "nowhere"]),
        "hazard": st.sampled_from(["river-flood", "snow"]),
        "draft": st.just("5d"),
        "reason": st.just("why"),
        "text": st.just("text"),
        "to": st.just("anna"),
        "station": st.sampled_from(["leimbach", "x"]),
        "parameter": st.sampled_from(["stage", "rain", "x"]),
        "value": st.sampled_from(["2.5 m", "nan cm", "1e400 m", "5 mm", "m"]),
        "place": st.sampled_from(["leimbach", "beyenburg", "x"]),
        "report": st.just("abc"),
        "second_token": st.just("guess"),
        "action": st.sampled_from(ACTIONS),
        "alone": st.booleans(),
        "words": st.dictionaries(st.sampled_from(["de", "en", "fr"]), words, max_size=2),
    }
    return known.get(name, values)


def bodies(names: tuple[str, ...]) -> st.SearchStrategy[Any]:
    fields = st.lists(st.sampled_from(names), unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: likely(name) | values for name in chosen})
    )
    whole = st.fixed_dictionaries({name: likely(name) for name in names})
    return fields | whole | values


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Sends a request as anna and gives back the answer."""
    folder = tmp_path_factory.mktemp("asked")
    seed.flood(folder)
    token, config, log = token_of(folder, "anna"), seed.config(), AwayLog()
    with (
        SqliteHistory(folder / "history.db", read_only=True) as history,
        LedgerBook(f"sqlite:///{folder}/ledger.db") as book,
    ):
        sources = Sources(
            config, watched_by(config), Status.EXERCISE, "ticks", history, book, Statuses(), lambda: seed.NOW
        )
        app = create_app(sources, log, Changes(), staffed(sources, log, book, b"k" * 32))

        def ask(path: str, content: bytes, method: str = "POST", **headers: str) -> httpx.Response:
            async def once() -> httpx.Response:
                transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
                async with httpx.AsyncClient(transport=transport, base_url="http://floodbell") as client:
                    said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
                    return await client.request(method, path, content=content, headers=said)

            return asyncio.run(once())

        yield ask


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_request_makes_it_fail(asked: Any, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*MODELS, "/api/v1/words"]))
    names = WORDS if path.endswith("words") else tuple(MODELS[path].model_fields)
    body = data.draw(bodies(names))
    answer = asked(path, json.dumps(body).encode())
    assert answer.status_code in ANSWERS, (path, body, answer.text)
    assert answer.json()["exercise"] is True


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=60), st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=220))
def test_nor_do_bytes_that_are_no_json(asked: Any, content: bytes, key: str) -> None:
    answer = asked("/api/v1/warnings/w2/ack", content, **{"Idempotency-Key": key})
    assert answer.status_code in ANSWERS | {400}


@pytest.mark.parametrize("name", ["%00", "%ff", "x" * 300, "..%2f", "%F0%9F%8C%8A"])
def test_nor_any_address(asked: Any, name: str) -> None:
    answer = asked(f"/api/v1/warnings/{name}/ack", b"{}")
    assert answer.status_code in {404, 422}


def test_a_log_that_is_away_is_said(asked: Any) -> None:
    answer = asked("/api/v1/warnings/w2/ack", b"{}")
    assert (answer.status_code, answer.json()["text"]) == (503, "the log is away: away")


def test_a_second_token_of_nobody_does_not_log_the_first_person_out(asked: Any) -> None:
    word = {"action": "silence", "zone": "beyenburg", "hazard": "river-flood", "lasting": "1 h", "reason": "seen"}
    answer = asked("/api/v1/words", json.dumps(word | {"second_token": "guess"}).encode())
    problem = {"error": 422, "text": "the second token is nobody's", "exercise": True}
    assert (answer.status_code, answer.json()) == (422, problem)


def test_too_long_is_refused_before_it_is_read(asked: Any) -> None:
    assert asked("/api/v1/shift/note", b'{"text": "' + b"x" * 100_000 + b'"}').status_code == 413


def test_the_document_names_every_command_with_its_fields_and_answers(asked: Any) -> None:
    """Also with an example or a description for each field that has to be filled in."""
    document = asked("/openapi.json", b"", method="GET").json()
    posts = {path: one["post"] for path, one in document["paths"].items() if "post" in one}
    for anybody in ("reports", "barriers", "places"):
        del posts[f"/api/v1/{anybody}"]
    last = {path.rsplit("/", 1)[1] for path in posts}
    linked = {CommandAction.SEEN.value}  # institutions have their links
    assert last == {action.value for action in CommandAction} - linked | {"words"}
    for path, post in posts.items():
        assert post["security"], path
        assert post["description"], path
        assert {"200", "401", "403", "409", "422", "503", "504"} <= post["responses"].keys(), path
    for action in ("approve", "reject", "extend", "update"):
        schema = document["components"]["schemas"][action.capitalize()]
        assert schema["additionalProperties"] is False
        for name in schema["required"]:
            assert schema["properties"][name]["description"], (action, name)


@pytest.mark.parametrize("short", ["", "Nach oben."])
def test_the_form_of_the_desk_takes_a_short_form_or_none(short: str) -> None:
    fields = {"headline_de": "Damm undicht", "instruction_de": "Gehen Sie nach oben.", "short_de": short, "reason": "x"}
    body = understood(Update, fields | {"headline_en": "", "instruction_en": "", "short_en": ""})
    assert isinstance(body, Update)
    assert words_of(body) == {"de": Words("Damm undicht", "Gehen Sie nach oben.", short)}
