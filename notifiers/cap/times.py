"""Times as CAP writes them: whole seconds and an offset in hours and minutes, never Z."""

import re
from datetime import datetime

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")


def time_of(text: str) -> datetime | None:
    """The time, or None for what is not written as CAP wants it, or is on no calendar."""
    if not _FORM.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
