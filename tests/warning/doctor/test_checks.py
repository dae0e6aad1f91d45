"""What doctor says of machines, files and servers; good things are good."""

import os
import shutil
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from notifiers.channel_specs import SmtpChannel
from tests.services.disks import MB, small_disk
from tests.services.influxdb import Influx
from tests.services.mosquitto import mosquitto
from tests.services.smtp import smtp_server
from tests.warning.doctor.running import CONFIG, doctor, named, world_in
from warning.doctor import clock, machine, servers, sqlite_file
from warning.doctor.examine import configuration
from warning.doctor.finding import Finding, Verdict
from warning.doctor.greeting import greet
from warning.doctor.machine import Space
from warning.stores.sqlite_history import SqliteHistory

NOW = 1_626_278_400_000
GOOD, WARNING, FAILED = Verdict.GOOD, Verdict.WARNING, Verdict.FAILED


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (Space(0, 10**10, None), FAILED),
        (Space(63 * MB, 10**10, 10**6), FAILED),
        (Space(65 * MB, 10**10, 10**6), WARNING),
        (Space(2048 * MB, 10**10, 99), FAILED),
        (Space(2048 * MB, 10**10, None), GOOD),
    ],
)
def test_space(left: Space, verdict: Verdict) -> None:
    assert machine.space("disk", Path("/d"), left).verdict is verdict


def test_memory_and_what_is_not_known_of_it() -> None:
    assert machine.memory("MemTotal: 1 kB\nMemAvailable: 300000 kB\n").verdict is GOOD
    assert machine.memory("MemAvailable: 200000 kB\n").verdict is FAILED
    assert machine.memory("").verdict is WARNING


def test_a_disk_that_is_full_or_read_only_takes_no_write(tmp_path: Path) -> None:
    with small_disk(tmp_path / "d", 1) as disk:
        assert machine.writable("folder", disk.folder).verdict is GOOD
        assert list(disk.folder.iterdir()) == []
        disk.fill()
        assert "the disk is full" in machine.writable("folder", disk.folder).remedy
        disk.free()
        (disk.folder / "log.db").touch()
        disk.read_only()
        assert "mounted read-only" in machine.writable("folder", disk.folder).remedy
        assert sqlite_file.can_write("log", disk.folder / "log.db").verdict is FAILED


def test_open_secrets_and_files_of_others(tmp_path: Path) -> None:
    (tmp_path / "world.json").touch(mode=0o600)
    assert machine.secrets(tmp_path).verdict is GOOD
    (tmp_path / "world.json").chmod(0o640)
    assert "world.json" in machine.secrets(tmp_path).text
    assert machine.owners(tmp_path, [tmp_path / "world.json", tmp_path / "absent"]).verdict is GOOD
    if os.geteuid() == 0:
        os.chown(tmp_path / "world.json", 4711, -1)
        assert "world.json" in machine.owners(tmp_path, [tmp_path / "world.json"]).text


def test_variables_are_told_by_name_alone() -> None:
    found = machine.variables({"SMTP_PASSWORD": "channels.email.password_env"}, {"SMTP_PASSWORD": "s3cret"})
    assert [each.verdict for each in found] == [GOOD]
    assert "s3cret" not in str(found)
    assert machine.variables({"SMTP_PASSWORD": "x"}, {"SMTP_PASSWORD": ""})[0].verdict is FAILED


@pytest.mark.parametrize(
    ("tick_ms", "running", "verdict"),
    [
        (0, True, GOOD),
        (NOW - 60_000, True, GOOD),
        (NOW - 61_000, True, WARNING),
        (NOW - 61_000, False, GOOD),  # it stands still: of course it is behind
        (NOW + 61_000, False, WARNING),
    ],
)
def test_the_clock_against_ticks(tick_ms: int, running: bool, verdict: Verdict) -> None:
    found = clock.against_tick(NOW, tick_ms, running)
    assert found.verdict is verdict
    if verdict is WARNING:
        assert found.text.count("2021-07-14") == 2  # both times


def test_the_clock_against_files_and_time_servers() -> None:
    assert clock.against_files(NOW, NOW + 60_000).verdict is GOOD
    assert clock.against_files(NOW, NOW + 3_600_000).verdict is WARNING
    assert [clock.time_server(state).verdict for state in (0, 5)] == [GOOD, WARNING]
    assert "unknown" in clock.time_server(None).text
    assert clock.kernel_state() in {None, -1, *range(6)}
    assert clock.time_zone("Europe/Berlin").verdict is GOOD
    assert clock.time_zone("Europe/Atlantis").verdict is FAILED


def test_configuration(tmp_path: Path) -> None:
    assert configuration(CONFIG).verdict is GOOD
    (tmp_path / "config.yaml").write_text("version: 1\n")
    assert configuration(tmp_path / "config.yaml").verdict is FAILED


@pytest.mark.asyncio
async def test_a_broker_is_asked_with_its_login(tmp_path: Path) -> None:
    with mosquitto(tmp_path, {"floodbell": "right"}) as port:
        assert (await servers.mqtt(f"mqtt://floodbell:right@127.0.0.1:{port}", "doctor")).verdict is GOOD
        refused = await servers.mqtt(f"mqtt://floodbell:wr0ng@127.0.0.1:{port}", "doctor")
    assert (refused.verdict, "wr0ng" in str(refused)) == (FAILED, False)
    assert "check user and password" in refused.text
    assert (await servers.mqtt(f"mqtt://127.0.0.1:{port}", "doctor")).verdict is FAILED  # gone


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # of a server on loopback
def test_mail_servers_are_greeted_and_get_no_mail() -> None:
    with smtp_server(login=("city", "right")) as server:
        spec = SmtpChannel(
            kind="smtp", host="127.0.0.1", port=server.port, security="none", sender="a@b.example",
            user="city", password_env="MAIL",
        )  # fmt: skip
        for environment, verdict in (({"MAIL": "right"}, GOOD), ({"MAIL": "wr0ng"}, FAILED), ({}, FAILED)):
            (found,) = greet({"email": spec}, environment)
            assert found.verdict is verdict
            assert "wr0ng" not in str(found)
        assert server.mailbox.letters == []
    (found,) = greet({"email": spec}, {"MAIL": "right"})
    assert "no connection" in found.text


def test_a_port_that_another_program_has(tmp_path: Path) -> None:
    world = world_in(tmp_path)
    assert servers.pages(world)[0].verdict is GOOD
    with ThreadingHTTPServer(("127.0.0.1", world.web_port), BaseHTTPRequestHandler) as other:
        Thread(target=other.serve_forever).start()
        found, said = servers.pages(world)
        other.shutdown()
    assert (found.verdict, said) == (FAILED, None)
    assert "another program" in found.text


def test_a_damaged_history_and_one_of_a_later_program(tmp_path: Path) -> None:
    world = world_in(tmp_path)
    world.data.mkdir()
    path = Path(world.history.removeprefix("sqlite:///"))
    with SqliteHistory(path) as history:
        history.last_tick()
    assert sqlite_file.integrity("history", path, 10).verdict is GOOD
    whole = tmp_path / "whole.db"
    shutil.copy(path, whole)
    os.truncate(path, path.stat().st_size // 2)
    assert named(doctor(world), "history", "is damaged")
    shutil.copy(whole, path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert named(doctor(world), "history", "version 99")


def test_a_ledger_on_a_server_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    world = world_in(tmp_path).model_copy(update={"ledger": "postgresql://nobody:s3cret@127.0.0.1:1/none"})
    found = doctor(world)
    assert any(each["check"] == "ledger" and each["verdict"] == "failed" for each in found)
    assert "s3cret" not in str(found)


def test_a_history_on_influxdb_is_asked(tmp_path: Path, influxd: Influx) -> None:
    """An empty one is good; a bucket that is not there and a token that is not set are named."""
    urls = {
        "good": influxd.url(),
        "no-such-bucket": influxd.url("no-such-bucket"),
        "FLOODBELL_NOT_SET": influxd.url(token_env="FLOODBELL_NOT_SET"),
    }
    for said, url in urls.items():
        (tmp_path / said).mkdir()
        found = doctor(world_in(tmp_path / said).model_copy(update={"history": url}))
        bad = [each for each in found if each["check"] == "history"]
        assert [said in each["text"] for each in bad] == ([] if said == "good" else [True]), bad


@pytest.mark.skipif(sys.platform != "linux", reason="lists what Linux keeps")
def test_this_machine_is_good() -> None:
    found: list[Finding] = [machine.python(), machine.open_files()]
    assert [each.verdict for each in found] == [GOOD, GOOD]
