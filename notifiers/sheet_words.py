"""The words that are printed on every sheet for the control room."""

from notifiers.languages import Language
from notifiers.revision import Change

LABELS: dict[Language, dict[str, str]] = {
    "de": {
        "sheet": "MoWaS-Blatt",
        "kind": "Art",
        "level": "Warnstufe",
        "headline": "Überschrift",
        "text": "Text",
        "instruction": "Handlungsempfehlung",
        "area": "Gebiet",
        "geocodes": "Gebietsschlüssel",
        "valid_from": "Gültig von",
        "valid_until": "Gültig bis",
        "event": "Ereignis",
        "event_code": "Ereigniscode",
        "authority": "Herausgeber",
        "legal_basis": "Rechtsgrundlage",
        "broadcast": "Text für Cell Broadcast",
        "reference": "Warnung und Fassung",
        "none": "nicht festgelegt",
        "moment": "{date}, {time} Uhr",
        "mowas_level": "{word} (MoWaS-Stufe {number})",
        "stood_at": "Die Warnung stand auf {level}",
        "characters": "{length} von {limit} Zeichen",
        "room": "{length} von {limit} Zeichen {alphabet}",
        "foreign": "nicht in GSM-7: {foreign}",
        "headline_cut": "Überschrift: länger als {limit} Zeichen und darum gekürzt.",
        "broadcast_long": "Text für Cell Broadcast: {room}, {over} zu viel.",
        "siren": "Sirenen-Anforderung",
        "signal": "Signal",
        "call": "Am Telefon vorlesen",
        "path": "Weg",
        "path_text": "Nur über die Leitstelle (TETRA). Floodbell löst keine Sirene aus.",
        "warning_signal": "Warnung: 1 Minute auf- und abschwellender Heulton",
        "all_clear_signal": "Entwarnung: 1 Minute Dauerton",
        "no_signal": "Kein Signal: laufenden Heulton abbrechen. Kein Dauerton, denn er hieße Entwarnung",
        "exercise_signal": (
            "Probe: 1 Minute Dauerton, 5 Minuten Pause, 1 Minute Heulton, 5 Minuten Pause, 1 Minute Dauerton"
        ),
        "call_text": (
            "Hier ist {authority}.\nIch bitte um Sirenen für {area}.\nSignal – {signal}.\nGrund: {reason}.\n"
            "Warnung {warning}, Fassung {number}.\nBitte wiederholen Sie Gebiet und Signal."
        ),
        "call_stop": (
            "Hier ist {authority}.\nBitte kein Sirenensignal für {area}, ein laufendes abbrechen.\nGrund: {reason}.\n"
            "Warnung {warning}, Fassung {number}.\nBitte wiederholen Sie das Gebiet."
        ),
        "zone": "Zone",
        "set": "In MoWaS gesetzt um {time} Uhr.",
        "set_by": "In MoWaS gesetzt um {time} Uhr von {by}.",
        "due": "Fällig bis {time} Uhr.",
        "hand_time": "Uhrzeit",
        "hand_name": "Name",
        "hand_signature": "Unterschrift",
        "hand_set": "In MoWaS gesetzt",
        "hand_asked": "Angefordert",
        "hand_confirmed": "Von der Leitstelle bestätigt",
        "copy": "Kopieren",
        "copied": "Kopiert",
        "marked": "Markiert: jetzt Strg+C",
        "print": "Drucken",
        "to_siren": "Sirenen-Anforderung",
        "to_sheet": "MoWaS-Blatt",
    },
    "en": {
        "sheet": "MoWaS sheet",
        "kind": "Kind",
        "level": "Warning level",
        "headline": "Headline",
        "text": "Text",
        "instruction": "What to do",
        "area": "Area",
        "geocodes": "Geocodes",
        "valid_from": "Valid from",
        "valid_until": "Valid until",
        "event": "Event",
        "event_code": "Event code",
        "authority": "Issued by",
        "legal_basis": "Legal basis",
        "broadcast": "Text for cell broadcast",
        "reference": "Warning and revision",
        "none": "not laid down",
        "moment": "{date}, {time}",
        "mowas_level": "{word} (MoWaS level {number})",
        "stood_at": "The warning stood at {level}",
        "characters": "{length} of {limit} characters",
        "room": "{length} of {limit} characters {alphabet}",
        "foreign": "not in GSM-7: {foreign}",
        "headline_cut": "Headline: longer than {limit} characters and therefore cut.",
        "broadcast_long": "Text for cell broadcast: {room}, {over} too many.",
        "siren": "Siren request",
        "signal": "Signal",
        "call": "Read out on the telephone",
        "path": "Path",
        "path_text": "Through the control room only (TETRA). Floodbell sounds no siren.",
        "warning_signal": "warning: 1 minute of wailing",
        "all_clear_signal": "all-clear: 1 minute of steady tone",
        "no_signal": "no signal: stop a wailing that sounds. No steady tone, for that would be an all-clear",
        "exercise_signal": (
            "exercise: 1 minute steady, 5 minutes pause, 1 minute wailing, 5 minutes pause, 1 minute steady"
        ),
        "call_text": (
            "This is {authority}.\nI ask for sirens in {area}.\nSignal – {signal}.\nReason: {reason}.\n"
            "Warning {warning}, revision {number}.\nPlease repeat area and signal."
        ),
        "call_stop": (
            "This is {authority}.\nPlease sound no siren in {area}, and stop one that sounds.\nReason: {reason}.\n"
            "Warning {warning}, revision {number}.\nPlease repeat the area."
        ),
        "zone": "Zone",
        "set": "Set in MoWaS at {time}.",
        "set_by": "Set in MoWaS at {time} by {by}.",
        "due": "Due by {time}.",
        "hand_time": "Time",
        "hand_name": "Name",
        "hand_signature": "Signature",
        "hand_set": "Set in MoWaS",
        "hand_asked": "Requested",
        "hand_confirmed": "Confirmed by the control room",
        "copy": "Copy",
        "copied": "Copied",
        "marked": "Marked: press Ctrl+C",
        "print": "Print",
        "to_siren": "Siren request",
        "to_sheet": "MoWaS sheet",
    },
}

#: An extended warning says the same for longer, and a reinstated one is set anew: the first was taken out.
KINDS: dict[Language, dict[Change, str]] = {
    "de": {
        Change.ISSUED: "Warnung",
        Change.REINSTATED: "Warnung",
        Change.UPDATED: "Aktualisierung",
        Change.EXTENDED: "Aktualisierung",
        Change.ALL_CLEAR: "Entwarnung",
        Change.RETRACTED: "Rücknahme",
    },
    "en": {
        Change.ISSUED: "Warning",
        Change.REINSTATED: "Warning",
        Change.UPDATED: "Update",
        Change.EXTENDED: "Update",
        Change.ALL_CLEAR: "All-clear",
        Change.RETRACTED: "Retraction",
    },
}
