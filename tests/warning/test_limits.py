"""Residents' limits held against the log, by one dispatcher and by two."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.positions import Place, begin_anew, keep, next_offsets
from rules.messages import Assessment
from sensors.readings import Series
from sensors.times import to_ms
from tests.notifiers.post import Post
from tests.notifiers.residents import signed_up, wish
from tests.warning.dispatching import Home, log_of
from warning.limits import Limits
from warning.log.api import Record
from warning.log.topics import ASSESSMENTS

NOW = datetime.now(UTC)


def record(offset: int, value: float) -> Record:
    at = to_ms(NOW + timedelta(seconds=offset))
    shown = Assessment("wupper", at, (Series("kluserbruecke", "stage"),), (0,), (at,), (value,), (1,), ((),), ((),))
    return Record(ASSESSMENTS, 0, offset, b"wupper", msgspec.json.encode(shown))


@pytest.mark.asyncio
async def test_who_lags_behind_tells_nothing_once_more(tmp_path: Path, ledger_url: str) -> None:
    """Two dispatchers read the same log; the second one sees the fall and the rise that the first has told of."""
    world = Home(tmp_path, ledger_url).live(25, "anna")
    readings = [record(0, 150), record(1, 185), record(2, 150), record(3, 185)]
    async with log_of(world) as log:
        with open_ledger(ledger_url) as ledger, open_ledger(ledger_url) as other:
            signed_up(ledger, "anna@people.example", wish(limits={"kluserbruecke": 180}))
            ahead, behind = (
                Limits(world.configuration(), world.status, log, one, lambda: NOW) for one in (ledger, other)
            )
            for one in readings:
                await ahead.take([one])
            for one in readings:
                await behind.take([one])
            assert len(Post(ledger, [], {}).rows()) == 2
            await behind.take([readings[3], record(4, 150)])  # half of it is news
            await behind.take([record(5, 185)])
            assert len(Post(ledger, [], {}).rows()) == 3
            assert ledger.read_now(partial(next_offsets, topic=ASSESSMENTS)) == {0: 6}


def test_a_place_goes_back_only_where_the_log_is_another_one(tmp_path: Path, ledger_url: str) -> None:
    def place(ledger: Ledger) -> dict[int, int]:
        return ledger.read_now(partial(next_offsets, topic=ASSESSMENTS))

    with open_ledger(ledger_url) as ledger:
        for offset in (7, 3):
            ledger.write_now(partial(keep, topic=ASSESSMENTS, offsets={0: offset}))
            assert place(ledger) == {0: 8}
        ledger.write_now(partial(begin_anew, place=Place(ASSESSMENTS, 0, -1)))
        assert place(ledger) == {0: 0}
