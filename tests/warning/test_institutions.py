"""An institution all the way: told with its link on either ledger, listed, called; and in the service as it runs."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from msgspec.structs import replace
from ruamel.yaml import YAML
from typer.testing import CliRunner

from notifiers.channels.captured import CAPTURES
from notifiers.ledger.database import open_ledger
from notifiers.ledger.tables import State
from notifiers.ledger.told import told
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import CONFIG, CONTENT, flood, recipient
from tests.services.smtp import smtp_server
from tests.warning.dispatching import city, dispatching, log_of, now_flood, say, until_states
from tests.warning.test_approval import floodbell
from tests.warning.web.floods import Served, flood_served
from tests.warning.web.seed import desk_row
from warning.cli import app
from warning.commanding import row_about
from warning.keys import secret_key
from warning.messages import Calls, WarningState
from warning.seen_links import SeenLinks
from warning.world import World, live

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]


def with_institutions(folder: Path, smtp: int, ledger: str) -> World:
    """The shipped institutions at a mail server of ours; the camp site has an address that nobody knows."""
    path = city(folder, smtp, "anna")
    yaml = YAML()
    tree = yaml.load(path.read_text("utf-8"))
    tree["institutions"] = yaml.load(CONFIG)["institutions"]
    home, kita, camp = tree["institutions"]
    home["addresses"] = [{"channel": "email", "to": "home@people.example"}]
    kita["addresses"] = [{"channel": "email", "to": "kita@people.example"}]
    camp["addresses"] = [{"channel": "push", "to": "no-such://service"}]
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    return live(path).model_copy(update={"ledger": ledger})


def calls(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["calls", *arguments, "--world", str(place)])


async def test_told_with_its_link_and_listed_with_what_channels_said(tmp_path: Path, ledger_url: str) -> None:
    said = now_flood("w1", level=3, zone="beyenburg")
    now = datetime.now(UTC)
    with smtp_server() as server:
        world = with_institutions(tmp_path, server.port, ledger_url)
        async with log_of(world) as log, dispatching(world, log):
            row = desk_row(WarningState.RELEASED, 3, now, zone="beyenburg")
            due = Calls(1, 3, now - timedelta(minutes=6), now - timedelta(minutes=1))
            await say(log, said, replace(row, calls=due))
            await until_states(world, "ACCEPTED", "DEAD", "ACCEPTED", "ACCEPTED")
    letters = {letter["To"]: letter.get_body(("plain",)).get_content() for letter in server.mailbox.letters}  # type: ignore[attr-defined]
    links = SeenLinks(secret_key(world.data), world.configuration().city.page)
    for name, to in (("care-home-beyenburg", "home"), ("kindergarten-beyenburg", "kita")):
        assert f"Bitte bestätigen: {links.link(said, name)}" in letters[f"{to}@people.example"].replace("\n", " ")
    assert "/seen/" not in letters["anna@people.example"]

    place = tmp_path / "world.json"
    place.write_text(world.model_dump_json(), "utf-8")
    listed = json.loads(calls(place, "w1", "--json").stdout)
    assert [one["id"] for one in listed["calls"]] == [
        "care-home-beyenburg", "kindergarten-beyenburg", "camp-site-beyenburg",
    ]  # fmt: skip
    assert [(one["took"], one["refused"]) for one in listed["calls"]] == [
        (["email"], []),
        (["email"], []),
        ([], ["push"]),
    ]
    shown = calls(place, "w1").stdout
    assert shown.startswith("3 not acknowledged, Extreme Gefahr (3); 121 people there need help:")
    assert "Frau Beispiel, Pflegedienstleitung, +49 202 5550101; since" in shown
    table = calls(place, "w1", "--csv").stdout.splitlines()
    assert table[0].startswith("id,name,kind,contact,phone,people_in_need,since,took,refused")
    assert len(table) == 4
    assert calls(place, "w9").exit_code == 1


async def test_the_newest_delivery_of_each_channel_counts(ledger_url: str) -> None:
    with open_ledger(ledger_url) as ledger:
        office = Post(ledger, [recipient("home", "email", "push"), recipient("anna", "email")], {
            "email": Scripted(), "push": Scripted(),
        })  # fmt: skip
        office.say(flood(1, level=3))
        await office.work()
        office.say(flood(2, level=3))
        found = ledger.read_now(lambda connection: told(connection, "w1", ["home"], 1))
        assert [(one.channel, one.number, one.state) for one in found] == [
            ("email", 2, State.QUEUED), ("push", 2, State.QUEUED),
        ]  # fmt: skip
        assert ledger.read_now(lambda connection: told(connection, "w1", ["home"], 3)) == []


async def becomes(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not look():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


def heard(served: Served) -> dict[str, str]:
    """Which institutions know, and who says so."""
    found = served.row("beyenburg", "flood-seen").calls
    return {} if found is None else {one.institution: one.by for one in found.heard}


def link_sent(served: Served, name: str) -> str:
    lines = map(json.loads, (served.world.data / CAPTURES).read_text("utf-8").splitlines())
    bodies = [one["body"] for one in lines if one["recipient"] == name and "/seen/" in one["body"]]
    found = re.search(r"http://[^/]+(/seen/\S+)", bodies[-1])
    assert found, bodies
    return found[1]


async def test_in_the_service_as_it_runs(tmp_path: Path) -> None:
    """A link is looked at, pressed, pressed again; staff note a call; both are on the desk and in the audit."""
    async with flood_served(tmp_path) as served:
        anna, carl = served.token("anna"), served.token("carl")
        async with served.client(anna) as approver, served.client(carl) as author, served.client() as anybody:
            hold = {"action": "hold", "zone": "beyenburg", "hazard": "flood-seen", "level": 2, "reason": "seen there"}
            assert (await author.post("/api/v1/words", json=hold)).status_code == 200
            await row_about(served.world, "beyenburg", "flood-seen")
            row = served.row("beyenburg", "flood-seen")
            read = {"level": 2, "zone": "beyenburg", "recipients": served.recipients(row), "draft": row.draft}
            path = f"/api/v1/warnings/{row.warning}"
            released = await approver.post(f"{path}/approve", json=read)
            assert released.status_code == 200, released.text
            await becomes(lambda: served.row("beyenburg", "flood-seen").calls is not None, "institutions are asked")
            await becomes(lambda: "/seen/" in (served.world.data / CAPTURES).read_text("utf-8"), "a message")

            link = link_sent(served, "kindergarten-beyenburg")
            for _ in range(2):  # as a scanner of mail does
                looked = await anybody.get(link)
                assert (looked.status_code, "Wir wissen Bescheid" in looked.text) == (200, True)
                assert "ÜBUNG" in looked.text
            assert heard(served) == {}
            pressed = await anybody.post(link, data={"note": "Herr\x07 Beispiel"})
            assert (pressed.status_code, "Ihre Bestätigung ist vermerkt" in pressed.text) == (200, True), pressed.text
            await becomes(lambda: bool(heard(served)), "the acknowledgement")
            assert heard(served) == {"kindergarten-beyenburg": "kindergarten-beyenburg"}
            assert "Ihre Bestätigung ist vermerkt" in (await anybody.post(link)).text
            token = link.removeprefix("/seen/")
            assert (await anybody.get(f"/ack/{token}")).status_code == 404
            assert (await anybody.post(link[:-2] + "AA")).status_code == 404
            stranger = await anybody.get(f"{path}/calls", headers={"Authorization": f"Bearer {token}"})
            assert stranger.status_code == 401

            told = await author.post(f"{path}/reached", json={"institution": "camp-site-beyenburg", "reason": "rang"})
            assert (told.status_code, told.json()["text"]) == (200, "camp-site-beyenburg knows of level 2")
            nobody = await author.post(f"{path}/reached", json={"institution": "nobody", "reason": "rang"})
            assert (nobody.status_code, "is no institution" in nobody.json()["text"]) == (409, True)
            typed = floodbell(
                "calls", row.warning, "--reached", "care-home-beyenburg", "--reason", "spoke to Frau B.",
                "--actor", "carl", "--world", str(served.file),
            )  # fmt: skip
            assert typed.returncode == 0, typed.stderr
            await becomes(lambda: len(heard(served)) == 3, "all know")
            assert heard(served)["care-home-beyenburg"] == "carl"
            found = (await author.get(f"{path}/calls")).json()
            assert (found["exercise"], found["calls"], found["pending"], len(found["heard"])) == (True, [], [], 3)
            entries = (await author.get("/api/v1/shift")).json()["entries"]
            acknowledged = next(one for one in entries if one["action"] == "seen")
            assert (acknowledged["actor"], acknowledged["text"]) == ("kindergarten-beyenburg", "Herr Beispiel")
            answer = await author.get(f"{path}/{served.row('beyenburg', 'flood-seen').revision}/hotline")
            assert answer.status_code == 200, answer.text
            script = answer.json()
            assert [one["language"] for one in script["scripts"]] == list(CONTENT.languages)
            assert all(one["seconds"] <= 30 for one in script["scripts"])
            assert (await author.get(f"{path}/9/hotline")).status_code == 404
        exported = floodbell("audit", "export", "--world", str(served.file))
        assert '"action":"seen","actor":"kindergarten-beyenburg"' in exported.stdout
