"""Somebody owns the database: whatever is altered there, down to one byte of the file, is found and named."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert
from sqlalchemy.exc import DBAPIError

from notifiers.ledger.database import Ledger
from tests.warning.audit.chains import NOON_MS, checked, disarm, fill, items, opened, run, trail_of, verdict
from warning.audit.chain import chained
from warning.audit.check import Broken
from warning.audit.head import Head
from warning.stores.audit import end_of, head_in
from warning.stores.audit import entries as read
from warning.stores.tables import audit

COUNT = 6  # with the first one, which says whose chain it is
COLUMNS = ("seq", "at_ms", "kind", "body", "previous", "hash")
EVERY_TIME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with opened(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        trail = trail_of(tmp_path)
        fill(ledger, trail, 2)
        fill(ledger, trail, COUNT - 3, 2)
        assert checked(ledger).entries == COUNT
        yield ledger


def head_of(ledger: Ledger) -> Head:
    head = ledger.read_now(head_in)
    assert head is not None
    return head


@pytest.mark.parametrize("statement", ["UPDATE audit SET at_ms = 0", "DELETE FROM audit WHERE seq = 2"])
def test_the_database_itself_refuses(ledger: Ledger, statement: str) -> None:
    with pytest.raises(DBAPIError, match="the audit is append-only"):
        run(ledger, statement)
    assert verdict(ledger) == ""


@given(data=st.data())
@EVERY_TIME
def test_one_byte_of_any_field_of_any_entry(tmp_path: Path, data: st.DataObject) -> None:
    """Through SQL, with the triggers gone."""
    folder = tmp_path / "one"
    shutil.rmtree(folder, ignore_errors=True)
    with opened(f"sqlite:///{folder}/ledger.db") as ledger:
        fill(ledger, trail_of(folder), COUNT - 1)
        disarm(ledger)
        seq, column = data.draw(st.integers(1, COUNT)), data.draw(st.sampled_from(COLUMNS))
        alter(ledger, seq, column, data)
        said = verdict(ledger)
        assert f"entry {seq} " in said or (column == "seq" and said), (seq, column, said)


def alter(ledger: Ledger, seq: int, column: str, data: st.DataObject) -> None:
    (row,) = ledger.read_now(lambda c: [entry for entry in read(c) if entry.seq == seq])
    value = getattr(row, column)
    if isinstance(value, int):
        value ^= data.draw(st.integers(1, 255)) << (8 if column == "seq" else 0)  # to where no other entry stands
    else:
        raw = bytearray(value if isinstance(value, bytes) else value.encode())
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        value = bytes(raw)
    # A text of bytes that are no UTF-8 is something a database file can hold as well.
    new = "CAST(:value AS TEXT)" if column == "kind" else ":value"
    run(ledger, f"UPDATE audit SET {column} = {new} WHERE seq = :seq", value=value, seq=seq)


@given(data=st.data())
@EVERY_TIME
def test_one_byte_of_the_file(tmp_path: Path, data: st.DataObject) -> None:
    """No SQL at all: a byte of the file within the entry's record."""
    folder = tmp_path / "raw"
    shutil.rmtree(folder, ignore_errors=True)
    file = folder / "ledger.db"
    url = f"sqlite:///{file}"
    with opened(url) as ledger:
        fill(ledger, trail_of(folder), COUNT - 1)
        entry = data.draw(st.sampled_from(ledger.read_now(lambda c: list(read(c)))))
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(file.read_bytes())
    record = entry.kind.encode() + entry.body + entry.previous + entry.hash  # as SQLite lays a row out
    assert content.count(record) == 1
    start = content.index(record) - 6  # at_ms stands before it, in six bytes
    place = data.draw(st.integers(start, start + 6 + len(record) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)
    with opened(url) as ledger:
        assert f"entry {entry.seq} " in verdict(ledger)


def test_deleted(ledger: Ledger) -> None:
    disarm(ledger)
    run(ledger, "DELETE FROM audit WHERE seq = 3")
    assert verdict(ledger) == "entry 3 is missing: 4 comes after 2"


def test_swapped(ledger: Ledger) -> None:
    disarm(ledger)
    for old, new in ((3, -1), (4, 3), (-1, 4)):
        run(ledger, f"UPDATE audit SET seq = {new} WHERE seq = {old}")
    assert verdict(ledger) == "entry 3 was changed: its contents do not give its hash"


def test_appended_by_somebody_else(ledger: Ledger) -> None:
    """Correctly chained, but not signed."""
    ledger.write_now(forge)
    assert verdict(ledger) == "entry 7 was not written by this service: the signed head ends at 6"


def forge(connection: Connection) -> None:
    (entry,) = chained(end_of(connection), items(1, 99), NOON_MS)
    connection.execute(insert(audit).values(entry._asdict()))


def test_what_others_appended_or_took_away_is_recorded_and_never_forgotten(ledger: Ledger, tmp_path: Path) -> None:
    """Warnings have to go on, so the chain goes on too; it says for ever that it was broken."""
    ledger.write_now(forge)
    fill(ledger, trail_of(tmp_path), 2, 50)
    assert verdict(ledger) == "before entry 8 entries 7 to 7 had been added by somebody else"


def test_the_end_cut_off(ledger: Ledger) -> None:
    disarm(ledger)
    run(ledger, "DELETE FROM audit WHERE seq > 4")
    assert verdict(ledger) == "entries 5 to 6 are missing: the signed head ends at 6"


def test_the_end_cut_off_together_with_its_head_is_found_by_one_that_was_kept(ledger: Ledger, tmp_path: Path) -> None:
    """An older database file put back: inside, all is well."""
    old = head_of(ledger)
    fill(ledger, trail_of(tmp_path), 3, 70)
    kept = head_of(ledger)
    disarm(ledger)
    run(ledger, "DELETE FROM audit WHERE seq > 6")
    run(ledger, "UPDATE audit_head SET seq = :seq, hash = :hash, signature = :sign", **_values(old))
    assert verdict(ledger) == ""
    assert verdict(ledger, kept=[kept]) == "entries 7 to 9 are missing: the signed head ends at 9"


def _values(head: Head) -> dict[str, object]:
    return {"seq": head.seq, "hash": head.hash, "sign": head.signature}


def test_a_chain_made_anew_with_another_key(ledger: Ledger, tmp_path: Path) -> None:
    own = head_of(ledger).key
    disarm(ledger)
    run(ledger, "DELETE FROM audit")
    run(ledger, "DELETE FROM audit_head")
    fill(ledger, trail_of(tmp_path / "thief"), 5)
    assert verdict(ledger) == ""
    assert "not signed by the key of this audit" in verdict(ledger, key=own)


def test_a_head_that_is_gone_is_recorded(ledger: Ledger, tmp_path: Path) -> None:
    run(ledger, "DELETE FROM audit_head")
    fill(ledger, trail_of(tmp_path), 1, 9)
    assert verdict(ledger) == "before entry 7 the signed head was gone; the chain ended at 6"


def test_a_column_of_another_type(ledger: Ledger) -> None:
    disarm(ledger)
    run(ledger, "UPDATE audit SET at_ms = 'noon' WHERE seq = 2")
    with pytest.raises(Broken, match="entry 2 cannot be read"):
        checked(ledger)
