"""How a ledger's tables come to be: new, from a file of before, by several at once, and not from the future."""

import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from notifiers.ledger import tables
from notifiers.ledger.database import LedgerUnavailable, LedgerUnusable, open_ledger
from notifiers.ledger.engines import shown
from notifiers.ledger.migrations.version import HEAD
from notifiers.ledger.positions import next_offsets
from notifiers.revision import Change
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import flood, recipient
from tests.services.ports import free_port
from tests.services.postgres import PASSWORD, QUOTED, USER, Postgres
from warning.stores import desk
from warning.stores.desk import Desk

BEFORE = Path(__file__).parent / "data" / "ledger-before-versions.sql"
OPEN = "import sys; from notifiers.ledger.database import open_ledger; open_ledger(sys.argv[1]).close()"


def ledger_of_before(folder: Path, *dropped: str) -> str:
    """A file as the program made it before there were versions; two people were told, one waits for a retry."""
    connection = sqlite3.connect(folder / "ledger.db")
    connection.executescript(BEFORE.read_text())
    for table in dropped:
        connection.execute(f"DROP TABLE {table}")
    connection.commit()
    connection.close()
    return f"sqlite:///{folder}/ledger.db"


def differences(url: str) -> list[object]:
    """Where the tables are not what the code means them to be."""
    with open_ledger(url) as ledger:
        return list(
            ledger.read_now(
                lambda connection: compare_metadata(
                    MigrationContext.configure(connection), [tables.metadata, desk.metadata]
                )
            )
        )


def empty_ledgers(tmp_path: Path, postgres: Postgres) -> list[str]:
    return [f"sqlite:///{tmp_path}/new/ledger.db", postgres.url(postgres.database())]


def test_the_revisions_make_what_the_code_means(tmp_path: Path, postgres: Postgres) -> None:
    for url in empty_ledgers(tmp_path, postgres):
        assert differences(url) == []


@pytest.mark.parametrize("dropped", [(), ("desk",)], ids=["with a desk", "never asked for its desk"])
def test_a_file_of_before_becomes_the_same(tmp_path: Path, dropped: tuple[str, ...]) -> None:
    assert differences(ledger_of_before(tmp_path, *dropped)) == []


def test_a_comparison_finds_what_is_missing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    with open_ledger(url) as ledger:
        ledger.write_now(lambda connection: connection.execute(text("DROP INDEX deliveries_leased")))
    assert len(differences(url)) == 1


@pytest.mark.asyncio
async def test_a_file_of_before_goes_on_where_it_was(tmp_path: Path) -> None:
    url = ledger_of_before(tmp_path)
    with open_ledger(url) as ledger:
        people = [recipient("anna", "email", "push"), recipient("ben", "email")]
        channel = Scripted()
        office = Post(ledger, people, {"email": channel, "push": channel})
        assert [(row.said, row.state) for row in office.rows()] == [
            ("r1", "QUEUED"),
            ("r1", "ACCEPTED"),
            ("r1", "ACCEPTED"),
        ]
        await office.later(60)
        assert [(message.recipient, message.channel) for message in channel.sent] == [("anna", "email")]
        office.say(flood(3, change=Change.ALL_CLEAR))
        await office.work()
        assert office.states() == ["ACCEPTED"] * 6
        assert ledger.read_now(partial(next_offsets, topic="warnings")) == {0: 42}
        broken = ledger.read_now(lambda connection: connection.execute(text("PRAGMA foreign_key_check")).all())
        assert broken == []
    rows = Desk.open(url)
    assert [row.warning for row in rows.rows()] == ["w1"]
    rows.close()


def test_processes_that_open_it_at_once_make_it_once(tmp_path: Path, postgres: Postgres) -> None:
    (tmp_path / "old").mkdir()
    for url in [*empty_ledgers(tmp_path, postgres), ledger_of_before(tmp_path / "old")]:
        opening = [
            subprocess.Popen([sys.executable, "-c", OPEN, url], stderr=subprocess.PIPE, text=True) for _ in range(3)
        ]
        assert [process.communicate(timeout=60)[1] for process in opening] == [""] * 3
        assert differences(url) == []


def test_a_ledger_of_a_later_program_is_refused(tmp_path: Path, postgres: Postgres) -> None:
    for url in empty_ledgers(tmp_path, postgres):
        with open_ledger(url) as ledger:
            later = text("UPDATE alembic_version SET version_num = '0099'")
            ledger.write_now(lambda connection, later=later: connection.execute(later))
        with pytest.raises(
            LedgerUnusable, match=rf"has version 0099, this program knows {HEAD}: use the later program"
        ):
            open_ledger(url)


def test_head_is_the_last_revision() -> None:
    config = Config()
    config.set_main_option("script_location", "notifiers.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    url = ledger_of_before(tmp_path)
    spoiled = sqlite3.connect(tmp_path / "ledger.db")
    spoiled.execute("CREATE TABLE audit (seq INTEGER)")  # in the way of the last table that the step makes
    spoiled.commit()
    spoiled.close()
    with pytest.raises(LedgerUnavailable, match="table audit already exists"):
        open_ledger(url)
    left = sqlite3.connect(tmp_path / "ledger.db")
    names = {name for (name,) in left.execute("SELECT name FROM sqlite_master")}
    columns = [row[1] for row in left.execute("PRAGMA table_info(deliveries)")]
    left.close()
    assert "alembic_version" not in names
    assert "notices" not in names
    assert "revision" in columns


def test_no_error_shows_the_password(postgres: Postgres) -> None:
    wrong = postgres.url("no_such_database")
    with pytest.raises(LedgerUnavailable) as refused:
        open_ledger(wrong)
    away = postgres.url("x").replace(str(postgres.port), str(free_port()))
    with pytest.raises(LedgerUnavailable) as absent:
        open_ledger(away)
    for said in (str(refused.value), str(absent.value), shown(wrong)):
        assert PASSWORD not in said
        assert QUOTED not in said
        assert f"postgresql://{USER}:***@127.0.0.1" in said


def test_the_password_may_stand_in_the_environment(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.url(postgres.database()).replace(f":{QUOTED}@", "@") + "?password_env=LEDGER_PASSWORD"
    with pytest.raises(LedgerUnusable, match="environment variable LEDGER_PASSWORD is not set") as missing:
        open_ledger(url)
    assert str(postgres.port) in str(missing.value)
    monkeypatch.setenv("LEDGER_PASSWORD", PASSWORD)
    with open_ledger(url) as ledger:
        assert ledger.read_now(lambda connection: inspect(connection).has_table("deliveries"))


@pytest.mark.parametrize("url", ["postgresql://host:port/db", "no url"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(LedgerUnusable, match="not the address of a database"):
        open_ledger(url)
