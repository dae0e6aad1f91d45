"""What one person may let people read: it warns of nothing, so nobody else has to release it."""

from datetime import timedelta

from warning.lifecycle.result import Refused, Result
from warning.lifecycle.scene import Scene
from warning.messages import EVERYWHERE, Command, CommandAction, LocalInfo, Moderated

LASTS = timedelta(hours=24)
LONGEST = timedelta(days=31)
MOST_SIGNS = 500


def inform(command: Command, scene: Scene) -> Result:
    """Say something about a topic in a zone, in place of what was said before; no text takes it away."""
    topic, zone = command.topic, command.zone
    if topic is None:
        raise Refused("say what it is about")
    if zone != EVERYWHERE and zone not in scene.terms.zones:
        raise Refused(f"{zone or 'nowhere'}: there is no such zone")
    until = command.until or scene.now + LASTS
    if not scene.now < until <= scene.now + LONGEST:
        raise Refused("say until when, at most 31 days ahead")
    texts = {language: text.strip() for language, text in command.texts.items() if text.strip()}
    _speakable(texts, scene.terms.languages)
    said = LocalInfo(scene.terms.city, zone, topic, texts, command.actor, scene.now, until)
    what = f"until {until:%d %b %H:%M} UTC: {next(iter(texts.values()))}" if texts else "nothing more is said"
    return Result(f"{zone}, {topic.value}: {what}", outputs=(said,))


def _speakable(texts: dict[str, str], languages: tuple[str, ...]) -> None:
    """Others may be missing; the first language stands in for them."""
    if not texts:
        return
    foreign = sorted(set(texts) - set(languages))
    if foreign:
        raise Refused(f"the city does not speak {', '.join(foreign)}")
    if languages[0] not in texts:
        raise Refused(f"say it in {languages[0]}: it is shown where another language is missing")
    if any(len(text) > MOST_SIGNS for text in texts.values()):
        raise Refused(f"at most {MOST_SIGNS} signs in a language")


def moderate(command: Command, scene: Scene) -> Result:
    """Let people read a report as unconfirmed, or not; the last word counts. What it says is not known here."""
    shown, name = command.action is CommandAction.SHOW, command.report
    if not name:
        raise Refused("say which report")
    if shown and command.zone not in scene.terms.zones:
        raise Refused(f"{command.zone or 'nowhere'}: say in which zone it is")
    accepted = shown and command.accepted
    said = Moderated(name, shown, command.zone if shown else "", accepted, command.actor, scene.now)
    what = f"is shown in {command.zone} as unconfirmed" if shown else "is not shown"
    return Result(f"report {name} {what}", outputs=(said,))
