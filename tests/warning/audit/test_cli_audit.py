"""``floodbell audit`` on a world's own record, on copies of it, and on what somebody has made of them."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from notifiers.ledger.database import open_ledger
from tests.notifiers.samples import CONFIG
from tests.warning.audit.chains import NOON_MS, disarm, fill, items, opened, run
from warning.audit.head import published
from warning.audit.keys import PUBLIC, signing_key
from warning.cli import app
from warning.stores.audit import Trail, head_in
from warning.world import World, exercise

DAY_MS = 86_400_000
COUNT = 5


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Five entries, one per day from the first one on, beside a published head of the third."""
    world = exercise(CONFIG, tmp_path / "exercise", None, clock="ticks")
    world.data.mkdir()
    (world.data / "world.json").write_text(world.model_dump_json())
    trail = Trail(signing_key(world.data), world.tenant, world.status)
    with opened(world.ledger) as ledger:
        for day, item in enumerate(items(COUNT - 1)):
            ledger.write_now(lambda c, i=item, d=day: trail.append(c, [i], NOON_MS + d * DAY_MS))
            if day == 1:
                keep_head(world, world.data / "audit-head.json")
    return world


def keep_head(world: World, file: Path) -> Path:
    with open_ledger(world.ledger) as ledger:
        head = ledger.read_now(head_in)
    assert head is not None
    file.write_bytes(msgspec.json.encode(published(head)))
    return file


def audit(world: World, *arguments: str | Path) -> Result:
    command, *rest = map(str, arguments)
    where = () if "--file" in rest else ("--world", str(world.data / "world.json"))
    return CliRunner().invoke(app, ["audit", command, *where, *rest])


def refused(world: World, *arguments: str | Path) -> str:
    result = audit(world, *arguments)
    assert result.exit_code == 1, result.output
    return result.stderr.strip()


def test_a_whole_record(world: World) -> None:
    result = audit(world, "verify")
    assert result.exit_code == 0, result.output
    first, head, signed = result.stdout.splitlines()
    assert first == "5 entries from 2021-07-14 16:00:00 UTC to 2021-07-17 16:00:00 UTC: whole"
    assert head.startswith("head: entry 5, ")
    assert signed == "signed up to entry 5"


def test_a_changed_entry_is_named(world: World) -> None:
    with opened(world.ledger) as ledger:
        disarm(ledger)
        run(ledger, "UPDATE audit SET body = :body WHERE seq = 3", body=b"{}")
    assert refused(world, "verify") == "not whole: entry 3 was changed: its contents do not give its hash"


def test_an_older_database_is_found_by_the_head_that_was_published_or_kept(world: World, tmp_path: Path) -> None:
    kept = keep_head(world, tmp_path / "kept.json")
    with opened(world.ledger) as ledger:
        disarm(ledger)
        run(ledger, "DELETE FROM audit")
        run(ledger, "DELETE FROM audit_head")
        fill(ledger, Trail(signing_key(world.data), world.tenant, world.status), 1)
    assert "entry 3 is missing: the signed head ends at 3" in refused(world, "verify")
    (world.data / "audit-head.json").unlink()
    assert audit(world, "verify").exit_code == 0
    assert "entries 3 to 5 are missing: the signed head" in refused(world, "verify", "--head", kept)


def test_a_record_of_another_key(world: World, tmp_path: Path) -> None:
    signing_key(tmp_path / "other")
    assert "is not signed by the key of this audit" in refused(world, "verify", "--key", tmp_path / "other" / PUBLIC)


def test_an_export_is_checked_without_the_service(world: World, tmp_path: Path) -> None:
    file, head = tmp_path / "export.jsonl", keep_head(world, tmp_path / "kept.json")
    assert audit(world, "export", "--output", file).exit_code == 0
    lines = file.read_text().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3, 4, 5]
    assert json.loads(lines[1])["body"] == {"topic": "events", "offset": 0, "message": {}}
    key = world.data / PUBLIC
    assert audit(world, "verify", "--file", file, "--head", head, "--key", key).exit_code == 0
    without = audit(world, "verify", "--file", file).stdout
    assert "no --head was given: whether entries are missing at the end cannot be told" in without
    file.write_text("\n".join(lines[:4]) + "\n")
    assert "entry 5 is missing: the signed head" in refused(world, "verify", "--file", file, "--head", head)
    file.write_text("\n".join(lines).replace('"offset":2', '"offset":3') + "\n")
    assert (
        refused(world, "verify", "--file", file) == "not whole: entry 4 was changed: its contents do not give its hash"
    )


def test_a_part_of_the_time_is_whole_in_itself(world: World, tmp_path: Path) -> None:
    file = tmp_path / "part.jsonl"
    audit(world, "export", "--from", "2021-07-15", "--to", "2021-07-16T18:00+02:00", "--output", file)
    assert [json.loads(line)["seq"] for line in file.read_text().splitlines()] == [3, 4]
    assert "2 entries from 2021-07-15 16:00:00 UTC to 2021-07-16 16:00:00 UTC: whole from entry 3 on" in (
        audit(world, "verify", "--file", file).stdout
    )
    assert audit(world, "export").stdout.count("\n") == COUNT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "--from", "yesterday"), "--from: must be a time, like"),
        (("verify", "--head", "no.json"), "No such file"),
        (("verify", "--file", "no.jsonl"), "No such file"),
        (("verify", "--head", CONFIG), "config.yaml: is no head of an audit"),
        (("verify", "--key", CONFIG), "config.yaml: holds no public key"),
    ],
)
def test_mistakes_are_told(world: World, arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(world, *arguments)


def test_a_world_that_has_recorded_nothing(tmp_path: Path) -> None:
    world = exercise(CONFIG, tmp_path / "new", None, clock="ticks")
    world.data.mkdir()
    (world.data / "world.json").write_text(world.model_dump_json())
    assert "no audit was kept here yet" in refused(world, "verify")
