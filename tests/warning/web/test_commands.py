"""What people decide, in three forms with one meaning: command line, interface, and the link in a message."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from notifiers.channels.captured import CAPTURES
from notifiers.notice import Page, PageReason
from notifiers.revision import Status
from tests.warning.test_approval import floodbell
from tests.warning.web.floods import Served, flood_served
from warning.keys import secret_key
from warning.links import AckLinks
from warning.messages import CommandAction, DeskRow, WarningState
from warning.web.api.asked import ABOUT_A_WARNING

pytestmark = pytest.mark.asyncio

WITHIN_S = 60


async def becomes(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not look():
        assert time.monotonic() < deadline, f"not within {WITHIN_S} s: {what}"
        await asyncio.sleep(0.05)


def named(row: DeskRow, told: int, **other: object) -> dict[str, object]:
    """What approving takes."""
    return {"level": row.proposed_level, "zone": row.zone, "recipients": told, "draft": row.draft} | other


def link_of(served: Served, row: DeskRow, person: str, sent: datetime, *, number: str = "p1", minutes: int = 60) -> str:
    """The path of a link as a page of this world carries it."""
    page = Page(
        number, row.city, Status.EXERCISE, PageReason.DRAFT_WAITS, (person,), False, False, sent,
        sent + timedelta(minutes=minutes), 2, row.warning,
    )  # fmt: skip
    return AckLinks(secret_key(served.world.data), "/").link(page, person)


def sent_link(served: Served, row: DeskRow, person: str) -> str:
    """The link in the page that this person was really sent."""
    lines = (served.world.data / CAPTURES).read_text("utf-8").splitlines()
    bodies = [
        one["body"] for one in map(json.loads, lines) if (one["recipient"], one["warning"]) == (person, row.warning)
    ]
    found = re.search(r"Gesehen\? Hier bestätigen: http://\S+?(/ack/\S+)", bodies[-1])
    assert found, bodies
    return found[1]


def shown(row: DeskRow) -> dict[str, Any]:
    """A row without the times at which people did something."""
    fields = msgspec.to_builtins(row)
    return {**fields, "changed_at": "", "acks": [(ack["person"], ack["level"]) for ack in fields["acks"]]}


async def test_one_meaning_in_three_forms(tmp_path: Path) -> None:
    """Acknowledging by each way leaves the same row and answer; releasing is read back; repeats change nothing."""
    async with flood_served(tmp_path) as served:
        row = served.row("unterbarmen")
        tokens = {name: served.token(name) for name in ("anna", "berta", "carl")}
        async with served.client(tokens["anna"]) as anna, served.client(tokens["carl"]) as carl:
            await acknowledge_in_three_ways(served, row, anna)
            await who_is_no_one_gets_nothing(served, row, tokens)
            await release_is_read_back(served, row, anna, carl)
            await shift_is_kept(anna, carl)
            await words_reach_the_rules(anna)
            await a_released_warning_is_rewritten_by_two(served, carl, anna)


async def acknowledge_in_three_ways(served: Served, row: DeskRow, anna: httpx.AsyncClient) -> None:
    typed = floodbell("ack", row.warning, "--actor", "anna", "--world", str(served.file))
    assert typed.returncode == 0, typed.stderr
    await becomes(lambda: bool(served.row("unterbarmen").acks), "the acknowledgement typed")
    by_hand = shown(served.row("unterbarmen"))

    sent = await anna.post(f"/api/v1/warnings/{row.warning}/ack", json={})
    assert (sent.status_code, sent.json()["done"], sent.json()["actor"]) == (200, True, "anna")
    assert typed.stdout == f"{row.warning}: {sent.json()['text']} (anna)\n"
    before = served.row("unterbarmen").acks[0].at
    assert shown(served.row("unterbarmen")) == by_hand

    now = datetime.fromisoformat((await anna.get("/api/v1/desk")).json()["now"])
    path = sent_link(served, row, "anna")
    async with served.client() as anybody:
        for _ in range(2):  # as a scanner of mail does
            looked = await anybody.get(path)
            assert (looked.status_code, "Ich habe es gesehen" in looked.text) == (200, True)
        assert served.row("unterbarmen").acks[0].at == before
        pressed = await anybody.post(path)
        assert (pressed.status_code, "Es ist vermerkt" in pressed.text) == (200, True)
        await becomes(lambda: "schon benutzt" in httpx.get(f"{served.address}{path}").text, "the use of the link")
        assert served.row("unterbarmen").acks[0].at >= before
        assert shown(served.row("unterbarmen")) == by_hand
        again = await anybody.post(path)
        assert "schon benutzt" in again.text
        old = await anybody.post(link_of(served, row, "anna", now, number="p2", minutes=-1))
        assert (old.status_code, "abgelaufen" in old.text) == (410, True)
        other = AckLinks(b"x" * 32, "/").link(
            Page(
                "p", "c", Status.ACTUAL, PageReason.RELEASED, (), False, False, row.changed_at, row.changed_at, 1, "w"
            ),
            "anna",
        )
        foreign = await anybody.post(other)
        assert (foreign.status_code, "aus einer Übung oder" in foreign.text) == (403, True)
        broken = await anybody.post(path[:-4] + "AAAA")
        assert (broken.status_code, "verändert" in broken.text) == (404, True)


async def who_is_no_one_gets_nothing(served: Served, row: DeskRow, tokens: dict[str, str]) -> None:
    path = f"/api/v1/warnings/{row.warning}/ack"
    async with served.client(tokens["berta"]) as berta:
        assert (await berta.post(path, json={"actor": "anna"})).status_code == 422  # nobody speaks for others
        assert (await berta.post(path, json={"level": 4})).status_code == 422
        unseen = await berta.post(path, json={"level": 1})
        assert unseen.json()["text"] == "taken note of at level 1; it stands at level 2 by now"
        assert (await berta.post(path, json={})).json()["text"] == "taken note of at level 2"
        floodbell("tokens", "--revoke", "berta", "--world", str(served.file))
        assert (await berta.post(path, json={})).status_code == 401
    async with served.client() as nobody, served.client("of-another-world") as stranger:
        assert (await nobody.post(path, json={})).status_code == 401
        assert (await nobody.get("/api/v1/desk")).status_code == 401
        for _ in range(9):  # and berta's
            assert (await stranger.post(path, json={})).status_code == 401
        limited = await stranger.post(path, json={})
        assert (limited.status_code, int(limited.headers["retry-after"]) > 0) == (429, True)


async def release_is_read_back(served: Served, row: DeskRow, anna: httpx.AsyncClient, carl: httpx.AsyncClient) -> None:
    path, told = f"/api/v1/warnings/{row.warning}/approve", served.recipients(row)
    await becomes(lambda: len(served.row("unterbarmen").acks) == 2, "both acknowledgements")
    desk = (await anna.get("/api/v1/desk")).json()["rows"]
    (found,) = [one for one in desk if one["warning"] == row.warning]
    assert desk[0]["draft"] is not None
    draft = found["draft"]
    assert (draft["recipients"], draft["fingerprint"], draft["level"]) == (told, row.draft, 2)
    assert {ack["person"] for ack in found["acks"]} == {"anna", "berta"}

    wrong_role = await carl.post(path, json=named(row, told))
    assert (wrong_role.status_code, wrong_role.json()["text"]) == (403, "carl is author; approve takes an approver")
    told_so = {name: wrong_role.json()[name] for name in ("code", "slots", "said")}
    assert told_so == {
        "code": "role-too-low",
        "slots": {"who": "carl", "role": "author", "action": "approve", "least": "approver"},
        "said": "das darf Carl Beispiel nicht (Rolle: schreibt); „Freigeben“ verlangt mindestens: gibt frei",
    }
    typed = floodbell(
        "approve", row.warning, "--level", "2", "--zone", row.zone, "--recipients", str(told),
        "--actor", "carl", "--world", str(served.file),
    )  # fmt: skip
    assert wrong_role.json()["text"] in typed.stderr
    for wrong, said in (
        ({"level": 3}, "the draft has changed"),
        ({"zone": "beyenburg"}, "it is about unterbarmen, not beyenburg"),
        ({"recipients": told + 1}, f"it would go to {told} recipients, not {told + 1}"),
        ({"draft": "00000000"}, "the words have changed"),
    ):
        refused = await anna.post(path, json=named(row, told, **wrong))
        assert (refused.status_code, said in refused.json()["text"]) == (409, True), refused.text
    assert (await anna.post(path, json=named(row, told, level="x"))).status_code == 422
    assert (await anna.post(path, content=b"{")).status_code == 422

    key = {"Idempotency-Key": "one"}
    both = await asyncio.gather(*(anna.post(path, json=named(row, told), headers=key) for _ in range(3)))
    assert {one.status_code for one in both} == {200}
    assert len({one.text for one in both}) == 1
    later = await anna.post(path, json=named(row, told), headers=key)
    assert later.text == both[0].text
    assert later.json()["text"] == f"revision {row.revision + 1} is released"
    taken = await anna.post(f"/api/v1/warnings/{row.warning}/ack", json={}, headers=key)
    assert (taken.status_code, "was used for approve" in taken.json()["text"]) == (409, True)
    await becomes(lambda: served.row("unterbarmen").revision == row.revision + 1, "the release on the desk")
    said = served.outcome.revisions
    await becomes(lambda: [one.released_by for one in said].count("anna") == 1, "the revision, once")
    assert (await anna.post(path, json=named(row, told))).status_code == 409


async def shift_is_kept(anna: httpx.AsyncClient, carl: httpx.AsyncClient) -> None:
    assert (await carl.post("/api/v1/shift/note", json={"text": "Sandsäcke liegen bereit."})).status_code == 200
    unknown = await anna.post("/api/v1/shift/handover", json={"to": "nobody", "text": "x"})
    assert (unknown.status_code, "not among the people" in unknown.json()["text"]) == (409, True)
    handed = await anna.post("/api/v1/shift/handover", json={"to": "berta", "text": "Scheitel um 22 Uhr"})
    assert handed.json()["text"] == "berta is on duty"
    deadline = time.monotonic() + WITHIN_S
    found: dict[str, dict[str, Any]] = {}
    while "handover" not in found:
        assert time.monotonic() < deadline, found
        entries = (await carl.get("/api/v1/shift")).json()["entries"]
        found = {entry["action"]: entry for entry in entries}
    assert (found["handover"]["person"], bool(found["handover"]["open"])) == ("berta", True)
    assert found["note"]["text"] == "Sandsäcke liegen bereit."
    assert found["approve"]["actor"] == "anna"


async def words_reach_the_rules(anna: httpx.AsyncClient) -> None:
    hold = {"action": "hold", "zone": "beyenburg", "hazard": "heavy-rain", "level": 2, "reason": "seen"}
    held = await anna.post("/api/v1/words", json=hold, headers={"Idempotency-Key": "hold"})
    assert (held.status_code, held.json()["text"]) == (200, "hold by anna: seen"), held.text
    again = await anna.post("/api/v1/words", json=hold, headers={"Idempotency-Key": "hold"})
    assert again.json() == held.json()
    place = await anna.post("/api/v1/words", json={**hold, "zone": "barmenn"})
    assert (place.status_code, "did you mean barmen" in place.json()["text"]) == (409, True)
    unit = {"action": "report", "station": "beyenburg", "parameter": "stage", "value": "5 mm", "lasting": "2 h"}
    assert (await anna.post("/api/v1/words", json={**unit, "reason": "slip"})).status_code == 422
    told = await anna.post("/api/v1/words", json={**unit, "value": "2.5 m", "reason": "by the warden"})
    assert told.status_code == 200, told.text


async def a_released_warning_is_rewritten_by_two(
    served: Served, carl: httpx.AsyncClient, anna: httpx.AsyncClient
) -> None:
    """Who writes does not release; what sensors speak for is not retracted."""
    warning = served.row("unterbarmen").warning
    path = f"/api/v1/warnings/{warning}"
    words = {"de": {"headline": "Hochwasser an der Kita", "instruction": "Gehen Sie nach oben."}}
    french = await carl.post(f"{path}/update", json={"reason": "x", "words": {"fr": words["de"]}})
    assert french.status_code == 422
    long = {"de": words["de"] | {"instruction": "Gehen Sie nach oben. " * 12}}
    unfit = await carl.post(f"{path}/update", json={"reason": "Kita", "words": long})
    assert (unfit.status_code, "sms, de: too long" in unfit.json()["text"]) == (409, True)
    long["de"]["short"] = "Nach oben."  # and in the voice it is the short form as well
    assert (await carl.post(f"{path}/update", json={"reason": "Kita", "words": long})).status_code == 200
    assert (await carl.post(f"{path}/update", json={"reason": "Kita", "words": words})).status_code == 200
    await becomes(lambda: served.row("unterbarmen").author == "carl", "the draft on the desk")
    late = await carl.post(f"{path}/update", json={"reason": "Kita", "words": words, "draft": "-"})
    assert (late.status_code, "the draft has changed meanwhile" in late.json()["text"]) == (409, True)
    assert (await carl.post(f"{path}/submit", json={})).status_code == 200
    await becomes(lambda: served.row("unterbarmen").submitted, "the draft put forward")
    retracted = await carl.post(f"{path}/retract", json={"reason": "a slip"})
    assert (retracted.status_code, "sensors in service speak for it" in retracted.json()["text"]) == (409, True)
    row = served.row("unterbarmen")
    assert row.state in (WarningState.RELEASED, WarningState.UPDATED)
    early = await anna.post(f"{path}/approve", json=named(row, served.recipients(row)))
    assert (early.status_code, "comes no sooner than" in early.json()["text"]) == (409, True)
    assert (await carl.post(f"{path}/discard", json={"reason": "no need"})).status_code == 200


async def test_every_command_has_its_address() -> None:
    """Those about a warning are made from one table; the rest has its own; institutions have their links."""
    alone = {CommandAction.REARM, CommandAction.NOTE, CommandAction.HANDOVER, CommandAction.SEEN}
    alone |= {CommandAction.INFORM, CommandAction.SHOW, CommandAction.HIDE}
    assert ABOUT_A_WARNING.keys() | alone == set(CommandAction)
