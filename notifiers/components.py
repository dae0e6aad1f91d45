"""The seven components that a warning has to have, and which of them a text has.

Source: FEMA, course IS-242, Effective Communication.
"""

from collections.abc import Callable
from enum import StrEnum

from notifiers.pieces import Pieces
from notifiers.sizes import FormKind


class Component(StrEnum):
    """What people have to learn."""

    HAZARD = "hazard"
    PLACE = "place"
    TIME = "time"
    SOURCE = "source"
    MAGNITUDE = "magnitude"
    LIKELIHOOD = "likelihood"
    ACTION = "protective action"


_BRIEF = frozenset({Component.HAZARD, Component.PLACE, Component.TIME, Component.SOURCE, Component.ACTION})
#: Which a form has room for. A text message says the magnitude where it can; a sign stands at its place.
NEEDED: dict[FormKind, frozenset[Component]] = {
    FormKind.CAP: frozenset(Component),
    FormKind.EMAIL: frozenset(Component),
    FormKind.PUSH: _BRIEF,
    FormKind.SMS: _BRIEF,
    FormKind.SIGN: frozenset({Component.HAZARD, Component.ACTION}),
    FormKind.VOICE: frozenset(Component),
    FormKind.HOTLINE: frozenset(Component),
}
#: What an all-clear or a retraction has none of: how bad it is, and how likely.
ONLY_OF_A_DANGER = frozenset({Component.MAGNITUDE, Component.LIKELIHOOD})


def _same(text: str) -> str:
    return text


def components_in(text: str, pieces: Pieces, reduced: Callable[[str], str] = _same) -> frozenset[Component]:
    """Which of the seven a text says; ``reduced`` is what was done to its letters."""
    clues: dict[Component, tuple[str, ...]] = {
        Component.HAZARD: (pieces.headline, pieces.hazard, pieces.ended),
        Component.PLACE: (pieces.place, pieces.area),
        Component.TIME: (pieces.clock,),
        Component.SOURCE: (pieces.city,),
        Component.MAGNITUDE: (pieces.word, *pieces.measured),
        Component.LIKELIHOOD: (pieces.likelihood,),
        Component.ACTION: (*pieces.actions, pieces.sign_action),
    }
    said = _letters(text)
    return frozenset(
        component
        for component, found in clues.items()
        if any(clue and _letters(reduced(clue)) in said for clue in found)
    )


def _letters(text: str) -> str:
    return " ".join(text.split()).casefold()
