"""What German receivers ask: the event by the code of the Federal Office (BBK), areas by official keys.

The codes themselves belong to the Office and stand in the configuration of a city; only their form is known here.
AGS is the municipal key of eight digits, ARS the regional key of twelve.
"""

import re
from collections.abc import Iterator, Mapping

from notifiers.cap.alert import Block
from notifiers.cap.finding import Found, Rule, error, warning

EVENT_CODES = "profile:DE-BBK-EVENTCODE"
INSTRUCTION_CODES = "instructionCode"
KEYS: Mapping[str, int] = {"AGS": 8, "ARS": 12}  # digits
LANGUAGE = "de"
_EVENT_CODE = re.compile(r"BBK-EVC-\d{3}")
_INSTRUCTION_CODE = re.compile(r"BBK-ISC-\d{3}")


def key_problem(name: str, value: str) -> str:
    """What is wrong with an official key; empty where nothing is, and for keys of other kinds."""
    digits = KEYS.get(name)
    if digits is None or re.fullmatch(rf"[0-9]{{{digits}}}", value):
        return ""
    return f"{name} has {digits} digits, not {value!r}"


def _event_codes(alert: Block) -> Iterator[Found]:
    for info in alert.infos:
        codes = [value for name, value in info.pairs("eventCode") if name == EVENT_CODES]
        if not codes:
            yield warning("event-code", info, f"has no eventCode {EVENT_CODES}: receivers know no symbol for it")
        for code in codes:
            if not _EVENT_CODE.fullmatch(code):
                yield error("event-code-form", info, f"{EVENT_CODES} is like BBK-EVC-045, not {code}")


def _instruction_codes(alert: Block) -> Iterator[Found]:
    for info in alert.infos:
        for name, value in info.pairs("parameter"):
            wrong = [code for code in value.split() if not _INSTRUCTION_CODE.fullmatch(code)]
            if name == INSTRUCTION_CODES and wrong:
                yield error("instruction-code-form", info, f"{INSTRUCTION_CODES} is like BBK-ISC-001, not {wrong[0]}")


def _keys(alert: Block) -> Iterator[Found]:
    for info in alert.infos:
        for area in info.under("area"):
            codes = area.pairs("geocode")
            for name, value in codes:
                if problem := key_problem(name, value):
                    yield error("key-form", area, problem)
            if not area.all("polygon") and not any(name in KEYS for name, _ in codes):
                yield warning("key-missing", area, "has neither a polygon nor AGS or ARS: no district finds it")


def _german(alert: Block) -> Iterator[Found]:
    spoken = [info.text("language").casefold().partition("-")[0] for info in alert.infos]
    if spoken and LANGUAGE not in spoken:
        yield warning("german-missing", alert, "has no info block in German")


RULES: tuple[Rule, ...] = (_event_codes, _instruction_codes, _keys, _german)
