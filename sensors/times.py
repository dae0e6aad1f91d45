"""The two forms of a time: integer milliseconds in arrays, aware UTC datetimes in messages."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime."""
    return (at - EPOCH) // MILLISECOND


def parse_ms(text: str, like: str, option: str = "") -> int | None:
    """Milliseconds since 1970 of a time as people type it, UTC unless it has an offset; None of an empty text.

    Raises:
        ValueError: no time; ``like`` shows one, ``option`` says where it was typed: ``--at: ``.
    """
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{option}must be a time, like {like}, not {text!r}") from None
    return to_ms(at if at.tzinfo is not None else at.replace(tzinfo=UTC))


def to_utc(ms: int) -> datetime:
    """Aware UTC datetime of milliseconds since 1970."""
    return EPOCH + ms * MILLISECOND
