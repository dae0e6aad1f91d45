"""Orders of events that nobody plans for: each has once kept silent about a danger, or told a lie."""

from notifiers.revision import Change
from tests.warning.lifecycle.city import ACTIVE, NORMAL, NOTHING_BY_ITSELF, City
from warning.messages import CommandAction, WarningState

REJECT, APPROVE = CommandAction.REJECT, CommandAction.APPROVE


def test_a_rejected_all_clear_holds_back_no_second_wave() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 2)
    city.gives(1, APPROVE)
    city.moves(30, NORMAL, 0)
    city.ticks(31, 95)
    assert city.row.proposed_change == Change.ALL_CLEAR
    assert city.gives(95, REJECT, note="the dam still spills").done
    city.ticks(96, 100)
    city.moves(100, ACTIVE, 1)  # said already, as level 2
    city.ticks(101, 300)  # prolonged, the lowering to level 1 is released
    if city.warning.draft is not None:
        city.gives(300, APPROVE)
    city.moves(301, NORMAL, 0)
    city.ticks(302, 365)
    city.gives(365, REJECT, note="the dam still spills")
    assert city.warning.level == 1
    city.moves(366, ACTIVE, 2)
    assert (city.row.proposed_change, city.row.proposed_level) == (Change.UPDATED, 2)


def test_what_fell_after_its_rejection_and_rises_again_is_put_forward_again() -> None:
    city = City(NOTHING_BY_ITSELF)
    city.moves(0, ACTIVE, 3)
    city.gives(1, REJECT, note="debris")
    city.moves(60, ACTIVE, 1)
    city.ticks(61, 65)
    assert city.row.proposed_level == 0  # less than what was decided against
    city.moves(65, ACTIVE, 3)
    assert (city.row.state, city.row.proposed_level) == (WarningState.AWAITING, 3)
