"""What people are answered: one table of codes, each with its English sentence.

The log, the ledger and the command line hold the sentence. Whoever shows it in another language reads code and slots
back from it, so that answers of any age, the shift log and the rules' own refusals are understood alike.
"""

import re
from datetime import datetime
from typing import NamedTuple

from warning.reply_kinds import KINDS

#: By code. A slot names its kind, see ``KINDS``; its phrases are ``reply_…`` in staff.*.toml.
REPLIES = {
    # who may
    "institution-unknown": "{who:id} is not among the institutions of the configuration",
    "person-unknown": "{who:person} is not among the people of the configuration",
    "role-too-low": "{who:person} is {role:role}; {action:action} takes an {least:role}",
    "words-role-too-low": "{who:person} is {role:role}; this takes an author",
    "second-is-same": "the second person has to be another one",
    "reason-missing": "the reason is missing",
    "text-missing": "the text is missing",
    "warning-unknown": "there is no warning {warning}, or it is closed",
    "warning-none": "there is no such warning",
    "key-taken": "this Idempotency-Key was used for {what}",
    "clock-not-begun": "the clock of this exercise has not begun",
    # a draft
    "draft-none": "nothing waits for release",
    "draft-none-here": "nothing waits for release under this id",
    "draft-changed": "the draft has changed: it is now {now:reply}; meant was {meant:reply}",
    "draft": "revision {revision:int}, {change:change}, level {level:int}",
    "draft-other-zone": "it is about {zone:zone}, not {meant:zone}",
    "draft-other-count": "it would go to {count:int} recipients, not {meant:int}; look at it again",
    "draft-other-words": "the words have changed: {words:reply}; look at it again",
    "draft-other-words-lost": "the words have changed: {words:reply}, lost: {stations}; look at it again",
    "draft-changed-meanwhile": "the draft has changed meanwhile: {words:reply}; look at it again",
    "words-none": "none waits any more",
    "words-template": "those of the template",
    "submitted": "submitted",
    "submitted-already": "the draft waits for release already",
    "written": "written; it waits until it is submitted",
    "over": "it is over; nothing more is said under this id",
    "no-words": "no words were given; a level is raised by holding it by hand",
    "nothing-to-reword": "there is nothing to reword yet",
    "other-languages": "say headline and instruction in languages of the city: {languages}",
    "unfit": "it cannot go out as it is written: {faults}. Write it anew, or discard it",
    "unfit-short": "it cannot go out as it is written: {faults}. Write it anew; say what to do in few words as the"
    " short form, or discard it",
    "discarded": "discarded",
    "discarded-to-rules": "the words are discarded; what the rules wrote waits",
    "discard-rules": "the rules wrote this draft: reject it",
    "discard-sensors": "sensors speak for it too: {standing:replies}. Let go of the level by hand instead",
    "rejected": "rejected; it opens again on a higher level, a second sensor or a further rise",
    # its release
    "no-issuer": "no issuer is configured: there are measured values only, and no official warnings",
    "being-written": "the draft is still being written by {who:person}",
    "own-draft": "whoever wrote it cannot release it: it takes another person",
    "too-soon": "what does not worsen comes no sooner than {minutes:int} min apart: at {due:ahead}",
    "released": "revision {revision:int} is released",
    "agreed": "agreed; {second:reply}",
    "agreed-already": "{who:person} has agreed already; {second:reply}",
    "second-needed": "a second person is needed",
    "second-or-alone": "a second person is needed, or from {since:about} on one alone, with a reason",
    "alone-too-early": "not alone yet: {second:reply}",
    "alone-without-reason": "the reason is missing for which one releases alone",
    "alone-beside-another": "somebody else has agreed already: approve it as the second",
    "released-alone": "revision {revision:int} is released alone; to be countersigned until {due:ahead}",
    "countersigned": "what {who:person} released alone is countersigned",
    "countersign-none": "nothing was released alone",
    "countersign-same": "it takes another person than who released it alone",
    # while it is in force, and its end
    "seen": "taken note of at level {level:int}",
    "seen-below": "taken note of at level {level:int}; it stands at level {now:int} by now",
    "seen-before": "taken note of at level {level:int} before",
    "extended": "{count:int} in force until {until:day}",
    "extend-how-long": "say until when, at most 12 hours ahead",
    "extend-none": "nothing of this incident is in force that ends before",
    "extend-normal": "all of the incident is normal: it is not extended but cleared",
    "not-in-force": "nothing of it is in force",
    "all-clear-early": "normal since {since:ago}; the all-clear is due at {due:ahead}",
    "all-clear-begun": "{zones}: counts as normal from now on; the all-clear is due at {due:ahead} at the earliest",
    "not-normal": "not everything of this incident is normal: {standing:replies}",
    "not-normal-look": "not everything of this incident is normal: {standing:replies}. Where nobody measures any more,"
    " look, and give it again with what you saw as the reason",
    "retracted": "revision {revision:int} takes it back; {zone:zone} releases nothing by itself until it is re-armed",
    "retract-sensors": "sensors in service speak for it: {standing:replies}. Take them out of service with a reason, or"
    " update the warning instead",
    "reinstated": "revision {revision:int} puts it in force again",
    "reinstated-unheld": "revision {revision:int} puts it in force again; nothing holds its level any more: hold it by"
    " hand, or it will be lowered",
    "not-retracted": "it was not retracted",
    "retracted-long-ago": "it was retracted more than 60 minutes ago: write it anew",
    "armed": "{zone:zone} releases by itself again",
    "armed-already": "{zone:zone}: nothing was retracted there; it is armed",
    "standing": "{zone:zone}: {state:condition}",
    "standing-values": "{zone:zone}: {state:condition} ({values})",
    "standing-level": "{zone:zone}: {state:condition} level {level:int}",
    "standing-level-values": "{zone:zone}: {state:condition} level {level:int} ({values})",
    # beside it
    "sheet-set": "revision {revision:int} is set in MoWaS",
    "sheet-set-already": "it is confirmed already",
    "sheet-none": "nothing of this warning has to be set in MoWaS",
    "sheet-other": "the last revision is {revision:int}, not {meant:int}: set that one",
    "heard": "{who:id} knows of level {level:int}",
    "heard-before": "{who:id} has acknowledged before",
    "heard-older": "the danger has become greater since this message: please read the newer one, and confirm that",
    "hear-none": "nothing of this warning has to be acknowledged any more",
    "hear-not-concerned": "{who:id} is no institution that this warning concerns",
    "noted": "noted",
    "on-duty": "{who:person} is on duty",
    "duty-no-approver": "{who:person} may not release: who is called first has to be an approver",
    "informed": "{zone:zone}, {topic:topic}: until {until:day}: {text}",
    "informed-nothing": "{zone:zone}, {topic:topic}: nothing more is said",
    "inform-no-topic": "say what it is about",
    "inform-no-zone": "{zone:zone}: there is no such zone",
    "inform-how-long": "say until when, at most 31 days ahead",
    "inform-foreign": "the city does not speak {languages}",
    "inform-first": "say it in {language}: it is shown where another language is missing",
    "inform-too-long": "at most {most:int} signs in a language",
    "report-which": "say which report",
    "report-where": "{zone:zone}: say in which zone it is",
    "report-shown": "report {report} is shown in {zone:zone} as unconfirmed",
    "report-hidden": "report {report} is not shown",
    "report-gone": "there is no such report; they are deleted after 30 days",
    # the rules about people's words
    "word": "{action:word} by {who:person}: {why:reply}",
    "word-who-missing": "who says so is missing",
    "word-no-condition": "there is no condition {condition}",
    "word-no-zone": "zone and hazard are missing",
    "word-no-sensor": "there is no sensor {sensor}",
    "word-which-sensor": "it is not said of which sensor",
    "in-service-already": "{sensor:id} is in service",
    "out-how-long": "a sensor is taken out of service until a time at most 7 days ahead",
    "out-passed": "the time out of service has passed",
    "report-no-end": "a report needs the time until which it is valid",
    "report-passed": "the time until which the report was valid has passed",
    "report-no-limit": "no rule compares {sensor} itself with a limit: report a level instead",
    "report-of-what": "a report is of a value, or of a level 1, 2 or 3",
    "report-no-rule": "no rule is about {condition}; hold a level by hand instead",
    "report-none": "there is no report {report}",
    "hold-level": "level {level} cannot be held: it has to be 1, 2 or 3",
    "hold-no-end": "a level held by hand has no end of its own: a person releases it",
    "hold-none": "no level is held by hand here",
    "silence-no-end": "the end of the silence is missing",
    "silence-passed": "the end of the silence has passed",
    "silence-too-long": "a silence lasts 24 hours at most",
    "silence-second": "silencing level {level:int} takes a second person",
    "silence-none": "it is not silenced",
    "confirm-held": "a person holds a level here: it has to be released first",
    "confirm-measured": "it is {state:condition}, and only what is STALE can be called over: else the readings decide",
    "word-not-for-condition": "{action:word} is not for a condition",
    "word-by-nobody": "it is not said who says so",
}


SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")


class Reply(NamedTuple):
    """An answer for programs; a slot holds text, a number, a time, another reply, or several."""

    code: str
    slots: dict[str, object]


def reply(code: str, **slots: object) -> str:
    """The sentence of a code. Raises KeyError for an unknown code, or a slot that is not filled."""
    return SLOT.sub(lambda slot: KINDS[slot[2] or ""].write(slots[slot[1]]), REPLIES[code])


def slots_of(code: str) -> dict[str, str]:
    """The kind of each slot of a code."""
    return dict(SLOT.findall(REPLIES[code]))


def understood(text: str, at: datetime | None) -> Reply | None:
    """Code and slots of a sentence that was said at a time; None for what is none of the table's."""
    for code, pattern in _PATTERNS.items():
        found = pattern.fullmatch(text)
        if found is None:
            continue
        kinds = slots_of(code)
        try:
            return Reply(code, {name: _read(kinds[name], said, at) for name, said in found.groupdict().items()})
        except ValueError:
            continue
    return None


def _read(kind: str, text: str, at: datetime | None) -> object:
    if kind == "reply":
        return understood(text, at) or text
    if kind == "replies":
        return [understood(one, at) or one for one in text.split("; ")]
    return KINDS[kind].read(text, at)


def _pattern(code: str) -> re.Pattern[str]:
    """Literally, but for its slots."""
    parts, end = [], 0
    for slot in SLOT.finditer(REPLIES[code]):
        parts += [re.escape(REPLIES[code][end : slot.start()]), f"(?P<{slot[1]}>{KINDS[slot[2] or ''].pattern})"]
        end = slot.end()
    return re.compile("".join(parts) + re.escape(REPLIES[code][end:]), re.DOTALL)


#: What says most by itself first: it may begin as another one does.
_PATTERNS = {code: _pattern(code) for code in sorted(REPLIES, key=lambda one: -len(SLOT.sub("", REPLIES[one])))}
