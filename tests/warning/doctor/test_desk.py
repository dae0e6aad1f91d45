"""The doctor says which desk staff get."""

import pytest

from warning.doctor.desk import live_desk
from warning.doctor.finding import Verdict


@pytest.mark.parametrize(
    ("there", "fresh", "verdict", "said"),
    [
        pytest.param(True, True, Verdict.GOOD, "is built", id="built"),
        pytest.param(True, False, Verdict.WARNING, "other sources", id="of other sources"),
        pytest.param(False, False, Verdict.WARNING, "is not built", id="not there"),
    ],
)
def test_live_desk(there: bool, fresh: bool, verdict: Verdict, said: str) -> None:
    found = live_desk(there=there, fresh=fresh)
    assert (found.verdict, said in found.text) == (verdict, True)
    assert bool(found.remedy) is (verdict is Verdict.WARNING)
