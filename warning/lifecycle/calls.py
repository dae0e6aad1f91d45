"""Notes of the rules, of who delivers and of who lets people in, that call staff."""

from notifiers.notice import Page, PageReason
from rules.messages import Note, NoteReason
from warning.lifecycle.scene import PAGE_LASTS, Scene
from warning.lifecycle.state import hashed

#: What staff have to look at now; other notes stand on their pages only.
CALLING = frozenset(
    {
        NoteReason.STAFF_RULE,
        NoteReason.GAUGE_SILENT,
        NoteReason.STALE_TOO_LONG,
        NoteReason.CROSSED_IN_THE_PAST,
        NoteReason.SILENCE_VOID,
        NoteReason.REPORT_ENDED,
        NoteReason.SERVICE_ENDED,
        NoteReason.UNREACHED,
        NoteReason.LOGINS_FAIL,
    }
)


def call_of(note: Note, scene: Scene) -> list[Page]:
    """The page for a note: to who is on call, or nobody; about logins, to those who look after accounts."""
    people = (scene.administrators if note.reason is NoteReason.LOGINS_FAIL else ()) or scene.on_call[:1]
    if note.reason not in CALLING or not people:
        return []
    place = ", ".join(filter(None, (note.station, note.parameter, note.zone, note.hazard)))
    value = "" if note.value is None else f" {note.value:g}"
    return [
        Page(
            identifier=hashed(scene.terms.city, "note", note.id),
            city=scene.terms.city,
            status=scene.terms.status,
            reason=PageReason.STAFF_NOTE,
            people=people,
            voice=False,
            silent=False,
            sent=scene.now,
            expires=scene.now + PAGE_LASTS,
            level=note.level or 0,
            zone=note.zone or "",
            hazard=note.hazard or "",
            text=f"{note.reason.value}: {' – '.join(filter(None, (f'{place}{value}', note.text)))}",
        )
    ]
