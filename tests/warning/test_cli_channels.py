"""``floodbell channels`` against a real mail server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import Result
from ruamel.yaml import YAML
from typer.testing import CliRunner

from tests.services.smtp import Server, smtp_server
from tests.warning.web import seed
from warning import cli_channels
from warning.cli import app
from warning.web.facts.health import ChannelHealth, Health
from warning.world import World, live


def world(folder: Path, port: int) -> Path:
    """A live world whose mail server listens on a port, and who is knocked at as well; nothing of it runs."""
    yaml = YAML()
    tree = yaml.load(seed.CONFIG)
    tree["channels"]["email"]["port"] = port
    for recipient in (*tree["recipients"], *tree.get("institutions", [])):
        for address in recipient["addresses"]:
            if address["channel"] == "push":
                address["to"] = f"ntfy://127.0.0.1:{port}/topic"
    config = folder / "config.yaml"
    with config.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    place = folder / "world.json"
    place.write_text(live(config).model_dump_json(), "utf-8")
    return place


def channels(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["channels", *arguments, "--world", str(place)], env={"COLUMNS": "120"})


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, Server]]:
    with smtp_server() as server:
        yield world(tmp_path, server.port), server


def test_a_test_message_arrives_and_is_marked_as_one(served: tuple[Path, Server]) -> None:
    place, server = served
    shown = channels(place, "test", "email", "--to", "anna")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("accepted after ")
    [letter] = server.mailbox.letters
    assert server.mailbox.recipients == ["anna@wuppertal.example"]
    assert letter["Subject"].startswith("TEST – keine Warnung")


def test_a_refusal_is_told_without_the_address(served: tuple[Path, Server]) -> None:
    place, server = served
    server.mailbox.answers["RCPT"] = "550 no anna@wuppertal.example here"
    shown = channels(place, "test", "email", "--to", "anna")
    assert shown.exit_code == 1
    assert "refused after" in shown.stdout, shown.output
    assert "anna@" not in shown.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mail", "--to", "anna"), "there is no channel mail"),
        (("email", "--to", "anne"), "anne is not among the people"),
    ],
)
def test_whom_and_what_it_does_not_know(served: tuple[Path, Server], arguments: tuple[str, ...], words: str) -> None:
    place, server = served
    shown = channels(place, "test", *arguments)
    assert (shown.exit_code, words in shown.output) == (1, True)
    assert server.mailbox.letters == []


def test_an_exercise_sends_none(tmp_path: Path) -> None:
    place = tmp_path / "world.json"
    place.write_text(seed.world(tmp_path).model_dump_json(), "utf-8")
    shown = channels(place, "test", "email", "--to", "anna")
    assert (shown.exit_code, "exercise" in shown.output) == (1, True)


def test_the_list_asks_every_server(served: tuple[Path, Server]) -> None:
    place, server = served
    shown = channels(place, "list")
    assert shown.exit_code == 0, shown.output
    assert "email" in shown.stdout
    assert server.mailbox.letters == []


def test_a_server_that_is_away_fails_the_list(tmp_path: Path) -> None:
    shown = channels(world(tmp_path, 1), "list")
    assert shown.exit_code == 1
    assert "no connection" in shown.stdout


def test_the_list_says_how_the_running_service_fares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the service says about itself, here from a page of its kind."""
    at = datetime(2026, 7, 14, 16, tzinfo=UTC)
    one = ChannelHealth(name="email", ok=False, waiting=12, left_alone=True, failed_at=at, failing_since=at)
    said = Health(ok=False, exercise=False, parts=[], channels=[one]).model_dump_json().encode()
    with smtp_server() as server, answering(said) as port:
        place = world(tmp_path, server.port)
        told = World.model_validate_json(place.read_bytes()).model_copy(update={"web_port": port})
        place.write_text(told.model_dump_json(), "utf-8")
        monkeypatch.setattr(cli_channels.out, "_width", 300)  # goes back to none at all
        shown = CliRunner().invoke(app, ["channels", "list", "--world", str(place)])
    assert shown.exit_code == 0, shown.output
    assert "last failure 14 Jul 18:00:00; fails since 14 Jul 18:00:00; is left alone for half a minute; 12 wait" in (
        shown.stdout
    )


@contextmanager
def answering(body: bytes) -> Iterator[int]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()
