"""Notes to staff as messages."""

from msgspec import UNSET, UnsetType

from rules.books import CatchmentBook
from rules.messages import Instruction, Note, NoteReason
from rules.transitions import identifier
from sensors.readings import Series
from sensors.times import to_utc


def note(  # noqa: PLR0913 - what a note may be about
    book: CatchmentBook,
    reason: NoteReason,
    at: int,
    decided_at: int,
    *,
    series: Series | None = None,
    about: tuple[str | None, str | None] = (None, None),
    level: int | None = None,
    value: float | None = None,
    text: str = "",
    origin: str = "",
    word: Instruction | UnsetType = UNSET,
) -> Note:
    """A note about a series, or about a zone and hazard; times in ms.

    ``origin`` is the id of a person's word, so that two words about the same thing stay two notes.
    """
    station, parameter = (None, None) if series is None else series
    names = [part or "" for part in (book.city, book.catchment, reason, station, parameter, *about, text, origin)]
    return Note(
        id=identifier(*names, level or 0, at),
        city=book.city,
        catchment=book.catchment,
        reason=reason,
        at=to_utc(at),
        decided_at=to_utc(decided_at),
        rules_version=book.version,
        zone=about[0],
        hazard=about[1],
        station=station,
        parameter=parameter,
        level=level,
        value=value,
        text=text,
        origin=origin,
        word=word,
    )
