"""What OASIS CAP 1.2 asks in words, beyond its schema (§ 3.2, element by element)."""

import re
from collections.abc import Iterator
from datetime import datetime

from notifiers.cap.alert import Block
from notifiers.cap.finding import Found, Rule, error, warning
from notifiers.cap.oasis_area import check_areas
from notifiers.cap.oasis_resource import absolute, check_resources
from notifiers.cap.references import check_references
from notifiers.cap.times import time_of

_TIMES = ("effective", "onset", "expires")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 3066
_GROUP = re.compile(r'"[^"]+"|[^"\s]+')


def _names(alert: Block) -> Iterator[Found]:
    for name in ("identifier", "sender"):
        field = alert.first(name)
        if field is not None and re.search(r"[\s,<&]", field.text):
            yield error(f"{name}-characters", field, "must hold no blank, comma, < or &: references could not name it")


def _times(alert: Block) -> Iterator[Found]:
    fields = [*alert.all("sent"), *(field for info in alert.infos for name in _TIMES for field in info.all(name))]
    for field in fields:
        if field.text and time_of(field.text) is None:
            how = "with a numeric offset, never Z" if field.text.endswith("Z") else "like 2021-07-14T18:00:00+02:00"
            yield error("time-form", field, f"must be a time {how}, not {field.text}")
        elif field.text.endswith("+00:00"):
            yield warning("time-universal", field, "universal time is written -00:00")


def _scope(alert: Block) -> Iterator[Found]:
    scope, at = alert.text("scope"), alert.first("scope") or alert
    restriction = alert.first("restriction")
    if scope == "Restricted" and restriction is None:
        yield error("restriction-missing", at, "scope Restricted has to say to whom, in restriction")
    if scope != "Restricted" and restriction is not None:
        yield error("restriction-scope", restriction, "restriction belongs to scope Restricted only")
    if scope == "Private" and alert.first("addresses") is None:
        yield error("addresses-missing", at, "scope Private has to name who is addressed, in addresses")


def _groups(alert: Block) -> Iterator[Found]:
    for name in ("incidents", "addresses"):
        field = alert.first(name)
        if field is not None and _GROUP.sub("", field.text).strip():
            yield error(f"{name}-form", field, "names with a blank stand in double quotes, names are parted by blanks")


def _note(alert: Block) -> Iterator[Found]:
    """Why a message is rejected, and which exercise it belongs to, is to be said in the note."""
    if alert.first("note") is not None:
        return
    if alert.text("msgType") == "Error":
        yield warning("note-missing", alert, "msgType Error should say in note what was wrong")
    if alert.text("status") == "Exercise":
        yield warning("note-missing", alert, "status Exercise should say in note which exercise it is")


def _empty(alert: Block) -> Iterator[Found]:
    for field in alert.everything():
        if not field.text:
            yield warning("empty", field, "is there and says nothing: leave it out")


def _order(alert: Block) -> Iterator[Found]:
    """A message has to hold at some time after it was sent, and has to begin before it ends."""
    sent = time_of(alert.text("sent"))
    for info in alert.infos:
        expires, effective, onset = (time_of(info.text(name)) for name in ("expires", "effective", "onset"))
        at = info.first("expires") or info
        if _not_after(expires, sent):
            yield error("expires-sent", at, "ends before it was sent")
        if _not_after(expires, effective):
            yield error("expires-effective", at, "ends before it takes effect")
        if _not_after(expires, onset):
            yield warning("expires-onset", at, "ends before the event begins")


def _not_after(later: datetime | None, earlier: datetime | None) -> bool:
    return later is not None and earlier is not None and later <= earlier


def _info(alert: Block) -> Iterator[Found]:
    if not alert.infos and alert.text("msgType") in ("Alert", "Update"):
        yield warning("info-missing", alert, "says nothing: an Alert or Update should have an info block")
    for info in alert.infos:
        language, web = info.first("language"), info.first("web")
        if language is not None and not _LANGUAGE.fullmatch(language.text):
            yield error("language-form", language, f"is no language tag of RFC 3066: {language.text}")
        if web is not None and not absolute(web.text):
            yield error("web-absolute", web, "must be a full address, scheme included")
        answers = [field.text for field in info.all("responseType")]
        if "None" in answers and len(set(answers)) > 1:
            yield warning("response-none", info, "asks to do nothing and something at once")


def _pairs(alert: Block) -> Iterator[Found]:
    for info in alert.infos:
        holders = (info, *info.under("area"))
        pairs = [
            pair for holder in holders for name in ("eventCode", "parameter", "geocode") for pair in holder.under(name)
        ]
        for pair in pairs:
            if not pair.text("valueName"):
                yield error("value-name", pair, "has a value without saying of what, in valueName")


RULES: tuple[Rule, ...] = (
    _names,
    _times,
    _scope,
    _groups,
    _note,
    _empty,
    _order,
    _info,
    _pairs,
    check_references,
    check_areas,
    check_resources,
)
