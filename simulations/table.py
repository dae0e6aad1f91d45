"""The outcome of a replay for people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich import box
from rich.table import Table

from notifiers.revision import Revision
from simulations.outcome import Episode, Lead, Peak
from simulations.play import Play


def episode_table(play: Play, found: Sequence[Episode]) -> Table:
    """One row per level that was raised; all times in UTC."""
    table = Table(
        "condition", "level", "raised at", "cleared at", "peak", "lead to each mark", "gauge lost",
        title=f"{play.record.name}: times in UTC; lead = mark reached − decision, negative = late",
        box=box.SIMPLE_HEAD,
    )  # fmt: skip
    for one in found:
        table.add_row(
            f"{one.zone}, {one.hazard}",
            str(one.level),
            clock(one.raised_at),
            clock(one.cleared_at) if one.cleared_at else "stands",
            "\n".join(_peak(peak) for peak in one.peaks) or "–",
            "\n".join(_lead(lead) for lead in one.leads) or "–",
            ", ".join(one.lost) or "–",
        )
    return table


def revision_table(revisions: Sequence[Revision]) -> Table:
    """One row per released revision."""
    table = Table(
        "sent", "zone, hazard", "no.", "what", "level", "released by", "gauge lost",
        title="released revisions", box=box.SIMPLE_HEAD,
    )  # fmt: skip
    for one in revisions:
        table.add_row(
            clock(one.sent),
            f"{one.zone}, {one.hazard}",
            str(one.number),
            one.change,
            str(one.level),
            one.released_by,
            ", ".join(one.gauge_lost) or "–",
        )
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
    return f"{peak.series.station} {peak.value:.1f} {peak.unit} {clock(peak.at)}"


def _lead(lead: Lead) -> str:
    place = f"{lead.station} {lead.mark} {lead.limit:g} {lead.unit}"
    if lead.crossed_at is None or lead.lead is None:
        return f"{place}: not reached"
    return f"{place} at {lead.crossed_at:%H:%M}: {span(lead.lead)}"
