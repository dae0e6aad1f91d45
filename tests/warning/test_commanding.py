"""What is read back, beside residents who come and go."""

import pytest

from warning.commanding import read_rightly


@pytest.mark.parametrize(
    ("recipients", "told", "right"),
    [
        (3, 3, True),
        (3, 4, False),
        (18, 19, False),
        (400, 412, True),
        (391, 412, False),
        (433, 412, False),
        (0, 0, True),
        (1, 0, False),
    ],
)
def test_one_in_twenty_more_or_less_holds_up_no_release(recipients: int, told: int, right: bool) -> None:
    assert read_rightly(recipients, told) is right
