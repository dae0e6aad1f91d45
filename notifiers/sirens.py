"""A request for sirens, to be read to the control room: it alone sounds them, over its own network."""

from notifiers.content import Content
from notifiers.languages import Language
from notifiers.revision import Change, Revision, Status
from notifiers.sheet_words import LABELS
from notifiers.sheets import Field, Sheet, exercise_mark, issuer_of, moment, warn_level
from notifiers.texts import render


def siren_request_of(revision: Revision, content: Content, language: Language = "de") -> Sheet:
    """The request that goes with a revision.

    Raises:
        NoIssuer: there is no authority that may ask.
        ContentError: a place, hazard or slot is not known.
    """
    issuer, label = issuer_of(content), LABELS[language]
    place, mark = content.place(revision.zone), exercise_mark(revision, content, language)
    signal = _signal(revision)
    call = label["call_stop" if signal == "no_signal" else "call_text"].format(
        authority=issuer.authority,
        area=place.area[language],
        signal=label[signal],
        reason=render(revision, language, content).title.removeprefix(f"{mark}: "),  # the mark stands around it all
        warning=revision.warning,
        number=revision.number,
    )
    texts = {
        "zone": place.name[language],
        "area": place.area[language],
        "signal": label[signal],
        "level": warn_level(revision, content, issuer, language),
        "call": f"{mark}.\n{call}\n{mark}." if mark else call,
        "valid_from": moment(revision.sent, content, language),
        "authority": issuer.authority,
        "legal_basis": issuer.legal_basis,
        "path": label["path_text"],
        "reference": f"{revision.warning} / {revision.number}",
    }
    fields = tuple(Field(key, label[key], text, copied=key == "call") for key, text in texts.items())
    return Sheet(language, mark, label["siren"], fields, ())


def _signal(revision: Revision) -> str:
    """A retraction has no tone: steady means that the danger is over, which nobody knows then."""
    if revision.change is Change.RETRACTED:
        return "no_signal"
    if revision.status is not Status.ACTUAL:
        return "exercise_signal"
    return "all_clear_signal" if revision.change is Change.ALL_CLEAR else "warning_signal"
