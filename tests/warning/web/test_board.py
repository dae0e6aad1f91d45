"""What the live desk is told: whom it needs first, what is silenced, who is on duty, and the texts of a draft."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from lxml import html
from msgspec.structs import replace

from notifiers.ledger.database import open_ledger
from notifiers.ledger.reach import Reached
from notifiers.revision import Change
from rules.messages import Action, Instruction, Note, NoteReason, Overlay, Reason
from sensors.readings import Series
from sensors.times import to_utc
from tests.browser.live_desk import built
from tests.warning.lifecycle.city import ACTIVE, NORMAL, NOTHING_BY_ITSELF, City
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client, sources
from tests.warning.web.test_staff_pages import anna, token, token_of
from warning.config.people import OnCallSpec
from warning.messages import Ack, CommandAction, DeskRow, ShiftEntry, WarningState
from warning.stores.desk import record_shift
from warning.stores.history import Batch
from warning.web.facts.differences import Difference, differences
from warning.web.staff.board import OnDuty, by_need, last_told, on_duty, silences, standing, unseen, worst
from warning.web.staff.who import FORM_HEADER

__all__ = ["anna", "client", "sources", "token"]

AT = to_utc(NOW)
MINUTE = timedelta(minutes=1)


def row(name: str, level: int, minutes: int, *acks: int, state: WarningState = WarningState.AWAITING) -> DeskRow:
    """A draft that has waited for some minutes, seen at some levels."""
    made = seed.desk_row(state, 0, AT - minutes * MINUTE, warning=name, proposed=level)
    return replace(made, acks=tuple(Ack("anna", seen, AT) for seen in acks))


def test_what_nobody_has_seen_comes_first_by_severity_then_age() -> None:
    rows = [row("seen", 3, 50, 3), row("young", 2, 1), row("worst", 3, 1), row("old", 2, 9), row("risen", 3, 2, 2)]
    over = row("over", 3, 60, state=WarningState.WITHDRAWN)
    assert [one.warning for one in by_need([over, *rows])] == ["risen", "worst", "old", "young", "seen", "over"]


@pytest.mark.parametrize(
    ("state", "acks", "expected"),
    [
        pytest.param(WarningState.AWAITING, (), True, id="nobody"),
        pytest.param(WarningState.AWAITING, (1,), True, id="at a lower level only"),
        pytest.param(WarningState.AWAITING, (1, 2), False, id="at its level"),
        pytest.param(WarningState.REJECTED, (), False, id="people decided against it"),
        pytest.param(WarningState.CLOSED, (), False, id="long over"),
    ],
)
def test_unseen(state: WarningState, acks: tuple[int, ...], expected: bool) -> None:
    assert unseen(row("w", 2, 1, *acks, state=state)) is expected


def test_what_withdraws_itself_unseen_stays_so_until_somebody_looks() -> None:
    """Rows as the steward writes them: the draft of level 2 is gone."""
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 1)
    city.gives(1, CommandAction.ACK)
    city.moves(2, ACTIVE, 2)
    city.moves(30, NORMAL, 0)
    gone = city.row
    assert (gone.state, gone.proposed_level) == (WarningState.WITHDRAWN, 0)
    assert (worst(gone), unseen(gone)) == (2, True)
    city.gives(31, CommandAction.ACK)
    assert not unseen(city.row)


@pytest.mark.parametrize("action", [CommandAction.ACK, CommandAction.REJECT])
def test_what_withdraws_itself_after_somebody_looked_needs_nobody(action: CommandAction) -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.gives(1, action, note="debris")
    city.moves(30, NORMAL, 0)
    assert (city.row.state, unseen(city.row)) == (WarningState.WITHDRAWN, False)


def test_who_lets_go_of_a_level_before_anybody_was_told_knows_of_it() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.holds(0, 2)
    city.moves(5, NORMAL, 0, reason=Reason.BY_HAND, actor="carl")
    assert (city.row.state, unseen(city.row)) == (WarningState.WITHDRAWN, False)


def test_without_an_issuer_a_passed_danger_that_nobody_saw_is_shown_too() -> None:
    city = City(official=False)
    city.moves(0, ACTIVE, 2)
    city.moves(30, NORMAL, 0)
    assert (city.row.state, worst(city.row), unseen(city.row)) == (WarningState.WITHDRAWN, 2, True)


def reached(number: int, change: Change, channel: str = "sms") -> Reached:
    """One delivery that a channel took."""
    return Reached(number, change.value, 2, "unterbarmen", channel, 0, 1, *(0,) * 6)


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([(1, Change.ISSUED), (2, Change.UPDATED)], [2], id="the last one"),
        pytest.param([(1, Change.ISSUED), (2, Change.EXTENDED)], [1], id="an extension is no news"),
        pytest.param([(1, Change.ISSUED), (2, Change.EXTENDED), (3, Change.ALL_CLEAR)], [3], id="the all-clear is"),
    ],
)
def test_whom_the_last_revision_told_that_went_to_people(
    deliveries: list[tuple[int, Change]], expected: list[int]
) -> None:
    assert [one.number for one in last_told(reached(*one) for one in deliveries)] == expected


@pytest.mark.asyncio
async def test_whom_an_all_clear_reached_is_told_until_it_is_closed(anna: httpx.AsyncClient, tmp_path: Path) -> None:
    async def numbers() -> set[int]:
        rows = (await anna.get("/api/v1/desk/board")).json()["rows"]
        (row,) = [one for one in rows if one["warning"] == "w1"]
        return {one["revision"] for one in row["reached"]}

    over = replace(seed.desk_row(WarningState.ALL_CLEAR, 2, AT), revision=3)
    seed.say(tmp_path, over, seed.revision(3, 2, AT, Change.ALL_CLEAR))
    assert await numbers() == {3}
    seed.say(tmp_path, replace(over, revision=4, state=WarningState.EXTENDED), seed.revision(4, 2, AT, Change.EXTENDED))
    assert await numbers() == {3}
    seed.say(tmp_path, replace(over, state=WarningState.CLOSED))
    assert await numbers() == set()


def test_a_silence_lasts_until_its_end_or_the_next_change() -> None:
    (moved,) = seed.moved("unterbarmen", "ACTIVE", 2, NOW).transitions
    quiet = replace(moved, overlays=(Overlay.SILENCED,), silenced_until=AT + 60 * MINUTE, actor="berta")
    assert [(one.zone, one.until, one.actor) for one in silences([quiet], AT)] == [
        ("unterbarmen", AT + 60 * MINUTE, "berta")
    ]
    assert silences([quiet], AT + 60 * MINUTE) == []
    assert silences([moved], AT) == []


def test_who_took_over_is_called_before_the_rota() -> None:
    config = seed.config()
    by_rota = on_duty(config, [], AT).people
    last = by_rota[-1]
    entry = ShiftEntry("c1", "wuppertal", CommandAction.HANDOVER, "anna", AT - MINUTE, "crest", person=last)
    assert on_duty(config, [entry], AT).people[0] == last
    assert on_duty(config, [replace(entry, person="nobody")], AT).people == by_rota


def test_differences_can_be_read_both_ways() -> None:
    found = differences("Bleiben Sie oben.", "Gehen Sie nach oben.")
    assert Difference("added", "Gehen ") in found
    assert "".join(one.text for one in found if one.kind != "removed") == "Gehen Sie nach oben."
    assert "".join(one.text for one in found if one.kind != "added") == "Bleiben Sie oben."
    assert differences("same", "same") == (Difference("same", "same"),)


@pytest.mark.asyncio
async def test_one_answer_tells_everything(anna: httpx.AsyncClient) -> None:
    board = (await anna.get("/api/v1/desk/board")).json()
    assert (board["exercise"], board["person"]["id"], "approve" in board["person"]["may"]) == (True, "anna", True)
    draft, *others = board["rows"]
    assert [one["warning"] for one in board["rows"] if one["unseen"]] == ["w1", "w0"]
    waiting = next(one for one in board["rows"] if one["warning"] == "w2")
    assert (waiting["worst"], waiting["unseen"], waiting["draft"]["recipients"]) == (2, False, 4)
    assert {"approve", "reject"} <= set(waiting["fits"])
    assert draft["reached"][0]["revision"] == 2
    assert others
    assert waiting["why"]["reason"] == "STAGE_ABOVE"
    stations = {one["station"]: one for one in board["stations"] if one["parameter"] == "stage"}
    assert (stations["kluserbruecke"]["river"], stations["kluserbruecke"]["river_km"]) == ("Wupper", 54)
    assert stations["leimbach"]["shade"] == "unknown"
    assert [one["station"] for one in board["stations"] if one["main"]][:2] == ["beyenburg", "kluserbruecke"]
    assert [one["station"] for one in board["system"]["quiet"]][-1] == "leimbach"
    assert board["system"]["heard"] < board["system"]["series"]


@pytest.mark.asyncio
async def test_the_board_and_the_strip_tell_the_same_of_the_river(anna: httpx.AsyncClient) -> None:
    board = (await anna.get("/api/v1/desk/board")).json()
    strip = (await anna.get("/api/v1/rivers")).json()
    reaches = [reach for river in strip["rivers"] for reach in river["stations"]]
    mains = [one for one in board["stations"] if one["main"]]
    assert [(one["station"], one["below"]) for one in mains] == [(one["station"], one["below"]) for one in reaches]
    assert next(one["below"]["travel_minutes"] for one in mains if one["station"] == "beyenburg") == 120
    assert all(one["below"] is None for one in board["stations"] if not one["main"])


@pytest.mark.asyncio
async def test_a_board_of_the_past_knows_of_nothing_later_and_offers_nothing(
    anna: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Level 1 was said at 17:30, level 2 measured at 18:00 and said at 18:02."""
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        for minutes, text in ((40, "before"), (5, "later")):
            entry = ShiftEntry(f"c{minutes}", "wuppertal", CommandAction.NOTE, "anna", AT - minutes * MINUTE, text)
            ledger.write_now(lambda connection, entry=entry: record_shift(connection, entry))
    board = (await anna.get("/api/v1/desk/board?at=2021-07-14T16:01Z")).json()
    assert (board["past"], board["now"]) == ("2021-07-14T16:01:00Z", "2021-07-14T16:01:00Z")
    (row,) = [one for one in board["rows"] if one["warning"] == "w1"]
    assert (row["level"], row["draft"], row["fits"], row["unseen"], row["reached"]) == (1, None, [], False, [])
    assert "w2" not in {one["warning"] for one in board["rows"]}  # a draft leaves no trace
    assert board["person"]["may"] == []
    (zone,) = [one for one in board["zones"] if one["zone"] == "unterbarmen"]
    assert (zone["released_level"], zone["measured_level"]) == (1, 2)
    kluse = next(one for one in board["stations"] if one["station"] == "kluserbruecke")
    assert kluse["at"] == "2021-07-14T16:01:00Z"
    assert [one["text"] for one in board["shift"]] == ["before"]
    assert (board["system"]["parts"], board["system"]["backlog"]) == ([], None)
    now = (await anna.get("/api/v1/desk/board")).json()
    assert now["past"] is None
    assert "later" in {one["text"] for one in now["shift"]}


@pytest.mark.asyncio
@pytest.mark.parametrize("at", ["2021-07-14T16:31Z", "2021-07-14T16:10", "yesterday", ""])
async def test_no_board_of_what_is_no_past_moment(anna: httpx.AsyncClient, at: str) -> None:
    assert (await anna.get("/api/v1/desk/board", params={"at": at})).status_code == 422


@pytest.mark.asyncio
async def test_a_board_without_readings_still_tells_what_waits(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """There is no history yet: the warnings are there, and nothing says that all is well."""
    seed.say(tmp_path, row("w9", 2, 1))
    client.headers["Authorization"] = f"Bearer {token_of(tmp_path, 'anna')}"
    board = (await client.get("/api/v1/desk/board")).json()
    assert [one["warning"] for one in board["rows"]] == ["w9"]
    assert (board["system"]["ok"], board["system"]["history_away"], board["stations"]) == (False, True, [])


@pytest.mark.asyncio
async def test_a_login_commands_only_with_the_mark_of_a_page(anna: httpx.AsyncClient) -> None:
    """The cookie alone is sent by browsers for anybody; the mark is known to pages of ours only."""
    bare = await anna.post("/api/v1/warnings/w2/approve", json={})
    forged = await anna.post("/api/v1/warnings/w2/approve", json={}, headers={FORM_HEADER: "IiI.x.y"})
    assert [one.status_code for one in (bare, forged)] == [403, 403]
    page = await anna.get("/desk/shift")
    mark = page.text.split('name="form" value="')[1].split('"')[0]
    read = {"level": 2, "zone": "beyenburg", "recipients": 7, "draft": "5d41402a"}
    wrong = await anna.post("/api/v1/warnings/w2/approve", json=read, headers={FORM_HEADER: mark})
    assert (wrong.status_code, wrong.json()["actor"]) == (409, "anna")
    assert "it would go to 4 recipients, not 7" in wrong.json()["text"]
    assert wrong.json()["said"] == "benachrichtigt würden 4, nicht 7; bitte noch einmal lesen"
    assert (wrong.json()["code"], wrong.json()["slots"]) == ("draft-other-count", {"count": 4, "meant": 7})


@pytest.mark.asyncio
async def test_the_board_tells_the_login_of_a_page_from_a_later_one_and_when_it_ends(
    anna: httpx.AsyncClient, tmp_path: Path
) -> None:
    async def of_board() -> tuple[str, str | None]:
        person = (await anna.get("/api/v1/desk/board")).json()["person"]
        return person["login"], person["login_until"]

    async def of_page() -> str:
        (block,) = html.fromstring((await anna.get("/desk/live")).text).xpath("//script[@id='given']")
        return str(json.loads(block.text)["login"])

    built()
    mark, until = await of_board()
    assert mark
    assert until == (AT + timedelta(hours=12)).isoformat().replace("+00:00", "Z")
    assert await of_page() == mark
    again = await anna.post("/desk/login", data={"token": token_of(tmp_path, "anna")})
    anna.cookies.update(again.cookies)
    later, _ = await of_board()
    assert (later != mark, await of_page()) == (True, later)
    anna.cookies.clear()
    anna.headers["Authorization"] = f"Bearer {token_of(tmp_path, 'anna')}"
    assert await of_board() == ("", None)


@pytest.mark.asyncio
async def test_texts_of_a_draft_show_what_is_new(anna: httpx.AsyncClient, tmp_path: Path) -> None:
    texts = (await anna.get("/api/v1/warnings/w2/texts")).json()
    german = next(one for one in texts["texts"] if one["language"] == "de")
    assert (texts["draft"], texts["revision"]) == ("5d41402a", 1)
    assert {form["kind"] for form in german["forms"]} == {"cap", "email", "push", "sms", "sign", "voice", "hotline"}
    assert all(form["changes"] == [] for form in german["forms"])
    seed.say(tmp_path, replace(seed.desk_row(WarningState.UPDATED, 2, AT, proposed=3), draft="abc"))
    changed = (await anna.get("/api/v1/warnings/w1/texts")).json()
    sms = next(f for one in changed["texts"] if one["language"] == "de" for f in one["forms"] if f["kind"] == "cap")
    assert {"added", "removed"} <= {one["kind"] for one in sms["changes"]}
    assert (await anna.get("/api/v1/warnings/w404/texts")).status_code == 404


def told(name: str, action: Action, **about: Any) -> Note:
    word = Instruction(name, "wupper", action, "anna", NOW, "why", **{"until": NOW + 3_600_000, **about})
    return Note(
        f"note {name}", "wuppertal", "wupper", NoteReason.FOLLOWED, AT - MINUTE, AT, "1", origin=name, word=word
    )


STAGE, RAIN = Series("leimbach", "stage"), Series("barmen", "rain")


@pytest.mark.parametrize(
    ("said", "stand"),
    [
        pytest.param([told("a", Action.OUT_OF_SERVICE, series=STAGE)], ["a"], id="out of service"),
        pytest.param(
            [told("a", Action.OUT_OF_SERVICE, series=STAGE), told("b", Action.IN_SERVICE, series=STAGE, until=None)],
            [],
            id="back in service",
        ),
        pytest.param(
            [told("a", Action.OUT_OF_SERVICE, series=STAGE), told("b", Action.OUT_OF_SERVICE, series=STAGE)],
            ["b"],
            id="out for longer",
        ),
        pytest.param(
            [told("a", Action.OUT_OF_SERVICE, series=RAIN), told("b", Action.IN_SERVICE, series=STAGE, until=None)],
            ["a"],
            id="another one is back",
        ),
        pytest.param([told("a", Action.OUT_OF_SERVICE, series=STAGE, until=NOW)], [], id="its time is over"),
        pytest.param(
            [told("a", Action.REPORT, series=STAGE, value=80.0), told("b", Action.REPORT, zone="barmen")],
            ["b", "a"],
            id="two reports",
        ),
        pytest.param(
            [told("a", Action.REPORT, zone="barmen"), told("b", Action.WITHDRAW, report="a", until=None)],
            [],
            id="withdrawn",
        ),
        pytest.param([told("a", Action.SILENCE, zone="barmen")], [], id="silences stand at their condition"),
    ],
)
def test_which_words_still_stand(said: list[Note], stand: list[str]) -> None:
    assert [word.id for word in standing(reversed(said), NOW)] == stand


def test_who_is_on_call_next_and_whether_the_rota_is_set_aside() -> None:
    rota = [{"from": "mon 08:00", "people": ["anna"]}, {"from": "thu 08:00", "people": ["berta"]}]
    away = {"from": "2021-07-14 12:00", "until": "2021-07-15 20:00", "people": ["dora"]}

    def duty(**more: Any) -> OnDuty:
        spec = OnCallSpec.model_validate({"rota": rota, **more})
        return on_duty(seed.config().model_copy(update={"on_call": spec}), [], AT)

    zone = ZoneInfo("Europe/Berlin")
    by_rota, by_override = duty(), duty(overrides=[away])
    assert (by_rota.people, by_rota.instead) == (("anna",), False)
    assert (by_rota.next, by_rota.next_at) == (("berta",), datetime(2021, 7, 15, 8, tzinfo=zone))
    assert (by_override.people, by_override.instead) == (("dora",), True)
    assert (by_override.next, by_override.next_at) == (("berta",), datetime(2021, 7, 15, 20, tzinfo=zone))
    one = OnCallSpec.model_validate({"rota": rota[:1]})
    alone = on_duty(seed.config().model_copy(update={"on_call": one}), [], AT)
    assert (alone.next, alone.next_at) == ((), None)


@pytest.mark.asyncio
async def test_a_storm_takes_no_silence_and_no_sensor_out_of_service_off_the_board(
    anna: httpx.AsyncClient, tmp_path: Path
) -> None:
    """They still suppress something, so they stand there with what ends them, and a warning says why it is there."""
    (quiet,) = seed.moved("leimbachtal", "ACTIVE", 1, NOW - 3_000_000).transitions
    quiet = replace(quiet, silenced_until=AT + 60 * MINUTE, actor="berta")
    noted = told("a", Action.OUT_OF_SERVICE, series=STAGE)
    with seed.history_of(tmp_path) as history:
        history.write(Batch((), transitions=(quiet,), notes=(noted,)))
        storm = [seed.moved("barmen", "ACTIVE", 1 + n % 2, NOW - 600_000 + 1000 * n).transitions[0] for n in range(250)]
        risen = [seed.noted(f"n{n}", NoteReason.RISEN, zone="barmen").notes[0] for n in range(1100)]
        history.write(Batch((), transitions=tuple(storm), notes=tuple(risen)))
    board = (await anna.get("/api/v1/desk/board")).json()
    assert [(one["zone"], one["actor"]) for one in board["silences"]] == [("leimbachtal", "berta")]
    assert [one["station"] for one in board["words"]] == ["leimbach"]
    assert next(one["why"]["reason"] for one in board["rows"] if one["warning"] == "w2") == "STAGE_ABOVE"
    past = (await anna.get("/api/v1/desk/board?at=2021-07-14T16:29Z")).json()
    assert [one["zone"] for one in past["silences"]] == ["leimbachtal"]


@pytest.mark.asyncio
async def test_the_board_tells_what_people_told_the_rules(
    client: httpx.AsyncClient, anna: httpx.AsyncClient, tmp_path: Path
) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(Batch((), notes=(told("a", Action.OUT_OF_SERVICE, series=STAGE),)))
    board = (await anna.get("/api/v1/desk/board")).json()
    (word,) = board["words"]
    assert (word["action"], word["station"], word["parameter"]) == ("out-of-service", "leimbach", "stage")
    assert word["reason"] == "why"
    assert "silence" in board["person"]["tells"]
    assert "word" not in (await client.get("/api/v1/notes")).text
