"""The two forms of a time: integer milliseconds in arrays, aware UTC datetimes in messages."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime."""
    return (at - EPOCH) // MILLISECOND


def to_utc(ms: int) -> datetime:
    """Aware UTC datetime of milliseconds since 1970."""
    return EPOCH + ms * MILLISECOND
