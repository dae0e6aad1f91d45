"""The outcome of a replay for people."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from rich import box
from rich.table import Column, Table

from notifiers.revision import Change, Revision
from rules.messages import Note
from sensors.units import UNIT_OF
from simulations.outcome import Episode, Lead, Peak
from simulations.play import Play
from warning.content import level_label

COLUMNS = ("level", "raised", "cleared", "peak", "mark", "reached", "lead", "lost")


def episode_table(play: Play, found: Sequence[Episode]) -> Table:
    """One row per level that was raised; all times in UTC."""
    table = Table(
        *(Column(name, no_wrap=True) for name in COLUMNS),
        title=f"{play.record.name}: what the rules said. UTC; lead: from decision to mark, negative is late",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for one in found:
        table.add_row(
            f"{level_label(play.config, one.level)}\n{one.zone}\n{one.hazard}",
            clock(one.raised_at),
            clock(one.cleared_at) if one.cleared_at else "stands",
            "\n".join(_peak(peak) for peak in one.peaks) or "–",
            "\n".join(_mark(lead) for lead in one.leads) or "–",
            "\n".join(clock(lead.crossed_at) if lead.crossed_at else "–" for lead in one.leads) or "–",
            "\n".join(span(lead.lead) if lead.lead is not None else "–" for lead in one.leads) or "–",
            ", ".join(one.lost) or "–",
        )
    return table


def revision_table(play: Play, revisions: Sequence[Revision]) -> Table:
    """One row per released revision; prolongations, which say nothing new, are only counted."""
    prolonged = Counter(one.warning for one in revisions if one.change is Change.EXTENDED)
    table = Table(
        "sent", "zone", "hazard", "no.", "what", "level", "released by", "gauge lost",
        title=f"Released revisions, without {prolonged.total()} prolongations",
        box=box.SIMPLE_HEAD,
    )  # fmt: skip
    for one in revisions:
        if one.change is not Change.EXTENDED:
            table.add_row(
                clock(one.sent),
                one.zone,
                one.hazard,
                str(one.number),
                one.change,
                "–" if one.change is Change.ALL_CLEAR else level_label(play.config, one.level),
                one.released_by,
                ", ".join(one.gauge_lost) or "–",
            )
    return table


def note_table(play: Play, notes: Sequence[Note]) -> Table:
    """One row per note to staff, in the order in which they were called."""
    table = Table(
        Column("told", no_wrap=True), Column("reason", no_wrap=True), Column("place", no_wrap=True), "text",
        title="Staff",
        box=box.SIMPLE_HEAD,
    )  # fmt: skip
    for one in notes:
        table.add_row(clock(one.decided_at), one.reason, _place(play, one), _text(one))
    return table


def clock(at: datetime) -> str:
    """Day and time."""
    return f"{at:%d %b %H:%M}"


def span(lead: timedelta) -> str:
    """``+0:35``, ``−1:00``: hours and minutes, with the sign always there."""
    minutes = round(abs(lead) / timedelta(minutes=1))
    sign = "−" if lead < timedelta(0) and minutes else "+"
    return f"{sign}{minutes // 60}:{minutes % 60:02d}"


def _peak(peak: Peak) -> str:
    return f"{peak.value:.1f} {peak.unit}\n{clock(peak.at)}"


def _mark(lead: Lead) -> str:
    return f"{lead.mark} {lead.limit:g} {lead.unit}"


def _place(play: Play, note: Note) -> str:
    """The gauge it is about, or the zone with its hazard."""
    if note.station is not None:
        station = play.config.stations.get(note.station)
        return f"{note.station if station is None else station.name}, {note.parameter}"
    return ", ".join(part for part in (note.zone, note.hazard) if part is not None)


def _text(note: Note) -> str:
    """What it says, and the value where it is about one."""
    value = None if note.value is None else f"{note.value:.1f} {UNIT_OF.get(note.parameter or '', '')}".rstrip()
    return ": ".join(part for part in (note.text, value) if part) or "–"
