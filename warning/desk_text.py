"""A warning of the desk in words, for who has to decide about it."""

from datetime import datetime, timedelta

from notifiers.content import ContentError
from notifiers.revision import Status
from warning.config.model import Config
from warning.content import level_label, title_of
from warning.messages import DeskRow

MINUTE = timedelta(minutes=1)


def proposed(row: DeskRow, config: Config) -> str:
    """``Gefahr (2), updated``"""
    return f"{level_label(config, row.proposed_level)}, {row.proposed_change}"


def waiting_text(row: DeskRow, config: Config) -> str:
    """What waits, and for whom; empty where nothing does."""
    if not row.proposed_change:
        return f"rejected: {row.rejected}" if row.rejected else ""
    said = f"waits: {proposed(row, config)}"
    if not row.submitted:
        return f"{said}, being written by {row.author}"
    return f"{said}, agreed by {', '.join(row.approved_by)}" if row.approved_by else said


def acks_text(row: DeskRow, now: datetime) -> str:
    """Who has taken note, and how long ago: an acknowledgement that nobody remembers is none."""
    seen = [f"{ack.person} {max(0, int((now - ack.at) / MINUTE))} min ago" for ack in row.acks]
    return f"seen by {', '.join(seen)}" if seen else ""


def draft_text(row: DeskRow, config: Config, status: Status) -> str:
    """What would be said, where, since when it waits, and who has agreed."""
    language = config.city.languages[0]
    zone = config.zones[row.zone].name[language] if row.zone in config.zones else row.zone
    try:
        title = title_of(row, config, status)
    except ContentError as error:
        title = f"{proposed(row, config)}: no message can be written: {error}"
    since = f", waiting since {row.waiting_since:%d %b %H:%M} UTC" if row.waiting_since else ""
    lines = [title, f"{zone} ({row.zone}): {proposed(row, config)}, revision {row.revision + 1}{since}"]
    lines += [f"{name}: {words.headline} – {words.instruction}" for name, words in sorted(row.words.items())]
    if row.needed > 1:
        agreed = f", agreed by {', '.join(row.approved_by)}" if row.approved_by else ""
        lines.append(f"it takes {row.needed} people{agreed}")
    return "\n".join(lines)
