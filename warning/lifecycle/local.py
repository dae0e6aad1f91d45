"""What one person may let people read: it warns of nothing, so nobody else has to release it."""

from datetime import timedelta

from warning.lifecycle.result import Refused, Result
from warning.lifecycle.scene import Scene
from warning.messages import EVERYWHERE, Command, CommandAction, LocalInfo, Moderated
from warning.replies import reply

LASTS = timedelta(hours=24)
LONGEST = timedelta(days=31)
MOST_SIGNS = 500


def inform(command: Command, scene: Scene) -> Result:
    """Say something about a topic in a zone, in place of what was said before; no text takes it away."""
    topic, zone = command.topic, command.zone
    if topic is None:
        raise Refused("inform-no-topic")
    if zone != EVERYWHERE and zone not in scene.terms.zones:
        raise Refused("inform-no-zone", zone=zone or "nowhere")
    until = command.until or scene.now + LASTS
    if not scene.now < until <= scene.now + LONGEST:
        raise Refused("inform-how-long")
    texts = {language: text.strip() for language, text in command.texts.items() if text.strip()}
    _speakable(texts, scene.terms.languages)
    said = LocalInfo(scene.terms.city, zone, topic, texts, command.actor, scene.now, until)
    about = {"zone": zone, "topic": topic.value}
    first = next(iter(texts.values()), "")
    text = reply("informed", **about, until=until, text=first) if texts else reply("informed-nothing", **about)
    return Result(text, outputs=(said,))


def _speakable(texts: dict[str, str], languages: tuple[str, ...]) -> None:
    """Others may be missing; the first language stands in for them."""
    if not texts:
        return
    foreign = sorted(set(texts) - set(languages))
    if foreign:
        raise Refused("inform-foreign", languages=", ".join(foreign))
    if languages[0] not in texts:
        raise Refused("inform-first", language=languages[0])
    if any(len(text) > MOST_SIGNS for text in texts.values()):
        raise Refused("inform-too-long", most=MOST_SIGNS)


def moderate(command: Command, scene: Scene) -> Result:
    """Let people read a report as unconfirmed, or not; the last word counts. What it says is not known here."""
    shown, name = command.action is CommandAction.SHOW, command.report
    if not name:
        raise Refused("report-which")
    if shown and command.zone not in scene.terms.zones:
        raise Refused("report-where", zone=command.zone or "nowhere")
    accepted = shown and command.accepted
    said = Moderated(name, shown, command.zone if shown else "", accepted, command.actor, scene.now)
    text = reply("report-shown", report=name, zone=command.zone) if shown else reply("report-hidden", report=name)
    return Result(text, outputs=(said,))
