"""What Google's profile asks of public messages, so that they can be shown in searches and on maps.

The rules are those of its published profile and of its validator (github.com/google/cap-library), told in words of
our own. Errors keep a message from being shown, warnings make it worse than it could be.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from notifiers.cap.alert import Block, Field
from notifiers.cap.finding import Found, Rule, error, warning

HEADLINE_LENGTH = 140
_ASKED = ("description", "web", "expires")
_ADVISED = ("senderName", "instruction", "contact", "responseType", "headline")
_READ = ("event", "headline", "description", "instruction")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
_ENTITY = re.compile(r"&(#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});")


def _infos(alert: Block) -> Iterator[Found]:
    if not alert.infos:
        yield error("info-required", alert, "a public message needs an info block")
    for info in alert.infos:
        for name in _ASKED:
            if info.first(name) is None:
                yield error(f"{name}-required", info, f"{name} is required")
        for name in _ADVISED:
            if info.first(name) is None:
                yield warning(f"{name}-advised", info, f"{name} is strongly recommended")
        for name in ("urgency", "severity", "certainty"):
            field = info.first(name)
            if field is not None and field.text == "Unknown" and alert.text("msgType") != "Cancel":
                yield warning(f"{name}-unknown", field, f"{name} Unknown helps nobody to decide")


def _areas(alert: Block) -> Iterator[Found]:
    for info in alert.infos:
        areas = info.under("area")
        if not areas:
            yield error("area-required", info, "area is required")
        for area in areas:
            drawn = area.all("polygon") or area.all("circle")
            if not drawn and not area.under("geocode"):
                yield error("area-where", area, "needs a polygon, a circle or a geocode: a name alone is on no map")
            elif not drawn:
                yield warning("area-drawn", area, "a polygon or circle tells more than a geocode")


def _same(alert: Block) -> Iterator[Found]:
    """Info blocks tell of one event: what it is may not depend on the language."""
    if not alert.infos:
        return
    first = alert.infos[0]
    for info in alert.infos[1:]:
        if _texts(info, "category") != _texts(first, "category"):
            yield error("category-same", info, "must have the categories of the first info block")
        if set(info.pairs("eventCode")) != set(first.pairs("eventCode")):
            yield error("event-code-same", info, "must have the event codes of the first info block")
    events: dict[str, str] = {}
    for info in alert.infos:
        event = events.setdefault(_language(info), info.text("event"))
        if info.text("event") != event:
            yield error("event-same", info, "must name the event as the other info block of this language does")


def _headline(alert: Block) -> Iterator[Found]:
    for info in alert.infos:
        headline = info.first("headline")
        if headline is not None and len(headline.text) > HEADLINE_LENGTH:
            yield warning(
                "headline-long", headline, f"has {len(headline.text)} characters, more than {HEADLINE_LENGTH}"
            )
        described = info.text("description")
        if headline is not None and headline.text == described:
            yield warning("headline-repeated", headline, "the description says no more than the headline")
        instruction = info.first("instruction")
        if instruction is not None and instruction.text == described:
            yield warning("instruction-repeated", instruction, "the description and what to do are the same words")


def _translated(alert: Block) -> Iterator[Found]:
    """The same words in two languages were forgotten, not translated."""
    said: dict[tuple[str, str], str] = {}
    for info in alert.infos:
        spoken = _language(info).partition("-")[0]
        for name in _READ:
            field = info.first(name)
            if field is None:
                continue
            other = said.setdefault((name, field.text), spoken)
            if other != spoken:
                yield warning("same-text", field, f"reads the same in {other} and {spoken}: was it translated?")


def _markup(alert: Block) -> Iterator[Found]:
    for field in alert.everything():
        if _MARKUP.search(field.text) or _ENTITY.search(field.text):
            yield warning("markup", field, "holds markup, which readers see as it stands")


def _circles(alert: Block) -> Iterator[Found]:
    for info in alert.infos:
        for area in info.under("area"):
            for circle in area.all("circle"):
                if _radius(circle) == 0:
                    yield warning("circle-point", circle, "warns nobody: its radius is 0")


def _sent(alert: Block) -> Iterator[Found]:
    """Legal time shows readers when it is for them."""
    fields: dict[str, list[Field]] = defaultdict(list)
    for holder in (alert, *alert.infos):
        for name in ("sent", "effective", "onset", "expires"):
            fields[name].extend(holder.all(name))
    for name, found in fields.items():
        zero = [field for field in found if field.text.endswith(("-00:00", "+00:00"))]
        if zero:
            yield warning("time-local", zero[0], f"{name} should be told in the time of the place")


def _radius(circle: Field) -> float | None:
    try:
        return float(circle.text.partition(" ")[2])
    except ValueError:
        return None


def _texts(info: Block, name: str) -> frozenset[str]:
    return frozenset(field.text for field in info.all(name))


def _language(info: Block) -> str:
    return info.text("language").casefold() or "en-us"


RULES: tuple[Rule, ...] = (_infos, _areas, _same, _headline, _translated, _markup, _circles, _sent)
